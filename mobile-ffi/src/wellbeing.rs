//! Owns how somebody is, as an app sees it: what an agent shares with their leader, and what anybody keeps to themselves. Both
//! have the same records and verbs.

use crate::client::Client;
use crate::documents::with_authors;
use crate::error::ClientError;
use sync_core::coaching::barometer::{self, BarometerView, EntryView, Level, NewEntry};
use sync_core::coaching::item::Removal;
use sync_core::coaching::{Kind, wellbeing_log, wellbeing_private};
use sync_core::document::{Conflict, Document, Edit, EditError, Splice};
use sync_core::ids::{DocId, ItemId, TenureId};
use sync_core::replica::Replica;
use sync_core::time::{Quarter, Timestamp};

/// How somebody says they are.
#[uniffi::remote(Record)]
pub struct NewEntry {
    /// How they feel: 1 is bad, 5 is good.
    pub mood: Level,
    /// How much it is: 1 is too little, 3 is right, 5 is too much.
    pub load: Option<Level>,
    /// What there is to say about it.
    pub note: String,
}

/// How somebody was, as screens show it.
#[uniffi::remote(Record)]
pub struct BarometerView {
    /// The entries in their order, with those that were removed.
    pub entries: Vec<EntryView>,
    /// Values that two phones of that person set differently.
    pub conflicts: Vec<Conflict>,
}

/// One entry.
#[uniffi::remote(Record)]
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

/// What a person does about how they are.
#[derive(Clone, uniffi::Enum)]
#[expect(missing_docs, reason = "the verb says what its fields are")]
pub enum WellbeingEdit {
    /// Says how one is. Answers its id.
    AddEntry { entry: NewEntry },
    /// Says that one felt otherwise.
    SetMood { id: ItemId, mood: Level },
    /// Says how much it was.
    SetLoad { id: ItemId, load: Option<Level> },
    /// Types into what there is to say about it.
    EditEntry { id: ItemId, splice: Splice },
    /// Removes an entry; it can be restored.
    RemoveEntry { id: ItemId },
    /// Brings it back.
    RestoreEntry { id: ItemId },
}

impl WellbeingEdit {
    fn make(&self, edit: &mut Edit<'_>) -> Result<Option<ItemId>, EditError> {
        match self {
            Self::AddEntry { entry } => return barometer::add_entry(edit, entry).map(Some),
            Self::SetMood { id, mood } => barometer::set_mood(edit, *id, *mood),
            Self::SetLoad { id, load } => barometer::set_load(edit, *id, *load),
            Self::EditEntry { id, splice } => barometer::edit_entry(edit, *id, splice),
            Self::RemoveEntry { id } => barometer::remove_entry(edit, *id),
            Self::RestoreEntry { id } => barometer::restore_entry(edit, *id),
        }?;
        Ok(None)
    }
}

impl Client {
    fn of_wellbeing(&self, doc: DocId) -> Result<Replica, ClientError> {
        self.replica_of(doc, &wellbeing_log::SPEC).or_else(|_| self.replica_of(doc, &wellbeing_private::SPEC))
    }
}

#[uniffi::export]
impl Client {
    /// How the agent of this pair is in this quarter, as far as they share it: a new log, or the one that is there. Only the
    /// agent begins it.
    pub fn create_wellbeing_log(&self, tenure: TenureId, quarter: Quarter) -> Result<DocId, ClientError> {
        Ok(self.replica()?.create(Kind::of(&wellbeing_log::SPEC), wellbeing_log::key(tenure, quarter))?)
    }

    /// How this person is in this quarter, for nobody else: a new log, or the one that is there.
    pub fn create_wellbeing_private(&self, quarter: Quarter) -> Result<DocId, ClientError> {
        let replica = self.replica()?;
        let key = wellbeing_private::key(replica.identity().person, quarter);
        Ok(replica.create(Kind::of(&wellbeing_private::SPEC), key)?)
    }

    /// How somebody was, shared or not, as screens show it.
    pub fn wellbeing(&self, doc: DocId) -> Result<BarometerView, ClientError> {
        let replica = self.of_wellbeing(doc)?;
        let mut view = replica.read(doc, |history| barometer::view(Document::of(history.view())))?;
        view.conflicts = with_authors(&replica, doc, view.conflicts)?;
        Ok(view)
    }

    /// Makes these edits, all or none. Answers the ids of new items, in the order of the edits.
    pub fn edit_wellbeing(
        &self,
        doc: DocId,
        edits: Vec<WellbeingEdit>,
    ) -> Result<Vec<Option<ItemId>>, ClientError> {
        Ok(self.of_wellbeing(doc)?.edit(doc, |edit| edits.iter().map(|one| one.make(edit)).collect())?)
    }
}
