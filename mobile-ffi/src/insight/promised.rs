//! Owns what was promised, planned and asked as an app sees it: what is overdue, what is carried, what is due, what cannot wait.

use sync_core::coaching::item::Side;
use sync_core::coaching::meeting::Slot;
use sync_core::ids::{DocId, ItemId, PersonId, TenureId};
use sync_core::insight::{
    Age, Ages, Carry, CarryItem, CarryKind, Compliance, Due, DueKind, DueTalk, Next, Numbers, OffQueue,
    OpenQuestion, OtherTalk, Overdue, OverdueItem, OverdueKind, Sides, Verdict,
};
use sync_core::time::{Day, Timestamp};

/// What is overdue in the viewer's pairs.
#[uniffi::remote(Record)]
pub struct Overdue {
    /// All of it, what is oldest first.
    pub items: Vec<OverdueItem>,
    /// How much of it is whose.
    pub sides: Sides,
}

/// Something overdue.
#[uniffi::remote(Record)]
pub struct OverdueItem {
    /// Until when it was to be done.
    pub due: Day,
    /// In which document.
    pub doc: DocId,
    /// Which item of it.
    pub item: ItemId,
    /// What kind of thing.
    pub what: OverdueKind,
    /// What, in one line.
    pub text: String,
    /// Of which pair.
    pub tenure: TenureId,
    /// Of which agent.
    pub person: PersonId,
    /// Whose it is; none if it is nobody's, or both's.
    pub side: Option<Side>,
    /// For how many days.
    pub days: i32,
    /// How long that is.
    pub age: Age,
}

/// What can be overdue.
#[uniffi::remote(Enum)]
pub enum OverdueKind {
    /// What was promised in a meeting.
    FollowUp,
    /// A step of a plan.
    Step,
    /// A checkpoint that has passed without a word of what was seen.
    Checkpoint,
}

/// How long something is overdue.
#[uniffi::remote(Enum)]
pub enum Age {
    /// 1 to 7 days.
    Week,
    /// 8 to 30 days.
    Month,
    /// More than 30 days.
    Older,
}

/// How much is overdue, by side.
#[uniffi::remote(Record)]
pub struct Sides {
    /// What agents promised.
    pub agent: Ages,
    /// What leaders promised.
    pub leader: Ages,
    /// What is nobody's, or both's.
    pub neither: Ages,
}

/// How much is overdue, by age.
#[uniffi::remote(Record)]
pub struct Ages {
    /// For 1 to 7 days.
    pub week: u32,
    /// For 8 to 30 days.
    pub month: u32,
    /// For more than 30 days.
    pub older: u32,
}

/// What two people take into their next meeting.
#[uniffi::remote(Record)]
pub struct Carry {
    /// When they meet next; none if nothing is planned and no rhythm agreed.
    pub next: Option<Next>,
    /// What they take there: by kind, then by day.
    pub items: Vec<CarryItem>,
}

/// One thing to take there.
#[uniffi::remote(Record)]
pub struct CarryItem {
    /// What kind of thing.
    pub kind: CarryKind,
    /// In which document.
    pub doc: DocId,
    /// Which item of it.
    pub item: ItemId,
    /// What, in one line.
    pub text: String,
    /// Whose it is to do, or who brings it up; none if it is nobody's, or both's.
    pub side: Option<Side>,
    /// Until when, or when to look at it.
    pub due: Option<Day>,
    /// For how many days it has been there, as far as that is known.
    pub age_days: Option<i32>,
    /// Whether its day is over.
    pub is_overdue: bool,
    /// Whether it belongs in today's list: its day comes before the next meeting, and is tomorrow, today or over.
    pub is_for_today: bool,
}

/// What can be taken to a meeting, in the order of the list.
#[uniffi::remote(Enum)]
pub enum CarryKind {
    /// What was promised in a meeting.
    FollowUp,
    /// A step of a plan.
    Step,
    /// A checkpoint of a plan.
    Checkpoint,
    /// Feedback of which the two wanted to see what came of it.
    LookAgain,
    /// Something to talk about.
    Backlog,
    /// What only the viewer knows that they want to raise it.
    ToRaise,
}

/// Something that somebody waits for.
#[uniffi::remote(Record)]
pub struct OpenQuestion {
    /// Since when it cannot wait, by the phone's clock.
    pub since: Timestamp,
    /// For how many days that is.
    pub age_days: i32,
    /// In which document.
    pub doc: DocId,
    /// Which item of it.
    pub item: ItemId,
    /// What about, in one line.
    pub text: String,
    /// Of which pair.
    pub tenure: TenureId,
    /// Who brought it up; none if that is not known.
    pub by: Option<PersonId>,
}

/// A talk that is due.
#[uniffi::remote(Record)]
pub struct DueTalk {
    /// Until when, or when it is planned.
    pub on: Day,
    /// Of what kind.
    pub kind: DueKind,
    /// Of which pair.
    pub tenure: TenureId,
    /// With which agent.
    pub person: PersonId,
    /// The meeting that is planned for it.
    pub planned: Option<DocId>,
}

/// What is due again and again.
#[uniffi::remote(Enum)]
pub enum DueKind {
    /// The 1:1, by the rhythm of the two.
    OneOnOne,
    /// The goals of the month, by its end, or as the team does it.
    MonthlyGoals,
    /// A look at the plans, by the end of the month, or as the team does it.
    PlanReview,
    /// The evaluation, by the end of the quarter, or as the team does it.
    Evaluation,
}

/// That a talk would take too many away at once.
#[uniffi::remote(Record)]
pub struct OffQueue {
    /// How many the team lets be away at once.
    pub at_once: u32,
    /// The talks of others that are planned for the same time, as far as the viewer may know of them.
    pub others: Vec<OtherTalk>,
}

/// A talk of somebody else.
#[uniffi::remote(Record)]
pub struct OtherTalk {
    /// When.
    pub slot: Slot,
    /// With which agent.
    pub person: PersonId,
    /// What they are called.
    pub name: String,
    /// Which meeting.
    pub doc: DocId,
}

/// How well a pair keeps to its rhythm.
#[uniffi::remote(Record)]
pub struct Compliance {
    /// Which pair.
    pub tenure: TenureId,
    /// Which agent.
    pub person: PersonId,
    /// The meetings that were due, oldest first; none if the two agreed no rhythm.
    pub due: Vec<Due>,
    /// What came of them.
    pub numbers: DueNumbers,
}

/// A meeting that was due.
#[uniffi::remote(Record)]
pub struct Due {
    /// When, by the rhythm.
    pub slot: Slot,
    /// What came of it.
    pub verdict: Verdict,
    /// The meeting that was held for it.
    pub held: Option<DocId>,
}

/// What came of a meeting that was due.
#[uniffi::remote(Enum)]
pub enum Verdict {
    /// One was held in its period.
    Held,
    /// None was.
    Missed,
    /// None was, because somebody was away.
    Excused,
    /// None was so far, and its period is not over.
    Pending,
}

/// What came of meetings that were due.
pub type DueNumbers = Numbers;
/// What came of meetings that were due.
#[uniffi::remote(Record)]
pub struct DueNumbers {
    /// How many were held.
    pub held: u32,
    /// How many were missed.
    pub missed: u32,
    /// How many were excused.
    pub excused: u32,
    /// The share that was held of those that were not excused, in thousandths.
    pub rate: Option<u32>,
    /// How often a meeting was moved.
    pub moves: u32,
    /// How often with hardly any notice.
    pub late_moves: u32,
}
