//! Owns the facts of what somebody notes for themselves about somebody else.

use super::{heading, kept};
use crate::coaching::item::tags;
use crate::document::{Document, Item, Path};
use crate::ids::ItemId;
use crate::time::Timestamp;
use minicbor::{Decode, Encode};

/// What read models need of a private log.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PrivateLogFacts {
    /// What there is to remember, in its order.
    #[n(0)]
    pub notes: Vec<NoteFacts>,
    /// What to raise some day and was not raised yet, in its order.
    #[n(1)]
    pub to_raise: Vec<ToRaiseFacts>,
}

/// One thing to remember.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct NoteFacts {
    /// Which one.
    #[n(0)]
    pub id: ItemId,
    /// When.
    #[n(1)]
    pub at: Option<Timestamp>,
    /// Topics, ascending.
    #[n(2)]
    pub tags: Vec<String>,
}

/// One thing to raise.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ToRaiseFacts {
    /// Which one.
    #[n(0)]
    pub id: ItemId,
    /// What, in one line.
    #[n(1)]
    pub text: String,
    /// When it was noted.
    #[n(2)]
    pub at: Option<Timestamp>,
}

pub(super) fn read(doc: Document<'_>) -> PrivateLogFacts {
    PrivateLogFacts {
        notes: kept(doc, "entries").iter().map(note).collect(),
        to_raise: kept(doc, "inbox").iter().filter_map(to_raise).collect(),
    }
}

fn note(item: &Item<'_>) -> NoteFacts {
    let fields = item.fields();
    NoteFacts { id: item.id, at: fields.get(&Path::of("at")), tags: tags(fields, &Path::of("tags")) }
}

fn to_raise(item: &Item<'_>) -> Option<ToRaiseFacts> {
    let fields = item.fields();
    let is_raised = fields.least::<Timestamp>(&Path::of("raised_at")).is_some();
    let waits = ToRaiseFacts { id: item.id, text: heading(fields, "text"), at: fields.get(&Path::of("at")) };
    (!is_raised).then_some(waits)
}
