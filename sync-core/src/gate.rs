//! Owns the gate: what a change must pass before it gets a place in a document that others share.
//!
//! Four stages, cheapest first. Nothing is stored or relayed before all of them, and the library sees bytes only after the first.
//!
//! 1. **Pre-parse**: own bounded code, no library. [`chunk`]: size, chunk type, exact length, checksum; a compressed
//!    chunk is inflated under our limit and wrapped again. [`precheck`]: every number, column and string inside.
//! 2. **Canonical** ([`canonical`]): the library reads the change and writes it again; the bytes must be the same.
//! 3. **State** ([`state`]): against what is known of the document, without loading it.
//! 4. **Trial** ([`trial`]): the accepted changes on copies, in a process of their own; what they touch, against the policy.
//!
//! [`read`] is stages 1 and 2, of one change. [`judge`] is stage 3, of all changes pushed to one document; whoever calls it
//! gives what it accepts to [`trial::Copies`] before anything else is done with it. Both are pure: the server fills [`state::Index`] from its tables, the
//! simulator from its model.

pub mod canonical;
pub mod chunk;
pub mod precheck;
pub mod proof;
mod reader;
pub mod state;
pub mod trial;

use crate::ids::{ActorId, ChangeHash, DeviceId, PersonId};
use crate::time::Timestamp;
use crate::wire::{ErrorCode, Rejection, Retry};
use proof::Proof;
use state::Index;
use std::collections::{BTreeMap, BTreeSet};

/// A change whose bytes are the one form of what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sound {
    /// Its hash.
    pub hash: ChangeHash,
    /// Who made it.
    pub actor: ActorId,
    /// Its number among the actor's changes, from 1.
    pub seq: u64,
    /// Its first operation number.
    pub start_op: u64,
    /// Its last operation number; one less than the first when it has none.
    pub max_op: u64,
    /// What it depends on, ascending.
    pub deps: Vec<ChangeHash>,
    /// The other actors whose operations it names.
    pub others: Vec<ActorId>,
    /// The canonical chunk, the only form that is stored or relayed.
    pub bytes: Vec<u8>,
}

/// A change that does not pass, and what to tell its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The change; when its bytes have no readable hash, the SHA-256 of the bytes.
    pub hash: ChangeHash,
    /// Why.
    pub code: ErrorCode,
    /// Whether sending it again can help.
    pub retry: Retry,
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Self { hash: refusal.hash, code: refusal.code, retry: refusal.retry }
    }
}

/// Who pushes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writer {
    /// The person whose device signed the request.
    pub person: PersonId,
    /// That device.
    pub device: DeviceId,
    /// The devices that it replaces: their unsent work goes on.
    pub replaced: BTreeSet<DeviceId>,
}

/// Whose change it is, by the server's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provenance {
    /// Nobody's: genesis or a layer.
    Nobody,
    /// The pusher's.
    Writer,
    /// Somebody's who pushed it before the server lost it.
    Restored(PersonId, Timestamp),
}

/// A change that may be stored, and under whose name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The change.
    pub change: Sound,
    /// Whose it is.
    pub provenance: Provenance,
}

/// What becomes of the changes pushed to one document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judgement {
    /// What may be stored, in causal order.
    pub accepted: Vec<Accepted>,
    /// What was stored before.
    pub duplicates: Vec<ChangeHash>,
    /// What is refused, in the order pushed.
    pub refused: Vec<Refusal>,
    /// What is needed and not there.
    pub missing: BTreeSet<ChangeHash>,
}

/// Stages 1 and 2: what can be said of a change from its bytes alone.
pub fn read(bytes: &[u8]) -> Result<Sound, Refusal> {
    let chunk = chunk::read(bytes)?;
    let refusal = Refusal { hash: chunk.hash, code: ErrorCode::ChangeMalformed, retry: Retry::Never };
    precheck::check(chunk.body()).map_err(|_| refusal)?;
    canonical::read(chunk)
}

/// Stage 3, for each change in the order pushed; what is accepted becomes part of the index.
///
/// A change is refused alone: what does not depend on it is judged as if it had not been sent.
pub fn judge(
    index: &mut Index,
    pushed: impl IntoIterator<Item = Result<Sound, Refusal>>,
    writer: &Writer,
    proof: &Proof,
) -> Judgement {
    let mut judgement = Judgement::default();
    let mut refused = BTreeMap::new();
    for read in pushed {
        match read.and_then(|change| state::check(index, change, writer, proof, &refused)) {
            Ok(state::Verdict::Known(hash)) => judgement.duplicates.push(hash),
            Ok(state::Verdict::New(accepted)) => {
                index.insert(&accepted, writer);
                judgement.accepted.push(accepted);
            }
            Ok(state::Verdict::Missing(refusal, missing)) => {
                judgement.missing.extend(missing);
                refused.insert(refusal.hash, refusal);
                judgement.refused.push(refusal);
            }
            Err(refusal) => {
                refused.insert(refusal.hash, refusal);
                judgement.refused.push(refusal);
            }
        }
    }
    judgement
}
