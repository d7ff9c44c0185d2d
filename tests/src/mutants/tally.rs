//! Owns the count of what became of mutants.

use super::worker::Fate;
use std::collections::BTreeMap;
use std::fmt;

/// The code of a refusal because stage 4 never came back.
const DEATH: &str = "the worker's death";

/// What became of how many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Refused, by the code.
    refused: BTreeMap<String, u64>,
    /// Let through, and harmless.
    accepted: u64,
    /// The gate panicked, or ended the process, where it may not.
    pub panics: u64,
    /// The gate did not come back, where it must.
    pub hangs: u64,
    /// Let through, and people would read different things, or not go on.
    pub differ: u64,
    /// Stage 4 did not come back, or ended its process: the change is refused.
    worker_deaths: u64,
}

impl Tally {
    /// Counts one.
    pub fn add(&mut self, fate: &Fate) {
        match fate {
            Fate::Refused(code) => *self.refused.entry(code.clone()).or_default() += 1,
            Fate::Accepted => self.accepted += 1,
            Fate::Differs(_) => self.differ += 1,
            Fate::Panicked => self.panics += 1,
        }
    }

    /// Counts one that ended the trial's process.
    pub fn add_death(&mut self) {
        self.worker_deaths += 1;
        self.add(&Fate::Refused(DEATH.into()));
    }

    /// Adds what another worker counted.
    pub fn add_all(&mut self, other: Self) {
        for (code, count) in other.refused {
            *self.refused.entry(code).or_default() += count;
        }
        self.accepted += other.accepted;
        self.panics += other.panics;
        self.hangs += other.hangs;
        self.differ += other.differ;
        self.worker_deaths += other.worker_deaths;
    }

    fn refusals(&self) -> u64 {
        self.refused.values().sum()
    }

    /// Whether the gate held.
    pub fn is_kept(&self) -> bool {
        (self.panics, self.hangs, self.differ) == (0, 0, 0) && self.refusals() + self.accepted > 0
    }

    /// How many were refused why.
    pub fn table(&self) -> Vec<String> {
        self.refused.iter().map(|(code, count)| format!("{code:24} {count:>10}")).collect()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { accepted, panics, hangs, differ, worker_deaths, .. } = self;
        let refused = self.refusals();
        let mutants = refused + accepted + panics + hangs + differ;
        write!(f, "mutants {mutants} refused {refused} accepted {accepted} ")?;
        write!(f, "panics {panics} hangs {hangs} differ {differ} worker_deaths {worker_deaths}")
    }
}
