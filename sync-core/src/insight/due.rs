//! Owns the calendar of a pair: which talk of which kind is due when.

use super::shelf::{Pair, Shelf};
use super::since_last;
use super::talk::{cadence_days, next};
use crate::coaching::meeting::MeetingKind;
use crate::coaching::team_policy::{Every, Practice};
use crate::ids::{DocId, PersonId, TenureId};
use crate::time::Day;
use serde::Serialize;

/// A talk that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DueTalk {
    /// Until when, or when it is planned.
    pub on: Day,
    /// Of what kind.
    pub kind: DueKind,
    /// Of which pair.
    pub tenure: TenureId,
    /// With which agent.
    pub person: PersonId,
    /// The meeting that is planned for it.
    pub planned: Option<DocId>,
}

/// What is due again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DueKind {
    /// The 1:1, by the rhythm of the two.
    OneOnOne,
    /// The goals of the month, by its end, or as the team does it.
    MonthlyGoals,
    /// A look at the plans, by the end of the month, or as the team does it.
    PlanReview,
    /// The evaluation, by the end of the quarter, or as the team does it.
    Evaluation,
}

/// What is due next in the viewer's pairs, one of each kind, what is due first first.
pub fn due_talks(shelf: &Shelf<'_>) -> Vec<DueTalk> {
    let mut due: Vec<_> = shelf.pairs().flat_map(|pair| of_pair(shelf, pair)).collect();
    due.sort_by_key(|due| (due.on, due.tenure, due.kind));
    due
}

fn of_pair(shelf: &Shelf<'_>, pair: &Pair) -> Vec<DueTalk> {
    let due = |kind, (on, planned)| DueTalk { on, kind, tenure: pair.tenure, person: pair.agent, planned };
    let evaluation = every(shelf, pair, Practice::Evaluation).last_day(shelf.input.as_of);
    let all = [
        (DueKind::OneOnOne, one_on_one(shelf, pair)),
        (DueKind::MonthlyGoals, periodical(shelf, pair, MeetingKind::MonthlyGoals, Practice::MonthlyGoals)),
        (DueKind::PlanReview, periodical(shelf, pair, MeetingKind::PlanReview, Practice::PlanReview)),
        (DueKind::Evaluation, Some((evaluation, None))),
    ];
    all.into_iter().filter_map(|(kind, when)| Some(due(kind, when?))).collect()
}

fn every(shelf: &Shelf<'_>, pair: &Pair, practice: Practice) -> Every {
    shelf.every(pair, practice).unwrap_or(practice.usual())
}

/// Without a rhythm the first one is due as long after the two became a pair as a rhythm would have it.
fn one_on_one(shelf: &Shelf<'_>, pair: &Pair) -> Option<(Day, Option<DocId>)> {
    match next(shelf, pair) {
        Some(next) => Some((next.slot.day, next.doc)),
        None => {
            let last = since_last::of_pair(shelf, pair).last.map_or(pair.since(), |last| last.day);
            Some((last.plus_days(cadence_days(shelf, pair))?, None))
        }
    }
}

/// When that of this month is planned, or else by the end of the month; by the end of the next one if it was held already. A team may
/// cut time otherwise.
fn periodical(
    shelf: &Shelf<'_>,
    pair: &Pair,
    kind: MeetingKind,
    practice: Practice,
) -> Option<(Day, Option<DocId>)> {
    let every = every(shelf, pair, practice);
    let end = every.last_day(shelf.input.as_of);
    let meetings = shelf.shared(pair).meetings.iter().filter(|(_, facts)| facts.kind == kind);
    let of_now = meetings.filter_map(|(known, facts)| {
        let held = facts.end.or(facts.start).and_then(|at| shelf.day(at));
        let day = held.or(facts.planned.map(|slot| slot.day))?;
        let is_of_now = facts.not_held.is_none() && every.last_day(day) == end;
        is_of_now.then_some((held.is_some(), day, known.doc))
    });
    match of_now.max() {
        Some((true, ..)) => Some((every.last_day(end.plus_days(1)?), None)),
        Some((false, day, doc)) => Some((day, Some(doc))),
        None => Some((end, None)),
    }
}

#[cfg(test)]
mod tests;
