//! Owns the facts of what a leader thinks of how somebody does.

use crate::coaching::tier_note::{Month, Tier};
use crate::document::{Document, Path};
use minicbor::{Decode, Encode};

/// What read models need of a note: its three months.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TierNoteFacts {
    /// The months of the quarter, in their order.
    #[n(0)]
    pub months: Vec<MonthFacts>,
}

/// One month.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct MonthFacts {
    /// Which.
    #[n(0)]
    pub month: Month,
    /// How the person does; none if nothing was decided.
    #[n(1)]
    pub tier: Option<Tier>,
}

pub(super) fn read(doc: Document<'_>) -> TierNoteFacts {
    let month = |month: Month| MonthFacts { month, tier: doc.get(&Path::of(month.word()).key("tier")) };
    TierNoteFacts { months: Month::ALL.map(month).into() }
}
