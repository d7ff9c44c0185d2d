//! Owns what a team sees together as an app sees it: what is in its way, ideas that wait, recognition, and the numbers of all as one.

use crate::insight::figures::{FigurePoint, ScorecardLine};
use sync_core::coaching::item::State;
use sync_core::ids::{DocId, ItemId, PersonId, TeamId, TenureId};
use sync_core::insight::{self, Blocker, BlockerGroup, Praise, Recognized, WaitingIdea};
use sync_core::time::Day;

/// What is in the way of a team at one place: once, or again and again.
#[uniffi::remote(Record)]
pub struct BlockerGroup {
    /// Which team.
    pub team: TeamId,
    /// The system or the place, as it was written first; none for a blocker that names none, which stands alone.
    pub topic: Option<String>,
    /// How many people are blocked.
    pub people: u32,
    /// For how many days the oldest one lasts.
    pub age_days: i32,
    /// Whether that is too long.
    pub is_old: bool,
    /// The blockers, oldest first.
    pub blockers: Vec<Blocker>,
}

/// One blocker that nobody has taken away yet.
#[uniffi::remote(Record)]
pub struct Blocker {
    /// In which document.
    pub doc: DocId,
    /// Which item of it.
    pub item: ItemId,
    /// What is in the way, in one line.
    pub text: String,
    /// Since when.
    pub since: Day,
    /// For how many days that is.
    pub age_days: i32,
    /// Who is to take it away.
    pub owner: Option<PersonId>,
    /// How far that is.
    pub state: State,
}

/// An idea that waits for an answer.
#[uniffi::remote(Record)]
pub struct WaitingIdea {
    /// Of which team.
    pub team: TeamId,
    /// In which document.
    pub doc: DocId,
    /// Which item of it.
    pub item: ItemId,
    /// What, in one line.
    pub text: String,
    /// Who had it; none if that is not known.
    pub by: Option<PersonId>,
    /// For how many days it waits; none if nobody knows when it came.
    pub age_days: Option<i32>,
}

/// How often somebody was recognized in the last quarter of a year.
#[uniffi::remote(Record)]
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

/// Praise of somebody who agreed to be named.
#[uniffi::remote(Record)]
pub struct Praise {
    /// On which day it was said.
    pub day: Day,
    /// Who.
    pub whom: PersonId,
    /// What they did, in one line.
    pub did_what: String,
}

/// What a team looks at together.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TeamData {
    /// Which team.
    pub team: TeamId,
    /// What the period is called: `2026-03`.
    pub period: String,
    /// The numbers of all together, of those figures that enough people have.
    pub lines: Vec<ScorecardLine>,
    /// What of them went well.
    pub positives: Vec<FigurePoint>,
    /// The targets that were missed by most.
    pub below: Vec<FigurePoint>,
    /// Who did what, of those who agreed to be named, oldest first.
    pub praise: Vec<Praise>,
}

impl From<insight::TeamData> for TeamData {
    fn from(data: insight::TeamData) -> Self {
        let points = |points: Vec<_>| points.into_iter().map(FigurePoint::from).collect();
        Self {
            team: data.team,
            period: data.period.to_string(),
            lines: data.lines.into_iter().map(ScorecardLine::from).collect(),
            positives: points(data.points.positives),
            below: points(data.points.below),
            praise: data.praise,
        }
    }
}
