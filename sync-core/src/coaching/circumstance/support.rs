//! Owns support that was offered: what kind, when, and whether it was taken, if the person wants to say so. Nothing clinical has a
//! field here.

use super::SUPPORT;
use crate::coaching::item::{self, Conflicts, Removal};
use crate::coaching::words::words;
use crate::document::{Document, Edit, EditError, Path};
use crate::ids::ItemId;
use crate::time::Day;
use serde::Serialize;

words! {
    /// What was offered.
    SupportKind {
        /// A talk with a counsellor.
        Counselling = "counselling",
        /// Somebody experienced at one's side.
        Mentor = "mentor",
        /// Help with tools or workplace.
        Workplace = "workplace",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// Whether it was taken.
    Taken {
        /// The person does not say, which is nobody's business.
        NotSaid = "not_said",
        /// It was not.
        No = "no",
        /// It was.
        Yes = "yes",
    }
}

/// Something offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SupportView {
    /// Which one.
    pub id: ItemId,
    /// What kind.
    pub kind: SupportKind,
    /// When.
    pub offered_on: Option<Day>,
    /// Whether it was taken: while two people's answers stand, it is not said.
    pub taken: Taken,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// Notes that support was offered.
pub fn offer_support(edit: &mut Edit<'_>, kind: SupportKind, on: Day) -> Result<ItemId, EditError> {
    let (id, path) = edit.add_item(&Path::of(SUPPORT))?;
    edit.put(&path.key("kind"), &kind)?;
    edit.put(&path.key("offered_on"), &on)?;
    Ok(id)
}

/// Says whether it was taken.
pub fn set_support_taken(edit: &mut Edit<'_>, id: ItemId, taken: Taken) -> Result<(), EditError> {
    item::put_field(edit, (SUPPORT, id), "taken", Some(&taken))
}

/// Removes an offer; it can be restored.
pub fn remove_support(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(SUPPORT), id)
}

/// Brings an offer back.
pub fn restore_support(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(SUPPORT), id)
}

pub(super) fn views(doc: Document<'_>) -> Vec<SupportView> {
    doc.items(&Path::of(SUPPORT)).iter().map(|item| support_view(item.id, item.fields())).collect()
}

fn support_view(id: ItemId, fields: Document<'_>) -> SupportView {
    let is_disputed = fields.conflict::<Taken>(&Path::of("taken")).is_some();
    let said = fields.get(&Path::of("taken")).filter(|_| !is_disputed);
    SupportView {
        id,
        kind: fields.get(&Path::of("kind")).unwrap_or(SupportKind::Other),
        offered_on: fields.get(&Path::of("offered_on")),
        taken: said.unwrap_or(Taken::NotSaid),
        removed: Removal::of(fields),
    }
}

pub(super) fn look_for_conflicts(doc: Document<'_>, conflicts: &mut Conflicts) {
    for item in doc.items(&Path::of(SUPPORT)) {
        conflicts.look::<Taken>(item.fields(), "taken");
    }
}
