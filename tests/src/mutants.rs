//! Owns the proof that the gate holds against changes that are almost right: real changes, decoded, edited in one to three
//! places, written again with lengths and checksums that fit, and pushed against the document that they were made for.
//!
//! Stage 4 may hang or die of one, which a server survives because it runs it in processes of their own. So do we: workers
//! ([`worker`]) meet the mutants, and whoever started them ([`pack`]) counts, and notices silence and death.

mod columns;
pub(crate) mod ground;
mod header;
pub(crate) mod healthy;
mod names;
mod operation;
mod pack;
mod rival;
mod tally;
pub mod worker;

use crate::kills::say;
use crate::legitimate;
use crate::sim::dice::Dice;
use anyhow::ensure;
use automerge::{Change, ExpandedChange};
use ground::{Ground, Sources};
use names::Names;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How one change becomes another.
type Edit = fn(&mut ExpandedChange, &Names, &mut Dice);

/// Mutants that are made of the same change.
const BLOCK: u64 = 250;
/// How often to try to write what cannot be written.
const PATIENCE: usize = 8;

/// How many mutants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Args)]
pub struct Settings {
    /// How many
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    pub count: u64,
    /// Decides what they are
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// The number of the first one, to meet one again
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub first: u64,
    /// Honest edits before them, and the recorded sessions, which must all pass; 0 for neither
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub edits: u32,
}

/// Which mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mutant {
    seed: u64,
    number: u64,
}

/// Pushes all of them, and prints what became of how many.
///
/// # Errors
/// Unless honest work passes, the gate ended with each mutant, and everybody can go on with what it let through.
pub async fn play(settings: Settings) -> anyhow::Result<()> {
    // A gate that refuses everything would refuse all mutants too.
    if settings.edits > 0 {
        legitimate::play(settings.seed, settings.edits)?;
    }
    let tally = pack::meet_all(settings).await?;
    for line in tally.table() {
        say(&line)?;
    }
    say(&tally.to_string())?;
    ensure!(tally.is_kept(), "the gate does not hold");
    Ok(())
}

/// What to know of one that the gate does not hold against.
fn described(mutant: Mutant) -> anyhow::Result<String> {
    let Mutant { seed, number } = mutant;
    let ground = Ground::of(&mut Sources::default(), &mut Dice::of(seed, &[0, number / BLOCK]))?;
    let bytes = hex::encode(made(&ground, mutant));
    Ok(format!("--seed {seed} --first {number} --count 1 --edits 0: {bytes}"))
}

/// The bytes of a mutant.
fn made(ground: &Ground, Mutant { seed, number }: Mutant) -> Vec<u8> {
    let mut dice = Dice::of(seed, &[1, number]);
    let template = ground.template.raw_bytes();
    let donor = dice.choose(&ground.donors).unwrap_or(&ground.template).raw_bytes();
    let edited = (0..PATIENCE).find_map(|_| match dice.below(100) {
        0..75 => rewritten(ground, &mut dice),
        75..85 => columns::edited(&rewritten(ground, &mut dice)?, donor, &mut dice),
        85..95 => columns::edited(template, donor, &mut dice),
        _ => Some(columns::reframed(template, donor, &mut dice)),
    });
    edited.unwrap_or_else(|| template.to_vec())
}

/// One to three edits of what the change says; none if it cannot be written.
fn rewritten(ground: &Ground, dice: &mut Dice) -> Option<Vec<u8>> {
    let mut expanded = ground.template.decode();
    for _ in 0..=dice.below(3) {
        let edits = if dice.happens(15) { header::EDITS } else { operation::EDITS };
        edits[dice.place(edits.len())](&mut expanded, &ground.names, dice);
    }
    expanded.hash = None;
    // The library cannot write every number.
    let written = catch_unwind(AssertUnwindSafe(|| Change::from(expanded)));
    Some(written.ok()?.raw_bytes().to_vec())
}
