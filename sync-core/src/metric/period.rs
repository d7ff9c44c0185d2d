//! Owns the stretches of time that numbers are rolled up for.

use crate::time::Day;
use serde::Serialize;

/// How time is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cut {
    /// From Monday to Sunday.
    Week,
    /// A month of the calendar.
    Month,
    /// Three of them.
    Quarter,
    /// A year of the calendar.
    Year,
}

impl Cut {
    /// All of them, from short to long.
    pub const ALL: [Self; 4] = [Self::Week, Self::Month, Self::Quarter, Self::Year];
}

/// A week, a month, a quarter or a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    cut: Cut,
    first: Day,
}

impl Period {
    /// The one that this day is in.
    pub fn of(cut: Cut, day: Day) -> Self {
        let first = match cut {
            Cut::Week => day.monday(),
            Cut::Month => day.month().first_day(),
            Cut::Quarter => day.quarter().first_day(),
            Cut::Year => day.year().first_day(),
        };
        Self { cut, first }
    }

    /// How it was cut.
    pub const fn cut(self) -> Cut {
        self.cut
    }

    /// Its first day.
    pub const fn first_day(self) -> Day {
        self.first
    }

    /// Whether this day is in it.
    pub fn contains(self, day: Day) -> bool {
        Self::of(self.cut, day) == self
    }

    /// The one before; none before the first of the calendar.
    pub fn before(self) -> Option<Self> {
        Some(Self::of(self.cut, self.first.plus_days(-1)?))
    }

    /// Its days, in order.
    pub fn days(self) -> impl Iterator<Item = Day> {
        let next = |day: &Day| day.plus_days(1);
        std::iter::successors(Some(self.first), next).take_while(move |day| self.contains(*day))
    }
}

/// `2026-W10`, `2026-03`, `2026-Q1`, `2026`.
impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.cut {
            Cut::Week => {
                let (year, week) = self.first.iso_week();
                write!(f, "{year:04}-W{week:02}")
            }
            Cut::Month => write!(f, "{}", self.first.month()),
            Cut::Quarter => write!(f, "{}", self.first.quarter()),
            Cut::Year => write!(f, "{}", self.first.year()),
        }
    }
}

impl Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
