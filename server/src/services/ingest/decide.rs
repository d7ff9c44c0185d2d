//! Owns the decision about the changes pushed to one document: rights, then the gate. Pure.

use super::load::Known;
use super::{Candidate, Evidence, Plans, Push};
use crate::store::row::{DocumentRow, FactsRow};
use std::collections::BTreeMap;
use sync_core::coaching::Kind;
use sync_core::document::{genesis, genesis_actor, layer};
use sync_core::gate::proof::Proof;
use sync_core::gate::state::{Index, Known as KnownChange, Owner, Tip};
use sync_core::gate::{self, Accepted, Judgement, Refusal, Sound, Writer};
use sync_core::ids::{AudienceId, ChangeHash, DocId};
use sync_core::key::NaturalKey;
use sync_core::policy::{self, Role};
use sync_core::wire::frame::{PushResult, Rejection};
use sync_core::wire::{Create, ErrorCode, Retry};

/// What is to be answered and written for one document.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// The answer.
    pub(super) result: PushResult,
    /// The highest row that held a pushed change before.
    pub(super) stored_seq: Option<u64>,
    /// What is to be written, if anything. A request may name thousands of documents that nobody has.
    pub(super) addition: Option<Box<Addition>>,
}

/// Changes that a document is to get.
#[derive(Debug, Clone)]
pub(super) struct Addition {
    /// What the document is.
    pub(super) kind: Kind,
    /// Its natural key.
    pub(super) key: NaturalKey,
    /// Who sees it.
    pub(super) audience: AudienceId,
    /// What the pusher was there when this was decided: another role has other rights to the places of a document.
    pub(super) role: Option<Role>,
    /// The version that this was decided on; 0 for a document that does not exist.
    pub(super) base: u64,
    /// The new changes.
    pub(super) accepted: Vec<Accepted>,
    /// The document as it is with them.
    pub(super) after: Index,
    /// Its facts, once all that is to be written was tried.
    pub(super) facts: Option<FactsRow>,
}

/// How the pusher stands to a document.
#[derive(Debug)]
pub(super) enum Standing<'k> {
    /// It exists, and they may write it.
    Existing(&'k DocumentRow, Kind),
    /// It does not exist, and they may create it.
    New(Kind, NaturalKey),
    /// Neither.
    Refused(ErrorCode, Retry),
}

/// Decides about one document.
pub(super) fn decide(candidate: &Candidate, known: &Known, push: &Push<'_>) -> Plan {
    match standing(candidate, known, push) {
        Standing::Refused(code, retry) => refuse(candidate, known, code, retry),
        Standing::Existing(row, kind) => {
            let mut index = index_of(candidate, row, kind, known);
            let judgement = judge(candidate, &mut index, known, push, []);
            plan(candidate, known, judgement, index, (kind, row.key, row.audience, row.version))
        }
        Standing::New(kind, key) => {
            let mut index = Index::new(genesis_actor(kind, &key));
            index.layers = layers(kind, &key);
            let first = index.layers.first().cloned();
            let judgement = judge(candidate, &mut index, known, push, first);
            let audience = AudienceId::of(push.caller.org, &key.subject);
            let plan = plan(candidate, known, judgement, index, (kind, key, audience, 0));
            if plan.addition.as_deref().is_some_and(|addition| !may_make(addition, candidate, push)) {
                return refuse(candidate, known, ErrorCode::NotAllowed, Retry::Never);
            }
            plan
        }
    }
}

/// Whether a document that does not exist may come into being by this push. Who only reads such documents makes none: they
/// give back one that this server has had, and a receipt for it proves that it had. Asked after all else, so that what waits
/// for somebody to give the document back goes on waiting.
fn may_make(addition: &Addition, candidate: &Candidate, push: &Push<'_>) -> bool {
    let mut shown = push.evidence.get(&candidate.doc).into_iter().flatten();
    let was_here = shown.any(|evidence| matches!(evidence, Evidence::Genuine(_)));
    was_here || addition.role.is_some_and(|role| !policy::only_reads(role, addition.kind))
}

