//! Owns checkpoints: days on which both look at how it goes, and what they decide then.

use crate::coaching::item::{self, Conflicts, Removal};
use crate::coaching::words::words;
use crate::document::{Document, Edit, EditError, Item, Path, Splice};
use crate::ids::ItemId;
use crate::time::Day;
use serde::Serialize;

const CHECKPOINTS: &str = "checkpoints";

words! {
    /// What was decided at a checkpoint.
    Decision {
        /// Go on as planned.
        GoOn = "go_on",
        /// Go on differently.
        Adjust = "adjust",
        /// The aim is reached.
        Reached = "reached",
        /// Stop here.
        Stop = "stop",
    }
}

/// One checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckpointView {
    /// Which one.
    pub id: ItemId,
    /// On which day: the earlier one, while two people's days stand.
    pub on: Option<Day>,
    /// What to look at.
    pub look_at: String,
    /// What was seen.
    pub result: String,
    /// What was decided.
    pub decision: Option<Decision>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// Plans a checkpoint.
pub fn add_checkpoint(edit: &mut Edit<'_>, on: Day, look_at: &str) -> Result<ItemId, EditError> {
    let (id, path) = edit.add_item(&Path::of(CHECKPOINTS))?;
    edit.put(&path.key("on"), &on)?;
    edit.add_text(&path.key("look_at"), look_at)?;
    edit.add_text(&path.key("result"), "")?;
    Ok(id)
}

/// Says on which day.
pub fn set_checkpoint_day(edit: &mut Edit<'_>, id: ItemId, on: Day) -> Result<(), EditError> {
    item::put_field(edit, (CHECKPOINTS, id), "on", Some(&on))
}

/// Edits what to look at.
pub fn edit_look_at(edit: &mut Edit<'_>, id: ItemId, splice: &Splice) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(CHECKPOINTS), id)?;
    edit.apply_splice(&path.key("look_at"), splice)
}

/// Edits what was seen.
pub fn edit_result(edit: &mut Edit<'_>, id: ItemId, splice: &Splice) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(CHECKPOINTS), id)?;
    edit.apply_splice(&path.key("result"), splice)
}

/// Notes what was decided.
pub fn set_decision(edit: &mut Edit<'_>, id: ItemId, decision: Option<Decision>) -> Result<(), EditError> {
    item::put_field(edit, (CHECKPOINTS, id), "decision", decision.as_ref())
}

/// Removes a checkpoint; it can be restored.
pub fn remove_checkpoint(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(CHECKPOINTS), id)
}

/// Brings a removed checkpoint back.
pub fn restore_checkpoint(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(CHECKPOINTS), id)
}

pub(super) fn checkpoints(doc: Document<'_>) -> Vec<Item<'_>> {
    doc.items(&Path::of(CHECKPOINTS))
}

pub(super) fn checkpoint_view(id: ItemId, checkpoint: Document<'_>) -> CheckpointView {
    CheckpointView {
        id,
        on: checkpoint.least(&Path::of("on")),
        look_at: checkpoint.text(&Path::of("look_at")),
        result: checkpoint.text(&Path::of("result")),
        decision: checkpoint.get(&Path::of("decision")),
        removed: Removal::of(checkpoint),
    }
}

pub(super) fn look_for_conflicts(checkpoint: Document<'_>, conflicts: &mut Conflicts) {
    conflicts.look::<Day>(checkpoint, "on");
    conflicts.look::<Decision>(checkpoint, "decision");
}
