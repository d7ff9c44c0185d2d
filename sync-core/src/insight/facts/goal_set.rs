//! Owns the facts of a quarter's goals.

use super::team_goals::kpi_of;
use crate::coaching::goal_set::{self, Agreement, GoalState, GoalView, Letter, ProgressView};
use crate::coaching::link::Link;
use crate::document::{Amount, Document};
use crate::ids::ItemId;
use crate::time::{Day, Timestamp};
use minicbor::{Decode, Encode};

/// What read models need of a set of goals.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct GoalSetFacts {
    /// The goals, in their order.
    #[n(0)]
    pub goals: Vec<GoalFacts>,
}

/// One goal.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct GoalFacts {
    /// Which one.
    #[n(0)]
    pub id: ItemId,
    /// What is to be reached.
    #[n(1)]
    pub title: String,
    /// Until when: the earlier day, while two people's days stand.
    #[n(2)]
    pub due: Option<Day>,
    /// Which goal of the team it supports.
    #[n(3)]
    pub supports: Option<Link>,
    /// How far it is.
    #[n(4)]
    pub state: GoalState,
    /// What it lacks.
    #[n(5)]
    pub missing: Vec<Letter>,
    /// Whether both agree to it.
    #[n(6)]
    pub agreement: Agreement,
    /// Whether only one side has said what it will do, or nobody has.
    #[n(7)]
    pub is_one_sided: bool,
    /// The notes on how far it is, in their order.
    #[n(8)]
    pub progress: Vec<ProgressFacts>,
    /// The stable name of the key figure that it is measured by, if it is by one.
    #[n(9)]
    pub kpi: Option<String>,
    /// How much is to be reached.
    #[n(10)]
    pub target: Option<Amount>,
}

/// A note on how far a goal is.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ProgressFacts {
    /// Which one.
    #[n(0)]
    pub id: ItemId,
    /// When.
    #[n(1)]
    pub at: Option<Timestamp>,
    /// What was measured.
    #[n(2)]
    pub value: Option<Amount>,
}

/// By way of the view: whether two people agree follows from the history, and goals are few.
pub(super) fn read(doc: Document<'_>) -> GoalSetFacts {
    let goals = goal_set::view(doc).goals.into_iter();
    GoalSetFacts { goals: goals.filter(|goal| goal.removed.is_none()).map(goal).collect() }
}

fn goal(goal: GoalView) -> GoalFacts {
    let progress = goal.progress.iter().filter(|note| note.removed.is_none());
    GoalFacts {
        id: goal.id,
        due: goal.due,
        supports: goal.supports,
        state: goal.state,
        agreement: goal.agreement,
        is_one_sided: goal.is_one_sided,
        progress: progress.map(progress_facts).collect(),
        kpi: goal.measure.and_then(kpi_of),
        target: goal.target,
        title: goal.title,
        missing: goal.missing,
    }
}

fn progress_facts(note: &ProgressView) -> ProgressFacts {
    ProgressFacts { id: note.id, at: note.at, value: note.value }
}
