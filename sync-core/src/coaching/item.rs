//! Owns what the items of all kinds have in common: removal, states, open conflicts. How items are kept
//! apart and in order is the document's work.

use super::words::words;
use crate::document::{Conflict, Document, Edit, EditError, Field, GONE, Item, Path, Reader, Splice};
use crate::ids::{ItemId, PersonId};
use crate::time::{Day, Timestamp};
use automerge::ReadDoc;
use serde::Serialize;

/// When something promised was done, by the phone's clock: noted by the app beside the state.
pub(crate) const DONE_AT: &str = "done_at";

/// Where people say something about an item for themselves, by person: nobody says it for somebody else.
pub(crate) const EACH: &str = "each";

words! {
    /// How far something is that somebody has promised.
    State {
        /// Nothing has been done yet.
        Open = "open",
        /// It is being done.
        Doing = "doing",
        /// It is done.
        Done = "done",
        /// It was agreed not to do it.
        Dropped = "dropped",
    }
}

words! {
    /// Which of the two people of a pair.
    Side {
        /// Who is led.
        Agent = "agent",
        /// Who leads.
        Leader = "leader",
    }
}

words! {
    /// What part of the work something is about.
    Area {
        /// Results and customers.
        Business = "business",
        /// Those who do the work.
        People = "people",
        /// How the work is done.
        Process = "process",
    }
}

/// That an item was removed. It is still there, readable, and can be restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Removal {
    /// By whom, as their phone said.
    pub by: Option<PersonId>,
    /// When, by their phone's clock.
    pub at: Option<Timestamp>,
    /// Whether somebody edited it without knowing that it was removed, or after.
    pub edited_since: bool,
}

impl Removal {
    /// Whether the item was removed.
    pub fn of(item: Document<'_>) -> Option<Self> {
        let gone = Path::of(GONE);
        is_removed(item).then(|| Self {
            by: item.get(&gone.key("by")),
            at: item.get(&gone.key("at")),
            edited_since: item.touched_since(&gone, &Path::root()),
        })
    }
}

/// Whether the item was removed, for who need not know more.
pub fn is_removed<D: ReadDoc>(item: Reader<'_, D>) -> bool {
    item.has_map(&Path::of(GONE))
}

/// Collects the keys to which people gave different values.
#[derive(Default)]
pub struct Conflicts(Vec<Conflict>);

impl Conflicts {
    /// Looks at one key of a document or an item, whose values are of type `T`.
    pub fn look<T: Field>(&mut self, doc: Document<'_>, key: &str) {
        self.look_at::<T>(doc, &Path::of(key));
    }

    /// Looks at one place of a document or an item, whose values are of type `T`.
    pub fn look_at<T: Field>(&mut self, doc: Document<'_>, place: &Path) {
        self.0.extend(doc.conflict::<T>(place));
    }

    /// Looks at what two people may set differently for something promised.
    pub fn look_at_promise(&mut self, item: Document<'_>) {
        self.look::<PersonId>(item, "owner");
        self.look::<Day>(item, "due");
        self.look::<State>(item, "state");
    }

    /// What was found.
    pub fn found(self) -> Vec<Conflict> {
        self.0
    }
}

/// How far something promised is: the less finished state, while two people's states stand.
pub fn state(item: Document<'_>) -> State {
    item.least(&Path::of("state")).unwrap_or(State::Open)
}

/// Whether something is done, and its words were changed by somebody who did not know or came after.
pub fn text_changed_since_done(item: Document<'_>) -> bool {
    state(item) == State::Done && item.text_changed_since(&Path::of("state"), &Path::of("text"))
}

/// Edits the text of an item.
pub fn edit_text(
    edit: &mut Edit<'_>,
    collection: &str,
    item: ItemId,
    splice: &Splice,
) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(collection), item)?;
    edit.apply_splice(&path.key("text"), splice)
}

/// Writes a field of an item, or empties it.
pub fn put_field<T: Field>(
    edit: &mut Edit<'_>,
    item: (&str, ItemId),
    field: &str,
    value: Option<&T>,
) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(item.0), item.1)?;
    edit.put_or_clear(&path.key(field), value)
}

/// Says how far something promised is, and when it was done: without that nobody could tell what was done lately.
pub fn put_state(edit: &mut Edit<'_>, item: (&str, ItemId), state: State) -> Result<(), EditError> {
    let done_at = (state == State::Done).then(|| edit.now());
    put_field(edit, item, "state", Some(&state))?;
    put_field(edit, item, DONE_AT, done_at.as_ref())
}

/// Sets the tags of a new item.
pub fn put_tags(edit: &mut Edit<'_>, path: &Path, tags: &[String]) -> Result<(), EditError> {
    edit.add_map(path)?;
    tags.iter().try_for_each(|tag| put_tag(edit, path, tag))
}

/// Adds a tag to the map of tags at this place.
pub fn put_tag(edit: &mut Edit<'_>, path: &Path, tag: &str) -> Result<(), EditError> {
    let tag = crate::document::checked_label("tag", tag)?;
    edit.put(&path.key(tag), &true)
}

/// Takes a tag off.
pub fn remove_tag(edit: &mut Edit<'_>, path: &Path, tag: &str) -> Result<(), EditError> {
    edit.put(&path.key(tag), &false)
}

/// The tags at this place, ascending.
pub fn tags(doc: Document<'_>, path: &Path) -> Vec<String> {
    doc.keys(path).into_iter().filter(|tag| doc.get(&path.key(tag)) == Some(true)).collect()
}

/// Who wrote an entry of their own; none if it names somebody whose entry it is not.
pub(crate) fn author(entry: &Item<'_>) -> Option<PersonId> {
    entry.fields().get(&Path::of("by")).filter(|by| entry.id.is_of(*by))
}

/// What each said about an item for themselves, by person.
pub(crate) fn said_by_each(item: Document<'_>) -> Vec<(PersonId, bool)> {
    let each = Path::of(EACH);
    let said = |key: String| {
        let person = PersonId::parse(&key).ok().filter(|person| person.to_string() == key)?;
        Some((person, item.get(&each.key(&key))?))
    };
    item.keys(&each).into_iter().filter_map(said).collect()
}
