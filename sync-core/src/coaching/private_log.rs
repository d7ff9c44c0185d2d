//! Owns what somebody notes about another person for themselves alone: what they saw and want to remember, and what they want to
//! raise some day. Nobody else ever has the document, not the person that it is about, and not who leads both.

use super::item::{self, Conflicts, Removal, is_removed};
use super::meeting::{Origin, Provenance};
use super::summary::{Summary, count};
use super::{KindSpec, Layer, PartClass, Shape, SubjectClass, Writers};
use crate::document::{Conflict, Document, Edit, EditError, Item, Path, Position, Splice};
use crate::ids::{ItemId, PersonId};
use crate::key::{NaturalKey, Part, Subject};
use crate::time::{Quarter, Timestamp};
use serde::Serialize;

/// What a log is made of.
pub static SPEC: KindSpec = KindSpec {
    name: "private_log",
    subject: SubjectClass::Person,
    part: PartClass::PersonInQuarter,
    writers: Writers::All,
    layers: &[Layer { schema: 1, containers: &[(ENTRIES, Shape::Map), (INBOX, Shape::Map)] }],
    summarise,
};

const ENTRIES: &str = "entries";
const INBOX: &str = "inbox";

/// Something to remember.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPrivateNote {
    /// What.
    pub text: String,
    /// Topics.
    pub tags: Vec<String>,
}

/// A private log, as its author's screen shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PrivateLogView {
    /// What there is to remember, in its order, with what was removed.
    pub notes: Vec<PrivateNoteView>,
    /// What to raise some day, in its order, with what was removed.
    pub to_raise: Vec<ToRaiseView>,
    /// Values that two of the author's phones set differently.
    pub conflicts: Vec<Conflict>,
}

/// One thing to remember.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PrivateNoteView {
    /// Which one.
    pub id: ItemId,
    /// When it was noted, by the phone's clock.
    pub at: Option<Timestamp>,
    /// What.
    pub text: String,
    /// Topics, ascending.
    pub tags: Vec<String>,
    /// The floor walk that it comes from.
    pub origin: Option<Origin>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// One thing to raise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToRaiseView {
    /// Which one.
    pub id: ItemId,
    /// When it was noted, by the phone's clock.
    pub at: Option<Timestamp>,
    /// What.
    pub text: String,
    /// When it was raised; none while it waits.
    pub raised_at: Option<Timestamp>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// The key of what this author notes about this person in this quarter.
pub const fn key(author: PersonId, about: PersonId, quarter: Quarter) -> NaturalKey {
    NaturalKey { subject: Subject::Person(author), part: Part::PersonInQuarter(about, quarter) }
}

/// Notes something.
pub fn add_private_note(edit: &mut Edit<'_>, new: &NewPrivateNote) -> Result<ItemId, EditError> {
    add(edit, new).map(|(id, _)| id)
}

/// Keeps to oneself what was seen at a stop of a floor walk.
pub fn add_private_note_from_walk(
    edit: &mut Edit<'_>,
    new: &NewPrivateNote,
    provenance: &Provenance,
) -> Result<ItemId, EditError> {
    let (id, path) = add(edit, new)?;
    provenance.put(edit, &path)?;
    Ok(id)
}

fn add(edit: &mut Edit<'_>, new: &NewPrivateNote) -> Result<(ItemId, Path), EditError> {
    let (id, path) = edit.add_item(&Path::of(ENTRIES))?;
    let at = edit.now();
    edit.put(&path.key("at"), &at)?;
    edit.add_text(&path.key("text"), &new.text)?;
    item::put_tags(edit, &path.key("tags"), &new.tags)?;
    Ok((id, path))
}

/// Edits the words of a note.
pub fn edit_private_note(edit: &mut Edit<'_>, id: ItemId, splice: &Splice) -> Result<(), EditError> {
    item::edit_text(edit, ENTRIES, id, splice)
}

/// Puts a topic on a note.
pub fn tag_private_note(edit: &mut Edit<'_>, id: ItemId, tag: &str) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(ENTRIES), id)?;
    item::put_tag(edit, &path.key("tags"), tag)
}

