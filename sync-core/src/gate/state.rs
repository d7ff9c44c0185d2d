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
/// A document's changes hold at most so many operations: a few bytes can say thousands of them.
pub const MAX_DOCUMENT_OPERATIONS: u64 = 500_000;
/// One person's share of each of these, in per cent: whoever shares a document with them always has room left.
const MAX_SHARE_PERCENT: u64 = 60;
/// What one person adds to one document in a day; an honest one adds some dozens. More waits for tomorrow.
pub const MAX_CHANGES_A_DAY: u64 = 6_000;
/// A document below all of these is nowhere near a limit, and what is in it is not counted.
const COUNTED_FROM: Size = Size { changes: 100, bytes: 64 << 10, operations: 20_000 };
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
    /// How many operations they hold; 0 for a document that is not counted.
    pub operations: u64,
    /// What of it the pusher has written; nothing for a document that is not counted.
    pub share: Share,
    /// The actor of genesis and layers, which is nobody's.
    pub genesis_actor: ActorId,
    /// Genesis and the layers that this build knows, by number; only where a pushed change claims to be one.
    pub layers: Vec<Sound>,
}

/// How much something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Changes.
    pub changes: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Their operations.
    pub operations: u64,
}

/// What one person has written in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// In all.
    pub size: Size,
    /// Changes in the last day.
    pub recent_changes: u64,
}

/// Whether a document is so large that what is in it has to be counted before more is let in.
pub const fn is_counted(version: u64, size_bytes: u64, max_op: u64) -> bool {
    version >= COUNTED_FROM.changes || size_bytes >= COUNTED_FROM.bytes || max_op >= COUNTED_FROM.operations
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
            operations: 0,
            share: Share::default(),
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
        self.operations += operations(change);
        if accepted.provenance == Provenance::Writer {
            self.share.add(change);
        }
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
    let provenance = judged.map_err(|code| refuse(code, Retry::Never))?;
    if provenance == Provenance::Writer {
        check_share(index, &change).map_err(|(code, retry)| refuse(code, retry))?;
    }
    Ok(Verdict::New(Accepted { change, provenance }))
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
    let mut after = Size { changes: index.version, bytes: index.size_bytes, operations: index.operations };
    after.add(change.bytes.len() as u64, operations(change));
    if after.fits(100) { Ok(()) } else { Err(ErrorCode::DocumentFull) }
}

/// A document is shared: nobody fills it alone, and nobody floods it.
fn check_share(index: &Index, change: &Sound) -> Result<(), (ErrorCode, Retry)> {
    let mut after = index.share;
    after.add(change);
    if !after.size.fits(MAX_SHARE_PERCENT) {
        return Err((ErrorCode::DocumentFull, Retry::Never));
    }
    if after.recent_changes > MAX_CHANGES_A_DAY {
        return Err((ErrorCode::RateLimited, Retry::Later));
    }
    Ok(())
}

impl Size {
    /// Adds a change.
    pub const fn add(&mut self, bytes: u64, operations: u64) {
        self.changes += 1;
        self.bytes += bytes;
        self.operations += operations;
    }

    /// Whether it is no more than so many per cent of what a document holds.
    const fn fits(&self, percent: u64) -> bool {
        self.changes * 100 <= MAX_DOCUMENT_CHANGES * percent
            && self.bytes * 100 <= MAX_DOCUMENT_BYTES * percent
            && self.operations * 100 <= MAX_DOCUMENT_OPERATIONS * percent
    }
}

/// Whether a document can hold this much, of which one person wrote that much.
pub const fn has_room(whole: Size, of_one: Size) -> bool {
    whole.fits(100) && of_one.fits(MAX_SHARE_PERCENT)
}

impl Share {
    fn add(&mut self, change: &Sound) {
        self.size.add(change.bytes.len() as u64, operations(change));
        self.recent_changes += 1;
    }
}

/// How many operations a change holds.
const fn operations(change: &Sound) -> u64 {
    (change.max_op + 1).saturating_sub(change.start_op)
}

/// An actor belongs to whoever used it first, but one that a person's phones work out to them alone. Another device of the same
/// person uses it only as its successor.
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
    let is_theirs = change.actor.may_be_of(writer.person)
        && owner.is_none_or(|owner| {
            let same_device = |device| device == writer.device || writer.replaced.contains(&device);
            owner.person == writer.person && owner.device.is_none_or(same_device)
        });
    if is_theirs { Ok(Provenance::Writer) } else { Err(ErrorCode::ActorOwned) }
}

#[cfg(test)]
mod tests;
