//! Owns how far a goal is: a note now and then, with a number if there is one.

use super::goal::GOALS;
use crate::coaching::item::{self, Removal};
use crate::document::{Amount, Document, Edit, EditError, Path, Splice};
use crate::ids::{ItemId, PersonId};
use crate::time::Timestamp;
use serde::Serialize;

const PROGRESS: &str = "progress";

/// One note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProgressView {
    /// Which one.
    pub id: ItemId,
    /// Of which goal.
    pub goal: ItemId,
    /// Who noted it, as their phone said.
    pub by: Option<PersonId>,
    /// When, by their phone's clock.
    pub at: Option<Timestamp>,
    /// What was measured.
    pub value: Option<Amount>,
    /// What there is to say about it.
    pub note: String,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// Notes how far a goal is.
pub fn add_progress(
    edit: &mut Edit<'_>,
    goal: ItemId,
    value: Option<Amount>,
    note: &str,
) -> Result<ItemId, EditError> {
    edit.existing_item(&Path::of(GOALS), goal)?;
    let (id, path) = edit.add_item(&Path::of(PROGRESS))?;
    edit.put(&path.key("goal"), &goal)?;
    let (by, at) = (edit.person(), edit.now());
    edit.put(&path.key("by"), &by)?;
    edit.put(&path.key("at"), &at)?;
    edit.put_or_clear(&path.key("value"), value.as_ref())?;
    edit.add_text(&path.key("text"), note)?;
    Ok(id)
}

/// Edits the words.
pub fn edit_progress(edit: &mut Edit<'_>, id: ItemId, splice: &Splice) -> Result<(), EditError> {
    item::edit_text(edit, PROGRESS, id, splice)
}

/// Removes a note; it can be restored.
pub fn remove_progress(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(PROGRESS), id)
}

/// Brings a removed note back.
pub fn restore_progress(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(PROGRESS), id)
}

/// All notes in their order, with those that were removed.
pub(super) fn views(doc: Document<'_>) -> Vec<ProgressView> {
    let items = doc.items(&Path::of(PROGRESS));
    items.iter().filter_map(|item| progress_view(item.id, item.fields())).collect()
}

fn progress_view(id: ItemId, entry: Document<'_>) -> Option<ProgressView> {
    Some(ProgressView {
        id,
        goal: entry.get(&Path::of("goal"))?,
        by: entry.get(&Path::of("by")),
        at: entry.get(&Path::of("at")),
        value: entry.get(&Path::of("value")),
        note: entry.text(&Path::of("text")),
        removed: Removal::of(entry),
    })
}
