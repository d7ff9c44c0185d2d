//! Owns moments and days: arithmetic only, cannot read the clock.

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct Timestamp(#[n(0)] pub i64);

impl Timestamp {
    /// This moment, so many milliseconds later (or earlier, when negative); saturates.
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this moment; negative when it is in fact later.
    pub const fn ms_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The day that it is in Greenwich; none beyond the end of the calendar.
    pub fn utc_day(self) -> Option<Day> {
        self.day_in(&Zone::utc())
    }

    /// The day that it is in this time zone; none beyond the end of the calendar.
    pub fn day_in(self, zone: &Zone) -> Option<Day> {
        let at = jiff::Timestamp::from_millisecond(self.0).ok()?;
        Some(Day(at.to_zoned(zone.0.clone()).date())).filter(|day| day.0.year() >= 1)
    }

    /// Whole seconds since the epoch, as tokens carry them.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }
}

/// As people and programs read it: `2026-03-20T09:46:40Z`; empty beyond the end of the calendar.
impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(at) => write!(f, "{}", at.strftime("%Y-%m-%dT%H:%M:%SZ")),
            Err(_) => Ok(()),
        }
    }
}

/// A time zone. Its rules come with the app and not from the system, so that a phone and a server of one version tell the same
/// day from the same moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone of this IANA name, such as `Europe/Bucharest`, if there is one.
    pub fn named(name: &str) -> Option<Self> {
        TimeZoneDatabase::bundled().get(name).ok().map(Self)
    }

    /// That of Greenwich without summer time.
    pub const fn utc() -> Self {
        Self(TimeZone::UTC)
    }
}

/// A calendar date without a time zone, from year 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

/// Text that is not a date of the form `2026-03-21`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no such day, or it is not written as 2026-03-21")]
pub struct ParseDayError;

impl Day {
    /// The first one that there is.
    pub const FIRST: Self = Self(Date::constant(1, 1, 1));

    /// The date, if it exists.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().filter(|d| d.year() >= 1).map(Self)
    }

    /// Reads `2026-03-21` and nothing else.
    pub fn parse(text: &str) -> Result<Self, ParseDayError> {
        let date: Date = text.parse().map_err(|_| ParseDayError)?;
        let day = Self::new(date.year(), date.month(), date.day()).ok_or(ParseDayError)?;
        if day.to_string() == text { Ok(day) } else { Err(ParseDayError) }
    }

    /// The day so many days later; none past the end of the calendar.
    pub fn plus_days(self, days: i32) -> Option<Self> {
        self.0.checked_add(jiff::Span::new().try_days(days).ok()?).ok().filter(|d| d.year() >= 1).map(Self)
    }

    /// The quarter that it is in.
    pub fn quarter(self) -> Quarter {
        Quarter { year: self.0.year(), number: (self.0.month() - 1) / 3 + 1 }
    }

    /// The month that it is in.
    pub fn month(self) -> Month {
        Month { year: self.0.year(), number: self.0.month() }
    }

    /// The Monday of its week (ISO 8601).
    pub fn monday(self) -> Self {
        let since_monday = i32::from(self.0.weekday().to_monday_zero_offset());
        // 0001-01-01 was a Monday, so every day of the calendar has one.
        self.plus_days(-since_monday).unwrap_or(self)
    }

    /// The year and the number of its week (ISO 8601): the first week of a year is the one of 4 January.
    pub fn iso_week(self) -> (i16, i8) {
        let week = self.0.iso_week_date();
        (week.year(), week.week())
    }

    /// Which day of its month it is, from 1.
    pub fn day_of_month(self) -> i8 {
        self.0.day()
    }

    /// How many months of its quarter are over: 0 to 2.
    pub fn month_of_quarter(self) -> usize {
        usize::from((self.0.month() - 1).unsigned_abs() % 3)
    }

    /// The year that it is in.
    pub fn year(self) -> Year {
        Year(self.0.year())
    }

    /// The day of its week: 1 is Monday, 7 is Sunday.
    pub fn weekday(self) -> i8 {
        self.0.weekday().to_monday_one_offset()
    }

    /// Days from `earlier` to this day; negative when it is in fact later.
    pub fn days_since(self, earlier: Self) -> i32 {
        (self.0 - earlier.0).get_days()
    }
}

/// A calendar year, from 1 to 9999: one in which there is something of its own, such as a contract of two people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Year(i16);

/// A quarter of a calendar year. What people write is cut by quarters, so that it can be deleted by quarters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    year: i16,
    number: i8,
}

/// A month of a calendar year. Numbers about people travel by months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i16,
    number: i8,
}

/// Text that is not a period of the form that is expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no such period, or it is not written as 2026, 2026-Q1 or 2026-03")]
pub struct ParsePeriodError;

impl Year {
    /// The year, if the calendar has it.
    pub fn new(year: i16) -> Option<Self> {
        (1..=9999).contains(&year).then_some(Self(year))
    }

