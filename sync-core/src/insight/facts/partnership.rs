//! Owns the facts of how two people work together in a year.

use super::{heading, kept};
use crate::coaching::item::Area;
use crate::coaching::meeting::Slot;
use crate::coaching::partnership::Rhythm;
use crate::document::{Document, Item, Path};
use crate::ids::{DocId, ItemId, PersonId};
use crate::time::{Day, Timestamp};
use minicbor::{Decode, Encode};

/// What read models need of a partnership.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PartnershipFacts {
    /// How often they meet: the more frequent, while two people's rhythms stand.
    #[n(0)]
    pub rhythm: Option<Rhythm>,
    /// The first of these meetings: the earlier one, while two people's stand.
    #[n(1)]
    pub first: Option<Slot>,
    /// When they look at their agreement again: the earlier day, while two people's stand.
    #[n(2)]
    pub review_on: Option<Day>,
    /// What they want to talk about, in its order.
    #[n(3)]
    pub backlog: Vec<BacklogFacts>,
}

/// One thing to talk about.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct BacklogFacts {
    /// Which one.
    #[n(0)]
    pub id: ItemId,
    /// What about, in one line.
    #[n(1)]
    pub text: String,
    /// Who added it.
    #[n(2)]
    pub by: Option<PersonId>,
    /// When.
    #[n(3)]
    pub at: Option<Timestamp>,
    /// What part of the work it is about.
    #[n(4)]
    pub area: Option<Area>,
    /// Since when it cannot wait for the next meeting; none if it can.
    #[n(5)]
    pub before_next: Option<Timestamp>,
    /// The meetings that it was brought to, ascending.
    #[n(6)]
    pub brought_to: Vec<DocId>,
}

pub(super) fn read(doc: Document<'_>) -> PartnershipFacts {
    let cadence = Path::of("cadence");
    PartnershipFacts {
        rhythm: doc.least(&cadence.key("rhythm")),
        first: doc.least(&cadence.key("first")),
        review_on: doc.least(&Path::of("contract").key("review_on")),
        backlog: kept(doc, "backlog").iter().map(backlog).collect(),
    }
}

fn backlog(item: &Item<'_>) -> BacklogFacts {
    let entry = item.fields();
    let brought_to = entry.keys(&Path::of("brought_to"));
    BacklogFacts {
        id: item.id,
        text: heading(entry, "text"),
        by: entry.get(&Path::of("by")),
        at: entry.get(&Path::of("at")),
        area: entry.get(&Path::of("area")),
        before_next: entry.least(&Path::of("before_next")),
        brought_to: brought_to.iter().filter_map(|key| DocId::parse(key).ok()).collect(),
    }
}
