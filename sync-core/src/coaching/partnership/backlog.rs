//! Owns the shared list of what the two want to talk about: each adds to it whenever something comes up, and brings from it to
//! a meeting.

use crate::coaching::item::{self, Area, Conflicts, Removal};
use crate::coaching::words::words;
use crate::document::{Document, Edit, EditError, Item, Path, Position, Splice};
use crate::ids::{DocId, ItemId, PersonId};
use crate::time::Timestamp;
use serde::Serialize;

const BACKLOG: &str = "backlog";

words! {
    /// What somebody wants of it.
    BacklogKind {
        /// To talk about something.
        Topic = "topic",
        /// To ask for something.
        Request = "request",
        /// To show an idea.
        Idea = "idea",
        /// To tell how far something is.
        Status = "status",
    }
}

/// Something to talk about.
#[derive(Clone, PartialEq, Eq)]
pub struct NewBacklogItem {
    /// What about.
    pub text: String,
    /// What is wanted of it.
    pub kind: BacklogKind,
    /// What part of the work it is about.
    pub area: Option<Area>,
    /// Whether it cannot wait for the next meeting.
    pub before_next: bool,
}

/// One thing to talk about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BacklogView {
    /// Which one.
    pub id: ItemId,
    /// What about.
    pub text: String,
    /// Who added it, as their phone said.
    pub by: Option<PersonId>,
    /// When, by their phone's clock.
    pub at: Option<Timestamp>,
    /// What is wanted of it.
    pub kind: BacklogKind,
    /// What part of the work it is about.
    pub area: Option<Area>,
    /// Since when it cannot wait for the next meeting, by the phone's clock; none if it can.
    pub before_next: Option<Timestamp>,
    /// The meetings that it was brought to; two if both brought it to another one without knowing.
    pub brought_to: Vec<DocId>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// Adds something to talk about.
pub fn add_backlog(edit: &mut Edit<'_>, new: &NewBacklogItem) -> Result<ItemId, EditError> {
    let (id, path) = edit.add_item(&Path::of(BACKLOG))?;
    edit.add_text(&path.key("text"), &new.text)?;
    let (by, at) = (edit.person(), edit.now());
    edit.put(&path.key("by"), &by)?;
    edit.put(&path.key("at"), &at)?;
    edit.put(&path.key("kind"), &new.kind)?;
    if let Some(area) = &new.area {
        edit.put(&path.key("area"), area)?;
    }
    if new.before_next {
        edit.put(&path.key("before_next"), &at)?;
    }
    edit.add_map(&path.key("brought_to"))?;
    Ok(id)
}

/// Edits the words.
pub fn edit_backlog(edit: &mut Edit<'_>, id: ItemId, splice: &Splice) -> Result<(), EditError> {
    item::edit_text(edit, BACKLOG, id, splice)
}

/// Says what is wanted of it.
pub fn set_backlog_kind(edit: &mut Edit<'_>, id: ItemId, kind: BacklogKind) -> Result<(), EditError> {
    item::put_field(edit, (BACKLOG, id), "kind", Some(&kind))
}

/// Says what part of the work it is about.
pub fn set_backlog_area(edit: &mut Edit<'_>, id: ItemId, area: Option<Area>) -> Result<(), EditError> {
    item::put_field(edit, (BACKLOG, id), "area", area.as_ref())
}

/// Says whether it cannot wait for the next meeting. The moment of the first call stays.
pub fn set_before_next(edit: &mut Edit<'_>, id: ItemId, cannot_wait: bool) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(BACKLOG), id)?.key("before_next");
    let waits_since: Option<Timestamp> = edit.reader().least(&path);
    match (cannot_wait, waits_since) {
        (true, Some(_)) => Ok(()),
        (true, None) => {
            let now = edit.now();
            edit.put(&path, &now)
        }
        (false, _) => edit.put_or_clear::<Timestamp>(&path, None),
    }
}

/// Brings it to a meeting: it stands on that meeting's agenda from now on. Nothing is copied, so that two who bring the same thing
/// have brought it once.
pub fn bring_backlog(edit: &mut Edit<'_>, id: ItemId, meeting: DocId) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(BACKLOG), id)?.key("brought_to");
    let now = edit.now();
    edit.put(&path.key(&meeting.to_string()), &now)
}

/// Removes it; it can be restored.
pub fn remove_backlog(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(BACKLOG), id)
}

/// Brings it back.
pub fn restore_backlog(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(BACKLOG), id)
}

/// Puts it elsewhere in the order.
pub fn reorder_backlog(edit: &mut Edit<'_>, id: ItemId, to: Position) -> Result<(), EditError> {
    edit.reorder(&Path::of(BACKLOG), id, to)
}

pub(super) fn backlog(doc: Document<'_>) -> Vec<Item<'_>> {
    doc.items(&Path::of(BACKLOG))
}

pub(super) fn backlog_view(id: ItemId, entry: Document<'_>) -> BacklogView {
    let brought_to = Path::of("brought_to");
    BacklogView {
        id,
        text: entry.text(&Path::of("text")),
        by: entry.get(&Path::of("by")),
        at: entry.get(&Path::of("at")),
        kind: entry.get(&Path::of("kind")).unwrap_or(BacklogKind::Topic),
        area: entry.get(&Path::of("area")),
        before_next: entry.least(&Path::of("before_next")),
        brought_to: entry.keys(&brought_to).iter().filter_map(|key| DocId::parse(key).ok()).collect(),
        removed: Removal::of(entry),
    }
}

pub(super) fn look_for_conflicts(entry: Document<'_>, conflicts: &mut Conflicts) {
    conflicts.look::<BacklogKind>(entry, "kind");
    conflicts.look::<Area>(entry, "area");
}
