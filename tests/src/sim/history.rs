//! Owns the playing of one history, from its seed and steps to what came of it.

use super::failure::{Failure, FailureKind};
use super::op::Step;
use super::panic;
use super::trace::{IN_CIRCLES, Keep};
use super::world::{Size, World};
use anyhow::Context;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;
use tokio::runtime::Builder;

/// What is played.
#[derive(Debug, Clone)]
pub struct History {
    /// Decides everything that the steps leave open.
    pub seed: u64,
    /// How large the world is.
    pub size: Size,
    /// What happens.
    pub steps: Vec<Step>,
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The hash over everything that happened.
    pub trace_hash: u64,
    /// Edit calls that returned.
    pub edits: usize,
    /// Steps that are faults, also when there was nothing at that moment that they could harm.
    pub faults: usize,
    /// How long it took until every queue was empty, once everything was mended.
    pub drained: Duration,
    /// What was not as promised.
    pub failures: Vec<Failure>,
    /// Everything that happened, when it was kept.
    pub lines: Vec<String>,
}

impl History {
    /// Plays it, in no time.
    pub fn play(&self, keep: Keep) -> Outcome {
        panic::watch();
        panic::take();
        let played = catch_unwind(AssertUnwindSafe(|| self.play_in_runtime(keep)));
        let mut outcome = match played {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => failed(FailureKind::Broken, format!("the world broke: {error:#}")),
            Err(_) => Outcome::default(),
        };
        outcome.failures.extend(panic::take().into_iter().map(failure_of_panic));
        // Everything that was still alive ends with the same panic.
        outcome.failures.dedup_by(|one, other| one.kind == other.kind && one.kind == FailureKind::Stuck);
        outcome
    }

    fn play_in_runtime(&self, keep: Keep) -> anyhow::Result<Outcome> {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.context("a runtime")?.block_on(self.play_here(keep))
    }

    async fn play_here(&self, keep: Keep) -> anyhow::Result<Outcome> {
        let mut world = World::build(self.seed, self.size, keep).await?;
        world.run(&self.steps).await?;
        world.rest().await?;
        Ok(Outcome {
            trace_hash: world.trace.hash(),
            edits: world.oracle.edits,
            faults: world.faults,
            drained: world.drained,
            failures: std::mem::take(&mut world.failures),
            lines: world.trace.lines(),
        })
    }
}

fn failure_of_panic(panic: String) -> Failure {
    let kind = if panic.contains(IN_CIRCLES) { FailureKind::Stuck } else { FailureKind::Panicked };
    Failure::new(kind, panic)
}

fn failed(kind: FailureKind, what: String) -> Outcome {
    Outcome { failures: vec![Failure::new(kind, what)], ..Outcome::default() }
}
