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
    /// Who wrote each change that the server had accepted, and when it came.
    authors: BTreeMap<ChangeHash, (PersonId, Timestamp)>,
    /// The changes that the server had accepted.
    covered: BTreeSet<ChangeHash>,
    /// Who owns which actor.
    owners: BTreeMap<ActorId, PersonId>,
    /// Actors of others that a receipt names which is not genuine: of theirs only what another, genuine receipt proves is
    /// accepted.
    disputed: BTreeSet<ActorId>,
}

impl Proof {
    /// What a genuine receipt proves about these changes.
    ///
    /// The receipt names heads, and a hash covers everything it depends on: so every pushed change that the heads
    /// lead to had been accepted. What is already stored leads only to what is stored.
    pub fn add(&mut self, receipt: &Receipt, pushed: &BTreeMap<ChangeHash, &Sound>) {
        let named: BTreeMap<_, _> = receipt.authors.iter().map(|row| (row.actor, row)).collect();
        let mut covered = BTreeSet::new();
        let mut open = receipt.heads.clone();
        while let Some(hash) = open.pop() {
            let Some(change) = pushed.get(&hash).filter(|_| covered.insert(hash)) else { continue };
            open.extend(&change.deps);
            if let Some(row) = named.get(&change.actor) {
                self.authors.entry(hash).or_insert((row.person, row.received_at));
            }
        }
        self.covered.append(&mut covered);
        self.owners.extend(receipt.authors.iter().map(|row| (row.actor, row.person)));
    }

    /// What follows from a receipt that is not genuine.
    pub fn add_forged(&mut self, receipt: &Receipt, pusher: PersonId) {
        let others = receipt.authors.iter().filter(|row| row.person != pusher);
        self.disputed.extend(others.map(|row| row.actor));
    }

    /// Who wrote this change, if that is proven.
    pub fn author(&self, change: &Sound) -> Option<(PersonId, Timestamp)> {
        self.authors.get(&change.hash).copied()
    }

    /// Whether a receipt names somebody else for this actor without proving it for this change.
    pub fn disputes(&self, change: &Sound, pusher: PersonId) -> bool {
        let named = self.owners.get(&change.actor).is_some_and(|person| *person != pusher);
        self.disputed.contains(&change.actor) || (named && !self.covered.contains(&change.hash))
    }
}
