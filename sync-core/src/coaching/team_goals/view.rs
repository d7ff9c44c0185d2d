//! Owns how the goals and standards of a team look on screens and in lists.

use super::goal::{self, GOALS};
use super::standard::{self, StandardView, standard_view, standards};
use super::CONSEQUENCES;
use crate::coaching::ack::{AckView, acks};
use crate::coaching::item::{Conflicts, Removal, is_removed};
use crate::coaching::link::Link;
use crate::coaching::measure::{self, Measure};
use crate::coaching::summary::{Summary, count};
use crate::document::{Amount, Conflict, Document, Item, Path, Prose};
use crate::ids::ItemId;
use crate::time::Day;
use serde::Serialize;

/// The goals and standards of a team, as screens show them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TeamGoalsView {
    /// The goals in their order, with those that were put away.
    pub goals: Vec<TeamGoalView>,
    /// The standards in their order, with those that were removed.
    pub standards: Vec<StandardView>,
    /// What follows from how somebody does.
    pub consequences: Prose,
    /// Values that wait for somebody to settle them.
    pub conflicts: Vec<Conflict>,
}

/// One goal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TeamGoalView {
    /// Which one.
    pub id: ItemId,
    /// What is to be reached.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// How it is measured.
    pub measure: Option<Measure>,
    /// How much is to be reached.
    pub target: Option<Amount>,
    /// Until when: the earlier day, while two people's days stand.
    pub due: Option<Day>,
    /// Which aim of the organisation it supports.
    pub supports: Option<Link>,
    /// Who has read it, and whether that still holds.
    pub acks: Vec<AckView>,
    /// Whether it was put away.
    pub removed: Option<Removal>,
}

/// The goals and standards, as screens show them.
pub fn view(doc: Document<'_>) -> TeamGoalsView {
    let goals = doc.items(&Path::of(GOALS));
    TeamGoalsView {
        goals: goals.iter().map(|goal| goal_view(doc, goal)).collect(),
        standards: standards(doc).iter().map(|standard| standard_view(doc, standard)).collect(),
        consequences: doc.prose(&Path::of(CONSEQUENCES)),
        conflicts: conflicts(&goals),
    }
}

/// What is open is a standard without an example.
pub(super) fn summarise(doc: Document<'_>) -> Summary {
    let (goals, standards) = (doc.items(&Path::of(GOALS)), standards(doc));
    let kept: Vec<_> = goals.iter().map(Item::fields).filter(|goal| !is_removed(*goal)).collect();
    Summary {
        day: kept.iter().filter_map(|goal| goal.least::<Day>(&Path::of("due"))).min(),
        items: count(&kept),
        open: count(standards.iter().filter(|standard| standard::is_open(standard.fields()))),
        conflicts: count(conflicts(&goals)),
        ..Summary::default()
    }
}

fn goal_view(doc: Document<'_>, goal: &Item<'_>) -> TeamGoalView {
    let fields = goal.fields();
    TeamGoalView {
        id: goal.id,
        title: fields.get(&Path::of("title")).unwrap_or_default(),
        why: fields.text(&Path::of("why")),
        measure: measure::of(fields),
        target: fields.get(&Path::of("target")),
        due: fields.least(&Path::of("due")),
        supports: fields.get(&Path::of("supports")),
        acks: acks(doc, &Path::of(GOALS).item(goal.id)),
        removed: Removal::of(fields),
    }
}

fn conflicts(goals: &[Item<'_>]) -> Vec<Conflict> {
    let mut conflicts = Conflicts::default();
    goals.iter().for_each(|goal| goal::look_for_conflicts(goal.fields(), &mut conflicts));
    conflicts.found()
}
