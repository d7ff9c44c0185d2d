//! Owns the run over many histories: in parallel, each on a thread of its own, and one line about them all.

use super::failure::FailureKind;
use super::history::{History, Outcome};
use super::mix;
use super::shrink::shrink;
use super::trace::Keep;
use super::world::Size;
use crate::kills::say;
use anyhow::{Context, bail};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Failing histories are made shorter as long as there are not more than these.
const SHRUNK: u64 = 3;

/// Which histories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How many.
    pub histories: u64,
    /// The seed of the first; each further one has the next.
    pub seed: u64,
    /// Threads.
    pub jobs: usize,
    /// How often a failing history is tried shorter.
    pub shrink_tries: usize,
    /// Whether to print each history's hash.
    pub prints_hashes: bool,
    /// Whether to print everything that happens.
    pub prints_traces: bool,
}

/// What came of many histories.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// How many there were.
    pub histories: u64,
    /// Edits in them.
    pub edits: usize,
    /// Faults in them.
    pub faults: usize,
    /// In how many of them each promise was broken.
    pub failures: BTreeMap<FailureKind, u64>,
}

impl Settings {
    /// Reads `--histories N`, `--seed S`, `--jobs J`, `--shrink-tries N`, `--trace-hash` and `--trace`.
    pub fn parse(mut arguments: impl Iterator<Item = OsString>) -> anyhow::Result<Self> {
        let mut settings = Self {
            histories: 500,
            seed: 1,
            jobs: 2,
            shrink_tries: 600,
            prints_hashes: false,
            prints_traces: false,
        };
        while let Some(name) = arguments.next() {
            match &*name.to_string_lossy() {
                "--trace-hash" => settings.prints_hashes = true,
                "--trace" => settings.prints_traces = true,
                "--histories" => settings.histories = number(&mut arguments)?,
                "--seed" => settings.seed = number(&mut arguments)?,
                "--shrink-tries" => settings.shrink_tries = usize::try_from(number(&mut arguments)?)?,
                "--jobs" => settings.jobs = usize::try_from(number(&mut arguments)?)?.max(1),
                other => bail!("there is no option {other}"),
            }
        }
        Ok(settings)
    }
}

fn number(arguments: &mut impl Iterator<Item = OsString>) -> anyhow::Result<u64> {
    let value = arguments.next().context("this option takes a number")?;
    value.to_string_lossy().parse().context("this option takes a number")
}

/// The history of a seed.
pub fn history(seed: u64) -> History {
    History { seed, size: Size::default(), steps: mix::steps(seed) }
}

/// Plays them all and tells about them.
///
/// # Errors
/// Unless every promise was kept in every history.
pub fn play(settings: &Settings) -> anyhow::Result<Tally> {
    let (next, tally) = (AtomicU64::new(0), Mutex::new(Tally::default()));
    let worked: Vec<anyhow::Result<()>> = std::thread::scope(|scope| {
        let work = || work(settings, &next, &tally);
        let workers: Vec<_> = (0..settings.jobs).map(|_| scope.spawn(work)).collect();
        let ended = workers.into_iter().map(|worker| worker.join());
        ended.map(|ended| ended.unwrap_or_else(|_| bail!("a thread of the simulator panicked"))).collect()
    });
    worked.into_iter().collect::<anyhow::Result<()>>()?;
    let tally = tally.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    say(&tally.to_string())?;
    if tally.failures.is_empty() { Ok(tally) } else { bail!("a promise was not kept") }
}

fn work(settings: &Settings, next: &AtomicU64, tally: &Mutex<Tally>) -> anyhow::Result<()> {
    loop {
        let number = next.fetch_add(1, Ordering::SeqCst);
        if number >= settings.histories {
            return Ok(());
        }
        let history = history(settings.seed + number);
        let keep = if settings.prints_traces { Keep::Lines } else { Keep::Hash };
        let outcome = history.play(keep);
        outcome.lines.iter().try_for_each(|line| say(line))?;
        if settings.prints_hashes {
            say(&format!("seed {} trace {:016x}", history.seed, outcome.trace_hash))?;
        }
        let failed = {
            let mut tally = tally.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            tally.add(&outcome);
            if tally.histories.is_multiple_of(100) {
                say(&format!("  {tally}"))?;
            }
            tally.failures.values().sum::<u64>()
        };
        if !outcome.failures.is_empty() {
            tell_failure(&history, &outcome, (failed, settings.shrink_tries))?;
        }
    }
}

fn tell_failure(
    history: &History,
    outcome: &Outcome,
    (failed, shrink_tries): (u64, usize),
) -> anyhow::Result<()> {
    say(&format!("seed {} failed:", history.seed))?;
    for failure in &outcome.failures {
        say(&format!("  {failure}"))?;
    }
    let failure = &outcome.failures[0];
    if failed > SHRUNK || shrink_tries == 0 {
        return Ok(());
    }
    let short = shrink(history, failure, shrink_tries);
    let left = short.play(Keep::Hash);
    say(&format!("seed {} with {} of {} steps:", short.seed, short.steps.len(), history.steps.len()))?;
    for failure in &left.failures {
        say(&format!("  {failure}"))?;
    }
    for step in &short.steps {
        say(&format!("    {step:?},"))?;
    }
    Ok(())
}

impl Tally {
    fn add(&mut self, outcome: &Outcome) {
        self.histories += 1;
        self.edits += outcome.edits;
        self.faults += outcome.faults;
        let mut kinds: Vec<FailureKind> = outcome.failures.iter().map(|failure| failure.kind).collect();
        kinds.sort();
        kinds.dedup();
        kinds.into_iter().for_each(|kind| *self.failures.entry(kind).or_default() += 1);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { histories, edits, faults, .. } = self;
        let count = |kind| self.failures.get(&kind).copied().unwrap_or_default();
        write!(f, "histories {histories} edits {edits} faults {faults}")?;
        write!(f, " lost {}", count(FailureKind::Lost))?;
        write!(f, " unconverged {}", count(FailureKind::Unconverged))?;
        write!(f, " stuck {}", count(FailureKind::Stuck))?;
        write!(f, " leaked {}", count(FailureKind::Leaked))?;
        write!(f, " panics {}", count(FailureKind::Panicked))?;
        write!(f, " broken {}", count(FailureKind::Broken))
    }
}
