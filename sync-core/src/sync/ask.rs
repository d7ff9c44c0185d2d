//! Owns who asked for a sync explicitly, and how long each of them waits.

use super::AskId;
use crate::time::Timestamp;

#[derive(Debug, Clone)]
struct Ask {
    id: AskId,
    deadline: Timestamp,
    /// Not before this: the attempt before failed.
    from: Timestamp,
    /// Whether the run that goes on serves it: its request was put together after the ask.
    joined: bool,
}

/// The asks that have had no report yet, oldest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Asks(Vec<Ask>);

impl Asks {
    pub fn add(&mut self, id: AskId, now: Timestamp, budget_ms: u64) {
        let budget = i64::try_from(budget_ms).unwrap_or(i64::MAX);
        self.0.push(Ask { id, deadline: now.plus_ms(budget), from: now, joined: false });
    }

    /// The run that goes on serves everybody who has asked until now.
    pub fn join(&mut self) {
        self.0.iter_mut().for_each(|ask| ask.joined = true);
    }

    /// When the first ask that no run serves wants one.
    pub fn due(&self) -> Option<Timestamp> {
        self.0.iter().filter(|ask| !ask.joined).map(|ask| ask.from).min()
    }

    /// When the next ask has waited long enough; those that a run is about to report to do not count.
    pub fn next_deadline(&self, run_is_ending: bool) -> Option<Timestamp> {
        self.0.iter().filter(|ask| !(ask.joined && run_is_ending)).map(|ask| ask.deadline).min()
    }

    /// Whether the run serves asks, and each of them has waited long enough.
    pub fn run_is_overdue(&self, now: Timestamp) -> bool {
        let mut joined = self.0.iter().filter(|ask| ask.joined).peekable();
        joined.peek().is_some() && joined.all(|ask| ask.deadline <= now)
    }

    /// Takes those that have waited long enough, but for those that the run serves when it is about to
    /// report to them.
    pub fn take_expired(&mut self, now: Timestamp, run_is_ending: bool) -> Vec<AskId> {
        self.take(|ask| ask.deadline <= now && !(ask.joined && run_is_ending))
    }

    /// Takes those that the run serves.
    pub fn take_joined(&mut self) -> Vec<AskId> {
        self.take(|ask| ask.joined)
    }

    /// Takes everybody.
    pub fn take_all(&mut self) -> Vec<AskId> {
        self.take(|_| true)
    }

    /// Those of the run whose time allows another attempt at `from` wait for it.
    pub fn postpone_joined(&mut self, from: Timestamp) {
        for ask in self.0.iter_mut().filter(|ask| ask.joined && ask.deadline > from) {
            (ask.joined, ask.from) = (false, from);
        }
    }

    fn take(&mut self, wanted: impl Fn(&Ask) -> bool) -> Vec<AskId> {
        let (taken, kept) = std::mem::take(&mut self.0).into_iter().partition(wanted);
        self.0 = kept;
        taken.into_iter().map(|ask: Ask| ask.id).collect()
    }
}
