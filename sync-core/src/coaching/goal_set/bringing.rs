//! Owns what goes on of a goal when its agent gets another leader: a new goal, in the new pair.

use super::commitment::{self, NewCommitment};
use super::goal::{FROM, GOALS, NewGoal, add_goal};
use super::view::GoalView;
use crate::coaching::earlier::Earlier;
use crate::coaching::item::Side;
use crate::document::{Edit, EditError, Path};
use crate::ids::ItemId;

/// Brings a goal of an earlier pair along, with what the agent does for it. What a leader did for it and who agreed to it stays
/// there: this one is agreed to anew.
pub(crate) fn bring_goal(edit: &mut Edit<'_>, goal: &GoalView, from: Earlier) -> Result<ItemId, EditError> {
    let GoalView { title, why, measure, baseline, target, due, .. } = goal.clone();
    let id = add_goal(edit, &NewGoal { title, why, measure, baseline, target, due })?;
    let path = Path::of(GOALS).item(id);
    edit.put_or_clear(&path.key("supports"), goal.supports.as_ref())?;
    edit.put(&path.key(FROM), &from)?;
    let kept = goal.commitments.iter().filter(|one| one.removed.is_none() && one.side == Some(Side::Agent));
    for one in kept {
        let new = NewCommitment { side: Side::Agent, text: one.text.clone(), due: one.due };
        commitment::add_commitment(edit, id, &new)?;
    }
    Ok(id)
}
