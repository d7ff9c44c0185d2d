//! Owns how recognition is spread over those whom the viewer leads (R89): whom nobody has recognized for long is seen as well as who
//! hears it every week.

use super::facts::{FeedbackFacts, RecognitionFacts};
use super::scale::count;
use super::shelf::{Pair, Shelf};
use crate::coaching::feedback_log::FeedbackKind;
use crate::ids::{DocId, PersonId, TenureId};
use crate::time::{Day, Timestamp};
use serde::Serialize;

/// For so many days it is looked back: a quarter.
const WINDOW_DAYS: i32 = 91;

/// How often somebody was recognized in the last quarter of a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recognized {
    /// Of which pair.
    pub tenure: TenureId,
    /// Who.
    pub person: PersonId,
    /// How often on the board of the team, by whomever but themselves.
    pub in_team: u32,
    /// How often their leader praised them between the two.
    pub in_private: u32,
    /// When last, of both; none if never in this time.
    pub last: Option<Day>,
}

/// How often each of those was recognized whom the viewer leads, in the order of the pairs.
pub fn recognized(shelf: &Shelf<'_>) -> Vec<Recognized> {
    shelf.led().map(|pair| of_pair(shelf, pair)).collect()
}

fn of_pair(shelf: &Shelf<'_>, pair: &Pair) -> Recognized {
    let in_team = lately(shelf, on_board(shelf, pair).map(|(_, one)| one.at));
    let in_private = lately(shelf, praise(shelf, pair).map(|(_, item)| item.at));
    Recognized {
        tenure: pair.tenure,
        person: pair.agent,
        in_team: count(&in_team),
        in_private: count(&in_private),
        last: in_team.into_iter().chain(in_private).max(),
    }
}

/// What the boards of the viewer's teams say of the agent, whoever wrote it there but themselves.
pub(super) fn on_board<'a>(
    shelf: &Shelf<'a>,
    pair: &Pair,
) -> impl Iterator<Item = (DocId, &'a RecognitionFacts)> {
    let boards = shelf.team_boards().iter();
    let all = boards.flat_map(|(_, doc, board)| board.recognitions.iter().map(move |one| (*doc, one)));
    all.filter(move |(_, one)| one.whom == Some(pair.agent) && one.by != Some(pair.agent))
}

/// What the leader praised, in their own words or in those of others.
pub(super) fn praise<'a>(shelf: &Shelf<'a>, pair: &Pair) -> impl Iterator<Item = (DocId, &'a FeedbackFacts)> {
    let feedback = shelf.shared(pair).feedback.iter().copied();
    feedback.filter(move |(_, item)| item.kind == FeedbackKind::Praise && pair.is_by_leader(item.by))
}

fn lately(shelf: &Shelf<'_>, moments: impl Iterator<Item = Option<Timestamp>>) -> Vec<Day> {
    let days = moments.filter_map(|at| shelf.past_day(at));
    days.filter(|day| shelf.is_within(*day, WINDOW_DAYS)).collect()
}

#[cfg(test)]
mod tests;
