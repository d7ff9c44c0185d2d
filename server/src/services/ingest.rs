//! Owns what happens to pushed changes: from bytes that a client sent to rows that others are sent.
//!
//! ```text
//! read    stages 1 and 2 of the gate, on bytes alone
//! load    what the database knows, in one read; no lock, no open transaction afterwards
//! decide  rights and stage 3, pure
//! try     stage 4, on copies of the documents; what fails is refused, and its document decided again
//! write   one transaction: lock the documents in ascending order and check that they are as they were loaded,
//!         take places in the feed, read the rights again, insert, commit
//! ```
//!
//! Whoever holds the feed's row commits before whoever waits for it. So a revocation that commits first wins: the
//! rights are read again after the row is held. A document that has moved on since it was loaded is decided again,
//! and only that one.

mod decide;
mod load;
mod refused;
mod trial;
mod write;

use crate::caller::Caller;
use crate::random::Randomness;
use crate::store::row::FeedStamp;
use crate::store::{Access, Documents, Store, StoreError, Stored};
use crate::trial::Trials;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use sync_core::bug::{self, Bug};
use sync_core::coaching::Kind;
use sync_core::document::genesis;
use sync_core::gate::{self, Refusal, Sound};
use sync_core::ids::{ChangeHash, DocId};
use sync_core::time::Timestamp;
use sync_core::wire::frame::PushResult;
use sync_core::wire::{Create, ErrorCode, PushDocument, Receipt, Retry};
use trial::Judging;
use write::Written;

/// How often a push is decided again before it is given back to the client, which sends it again by itself.
const ATTEMPTS: usize = 12;
/// So many of these attempts hold no lock while deciding.
const FREE_ATTEMPTS: usize = 3;
/// So many operations are read before other requests get their turn.
const READ_AT_ONCE: u64 = 10_000;
/// What reading any change costs, in operations.
const CHANGE_COST: u64 = 150;
/// The operations of one request: an honest one has a hundredth.
const MAX_OPERATIONS: u64 = 500_000;
/// The bytes of one request's changes once they are inflated: one of them alone may have a thousand times its size.
const MAX_INFLATED_BYTES: usize = 16 << 20;

/// The same for changes of which only the hash is still looked at: more than an honest phone's request inflates to.
const MAX_FRAMED_BYTES: usize = 64 << 20;

/// What one request pushes.
#[derive(Debug, Clone, Copy)]
pub struct Push<'a> {
    /// Who.
    pub caller: Caller,
    /// The changes, by document.
    pub documents: &'a [PushDocument],
    /// After a restore: what was shown for these documents.
    pub evidence: &'a BTreeMap<DocId, Vec<Evidence>>,
    /// When it arrived.
    pub now: Timestamp,
}

/// A receipt that came with a push, judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// The server signed it, and has lost history since.
    Genuine(Receipt),
    /// It proves nothing.
    Worthless(Receipt),
}

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ingested {
    /// The verdicts, one for each document, in the order pushed.
    pub results: Vec<PushResult>,
    /// What the client has itself, so that the tail leaves it out.
    pub own: BTreeSet<(DocId, ChangeHash)>,
    /// The highest row that holds something of this push.
    pub pushed: Option<FeedStamp>,
}

/// Why a push could not be decided. Nothing of it may have been written, or all; sending it again is safe.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The documents moved on faster than they were decided.
    #[error("the documents are too busy")]
    Busy,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is to be written, by document.
type Plans = BTreeMap<DocId, decide::Plan>;

/// The changes pushed to one document, read.
#[derive(Debug, Clone)]
struct Candidate {
    doc: DocId,
    create: Option<Create>,
    changes: Vec<Result<Sound, Refusal>>,
}

/// What a push is worked on with.
#[derive(Debug, Clone, Copy)]
pub struct Means<'a, S> {
    /// The database.
    pub store: &'a S,
    /// Where changes are tried.
    pub trials: &'a Trials,
    /// Stamps of rows.
    pub random: &'a Randomness,
}

