//! Owns the sample: a year of a team as it could have been, from a seed, for screens and for measurements.
//!
//! ```text
//! seed, last day ──► year ──► acts: who wrote what, where, at which moment      pure
//!                    numbers ──► rows of key figures                            pure
//!               acts ──► writing ──► changes, as phones would push them         pure
//!            changes ──► load ──► through the gate, into a database
//! ```
//!
//! What people write comes from short banks of sentences in three languages (`words/`), so that a screen looks as it will. Kinds of
//! documents that the product does not have yet, such as evaluations, are not in it.

pub mod cast;
pub mod diary;
pub mod load;
pub mod numbers;
mod words;
pub mod writing;
pub mod year;

use sync_core::time::Day;

/// Which sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Decides everything that is left to chance.
    pub seed: u64,
    /// The last day of it: whoever looks, looks on this day.
    pub until: Day,
    /// How many weeks it is long.
    pub weeks: u16,
}

impl Settings {
    /// A year.
    pub const WEEKS: u16 = 52;

    /// The Monday with which it begins.
    pub fn first_monday(self) -> Day {
        let weeks = i32::from(self.weeks.max(1)) - 1;
        diary::later(self.until.monday(), -7 * weeks)
    }
}

#[cfg(test)]
mod tests;
