//! Owns the count of what kills did, and what counts as lost or torn.

use std::collections::BTreeSet;
use std::fmt;

/// What came of the kills of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// What was killed.
    pub kind: &'static str,
    /// How often.
    pub kills: u32,
    /// How many of them hit an edit, or a request, that had begun and not ended.
    pub inside: u32,
    /// Edits whose call had returned.
    pub edits: usize,
    /// Those of them that were missing afterwards.
    pub lost: usize,
    /// Documents that did not load, and writing in them that nobody wrote, or that stands there twice.
    pub torn: usize,
}

impl Tally {
    /// Nothing killed yet.
    pub fn of(kind: &'static str) -> Self {
        Self { kind, kills: 0, inside: 0, edits: 0, lost: 0, torn: 0 }
    }

    /// Counts what is missing of what must be there, and what is there without having been begun, or twice.
    pub fn compare(&mut self, found: &[String], must: &BTreeSet<String>, may: &BTreeSet<String>) {
        let distinct: BTreeSet<String> = found.iter().cloned().collect();
        self.lost += must.difference(&distinct).count();
        self.torn += distinct.difference(may).count() + found.len() - distinct.len();
    }

    /// Whether nothing was lost or torn, and at least half of the kills hit work.
    pub fn is_kept(&self) -> bool {
        self.lost == 0 && self.torn == 0 && self.inside * 2 >= self.kills
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, kills, inside, edits, lost, torn } = self;
        write!(f, "{kind}: kills {kills}, inside {inside}, edits {edits}, lost {lost}, torn {torn}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(texts: &[&str]) -> BTreeSet<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn what_is_missing_is_lost_and_what_nobody_wrote_or_stands_twice_is_torn() {
        let compare = |found: &[&str]| {
            let mut tally = Tally::of("phone");
            let found: Vec<String> = found.iter().map(|text| (*text).to_owned()).collect();
            tally.compare(&found, &set(&["a", "b"]), &set(&["a", "b", "c"]));
            (tally.lost, tally.torn)
        };

        assert_eq!(compare(&["b", "a"]), (0, 0));
        assert_eq!(compare(&["a", "b", "c"]), (0, 0), "an edit that was cut off may have come through");
        assert_eq!(compare(&["a"]), (1, 0));
        assert_eq!(compare(&["a", "b", "x"]), (0, 1));
        assert_eq!(compare(&["a", "b", "b"]), (0, 1));
    }

    #[test]
    fn a_promise_is_kept_only_if_half_of_the_kills_hit_work_and_nothing_is_lost_or_torn() {
        let kept = Tally { kills: 3, inside: 2, edits: 9, ..Tally::of("server") };

        assert!(kept.is_kept());
        assert!(!Tally { inside: 1, ..kept }.is_kept());
        assert!(!Tally { lost: 1, ..kept }.is_kept());
        assert!(!Tally { torn: 1, ..kept }.is_kept());
    }
}
