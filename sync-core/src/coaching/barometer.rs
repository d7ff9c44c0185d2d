//! Owns how somebody is: how they feel and how much it is, as they say themselves. What they share with their leader and what they
//! keep to themselves has the same form, and stands in two documents.

use super::item::{self, Conflicts, Removal, is_removed};
use super::summary::{Summary, count};
use super::{Layer, Shape};
use crate::document::{Conflict, Document, Edit, EditError, Field, Item, Path, Splice, Value};
use crate::ids::ItemId;
use crate::time::Timestamp;
use serde::Serialize;

const ENTRIES: &str = "entries";

/// What both documents are made of.
pub(super) const LAYERS: &[Layer] = &[Layer { schema: 1, containers: &[(ENTRIES, Shape::Map)] }];

/// A place on a scale from 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Level(u8);

impl Level {
    /// The level, if the scale has it.
    pub fn new(level: u8) -> Option<Self> {
        (1..=5).contains(&level).then_some(Self(level))
    }

    /// Its number.
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl<C> minicbor::Encode<C> for Level {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.u8(self.0)?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Level {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let at = d.position();
        Self::new(d.u8()?).ok_or_else(|| minicbor::decode::Error::message("beyond the scale").at(at))
    }
}

impl Field for Level {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).and_then(|level| u8::try_from(level).ok()).and_then(Self::new)
    }

    fn to_value(&self) -> Value {
        i64::from(self.0).to_value()
    }
}

/// How somebody says they are.
#[derive(Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// How they feel: 1 is bad, 5 is good.
    pub mood: Level,
    /// How much it is: 1 is too little, 3 is right, 5 is too much.
    pub load: Option<Level>,
    /// What there is to say about it.
    pub note: String,
}

/// How somebody was, as screens show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BarometerView {
    /// The entries in their order, with those that were removed.
    pub entries: Vec<EntryView>,
    /// Values that two phones of that person set differently.
    pub conflicts: Vec<Conflict>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntryView {
    /// Which one.
    pub id: ItemId,
    /// When, by the phone's clock.
    pub at: Option<Timestamp>,
    /// How they felt: 1 is bad, 5 is good. The lower one, while two stand.
    pub mood: Option<Level>,
    /// How much it was: 1 is too little, 3 is right, 5 is too much. The higher one, while two stand.
    pub load: Option<Level>,
    /// What there is to say about it.
    pub note: String,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// Says how one is.
pub fn add_entry(edit: &mut Edit<'_>, new: &NewEntry) -> Result<ItemId, EditError> {
    let (id, path) = edit.add_item(&Path::of(ENTRIES))?;
    let at = edit.now();
    edit.put(&path.key("at"), &at)?;
    edit.put(&path.key("mood"), &new.mood)?;
    edit.put_or_clear(&path.key("load"), new.load.as_ref())?;
    edit.add_text(&path.key("text"), &new.note)?;
    Ok(id)
}

/// Says that one felt otherwise.
pub fn set_mood(edit: &mut Edit<'_>, id: ItemId, mood: Level) -> Result<(), EditError> {
    item::put_field(edit, (ENTRIES, id), "mood", Some(&mood))
}

/// Says how much it was.
pub fn set_load(edit: &mut Edit<'_>, id: ItemId, load: Option<Level>) -> Result<(), EditError> {
    item::put_field(edit, (ENTRIES, id), "load", load.as_ref())
}

/// Edits what there is to say about it.
pub fn edit_entry(edit: &mut Edit<'_>, id: ItemId, splice: &Splice) -> Result<(), EditError> {
    item::edit_text(edit, ENTRIES, id, splice)
}

/// Removes an entry; it can be restored.
pub fn remove_entry(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(ENTRIES), id)
}

/// Brings a removed entry back.
pub fn restore_entry(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(ENTRIES), id)
}

/// How somebody was, as screens show it.
pub fn view(doc: Document<'_>) -> BarometerView {
    let entries = entries(doc);
    BarometerView {
        entries: entries.iter().map(|entry| entry_view(entry.id, entry.fields())).collect(),
        conflicts: conflicts(&entries),
    }
}

/// Lists show when the last entry was made, and no more than how many there are.
pub(super) fn summarise(doc: Document<'_>) -> Summary {
    let entries = entries(doc);
    let kept: Vec<_> = entries.iter().map(Item::fields).filter(|entry| !is_removed(*entry)).collect();
    Summary {
        began: kept.iter().filter_map(|entry| entry.get::<Timestamp>(&Path::of("at"))).max(),
        items: count(&kept),
        conflicts: count(conflicts(&entries)),
        ..Summary::default()
    }
}

fn entries(doc: Document<'_>) -> Vec<Item<'_>> {
    doc.items(&Path::of(ENTRIES))
}

fn entry_view(id: ItemId, entry: Document<'_>) -> EntryView {
    EntryView {
        id,
        at: entry.get(&Path::of("at")),
        mood: entry.least(&Path::of("mood")),
        load: entry.greatest(&Path::of("load")),
        note: entry.text(&Path::of("text")),
        removed: Removal::of(entry),
    }
}

fn conflicts(entries: &[Item<'_>]) -> Vec<Conflict> {
    let mut conflicts = Conflicts::default();
    for entry in entries {
        conflicts.look::<Level>(entry.fields(), "mood");
        conflicts.look::<Level>(entry.fields(), "load");
    }
    conflicts.found()
}

#[cfg(test)]
mod tests;
