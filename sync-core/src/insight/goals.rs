//! Owns how the goals of people stand: what they lack, whether both agree, and what each side does for them.

use super::figures::GoalTitle;
use super::scale::{Group, count, per_mille};
use super::shelf::{Pair, Shelf};
use crate::coaching::goal_set::{Agreement, GoalState, Letter};
use crate::coaching::link::Link;
use crate::ids::{DocId, ItemId, PersonId, TenureId};
use crate::key::Part;
use crate::time::Day;
use serde::{Deserialize, Serialize};

/// How the goals of the viewer's pairs stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Goals {
    /// Those of this quarter, and those of earlier ones that are still worked on.
    pub goals: Vec<GoalRow>,
    /// How many they are.
    pub numbers: GoalNumbers,
}

/// One goal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GoalRow {
    /// Of which pair.
    pub tenure: TenureId,
    /// Of which agent.
    pub person: PersonId,
    /// In which document.
    pub doc: DocId,
    /// Which item of it.
    pub item: ItemId,
    /// What is to be reached.
    pub title: String,
    /// Until when.
    pub due: Option<Day>,
    /// How far it is.
    pub state: GoalState,
    /// What it lacks, in the order of the letters; while it lacks anything it is a draft.
    pub missing: Vec<Letter>,
    /// Whether both agree to it, and whether it was changed since.
    pub agreement: Agreement,
    /// Whether only one side, or nobody, has said what it will do for it.
    pub is_one_sided: bool,
    /// Which goal of the team it supports; none also if that was put away.
    pub supports: Option<Link>,
}

/// How many goals there are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GoalNumbers {
    /// All of them.
    pub goals: u32,
    /// Those that lack something.
    pub drafts: u32,
    /// Those that not both agree to as they stand: drafts, proposals, and what was changed since.
    pub not_agreed: u32,
    /// Those that were changed since somebody agreed.
    pub changed: u32,
    /// Those for which only one side, or nobody, has said what it will do.
    pub one_sided: u32,
    /// Which share that is, in thousandths; none of no goals.
    pub one_sided_share: Option<u32>,
    /// Those that support no goal of the team, or one that was put away.
    pub unlinked: u32,
}

/// How the goals of the viewer's pairs stand.
pub fn goals(shelf: &Shelf<'_>) -> Goals {
    let goals: Vec<_> = shelf.pairs().flat_map(|pair| of_pair(shelf, pair)).collect();
    Goals { numbers: numbers(&goals), goals }
}

/// How the goals of those stand whom the viewer leads.
pub(super) fn numbers_of_led(shelf: &Shelf<'_>) -> GoalNumbers {
    numbers(&shelf.led().flat_map(|pair| of_pair(shelf, pair)).collect::<Vec<_>>())
}

/// The same for who leads the leaders, if the team is large enough.
pub(super) fn goals_of_team(shelf: &Shelf<'_>) -> Group<GoalNumbers> {
    Group::of(shelf.led().count(), shelf.input.thresholds.group, numbers_of_led(shelf))
}

/// What the goals of those are called whom the viewer leads, in the order of their titles.
pub(super) fn titles_of_team(shelf: &Shelf<'_>) -> Vec<GoalTitle> {
    let goals = shelf.led().flat_map(|pair| of_pair(shelf, pair));
    let title = |goal: GoalRow| GoalTitle { title: goal.title, state: goal.state, due: goal.due };
    let mut titles: Vec<_> = goals.map(title).collect();
    titles.sort();
    titles
}

fn of_pair(shelf: &Shelf<'_>, pair: &Pair) -> Vec<GoalRow> {
    let this_quarter = shelf.input.as_of.quarter();
    let sets = shelf.shared(pair).goal_sets.iter();
    let dated = sets.filter_map(|(known, set)| match known.key.part {
        Part::Quarter(quarter) if quarter <= this_quarter => Some((quarter, known.doc, set)),
        Part::Quarter(_)
        | Part::Day(_)
        | Part::Random(_)
        | Part::Year(_)
        | Part::PersonInQuarter(..)
        | Part::Whole => None,
    });
    let goals = dated.flat_map(|(quarter, doc, set)| set.goals.iter().map(move |goal| (quarter, doc, goal)));
    let is_current = |quarter, state| quarter == this_quarter || state == GoalState::Active;
    goals
        .filter(|(quarter, _, goal)| is_current(*quarter, goal.state))
        .map(|(_, doc, goal)| GoalRow {
            tenure: pair.tenure,
            person: pair.agent,
            doc,
            item: goal.id,
            title: goal.title.clone(),
            due: goal.due,
            state: goal.state,
            missing: goal.missing.clone(),
            agreement: goal.agreement,
            is_one_sided: goal.is_one_sided,
            supports: goal.supports.filter(|link| !is_put_away(shelf, pair, *link)),
        })
        .collect()
}

/// A goal of the team that is not on this phone was not put away as far as anybody here knows.
fn is_put_away(shelf: &Shelf<'_>, pair: &Pair, link: Link) -> bool {
    let documents = shelf.of_team(pair.team).into_iter().flat_map(|of_team| &of_team.goals);
    let mut goals = documents.filter(|(known, _)| known.doc == link.doc).flat_map(|(_, facts)| &facts.goals);
    goals.any(|goal| goal.id == link.item && goal.is_put_away)
}

fn numbers(goals: &[GoalRow]) -> GoalNumbers {
    let number = |is: fn(&GoalRow) -> bool| count(goals.iter().filter(|goal| is(goal)));
    let (all, one_sided) = (count(goals), number(|goal| goal.is_one_sided));
    GoalNumbers {
        goals: all,
        drafts: number(|goal| !goal.missing.is_empty()),
        not_agreed: number(|goal| goal.agreement != Agreement::Agreed),
        changed: number(|goal| goal.agreement == Agreement::ChangedSince),
        one_sided,
        one_sided_share: per_mille(one_sided, all),
        unlinked: number(|goal| goal.supports.is_none()),
    }
}

#[cfg(test)]
mod tests;
