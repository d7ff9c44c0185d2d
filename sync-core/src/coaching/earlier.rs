//! Owns where something comes from that an agent brought along from an earlier pair: whose it was, and which of theirs. The new
//! leader cannot open that, and learns nothing of it but that two copies are of one thing.

use crate::document::{Field, Value};
use crate::ids::{DocId, ItemId, TenureId};
use serde::Serialize;

/// What something was copied from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Earlier {
    /// The earlier pair.
    pub tenure: TenureId,
    /// The same for every copy of one thing.
    pub token: ItemId,
}

impl Earlier {
    /// Of a document of this pair, or of one item of it.
    pub fn of(tenure: TenureId, doc: DocId, item: Option<ItemId>) -> Self {
        let item = item.as_ref().map_or(&[][..], |item| item.as_bytes());
        Self { tenure, token: ItemId::derived("floorwalk/earlier/1", &[doc.as_bytes(), item]) }
    }
}

/// One value: half of it would say nothing.
impl Field for Earlier {
    fn from_value(value: &Value) -> Option<Self> {
        let bytes: Vec<u8> = Field::from_value(value)?;
        let (tenure, token) = bytes.split_at_checked(16)?;
        Some(Self { tenure: TenureId::from_slice(tenure)?, token: ItemId::from_slice(token)? })
    }

    fn to_value(&self) -> Value {
        [self.tenure.as_bytes().as_slice(), self.token.as_bytes()].concat().to_value()
    }
}
