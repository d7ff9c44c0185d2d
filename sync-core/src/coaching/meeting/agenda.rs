//! Owns the agenda: topics that both sides bring, some of them from a floor walk.

use super::Section;
use crate::coaching::item::{self, Removal};
use crate::document::{Document, Edit, EditError, Item, Path, Position, Splice};
use crate::ids::{DocId, ItemId, PersonId};
use crate::time::Timestamp;
use serde::Serialize;

const AGENDA: &str = "agenda";

/// A topic to bring.
#[derive(Clone, PartialEq, Eq)]
pub struct NewTopic {
    /// In which block.
    pub section: Option<Section>,
    /// What about.
    pub text: String,
    /// The stable id of the question, if it is one from the bank; the text is its wording as it was asked.
    pub question: Option<String>,
}

/// Where a topic was copied from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provenance {
    /// The walk, which nobody else may know of.
    pub walk: DocId,
    /// The stop.
    pub stop: ItemId,
    /// When it was seen.
    pub at: Timestamp,
}

/// That a topic comes from a floor walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// Known again by whoever has the walk, and telling others nothing of it.
    pub token: ItemId,
    /// When it was seen, by the phone's clock.
    pub seen_at: Option<Timestamp>,
}

/// One topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgendaView {
    /// Which one.
    pub id: ItemId,
    /// In which block.
    pub section: Option<Section>,
    /// What about.
    pub text: String,
    /// Who brought it, as their phone said.
    pub by: Option<PersonId>,
    /// The question of the bank that it asks.
    pub question: Option<String>,
    /// The floor walk that it comes from.
    pub origin: Option<Origin>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

impl Provenance {
    /// What the other side may keep of it: enough to find the stop for whoever has the walk, and no more.
    pub fn token(&self) -> ItemId {
        ItemId::derived("floorwalk/provenance/1", &[self.walk.as_bytes(), self.stop.as_bytes()])
    }

    /// Notes it at an item of whatever kind.
    pub(crate) fn put(&self, edit: &mut Edit<'_>, item: &Path) -> Result<(), EditError> {
        edit.put(&item.key("from_walk"), &self.token())?;
        edit.put(&item.key("seen_at"), &self.at)
    }
}

impl Origin {
    /// What is noted at an item, if it comes from a walk.
    pub(crate) fn of(item: Document<'_>) -> Option<Self> {
        Some(Self { token: item.get(&Path::of("from_walk"))?, seen_at: item.get(&Path::of("seen_at")) })
    }
}

/// Brings a topic.
pub fn add_agenda(edit: &mut Edit<'_>, topic: &NewTopic) -> Result<ItemId, EditError> {
    add(edit, topic).map(|(id, _)| id)
}

/// Brings a stop of a floor walk as a topic: its words are copied, the walk itself stays private.
pub fn add_agenda_from_walk(
    edit: &mut Edit<'_>,
    topic: &NewTopic,
    provenance: &Provenance,
) -> Result<ItemId, EditError> {
    let (id, path) = add(edit, topic)?;
    provenance.put(edit, &path)?;
    Ok(id)
}

/// Edits the words of a topic.
pub fn edit_agenda(edit: &mut Edit<'_>, topic: ItemId, splice: &Splice) -> Result<(), EditError> {
    item::edit_text(edit, AGENDA, topic, splice)
}

/// Removes a topic; it can be restored.
pub fn remove_agenda(edit: &mut Edit<'_>, topic: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(AGENDA), topic)
}

/// Brings a removed topic back.
pub fn restore_agenda(edit: &mut Edit<'_>, topic: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(AGENDA), topic)
}

/// Puts a topic elsewhere in the order.
pub fn reorder_agenda(edit: &mut Edit<'_>, topic: ItemId, to: Position) -> Result<(), EditError> {
    edit.reorder(&Path::of(AGENDA), topic, to)
}

fn add(edit: &mut Edit<'_>, topic: &NewTopic) -> Result<(ItemId, Path), EditError> {
    let (id, path) = edit.add_item(&Path::of(AGENDA))?;
    if let Some(section) = &topic.section {
        edit.put(&path.key("section"), section)?;
    }
    edit.add_text(&path.key("text"), &topic.text)?;
    let by = edit.person();
    edit.put(&path.key("by"), &by)?;
    if let Some(question) = &topic.question {
        edit.put_label(&path.key("asked"), "question", question)?;
    }
    Ok((id, path))
}

pub(super) fn topics(doc: Document<'_>) -> Vec<Item<'_>> {
    doc.items(&Path::of(AGENDA))
}

pub(super) fn topic_view(id: ItemId, topic: Document<'_>) -> AgendaView {
    AgendaView {
        id,
        section: topic.get(&Path::of("section")),
        text: topic.text(&Path::of("text")),
        by: topic.get(&Path::of("by")),
        question: topic.get(&Path::of("asked")),
        origin: Origin::of(topic),
        removed: Removal::of(topic),
    }
}
