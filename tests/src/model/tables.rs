//! Owns what one organisation's rows are, and how they are looked up.

use server::store::row::{
    ActorRow, ChangeRow, CommandRow, DocumentRow, FeedRow, RecordRow, RefusedRow, SeatRow, SnapshotRow,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use sync_core::ids::{ActorId, AudienceId, ChangeHash, CommandId, DeviceId, DocId, GroupId, PersonId};
use sync_core::key::Subject;
use sync_core::policy::Group;
use sync_core::time::Timestamp;

/// The rows of an organisation at one moment. Whoever holds it sees that moment, however many commits follow.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    /// The last place taken in the feed; none when there is no such organisation.
    pub feed_counter: Option<u64>,
    /// The feed by place.
    pub feed: BTreeMap<u64, Arc<FeedRow>>,
    /// The places of the feed in the order in which they were committed.
    pub commit_order: Vec<u64>,
    /// The documents.
    pub documents: BTreeMap<DocId, Arc<Document>>,
    /// Who owns which actor.
    pub actors: BTreeMap<(DocId, ActorId), ActorRow>,
    /// The changes by document and version.
    pub changes: BTreeMap<(DocId, u64), Arc<ChangeRow>>,
    /// The saved documents by document and version.
    pub snapshots: BTreeMap<(DocId, u64), Arc<Snapshot>>,
    /// The audiences.
    pub audiences: BTreeMap<AudienceId, Subject>,
    /// Who belongs where.
    pub seats: BTreeMap<(AudienceId, PersonId), SeatRow>,
    /// The data that the server owns, by audience, collection and key.
    pub records: BTreeMap<(AudienceId, String, Vec<u8>), Arc<RecordRow>>,
    /// What devices pushed in vain.
    pub refused: BTreeMap<(DeviceId, ChangeHash), RefusedRow>,
    /// What became of commands.
    pub commands: BTreeMap<CommandId, CommandRow>,
    /// The groups, each with when it was formed.
    pub groups: BTreeMap<GroupId, (Group, Timestamp)>,
    /// Those in which nobody has a seat any more.
    pub groups_over: BTreeSet<GroupId>,
    /// The devices.
    pub devices: BTreeMap<DeviceId, DeviceRow>,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its row.
    pub row: DocumentRow,
    /// When its last change came.
    pub changed_at: Timestamp,
}

/// A saved document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Its row.
    pub row: SnapshotRow,
    /// When a newer one took its place.
    pub replaced_at: Option<Timestamp>,
}

/// A device, as far as changes need to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceRow {
    /// Which one.
    pub device: DeviceId,
    /// Whose.
    pub person: PersonId,
    /// The one that it was enrolled in place of.
    pub replaces: Option<DeviceId>,
}

impl Tables {
    /// The changes of a document after a version, ascending.
    pub(super) fn changes_after(&self, doc: DocId, version: u64) -> impl Iterator<Item = &Arc<ChangeRow>> {
        self.changes.range((doc, version.saturating_add(1))..=(doc, u64::MAX)).map(|(_, row)| row)
    }

    /// The change with this hash.
    pub fn change_of(&self, doc: DocId, hash: ChangeHash) -> Option<&Arc<ChangeRow>> {
        self.changes_after(doc, 0).find(|row| row.hash == hash)
    }

    /// The last change of an actor.
    pub(super) fn last_of(&self, doc: DocId, actor: ActorId) -> Option<&Arc<ChangeRow>> {
        self.changes_after(doc, 0).filter(|row| row.actor == actor).max_by_key(|row| row.actor_seq)
    }

    /// The documents after one, ascending.
    pub(super) fn documents_after(&self, after: Option<DocId>) -> impl Iterator<Item = &Arc<Document>> {
        let is_after = move |doc: &DocId| after.is_none_or(|after| *doc > after);
        self.documents.iter().filter(move |(doc, _)| is_after(doc)).map(|(_, document)| document)
    }

    /// Changes a document, if it is there.
    pub(super) fn change_document(&mut self, doc: DocId, change: impl FnOnce(&mut Document)) {
        if let Some(document) = self.documents.get_mut(&doc) {
            change(Arc::make_mut(document));
        }
    }
}
