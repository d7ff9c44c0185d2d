//! Owns private logs as an app sees them: what somebody notes about another person for themselves alone.

use crate::client::Client;
use crate::documents::with_authors;
use crate::error::ClientError;
use sync_core::coaching::Kind;
use sync_core::coaching::item::Removal;
use sync_core::coaching::meeting::{Origin, Provenance};
use sync_core::coaching::private_log::{self, NewPrivateNote, PrivateLogView, PrivateNoteView, ToRaiseView};
use sync_core::document::{Conflict, Document, Edit, EditError, Position, Splice};
use sync_core::ids::{DocId, ItemId, PersonId};
use sync_core::time::{Quarter, Timestamp};

/// Something to remember.
#[uniffi::remote(Record)]
pub struct NewPrivateNote {
    /// What.
    pub text: String,
    /// Topics.
    pub tags: Vec<String>,
}

/// A private log, as its author's screen shows it.
#[uniffi::remote(Record)]
pub struct PrivateLogView {
    /// What there is to remember, in its order, with what was removed.
    pub notes: Vec<PrivateNoteView>,
    /// What to raise some day, in its order, with what was removed.
    pub to_raise: Vec<ToRaiseView>,
    /// Values that two of the author's phones set differently.
    pub conflicts: Vec<Conflict>,
}

/// One thing to remember.
#[uniffi::remote(Record)]
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
#[uniffi::remote(Record)]
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

/// What a person does to a private log of theirs.
#[derive(Clone, uniffi::Enum)]
#[expect(missing_docs, reason = "the verb says what its fields are")]
pub enum PrivateLogEdit {
    /// Notes something. Answers its id.
    AddPrivateNote { note: NewPrivateNote },
    /// Keeps to oneself what was seen at a stop of a floor walk. Answers its id.
    AddPrivateNoteFromWalk { note: NewPrivateNote, provenance: Provenance },
    /// Types into a note.
    EditPrivateNote { id: ItemId, splice: Splice },
    /// Puts a topic on a note.
    TagPrivateNote { id: ItemId, tag: String },
    /// Takes a topic off a note.
    UntagPrivateNote { id: ItemId, tag: String },
    /// Removes a note; it can be restored.
    RemovePrivateNote { id: ItemId },
    /// Brings a removed note back.
    RestorePrivateNote { id: ItemId },
    /// Notes something to raise some day. Answers its id.
    AddToRaise { text: String },
    /// Types into something to raise.
    EditToRaise { id: ItemId, splice: Splice },
    /// Says that it was raised, now; or that it was not.
    SetRaised { id: ItemId, is_raised: bool },
    /// Puts something to raise elsewhere in the order.
    ReorderToRaise { id: ItemId, to: Position },
    /// Removes something to raise; it can be restored.
    RemoveToRaise { id: ItemId },
    /// Brings it back.
    RestoreToRaise { id: ItemId },
}

impl PrivateLogEdit {
    fn make(&self, edit: &mut Edit<'_>) -> Result<Option<ItemId>, EditError> {
        match self {
            Self::AddPrivateNote { note } => return private_log::add_private_note(edit, note).map(Some),
            Self::AddPrivateNoteFromWalk { note, provenance } => {
                return private_log::add_private_note_from_walk(edit, note, provenance).map(Some);
            }
            Self::AddToRaise { text } => return private_log::add_to_raise(edit, text).map(Some),
            Self::EditPrivateNote { id, splice } => private_log::edit_private_note(edit, *id, splice),
            Self::TagPrivateNote { id, tag } => private_log::tag_private_note(edit, *id, tag),
            Self::UntagPrivateNote { id, tag } => private_log::untag_private_note(edit, *id, tag),
            Self::RemovePrivateNote { id } => private_log::remove_private_note(edit, *id),
            Self::RestorePrivateNote { id } => private_log::restore_private_note(edit, *id),
            Self::EditToRaise { id, splice } => private_log::edit_to_raise(edit, *id, splice),
            Self::SetRaised { id, is_raised } => private_log::set_raised(edit, *id, *is_raised),
            Self::ReorderToRaise { id, to } => private_log::reorder_to_raise(edit, *id, *to),
            Self::RemoveToRaise { id } => private_log::remove_to_raise(edit, *id),
            Self::RestoreToRaise { id } => private_log::restore_to_raise(edit, *id),
        }?;
        Ok(None)
    }
}

#[uniffi::export]
impl Client {
    /// What this person notes about another one in this quarter, for nobody else: a new log, or the one that is there.
    pub fn create_private_log(&self, about: PersonId, quarter: Quarter) -> Result<DocId, ClientError> {
        let replica = self.replica()?;
        let key = private_log::key(replica.identity().person, about, quarter);
        Ok(replica.create(Kind::of(&private_log::SPEC), key)?)
    }

    /// The log, as its author's screen shows it.
    pub fn private_log(&self, doc: DocId) -> Result<PrivateLogView, ClientError> {
        let replica = self.replica_of(doc, &private_log::SPEC)?;
        let mut view = replica.read(doc, |history| private_log::view(Document::of(history.view())))?;
        view.conflicts = with_authors(&replica, doc, view.conflicts)?;
        Ok(view)
    }

    /// Makes these edits, all or none. Answers the ids of new items, in the order of the edits.
    pub fn edit_private_log(
        &self,
        doc: DocId,
        edits: Vec<PrivateLogEdit>,
    ) -> Result<Vec<Option<ItemId>>, ClientError> {
        Ok(self
            .replica_of(doc, &private_log::SPEC)?
            .edit(doc, |edit| edits.iter().map(|one| one.make(edit)).collect())?)
    }
}
