//! Owns the facts of a floor walk.

use super::kept;
use crate::coaching::floor_walk::StopKind;
use crate::coaching::item::tags;
use crate::document::{Document, Item, Path};
use crate::ids::{ItemId, PersonId};
use crate::time::Timestamp;
use minicbor::{Decode, Encode};

/// What read models need of a floor walk.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct FloorWalkFacts {
    /// When it began.
    #[n(0)]
    pub started: Option<Timestamp>,
    /// The stops, in their order.
    #[n(1)]
    pub stops: Vec<StopFacts>,
}

/// A stop.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct StopFacts {
    /// Which one.
    #[n(0)]
    pub id: ItemId,
    /// With whom.
    #[n(1)]
    pub person: Option<PersonId>,
    /// What it was about.
    #[n(2)]
    pub kind: StopKind,
    /// When.
    #[n(3)]
    pub at: Option<Timestamp>,
    /// How long it took.
    #[n(4)]
    pub minutes: Option<u32>,
    /// Topics, ascending.
    #[n(5)]
    pub tags: Vec<String>,
}

pub(super) fn read(doc: Document<'_>) -> FloorWalkFacts {
    FloorWalkFacts {
        started: doc.get(&Path::of("started")),
        stops: kept(doc, "stops").iter().map(stop).collect(),
    }
}

fn stop(item: &Item<'_>) -> StopFacts {
    let fields = item.fields();
    let minutes: Option<i64> = fields.get(&Path::of("minutes"));
    StopFacts {
        id: item.id,
        person: fields.get(&Path::of("person")),
        kind: fields.get(&Path::of("kind")).unwrap_or(StopKind::Note),
        at: fields.get(&Path::of("at")),
        minutes: minutes.and_then(|minutes| u32::try_from(minutes).ok()),
        tags: tags(fields, &Path::of("tags")),
    }
}
