//! Owns the facts of what the organisation wants to reach in a year.

use super::kept;
use crate::coaching::ack::{ReadBy, read_by};
use crate::document::{Document, Item, Path};
use crate::ids::ItemId;
use minicbor::{Decode, Encode};

const AIMS: &str = "aims";

/// What read models need of a strategy.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct OrgStrategyFacts {
    /// The aims, in their order.
    #[n(0)]
    pub aims: Vec<AimFacts>,
}

/// An aim.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AimFacts {
    /// Which one.
    #[n(0)]
    pub id: ItemId,
    /// What is to be reached.
    #[n(1)]
    pub title: String,
    /// Who has read it.
    #[n(2)]
    pub read_by: Vec<ReadBy>,
}

pub(super) fn read(doc: Document<'_>) -> OrgStrategyFacts {
    OrgStrategyFacts { aims: kept(doc, AIMS).iter().map(|item| aim(doc, item)).collect() }
}

fn aim(doc: Document<'_>, item: &Item<'_>) -> AimFacts {
    AimFacts {
        id: item.id,
        title: item.fields().get(&Path::of("title")).unwrap_or_default(),
        read_by: read_by(doc, &Path::of(AIMS).item(item.id)),
    }
}
