//! Owns the meeting of a leader and an agent: agenda, shared notes, follow-ups. A meeting is never
//! cancelled: it is held, moved, or not held because somebody was absent or has left.

mod agenda;
mod follow_up;
mod last_month;
mod view;

pub use agenda::{
    AgendaView, NewTopic, Origin, Provenance, add_agenda, add_agenda_from_walk, edit_agenda, remove_agenda,
    reorder_agenda, restore_agenda,
};
pub use follow_up::{
    FollowUpView, NewFollowUp, add_follow_up, edit_follow_up, link_plan_step, remove_follow_up, reorder_follow_up,
    restore_follow_up, set_follow_up_due, set_follow_up_owner, set_follow_up_state,
};
pub use last_month::{LastMonth, LastMonthLine, fill_last_month};
pub(super) use view::summarise;
pub use view::{HeldView, MeetingView, MoveView, SectionView, view};

use super::words::words;
use super::{KindSpec, Layer, PartClass, Shape, SubjectClass, ack, item, Writers};
pub use super::slot::Slot;
use crate::document::{Edit, EditError, Mark, Path, Splice};
use crate::ids::TenureId;
use crate::key::{NaturalKey, Part, Subject};
use crate::time::{Day, Timestamp};
use std::ops::Range;

/// What a meeting is made of.
pub static SPEC: KindSpec = KindSpec {
    name: "meeting",
    subject: SubjectClass::Tenure,
    part: PartClass::DayOrRandom,
    writers: Writers::All,
    layers: LAYERS,
    summarise,
};

/// What meetings of all audiences are made of: the verbs and the view are the same for all.
pub(super) const LAYERS: &[Layer] = &[Layer {
    schema: 1,
    containers: &[
        ("acks", Shape::Map),
        ("agenda", Shape::Map),
        ("follow_ups", Shape::Map),
        ("held", Shape::Map),
        ("moves", Shape::Map),
        ("notes", Shape::Text),
        ("section_notes", Shape::Texts(&["career", "feedback", "rapport", "wellbeing"])),
        ("topics", Shape::Map),
    ],
}];

words! {
    /// What a meeting is for.
    MeetingKind {
        /// The regular talk of two people.
        OneOnOne = "one_on_one",
        /// The first one, in which they agree how to work together.
        KickOff = "kick_off",
        /// Setting and reviewing the month's goals.
        MonthlyGoals = "monthly_goals",
        /// Going through the action plan.
        PlanReview = "plan_review",
        /// Working on one skill.
        Coaching = "coaching",
        /// The team looks at its numbers.
        TeamDataReview = "team_data_review",
        /// Some of a team work on a skill together.
        GroupCoaching = "group_coaching",
    }
}

words! {
    /// The blocks of a meeting.
    Section {
        /// How life and work go.
        Rapport = "rapport",
        /// Where somebody wants to go.
        Career = "career",
        /// What went well and what to change.
        Feedback = "feedback",
        /// How somebody is.
        Wellbeing = "wellbeing",
    }
}

impl Section {
    /// All blocks, in the order of a meeting.
    pub const ALL: [Self; 4] = [Self::Rapport, Self::Career, Self::Feedback, Self::Wellbeing];
}

words! {
    /// Why a meeting was not held. There is no other reason.
    NotHeld {
        /// Somebody was absent.
        Absence = "absence",
        /// Somebody has left.
        Leaver = "leaver",
    }
}

/// A meeting to plan.
#[derive(Clone, PartialEq, Eq)]
pub struct Plan {
    /// When.
    pub slot: Slot,
    /// Where; a label.
    pub place: Option<String>,
    /// What for.
    pub kind: MeetingKind,
}

/// The key of the meeting that this pair first planned for this day.
pub const fn key(tenure: TenureId, day: Day) -> NaturalKey {
    NaturalKey { subject: Subject::Tenure(tenure), part: Part::Day(day) }
}