/// Takes a topic off a note.
pub fn untag_private_note(edit: &mut Edit<'_>, id: ItemId, tag: &str) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(ENTRIES), id)?;
    item::remove_tag(edit, &path.key("tags"), tag)
}

/// Removes a note; it can be restored.
pub fn remove_private_note(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(ENTRIES), id)
}

/// Brings a removed note back.
pub fn restore_private_note(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(ENTRIES), id)
}

/// Notes something to raise some day.
pub fn add_to_raise(edit: &mut Edit<'_>, text: &str) -> Result<ItemId, EditError> {
    let (id, path) = edit.add_item(&Path::of(INBOX))?;
    let at = edit.now();
    edit.put(&path.key("at"), &at)?;
    edit.add_text(&path.key("text"), text)?;
    Ok(id)
}

/// Edits the words of something to raise.
pub fn edit_to_raise(edit: &mut Edit<'_>, id: ItemId, splice: &Splice) -> Result<(), EditError> {
    item::edit_text(edit, INBOX, id, splice)
}

/// Says that it was raised, now; or that it was not.
pub fn set_raised(edit: &mut Edit<'_>, id: ItemId, is_raised: bool) -> Result<(), EditError> {
    let now = edit.now();
    item::put_field(edit, (INBOX, id), "raised_at", is_raised.then_some(&now))
}

/// Puts something to raise elsewhere in the order.
pub fn reorder_to_raise(edit: &mut Edit<'_>, id: ItemId, to: Position) -> Result<(), EditError> {
    edit.reorder(&Path::of(INBOX), id, to)
}

/// Removes something to raise; it can be restored.
pub fn remove_to_raise(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(INBOX), id)
}

/// Brings it back.
pub fn restore_to_raise(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(INBOX), id)
}

/// The log, as its author's screen shows it.
pub fn view(doc: Document<'_>) -> PrivateLogView {
    let to_raise = doc.items(&Path::of(INBOX));
    PrivateLogView {
        notes: doc.items(&Path::of(ENTRIES)).iter().map(|note| note_view(note.id, note.fields())).collect(),
        to_raise: to_raise.iter().map(|item| to_raise_view(item.id, item.fields())).collect(),
        conflicts: conflicts(&to_raise),
    }
}

/// What waits to be raised is what is open.
fn summarise(doc: Document<'_>) -> Summary {
    let (notes, to_raise) = (doc.items(&Path::of(ENTRIES)), doc.items(&Path::of(INBOX)));
    let kept = notes.iter().map(Item::fields).filter(|note| !is_removed(*note));
    let waits = |item: &Document<'_>| raised_at(*item).is_none() && !is_removed(*item);
    Summary {
        items: count(kept),
        open: count(to_raise.iter().map(Item::fields).filter(waits)),
        conflicts: count(conflicts(&to_raise)),
        ..Summary::default()
    }
}

fn note_view(id: ItemId, note: Document<'_>) -> PrivateNoteView {
    PrivateNoteView {
        id,
        at: note.get(&Path::of("at")),
        text: note.text(&Path::of("text")),
        tags: item::tags(note, &Path::of("tags")),
        origin: Origin::of(note),
        removed: Removal::of(note),
    }
}

fn to_raise_view(id: ItemId, item: Document<'_>) -> ToRaiseView {
    ToRaiseView {
        id,
        at: item.get(&Path::of("at")),
        text: item.text(&Path::of("text")),
        raised_at: raised_at(item),
        removed: Removal::of(item),
    }
}

fn raised_at(item: Document<'_>) -> Option<Timestamp> {
    item.least(&Path::of("raised_at"))
}

fn conflicts(to_raise: &[Item<'_>]) -> Vec<Conflict> {
    let mut conflicts = Conflicts::default();
    to_raise.iter().for_each(|item| conflicts.look::<Timestamp>(item.fields(), "raised_at"));
    conflicts.found()
}

#[cfg(test)]
mod tests;
