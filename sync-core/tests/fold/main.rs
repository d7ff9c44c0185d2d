//! Folding drafts: stories for each rule, and random histories of all kinds of edits.

mod check;
mod dice;
mod edits;
mod history;
mod stories;

use history::{Tally, play};

/// Plays a hundred histories; more of them, and longer, by `scripts/fold-histories.sh`.
#[track_caller]
fn play_a_hundred(first: u64) {
    let mut tally = Tally::default();
    for seed in first..first + 100 {
        tally.add(play(seed));
    }

    assert_eq!(tally.differences, Vec::<String>::new());
    assert_eq!(tally.fallbacks, Vec::<String>::new());
    assert_eq!(tally.leaked, 0);
}

/// Nothing shows of a mark in the accepted document, and a draft clears it: its name is no secret.
#[test]
fn a_mark_of_which_nothing_shows_may_be_cleared() {
    let tally = play(6095);

    assert_eq!((tally.leaked, tally.differences), (0, Vec::new()));
}

// Five tests, so that they run side by side.
#[test]
fn random_histories_fold_to_what_the_drafts_said_1() {
    play_a_hundred(100);
}

#[test]
fn random_histories_fold_to_what_the_drafts_said_2() {
    play_a_hundred(200);
}

#[test]
fn random_histories_fold_to_what_the_drafts_said_3() {
    play_a_hundred(300);
}

#[test]
fn random_histories_fold_to_what_the_drafts_said_4() {
    play_a_hundred(400);
}

#[test]
fn random_histories_fold_to_what_the_drafts_said_5() {
    play_a_hundred(500);
}
