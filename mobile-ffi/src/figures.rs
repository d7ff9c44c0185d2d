//! Owns the figures of teams as an app shows them to a head of operations: counts and shares, and nothing that anybody wrote.

use crate::client::Client;
use crate::error::ClientError;
use sync_core::ids::{PersonId, TeamId};
use sync_core::insight::{self, Colour, Group};
use sync_core::time::Day;

/// The figures of those whom one leader leads in a team. What is none is hidden: there are fewer than five to count.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TeamFigures {
    /// Which team.
    pub team: TeamId,
    /// Who leads in it.
    pub leader: PersonId,
    /// As of which day.
    pub as_of: Day,
    /// How many pairs there are.
    pub pairs: u32,
    /// How well they keep to their rhythms.
    pub rhythm: Option<TeamRhythm>,
    /// How the leader's time is spread.
    pub attention: Option<TeamAttention>,
    /// What is overdue, by side.
    pub overdue: Option<TeamOverdue>,
    /// How they are, as far as they share it.
    pub mood: Option<TeamMood>,
    /// What feedback was given lately.
    pub feedback: Option<TeamFeedback>,
    /// How many goals there are.
    pub goals: Option<TeamGoalCounts>,
    /// What goals are called, in the order of their titles, and not whose they are.
    pub titles: Vec<TeamGoalTitle>,
}

/// How well pairs keep to their rhythms.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TeamRhythm {
    /// How many meetings that were due were held.
    pub held: u32,
    /// How many were missed.
    pub missed: u32,
    /// How many were excused.
    pub excused: u32,
    /// The share that was held of those that were not excused, in thousandths.
    pub rate: Option<u32>,
    /// How often a meeting was moved.
    pub moves: u32,
    /// How often with hardly any notice.
    pub late_moves: u32,
}

/// How a leader's time is spread.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TeamAttention {
    /// The share of the time that those who need help get, in thousandths.
    pub low_share: Option<u32>,
    /// How much that wants to be looked at: `green`, `amber`, `red`.
    pub colour: Option<String>,
    /// With how many there was no contact for long.
    pub without_contact: u32,
    /// Which share of the contacts was not about a problem, in thousandths.
    pub not_about_problems_share: Option<u32>,
}

/// What is overdue, by side and age.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TeamOverdue {
    /// What agents promised.
    pub agents: TeamOverdueAges,
    /// What the leader promised.
    pub leader: TeamOverdueAges,
    /// What is nobody's, or both's.
    pub neither: TeamOverdueAges,
}

/// How much is overdue, by age.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TeamOverdueAges {
    /// For 1 to 7 days.
    pub week: u32,
    /// For 8 to 30 days.
    pub month: u32,
    /// For more than 30 days.
    pub older: u32,
}

/// How people are, as far as they share it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TeamMood {
    /// How many people said how they are.
    pub people: u32,
    /// The mean of how they feel, in tenths.
    pub mood_tenths: u32,
    /// The mean of how much it is, in tenths.
    pub load_tenths: Option<u32>,
}

/// What feedback was given.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TeamFeedback {
    /// How often something was done well.
    pub praise: u32,
    /// How often something was to be done in another way.
    pub constructive: u32,
    /// How many people got less of the first than of the second.
    pub below_one_to_one: u32,
}

/// How many goals there are.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TeamGoalCounts {
    /// All of them.
    pub goals: u32,
    /// Those that lack something.
    pub drafts: u32,
    /// Those that not both agree to as they stand.
    pub not_agreed: u32,
    /// Those for which only one side, or nobody, has said what it will do.
    pub one_sided: u32,
    /// Those that support no goal of the team.
    pub unlinked: u32,
}

/// What a goal is called.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TeamGoalTitle {
    /// What is to be reached.
    pub title: String,
    /// How far it is: `active`, `reached`, `not_reached`, `dropped`.
    pub state: String,
    /// Until when.
    pub due: Option<Day>,
}

#[uniffi::export]
impl Client {
    /// The figures of the teams that this person answers for as head of operations; for everybody else there are none.
    pub fn team_figures(&self) -> Result<Vec<TeamFigures>, ClientError> {
        Ok(self.replica()?.team_figures()?.into_iter().map(TeamFigures::from).collect())
    }
}

impl From<(insight::FiguresKey, insight::TeamFigures)> for TeamFigures {
    fn from((key, figures): (insight::FiguresKey, insight::TeamFigures)) -> Self {
        let insight::FiguresKey { team, leader } = key;
        let insight::TeamFigures {
            as_of,
            pairs,
            compliance,
            attention,
            overdue,
            mood,
            feedback,
            goals,
            titles,
        } = figures;
        Self {
            team,
            leader,
            as_of,
            pairs,
            rhythm: shown(compliance).map(TeamRhythm::from),
            attention: shown(attention).map(TeamAttention::from),
            overdue: shown(overdue).map(TeamOverdue::from),
            mood: shown(mood).map(TeamMood::from),
            feedback: shown(feedback).map(TeamFeedback::from),
            goals: shown(goals).map(TeamGoalCounts::from),
            titles: titles.into_iter().map(TeamGoalTitle::from).collect(),
        }
    }
}

fn shown<T>(group: Group<T>) -> Option<T> {
    match group {
        Group::TooFew => None,
        Group::Shown(numbers) => Some(numbers),
    }
}

impl From<insight::Numbers> for TeamRhythm {
    fn from(numbers: insight::Numbers) -> Self {
        let insight::Numbers { held, missed, excused, rate, moves, late_moves } = numbers;
        Self { held, missed, excused, rate, moves, late_moves }
    }
}

impl From<insight::TeamAttention> for TeamAttention {
    fn from(attention: insight::TeamAttention) -> Self {
        let insight::TeamAttention { low_share, colour, without_contact, not_about_problems_share } =
            attention;
        let word = |colour| match colour {
            Colour::Green => "green".to_owned(),
            Colour::Amber => "amber".to_owned(),
            Colour::Red => "red".to_owned(),
        };
        Self { low_share, colour: colour.map(word), without_contact, not_about_problems_share }
    }
}

impl From<insight::Sides> for TeamOverdue {
    fn from(sides: insight::Sides) -> Self {
        let insight::Sides { agent, leader, neither } = sides;
        Self { agents: agent.into(), leader: leader.into(), neither: neither.into() }
    }
}

impl From<insight::Ages> for TeamOverdueAges {
    fn from(ages: insight::Ages) -> Self {
        let insight::Ages { week, month, older } = ages;
        Self { week, month, older }
    }
}

impl From<insight::TeamMood> for TeamMood {
    fn from(mood: insight::TeamMood) -> Self {
        let insight::TeamMood { people, mood_tenths, load_tenths } = mood;
        Self { people, mood_tenths, load_tenths: shown(load_tenths) }
    }
}

impl From<insight::TeamBalance> for TeamFeedback {
    fn from(balance: insight::TeamBalance) -> Self {
        let insight::TeamBalance { praise, constructive, below_one_to_one } = balance;
        Self { praise, constructive, below_one_to_one }
    }
}

impl From<insight::GoalNumbers> for TeamGoalCounts {
    fn from(numbers: insight::GoalNumbers) -> Self {
        let insight::GoalNumbers { goals, drafts, not_agreed, one_sided, unlinked, .. } = numbers;
        Self { goals, drafts, not_agreed, one_sided, unlinked }
    }
}

impl From<insight::GoalTitle> for TeamGoalTitle {
    fn from(title: insight::GoalTitle) -> Self {
        let insight::GoalTitle { title, state, due } = title;
        Self { title, state: state.word().to_owned(), due }
    }
}