/// Decides and stores a push.
pub async fn ingest<S: Store>(means: &Means<'_, S>, push: &Push<'_>) -> Result<Ingested, IngestError> {
    if push.documents.is_empty() {
        return Ok(Ingested::default());
    }
    let mut candidates = read(push.documents).await;
    candidates.iter_mut().filter(|c| push.evidence.contains_key(&c.doc)).for_each(all_or_later);
    let mut plans = BTreeMap::new();
    for attempt in 0..ATTEMPTS {
        let written = if attempt < FREE_ATTEMPTS {
            decide_freely(means, push, &mut candidates, &mut plans).await
        } else {
            decide_under_lock(means, push, &mut candidates, &mut plans).await
        };
        match written {
            Ok(Written::Done(pushed)) => {
                let ingested = answer(&candidates, plans, pushed);
                refused::note(means.store, push, &ingested.results).await;
                return Ok(ingested);
            }
            Ok(Written::Outdated(docs)) => plans.retain(|doc, _| !docs.contains(doc)),
            // After a commit whose outcome nobody knows, all is read again: what was stored is a duplicate then.
            Err(StoreError::Retryable(_) | StoreError::Conflict(_) | StoreError::OutcomeUnknown(_)) => {
                plans.clear();
            }
            Err(error @ StoreError::Failed(_)) => return Err(error.into()),
        }
    }
    Err(IngestError::Busy)
}

/// Decides what is not decided yet without holding anything, then writes what is still true.
async fn decide_freely<S: Store>(
    means: &Means<'_, S>,
    push: &Push<'_>,
    candidates: &mut [Candidate],
    plans: &mut Plans,
) -> Stored<Written> {
    let Means { store, trials, random } = *means;
    let open: Vec<_> = candidates.iter().filter(|c| !plans.contains_key(&c.doc)).collect();
    if !open.is_empty() {
        let mut tx = store.begin(push.caller.org, Access::Read).await?;
        let known = load::load(&mut tx, push, &open).await?;
        drop(tx);
        let judging = Judging { trials, push, known: &known };
        let open = candidates.iter_mut().filter(|c| !plans.contains_key(&c.doc)).collect();
        plans.extend(trial::decide_each(store, judging, open).await?);
    }
    if bug::is_on(Bug::BatchWideRejection) {
        decide::refuse_all(candidates, plans);
    }
    let taken = write::take_places(store, push.caller.org, plans).await?;
    let tx = store.begin(push.caller.org, write::access(plans)).await?;
    write::write(tx, push, plans, (random, taken)).await
}

/// Decides while nobody else can move these documents on. For documents that moved on again and again: slower for
/// whoever waits for them, but it ends.
async fn decide_under_lock<S: Store>(
    means: &Means<'_, S>,
    push: &Push<'_>,
    candidates: &mut [Candidate],
    plans: &mut Plans,
) -> Stored<Written> {
    let Means { store, trials, random } = *means;
    let mut tx = store.begin(push.caller.org, Access::Write).await?;
    let docs: Vec<_> = candidates.iter().map(|candidate| candidate.doc).collect();
    tx.lock_documents(&docs).await?;
    let known = load::load(&mut tx, push, &candidates.iter().collect::<Vec<_>>()).await?;
    let judging = Judging { trials, push, known: &known };
    *plans = trial::decide_all(&mut tx, judging, candidates).await?.into_iter().collect();
    write::write(tx, push, plans, (random, None)).await
}

