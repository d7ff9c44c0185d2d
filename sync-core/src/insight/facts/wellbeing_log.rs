//! Owns the facts of how somebody says they are, as far as they share it.

use super::kept;
use crate::coaching::barometer::Level;
use crate::document::{Document, Item, Path};
use crate::ids::ItemId;
use crate::time::Timestamp;
use minicbor::{Decode, Encode};

/// What read models need of a shared log of how somebody is.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct WellbeingLogFacts {
    /// The entries, in their order.
    #[n(0)]
    pub entries: Vec<EntryFacts>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct EntryFacts {
    /// Which one.
    #[n(0)]
    pub id: ItemId,
    /// When.
    #[n(1)]
    pub at: Option<Timestamp>,
    /// How they felt: the lower one, while two stand.
    #[n(2)]
    pub mood: Option<Level>,
    /// How much it was: the higher one, while two stand.
    #[n(3)]
    pub load: Option<Level>,
}

pub(super) fn read(doc: Document<'_>) -> WellbeingLogFacts {
    WellbeingLogFacts { entries: kept(doc, "entries").iter().map(entry).collect() }
}

fn entry(item: &Item<'_>) -> EntryFacts {
    let fields = item.fields();
    EntryFacts {
        id: item.id,
        at: fields.get(&Path::of("at")),
        mood: fields.least(&Path::of("mood")),
        load: fields.greatest(&Path::of("load")),
    }
}
