//! Owns what of a team whoever answers for it sees: counts and shares of enough people, and what goals are called and how far they
//! are. No name of anybody, no level, no word of a conversation. The server makes it, and it travels as a record: a head's phone
//! holds none of the documents that it follows from.

use super::attention::{TeamAttention, attention_of_team};
use super::balance::{TeamBalance, balance_of_team};
use super::compliance::{Numbers, compliance_of_team};
use super::goals::{GoalNumbers, goals_of_team, titles_of_team};
use super::mood::{TeamMood, mood_of_team};
use super::overdue::{Sides, overdue_of_team};
use super::scale::{Group, count};
use super::shelf::Shelf;
use crate::coaching::goal_set::GoalState;
use crate::ids::{PersonId, TeamId};
use crate::time::Day;
use serde::{Deserialize, Serialize};

/// The figures of those whom one leader leads in a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamFigures {
    /// As of which day.
    pub as_of: Day,
    /// How many pairs there are.
    pub pairs: u32,
    /// How well they keep to their rhythms.
    pub compliance: Group<Numbers>,
    /// How the leader's time is spread.
    pub attention: Group<TeamAttention>,
    /// What is overdue, by side.
    pub overdue: Group<Sides>,
    /// How they are, as far as they share it.
    pub mood: Group<TeamMood>,
    /// What feedback was given.
    pub feedback: Group<TeamBalance>,
    /// How many goals there are.
    pub goals: Group<GoalNumbers>,
    /// What they are called, in the order of their titles, and not whose they are.
    pub titles: Vec<GoalTitle>,
}

/// What a goal is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GoalTitle {
    /// What is to be reached.
    pub title: String,
    /// How far it is.
    pub state: GoalState,
    /// Until when.
    pub due: Option<Day>,
}

/// What figures are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FiguresKey {
    /// Which team.
    pub team: TeamId,
    /// Who leads in it.
    pub leader: PersonId,
}

impl FiguresKey {
    /// As the key of a record.
    pub fn to_bytes(self) -> Vec<u8> {
        [&self.team.as_bytes()[..], self.leader.as_bytes()].concat()
    }

    /// The key in these bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (team, leader) = bytes.split_at_checked(16)?;
        Some(Self { team: TeamId::from_slice(team)?, leader: PersonId::from_slice(leader)? })
    }
}

/// The figures of those whom the viewer leads.
pub fn figures(shelf: &Shelf<'_>) -> TeamFigures {
    TeamFigures {
        as_of: shelf.input.as_of,
        pairs: count(shelf.led()),
        compliance: compliance_of_team(shelf),
        attention: attention_of_team(shelf),
        overdue: overdue_of_team(shelf),
        mood: mood_of_team(shelf),
        feedback: balance_of_team(shelf),
        goals: goals_of_team(shelf),
        titles: titles_of_team(shelf),
    }
}

#[cfg(test)]
mod tests;
