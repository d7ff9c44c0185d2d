//! Owns the run over many histories: in parallel, each on a thread of its own, and one line about them all.

use super::failure::{Failure, FailureKind};
use super::history::{History, Outcome};
use super::mix;
use super::shrink::shrink;
use super::trace::Keep;
use super::world::Size;
use crate::kills::say;
use anyhow::bail;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use sync_core::bug::{self, Bug};

/// Failing histories are made shorter as long as there are not more than these.
const SHRUNK: u64 = 3;

/// What to play.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args)]
pub struct Settings {
    /// How many histories
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub histories: u64,
    /// The seed of the first history; each further one has the next
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// How many histories are played at once
    #[arg(long, value_name = "J", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=512))]
    pub jobs: u16,
    /// How often a failing history is tried shorter; 0 leaves it as it is
    #[arg(long, value_name = "N", default_value_t = 600)]
    pub shrink_tries: usize,
    /// Print the hash over everything that happened in each history
    #[arg(long)]
    pub trace_hash: bool,
    /// Print everything that happens; with more than one job, lines of several histories mix
    #[arg(long)]
    pub trace: bool,
    /// Plant this mistake, and stop at the first history that notices: exit status 1 then, 0 if none does
    #[arg(long, value_name = "NAME", value_parser = named_bug)]
    pub bug: Option<Bug>,
    /// List the mistakes that can be planted
    #[arg(long)]
    pub bugs: bool,
    /// Plant each mistake in its turn, and fail unless each is noticed within so many histories
    #[arg(long, conflicts_with_all = ["bug", "trace", "trace_hash"])]
    pub each_bug: bool,
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
    /// Faults in the history that had the fewest.
    pub fewest_faults: Option<usize>,
    /// In each of them, how long it took until every queue was empty, once everything was mended.
    pub drained: Vec<Duration>,
    /// In how many of them each promise was broken.
    pub failures: BTreeMap<FailureKind, u64>,
    /// The first history that failed, by its place, and how.
    pub first: Option<(u64, Failure)>,
}

fn named_bug(name: &str) -> Result<Bug, String> {
    Bug::parse(name).ok_or_else(|| "there is no such mistake; --bugs lists them".into())
}

/// The history of a seed.
pub fn history(seed: u64) -> History {
    History { seed, size: Size::default(), steps: mix::steps(seed) }
}

/// Does what was asked for.
///
/// # Errors
/// Unless every promise was kept in every history; with `each_bug`, unless every mistake was noticed.
pub fn play(settings: &Settings) -> anyhow::Result<()> {
    if settings.bugs {
        return Ok(Bug::ALL.iter().try_for_each(|bug| say(bug.name()))?);
    }
    if settings.each_bug {
        return notice_each(settings);
    }
    let tally = Run::new(settings, settings.bug).play()?;
    if let Some(fewest) = tally.fewest_faults {
        say(&format!("at least {fewest} steps that are faults in each"))?;
        say(&tally.drained_in_words())?;
    }
    say(&tally.to_string())?;
    if tally.failures.is_empty() { Ok(()) } else { bail!("a promise was not kept") }
}

fn notice_each(settings: &Settings) -> anyhow::Result<()> {
    let quiet = Settings { shrink_tries: 0, ..settings.clone() };
    let mut missed = Vec::new();
    for bug in Bug::ALL {
        let tally = Run { is_quiet: true, ..Run::new(&quiet, Some(bug)) }.play()?;
        match tally.first {
            Some((place, failure)) => {
                let seed = settings.seed + place;
                say(&format!("{:26} history {:3}, seed {seed}: {failure}", bug.name(), place + 1))?;
            }
            None => {
                say(&format!("{:26} not noticed in {} histories", bug.name(), tally.histories))?;
                missed.push(bug.name());
            }
        }
    }
    if missed.is_empty() { Ok(()) } else { bail!("not noticed: {}", missed.join(", ")) }
}

/// Many histories, in parallel.
struct Run<'s> {
    settings: &'s Settings,
    bug: Option<Bug>,
    /// Says nothing about single histories.
    is_quiet: bool,
    next: AtomicU64,
    is_over: AtomicBool,
    tally: Mutex<Tally>,
}

