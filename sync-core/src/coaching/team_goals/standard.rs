//! Owns a standard: what good work is, said in what can be seen and heard. Without an example it is not yet one.

use crate::coaching::ack::{self, ACKS, AckView, acks};
use crate::coaching::item::{Removal, is_removed};
use crate::coaching::words::words;
use crate::document::{Document, Edit, EditError, Item, Path, Position, Splice};
use crate::ids::ItemId;
use serde::Serialize;

const STANDARDS: &str = "standards";

words! {
    /// Which side of a standard an example shows.
    Example {
        /// What it looks like.
        LooksLike = "looks",
        /// What it does not look like.
        LooksUnlike = "not",
    }
}

/// A standard, as screens show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StandardView {
    /// Which one.
    pub id: ItemId,
    /// What good work is.
    pub statement: String,
    /// What it looks like, in its order, with what was removed.
    pub looks_like: Vec<ExampleView>,
    /// What it does not look like, in its order, with what was removed.
    pub looks_unlike: Vec<ExampleView>,
    /// Whether it has no example yet.
    pub is_incomplete: bool,
    /// Who has read it, and whether that still holds.
    pub acks: Vec<AckView>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// One example.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExampleView {
    /// Which one.
    pub id: ItemId,
    /// What can be seen or heard.
    pub what: String,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// Says what good work is.
pub fn add_standard(edit: &mut Edit<'_>, statement: &str) -> Result<ItemId, EditError> {
    let (id, path) = edit.add_item(&Path::of(STANDARDS))?;
    edit.add_text(&path.key("text"), statement)?;
    for key in [Example::LooksLike.word(), Example::LooksUnlike.word(), ACKS] {
        edit.add_map(&path.key(key))?;
    }
    Ok(id)
}

/// Edits what it says.
pub fn edit_standard(edit: &mut Edit<'_>, standard: ItemId, splice: &Splice) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(STANDARDS), standard)?;
    edit.apply_splice(&path.key("text"), splice)
}

/// Gives an example; a label.
pub fn add_example(
    edit: &mut Edit<'_>,
    (standard, side): (ItemId, Example),
    what: &str,
) -> Result<ItemId, EditError> {
    let examples = examples(edit, standard, side)?;
    let (id, path) = edit.add_item(&examples)?;
    edit.put_label(&path.key("what"), "example", what)?;
    Ok(id)
}

/// Removes an example; it can be restored.
pub fn remove_example(
    edit: &mut Edit<'_>,
    (standard, side): (ItemId, Example),
    example: ItemId,
) -> Result<(), EditError> {
    let examples = examples(edit, standard, side)?;
    edit.remove(&examples, example)
}

/// Brings an example back.
pub fn restore_example(
    edit: &mut Edit<'_>,
    (standard, side): (ItemId, Example),
    example: ItemId,
) -> Result<(), EditError> {
    let examples = examples(edit, standard, side)?;
    edit.restore(&examples, example)
}

/// Says that one has read the standard as it stands, and what is not clear about it. Only on a document without drafts.
pub fn acknowledge_standard(
    edit: &mut Edit<'_>,
    standard: ItemId,
    question: Option<&str>,
) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(STANDARDS), standard)?;
    ack::acknowledge_and_ask(edit, &path, question)
}

/// Removes a standard; it can be restored.
pub fn remove_standard(edit: &mut Edit<'_>, standard: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(STANDARDS), standard)
}

/// Brings a standard back.
pub fn restore_standard(edit: &mut Edit<'_>, standard: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(STANDARDS), standard)
}

/// Puts a standard elsewhere in the order.
pub fn reorder_standard(edit: &mut Edit<'_>, standard: ItemId, to: Position) -> Result<(), EditError> {
    edit.reorder(&Path::of(STANDARDS), standard, to)
}

fn examples(edit: &Edit<'_>, standard: ItemId, side: Example) -> Result<Path, EditError> {
    Ok(edit.existing_item(&Path::of(STANDARDS), standard)?.key(side.word()))
}

pub(super) fn standards(doc: Document<'_>) -> Vec<Item<'_>> {
    doc.items(&Path::of(STANDARDS))
}

pub(super) fn standard_view(doc: Document<'_>, standard: &Item<'_>) -> StandardView {
    let fields = standard.fields();
    let [looks_like, looks_unlike] =
        [Example::LooksLike, Example::LooksUnlike].map(|side| example_views(fields, side));
    StandardView {
        id: standard.id,
        statement: fields.text(&Path::of("text")),
        is_incomplete: looks_like.iter().chain(&looks_unlike).all(|example| example.removed.is_some()),
        looks_like,
        looks_unlike,
        acks: acks(doc, &Path::of(STANDARDS).item(standard.id)),
        removed: Removal::of(fields),
    }
}

fn example_views(standard: Document<'_>, side: Example) -> Vec<ExampleView> {
    let examples = standard.items(&Path::of(side.word()));
    let view = |id, fields: Document<'_>| ExampleView {
        id,
        what: fields.get(&Path::of("what")).unwrap_or_default(),
        removed: Removal::of(fields),
    };
    examples.iter().map(|example| view(example.id, example.fields())).collect()
}

/// Whether a standard that was not removed lacks its examples.
pub(super) fn is_open(standard: Document<'_>) -> bool {
    let has_example = |side: Example| {
        standard.items(&Path::of(side.word())).iter().any(|example| !is_removed(example.fields()))
    };
    !is_removed(standard) && !has_example(Example::LooksLike) && !has_example(Example::LooksUnlike)
}
