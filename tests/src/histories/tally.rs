//! Owns the count of what happened in histories, and what of it must not.

use std::fmt;

/// What came of histories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// How many.
    pub histories: u32,
    /// Edits whose call returned.
    pub edits: usize,
    /// Cuts, lies and kills that came.
    pub faults: u32,
    /// Edits that returned and are missing on a phone that may read them.
    pub lost: usize,
    /// Writing that nobody wrote, or that stands there twice.
    pub torn: usize,
    /// Phones that did not show what another phone of the same pair showed.
    pub unconverged: usize,
    /// Phones with words on them that are not for their person.
    pub leaked: usize,
    /// Edits that were called "not accepted" though nobody did anything wrong.
    pub refused: usize,
}

impl Tally {
    /// Counts those of another one too.
    pub fn add(&mut self, other: Self) {
        self.histories += other.histories;
        self.edits += other.edits;
        self.faults += other.faults;
        self.lost += other.lost;
        self.torn += other.torn;
        self.unconverged += other.unconverged;
        self.leaked += other.leaked;
        self.refused += other.refused;
    }

    /// Whether nothing happened that must not.
    pub fn is_kept(&self) -> bool {
        [self.lost, self.torn, self.unconverged, self.leaked, self.refused].iter().all(|count| *count == 0)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { histories, edits, faults, lost, torn, unconverged, leaked, refused } = self;
        write!(f, "histories {histories} edits {edits} faults {faults} lost {lost} torn {torn} ")?;
        write!(f, "unconverged {unconverged} leaked {leaked} refused {refused}")
    }
}
