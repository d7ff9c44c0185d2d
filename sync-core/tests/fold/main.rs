//! Folding drafts: stories for each rule, and random histories of all kinds of edits.

mod check;
mod dice;
mod edits;
mod history;

use history::{Tally, play};

#[test]
fn random_histories_fold_to_what_the_drafts_said() {
    let mut tally = Tally::default();
    for seed in 0..500 {
        tally.add(play(seed));
    }

    assert_eq!(tally.differences, Vec::<String>::new());
    assert_eq!(tally.fallbacks, Vec::<String>::new());
    assert_eq!(tally.leaked, 0);
}
