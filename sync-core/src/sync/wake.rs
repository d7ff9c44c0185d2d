//! Owns the reasons to talk that have come up since the last request was put together.

use crate::time::Timestamp;

/// An edit leaves this long after the last one of a burst.
pub const EDIT_QUIET_MS: i64 = 1_000;
/// A burst of edits leaves at the latest this long after its first.
pub const EDIT_LONGEST_MS: i64 = 5_000;

/// Reasons to talk. Any exchange serves all of them, so only the times matter.
#[derive(Debug, Clone, Default)]
pub struct Wakes {
    first_edit: Option<Timestamp>,
    last_edit: Option<Timestamp>,
    other: Option<Timestamp>,
}

impl Wakes {
    /// An edit was stored.
    pub fn edited(&mut self, now: Timestamp) {
        self.first_edit = self.first_edit.or(Some(now));
        self.last_edit = Some(now);
    }

    /// Something else is due at this time, or is due already and stays so.
    pub fn want(&mut self, at: Timestamp) {
        self.other = Some(self.other.map_or(at, |earlier| earlier.min(at)));
    }

    /// When to talk, if there is a reason.
    pub fn due(&self) -> Option<Timestamp> {
        let quiet = self.last_edit.map(|at| at.plus_ms(EDIT_QUIET_MS));
        let longest = self.first_edit.map(|at| at.plus_ms(EDIT_LONGEST_MS));
        [quiet.min(longest), self.other].into_iter().flatten().min()
    }

    /// Forgets all: a request is put together now, and it serves every reason until now.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_of_edits_leaves_a_second_after_the_last_and_five_after_the_first() {
        let mut wakes = Wakes::default();
        for (at, due) in
            [(0, 1_000), (900, 1_900), (1_800, 2_800), (3_900, 4_900), (4_800, 5_000), (6_000, 5_000)]
        {
            wakes.edited(Timestamp(at));
            assert_eq!(wakes.due(), Some(Timestamp(due)), "after the edit at {at}");
        }
        wakes.clear();
        assert_eq!(wakes.due(), None);
    }

    #[test]
    fn the_earliest_reason_counts() {
        let mut wakes = Wakes::default();
        wakes.want(Timestamp(500));
        wakes.want(Timestamp(900));
        wakes.edited(Timestamp(0));
        assert_eq!(wakes.due(), Some(Timestamp(500)));
    }
}
