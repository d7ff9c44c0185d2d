//! Owns what a leader thinks about their own leading, one for each year: what they heard from others, and what they want to try. Nobody
//! else ever has the document. What an agent answers to a question about the leader stands in the meeting of the two.

use super::item::{self, Removal, is_removed};
use super::summary::{Summary, count};
use super::{KindSpec, Layer, PartClass, Shape, SubjectClass, Writers};
use crate::document::{Document, Edit, EditError, Item, Path, Splice};
use crate::ids::{ItemId, PersonId};
use crate::key::{NaturalKey, Part, Subject};
use crate::time::{Timestamp, Year};
use serde::Serialize;

/// What a reflection is made of.
pub static SPEC: KindSpec = KindSpec {
    name: "manager_reflection",
    subject: SubjectClass::Person,
    part: PartClass::Year,
    writers: Writers::All,
    layers: &[Layer { schema: 1, containers: &[(ENTRIES, Shape::Map)] }],
    summarise,
};

const ENTRIES: &str = "entries";

/// A leader's reflection, as their own screen shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReflectionView {
    /// The thoughts in their order, with those that were removed.
    pub thoughts: Vec<ThoughtView>,
}

/// One thought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ThoughtView {
    /// Which one.
    pub id: ItemId,
    /// When it was noted, by the phone's clock.
    pub at: Option<Timestamp>,
    /// What.
    pub text: String,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// The key of what this leader thinks about their own leading in this year.
pub const fn key(author: PersonId, year: Year) -> NaturalKey {
    NaturalKey { subject: Subject::Person(author), part: Part::Year(year) }
}

/// Notes a thought.
pub fn add_thought(edit: &mut Edit<'_>, text: &str) -> Result<ItemId, EditError> {
    let (id, path) = edit.add_item(&Path::of(ENTRIES))?;
    let at = edit.now();
    edit.put(&path.key("at"), &at)?;
    edit.add_text(&path.key("text"), text)?;
    Ok(id)
}

/// Edits the words of a thought.
pub fn edit_thought(edit: &mut Edit<'_>, id: ItemId, splice: &Splice) -> Result<(), EditError> {
    item::edit_text(edit, ENTRIES, id, splice)
}

/// Removes a thought; it can be restored.
pub fn remove_thought(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(ENTRIES), id)
}

/// Brings a thought back.
pub fn restore_thought(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(ENTRIES), id)
}

/// The reflection, as its author's screen shows it.
pub fn view(doc: Document<'_>) -> ReflectionView {
    let thought = |item: &Item<'_>| {
        let fields = item.fields();
        ThoughtView {
            id: item.id,
            at: fields.get(&Path::of("at")),
            text: fields.text(&Path::of("text")),
            removed: Removal::of(fields),
        }
    };
    ReflectionView { thoughts: doc.items(&Path::of(ENTRIES)).iter().map(thought).collect() }
}

fn summarise(doc: Document<'_>) -> Summary {
    let thoughts = doc.items(&Path::of(ENTRIES));
    let kept = thoughts.iter().map(Item::fields).filter(|thought| !is_removed(*thought));
    Summary { items: count(kept), ..Summary::default() }
}

#[cfg(test)]
mod tests;
