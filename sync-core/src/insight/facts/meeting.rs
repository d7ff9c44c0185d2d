//! Owns the facts of a meeting.

use super::kept;
use super::promise::{self, Promise};
use crate::coaching::item::tags;
use crate::coaching::meeting::{MeetingKind, NotHeld, Slot};
use crate::document::{Document, Item, Path};
use crate::ids::PersonId;
use crate::time::Timestamp;
use minicbor::{Decode, Encode};

/// What read models need of a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct MeetingFacts {
    /// What it is for.
    #[n(0)]
    pub kind: MeetingKind,
    /// When it is planned: the earlier slot, while two people's slots stand.
    #[n(1)]
    pub planned: Option<Slot>,
    /// Every time it was moved, oldest first.
    #[n(2)]
    pub moves: Vec<MoveFacts>,
    /// When it began.
    #[n(3)]
    pub start: Option<Timestamp>,
    /// When it ended.
    #[n(4)]
    pub end: Option<Timestamp>,
    /// Why it was not held, if it was not.
    #[n(5)]
    pub not_held: Option<NotHeld>,
    /// Its topics, ascending.
    #[n(6)]
    pub topics: Vec<String>,
    /// What was on the agenda, in its order.
    #[n(7)]
    pub agenda: Vec<AgendaFacts>,
    /// What was promised, in its order.
    #[n(8)]
    pub promises: Vec<Promise>,
}

/// That a meeting was moved.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct MoveFacts {
    /// When.
    #[n(0)]
    pub at: Option<Timestamp>,
    /// With so many hours of notice.
    #[n(1)]
    pub notice_hours: Option<i64>,
}

/// A topic of the agenda.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AgendaFacts {
    /// Who brought it.
    #[n(0)]
    pub by: Option<PersonId>,
    /// The question of the bank that it asks.
    #[n(1)]
    pub question: Option<String>,
}

pub(super) fn read(doc: Document<'_>) -> MeetingFacts {
    let held = Path::of("held");
    MeetingFacts {
        kind: doc.get(&Path::of("kind")).unwrap_or(MeetingKind::OneOnOne),
        planned: doc.least(&Path::of("planned")),
        moves: kept(doc, "moves").iter().map(moved).collect(),
        start: doc.get(&held.key("start")),
        end: doc.get(&held.key("end")),
        not_held: doc.get(&Path::of("not_held")),
        topics: tags(doc, &Path::of("topics")),
        agenda: kept(doc, "agenda").iter().map(agenda).collect(),
        promises: kept(doc, "follow_ups").iter().map(promise::read).collect(),
    }
}

fn moved(item: &Item<'_>) -> MoveFacts {
    let moved = item.fields();
    MoveFacts { at: moved.get(&Path::of("at")), notice_hours: moved.get(&Path::of("notice_h")) }
}

fn agenda(item: &Item<'_>) -> AgendaFacts {
    let topic = item.fields();
    AgendaFacts { by: topic.get(&Path::of("by")), question: topic.get(&Path::of("asked")) }
}
