//! Owns the trial of what was decided: what does not pass is refused, and its document is decided again without it.

use super::decide::{Addition, Plan, decide};
use super::load::Known;
use super::{Candidate, Push};
use crate::error::Chain;
use crate::store::{Access, Store, Stored, Transaction};
use crate::trial::{self, Failed, Job, Source, TrialError, Trials, Tried};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use sync_core::bug::{self, Bug};
use sync_core::gate::trial::{History, Proposed};
use sync_core::gate::{Accepted, Provenance, Refusal};
use sync_core::ids::{DocId, OrgId};
use sync_core::policy::Role;
use sync_core::wire::{ErrorCode, Retry};

/// What a document's kept history is read by.
#[derive(Debug, Clone, Copy)]
struct Extent {
    doc: DocId,
    version: u64,
    snapshot_version: u64,
}

/// Reads in a transaction of its own, if it has to read at all.
struct Reopened<'a, S> {
    store: &'a S,
    org: OrgId,
    extent: Extent,
}

/// Reads in a transaction that somebody holds.
struct Held<'a, T> {
    tx: &'a mut T,
    extent: Extent,
}

impl<S: Store> Source for Reopened<'_, S> {
    async fn history(&mut self, after: u64) -> Stored<History> {
        read(&mut self.store.begin(self.org, Access::Read).await?, self.extent, after).await
    }
}

impl<T: Transaction> Source for Held<'_, T> {
    async fn history(&mut self, after: u64) -> Stored<History> {
        read(self.tx, self.extent, after).await
    }
}

async fn read(tx: &mut impl Transaction, extent: Extent, after: u64) -> Stored<History> {
    let Extent { doc, version, snapshot_version } = extent;
    let whole = after == 0;
    let saved = if whole { tx.snapshots(&[(doc, snapshot_version)]).await?.pop() } else { None };
    let from = saved.as_ref().map_or(after, |snapshot| snapshot.version);
    let tail = tx.bodies_after(&[(doc, from)]).await?.into_iter();
    let tail = tail.filter(|body| body.version <= version).map(|body| body.bytes).collect();
    Ok(History { saved: saved.map(|snapshot| snapshot.bytes), tail })
}

/// What of a push is decided with.
#[derive(Clone, Copy)]
pub(super) struct Judging<'a> {
    pub(super) trials: &'a Trials,
    pub(super) push: &'a Push<'a>,
    pub(super) known: &'a Known,
}

/// Decides about documents, each for itself, and several at a time.
pub(super) async fn decide_each<S: Store>(
    store: &S,
    judging: Judging<'_>,
    candidates: Vec<&mut Candidate>,
) -> Stored<Vec<(DocId, Plan)>> {
    // Boxed, or the compiler cannot tell that what they borrow may be sent between threads.
    let settled: Vec<BoxFuture<'_, _>> =
        candidates.into_iter().map(|candidate| settle_one(store, judging, candidate).boxed()).collect();
    stream::iter(settled).buffer_unordered(judging.trials.width()).try_collect().await
}

async fn settle_one<S: Store>(
    store: &S,
    judging: Judging<'_>,
    candidate: &mut Candidate,
) -> Stored<(DocId, Plan)> {
    let extent = extent(candidate.doc, judging.known);
    let mut source = Reopened { store, org: judging.push.caller.org, extent };
    Ok((candidate.doc, settle(candidate, judging, &mut source).await?))
}

/// The same, where all is read in one transaction.
pub(super) async fn decide_all(
    tx: &mut impl Transaction,
    judging: Judging<'_>,
    candidates: &mut [Candidate],
) -> Stored<Vec<(DocId, Plan)>> {
    let mut plans = Vec::new();
    for candidate in candidates {
        let extent = extent(candidate.doc, judging.known);
        plans.push((candidate.doc, settle(candidate, judging, &mut Held { tx, extent }).await?));
    }
    Ok(plans)
}

fn extent(doc: DocId, known: &Known) -> Extent {
    let row = known.documents.get(&doc);
    let (version, snapshot_version) = row.map_or((0, 0), |row| (row.version, row.snapshot_version));
    Extent { doc, version, snapshot_version }
}

/// Until everything that is left passes. Each round refuses something.
async fn settle(candidate: &mut Candidate, judging: Judging<'_>, source: &mut impl Source) -> Stored<Plan> {
    loop {
        let mut plan = decide(candidate, judging.known, judging.push);
        let Some(addition) = plan.addition.as_deref_mut().filter(|_| !bug::is_on(Bug::UntriedChanges)) else {
            return Ok(plan);
        };
        let job = job(candidate.doc, addition, judging);
        let tried = match judging.trials.try_changes(&job, source).await {
            Ok(tried) => tried,
            Err(TrialError::Store(error)) => return Err(error),
            Err(error) => {
                tracing::error!(doc = %candidate.doc, error = %Chain(&error), "changes could not be tried");
                Tried { failed: job.changes.iter().map(put_off).collect(), facts: None }
            }
        };
        if tried.failed.is_empty() {
            addition.facts = tried.facts;
            return Ok(plan);
        }
        refuse(candidate, &tried.failed);
    }
}

fn put_off(change: &trial::Candidate) -> Failed {
    Failed { hash: change.hash, code: ErrorCode::Unavailable, retry: Retry::Later }
}

/// What builds on something that failed is left to be found out by the decision.
fn refuse(candidate: &mut Candidate, failed: &[Failed]) {
    for change in &mut candidate.changes {
        let Ok(sound) = change else { continue };
        let of = failed.iter().find(|failed| failed.hash == sound.hash);
        if let Some(Failed { hash, code, retry }) = of.copied()
            && code != ErrorCode::DependsOnRefused
        {
            *change = Err(Refusal { hash, code, retry });
        }
    }
}

fn job(doc: DocId, addition: &Addition, judging: Judging<'_>) -> Job {
    let row = judging.known.documents.get(&doc);
    let role = judging.known.roles.get(&addition.audience).copied();
    Job {
        doc,
        kind: addition.kind,
        version: addition.base,
        heads: Some(row.map(|row| row.heads.clone()).unwrap_or_default()),
        max_op: addition.after.max_op,
        changes: addition.accepted.iter().map(|accepted| proposed(accepted, role, judging.push)).collect(),
    }
}

/// What nobody wrote, and what the server had let through before it lost it, is held against nobody's rights.
fn proposed(accepted: &Accepted, role: Option<Role>, push: &Push<'_>) -> trial::Candidate {
    let change = &accepted.change;
    let writer = match accepted.provenance {
        Provenance::Writer => role.map(|role| (push.caller.person, role)),
        Provenance::Nobody | Provenance::Restored(..) => None,
    };
    let proposed = Proposed { bytes: change.bytes.clone(), writer };
    trial::Candidate { hash: change.hash, deps: change.deps.clone(), proposed }
}
