//! Owns how long ago the last 1:1 of a pair was, and what colour that is.

use super::scale::{Colour, Link};
use super::shelf::{Pair, Shelf};
use super::talk::{cadence_days, talks};
use crate::ids::{PersonId, TenureId};
use serde::Serialize;

/// How long ago the last 1:1 was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SinceLast {
    /// Of which pair.
    pub tenure: TenureId,
    /// Of which agent.
    pub person: PersonId,
    /// The last 1:1; none if there was none.
    pub last: Option<Link>,
    /// Days since then; since the agent joined, or the two became a pair, if there was none.
    pub days: i32,
    /// Days from one 1:1 to the next, as the two agreed.
    pub cadence_days: i32,
    /// Green up to that many days, amber up to half as many more, then red.
    pub colour: Colour,
}

/// How long ago the last 1:1 of each of the viewer's pairs was.
pub fn since_last(shelf: &Shelf<'_>) -> Vec<SinceLast> {
    shelf.pairs().map(|pair| of_pair(shelf, pair)).collect()
}

/// A pair that is new to each other begins anew: nobody is in the red for what their predecessor left undone.
pub(super) fn of_pair(shelf: &Shelf<'_>, pair: &Pair) -> SinceLast {
    let last = talks(shelf, pair).into_iter().rfind(|talk| talk.is_one_on_one());
    let since = last.as_ref().map_or(pair.since(), |talk| talk.day);
    let (days, cadence_days) = (shelf.days_since(since), cadence_days(shelf, pair));
    SinceLast {
        tenure: pair.tenure,
        person: pair.agent,
        last: last.map(|talk| Link { day: talk.day, doc: talk.doc, item: None }),
        days,
        cadence_days,
        colour: colour(days, cadence_days, shelf.input.thresholds.amber_tenths),
    }
}

fn colour(days: i32, cadence_days: i32, amber_tenths: i32) -> Colour {
    match days {
        days if days <= cadence_days => Colour::Green,
        days if days.saturating_mul(10) <= cadence_days.saturating_mul(amber_tenths) => Colour::Amber,
        _ => Colour::Red,
    }
}

#[cfg(test)]
mod tests;
