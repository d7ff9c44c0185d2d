//! Owns moments and days: arithmetic only, cannot read the clock.

use jiff::civil::Date;
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

/// A calendar date without a time zone, from year 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

/// Text that is not a date of the form `2026-03-21`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no such day, or it is not written as 2026-03-21")]
pub struct ParseDayError;

impl Day {
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
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl std::str::FromStr for Day {
    type Err = ParseDayError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl<C> Encode<C> for Day {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.str(&self.to_string())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Day {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let at = d.position();
        Self::parse(d.str()?).map_err(|e| decode::Error::custom(e).at(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_utc() {
        assert_eq!(Timestamp(1_774_000_000_999).to_string(), "2026-03-20T09:46:40Z");
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
    fn days_cross_months_and_stop_at_the_end_of_the_calendar() {
        let last_of_february = Day::parse("2028-02-28").unwrap().plus_days(1).unwrap();
        assert_eq!(last_of_february.to_string(), "2028-02-29");
        assert_eq!(Day::parse("9999-12-31").unwrap().plus_days(1), None);
    }
}
