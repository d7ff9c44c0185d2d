//! Owns a target that is different for a while.

use super::EXCEPTIONS;
use crate::coaching::item::{self, Conflicts, Removal};
use crate::coaching::link::Link;
use crate::document::{Amount, Document, Edit, EditError, Path};
use crate::ids::ItemId;
use serde::Serialize;

/// What has a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measured {
    /// A number that the organisation reports.
    Kpi {
        /// Its stable name.
        name: String,
    },
    /// A goal of this person.
    Goal {
        /// Which one.
        goal: Link,
    },
}

/// One exception.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExceptionView {
    /// Which one.
    pub id: ItemId,
    /// Of what; none if another version of the app wrote something else.
    pub measured: Option<Measured>,
    /// What is to be reached meanwhile.
    pub target: Option<Amount>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// Says what is to be reached meanwhile.
pub fn add_exception(edit: &mut Edit<'_>, measured: &Measured, target: Amount) -> Result<ItemId, EditError> {
    let (id, path) = edit.add_item(&Path::of(EXCEPTIONS))?;
    match measured {
        Measured::Kpi { name } => edit.put_label(&path.key("kpi"), "number", name)?,
        Measured::Goal { goal } => edit.put(&path.key("goal"), goal)?,
    }
    edit.put(&path.key("target"), &target)?;
    Ok(id)
}

/// Says otherwise.
pub fn set_exception_target(edit: &mut Edit<'_>, id: ItemId, target: Amount) -> Result<(), EditError> {
    item::put_field(edit, (EXCEPTIONS, id), "target", Some(&target))
}

/// Removes an exception; it can be restored.
pub fn remove_exception(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(EXCEPTIONS), id)
}

/// Brings an exception back.
pub fn restore_exception(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(EXCEPTIONS), id)
}

pub(super) fn views(doc: Document<'_>) -> Vec<ExceptionView> {
    doc.items(&Path::of(EXCEPTIONS)).iter().map(|item| exception_view(item.id, item.fields())).collect()
}

fn exception_view(id: ItemId, fields: Document<'_>) -> ExceptionView {
    let goal = || fields.get(&Path::of("goal")).map(|goal| Measured::Goal { goal });
    ExceptionView {
        id,
        measured: fields.get(&Path::of("kpi")).map(|name| Measured::Kpi { name }).or_else(goal),
        target: fields.get(&Path::of("target")),
        removed: Removal::of(fields),
    }
}

pub(super) fn look_for_conflicts(doc: Document<'_>, conflicts: &mut Conflicts) {
    for item in doc.items(&Path::of(EXCEPTIONS)) {
        conflicts.look::<Amount>(item.fields(), "target");
    }
}
