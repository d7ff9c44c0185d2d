//! Owns the home screen as an app sees it, and how long ago, how and which way.

use sync_core::coaching::barometer::Level;
use sync_core::coaching::item::Side;
use sync_core::coaching::meeting::Slot;
use sync_core::ids::{DocId, ItemId, PersonId, TenureId};
use sync_core::insight::{
    AreaSplit, Colour, Direction, GoalNumbers, Link, MoodPoint, MoodReason, MoodTrend, NeedsAWord, Next,
    Overview, OverviewRow, Sides, SinceLast,
};
use sync_core::time::Day;

/// How much something wants to be looked at. It is about time, never about a person.
#[uniffi::remote(Enum)]
pub enum Colour {
    /// As it should be.
    Green,
    /// Soon.
    Amber,
    /// Now.
    Red,
}

/// Where something stands, so that a tap leads there.
pub type DatedLink = Link;
/// Where something stands, so that a tap leads there.
#[uniffi::remote(Record)]
pub struct DatedLink {
    /// On which day it was.
    pub day: Day,
    /// In which document.
    pub doc: DocId,
    /// Which item of it.
    pub item: Option<ItemId>,
}

/// The home screen.
#[uniffi::remote(Record)]
pub struct Overview {
    /// The viewer's pairs.
    pub rows: Vec<OverviewRow>,
    /// How the goals of those stand whom the viewer leads.
    pub goals: GoalNumbers,
    /// What part of the work is talked about.
    pub areas: AreaSplit,
}

/// One person, or the viewer themselves beside who leads them.
#[uniffi::remote(Record)]
pub struct OverviewRow {
    /// Which pair.
    pub tenure: TenureId,
    /// Which of the two the viewer is.
    pub viewer_is: Side,
    /// The agent.
    pub person: PersonId,
    /// What the agent is called.
    pub name: String,
    /// How long ago the last 1:1 was.
    pub since_last: SinceLast,
    /// When the next meeting is; none if nothing is planned and no rhythm agreed.
    pub next: Option<Next>,
    /// How much the agent has still to do.
    pub open_of_agent: u32,
    /// How much the leader has.
    pub open_of_leader: u32,
    /// How much has nobody of the two.
    pub open_of_neither: u32,
    /// How much of all that is overdue.
    pub overdue: Sides,
    /// How the agent was last, as far as they share it.
    pub mood: Option<MoodPoint>,
    /// Which way that goes.
    pub direction: Direction,
    /// How many changes the viewer has not seen yet.
    pub unread: u32,
    /// Why a word with the person would be good, for who leads them.
    pub needs_a_word: Vec<NeedsAWord>,
}

/// Why a word would be good. The numbers behind each stand in the model of its name.
#[uniffi::remote(Enum)]
pub enum NeedsAWord {
    /// They flagged something that cannot wait.
    CannotWait,
    /// The last 1:1 is too long ago.
    LongSinceLast,
    /// There was no contact for long.
    WithoutContact,
    /// The last contacts were all about problems.
    OnlyProblems,
    /// They heard more of what is to change than of what is good.
    LittlePraise,
    /// The leader owes them something.
    LeaderOverdue,
    /// They share a mood that falls.
    MoodFalls,
    /// There are early signs that a conversation would be good.
    EarlySigns,
}

/// How long ago the last 1:1 was.
#[uniffi::remote(Record)]
pub struct SinceLast {
    /// Of which pair.
    pub tenure: TenureId,
    /// Of which agent.
    pub person: PersonId,
    /// The last 1:1; none if there was none.
    pub last: Option<DatedLink>,
    /// Days since then; since the agent joined, or the two became a pair, if there was none.
    pub days: i32,
    /// Days from one 1:1 to the next, as the two agreed.
    pub cadence_days: i32,
    /// Green up to that many days, amber up to half as many more, then red.
    pub colour: Colour,
}

/// The next meeting of a pair.
#[uniffi::remote(Record)]
pub struct Next {
    /// When.
    pub slot: Slot,
    /// Its document; none while it only follows from the rhythm.
    pub doc: Option<DocId>,
}

/// How often each part of the work came up lately.
#[uniffi::remote(Record)]
pub struct AreaSplit {
    /// Results and customers.
    pub business: u32,
    /// Those who do the work.
    pub people: u32,
    /// How the work is done.
    pub process: u32,
    /// Nobody said which.
    pub unsaid: u32,
}

/// How the mood of somebody develops.
#[uniffi::remote(Record)]
pub struct MoodTrend {
    /// Of which pair.
    pub tenure: TenureId,
    /// Whose.
    pub person: PersonId,
    /// The last entries, oldest first: what the direction follows from.
    pub lately: Vec<MoodPoint>,
    /// Which way it goes.
    pub direction: Direction,
    /// What made it so.
    pub because: Vec<MoodReason>,
}

/// One entry.
#[uniffi::remote(Record)]
pub struct MoodPoint {
    /// How they felt: 1 is bad, 5 is good.
    pub mood: Level,
    /// How much it was: 1 is too little, 3 is right, 5 is too much.
    pub load: Option<Level>,
    /// When, and where it stands.
    pub link: DatedLink,
}

/// Which way a mood goes.
#[uniffi::remote(Enum)]
pub enum Direction {
    /// There are too few entries to tell.
    Unknown,
    /// Down.
    Falling,
    /// Neither.
    Level,
    /// Up.
    Rising,
}

/// What made a direction.
#[uniffi::remote(Enum)]
pub enum MoodReason {
    /// The last two steps went the same way.
    LastSteps,
    /// The mean of the last entries is a whole step away from that of as many before.
    Means {
        /// Before, in tenths.
        before_tenths: u32,
        /// Lately, in tenths.
        lately_tenths: u32,
    },
}
