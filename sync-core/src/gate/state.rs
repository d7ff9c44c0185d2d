//! Owns stage 3: whether a change fits what is known of its document, without loading it.

use super::proof::Proof;
use super::{Accepted, Provenance, Refusal, Sound, Writer};
use crate::ids::{ActorId, ChangeHash, DeviceId, PersonId};
use crate::wire::{ErrorCode, Retry};
use std::collections::{BTreeMap, BTreeSet};

/// A document holds at most so many changes: a larger one takes too long to load.
pub const MAX_DOCUMENT_CHANGES: u64 = 20_000;
/// A document's changes hold at most so many bytes.
pub const MAX_DOCUMENT_BYTES: u64 = 4 << 20;
/// Operation numbers stay below this: the library's own counters end soon after.
const MAX_OP: u64 = 1 << 31;

/// What is known of a document. Only as much of its history as the judgement needs: what is named by the pushed
/// changes, and everything since the last change of each actor among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Known changes.
    pub changes: BTreeMap<ChangeHash, Known>,
    /// The last change of each actor that the pushed changes name; actors without one have none.
    pub tips: BTreeMap<ActorId, Tip>,
    /// The heads of the document.
    pub heads: BTreeSet<ChangeHash>,
    /// How many changes it has.
    pub version: u64,
    /// The highest operation number in any of them.
    pub max_op: u64,
    /// Bytes of all of them.
    pub size_bytes: u64,
    /// The actor of genesis and layers, which is nobody's.
    pub genesis_actor: ActorId,
    /// Genesis and the layers that this build knows, by number; only where a pushed change claims to be one.
    pub layers: Vec<Sound>,
}

/// A known change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its last operation number.
    pub max_op: u64,
    /// What it depends on.
    pub deps: Vec<ChangeHash>,
}

/// The last change of an actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tip {
    /// Its number among the actor's changes.
    pub seq: u64,
    /// Its hash.
    pub hash: ChangeHash,
    /// Whose the actor is; none for the actor of genesis.
    pub owner: Option<Owner>,
}

/// Whose an actor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// The person.
    pub person: PersonId,
    /// The device; unknown when another store gave it back after a restore.
    pub device: Option<DeviceId>,
}

/// What a change is to its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It was stored before.
    Known(ChangeHash),
    /// It may be stored.
    New(Accepted),
    /// It needs these, directly or not.
    Missing(Refusal, Vec<ChangeHash>),
}

impl Index {
    /// A document that does not exist yet.
    pub fn new(genesis_actor: ActorId) -> Self {
        Self {
            changes: BTreeMap::new(),
            tips: BTreeMap::new(),
            heads: BTreeSet::new(),
            version: 0,
            max_op: 0,
            size_bytes: 0,
            genesis_actor,
            layers: Vec::new(),
        }
    }

    /// Adds what was accepted.
    pub fn insert(&mut self, accepted: &Accepted, writer: &Writer) {
        let change = &accepted.change;
        let owner = match accepted.provenance {
            Provenance::Nobody => None,
            Provenance::Writer => Some(Owner { person: writer.person, device: Some(writer.device) }),
            Provenance::Restored(person, _) => Some(Owner { person, device: None }),
        };
        let owner = self.tips.get(&change.actor).map_or(owner, |tip| tip.owner);
        self.changes.insert(change.hash, Known { max_op: change.max_op, deps: change.deps.clone() });
        self.tips.insert(change.actor, Tip { seq: change.seq, hash: change.hash, owner });
        for dep in &change.deps {
            self.heads.remove(dep);
        }
        self.heads.insert(change.hash);
        self.version += 1;
        self.max_op = self.max_op.max(change.max_op);
        self.size_bytes += change.bytes.len() as u64;
    }

    /// Whether one of these changes comes after that one.
    fn descends(&self, from: &[ChangeHash], ancestor: ChangeHash) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = from.to_vec();
        while let Some(hash) = open.pop() {
            if hash == ancestor {
                return true;
            }
            if seen.insert(hash)
                && let Some(known) = self.changes.get(&hash)
            {
                open.extend(&known.deps);
            }
        }
        false
    }
}

