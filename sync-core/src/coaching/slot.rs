//! Owns when a meeting is: a day, and an hour if it has one, in the team's time zone.

use crate::document::{Field, Value};
use crate::time::Day;
use serde::Serialize;

/// A day, and an hour if there is one. One value, so that two people's proposals never mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Slot {
    /// The day.
    pub day: Day,
    /// Minutes since midnight in the team's time zone.
    pub minute: Option<u16>,
}

const MINUTES_OF_A_DAY: u16 = 24 * 60;

impl Slot {
    /// The slot, if there is such a minute in a day.
    pub fn new(day: Day, minute: Option<u16>) -> Option<Self> {
        minute.is_none_or(|minute| minute < MINUTES_OF_A_DAY).then_some(Self { day, minute })
    }

    /// Reads `2026-03-18` or `2026-03-18T10:00`, and no other way of writing them.
    pub fn parse(text: &str) -> Option<Self> {
        let slot = match text.split_once('T') {
            None => Self::new(Day::parse(text).ok()?, None),
            Some((day, time)) => {
                let (hours, minutes) = time.split_once(':')?;
                let minute =
                    hours.parse::<u16>().ok()?.checked_mul(60)?.checked_add(minutes.parse().ok()?)?;
                Self::new(Day::parse(day).ok()?, Some(minute))
            }
        };
        slot.filter(|slot| slot.to_string() == text)
    }
}

impl std::fmt::Display for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.minute {
            Some(minute) => write!(f, "{}T{:02}:{:02}", self.day, minute / 60, minute % 60),
            None => write!(f, "{}", self.day),
        }
    }
}

impl<C> minicbor::Encode<C> for Slot {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(&self.to_string())?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Slot {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let at = d.position();
        Self::parse(d.str()?).ok_or_else(|| minicbor::decode::Error::message("no such slot").at(at))
    }
}

impl Field for Slot {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Words(words) => Self::parse(words),
            _ => None,
        }
    }

    fn to_value(&self) -> Value {
        Value::Words(self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_survives_its_written_form_and_nothing_else_is_one() {
        for written in ["2026-03-18", "2026-03-18T00:00", "2026-03-18T09:05", "2026-03-18T23:59"] {
            assert_eq!(Slot::parse(written).map(|slot| slot.to_string()), Some(written.into()));
        }
        for wrong in [
            "2026-03-18T24:00",
            "2026-03-18T10:60",
            "2026-03-18T9:05",
            "2026-03-18T",
            "T10:00",
            "",
            "2026-03-18T+1:00",
        ] {
            assert_eq!(Slot::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_day_without_an_hour_comes_before_its_hours() {
        let slot = |text: &str| Slot::parse(text).unwrap();
        assert!(slot("2026-03-18") < slot("2026-03-18T00:00"));
        assert!(slot("2026-03-18T10:00") < slot("2026-03-19"));
    }
}
