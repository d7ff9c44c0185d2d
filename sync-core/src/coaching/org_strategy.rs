//! Owns what the organisation wants to reach in a year: the top of the tree of goals. Heads write it, everybody reads it.

use super::ack::{self, ACKS, AckView, acks};
use super::item::{self, Conflicts, Removal, is_removed};
use super::summary::{Summary, count};
use super::{KindSpec, Layer, PartClass, Shape, SubjectClass, Writers};
use crate::document::{Conflict, Document, Edit, EditError, Item, Path, Position, Splice};
use crate::ids::{ItemId, PersonId};
use crate::key::{NaturalKey, Part, Subject};
use crate::time::Year;
use serde::Serialize;

/// What a strategy is made of.
pub static SPEC: KindSpec = KindSpec {
    name: "org_strategy",
    subject: SubjectClass::Organisation,
    part: PartClass::Year,
    writers: Writers::Heads,
    layers: &[Layer { schema: 1, containers: &[(AIMS, Shape::Map)] }],
    summarise,
};

const AIMS: &str = "aims";

/// A strategy, as screens show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StrategyView {
    /// The aims in their order, with those that were put away.
    pub aims: Vec<AimView>,
    /// Values that wait for somebody to settle them.
    pub conflicts: Vec<Conflict>,
}

/// One aim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AimView {
    /// Which one.
    pub id: ItemId,
    /// What is to be reached.
    pub title: String,
    /// What that means.
    pub text: String,
    /// Who answers for it.
    pub owner: Option<PersonId>,
    /// Who has read it, and whether that still holds.
    pub acks: Vec<AckView>,
    /// Whether it was put away.
    pub removed: Option<Removal>,
}

/// The key of the strategy of this year.
pub const fn key(year: Year) -> NaturalKey {
    NaturalKey { subject: Subject::Organisation, part: Part::Year(year) }
}

/// Sets an aim: its title is a label.
pub fn add_aim(edit: &mut Edit<'_>, title: &str, text: &str) -> Result<ItemId, EditError> {
    let (id, path) = edit.add_item(&Path::of(AIMS))?;
    edit.put_label(&path.key("title"), "title", title)?;
    edit.add_text(&path.key("text"), text)?;
    edit.add_map(&path.key(ACKS))?;
    Ok(id)
}

/// Says what is to be reached.
pub fn set_aim_title(edit: &mut Edit<'_>, aim: ItemId, title: &str) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(AIMS), aim)?;
    edit.put_label(&path.key("title"), "title", title)
}

/// Edits what that means.
pub fn edit_aim_text(edit: &mut Edit<'_>, aim: ItemId, splice: &Splice) -> Result<(), EditError> {
    item::edit_text(edit, AIMS, aim, splice)
}

/// Says who answers for it.
pub fn set_aim_owner(edit: &mut Edit<'_>, aim: ItemId, owner: Option<PersonId>) -> Result<(), EditError> {
    item::put_field(edit, (AIMS, aim), "owner", owner.as_ref())
}

/// Says that one has read the aim as it stands, and what is not clear about it. Only on a document without drafts.
pub fn acknowledge_aim(edit: &mut Edit<'_>, aim: ItemId, question: Option<&str>) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(AIMS), aim)?;
    ack::acknowledge_and_ask(edit, &path, question)
}

/// Puts an aim away; it can be restored.
pub fn remove_aim(edit: &mut Edit<'_>, aim: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(AIMS), aim)
}

/// Brings an aim back.
pub fn restore_aim(edit: &mut Edit<'_>, aim: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(AIMS), aim)
}

/// Puts an aim elsewhere in the order.
pub fn reorder_aim(edit: &mut Edit<'_>, aim: ItemId, to: Position) -> Result<(), EditError> {
    edit.reorder(&Path::of(AIMS), aim, to)
}

/// The strategy, as screens show it.
pub fn view(doc: Document<'_>) -> StrategyView {
    let aims = doc.items(&Path::of(AIMS));
    StrategyView {
        aims: aims.iter().map(|aim| aim_view(doc, aim)).collect(),
        conflicts: conflicts(&aims),
    }
}

fn summarise(doc: Document<'_>) -> Summary {
    let aims = doc.items(&Path::of(AIMS));
    Summary {
        items: count(aims.iter().filter(|aim| !is_removed(aim.fields()))),
        conflicts: count(conflicts(&aims)),
        ..Summary::default()
    }
}

fn aim_view(doc: Document<'_>, aim: &Item<'_>) -> AimView {
    let fields = aim.fields();
    AimView {
        id: aim.id,
        title: fields.get(&Path::of("title")).unwrap_or_default(),
        text: fields.text(&Path::of("text")),
        owner: fields.get(&Path::of("owner")),
        acks: acks(doc, &Path::of(AIMS).item(aim.id)),
        removed: Removal::of(fields),
    }
}

fn conflicts(aims: &[Item<'_>]) -> Vec<Conflict> {
    let mut conflicts = Conflicts::default();
    for aim in aims {
        conflicts.look::<String>(aim.fields(), "title");
        conflicts.look::<PersonId>(aim.fields(), "owner");
    }
    conflicts.found()
}

#[cfg(test)]
mod tests;
