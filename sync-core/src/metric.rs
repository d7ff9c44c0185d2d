//! Owns numbers about people: what a key figure is, what was measured of a person on a day, and what follows from
//! that for a week, a month, a quarter or a year.
//!
//! A row is what one source says of one person on one day. Everything else is computed from rows, here, by the same
//! functions on phone and server, and never from something that was computed before: an average of averages weighs a
//! day with three calls like one with sixty. Numbers are exact ([`Decimal`]) and are added up before anything is divided, so
//! that neither the order of the rows nor the machine shows in the result.
//!
//! There is no ranking, and no function that compares two people.

mod decimal;
mod kpi;
mod period;
mod prep;
mod record;
mod roll_up;
mod scorecard;
mod show;

pub use decimal::Decimal;
pub use kpi::{Better, KPIS, Kpi, Names, Unit, kpi};
pub use period::{Cut, Period};
pub use prep::{Gap, Point, Prep, points, prep};
pub use record::{COLLECTION, MonthKey, decode, encode};
pub use roll_up::{RollUp, Weighting, by_period, roll_up};
pub use scorecard::{Override, Scorecard, ScorecardLine, Standing, Target, Targets, Trend, lines, scorecard};
pub use show::{DecimalMark, show, show_change};

use crate::ids::PersonId;
use crate::time::Day;
use serde::Serialize;
use std::sync::Arc;

/// Text that is no word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("1 to {MAX_WORD} of a-z, 0-9, '_', '-' and '.'")]
pub struct ParseWordError;

/// The longest word, in bytes.
pub const MAX_WORD: usize = 40;

macro_rules! word {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Reads the word.
            pub fn parse(text: &str) -> Result<Self, ParseWordError> {
                let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.".contains(&byte);
                let is_word = (1..=MAX_WORD).contains(&text.len()) && text.bytes().all(fits);
                is_word.then(|| Self(text.into())).ok_or(ParseWordError)
            }

            /// The word.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = ParseWordError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(&self.0)
            }
        }
    };
}

word!(
    /// The stable word for a key figure, such as `handle_time`. A phone may get one that its build does not know.
    KpiId
);
word!(
    /// The word for where numbers come from, such as `nice`: one system, whose later word replaces its earlier one.
    SourceName
);

/// What one source says of one person on one day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct MetricRow {
    /// Whose number it is.
    pub person: PersonId,
    /// The day, as the source counts days.
    pub day: Day,
    /// What was measured.
    pub kpi: KpiId,
    /// Who says so.
    pub source: SourceName,
    /// In the unit of the figure: seconds, percent, how many, points.
    pub value: Decimal,
    /// Of how many contacts; none when the source does not tell.
    pub volume: Option<u32>,
}

#[cfg(test)]
mod tests;
