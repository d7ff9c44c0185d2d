//! Owns the tree of goals: what the organisation wants, what a team does for that, and what people do for their team.

use super::facts::TeamGoalFacts;
use super::goals::{GoalRow, goals};
use super::scale::count;
use super::shelf::Shelf;
use crate::coaching::link::Link;
use crate::ids::{DocId, ItemId, PersonId, TeamId};
use crate::time::Day;
use serde::Serialize;
use std::collections::BTreeSet;

/// The goals of a team, and of those in it whose goals the viewer may read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GoalTree {
    /// Of which team.
    pub team: TeamId,
    /// The aims of the organisation this year, in their order, each with what the team does for it.
    pub aims: Vec<AimBranch>,
    /// What the team wants to reach that supports no aim.
    pub without_aim: Vec<TeamGoalBranch>,
    /// The goals of people that support none of the team: they never did, or what they supported was put away.
    pub unlinked: Vec<GoalRow>,
    /// How many these are.
    pub unlinked_count: u32,
}

/// An aim of the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AimBranch {
    /// In which document.
    pub doc: DocId,
    /// Which item of it.
    pub item: ItemId,
    /// What is to be reached.
    pub title: String,
    /// What the team wants to reach for it.
    pub goals: Vec<TeamGoalBranch>,
}

/// A goal of the team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TeamGoalBranch {
    /// In which document.
    pub doc: DocId,
    /// Which item of it.
    pub item: ItemId,
    /// What is to be reached.
    pub title: String,
    /// Until when.
    pub due: Option<Day>,
    /// What people want to reach for it.
    pub goals: Vec<GoalRow>,
    /// How many people that is.
    pub people: u32,
}

/// The tree of each of the viewer's teams: what the team wants to reach this quarter, and what is still worked on for earlier ones.
pub fn goal_trees(shelf: &Shelf<'_>) -> Vec<GoalTree> {
    let goals = goals(shelf).goals;
    shelf.teams().map(|team| of_team(shelf, team.id, &goals)).collect()
}

fn of_team(shelf: &Shelf<'_>, team: TeamId, goals: &[GoalRow]) -> GoalTree {
    let in_team: BTreeSet<_> =
        shelf.pairs().filter(|pair| pair.team == team).map(|pair| pair.tenure).collect();
    let mut goals: Vec<&GoalRow> = goals.iter().filter(|goal| in_team.contains(&goal.tenure)).collect();
    let mut branches = branches(shelf, team, &mut goals);
    let this_year = shelf.input.as_of.year();
    let strategies = shelf.strategies().iter().filter(|(known, _)| known.key.part.year() == Some(this_year));
    let aims = strategies.flat_map(|(known, facts)| facts.aims.iter().map(move |aim| (known.doc, aim)));
    let aims = aims.map(|(doc, aim)| {
        let is_for =
            |branch: &mut (Option<Link>, TeamGoalBranch)| branch.0 == Some(Link { doc, item: aim.id });
        let for_it = branches.extract_if(.., is_for).map(|(_, branch)| branch).collect();
        AimBranch { doc, item: aim.id, title: aim.title.clone(), goals: for_it }
    });
    GoalTree {
        team,
        aims: aims.collect(),
        without_aim: branches.into_iter().map(|(_, branch)| branch).collect(),
        unlinked_count: count(&goals),
        unlinked: goals.into_iter().cloned().collect(),
    }
}

/// The goals of the team that were not put away, each with the goals of people that support it, which are taken out of `goals`.
fn branches(
    shelf: &Shelf<'_>,
    team: TeamId,
    goals: &mut Vec<&GoalRow>,
) -> Vec<(Option<Link>, TeamGoalBranch)> {
    let this_quarter = shelf.input.as_of.quarter();
    let documents = shelf.of_team(team).into_iter().flat_map(|of_team| &of_team.goals);
    let mut branches = Vec::new();
    for (known, facts) in documents {
        let is_current = known.key.part.quarter() == Some(this_quarter);
        for goal in facts.goals.iter().filter(|goal| !goal.is_put_away) {
            let branch = branch(known.doc, goal, goals);
            if is_current || branch.people > 0 {
                branches.push((goal.supports, branch));
            }
        }
    }
    branches
}

fn branch(doc: DocId, goal: &TeamGoalFacts, goals: &mut Vec<&GoalRow>) -> TeamGoalBranch {
    let link = Link { doc, item: goal.id };
    let of_people: Vec<GoalRow> = goals.extract_if(.., |row| row.supports == Some(link)).cloned().collect();
    let people: BTreeSet<PersonId> = of_people.iter().map(|row| row.person).collect();
    TeamGoalBranch {
        doc,
        item: goal.id,
        title: goal.title.clone(),
        due: goal.due,
        people: count(people),
        goals: of_people,
    }
}

#[cfg(test)]
mod tests;
