//! Folds drafts into one net change: what was typed and taken back before a sync never leaves the
//! phone, and one sync costs one change for each document. Works on plain documents and changes;
//! stores nothing, sends nothing, and knows neither clock nor randomness.
//!
//! The life of a fold:
//! 1. `chain` decodes the drafts into one row of operations and checks that they are one chain.
//! 2. `plan` decides for each operation: kept, dropped because a later one superseded it, or joined
//!    with the insert whose element it set; `mark` and `counter` decide about theirs, `order` finds
//!    the neighbour that each insert goes behind.
//! 3. `net` renumbers what is left and encodes it.
//! 4. `verify` rebuilds the document from wire and net and compares everything it says, with the
//!    identity of every value, to the draft document. If it differs, the plain concatenation of the
//!    operations is proved the same way and sent instead; the drafts themselves are never sent.
//!
//! [`rebase()`] puts a chain onto new heads before remote changes are merged, [`fold_without`] leaves
//! out what the server refused, [`OpMap`] says where each operation went.

mod chain;
mod counter;
mod leave_out;
mod mark;
mod moved;
mod net;
mod order;
mod plan;
mod reading;
mod rebase;
mod scalar;
#[cfg(test)]
mod tests;
mod verify;
pub mod view;

use std::collections::BTreeSet;

use automerge::legacy::ObjectId;
use automerge::{ActorId, Automerge, AutomergeError, Change, ChangeHash};

use chain::{Chain, check_is_one_chain};
use net::{Anchor, Net};
use plan::Plan;
use reading::Reading;

pub use leave_out::{LeftOut, Refolded, fold_without};
pub use moved::{Moved, OpMap};
pub use rebase::rebase;
pub use scalar::Scalar;

/// A net change above this is cut into several, so that a request on a slow uplink makes progress.
pub const MAX_NET_BYTES: usize = 32 * 1024;
/// A net change of more operations is cut too: a long text that is deleted takes few bytes and many operations, and the
/// gate takes no more than [`MAX_OPERATIONS`](crate::gate::precheck::MAX_OPERATIONS) in one change.
pub const MAX_NET_OPERATIONS: usize = 20_000;

/// The actor and the sequence number that the net change takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Who signs the net: the session actor, or a new draft actor for a rebase.
    pub actor: ActorId,
    /// The actor's next sequence number in this document; a net that is cut takes the ones after it.
    pub seq: u64,
}

/// What a chain of drafts was folded into.
#[derive(Debug, Default)]
pub struct Folded {
    /// The net, in causal order. None when everything cancelled out, several when it was cut.
    pub changes: Vec<Change>,
    /// Where each operation of the drafts went.
    pub moved: OpMap,
    /// Why the plain concatenation is sent instead of the fold; to be reported, never to be ignored.
    pub fallback: Option<FoldFault>,
}

