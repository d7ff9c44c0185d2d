//! Owns the facts of what goes along when an agent gets another leader.

use crate::coaching::hand_over;
use crate::document::Document;
use minicbor::{Decode, Encode};

/// What read models need of a hand-over: whether there is anything to read.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct HandOverFacts {
    /// Whether who led before has written a note.
    #[n(0)]
    pub has_note: bool,
    /// How many texts the agent brings along.
    #[n(1)]
    pub brought: u32,
}

pub(super) fn read(doc: Document<'_>) -> HandOverFacts {
    let (has_note, brought) = hand_over::content(doc);
    HandOverFacts { has_note, brought }
}
