//! Owns what a receipt proves after the server lost history: whose changes these are. That the receipt itself
//! is genuine, the server has checked before.

use super::Sound;
use crate::ids::{ActorId, ChangeHash, PersonId};
use crate::time::Timestamp;
use crate::wire::Receipt;
use std::collections::{BTreeMap, BTreeSet};

/// What is proven about the changes pushed to one document. Empty when no receipt came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proof {
    /// Who owns which actor, and since when.
    authors: BTreeMap<ActorId, (PersonId, Timestamp)>,
    /// The changes that the server had accepted.
    covered: BTreeSet<ChangeHash>,
    /// Actors that a receipt names which is not genuine: nothing is accepted from them unless they are the pusher's.
    disputed: BTreeSet<ActorId>,
}

impl Proof {
    /// What a genuine receipt proves about these changes.
    ///
    /// The receipt names heads, and a hash covers everything it depends on: so every pushed change that the heads
    /// lead to had been accepted. What is already stored leads only to what is stored.
    pub fn of(receipt: &Receipt, pushed: &[Sound]) -> Self {
        let by_hash: BTreeMap<_, _> = pushed.iter().map(|change| (change.hash, change)).collect();
        let mut covered = BTreeSet::new();
        let mut open = receipt.heads.clone();
        while let Some(hash) = open.pop() {
            let Some(change) = by_hash.get(&hash) else { continue };
            if covered.insert(hash) {
                open.extend(&change.deps);
            }
        }
        let authors = receipt.authors.iter().map(|row| (row.actor, (row.person, row.received_at))).collect();
        Self { authors, covered, disputed: BTreeSet::new() }
    }

    /// What follows from a receipt that is not genuine.
    pub fn forged(receipt: &Receipt, pusher: PersonId) -> Self {
        let others = receipt.authors.iter().filter(|row| row.person != pusher).map(|row| row.actor);
        Self { disputed: others.collect(), ..Self::default() }
    }

    /// Who wrote this change, if that is proven.
    pub fn author(&self, change: &Sound) -> Option<(PersonId, Timestamp)> {
        if self.covered.contains(&change.hash) { self.authors.get(&change.actor).copied() } else { None }
    }

    /// Whether a receipt names somebody else for this actor without proving it for this change.
    pub fn disputes(&self, change: &Sound, pusher: PersonId) -> bool {
        let named = self.authors.get(&change.actor).is_some_and(|(person, _)| *person != pusher);
        self.disputed.contains(&change.actor) || (named && !self.covered.contains(&change.hash))
    }
}
