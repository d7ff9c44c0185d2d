//! Owns how a meeting looks on screens and in lists.

use super::agenda::{self, AgendaView};
use super::follow_up::{self, FollowUpView};
use super::{MeetingKind, NotHeld, Section, Slot};
use crate::coaching::ack::{AckView, acks};
use crate::coaching::item::{self, Conflicts};
use crate::coaching::summary::{Summary, count};
use crate::document::{Conflict, Document, Path, Prose};
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
    MeetingView {
        kind: doc.get(&Path::of("kind")).unwrap_or(MeetingKind::OneOnOne),
        planned: doc.least(&planned),
        move_pending: doc.conflict::<Slot>(&planned).is_some(),
        place: doc.get(&Path::of("place")),
        moves: moves(doc),
        held: held(doc),
        not_held: doc.get(&Path::of("not_held")),
        agenda: agenda::views(doc),
        notes: doc.prose(&Path::of("notes")),
        sections: Section::ALL.iter().map(|section| section_view(doc, *section)).collect(),
        follow_ups: follow_up::views(doc),
        topics: item::tags(doc, &Path::of("topics")),
        acks: acks(doc, &Path::root()),
        conflicts: conflicts(doc),
    }
}

impl MeetingView {
    /// Adds who set each conflicting value, and when it arrived.
    pub fn with_authors(&mut self, authors: &dyn Fn(ActorId) -> Option<Authored>) {
        self.conflicts.iter_mut().for_each(|conflict| conflict.with_authors(authors));
    }
}

/// Reads no more than a list shows: it is made at every edit.
pub(super) fn summarise(doc: Document<'_>) -> Summary {
    let held = held(doc);
    let kind: MeetingKind = doc.get(&Path::of("kind")).unwrap_or(MeetingKind::OneOnOne);
    let is_over = doc.get::<NotHeld>(&Path::of("not_held")).is_some();
    Summary {
        title: String::new(),
        kind: kind.word().to_owned(),
        day: doc.least::<Slot>(&Path::of("planned")).map(|slot| slot.day),
        began: held.and_then(|held| held.start),
        finished: is_over || held.is_some_and(|held| held.end.is_some()),
        items: count(item::standing(doc, &Path::of(agenda::AGENDA))),
        open: count(follow_up::open(doc)),
        conflicts: count(conflicts(doc)),
    }
}

fn moves(doc: Document<'_>) -> Vec<MoveView> {
    let moves = Path::of("moves");
    let view = |id: ItemId| {
        let path = moves.item(id);
        MoveView {
            id,
            from: doc.get(&path.key("from")),
            to: doc.get(&path.key("to")),
            by: doc.get(&path.key("by")),
            at: doc.get(&path.key("at")),
            notice_hours: doc.get(&path.key("notice_h")),
        }
    };
    doc.items(&moves).into_iter().map(view).collect()
}

fn held(doc: Document<'_>) -> Option<HeldView> {
    let held = Path::of("held");
    let (start, end) = (doc.get(&held.key("start")), doc.get(&held.key("end")));
    (start.is_some() || end.is_some()).then(|| HeldView { start, end, by: doc.get(&held.key("by")) })
}

fn section_view(doc: Document<'_>, section: Section) -> SectionView {
    SectionView { section, notes: doc.prose(&Path::of("section_notes").key(section.word())) }
}

fn conflicts(doc: Document<'_>) -> Vec<Conflict> {
    let mut conflicts = Conflicts::of(doc);
    conflicts.look::<Slot>(&Path::of("planned"));
    conflicts.look::<String>(&Path::of("place"));
    conflicts.look::<MeetingKind>(&Path::of("kind"));
    conflicts.look::<NotHeld>(&Path::of("not_held"));
    follow_up::look_for_conflicts(doc, &mut conflicts);
    conflicts.found()
}
