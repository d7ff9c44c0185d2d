//! Owns how days are written, and in which order a file writes their parts.

use super::report::Reason;
use serde::{Deserialize, Serialize};
use sync_core::time::Day;

/// In which order the parts of a day stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// 2026-03-02.
    Ymd,
    /// 02.03.2026.
    Dmy,
    /// 03/02/2026.
    Mdy,
}

impl DateOrder {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ymd => "ymd",
            Self::Dmy => "dmy",
            Self::Mdy => "mdy",
        }
    }
}

/// A day as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    /// It can only be this one.
    Day(Day),
    /// Day and month in either order.
    Either { first: i8, second: i8, year: i16, by: Separator },
    /// No day.
    Nothing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Separator {
    Dot,
    Other,
    /// Eight digits.
    None,
}

/// What the days of a file show about their order.
#[derive(Debug, Default)]
pub(super) struct Orders {
    year_first: u64,
    day_first: u64,
    month_first: u64,
    dots: u64,
    digits: u64,
}

impl Orders {
    /// Looks at a cell.
    pub(super) fn look_at(&mut self, text: &str) {
        match read(text) {
            Written::Day(_) => self.year_first += 1,
            Written::Either { first, second, by, .. } => {
                self.day_first += u64::from(first > 12 && second <= 12);
                self.month_first += u64::from(second > 12 && first <= 12);
                self.dots += u64::from(by == Separator::Dot);
                self.digits += u64::from(by == Separator::None);
            }
            Written::Nothing => {}
        }
    }

    /// The order of day and month; none while the file does not show it.
    ///
    /// Dots are only used where the day comes first. Eight digits between pipes are how the scheduling systems that write them
    /// mean them: the month first.
    pub(super) fn told(&self, delimiter: u8) -> Option<DateOrder> {
        match (self.day_first > 0, self.month_first > 0) {
            (true, true) => None,
            (true, false) => Some(DateOrder::Dmy),
            (false, true) => Some(DateOrder::Mdy),
            (false, false) if self.dots > 0 => Some(DateOrder::Dmy),
            (false, false) if self.digits > 0 && delimiter == b'|' => Some(DateOrder::Mdy),
            (false, false) => None,
        }
    }

    /// What most of its days are: for the report, also where nothing had to be found out.
    pub(super) fn shows_year_first(&self) -> bool {
        self.year_first > 0
    }
}

/// Reads a day; what follows it, a time of day, is left out.
pub(super) fn parse(text: &str, order: Option<DateOrder>) -> Result<Day, Reason> {
    let (first, second, year) = match read(text) {
        Written::Day(day) => return Ok(day),
        Written::Nothing => return Err(Reason::InvalidDate),
        Written::Either { first, second, year, .. } => (first, second, year),
    };
    let (day, month) = match order {
        Some(DateOrder::Dmy) => (first, second),
        Some(DateOrder::Mdy) => (second, first),
        None | Some(DateOrder::Ymd) if first > 12 || first == second => (first, second),
        None | Some(DateOrder::Ymd) if second > 12 => (second, first),
        None | Some(DateOrder::Ymd) => return Err(Reason::AmbiguousDate),
    };
    Day::new(year, month, day).ok_or(Reason::InvalidDate)
}

fn read(text: &str) -> Written {
    let text = text.replace(['年', '月'], "-").replace('日', "");
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    if day.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits(day);
    }
    let separators: Vec<char> = day.chars().filter(|c| !c.is_ascii_digit()).collect();
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let ([first, second, third], [one, two]) = (parts.as_slice(), separators.as_slice()) else {
        return Written::Nothing;
    };
    let by = if *one == '.' { Separator::Dot } else { Separator::Other };
    if one == two { in_parts((first, second, third), by) } else { Written::Nothing }
}

fn in_parts((first, second, third): (&str, &str, &str), by: Separator) -> Written {
    let small = |text: &str| text.parse().ok().filter(|_| text.len() <= 2);
    let year = |text: &str| match (text.len(), text.parse::<i16>()) {
        (4, Ok(year)) => Some(year),
        (2, Ok(year)) => Some(2_000 + year),
        _ => None,
    };
    if first.len() == 4 {
        let day = year(first).zip(small(second)).zip(small(third));
        return day.and_then(|((y, m), d)| Day::new(y, m, d)).map_or(Written::Nothing, Written::Day);
    }
    match (small(first), small(second), year(third)) {
        (Some(first), Some(second), Some(year)) => Written::Either { first, second, year, by },
        _ => Written::Nothing,
    }
}

/// A day as spreadsheets count them, or eight digits.
fn digits(text: &str) -> Written {
    if text.len() == 5 {
        let day = text.parse().ok().filter(|count| SERIALS.contains(count)).and_then(of_serial);
        return day.map_or(Written::Nothing, Written::Day);
    }
    let (Some(start), Some(end)) = (text.get(..4), text.get(4..8).filter(|_| text.len() == 8)) else {
        return Written::Nothing;
    };
    match in_parts((start, &end[..2], &end[2..]), Separator::None) {
        Written::Day(day) if YEARS.contains(&start) => Written::Day(day),
        _ => in_parts((&start[..2], &start[2..], end), Separator::None),
    }
}

/// From 1982 to 2119: other numbers of five digits are something else.
const SERIALS: std::ops::Range<i32> = 30_000..80_200;
/// Years that eight digits may begin with. No day and month do.
const YEARS: std::ops::RangeInclusive<&str> = "1990"..="2119";

/// Day 1 was 1900-01-01, and spreadsheets believe that 1900 had a 29 February.
fn of_serial(count: i32) -> Option<Day> {
    Day::new(1899, 12, 30)?.plus_days(count)
}
