//! Owns how often the two meet, and which meetings follow from that. What follows is computed and never stored: both phones
//! come to the same days, whoever changed the rhythm last.

use crate::coaching::item::Conflicts;
use crate::coaching::slot::Slot;
use crate::coaching::words::words;
use crate::document::{Document, Edit, EditError, Path};
use crate::time::Day;
use serde::Serialize;

const CADENCE: &str = "cadence";
/// The longest that a meeting can be planned for.
const MAX_MINUTES: u32 = 4 * 60;

words! {
    /// How often.
    Rhythm {
        /// Every week.
        Weekly = "weekly",
        /// Every second week.
        TwoWeekly = "two_weekly",
        /// Every fourth week.
        FourWeekly = "four_weekly",
    }
}

impl Rhythm {
    /// Days from one meeting to the next.
    pub const fn days(self) -> i32 {
        match self {
            Self::Weekly => 7,
            Self::TwoWeekly => 14,
            Self::FourWeekly => 28,
        }
    }
}

/// How often they meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cadence {
    /// How often.
    pub rhythm: Rhythm,
    /// The first of these meetings: all others are on its weekday, at its hour.
    pub first: Slot,
    /// How long each takes.
    pub minutes: Option<u32>,
    /// Where; a label.
    pub place: Option<String>,
}

/// How often they meet, as screens show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CadenceView {
    /// How often: the more frequent, while two people's rhythms stand.
    pub rhythm: Option<Rhythm>,
    /// The first of these meetings: the earlier one, while two people's stand.
    pub first: Option<Slot>,
    /// How long each takes.
    pub minutes: Option<u32>,
    /// Where.
    pub place: Option<String>,
}

/// Says how often they meet, from which meeting on.
pub fn set_cadence(edit: &mut Edit<'_>, cadence: &Cadence) -> Result<(), EditError> {
    if cadence.minutes.is_some_and(|minutes| minutes == 0 || minutes > MAX_MINUTES) {
        return Err(EditError::Impossible { field: "minutes" });
    }
    let path = Path::of(CADENCE);
    edit.put(&path.key("rhythm"), &cadence.rhythm)?;
    edit.put(&path.key("first"), &cadence.first)?;
    edit.put_or_clear(&path.key("minutes"), cadence.minutes.map(i64::from).as_ref())?;
    match &cadence.place {
        Some(place) => edit.put_label(&path.key("place"), "place", place),
        None => edit.put_or_clear::<String>(&path.key("place"), None),
    }
}

/// The meetings of this rhythm from one day until before another, ascending.
pub fn occurrences(rhythm: Rhythm, first: Slot, from: Day, until: Day) -> impl Iterator<Item = Slot> {
    let behind = from.days_since(first.day).max(0);
    let skipped = (behind + rhythm.days() - 1) / rhythm.days();
    let next = move |at: &Slot| {
        Some(Slot { day: at.day.plus_days(rhythm.days())?, minute: at.minute })
    };
    let start = first.day.plus_days(skipped * rhythm.days()).map(|day| Slot { day, minute: first.minute });
    std::iter::successors(start, next).take_while(move |slot| slot.day < until)
}

pub(super) fn cadence_view(doc: Document<'_>) -> CadenceView {
    let path = Path::of(CADENCE);
    CadenceView {
        rhythm: doc.least(&path.key("rhythm")),
        first: doc.least(&path.key("first")),
        minutes: doc.get(&path.key("minutes")).and_then(|minutes: i64| u32::try_from(minutes).ok()),
        place: doc.get(&path.key("place")),
    }
}

pub(super) fn look_for_conflicts(doc: Document<'_>, conflicts: &mut Conflicts) {
    let path = Path::of(CADENCE);
    conflicts.look_at::<Rhythm>(doc, &path.key("rhythm"));
    conflicts.look_at::<Slot>(doc, &path.key("first"));
    conflicts.look_at::<i64>(doc, &path.key("minutes"));
    conflicts.look_at::<String>(doc, &path.key("place"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(text: &str) -> Slot {
        Slot::parse(text).unwrap()
    }

    fn days(rhythm: Rhythm, first: &str, from: &str, until: &str) -> Vec<String> {
        let (from, until) = (Day::parse(from).unwrap(), Day::parse(until).unwrap());
        occurrences(rhythm, slot(first), from, until).map(|slot| slot.to_string()).collect()
    }

    #[test]
    fn the_meetings_of_a_rhythm_are_on_its_weekday_and_at_its_hour() {
        assert_eq!(
            days(Rhythm::TwoWeekly, "2026-03-04T10:00", "2026-03-05", "2026-04-15"),
            ["2026-03-18T10:00", "2026-04-01T10:00"]
        );
        assert_eq!(
            days(Rhythm::Weekly, "2026-03-04", "2026-03-04", "2026-03-12"),
            ["2026-03-04", "2026-03-11"]
        );
    }

    #[test]
    fn nothing_is_before_the_first_one_nor_after_the_end_of_the_calendar() {
        assert_eq!(days(Rhythm::FourWeekly, "2026-03-04", "2025-01-01", "2026-03-05"), ["2026-03-04"]);
        let after_the_last = days(Rhythm::Weekly, "9999-12-20", "9999-12-28", "9999-12-31");
        assert!(after_the_last.is_empty(), "{after_the_last:?}");
    }
}