/// Stages 1 and 2. What a request says of one document in several places is one push.
async fn read(documents: &[PushDocument]) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut places = BTreeMap::new();
    let mut budget = Budget::default();
    for pushed in documents {
        let at = *places.entry(pushed.doc).or_insert_with(|| {
            candidates.push(Candidate { doc: pushed.doc, create: None, changes: Vec::new() });
            candidates.len() - 1
        });
        let candidate = &mut candidates[at];
        candidate.create = candidate.create.take().or_else(|| pushed.create.clone());
        if candidate.changes.is_empty() {
            // No more room than that: there may be thousands of documents with one change each.
            candidate.changes.reserve_exact(pushed.changes.len());
        }
        for bytes in &pushed.changes {
            candidate.changes.push(budget.read(bytes));
            if budget.is_turn_over() {
                tokio::task::yield_now().await;
            }
        }
    }
    candidates
}

/// A receipt proves what its heads lead to, so of a document that is given back all is looked at or nothing.
fn all_or_later(candidate: &mut Candidate) {
    let is_left_over =
        |refusal: &Refusal| refusal.code == ErrorCode::TooLarge && refusal.retry == Retry::Later;
    if candidate.changes.iter().any(|change| change.as_ref().is_err_and(is_left_over)) {
        for change in &mut candidate.changes {
            if let Ok(Sound { hash, .. }) = *change {
                *change = Err(Refusal { hash, code: ErrorCode::TooLarge, retry: Retry::Later });
            }
        }
    }
}

/// What reading the changes of a request has cost.
#[derive(Debug, Default)]
struct Budget {
    operations: u64,
    inflated_bytes: usize,
    framed_bytes: usize,
    turn: u64,
}

impl Budget {
    /// Reads a change, unless the request has cost too much already: what is left over may come in another one.
    fn read(&mut self, bytes: &[u8]) -> Result<Sound, Refusal> {
        if self.operations > MAX_OPERATIONS || self.inflated_bytes > MAX_INFLATED_BYTES {
            return Err(Refusal { hash: self.hash(bytes), code: ErrorCode::TooLarge, retry: Retry::Later });
        }
        let read = gate::read(bytes);
        let operations = read.as_ref().map_or(0, |change| change.max_op + 1 - change.start_op);
        self.operations += operations;
        self.turn += operations + CHANGE_COST;
        self.inflated_bytes += read.as_ref().map_or(bytes.len(), |change| change.bytes.len());
        read
    }

    /// The hash by which the phone knows a change that is not read: without it, the phone would take it for accepted.
    fn hash(&mut self, bytes: &[u8]) -> ChangeHash {
        if self.framed_bytes > MAX_FRAMED_BYTES {
            return ChangeHash::from_bytes(Sha256::digest(bytes).into());
        }
        match gate::chunk::read(bytes) {
            Ok(chunk) => {
                self.framed_bytes += chunk.bytes.len();
                chunk.hash
            }
            Err(refusal) => {
                self.framed_bytes += bytes.len();
                refusal.hash
            }
        }
    }

    fn is_turn_over(&mut self) -> bool {
        let is_over = self.turn >= READ_AT_ONCE;
        if is_over {
            self.turn = 0;
        }
        is_over
    }
}

fn answer(candidates: &[Candidate], mut plans: Plans, pushed: Option<FeedStamp>) -> Ingested {
    let own = candidates.iter().flat_map(own_hashes).collect();
    let results = candidates.iter().filter_map(|c| plans.remove(&c.doc)).map(|plan| plan.result).collect();
    Ingested { results, own, pushed }
}

/// What the client holds of a document because this request says so: the changes, and the genesis that it names.
fn own_hashes(candidate: &Candidate) -> Vec<(DocId, ChangeHash)> {
    let pushed = candidate.changes.iter().flatten().map(|change| change.hash);
    let named = candidate.create.as_ref().and_then(|create| {
        let kind = Kind::parse(&create.kind).filter(|kind| kind.admits(&create.key))?;
        Sound::of(&genesis(kind, &create.key)).map(|genesis| genesis.hash)
    });
    pushed.chain(named).map(|hash| (candidate.doc, hash)).collect()
}

#[cfg(test)]
mod tests;
