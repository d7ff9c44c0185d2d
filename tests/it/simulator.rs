//! The simulator itself: what it says can be said again, and what it is there to notice, it notices.

use sync_core::bug::{self, Bug};
use tests::sim::history::Outcome;
use tests::sim::report::history;
use tests::sim::trace::Keep;

fn play(seed: u64) -> Outcome {
    history(seed).play(Keep::Hash)
}

#[test]
fn the_same_seed_is_the_same_history() {
    let (first, second, other) = (play(5), play(5), play(6));
    assert_eq!(first.trace_hash, second.trace_hash);
    assert_ne!(first.trace_hash, other.trace_hash);
    assert!(first.edits > 0 && first.faults >= 60, "{} edits, {} faults", first.edits, first.faults);
}

#[test]
fn a_planted_mistake_is_noticed() {
    let seeds = 1..=20;
    assert!(seeds.clone().all(|seed| play(seed).failures.is_empty()));
    bug::plant(Some(Bug::AckBeforeCommit));
    let noticed = seeds.clone().any(|seed| !play(seed).failures.is_empty());
    bug::plant(None);
    assert!(noticed);
}
