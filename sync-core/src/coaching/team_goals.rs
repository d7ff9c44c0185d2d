//! Owns what a team is to reach in a quarter, what good work looks like there, and what follows from it. Who leads writes it, the
//! team reads it and says that it has, and what is not clear.

mod goal;
mod standard;
mod view;

pub use goal::{
    NewTeamGoal, acknowledge_team_goal, add_team_goal, edit_team_goal_why, remove_team_goal, reorder_team_goal,
    restore_team_goal, set_team_goal_aim, set_team_goal_due, set_team_goal_measure, set_team_goal_target,
    set_team_goal_title,
};
pub use standard::{
    Example, ExampleView, StandardView, acknowledge_standard, add_example, add_standard, edit_standard,
    remove_example, remove_standard, reorder_standard, restore_example, restore_standard,
};
pub use view::{TeamGoalView, TeamGoalsView, view};

use super::{KindSpec, Layer, PartClass, Shape, SubjectClass, Writers};
use crate::document::{Edit, EditError, Path, Splice};
use crate::ids::TeamId;
use crate::key::{NaturalKey, Part, Subject};
use crate::time::Quarter;

/// What the goals of a team are made of.
pub static SPEC: KindSpec = KindSpec {
    name: "team_goals",
    subject: SubjectClass::Team,
    part: PartClass::Quarter,
    writers: Writers::Leaders,
    layers: &[Layer {
        schema: 1,
        containers: &[(CONSEQUENCES, Shape::Text), ("goals", Shape::Map), ("standards", Shape::Map)],
    }],
    summarise: view::summarise,
};

const CONSEQUENCES: &str = "consequences";

/// The key of the goals of this team for this quarter.
pub const fn key(team: TeamId, quarter: Quarter) -> NaturalKey {
    NaturalKey { subject: Subject::Team(team), part: Part::Quarter(quarter) }
}

/// Edits what follows from how somebody does, support and reward first. Nothing follows from it by itself.
pub fn edit_consequences(edit: &mut Edit<'_>, splice: &Splice) -> Result<(), EditError> {
    edit.apply_splice(&Path::of(CONSEQUENCES), splice)
}

#[cfg(test)]
mod tests;
