//! Owns how a meeting looks on screens and in lists.

use super::agenda::{AgendaView, topic_view, topics};
use super::follow_up::{FollowUpView, follow_up_view, follow_ups};
use super::{MeetingKind, NotHeld, Section, Slot};
use crate::coaching::ack::{AckView, acks};
use crate::coaching::item::{self, Conflicts, State};
use crate::coaching::summary::{Summary, count};
use crate::document::{Conflict, Document, Item, Path, Prose};
use crate::ids::{ActorId, ItemId, PersonId};
use crate::time::Timestamp;
use crate::wire::Authored;
use serde::Serialize;

/// A meeting, as screens show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MeetingView {
    /// What it is for.
    pub kind: MeetingKind,
    /// When it is planned: the earlier slot, while two people's slots stand.
    pub planned: Option<Slot>,
    /// Whether two people moved it without knowing of each other, and nobody has settled it.
    pub move_pending: bool,
    /// Where.
    pub place: Option<String>,
    /// Every time it was moved, oldest first.
    pub moves: Vec<MoveView>,
    /// Whether it was moved so often that something seems to stand in its way.
    pub is_moved_often: bool,
    /// When it was held, if it was.
    pub held: Option<HeldView>,
    /// Why it was not held, if it was not.
    pub not_held: Option<NotHeld>,
    /// The topics in their order, with those that were removed.
    pub agenda: Vec<AgendaView>,
    /// The shared notes.
    pub notes: Prose,
    /// The notes of each block, in the order of a meeting.
    pub sections: Vec<SectionView>,
    /// What was promised, with what was removed.
    pub follow_ups: Vec<FollowUpView>,
    /// Topics, ascending.
    pub topics: Vec<String>,
    /// Who acknowledged it.
    pub acks: Vec<AckView>,
    /// Values that wait for somebody to settle them.
    pub conflicts: Vec<Conflict>,
}

/// So many moves are a sign that something stands in the way of meeting.
const OFTEN: usize = 3;
/// A move with less notice than that many hours is late.
const LATE_HOURS: i64 = 2;

/// That the meeting was moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MoveView {
    /// Which move.
    pub id: ItemId,
    /// From when.
    pub from: Option<Slot>,
    /// To when.
    pub to: Option<Slot>,
    /// By whom, as their phone said.
    pub by: Option<PersonId>,
    /// When, by their phone's clock.
    pub at: Option<Timestamp>,
    /// With so many hours of notice.
    pub notice_hours: Option<i64>,
    /// Whether that is hardly any notice.
    pub is_late: bool,
}

/// When the meeting was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct HeldView {
    /// From, by the phone's clock.
    pub start: Option<Timestamp>,
    /// Until.
    pub end: Option<Timestamp>,
    /// Who noted it.
    pub by: Option<PersonId>,
}

/// The notes of one block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionView {
    /// Which block.
    pub section: Section,
    /// Its notes.
    pub notes: Prose,
}

/// The meeting, as screens show it.
pub fn view(doc: Document<'_>) -> MeetingView {
    let planned = Path::of("planned");
    let (follow_ups, moves) = (follow_ups(doc), moves(doc));
    MeetingView {
        kind: kind(doc),
        planned: doc.least(&planned),
        move_pending: doc.conflict::<Slot>(&planned).is_some(),
        place: doc.get(&Path::of("place")),
        is_moved_often: moves.len() >= OFTEN,
        moves,
        held: held(doc),
        not_held: not_held(doc),
        agenda: topics(doc).iter().map(|topic| topic_view(topic.id, topic.fields())).collect(),
        notes: doc.prose(&Path::of("notes")),
        sections: Section::ALL.iter().map(|section| section_view(doc, *section)).collect(),
        follow_ups: follow_ups.iter().map(|item| follow_up_view(item.id, item.fields())).collect(),
        topics: item::tags(doc, &Path::of("topics")),
        acks: acks(doc, &Path::root()),
        conflicts: conflicts(doc, &follow_ups),
    }
}

impl MeetingView {
    /// Adds who set each conflicting value, and when it arrived.
    pub fn with_authors(&mut self, authors: &dyn Fn(ActorId) -> Option<Authored>) {
        self.conflicts.iter_mut().for_each(|conflict| conflict.with_authors(authors));
    }
}

/// Reads no more than it counts: it is made anew with every letter of the notes.
pub(in crate::coaching) fn summarise(doc: Document<'_>) -> Summary {
    let (topics, follow_ups, held) = (topics(doc), follow_ups(doc), held(doc));
    let is_kept = |item: &Document<'_>| !item::is_removed(*item);
    let promised = follow_ups.iter().map(Item::fields).filter(is_kept);
    Summary {
        title: String::new(),
        kind: kind(doc).word().to_owned(),
        day: doc.least(&Path::of("planned")).map(|slot: Slot| slot.day),
        began: held.and_then(|held| held.start),
        finished: not_held(doc).is_some() || held.is_some_and(|held| held.end.is_some()),
        items: count(topics.iter().map(Item::fields).filter(is_kept)),
        open: count(promised.filter(|item| item::state(*item) < State::Done)),
        conflicts: count(conflicts(doc, &follow_ups)),
    }
}

fn kind(doc: Document<'_>) -> MeetingKind {
    doc.get(&Path::of("kind")).unwrap_or(MeetingKind::OneOnOne)
}

fn not_held(doc: Document<'_>) -> Option<NotHeld> {
    doc.get(&Path::of("not_held"))
}

fn moves(doc: Document<'_>) -> Vec<MoveView> {
    doc.items(&Path::of("moves")).iter().map(|item| move_view(item.id, item.fields())).collect()
}

fn move_view(id: ItemId, moved: Document<'_>) -> MoveView {
    let notice_hours: Option<i64> = moved.get(&Path::of("notice_h"));
    MoveView {
        id,
        from: moved.get(&Path::of("from")),
        to: moved.get(&Path::of("to")),
        by: moved.get(&Path::of("by")),
        at: moved.get(&Path::of("at")),
        notice_hours,
        is_late: notice_hours.is_some_and(|hours| hours < LATE_HOURS),
    }
}

fn held(doc: Document<'_>) -> Option<HeldView> {
    let held = Path::of("held");
    let (start, end) = (doc.get(&held.key("start")), doc.get(&held.key("end")));
    (start.is_some() || end.is_some()).then(|| HeldView { start, end, by: doc.get(&held.key("by")) })
}

fn section_view(doc: Document<'_>, section: Section) -> SectionView {
    SectionView { section, notes: doc.prose(&Path::of("section_notes").key(section.word())) }
}

fn conflicts(doc: Document<'_>, follow_ups: &[Item<'_>]) -> Vec<Conflict> {
    let mut conflicts = Conflicts::default();
    conflicts.look::<Slot>(doc, "planned");
    conflicts.look::<String>(doc, "place");
    conflicts.look::<MeetingKind>(doc, "kind");
    conflicts.look::<NotHeld>(doc, "not_held");
    follow_ups.iter().for_each(|item| conflicts.look_at_promise(item.fields()));
    conflicts.found()
}
