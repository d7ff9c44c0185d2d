//! Owns the home screen: one row for each person, with what wants to be looked at and why.

use super::areas::{AreaSplit, areas};
use super::contact::only_problems_of;
use super::goals::{GoalNumbers, numbers_of_led};
use super::mood::{self, Direction, MoodPoint};
use super::overdue::{self, Sides};
use super::promised::promised;
use super::scale::{Colour, count};
use super::shelf::{Pair, Shelf};
use super::since_last::{self, SinceLast};
use super::talk::{Next, next};
use super::{attention, balance, questions, signs};
use crate::coaching::item::Side;
use crate::ids::{PersonId, TenureId};
use serde::Serialize;

/// The home screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overview {
    /// The viewer's pairs.
    pub rows: Vec<OverviewRow>,
    /// How the goals of those stand whom the viewer leads.
    pub goals: GoalNumbers,
    /// What part of the work is talked about.
    pub areas: AreaSplit,
}

/// One person, or the viewer themselves beside who leads them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OverviewRow {
    /// Which pair.
    pub tenure: TenureId,
    /// Which of the two the viewer is.
    pub viewer_is: Side,
    /// The agent.
    pub person: PersonId,
    /// What the agent is called.
    pub name: String,
    /// How long ago the last 1:1 was.
    pub since_last: SinceLast,
    /// When the next meeting is; none if nothing is planned and no rhythm agreed.
    pub next: Option<Next>,
    /// How much the agent has still to do.
    pub open_of_agent: u32,
    /// How much the leader has.
    pub open_of_leader: u32,
    /// How much has nobody of the two.
    pub open_of_neither: u32,
    /// How much of all that is overdue.
    pub overdue: Sides,
    /// How the agent was last, as far as they share it.
    pub mood: Option<MoodPoint>,
    /// Which way that goes.
    pub direction: Direction,
    /// How many changes the viewer has not seen yet.
    pub unread: u32,
    /// Why a word with the person would be good, for who leads them.
    pub needs_a_word: Vec<NeedsAWord>,
}

/// Why a word would be good. The numbers behind each stand in the model of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedsAWord {
    /// They flagged something that cannot wait.
    CannotWait,
    /// The last 1:1 is too long ago.
    LongSinceLast,
    /// There was no contact for long.
    WithoutContact,
    /// The last contacts were all about problems.
    OnlyProblems,
    /// They heard more of what is to change than of what is good.
    LittlePraise,
    /// The leader owes them something.
    LeaderOverdue,
    /// They share a mood that falls.
    MoodFalls,
    /// There are early signs that a conversation would be good.
    EarlySigns,
}

/// The home screen.
pub fn overview(shelf: &Shelf<'_>) -> Overview {
    let forgotten = attention::attention(shelf).without_contact;
    Overview {
        rows: shelf.pairs().map(|pair| row(shelf, pair, &forgotten)).collect(),
        goals: numbers_of_led(shelf),
        areas: areas(shelf),
    }
}

fn row(shelf: &Shelf<'_>, pair: &Pair, forgotten: &[PersonId]) -> OverviewRow {
    let open: Vec<_> = promised(shelf, pair).into_iter().filter(|promised| promised.is_open).collect();
    let open_of = |side| count(open.iter().filter(|open| open.side == side));
    let mut mood = mood::of_pair(shelf, pair);
    let mut row = OverviewRow {
        tenure: pair.tenure,
        viewer_is: if shelf.input.viewer == pair.leader { Side::Leader } else { Side::Agent },
        person: pair.agent,
        name: pair.name.clone(),
        since_last: since_last::of_pair(shelf, pair),
        next: next(shelf, pair),
        open_of_agent: open_of(Some(Side::Agent)),
        open_of_leader: open_of(Some(Side::Leader)),
        open_of_neither: open_of(None),
        overdue: overdue::sides(&overdue::of_pair(shelf, pair)),
        mood: mood.lately.pop(),
        direction: mood.direction,
        unread: shelf.input.unread.get(&pair.tenure).copied().unwrap_or(0),
        needs_a_word: Vec::new(),
    };
    if row.viewer_is == Side::Leader {
        row.needs_a_word = needs_a_word(shelf, pair, &row, forgotten.contains(&pair.agent));
    }
    row
}

fn needs_a_word(
    shelf: &Shelf<'_>,
    pair: &Pair,
    row: &OverviewRow,
    is_without_contact: bool,
) -> Vec<NeedsAWord> {
    let reasons = [
        (NeedsAWord::CannotWait, !questions::of_pair(shelf, pair).is_empty()),
        (NeedsAWord::LongSinceLast, row.since_last.colour == Colour::Red),
        (NeedsAWord::WithoutContact, is_without_contact),
        (NeedsAWord::OnlyProblems, only_problems_of(shelf, pair).is_some()),
        (NeedsAWord::LittlePraise, balance::of_pair(shelf, pair).is_below_one_to_one),
        (NeedsAWord::LeaderOverdue, row.overdue.leader.total() > 0),
        (NeedsAWord::MoodFalls, row.direction == Direction::Falling),
        (NeedsAWord::EarlySigns, signs::of_pair(shelf, pair).is_some()),
    ];
    reasons.into_iter().filter(|(_, is)| *is).map(|(reason, _)| reason).collect()
}

#[cfg(test)]
mod tests;