/// Why drafts could not be folded at all. They stay where they are.
#[derive(Debug, thiserror::Error)]
pub enum FoldError {
    /// A draft does not follow the one before it.
    #[error("change {change} does not follow the change before it")]
    NotOneChain {
        /// The draft.
        change: ChangeHash,
    },
    /// The drafts themselves cannot be read on top of the wire document.
    #[error("the drafts cannot be read")]
    Unreadable(#[source] FoldFault),
    /// The refused changes cannot be taken out of the chain.
    #[error("the refused changes cannot be left out")]
    NotLeftOut(#[source] FoldFault),
    /// Neither the fold nor the plain concatenation says what the drafts said.
    #[error("neither the fold ({fold}) nor the concatenation of the drafts holds")]
    Unproved {
        /// What is wrong with the fold.
        fold: FoldFault,
        /// What is wrong with the concatenation.
        #[source]
        concatenation: FoldFault,
    },
}

/// What is wrong with a net.
#[derive(Debug, thiserror::Error)]
pub enum FoldFault {
    /// The library panicked.
    #[error("the document library panicked")]
    Panicked,
    /// The library refused a change or could not read a document.
    #[error("the document library refused")]
    Library(#[source] Box<AutomergeError>),
    /// A change depends on one that the document lacks.
    #[error("a dependency is missing")]
    MissingDependency,
    /// A kept operation refers to a dropped one.
    #[error("an operation refers to one that was dropped")]
    DanglingReference,
    /// An operation was dropped although its value shows.
    #[error("an operation was dropped although its value shows")]
    DroppedWhatShows,
    /// Something in the net supersedes something in the net.
    #[error("the net still holds something that was taken back")]
    InnerPredecessor,
    /// Decoding and encoding again gives other bytes.
    #[error("the encoding is not canonical")]
    NotCanonical,
    /// The document rebuilt from wire and net says something else.
    #[error("object {object} says something else than in the drafts")]
    SaysOtherwise {
        /// The first object that differs.
        object: String,
    },
    /// A rebased chain changed the order of elements that one side had put in order.
    #[error("object {object} is in another order than before the rebase")]
    OrderChanged {
        /// The object.
        object: String,
    },
    /// A rebased chain shows another mark than both sides had set there.
    #[error("object {object} shows another mark than both sides set")]
    MarkChanged {
        /// The object.
        object: String,
    },
}

impl From<AutomergeError> for FoldFault {
    fn from(error: AutomergeError) -> Self {
        Self::Library(Box::new(error))
    }
}

impl FoldFault {
    fn otherwise(object: &ObjectId) -> Self {
        Self::SaysOtherwise { object: object.to_string() }
    }
}

/// Folds a chain of drafts that was made on `base`, the wire document, into a net change on `base`.
///
/// # Errors
/// When the drafts are not one chain on `base`, or when not even their concatenation can be proved.
pub fn fold(base: &Automerge, drafts: &[Change], slot: &Slot) -> Result<Folded, FoldError> {
    check_is_one_chain(base, drafts)?;
    let drafted = Drafted::of(base, drafts)?;
    let anchor = Anchor::at_the_end_of(base, slot);
    drafted.first_that_holds(|plan, kind| drafted.prove(plan, kind, &anchor))
}

/// A chain of drafts, and the document that it makes of the wire document.
struct Drafted<'a> {
    base: &'a Automerge,
    chain: Chain,
    doc: Automerge,
    said: Reading,
}

/// Which plan a net comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Fold,
    Concatenation,
}

impl<'a> Drafted<'a> {
    fn of(base: &'a Automerge, drafts: &[Change]) -> Result<Self, FoldError> {
        let read = || {
            let doc = verify::with_changes(base, drafts)?;
            let said = Reading::of(&doc)?;
            Ok(Self { base, chain: Chain::decode(drafts), doc, said })
        };
        verify::guarded(read).map_err(FoldError::Unreadable)
    }

    /// Objects on the wire that the drafts wrote into and took away. What was written into an object that somebody
    /// else took away is not among them: nobody has taken it back.
    fn taken_away(&self) -> Result<BTreeSet<ObjectId>, FoldFault> {
        let is_gone = |object: &&ObjectId| {
            self.chain.maker(object).is_none() && !self.said.objects.contains_key(*object)
        };
        let touched = self.chain.links.iter().map(|link| &link.op.obj);
        let mut gone: BTreeSet<ObjectId> = touched.filter(is_gone).cloned().collect();
        if !gone.is_empty() {
            let before = Reading::of(self.base)?;
            gone.retain(|object| before.objects.contains_key(object));
        }
        Ok(gone)
    }

    fn plan(&self, kind: Kind) -> Result<Plan, FoldFault> {
        match kind {
            Kind::Fold => Plan::folded(self),
            Kind::Concatenation => Ok(Plan::everything(self.chain.clone())),
        }
    }

    /// The fold if it can be proved, else the concatenation if that can.
    fn first_that_holds(
        &self,
        attempt: impl Fn(&Plan, Kind) -> Result<Net, FoldFault>,
    ) -> Result<Folded, FoldError> {
        let attempt = |kind| verify::guarded(|| attempt(&self.plan(kind)?, kind));
        let fold = match attempt(Kind::Fold) {
            Ok(net) => return Ok(Folded { changes: net.changes, moved: net.moved, fallback: None }),
            Err(fault) => fault,
        };
        match attempt(Kind::Concatenation) {
            Ok(net) => Ok(Folded { changes: net.changes, moved: net.moved, fallback: Some(fold) }),
            Err(concatenation) => Err(FoldError::Unproved { fold, concatenation }),
        }
    }

    /// Writes the plan down on the base and proves the result.
    fn prove(&self, plan: &Plan, kind: Kind, anchor: &Anchor) -> Result<Net, FoldFault> {
        let net = Net::of(plan, anchor)?;
        verify::is_canonical(&net.changes)?;
        if kind == Kind::Fold {
            verify::has_no_past(&net)?;
        }
        verify::says_the_same(self.base, &self.said, &net)?;
        Ok(net)
    }
}
