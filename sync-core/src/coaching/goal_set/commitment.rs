//! Owns what each partner will do for a goal. It is part of the goal, and of what both agree to.

use super::goal::GOALS;
use crate::coaching::item::{Conflicts, Removal, Side, is_removed};
use crate::document::{Document, Edit, EditError, Path, Reader, Splice};
use crate::ids::ItemId;
use crate::time::Day;
use automerge::ReadDoc;
use serde::Serialize;

pub(super) const COMMITMENTS: &str = "commitments";

/// What one side will do.
#[derive(Clone, PartialEq, Eq)]
pub struct NewCommitment {
    /// Who.
    pub side: Side,
    /// What.
    pub text: String,
    /// Until when.
    pub due: Option<Day>,
}

/// One commitment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommitmentView {
    /// Which one.
    pub id: ItemId,
    /// Who will do it; none if another version of the app wrote something else.
    pub side: Option<Side>,
    /// What.
    pub text: String,
    /// Until when: the earlier day, while two people's days stand.
    pub due: Option<Day>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// Says what one side will do for a goal.
pub fn add_commitment(edit: &mut Edit<'_>, goal: ItemId, new: &NewCommitment) -> Result<ItemId, EditError> {
    let commitments = of(edit, goal)?;
    let (id, path) = edit.add_item(&commitments)?;
    edit.put(&path.key("side"), &new.side)?;
    edit.add_text(&path.key("text"), &new.text)?;
    edit.put_or_clear(&path.key("due"), new.due.as_ref())?;
    Ok(id)
}

/// Edits the words.
pub fn edit_commitment(
    edit: &mut Edit<'_>,
    (goal, commitment): (ItemId, ItemId),
    splice: &Splice,
) -> Result<(), EditError> {
    let commitments = of(edit, goal)?;
    let path = edit.existing_item(&commitments, commitment)?;
    edit.apply_splice(&path.key("text"), splice)
}

/// Says until when.
pub fn set_commitment_due(
    edit: &mut Edit<'_>,
    (goal, commitment): (ItemId, ItemId),
    due: Option<Day>,
) -> Result<(), EditError> {
    let commitments = of(edit, goal)?;
    let path = edit.existing_item(&commitments, commitment)?;
    edit.put_or_clear(&path.key("due"), due.as_ref())
}

/// Removes a commitment; it can be restored.
pub fn remove_commitment(
    edit: &mut Edit<'_>,
    (goal, commitment): (ItemId, ItemId),
) -> Result<(), EditError> {
    let commitments = of(edit, goal)?;
    edit.remove(&commitments, commitment)
}

/// Brings a removed commitment back.
pub fn restore_commitment(
    edit: &mut Edit<'_>,
    (goal, commitment): (ItemId, ItemId),
) -> Result<(), EditError> {
    let commitments = of(edit, goal)?;
    edit.restore(&commitments, commitment)
}

fn of(edit: &Edit<'_>, goal: ItemId) -> Result<Path, EditError> {
    Ok(edit.existing_item(&Path::of(GOALS), goal)?.key(COMMITMENTS))
}

/// Whether anybody will do anything for a goal.
pub(super) fn is_any<D: ReadDoc>(goal: &Reader<'_, D>) -> bool {
    let commitments = goal.items(&Path::of(COMMITMENTS));
    commitments.iter().any(|commitment| !is_removed(commitment.fields()))
}

/// The commitments of a goal in their order, with those that were removed.
pub(super) fn views(goal: Document<'_>) -> Vec<CommitmentView> {
    let commitments = goal.items(&Path::of(COMMITMENTS));
    commitments.iter().map(|commitment| commitment_view(commitment.id, commitment.fields())).collect()
}

/// Whether only one side has said what it will do.
pub(super) fn are_one_sided(goal: Document<'_>) -> bool {
    let commitments = goal.items(&Path::of(COMMITMENTS));
    let kept = commitments.iter().filter(|commitment| !is_removed(commitment.fields()));
    let sides: Vec<Side> = kept.filter_map(|kept| kept.fields().get(&Path::of("side"))).collect();
    !(sides.contains(&Side::Leader) && sides.contains(&Side::Agent))
}

fn commitment_view(id: ItemId, commitment: Document<'_>) -> CommitmentView {
    CommitmentView {
        id,
        side: commitment.get(&Path::of("side")),
        text: commitment.text(&Path::of("text")),
        due: commitment.least(&Path::of("due")),
        removed: Removal::of(commitment),
    }
}

pub(super) fn look_for_conflicts(goal: Document<'_>, conflicts: &mut Conflicts) {
    let commitments = goal.items(&Path::of(COMMITMENTS));
    commitments.iter().for_each(|commitment| conflicts.look::<Day>(commitment.fields(), "due"));
}
