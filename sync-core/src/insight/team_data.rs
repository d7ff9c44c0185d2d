//! Owns what a team looks at together in its monthly data session (R14): its numbers as one, what got better, and praise of those who
//! agreed to be named. Nobody else is named, and no number is of so few people that it tells of one of them. What is about one person
//! is in that person's own sheet: their [`scorecard`](crate::metric::scorecard), which nobody else gets.

use super::facts::RecognitionFacts;
use super::shelf::Shelf;
use crate::ids::{PersonId, TeamId};
use crate::metric::{self, KpiId, MetricRow, Period, ScorecardLine, Targets};
use crate::time::Day;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a team looks at together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TeamData {
    /// Which team.
    pub team: TeamId,
    /// For when.
    pub period: Period,
    /// The numbers of all together, of those figures that enough people have.
    pub lines: Vec<ScorecardLine>,
    /// What of them to speak about: what went well before what did not.
    pub points: metric::Points,
    /// Who did what, of those who agreed to be named, oldest first.
    pub praise: Vec<Praise>,
}

/// Praise of somebody who agreed to be named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Praise {
    /// On which day it was said.
    pub day: Day,
    /// Who.
    pub whom: PersonId,
    /// What they did, in one line.
    pub did_what: String,
}

/// The numbers of a team that are to be looked at.
#[derive(Debug, Clone, Copy)]
pub struct OfTeam<'a> {
    /// Which team.
    pub team: TeamId,
    /// Who is measured in it.
    pub people: &'a BTreeSet<PersonId>,
    /// For when.
    pub period: Period,
    /// What was measured; of other people and days it is passed over.
    pub rows: &'a [MetricRow],
    /// What is asked of everybody of the team. What is asked of one person for a while is theirs, and has no place here.
    pub targets: &'a Targets,
}

/// What a team of the viewer's looks at together; none if it is none of theirs.
pub fn team_data(shelf: &Shelf<'_>, of: OfTeam<'_>) -> Option<TeamData> {
    shelf.of_team(of.team)?;
    let theirs: Vec<MetricRow> =
        of.rows.iter().filter(|row| of.people.contains(&row.person)).cloned().collect();
    let told = told_of_nobody(&theirs, of.period, shelf.input.thresholds.group);
    let lines = metric::lines(of.period, &told, of.targets);
    Some(TeamData {
        team: of.team,
        period: of.period,
        points: metric::points(&lines),
        lines,
        praise: praise(shelf, &of),
    })
}

/// The rows of those figures that so many people have, in this period and in the one before it: with fewer, each could work out
/// what another one has.
fn told_of_nobody(rows: &[MetricRow], period: Period, needed: usize) -> Vec<MetricRow> {
    let wanted = [Some(period), period.before()];
    let near: Vec<(Period, &MetricRow)> = rows
        .iter()
        .map(|row| (Period::of(period.cut(), row.day), row))
        .filter(|(of, _)| wanted.contains(&Some(*of)))
        .collect();
    let mut people: BTreeMap<(Period, &KpiId), BTreeSet<PersonId>> = BTreeMap::new();
    for (of, row) in &near {
        people.entry((*of, &row.kpi)).or_default().insert(row.person);
    }
    let is_told = |of: Period, row: &MetricRow| {
        people.get(&(of, &row.kpi)).is_some_and(|people| people.len() >= needed)
    };
    near.into_iter().filter(|(of, row)| is_told(*of, row)).map(|(_, row)| row.clone()).collect()
}

fn praise(shelf: &Shelf<'_>, of: &OfTeam<'_>) -> Vec<Praise> {
    let boards = shelf.team_boards().iter().filter(|(team, ..)| *team == of.team);
    let said = boards.flat_map(|(_, _, board)| &board.recognitions);
    let agreed = |one: &RecognitionFacts| {
        let day = shelf.day(one.at?).filter(|day| of.period.contains(*day))?;
        let whom = one.whom.filter(|whom| one.may_be_said && of.people.contains(whom))?;
        Some(Praise { day, whom, did_what: one.text.clone() })
    };
    let mut praise: Vec<_> = said.filter_map(agreed).collect();
    praise.sort_by(|a, b| (a.day, a.whom, &a.did_what).cmp(&(b.day, b.whom, &b.did_what)));
    praise
}

#[cfg(test)]
mod tests;
