//! Owns the process in which mutants meet the gate. It may hang or die of one, as a trial worker may: it says before each step
//! what it is about to do, so that whoever started it knows of what.

use super::ground::{Ground, Sources};
use super::{Mutant, healthy, made};
use crate::gated::{Gated, Judged};
use crate::kills::say;
use crate::sim::dice::Dice;
use anyhow::Context;
use rustix::process::{Resource, Rlimit, setrlimit};
use std::cell::RefCell;
use std::io::BufRead;
use std::panic::{AssertUnwindSafe, catch_unwind};
use sync_core::document::parse_change;
use sync_core::gate;
use sync_core::wire::ErrorCode;

/// The subcommand; not for people.
pub const RUN_WORKER: &str = "mutants-worker";
/// What one worker may take of the machine's memory: a trial of these documents takes a few megabytes.
const MEMORY_BYTES: u64 = 1 << 30;

thread_local! {
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// What a worker is about to do with a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Step {
    /// Make it.
    Make,
    /// Stages 1 to 3, which run where all requests are served: they must end, whatever comes.
    Read,
    /// Stage 4.
    Try,
    /// The second opinion on what was accepted.
    Check,
}

/// What became of a mutant.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Fate {
    /// The gate refuses it, under this code.
    Refused(String),
    /// The gate lets it through, and everybody can go on.
    Accepted,
    /// The gate lets it through, and this is wrong with it.
    Differs(String),
    /// The gate panicked.
    Panicked,
}

/// What a worker says.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Word {
    /// It is about to do this with the mutant of this number.
    Doing(u64, Step),
    /// This became of it.
    Done(u64, Fate),
    /// Everything that it was told is done.
    Idle,
}

/// Which mutants to make: these of the block of that number, of that seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Order {
    /// The seed of all.
    pub seed: u64,
    /// The block: its mutants are made of the same change.
    pub block: u64,
    /// The number of the first one.
    pub first: u64,
    /// The number behind the last one.
    pub end: u64,
}

/// Takes orders, one a line, until nobody gives any.
///
/// # Errors
/// If an order cannot be read, or nobody listens.
pub fn run() -> anyhow::Result<()> {
    setrlimit(Resource::As, Rlimit { current: Some(MEMORY_BYTES), maximum: Some(MEMORY_BYTES) })?;
    // The library panics on some of them, which is caught: only of what gets through somebody wants to read where.
    std::panic::set_hook(Box::new(|panic| LAST_PANIC.set(panic.to_string())));
    let mut sources = Sources::default();
    for line in std::io::stdin().lock().lines() {
        let order: Order = serde_json::from_str(&line?).context("an order is a line of JSON")?;
        let ground = Ground::of(&mut sources, &mut Dice::of(order.seed, &[0, order.block]))?;
        for number in order.first..order.end {
            tell(&Word::Doing(number, Step::Make))?;
            let mutant = made(&ground, Mutant { seed: order.seed, number });
            let fate = meet(&ground, number, &mutant)?;
            tell(&Word::Done(number, fate))?;
        }
        tell(&Word::Idle)?;
    }
    Ok(())
}

fn tell(word: &Word) -> anyhow::Result<()> {
    Ok(say(&serde_json::to_string(word)?)?)
}

/// The gate, and the second opinion on what it lets through.
fn meet(ground: &Ground, number: u64, mutant: &[u8]) -> anyhow::Result<Fate> {
    tell(&Word::Doing(number, Step::Read))?;
    let Passed { mut gated, judged, bytes } = match guarded(|| before_trial(ground, mutant)) {
        Some(Ok(passed)) => passed,
        Some(Err(code)) => return Ok(refused(code)),
        None => return Ok(Fate::Panicked),
    };
    if judged.is_to_be_tried() {
        tell(&Word::Doing(number, Step::Try))?;
    }
    match guarded(|| gated.settle(&judged).first().map(|(_, code)| *code)) {
        Some(None) => {}
        Some(Some(code)) => return Ok(refused(code)),
        None => return Ok(Fate::Panicked),
    }
    tell(&Word::Doing(number, Step::Check))?;
    let accepted = [parse_change(&bytes)?];
    Ok(match guarded(|| healthy::check(ground, &accepted, gated)) {
        Some(Ok(())) => Fate::Accepted,
        Some(Err(error)) => Fate::Differs(format!("{error:#}")),
        None => Fate::Differs(LAST_PANIC.take()),
    })
}

/// What passed stages 1 and 2, and what stage 3 says of it.
struct Passed {
    gated: Gated,
    judged: Judged,
    bytes: Vec<u8>,
}

fn before_trial(ground: &Ground, mutant: &[u8]) -> Result<Passed, ErrorCode> {
    let sound = gate::read(mutant).map_err(|refusal| refusal.code)?;
    let (bytes, mut gated) = (sound.bytes.clone(), ground.gated.clone());
    let judged = gated.judge(vec![Ok(sound)], ground.rights);
    Ok(Passed { gated, judged, bytes })
}

/// None if it panics.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

fn refused(code: ErrorCode) -> Fate {
    Fate::Refused(code.as_str().into())
}
