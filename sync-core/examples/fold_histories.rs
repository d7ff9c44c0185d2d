//! Plays random edit histories and counts what the fold got wrong.
//!
//! `cargo run --release -p sync-core --example fold_histories -- --histories 10000 --seed 1`

use std::io::Write;
use std::process::ExitCode;

#[path = "../tests/fold/check.rs"]
mod check;
#[path = "../tests/fold/dice.rs"]
mod dice;
#[path = "../tests/fold/edits.rs"]
mod edits;
#[path = "../tests/fold/history.rs"]
mod history;

use history::{Tally, play};

fn main() -> ExitCode {
    let histories = argument("--histories").unwrap_or(10_000);
    let seed = argument("--seed").unwrap_or(1);
    let mut tally = Tally::default();
    for offset in 0..histories {
        let found = play(seed.wrapping_add(offset));
        report(seed.wrapping_add(offset), &found);
        tally.add(found);
    }
    let _ = writeln!(std::io::stdout(), "{}", summary(histories, &tally));
    let clean = tally.differences.is_empty() && tally.leaked == 0 && tally.fallbacks.is_empty();
    if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The number after a flag.
fn argument(flag: &str) -> Option<u64> {
    let mut arguments = std::env::args().skip_while(|argument| argument != flag);
    arguments.nth(1)?.parse().ok()
}

fn report(seed: u64, found: &Tally) {
    for difference in &found.differences {
        let _ = writeln!(std::io::stderr(), "seed {seed} differs: {difference}");
    }
    for fallback in &found.fallbacks {
        let _ = writeln!(std::io::stderr(), "seed {seed} fell back: {fallback}");
    }
    if found.leaked > 0 {
        let _ = writeln!(std::io::stderr(), "seed {seed} leaked {}", found.leaked);
    }
}

fn summary(histories: u64, tally: &Tally) -> String {
    format!(
        "histories {histories} edits {} folds {} rebases {} refusals {} cursors {} differences {} leaked {} fallbacks {}",
        tally.edits,
        tally.folds,
        tally.rebases,
        tally.refusals,
        tally.cursors,
        tally.differences.len(),
        tally.leaked,
        tally.fallbacks.len(),
    )
}
