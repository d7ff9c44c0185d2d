//! Owns what stands in somebody's calendar: the meetings of their pairs that are planned, and those that only follow from a rhythm.

use super::facts::MeetingFacts;
use super::scale::count;
use super::shelf::{Known, Pair, Shelf};
use super::talk::{Agreed, agreed, is_in_period, is_one_on_one};
use crate::coaching::meeting::{self, Slot};
use crate::coaching::partnership::occurrences;
use crate::ids::{DocId, OrgId, PersonId, TenureId};
use crate::key::Part;
use crate::time::Day;
use serde::Serialize;
use std::ops::Range;

/// A meeting in a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Occasion {
    /// When.
    pub slot: Slot,
    /// Its document. One that only follows from a rhythm names the document that it becomes once somebody plans it for that day: it
    /// stays the same meeting then, and when it is moved.
    pub doc: DocId,
    /// Of which pair.
    pub tenure: TenureId,
    /// With whom.
    pub partner: PersonId,
    /// How often it was moved.
    pub moves: u32,
}

/// The viewer's meetings of these days, in the order of time.
pub fn occasions(shelf: &Shelf<'_>, org: OrgId, days: &Range<Day>) -> Vec<Occasion> {
    let mut all: Vec<_> = shelf.pairs().flat_map(|pair| of_pair(shelf, pair, org, days)).collect();
    all.sort_by_key(|occasion| (occasion.slot, occasion.doc));
    all
}

fn of_pair(shelf: &Shelf<'_>, pair: &Pair, org: OrgId, days: &Range<Day>) -> Vec<Occasion> {
    let partner = pair.partner_of(shelf.input.viewer);
    let occasion = |slot, doc, moves| Occasion { slot, doc, tenure: pair.tenure, partner, moves };
    let planned = shelf.shared(pair).meetings.iter().filter_map(|(known, facts)| {
        let slot = facts.planned.filter(|slot| days.contains(&slot.day))?;
        facts.not_held.is_none().then(|| occasion(slot, known.doc, count(&facts.moves)))
    });
    let mut all: Vec<_> = planned.collect();
    if let Some(agreed) = agreed(shelf, pair) {
        let id = |slot: Slot| DocId::of(org, meeting::SPEC.name, &meeting::key(pair.tenure, slot.day));
        all.extend(by_rhythm(shelf, pair, agreed, days).map(|slot| occasion(slot, id(slot), 0)));
    }
    all
}

/// What follows from the rhythm from today on, where the two have planned nothing else.
fn by_rhythm<'s>(
    shelf: &'s Shelf<'_>,
    pair: &'s Pair,
    agreed: Agreed,
    days: &Range<Day>,
) -> impl Iterator<Item = Slot> + 's {
    let from = days.start.max(shelf.input.as_of).max(pair.from);
    let until = pair.until.map_or(days.end, |until| days.end.min(until));
    let is_free = move |slot: &Slot| {
        let mut meetings = shelf.shared(pair).meetings.iter();
        !meetings.any(|(known, facts)| stands_for(shelf, (known, facts), *slot, agreed))
    };
    occurrences(agreed.rhythm, agreed.first, from, until).filter(is_free)
}

/// Whether this meeting is that of the rhythm, wherever it was moved: it began as that, or is held or planned in its period.
fn stands_for(
    shelf: &Shelf<'_>,
    (known, facts): (&Known, &MeetingFacts),
    slot: Slot,
    agreed: Agreed,
) -> bool {
    let held = facts.end.or(facts.start).and_then(|at| shelf.day(at));
    let Some(on) = held.or(facts.planned.map(|slot| slot.day)) else { return false };
    let began_as_that = known.key.part == Part::Day(slot.day);
    is_one_on_one(facts.kind) && (began_as_that || is_in_period(on, slot, agreed.rhythm))
}

#[cfg(test)]
mod tests;
