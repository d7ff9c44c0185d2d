//! Owns a goal of a team.

use crate::coaching::ack::{self, ACKS};
use crate::coaching::item::{self, Conflicts};
use crate::coaching::link::Link;
use crate::coaching::measure::{self, Measure};
use crate::document::{Amount, Document, Edit, EditError, Path, Position, Splice};
use crate::ids::ItemId;
use crate::time::Day;

pub(super) const GOALS: &str = "goals";

/// A goal to set.
#[derive(Clone, PartialEq, Eq)]
pub struct NewTeamGoal {
    /// What is to be reached; a label.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// How it is measured.
    pub measure: Option<Measure>,
    /// How much is to be reached.
    pub target: Option<Amount>,
    /// Until when.
    pub due: Option<Day>,
}

/// Sets a goal.
pub fn add_team_goal(edit: &mut Edit<'_>, new: &NewTeamGoal) -> Result<ItemId, EditError> {
    let (id, path) = edit.add_item(&Path::of(GOALS))?;
    edit.put_label(&path.key("title"), "title", &new.title)?;
    edit.add_text(&path.key("why"), &new.why)?;
    measure::put(edit, &path, new.measure.as_ref())?;
    edit.put_or_clear(&path.key("target"), new.target.as_ref())?;
    edit.put_or_clear(&path.key("due"), new.due.as_ref())?;
    edit.add_map(&path.key(ACKS))?;
    Ok(id)
}

/// Says what is to be reached.
pub fn set_team_goal_title(edit: &mut Edit<'_>, goal: ItemId, title: &str) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(GOALS), goal)?;
    edit.put_label(&path.key("title"), "title", title)
}

/// Edits why it matters.
pub fn edit_team_goal_why(edit: &mut Edit<'_>, goal: ItemId, splice: &Splice) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(GOALS), goal)?;
    edit.apply_splice(&path.key("why"), splice)
}

/// Says how it is measured.
pub fn set_team_goal_measure(
    edit: &mut Edit<'_>,
    goal: ItemId,
    measure: Option<&Measure>,
) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(GOALS), goal)?;
    measure::put(edit, &path, measure)
}

/// Says how much is to be reached.
pub fn set_team_goal_target(edit: &mut Edit<'_>, goal: ItemId, target: Option<Amount>) -> Result<(), EditError> {
    item::put_field(edit, (GOALS, goal), "target", target.as_ref())
}

/// Says until when.
pub fn set_team_goal_due(edit: &mut Edit<'_>, goal: ItemId, due: Option<Day>) -> Result<(), EditError> {
    item::put_field(edit, (GOALS, goal), "due", due.as_ref())
}

/// Says which aim of the organisation it supports.
pub fn set_team_goal_aim(edit: &mut Edit<'_>, goal: ItemId, aim: Option<Link>) -> Result<(), EditError> {
    item::put_field(edit, (GOALS, goal), "supports", aim.as_ref())
}

/// Says that one has read the goal as it stands, and what is not clear about it. Only on a document without drafts.
pub fn acknowledge_team_goal(
    edit: &mut Edit<'_>,
    goal: ItemId,
    question: Option<&str>,
) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(GOALS), goal)?;
    ack::acknowledge_and_ask(edit, &path, question)
}

/// Puts a goal away; it can be restored. What supports it stays where it is.
pub fn remove_team_goal(edit: &mut Edit<'_>, goal: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(GOALS), goal)
}

/// Brings a goal back.
pub fn restore_team_goal(edit: &mut Edit<'_>, goal: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(GOALS), goal)
}

/// Puts a goal elsewhere in the order.
pub fn reorder_team_goal(edit: &mut Edit<'_>, goal: ItemId, to: Position) -> Result<(), EditError> {
    edit.reorder(&Path::of(GOALS), goal, to)
}

pub(super) fn look_for_conflicts(goal: Document<'_>, conflicts: &mut Conflicts) {
    conflicts.look::<String>(goal, "title");
    measure::look_for_conflicts(goal, conflicts);
    conflicts.look::<Amount>(goal, "target");
    conflicts.look::<Day>(goal, "due");
    conflicts.look::<Link>(goal, "supports");
}
