//! Owns the facts of how a team does things.

use crate::coaching::team_policy::{self, Every, Practice};
use crate::document::Document;
use minicbor::{Decode, Encode};

/// What read models need of the rules of a team.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TeamPolicyFacts {
    /// How often the team does what, as far as it has said so, in the order of the form.
    #[n(0)]
    pub rhythms: Vec<RhythmFacts>,
    /// How many may be away from the queue at once: the fewer, while two people's numbers stand.
    #[n(1)]
    pub off_queue_at_once: Option<u32>,
}

/// How often a team does something.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RhythmFacts {
    /// What.
    #[n(0)]
    pub practice: Practice,
    /// How often: the more frequent, while two people's rhythms stand.
    #[n(1)]
    pub every: Every,
}

pub(super) fn read(doc: Document<'_>) -> TeamPolicyFacts {
    let view = team_policy::view(doc);
    let own = view.rhythms.into_iter().filter(|rhythm| rhythm.is_own);
    TeamPolicyFacts {
        rhythms: own.map(|rhythm| RhythmFacts { practice: rhythm.practice, every: rhythm.every }).collect(),
        off_queue_at_once: view.off_queue_at_once,
    }
}
