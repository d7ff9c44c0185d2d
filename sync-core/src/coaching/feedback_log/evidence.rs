//! Owns where feedback can be heard again: a reference into the system that keeps the conversation, never the conversation.

use super::feedback::ITEMS;
use crate::coaching::item::Removal;
use crate::document::{Document, Edit, EditError, Path};
use crate::ids::ItemId;
use serde::Serialize;

pub(super) const EVIDENCE: &str = "evidence";
/// The longest offset into a conversation: a day.
const MAX_OFFSET_SECONDS: u32 = 24 * 60 * 60;

/// A place in a conversation.
#[derive(Clone, PartialEq, Eq)]
pub struct NewEvidence {
    /// The system that keeps it; a label.
    pub system: String,
    /// What that system calls the conversation; a label.
    pub conversation: String,
    /// Seconds after its beginning.
    pub offset_seconds: Option<u32>,
    /// What to listen for; a label.
    pub note: Option<String>,
}

/// One reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceView {
    /// Which one.
    pub id: ItemId,
    /// The system that keeps the conversation.
    pub system: String,
    /// What that system calls it.
    pub conversation: String,
    /// Seconds after its beginning.
    pub offset_seconds: Option<u32>,
    /// What to listen for.
    pub note: Option<String>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// Says where feedback can be heard again.
pub fn add_evidence(edit: &mut Edit<'_>, feedback: ItemId, new: &NewEvidence) -> Result<ItemId, EditError> {
    if new.offset_seconds.is_some_and(|offset| offset > MAX_OFFSET_SECONDS) {
        return Err(EditError::Impossible { field: "offset into the conversation" });
    }
    let evidence = of(edit, feedback)?;
    let (id, path) = edit.add_item(&evidence)?;
    edit.put_label(&path.key("system"), "system", &new.system)?;
    edit.put_label(&path.key("conversation"), "conversation", &new.conversation)?;
    edit.put_or_clear(&path.key("offset"), new.offset_seconds.map(i64::from).as_ref())?;
    if let Some(note) = &new.note {
        edit.put_label(&path.key("note"), "note", note)?;
    }
    Ok(id)
}

/// Removes a reference; it can be restored.
pub fn remove_evidence(edit: &mut Edit<'_>, (feedback, id): (ItemId, ItemId)) -> Result<(), EditError> {
    let evidence = of(edit, feedback)?;
    edit.remove(&evidence, id)
}

/// Brings a removed reference back.
pub fn restore_evidence(edit: &mut Edit<'_>, (feedback, id): (ItemId, ItemId)) -> Result<(), EditError> {
    let evidence = of(edit, feedback)?;
    edit.restore(&evidence, id)
}

fn of(edit: &Edit<'_>, feedback: ItemId) -> Result<Path, EditError> {
    Ok(edit.existing_item(&Path::of(ITEMS), feedback)?.key(EVIDENCE))
}

/// The references of a piece of feedback in their order, with those that were removed.
pub(super) fn views(feedback: Document<'_>) -> Vec<EvidenceView> {
    feedback.items(&Path::of(EVIDENCE)).iter().map(|item| evidence_view(item.id, item.fields())).collect()
}

fn evidence_view(id: ItemId, item: Document<'_>) -> EvidenceView {
    EvidenceView {
        id,
        system: item.get(&Path::of("system")).unwrap_or_default(),
        conversation: item.get(&Path::of("conversation")).unwrap_or_default(),
        offset_seconds: item.get(&Path::of("offset")).and_then(|offset: i64| u32::try_from(offset).ok()),
        note: item.get(&Path::of("note")),
        removed: Removal::of(item),
    }
}
