//! Owns the calendar of a pair: which talk of which kind is due when.

use super::shelf::{Pair, Shelf};
use super::since_last;
use super::talk::{cadence_days, next};
use crate::coaching::meeting::MeetingKind;
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
    /// The goals of the month, by its end.
    MonthlyGoals,
    /// A look at the plans, by the end of the month.
    PlanReview,
    /// The evaluation, by the end of the quarter.
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
    let evaluation = (shelf.input.as_of.quarter().last_day(), None);
    let all = [
        (DueKind::OneOnOne, one_on_one(shelf, pair)),
        (DueKind::MonthlyGoals, monthly(shelf, pair, MeetingKind::MonthlyGoals)),
        (DueKind::PlanReview, monthly(shelf, pair, MeetingKind::PlanReview)),
        (DueKind::Evaluation, Some(evaluation)),
    ];
    all.into_iter().filter_map(|(kind, when)| Some(due(kind, when?))).collect()
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

/// When this month's is planned, or else by the end of the month; by the end of the next one if this month's was held.
fn monthly(shelf: &Shelf<'_>, pair: &Pair, kind: MeetingKind) -> Option<(Day, Option<DocId>)> {
    let end = shelf.input.as_of.month().last_day();
    let meetings = shelf.shared(pair).meetings.iter().filter(|(_, facts)| facts.kind == kind);
    let of_month = meetings.filter_map(|(known, facts)| {
        let held = facts.end.or(facts.start).and_then(|at| shelf.day(at));
        let day = held.or(facts.planned.map(|slot| slot.day))?;
        let is_of_month = facts.not_held.is_none() && day.month().last_day() == end;
        is_of_month.then_some((held.is_some(), day, known.doc))
    });
    match of_month.max() {
        Some((true, ..)) => Some((end.plus_days(1)?.month().last_day(), None)),
        Some((false, day, doc)) => Some((day, Some(doc))),
        None => Some((end, None)),
    }
}

#[cfg(test)]
mod tests;
