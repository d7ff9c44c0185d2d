//! Owns the shortening of a history that fails: steps are left out as long as it still fails in the same way.

use super::failure::Failure;
use super::history::History;
use super::trace::Keep;

/// The same failure with fewer steps. Tries no more often than told.
pub fn shrink(history: &History, failure: &Failure, most_tries: usize) -> History {
    let way = failure.way();
    let mut best = history.clone();
    let mut tries = 0;
    let mut length = best.steps.len().div_ceil(2).max(1);
    loop {
        let before = best.steps.len();
        let mut start = 0;
        while start < best.steps.len() && tries < most_tries {
            let mut shorter = best.clone();
            shorter.steps.drain(start..(start + length).min(best.steps.len()));
            tries += 1;
            if fails(&shorter, &way) { best = shorter } else { start += length }
        }
        if tries == most_tries || (length == 1 && best.steps.len() == before) {
            return best;
        }
        length = (length / 2).max(1);
    }
}

fn fails(history: &History, way: &str) -> bool {
    history.play(Keep::Hash).failures.iter().any(|failure| failure.way() == way)
}
