//! Owns hours, places and duties that are different for a while.

use super::{ARRANGEMENTS, Period};
use crate::coaching::item::{self, Conflicts, Removal};
use crate::document::{Document, Edit, EditError, Path};
use crate::ids::ItemId;
use crate::time::Day;
use serde::Serialize;

/// An arrangement to make.
#[derive(Clone, PartialEq, Eq)]
pub struct NewArrangement {
    /// What; a label.
    pub what: String,
    /// From when until when; both days belong to it.
    pub period: Period,
}

/// One arrangement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArrangementView {
    /// Which one.
    pub id: ItemId,
    /// What.
    pub what: String,
    /// The first day.
    pub from: Option<Day>,
    /// The last day: the earlier one, while two people's stand.
    pub until: Option<Day>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// Arranges something for a while.
pub fn add_arrangement(edit: &mut Edit<'_>, new: &NewArrangement) -> Result<ItemId, EditError> {
    if new.period.until < new.period.from {
        return Err(EditError::Impossible { field: "end" });
    }
    let (id, path) = edit.add_item(&Path::of(ARRANGEMENTS))?;
    edit.put_label(&path.key("what"), "arrangement", &new.what)?;
    edit.put(&path.key("from"), &new.period.from)?;
    edit.put(&path.key("until"), &new.period.until)?;
    Ok(id)
}

/// Says until when.
pub fn set_arrangement_until(edit: &mut Edit<'_>, id: ItemId, until: Day) -> Result<(), EditError> {
    item::put_field(edit, (ARRANGEMENTS, id), "until", Some(&until))
}

/// Removes an arrangement; it can be restored.
pub fn remove_arrangement(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(ARRANGEMENTS), id)
}

/// Brings an arrangement back.
pub fn restore_arrangement(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(ARRANGEMENTS), id)
}

pub(super) fn views(doc: Document<'_>) -> Vec<ArrangementView> {
    doc.items(&Path::of(ARRANGEMENTS)).iter().map(|item| arrangement_view(item.id, item.fields())).collect()
}

fn arrangement_view(id: ItemId, fields: Document<'_>) -> ArrangementView {
    ArrangementView {
        id,
        what: fields.get(&Path::of("what")).unwrap_or_default(),
        from: fields.get(&Path::of("from")),
        until: fields.least(&Path::of("until")),
        removed: Removal::of(fields),
    }
}

pub(super) fn look_for_conflicts(doc: Document<'_>, conflicts: &mut Conflicts) {
    for item in doc.items(&Path::of(ARRANGEMENTS)) {
        conflicts.look::<Day>(item.fields(), "until");
    }
}
