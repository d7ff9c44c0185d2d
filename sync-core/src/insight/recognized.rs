//! Owns how recognition is spread over those whom the viewer leads (R89): whom nobody has recognized for long is seen as well as who
//! hears it every week.

use super::scale::count;
use super::shelf::{Pair, Shelf};
use crate::coaching::feedback_log::FeedbackKind;
use crate::ids::{PersonId, TenureId};
use crate::time::Day;
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
    let (in_team, in_private) = (on_board(shelf, pair), praised(shelf, pair));
    Recognized {
        tenure: pair.tenure,
        person: pair.agent,
        in_team: count(&in_team),
        in_private: count(&in_private),
        last: in_team.into_iter().chain(in_private).max(),
    }
}

fn on_board(shelf: &Shelf<'_>, pair: &Pair) -> Vec<Day> {
    let all = shelf.team_boards().iter().flat_map(|(_, _, board)| &board.recognitions);
    let theirs = all.filter(|one| one.whom == Some(pair.agent) && one.by != Some(pair.agent));
    lately(shelf, theirs.filter_map(|one| shelf.past_day(one.at)))
}

fn praised(shelf: &Shelf<'_>, pair: &Pair) -> Vec<Day> {
    let feedback = shelf.shared(pair).feedback.iter().map(|(_, item)| item);
    let praise = feedback.filter(|item| item.kind == FeedbackKind::Praise && pair.is_by_leader(item.by));
    lately(shelf, praise.filter_map(|item| shelf.past_day(item.at)))
}

fn lately(shelf: &Shelf<'_>, days: impl Iterator<Item = Day>) -> Vec<Day> {
    days.filter(|day| shelf.is_within(*day, WINDOW_DAYS)).collect()
}

#[cfg(test)]
mod tests;