    /// Reads `2026` and nothing else.
    pub fn parse(text: &str) -> Result<Self, ParsePeriodError> {
        let year = text.parse().ok().and_then(Self::new);
        year.filter(|year| year.to_string() == text).ok_or(ParsePeriodError)
    }

    /// Its first day.
    pub fn first_day(self) -> Day {
        Day::new(self.0, 1, 1).expect("every year of the calendar begins")
    }
}

impl Quarter {
    /// Quarter 1 to 4 of a year, if there is one.
    pub fn new(year: Year, number: i8) -> Option<Self> {
        (1..=4).contains(&number).then_some(Self { year: year.0, number })
    }

    /// Reads `2026-Q1` and nothing else.
    pub fn parse(text: &str) -> Result<Self, ParsePeriodError> {
        let (year, number) = text.split_once("-Q").ok_or(ParsePeriodError)?;
        let number = number.parse().map_err(|_| ParsePeriodError)?;
        let quarter = Self::new(Year::parse(year)?, number);
        quarter.filter(|quarter| quarter.to_string() == text).ok_or(ParsePeriodError)
    }

    /// Its first day.
    pub fn first_day(self) -> Day {
        Day::new(self.year, 3 * (self.number - 1) + 1, 1).expect("every quarter of the calendar begins")
    }

    /// Its last day.
    pub fn last_day(self) -> Day {
        Month { year: self.year, number: 3 * self.number }.last_day()
    }
}

impl Month {
    /// Which month of its year it is, from 1.
    pub const fn number(self) -> i8 {
        self.number
    }

    /// Month 1 to 12 of a year, if there is one.
    pub fn new(year: Year, number: i8) -> Option<Self> {
        (1..=12).contains(&number).then_some(Self { year: year.0, number })
    }

    /// Reads `2026-03` and nothing else.
    pub fn parse(text: &str) -> Result<Self, ParsePeriodError> {
        let (year, number) = text.split_once('-').ok_or(ParsePeriodError)?;
        let number = number.parse().map_err(|_| ParsePeriodError)?;
        let month = Self::new(Year::parse(year)?, number);
        month.filter(|month| month.to_string() == text).ok_or(ParsePeriodError)
    }

    /// Its first day.
    pub fn first_day(self) -> Day {
        self.day(1).expect("every month of the calendar begins")
    }

    /// This day of it, from 1; none after its last.
    pub fn day(self, number: i8) -> Option<Day> {
        Day::new(self.year, self.number, number)
    }

    /// Its last day.
    pub fn last_day(self) -> Day {
        Day(self.first_day().0.last_of_month())
    }

    /// The month so many months before, no earlier than the first of the calendar.
    pub fn minus_months(self, months: u16) -> Self {
        let first = i32::from(self.year) * 12 + i32::from(self.number) - 1;
        let before = (first - i32::from(months)).max(12);
        let fits = "a month between the first of the calendar and this one";
        Self {
            year: (before / 12).try_into().expect(fits),
            number: (before % 12 + 1).try_into().expect(fits),
        }
    }
}

impl std::fmt::Display for Year {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

impl std::fmt::Display for Quarter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-Q{}", self.year, self.number)
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.number)
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

