//! Owns the goals of an agent for a quarter: what is to be reached, how that is measured, what each side will do for it, and how
//! far it is. Both agree, and a later change of what they agreed to shows.

#[cfg(feature = "client")]
mod bringing;
mod commitment;
mod goal;
mod progress;
mod view;

pub use commitment::{
    CommitmentView, NewCommitment, add_commitment, edit_commitment, remove_commitment, restore_commitment,
    set_commitment_due,
};
#[cfg(feature = "client")]
pub(crate) use bringing::bring_goal;
pub use goal::{
    GoalState, Letter, NewGoal, add_goal, agree, edit_why, remove_goal, reorder_goal,
    restore_goal, set_baseline, set_goal_due, set_goal_state, set_measure, set_support, set_target, set_title,
};
pub use progress::{ProgressView, add_progress, edit_progress, remove_progress, restore_progress};
pub use view::{Agreement, GoalSetView, GoalView, view};

use super::{KindSpec, Layer, PartClass, Shape, SubjectClass, Writers};
use crate::ids::TenureId;
use crate::key::{NaturalKey, Part, Subject};
use crate::time::Quarter;

/// What a set of goals is made of. How far a goal is stands beside it and not in it: it is no part of what was agreed.
pub static SPEC: KindSpec = KindSpec {
    name: "goal_set",
    subject: SubjectClass::Tenure,
    part: PartClass::Quarter,
    writers: Writers::All,
    layers: &[Layer {
        schema: 1,
        containers: &[("goals", Shape::Map), ("progress", Shape::Map), ("states", Shape::Map)],
    }],
    summarise: view::summarise,
};

/// The key of the goals of this pair for this quarter.
pub const fn key(tenure: TenureId, quarter: Quarter) -> NaturalKey {
    NaturalKey { subject: Subject::Tenure(tenure), part: Part::Quarter(quarter) }
}

#[cfg(test)]
mod tests;
