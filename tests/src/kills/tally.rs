//! Owns the count of what kills did.

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
    /// Documents that did not load, and writing in them that nobody wrote.
    pub torn: usize,
}

impl Tally {
    /// Nothing killed yet.
    pub fn of(kind: &'static str) -> Self {
        Self { kind, kills: 0, inside: 0, edits: 0, lost: 0, torn: 0 }
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
