//! Owns the facts of what is different for somebody for a while. Why it is so is none of them.

use crate::coaching::circumstance::{self, Measured};
use crate::document::{Amount, Document};
use crate::time::Day;
use minicbor::{Decode, Encode};

/// What read models need of a circumstance.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CircumstanceFacts {
    /// The first day: the later one, while two people's stand. None until somebody has said it.
    #[n(0)]
    pub from: Option<Day>,
    /// The last day: the earlier one, while two people's stand.
    #[n(1)]
    pub until: Option<Day>,
    /// The targets of key figures that are different meanwhile, in their order.
    #[n(2)]
    pub targets: Vec<TargetFacts>,
}

/// A target that is different for a while.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TargetFacts {
    /// The stable name of the key figure.
    #[n(0)]
    pub kpi: String,
    /// What is to be reached meanwhile.
    #[n(1)]
    pub target: Amount,
}

/// By way of the view: an exception is read in one place.
pub(super) fn read(doc: Document<'_>) -> CircumstanceFacts {
    let view = circumstance::view(doc);
    let kept = view.exceptions.into_iter().filter(|exception| exception.removed.is_none());
    let targets = kept.filter_map(|exception| match exception.measured? {
        Measured::Kpi { name } => Some(TargetFacts { kpi: name, target: exception.target? }),
        Measured::Goal { .. } => None,
    });
    CircumstanceFacts {
        from: view.period.map(|period| period.from),
        until: view.period.map(|period| period.until),
        targets: targets.collect(),
    }
}
