//! Owns what lists show of a document without opening it, and its form in the store.

use crate::time::{Day, Timestamp};
use minicbor::{Decode, Encode};
use serde::Serialize;

/// A document in one line.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Encode, Decode)]
#[cbor(map)]
pub struct Summary {
    /// What it is called; empty for kinds that have no title.
    #[n(0)]
    pub title: String,
    /// What it is within its kind, as a stable word.
    #[n(1)]
    pub kind: String,
    /// The day it is planned or due for.
    #[n(2)]
    pub day: Option<Day>,
    /// When it began, by the phone's clock.
    #[n(3)]
    pub began: Option<Timestamp>,
    /// Whether it is over: ended, held, closed.
    #[n(4)]
    pub finished: bool,
    /// How many items it has.
    #[n(5)]
    pub items: u32,
    /// How many of them are still to do.
    #[n(6)]
    pub open: u32,
    /// How many values wait for somebody to settle them.
    #[n(7)]
    pub conflicts: u32,
}

impl Summary {
    /// Its form in the store.
    pub fn to_bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("a summary encodes: writing to a vector cannot fail")
    }

    /// The summary in these bytes; an empty one if another version of the app wrote something else.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        minicbor::decode(bytes).unwrap_or_default()
    }
}

/// A count as lists show it.
pub(super) fn count<T>(items: impl IntoIterator<Item = T>) -> u32 {
    u32::try_from(items.into_iter().count()).unwrap_or(u32::MAX)
}
