//! The drafts as one row of operations with their ids. Decodes and checks that they are a chain;
//! decides nothing about any operation.

use std::collections::BTreeMap;

use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId, OpType};
use automerge::{Automerge, Change, ChangeHash, ScalarValue};

use super::FoldError;

/// One operation and its id.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) id: OpId,
    pub(super) op: Op,
}

/// All operations of the drafts, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Chain {
    pub(super) links: Vec<Link>,
    positions: BTreeMap<OpId, usize>,
}

impl Chain {
    /// Decodes changes that were made one after the other.
    pub(super) fn decode(changes: &[Change]) -> Self {
        let mut chain = Self::default();
        for change in changes {
            let change = change.decode();
            let ids = (change.start_op.get()..).map(|counter| OpId(counter, change.actor_id.clone()));
            for (id, op) in ids.zip(change.operations) {
                chain.positions.insert(id.clone(), chain.links.len());
                chain.links.push(Link { id, op });
            }
        }
        chain
    }

    /// Where in the chain an operation stands; `None` when it is not of the chain.
    pub(super) fn position(&self, id: &OpId) -> Option<usize> {
        self.positions.get(id).copied()
    }

    /// The element of the chain that this operation sets or deletes, when it is not an insert.
    pub(super) fn element_changed_by(&self, op: &Op) -> Option<usize> {
        match &op.key {
            Key::Seq(ElementId::Id(element)) if !op.insert => self.position(element),
            Key::Seq(_) | Key::Map(_) => None,
        }
    }

    /// The operation of the chain that made this object.
    pub(super) fn maker(&self, object: &ObjectId) -> Option<usize> {
        match object {
            ObjectId::Root => None,
            ObjectId::Id(id) => self.position(id),
        }
    }
}

/// Checks that each change follows the one before it, and the first one follows `base`.
pub(super) fn check_is_one_chain(base: &Automerge, drafts: &[Change]) -> Result<(), FoldError> {
    let mut expected = base.get_heads();
    for draft in drafts {
        if !same_hashes(draft.deps(), &expected) {
            return Err(FoldError::NotOneChain { change: draft.hash() });
        }
        expected = vec![draft.hash()];
    }
    Ok(())
}

fn same_hashes(some: &[ChangeHash], others: &[ChangeHash]) -> bool {
    some.len() == others.len() && others.iter().all(|hash| some.contains(hash))
}

/// Whether this operation adds to a counter.
pub(super) fn is_increment(op: &Op) -> bool {
    matches!(op.action, OpType::Increment(_))
}

/// Whether this operation starts a counter.
pub(super) fn is_counter(op: &Op) -> bool {
    matches!(op.action, OpType::Put(ScalarValue::Counter(_)))
}

/// The element that an insert was put behind; `None` is the start of the list.
pub(super) fn inserted_behind(op: &Op) -> Option<OpId> {
    match &op.key {
        Key::Seq(ElementId::Id(element)) => Some(element.clone()),
        Key::Seq(ElementId::Head) | Key::Map(_) => None,
    }
}