/// Dates and periods are written as people write them, in JSON as in CBOR.
macro_rules! written {
    ($type:ident, $error:ident) => {
        impl std::str::FromStr for $type {
            type Err = $error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }

        impl<C> Encode<C> for $type {
            fn encode<W: encode::Write>(
                &self,
                e: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), encode::Error<W::Error>> {
                e.str(&self.to_string())?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $type {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
                let at = d.position();
                Self::parse(d.str()?).map_err(|e| decode::Error::custom(e).at(at))
            }
        }
    };
}

written!(Day, ParseDayError);
written!(Year, ParsePeriodError);
written!(Quarter, ParsePeriodError);
written!(Month, ParsePeriodError);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_utc() {
        assert_eq!(Timestamp(1_774_000_000_999).to_string(), "2026-03-20T09:46:40Z");
    }

    #[test]
    fn a_moment_is_in_a_day_of_greenwich() {
        assert_eq!(Timestamp(1_774_051_199_999).utc_day(), Day::new(2026, 3, 20));
        assert_eq!(Timestamp(1_774_051_200_000).utc_day(), Day::new(2026, 3, 21));
        assert_eq!(Timestamp(i64::MAX).utc_day(), None);
    }

    #[test]
    fn only_the_one_written_form_of_a_day_is_read() {
        assert_eq!(Day::parse("2026-03-21").map(|d| d.to_string()), Ok("2026-03-21".into()));
        for wrong in
            ["2026-3-21", "0000-00-00", "0000-01-01", "2027-02-29", "2026-03-21T00:00", " 2026-03-21", ""]
        {
            assert_eq!(Day::parse(wrong), Err(ParseDayError), "{wrong}");
        }
    }

    #[test]
    fn the_day_of_a_moment_is_the_one_that_the_people_have() {
        let late = Timestamp(1_774_013_000_000);
        assert_eq!(late.to_string(), "2026-03-20T13:23:20Z");
        let at = |zone: &str, hours: i64| {
            let zone = Zone::named(zone).unwrap();
            late.plus_ms(hours * 3_600_000).day_in(&zone).map(|day| day.to_string())
        };
        assert_eq!(at("Europe/Bucharest", 8), Some("2026-03-20".into()));
        assert_eq!(at("Europe/Bucharest", 9), Some("2026-03-21".into()));
        assert_eq!(at("Asia/Shanghai", 3), Some("2026-03-21".into()));
        // Ten days later the clocks have gone forward.
        assert_eq!(at("Europe/Bucharest", 8 + 10 * 24), Some("2026-03-31".into()));
        assert_eq!(Zone::named("Nowhere/Here"), None);
        assert_eq!(Timestamp(i64::MAX).day_in(&Zone::named("UTC").unwrap()), None);
    }

    #[test]
    fn days_cross_months_and_stop_at_the_end_of_the_calendar() {
        let last_of_february = Day::parse("2028-02-28").unwrap().plus_days(1).unwrap();
        assert_eq!(last_of_february.to_string(), "2028-02-29");
        assert_eq!(Day::parse("9999-12-31").unwrap().plus_days(1), None);
    }

    #[test]
    fn only_the_one_written_form_of_a_period_is_read() {
        assert_eq!(Quarter::parse("2026-Q1").map(|q| q.to_string()), Ok("2026-Q1".into()));
        assert_eq!(Year::parse("0987").map(|y| y.to_string()), Ok("0987".into()));
        for wrong in ["2026-Q0", "2026-Q5", "2026-q1", "2026Q1", "2026-Q01", "26-Q1", "2026", ""] {
            assert_eq!(Quarter::parse(wrong), Err(ParsePeriodError), "{wrong}");
        }
        for wrong in ["0000", "987", "+2026", "20260", ""] {
            assert_eq!(Year::parse(wrong), Err(ParsePeriodError), "{wrong}");
        }
    }

    #[test]
    fn months_are_written_and_counted_back_across_years() {
        let march = Month::parse("2026-03").unwrap();
        assert_eq!(
            (march.to_string(), march.first_day().to_string()),
            ("2026-03".into(), "2026-03-01".into())
        );
        assert_eq!(march.minus_months(3).to_string(), "2025-12");
        assert_eq!(Month::parse("2028-02").unwrap().last_day().to_string(), "2028-02-29");
        assert_eq!(march.minus_months(15).to_string(), "2024-12");
        assert_eq!(Month::parse("0001-02").unwrap().minus_months(9).to_string(), "0001-01");
        assert_eq!(
            (march.day(31).map(Day::month), Month::parse("2026-02").unwrap().day(29)),
            (Some(march), None)
        );
        for wrong in ["2026-00", "2026-13", "2026-3", "26-03", "2026-Q1", "2026"] {
            assert_eq!(Month::parse(wrong), Err(ParsePeriodError), "{wrong}");
        }
    }

    #[test]
    fn a_week_begins_on_its_monday_and_belongs_to_the_year_of_its_thursday() {
        for (day, monday, week) in [
            ("2026-03-02", "2026-03-02", (2026, 10)),
            ("2026-03-08", "2026-03-02", (2026, 10)),
            ("2027-01-01", "2026-12-28", (2026, 53)),
            ("0001-01-01", "0001-01-01", (1, 1)),
        ] {
            let day = Day::parse(day).unwrap();
            assert_eq!((day.monday().to_string(), day.iso_week()), (monday.into(), week));
        }
    }

    #[test]
    fn each_day_is_in_the_quarter_that_begins_before_it() {
        for (day, quarter, first) in [
            ("2026-01-01", "2026-Q1", "2026-01-01"),
            ("2026-03-31", "2026-Q1", "2026-01-01"),
            ("2026-04-01", "2026-Q2", "2026-04-01"),
            ("2026-12-31", "2026-Q4", "2026-10-01"),
        ] {
            let day = Day::parse(day).unwrap();
            let found = day.quarter();
            assert_eq!((found.to_string(), found.first_day().to_string()), (quarter.into(), first.into()));
            assert!(day <= day.month().last_day() && day.month().last_day() <= found.last_day(), "{day}");
            let next = found.last_day().plus_days(1).unwrap();
            assert_eq!(next.quarter().first_day(), next);
        }
    }

    #[test]
    fn days_between_are_counted_across_months_and_backwards() {
        let day = |text| Day::parse(text).unwrap();
        assert_eq!(day("2026-03-01").days_since(day("2026-02-01")), 28);
        assert_eq!(day("2026-02-01").days_since(day("2026-03-01")), -28);
    }
}
