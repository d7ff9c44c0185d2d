//! Owns how a set of goals looks on screens and in lists.

use super::commitment::{self, CommitmentView};
use super::goal::{self, FROM, GOALS, GoalState, Letter, goals};
use super::progress::{self, ProgressView};
use crate::coaching::ack::{AckView, Standing, acks};
use crate::coaching::earlier::Earlier;
use crate::coaching::item::{self, Conflicts, Removal};
use crate::coaching::link::Link;
use crate::coaching::measure::{self, Measure};
use crate::coaching::summary::{Summary, count};
use crate::document::{Amount, Conflict, Document, Item, Path};
use crate::ids::ItemId;
use crate::time::Day;
use minicbor::{Decode, Encode};
use serde::Serialize;

/// A set of goals, as screens show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GoalSetView {
    /// The goals in their order, with those that were removed.
    pub goals: Vec<GoalView>,
    /// Values that wait for somebody to settle them.
    pub conflicts: Vec<Conflict>,
}

/// One goal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GoalView {
    /// Which one.
    pub id: ItemId,
    /// What is to be reached.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// How it is measured.
    pub measure: Option<Measure>,
    /// Where it began.
    pub baseline: Option<Amount>,
    /// How much is to be reached.
    pub target: Option<Amount>,
    /// Until when: the earlier day, while two people's days stand.
    pub due: Option<Day>,
    /// Which goal of the team it supports.
    pub supports: Option<Link>,
    /// What it was copied from, if the agent brought it along from an earlier pair.
    pub from: Option<Earlier>,
    /// How far it is.
    pub state: GoalState,
    /// What it lacks; while it lacks anything it is a draft.
    pub missing: Vec<Letter>,
    /// What each partner will do, with what was removed.
    pub commitments: Vec<CommitmentView>,
    /// Whether only one side has said what it will do, or nobody has.
    pub is_one_sided: bool,
    /// The notes on how far it is, with those that were removed.
    pub progress: Vec<ProgressView>,
    /// Whether both agree to it.
    pub agreement: Agreement,
    /// Who agreed, and whether that still holds.
    pub acks: Vec<AckView>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// Whether the two agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
pub enum Agreement {
    /// It lacks something.
    #[n(0)]
    Draft,
    /// Nobody has agreed to it.
    #[n(1)]
    Proposed,
    /// One of them has.
    #[n(2)]
    ByOne,
    /// Both have, and it says what they agreed to.
    #[n(3)]
    Agreed,
    /// It was changed since somebody agreed.
    #[n(4)]
    ChangedSince,
}

/// How many people a goal needs: the leader and the agent.
const BOTH: usize = 2;

/// The goals, as screens show them.
pub fn view(doc: Document<'_>) -> GoalSetView {
    let (goals, progress) = (goals(doc), progress::views(doc));
    GoalSetView {
        goals: goals.iter().map(|goal| goal_view(doc, goal, &progress)).collect(),
        conflicts: conflicts(doc, &goals),
    }
}

/// Reads no more than it counts.
pub(super) fn summarise(doc: Document<'_>) -> Summary {
    let goals = goals(doc);
    let kept: Vec<&Item<'_>> = goals.iter().filter(|goal| !item::is_removed(goal.fields())).collect();
    let open = || kept.iter().filter(|kept| goal::state(doc, kept.id) == GoalState::Active);
    Summary {
        day: open().filter_map(|open| open.fields().least::<Day>(&Path::of("due"))).min(),
        finished: !kept.is_empty() && open().count() == 0,
        items: count(&kept),
        open: count(open()),
        conflicts: count(conflicts(doc, &goals)),
        ..Summary::default()
    }
}

fn goal_view(doc: Document<'_>, item: &Item<'_>, progress: &[ProgressView]) -> GoalView {
    let fields = item.fields();
    let (missing, acks) = (goal::missing(&fields), acks(doc, &Path::of(GOALS).item(item.id)));
    GoalView {
        id: item.id,
        title: fields.get(&Path::of("title")).unwrap_or_default(),
        why: fields.text(&Path::of("why")),
        measure: measure::of(fields),
        baseline: fields.get(&Path::of("baseline")),
        target: fields.get(&Path::of("target")),
        due: fields.least(&Path::of("due")),
        supports: fields.get(&Path::of("supports")),
        from: fields.get(&Path::of(FROM)),
        state: goal::state(doc, item.id),
        agreement: agreement(&missing, &acks),
        missing,
        commitments: commitment::views(fields),
        is_one_sided: commitment::are_one_sided(fields),
        progress: progress.iter().filter(|entry| entry.goal == item.id).cloned().collect(),
        acks,
        removed: Removal::of(fields),
    }
}

fn agreement(missing: &[Letter], acks: &[AckView]) -> Agreement {
    let holding = acks.iter().filter(|ack| ack.standing == Standing::Current).count();
    match (acks.len(), holding) {
        (all, holding) if holding < all => Agreement::ChangedSince,
        _ if !missing.is_empty() => Agreement::Draft,
        (0, _) => Agreement::Proposed,
        (all, _) if all < BOTH => Agreement::ByOne,
        _ => Agreement::Agreed,
    }
}

fn conflicts(doc: Document<'_>, goals: &[Item<'_>]) -> Vec<Conflict> {
    let mut conflicts = Conflicts::default();
    for goal in goals {
        goal::look_for_conflicts(doc, goal, &mut conflicts);
        commitment::look_for_conflicts(goal.fields(), &mut conflicts);
    }
    conflicts.found()
}
