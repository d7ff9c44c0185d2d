//! Owns a leader's reflections as an app sees them: what they think about their own leading, for themselves alone.

use crate::client::Client;
use crate::error::ClientError;
use sync_core::coaching::Kind;
use sync_core::coaching::item::Removal;
use sync_core::coaching::manager_reflection::{self, ReflectionView, ThoughtView};
use sync_core::document::{Document, Edit, EditError, Splice};
use sync_core::ids::{DocId, ItemId};
use sync_core::time::{Timestamp, Year};

/// A leader's reflection, as their own screen shows it.
#[uniffi::remote(Record)]
pub struct ReflectionView {
    /// The thoughts in their order, with those that were removed.
    pub thoughts: Vec<ThoughtView>,
}

/// One thought.
#[uniffi::remote(Record)]
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

/// What a leader does to a reflection of theirs.
#[derive(Clone, uniffi::Enum)]
#[expect(missing_docs, reason = "the verb says what its fields are")]
pub enum ReflectionEdit {
    /// Notes a thought. Answers its id.
    AddThought { text: String },
    /// Types into a thought.
    EditThought { id: ItemId, splice: Splice },
    /// Removes a thought; it can be restored.
    RemoveThought { id: ItemId },
    /// Brings a thought back.
    RestoreThought { id: ItemId },
}

impl ReflectionEdit {
    fn make(&self, edit: &mut Edit<'_>) -> Result<Option<ItemId>, EditError> {
        match self {
            Self::AddThought { text } => return manager_reflection::add_thought(edit, text).map(Some),
            Self::EditThought { id, splice } => manager_reflection::edit_thought(edit, *id, splice),
            Self::RemoveThought { id } => manager_reflection::remove_thought(edit, *id),
            Self::RestoreThought { id } => manager_reflection::restore_thought(edit, *id),
        }?;
        Ok(None)
    }
}

#[uniffi::export]
impl Client {
    /// What this person thinks about their own leading in this year, for nobody else: a new document, or the one that is there.
    pub fn create_manager_reflection(&self, year: Year) -> Result<DocId, ClientError> {
        let replica = self.replica()?;
        let key = manager_reflection::key(replica.identity().person, year);
        Ok(replica.create(Kind::of(&manager_reflection::SPEC), key)?)
    }

    /// The reflection, as its author's screen shows it.
    pub fn manager_reflection(&self, doc: DocId) -> Result<ReflectionView, ClientError> {
        let replica = self.replica_of(doc, &manager_reflection::SPEC)?;
        Ok(replica.read(doc, |history| manager_reflection::view(Document::of(history.view())))?)
    }

    /// Makes these edits, all or none. Answers the ids of new items, in the order of the edits.
    pub fn edit_manager_reflection(
        &self,
        doc: DocId,
        edits: Vec<ReflectionEdit>,
    ) -> Result<Vec<Option<ItemId>>, ClientError> {
        Ok(self
            .replica_of(doc, &manager_reflection::SPEC)?
            .edit(doc, |edit| edits.iter().map(|one| one.make(edit)).collect())?)
    }
}