/// How the pusher stands to a document. With a natural key, the right follows from the key alone; without one, a
/// document that they may not see does not exist for them.
pub(super) fn standing<'k>(candidate: &Candidate, known: &'k Known, push: &Push<'_>) -> Standing<'k> {
    let created = candidate.create.as_ref().map(|create| may_create(candidate.doc, create, known, push));
    let named = match created.transpose() {
        Ok(named) => named,
        Err((code, retry)) => return Standing::Refused(code, retry),
    };
    let Some(row) = known.documents.get(&candidate.doc) else {
        return named.map_or(NOT_FOUND, |(kind, key)| Standing::New(kind, key));
    };
    if !known.roles.get(&row.audience).is_some_and(|role| policy::may_read(*role, &row.kind)) {
        return NOT_FOUND;
    }
    // A newer instance created it: this one cannot judge it.
    let Some(kind) = Kind::parse(&row.kind) else {
        return Standing::Refused(ErrorCode::Unavailable, Retry::Later);
    };
    Standing::Existing(row, kind)
}

const NOT_FOUND: Standing<'static> = Standing::Refused(ErrorCode::NotFound, Retry::Never);

fn may_create(
    doc: DocId,
    create: &Create,
    known: &Known,
    push: &Push<'_>,
) -> Result<(Kind, NaturalKey), (ErrorCode, Retry)> {
    // A kind of a newer app: a newer server will know it.
    let kind = Kind::parse(&create.kind).ok_or((ErrorCode::CreateInvalid, Retry::Later))?;
    let fits = kind.admits(&create.key) && DocId::of(push.caller.org, kind.name(), &create.key) == doc;
    if !fits {
        return Err((ErrorCode::CreateInvalid, Retry::Never));
    }
    let audience = AudienceId::of(push.caller.org, &create.key.subject);
    let role = known.roles.get(&audience).copied();
    match policy::may_create(kind, &create.key, push.caller.person, role) {
        true => Ok((kind, create.key)),
        false => Err((ErrorCode::NotFound, Retry::Never)),
    }
}

/// Everything is refused but what this person had pushed before: that stays accepted.
fn refuse(candidate: &Candidate, known: &Known, code: ErrorCode, retry: Retry) -> Plan {
    let verdict = |read: &Result<Sound, Refusal>| match read {
        Ok(change) if known.own.contains_key(&(candidate.doc, change.hash)) => None,
        Ok(change) => Some(Refusal { hash: change.hash, code, retry }),
        Err(refusal) => Some(Refusal { hash: refusal.hash, code, retry }),
    };
    let mut refused: Vec<_> = candidate.changes.iter().filter_map(verdict).collect();
    if candidate.changes.is_empty() && candidate.create.is_some() {
        refused.push(Refusal { hash: THE_DOCUMENT_ITSELF, code, retry });
    }
    Plan {
        result: result(candidate.doc, refused, [], None),
        stored_seq: stored_seq(candidate, known),
        addition: None,
    }
}

/// What [`Bug::BatchWideRejection`](sync_core::bug::Bug) does.
pub(super) fn refuse_all(candidates: &[Candidate], plans: &mut Plans) {
    let rejected = plans.values().flat_map(|plan| &plan.result.rejected);
    let first = rejected.into_iter().find(|refused| refused.retry == Retry::Never).cloned();
    let Some(first) = first else { return };
    for candidate in candidates {
        let Some(plan) = plans.get_mut(&candidate.doc) else { continue };
        plan.addition = None;
        let all = candidate.changes.iter().flatten();
        plan.result.rejected = all.map(|change| Rejection { hash: change.hash, ..first.clone() }).collect();
    }
}

/// In the place of a hash, when a creation without changes is refused.
pub(super) const THE_DOCUMENT_ITSELF: ChangeHash = ChangeHash::from_bytes([0; 32]);

fn judge(
    candidate: &Candidate,
    index: &mut Index,
    known: &Known,
    push: &Push<'_>,
    genesis: impl IntoIterator<Item = Sound>,
) -> Judgement {
    let writer =
        Writer { person: push.caller.person, device: push.caller.device, replaced: known.replaced.clone() };
    let proof = proof(candidate, push);
    let pushed = genesis.into_iter().map(Ok).chain(candidate.changes.iter().cloned());
    gate::judge(index, pushed, &writer, &proof)
}