impl<'s> Run<'s> {
    fn new(settings: &'s Settings, bug: Option<Bug>) -> Self {
        let (next, is_over) = (AtomicU64::new(0), AtomicBool::new(false));
        Self { settings, bug, is_quiet: false, next, is_over, tally: Mutex::default() }
    }

    fn play(self) -> anyhow::Result<Tally> {
        let worked: Vec<anyhow::Result<()>> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..self.settings.jobs).map(|_| scope.spawn(|| self.work())).collect();
            let ended = workers.into_iter().map(|worker| worker.join());
            ended.map(|ended| ended.unwrap_or_else(|_| bail!("a thread of the simulator panicked"))).collect()
        });
        worked.into_iter().collect::<anyhow::Result<()>>()?;
        Ok(self.tally.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    fn work(&self) -> anyhow::Result<()> {
        bug::plant(self.bug);
        loop {
            let place = self.next.fetch_add(1, Ordering::SeqCst);
            if place >= self.settings.histories || self.is_over.load(Ordering::SeqCst) {
                return Ok(());
            }
            self.play_one(place)?;
        }
    }

    fn play_one(&self, place: u64) -> anyhow::Result<()> {
        let history = history(self.settings.seed + place);
        let keep = if self.settings.trace { Keep::Lines } else { Keep::Hash };
        let outcome = history.play(keep);
        outcome.lines.iter().try_for_each(|line| say(line))?;
        if self.settings.trace_hash {
            say(&format!("seed {} trace {:016x}", history.seed, outcome.trace_hash))?;
        }
        let failed = {
            let mut tally = self.tally.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            tally.add(place, &outcome);
            if tally.histories.is_multiple_of(100) && !self.is_quiet {
                say(&format!("  {tally}"))?;
            }
            tally.failures.values().sum::<u64>()
        };
        if outcome.failures.is_empty() {
            return Ok(());
        }
        self.is_over.store(self.bug.is_some(), Ordering::SeqCst);
        if self.is_quiet { Ok(()) } else { self.tell_failure(&history, &outcome, failed) }
    }

    fn tell_failure(&self, history: &History, outcome: &Outcome, failed: u64) -> anyhow::Result<()> {
        say(&format!("seed {} failed:", history.seed))?;
        for failure in &outcome.failures {
            say(&format!("  {failure}"))?;
        }
        let failure = &outcome.failures[0];
        if failed > SHRUNK || self.settings.shrink_tries == 0 {
            return Ok(());
        }
        let short = shrink(history, failure, self.settings.shrink_tries);
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
}

impl Tally {
    fn drained_in_words(&self) -> String {
        let mut drained = self.drained.clone();
        drained.sort();
        let at = |percent: usize| drained.get(drained.len() * percent / 100).or(drained.last());
        let seconds = |percent| at(percent).map_or(0.0, Duration::as_secs_f64);
        let [half, most, all] = [50, 99, 100].map(seconds);
        format!(
            "queues empty {half} s after everything was mended (median), {most} s (99 %), {all} s (slowest)"
        )
    }

    fn add(&mut self, place: u64, outcome: &Outcome) {
        self.histories += 1;
        self.edits += outcome.edits;
        self.faults += outcome.faults;
        self.drained.push(outcome.drained);
        self.fewest_faults =
            Some(self.fewest_faults.map_or(outcome.faults, |fewest| fewest.min(outcome.faults)));
        let mut kinds: Vec<FailureKind> = outcome.failures.iter().map(|failure| failure.kind).collect();
        kinds.sort();
        kinds.dedup();
        kinds.into_iter().for_each(|kind| *self.failures.entry(kind).or_default() += 1);
        if let Some(failure) = outcome.failures.first()
            && self.first.as_ref().is_none_or(|(first, _)| place < *first)
        {
            self.first = Some((place, failure.clone()));
        }
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
        match count(FailureKind::Broken) {
            0 => Ok(()),
            broken => write!(f, " broken {broken}"),
        }
    }
}
