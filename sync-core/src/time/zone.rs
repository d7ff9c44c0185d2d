//! Owns time zones: their names, and when their clocks are changed.

use super::Day;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase, TimeZoneTransition};
use jiff::{SignedDuration, Timestamp};

/// A time zone. Its rules come with the app and not from the system, so that a phone and a server of one version tell the same
/// day from the same moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(pub(super) TimeZone);

impl Zone {
    /// The zone of this IANA name, such as `Europe/Bucharest`, if there is one.
    pub fn named(name: &str) -> Option<Self> {
        TimeZoneDatabase::bundled().get(name).ok().map(Self)
    }

    /// That of Greenwich without summer time.
    pub const fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// Its IANA name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// When clocks are changed from one day to another, oldest first. The first is the last one from before these days: what it says
    /// holds at their beginning.
    pub fn shifts(&self, from: Day, until: Day) -> Vec<Shift> {
        let midnight = |day: Day| self.0.to_timestamp(day.0.at(0, 0, 0, 0)).ok();
        let Some((from, until)) = midnight(from).zip(midnight(until.plus_days(1).unwrap_or(until))) else {
            return Vec::new();
        };
        // What a change lets go is what held a moment before it.
        let shift = |change: TimeZoneTransition<'_>| Shift {
            at: local(change.timestamp(), self.before(change.timestamp())),
            before_seconds: self.before(change.timestamp()).seconds(),
            after_seconds: change.offset().seconds(),
            is_summer: change.dst().is_dst(),
            abbreviation: change.abbreviation().to_owned(),
        };
        let begin = self.0.preceding(from).next().map_or_else(|| self.always(from), shift);
        let changes = self.0.following(from).take_while(|change| change.timestamp() < until);
        std::iter::once(begin).chain(changes.map(shift)).collect()
    }

    fn before(&self, at: Timestamp) -> Offset {
        let before = at.checked_sub(SignedDuration::from_secs(1)).unwrap_or(at);
        self.0.to_offset(before)
    }

    /// Of a zone whose clocks were never changed.
    fn always(&self, at: Timestamp) -> Shift {
        let now = self.0.to_offset_info(at);
        Shift {
            at: "19700101T000000".into(),
            before_seconds: now.offset().seconds(),
            after_seconds: now.offset().seconds(),
            is_summer: false,
            abbreviation: now.abbreviation().to_owned(),
        }
    }
}

/// That the clocks of a zone are changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// When, by the clocks as they were: `20260329T030000`.
    pub at: String,
    /// Seconds ahead of Greenwich until then.
    pub before_seconds: i32,
    /// Seconds ahead of Greenwich from then on.
    pub after_seconds: i32,
    /// Whether it is summer time from then on.
    pub is_summer: bool,
    /// What the time is called from then on, such as `EEST`.
    pub abbreviation: String,
}

fn local(at: Timestamp, offset: Offset) -> String {
    offset.to_datetime(at).strftime("%Y%m%dT%H%M%S").to_string()
}
