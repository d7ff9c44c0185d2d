//! Owns links from one document to an item of another: a goal to the goal of the team that it supports, that one to an aim of the
//! organisation. What they lead to may be gone, or not here: then there is nothing to show, and the link stays.

use crate::document::{Field, Value};
use crate::ids::{DocId, ItemId};
use minicbor::{Decode, Encode};
use serde::Serialize;

/// An item of another document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Encode, Decode)]
#[cbor(map)]
pub struct Link {
    /// The document.
    #[n(0)]
    pub doc: DocId,
    /// The item.
    #[n(1)]
    pub item: ItemId,
}

/// One value: half of a link would lead nowhere.
impl Field for Link {
    fn from_value(value: &Value) -> Option<Self> {
        let bytes: Vec<u8> = Field::from_value(value)?;
        let (doc, item) = bytes.split_at_checked(16)?;
        Some(Self { doc: DocId::from_slice(doc)?, item: ItemId::from_slice(item)? })
    }

    fn to_value(&self) -> Value {
        [self.doc.as_bytes().as_slice(), self.item.as_bytes()].concat().to_value()
    }
}
