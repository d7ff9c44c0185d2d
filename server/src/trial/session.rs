//! Owns how the changes of one document are tried at a bench that may die of any of them.

use super::frame::{Base, Batch, Facts, Kept, Order, Report};
use super::workbench::Workbench;
use super::{Candidate, Failed, Job, Source, TrialError, Tried};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::future::Future;
use sync_core::ids::ChangeHash;
use sync_core::wire::{ErrorCode, Retry};

/// A batch that killed its worker is tried in so many parts: each death may cost all the CPU of an order.
const PARTS: usize = 8;
/// After so many deaths the rest of a batch waits for another request: whoever else needs the worker gets it.
const MAX_DEATHS: usize = 8;
/// Ends from outside that one batch bears.
const MAX_DISTURBANCES: usize = 100;

/// How a worker ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Death {
    /// Somebody ended it.
    Outside,
    /// Of what it was doing.
    Itself,
    /// It took more CPU than it may.
    Hung,
}

impl Death {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Outside => "ended_from_outside",
            Self::Itself => "died",
            Self::Hung => "hung",
        }
    }
}

/// Where changes are tried.
pub(super) trait Bench: Send {
    /// Its report, or how it died of the order. It is there again for the next order, and holds nothing then.
    fn ask(&mut self, order: Order)
    -> impl Future<Output = Result<Result<Report, Death>, TrialError>> + Send;
}

impl Bench for Workbench {
    async fn ask(&mut self, order: Order) -> Result<Result<Report, Death>, TrialError> {
        let _here = Here::begin();
        Ok(Ok(self.answer(order)))
    }
}

thread_local! {
    static IS_TRYING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is trying changes in this very process. What panics then is caught: it is what a trial is for.
pub fn is_trying_here() -> bool {
    IS_TRYING.get()
}

struct Here;

impl Here {
    fn begin() -> Self {
        IS_TRYING.set(true);
        Self
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        IS_TRYING.set(false);
    }
}

/// Tries all changes of a job: together, and in ever smaller parts when that kills the bench.
pub(super) async fn run(
    bench: &mut impl Bench,
    job: &Job,
    source: &mut impl Source,
) -> Result<Tried, TrialError> {
    let mut session =
        Session { bench, job, tried: Tried::default(), hashes: BTreeSet::new(), is_open: false };
    let (mut waiting, mut passed) = (vec![job.changes.iter().collect::<Vec<_>>()], Vec::new());
    let (mut deaths, mut disturbances) = (0, 0);
    while let Some(part) = waiting.pop() {
        let part = session.without_dependent(part);
        let death = match session.try_part(&part, source).await? {
            Ok(()) => {
                passed.extend(part);
                continue;
            }
            Err(death) => death,
        };
        session.is_open = false;
        match death {
            Death::Outside => disturbances += 1,
            Death::Itself | Death::Hung => deaths += 1,
        }
        if disturbances > MAX_DISTURBANCES {
            return Err(TrialError::Disturbed);
        }
        match (death, part.as_slice()) {
            (Death::Outside, _) => waiting.push(part),
            (_, [culprit]) => session.fail(culprit, ErrorCode::ChangeHarmful, Retry::Never),
            (_, several) => {
                let size = several.len().div_ceil(PARTS);
                waiting.extend(several.chunks(size).rev().map(<[_]>::to_vec));
            }
        }
        if deaths >= MAX_DEATHS {
            waiting.drain(..).flatten().for_each(|left| session.put_off(left));
        }
        // The next bench knows nothing of what has passed.
        let again = session.not_failed(std::mem::take(&mut passed));
        waiting.extend((!again.is_empty()).then_some(again));
    }
    Ok(session.tried)
}

struct Session<'a, B> {
    bench: &'a mut B,
    job: &'a Job,
    /// With the facts of the last part that passed: the bench had all that passed before.
    tried: Tried,
    hashes: BTreeSet<ChangeHash>,
    /// Whether the bench has the document, and all that has passed.
    is_open: bool,
}

impl<'a, B: Bench> Session<'a, B> {
    /// Tries a part; what fails in it is written down.
    async fn try_part(
        &mut self,
        part: &[&'a Candidate],
        source: &mut impl Source,
    ) -> Result<Result<(), Death>, TrialError> {
        if part.is_empty() {
            return Ok(Ok(()));
        }
        let Job { doc, version, max_op, .. } = *self.job;
        let base = (!self.is_open).then(|| Base { doc, version, heads: self.job.heads.clone(), max_op });
        let mut report = self.ask_to_try(base, part).await?;
        if let Ok(Report::Send(after)) = report {
            if let Err(death) = self.load(after, source).await? {
                return Ok(Err(death));
            }
            report = self.ask_to_try(None, part).await?;
        }
        match report {
            Ok(Report::Tried(refused, facts)) => {
                self.is_open = true;
                self.tried.facts = facts.map(Facts::into_row);
                for one in refused {
                    let culprit = part.get(one.index as usize).ok_or(TrialError::Confused)?;
                    self.fail(culprit, one.code, Retry::Never);
                }
                Ok(Ok(()))
            }
            Ok(_) => Err(TrialError::Confused),
            Err(death) => Ok(Err(death)),
        }
    }

    async fn ask_to_try(
        &mut self,
        base: Option<Base>,
        part: &[&'a Candidate],
    ) -> Result<Result<Report, Death>, TrialError> {
        let batch = Batch::of(self.job.kind, part.iter().map(|candidate| &candidate.proposed));
        self.bench.ask(Order::Try(base, batch)).await
    }

    /// A bench that dies of a document that is stored says nothing about the changes.
    async fn load(
        &mut self,
        mut after: u64,
        source: &mut impl Source,
    ) -> Result<Result<(), Death>, TrialError> {
        // Once for an addition to what the bench has, once for all of it.
        for _ in 0..2 {
            let kept = Kept::of(after, source.history(after).await?);
            match self.bench.ask(Order::Load(kept)).await? {
                Ok(Report::Ready) => return Ok(Ok(())),
                Ok(Report::Send(more)) => after = more,
                Ok(Report::Unloadable) | Err(Death::Itself | Death::Hung) => {
                    return Err(TrialError::Unloadable);
                }
                Ok(Report::Tried(..)) => return Err(TrialError::Confused),
                Err(Death::Outside) => return Ok(Err(Death::Outside)),
            }
        }
        Err(TrialError::Unloadable)
    }

    fn fail(&mut self, candidate: &Candidate, code: ErrorCode, retry: Retry) {
        self.hashes.insert(candidate.hash);
        self.tried.failed.push(Failed { hash: candidate.hash, code, retry });
    }

    fn put_off(&mut self, candidate: &Candidate) {
        self.fail(candidate, ErrorCode::Unavailable, Retry::Later);
    }

    /// Without what builds on something that failed: that fails with it.
    fn without_dependent(&mut self, part: Vec<&'a Candidate>) -> Vec<&'a Candidate> {
        let mut kept = Vec::new();
        for candidate in part {
            if candidate.deps.iter().any(|dep| self.hashes.contains(dep)) {
                self.fail(candidate, ErrorCode::DependsOnRefused, Retry::Never);
            } else {
                kept.push(candidate);
            }
        }
        kept
    }

    fn not_failed(&self, mut part: Vec<&'a Candidate>) -> Vec<&'a Candidate> {
        part.retain(|candidate| !self.hashes.contains(&candidate.hash));
        part
    }
}