/// Plans the meeting.
pub fn plan(edit: &mut Edit<'_>, plan: &Plan) -> Result<(), EditError> {
    edit.put(&Path::of("planned"), &plan.slot)?;
    edit.put(&Path::of("kind"), &plan.kind)?;
    set_place(edit, plan.place.as_deref())
}

/// Says where the meeting is.
pub fn set_place(edit: &mut Edit<'_>, place: Option<&str>) -> Result<(), EditError> {
    let path = Path::of("place");
    match place {
        Some(place) => edit.put_label(&path, "place", place),
        None => edit.put_or_clear::<String>(&path, None),
    }
}

/// Moves the meeting, with so many hours of notice. Every move is kept.
pub fn move_to(edit: &mut Edit<'_>, to: Slot, notice_hours: i64) -> Result<(), EditError> {
    let from: Option<Slot> = edit.reader().least(&Path::of("planned"));
    let (_, moved) = edit.add_item(&Path::of("moves"))?;
    edit.put_or_clear(&moved.key("from"), from.as_ref())?;
    edit.put(&moved.key("to"), &to)?;
    let (by, at) = (edit.person(), edit.now());
    edit.put(&moved.key("by"), &by)?;
    edit.put(&moved.key("at"), &at)?;
    edit.put(&moved.key("notice_h"), &notice_hours)?;
    edit.put(&Path::of("planned"), &to)
}

/// Notes that the meeting began.
pub fn begin(edit: &mut Edit<'_>, at: Timestamp) -> Result<(), EditError> {
    let by = edit.person();
    edit.put(&Path::of("held").key("start"), &at)?;
    edit.put(&Path::of("held").key("by"), &by)
}

/// Notes that the meeting is over.
pub fn end(edit: &mut Edit<'_>, at: Timestamp) -> Result<(), EditError> {
    edit.put(&Path::of("held").key("end"), &at)
}

/// Notes that the meeting was not held, and why.
pub fn set_not_held(edit: &mut Edit<'_>, why: Option<NotHeld>) -> Result<(), EditError> {
    edit.put_or_clear(&Path::of("not_held"), why.as_ref())
}

/// Edits the shared notes.
pub fn edit_notes(edit: &mut Edit<'_>, splice: &Splice) -> Result<(), EditError> {
    edit.apply_splice(&Path::of("notes"), splice)
}

/// Puts a mark on a stretch of the shared notes.
pub fn mark_notes(edit: &mut Edit<'_>, range: Range<u32>, mark: &Mark) -> Result<(), EditError> {
    edit.mark(&Path::of("notes"), range.start as usize..range.end as usize, mark)
}

/// Takes a mark off a stretch of the shared notes.
pub fn unmark_notes(edit: &mut Edit<'_>, range: Range<u32>, mark: &Mark) -> Result<(), EditError> {
    edit.unmark(&Path::of("notes"), range.start as usize..range.end as usize, mark)
}

/// Edits the notes of one block.
pub fn edit_section_notes(edit: &mut Edit<'_>, section: Section, splice: &Splice) -> Result<(), EditError> {
    edit.apply_splice(&Path::of("section_notes").key(section.word()), splice)
}

/// Puts a topic on the meeting.
pub fn add_topic(edit: &mut Edit<'_>, tag: &str) -> Result<(), EditError> {
    item::put_tag(edit, &Path::of("topics"), tag)
}

/// Takes a topic off the meeting.
pub fn remove_topic(edit: &mut Edit<'_>, tag: &str) -> Result<(), EditError> {
    item::remove_tag(edit, &Path::of("topics"), tag)
}

/// Acknowledges the meeting as this person sees it. Only on a document without drafts.
pub fn acknowledge(edit: &mut Edit<'_>) -> Result<(), EditError> {
    ack::acknowledge(edit, &Path::root())
}

#[cfg(test)]
mod tests;