fn proof(candidate: &Candidate, push: &Push<'_>) -> Proof {
    let mut proof = Proof::default();
    let shown = push.evidence.get(&candidate.doc).map_or(&[][..], Vec::as_slice);
    let pushed = candidate.changes.iter().flatten().filter(|_| !shown.is_empty());
    let pushed: BTreeMap<_, _> = pushed.map(|change| (change.hash, change)).collect();
    for evidence in shown {
        match evidence {
            Evidence::Genuine(receipt) => proof.add(receipt, &pushed),
            Evidence::Worthless(receipt) => proof.add_forged(receipt, push.caller.person),
        }
    }
    proof
}

fn plan(
    candidate: &Candidate,
    known: &Known,
    judgement: Judgement,
    after: Index,
    (kind, key, audience, base): (Kind, NaturalKey, AudienceId, u64),
) -> Plan {
    let only_genesis = base == 0 && judgement.accepted.len() == 1 && !judgement.refused.is_empty();
    let exists = base > 0 || !only_genesis;
    let heads = (!judgement.refused.is_empty() && exists).then(|| after.heads.iter().copied().collect());
    let result = result(candidate.doc, judgement.refused, judgement.missing, heads);
    let addition = (!judgement.accepted.is_empty() && !only_genesis).then_some(Addition {
        kind,
        key,
        audience,
        role: known.roles.get(&audience).copied(),
        base,
        accepted: judgement.accepted,
        after,
        facts: None,
    });
    let addition = addition.map(Box::new);
    Plan { result, stored_seq: stored_seq(candidate, known), addition }
}

fn result(
    doc: DocId,
    refused: Vec<Refusal>,
    missing: impl IntoIterator<Item = ChangeHash>,
    server_heads: Option<Vec<ChangeHash>>,
) -> PushResult {
    let rejected = refused.into_iter().map(Into::into).collect();
    PushResult { doc, rejected, missing: missing.into_iter().collect(), server_heads }
}

/// The highest feed row of a pushed change that was stored before, whoever had pushed it.
fn stored_seq(candidate: &Candidate, known: &Known) -> Option<u64> {
    let rows = known.index.get(&candidate.doc);
    let pushed = candidate.changes.iter().flatten().map(|change| change.hash);
    let seq = |hash: ChangeHash| {
        let own = known.own.get(&(candidate.doc, hash)).copied();
        own.or_else(|| rows?.iter().find(|row| row.hash == hash).map(|row| row.seq))
    };
    pushed.filter_map(seq).max()
}

/// What the gate is told of an existing document.
fn index_of(candidate: &Candidate, row: &DocumentRow, kind: Kind, known: &Known) -> Index {
    let mut index = Index::new(genesis_actor(kind, &row.key));
    let rows = known.index.get(&row.doc).map(Vec::as_slice).unwrap_or_default();
    let change = |row: &crate::store::row::IndexRow| {
        (row.hash, KnownChange { max_op: row.max_op, deps: row.deps.clone() })
    };
    index.changes = rows.iter().map(change).collect();
    index.tips = tips(row.doc, known);
    index.heads = row.heads.iter().copied().collect();
    (index.version, index.max_op, index.size_bytes) = (row.version, row.max_op, row.size_bytes);
    if let Some(row) = known.shares.get(&row.doc) {
        (index.operations, index.share) = (row.operations, row.share);
    }
    let claims_layer = candidate.changes.iter().flatten().any(|change| change.actor == index.genesis_actor);
    if claims_layer {
        index.layers = layers(kind, &row.key);
    }
    index
}

fn tips(doc: DocId, known: &Known) -> BTreeMap<sync_core::ids::ActorId, Tip> {
    let rows = known.tips.get(&doc).map(Vec::as_slice).unwrap_or_default();
    let tip = |row: &crate::store::row::TipRow| {
        let owner = row.person.map(|person| Owner { person, device: row.device });
        (row.actor, Tip { seq: row.actor_seq, hash: row.hash, owner })
    };
    rows.iter().map(tip).collect()
}

/// Genesis and the layers that this build knows.
fn layers(kind: Kind, key: &NaturalKey) -> Vec<Sound> {
    let further = (1..kind.spec().layers.len()).filter_map(|n| layer(kind, key, n));
    [genesis(kind, key)].into_iter().chain(further).filter_map(|change| Sound::of(&change)).collect()
}