/// Judges one change. `refused` are the changes of the same push that were refused before it.
pub fn check(
    index: &Index,
    change: Sound,
    writer: &Writer,
    proof: &Proof,
    refused: &BTreeMap<ChangeHash, Refusal>,
) -> Result<Verdict, Refusal> {
    if index.changes.contains_key(&change.hash) {
        return Ok(Verdict::Known(change.hash));
    }
    let refuse = |code, retry| Refusal { hash: change.hash, code, retry };
    let verdict = check_dependencies(index, &change, refused)?;
    if let Some(missing) = verdict {
        let refusal = refuse(ErrorCode::MissingDependency, Retry::Later);
        return Ok(Verdict::Missing(refusal, missing));
    }
    if change.actor == index.genesis_actor {
        let (code, retry) = check_layer(index, &change).err().unzip();
        return match (code, retry) {
            (Some(code), Some(retry)) => Err(refuse(code, retry)),
            _ => Ok(Verdict::New(Accepted { change, provenance: Provenance::Nobody })),
        };
    }
    let judged = check_order(index, &change)
        .and_then(|()| check_room(index, &change))
        .and_then(|()| check_owner(index, &change, writer, proof));
    match judged {
        Ok(provenance) => Ok(Verdict::New(Accepted { change, provenance })),
        Err(code) => Err(refuse(code, Retry::Never)),
    }
}

/// What the change needs and nobody has; a refusal when it needs something refused.
fn check_dependencies(
    index: &Index,
    change: &Sound,
    refused: &BTreeMap<ChangeHash, Refusal>,
) -> Result<Option<Vec<ChangeHash>>, Refusal> {
    let absent = || change.deps.iter().filter(|dep| !index.changes.contains_key(*dep));
    if absent().any(|dep| refused.get(dep).is_some_and(|refusal| refusal.retry == Retry::Never)) {
        let code = ErrorCode::DependsOnRefused;
        return Err(Refusal { hash: change.hash, code, retry: Retry::Never });
    }
    // What waits for something missing is itself not missing: the client has just sent it.
    let missing: Vec<_> = absent().filter(|dep| !refused.contains_key(*dep)).copied().collect();
    Ok(if absent().next().is_none() { None } else { Some(missing) })
}

/// Only the exact bytes are genesis or a layer. One that is newer than this build may be genuine: it waits.
fn check_layer(index: &Index, change: &Sound) -> Result<(), (ErrorCode, Retry)> {
    let known = index.layers.iter().find(|layer| layer.seq == change.seq);
    match known {
        Some(layer) if layer.bytes == change.bytes => Ok(()),
        Some(_) => Err((ErrorCode::GenesisForged, Retry::Never)),
        None => Err((ErrorCode::GenesisForged, Retry::Later)),
    }
}

/// The change follows the actor's last one and numbers its operations after what it has seen.
fn check_order(index: &Index, change: &Sound) -> Result<(), ErrorCode> {
    let tip = index.tips.get(&change.actor);
    if change.seq != tip.map_or(1, |tip| tip.seq + 1) {
        return Err(ErrorCode::ChangeSequence);
    }
    // Without a dependency it would be a second beginning.
    let follows = tip.is_none_or(|tip| index.descends(&change.deps, tip.hash));
    if !follows || change.deps.is_empty() {
        return Err(ErrorCode::ChangeAncestry);
    }
    let seen = change.deps.iter().filter_map(|dep| index.changes.get(dep)).map(|known| known.max_op).max();
    let numbered = seen.is_some_and(|seen| seen < change.start_op) && change.start_op <= index.max_op + 1;
    if !numbered || change.max_op >= MAX_OP {
        return Err(ErrorCode::ChangeOperations);
    }
    if change.others.iter().any(|actor| !index.tips.contains_key(actor)) {
        return Err(ErrorCode::ActorUnknown);
    }
    Ok(())
}

fn check_room(index: &Index, change: &Sound) -> Result<(), ErrorCode> {
    let size = index.size_bytes + change.bytes.len() as u64;
    if index.version >= MAX_DOCUMENT_CHANGES || size > MAX_DOCUMENT_BYTES {
        return Err(ErrorCode::DocumentFull);
    }
    Ok(())
}

/// An actor belongs to whoever used it first. Another device of the same person uses it only as its successor.
fn check_owner(
    index: &Index,
    change: &Sound,
    writer: &Writer,
    proof: &Proof,
) -> Result<Provenance, ErrorCode> {
    let owner = index.tips.get(&change.actor).and_then(|tip| tip.owner);
    let proven = proof.author(change);
    if let Some((person, at)) = proven
        && owner.is_none_or(|owner| owner.person == person)
    {
        return Ok(Provenance::Restored(person, at));
    }
    if proof.disputes(change, writer.person) {
        return Err(ErrorCode::ReceiptInvalid);
    }
    let is_theirs = owner.is_none_or(|owner| {
        let same_device = |device| device == writer.device || writer.replaced.contains(&device);
        owner.person == writer.person && owner.device.is_none_or(same_device)
    });
    if is_theirs { Ok(Provenance::Writer) } else { Err(ErrorCode::ActorOwned) }
}

#[cfg(test)]
mod tests;
