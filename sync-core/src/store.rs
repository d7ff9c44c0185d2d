//! Owns what a phone's store must do: rows to read, and one atomic batch to write. No rule about
//! documents lives here: `history` and `replica` decide what a batch holds.
//!
//! To add a row or a write: the type here, one behaviour in `contract`, then `memory` and `sqlite`.

#[cfg(test)]
pub(crate) mod contract;
pub mod memory;

pub use memory::MemoryStore;

use crate::ids::{ActorId, AudienceId, ChangeHash, CommandId, DeviceId, DocId, OrgId, PersonId, ReplicaId};
use crate::key::NaturalKey;
use crate::search::{Passage, Query};
use crate::time::Timestamp;
use crate::wire::{Authored, Command, ErrorCode, Receipt};
use std::collections::BTreeMap;

/// Whose store this is. A store belongs to one (server, organisation, person) for its whole life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The server's stable name.
    pub server_id: String,
    /// Where the server is.
    pub url: String,
    /// The organisation.
    pub org: OrgId,
    /// The person.
    pub person: PersonId,
    /// The enrolled device.
    pub device: DeviceId,
    /// The organisation's pinned key (uncompressed SEC 1 point).
    pub organisation_key: Vec<u8>,
    /// This store.
    pub replica: ReplicaId,
}

impl Identity {
    /// Whether both are the same person of the same organisation on the same server.
    pub fn is_same_account(&self, other: &Self) -> bool {
        (&self.server_id, self.org, self.person) == (&other.server_id, other.org, other.person)
    }
}

/// A document's row: everything a list or a decision needs without its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// The document.
    pub doc: DocId,
    /// The stable name of its kind; may be one that this build does not know.
    pub kind: String,
    /// Its natural key.
    pub key: NaturalKey,
    /// Who sees it.
    pub audience: AudienceId,
    /// Raised by every [`Write::Document`], never used twice for one id, not even after a purge. An edit
    /// made on an older one is made again.
    pub generation: u64,
    /// Whether the server has the document.
    pub origin: Origin,
    /// Whether the body is here.
    pub presence: Presence,
    /// When it last changed on this phone, by the phone's clock.
    pub changed_at: Timestamp,
    /// What lists show and read models need (`insight::Entry`), written from the document: opaque bytes to the store. Empty
    /// while what has arrived was never read.
    pub summary: Vec<u8>,
}

/// Whether the server has a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Created here; the server has not said that it has it.
    Local,
    /// The server has it.
    Shared,
}

/// Whether a document's body is on this phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// All of it.
    Full,
    /// Only its row; the body comes when wanted.
    Stub,
    /// The stored body could not be read; it is being fetched again.
    Damaged,
    /// Access ended, but unsent edits wait to be set aside at the end of the sync.
    Leaving,
    /// All of it that this app could read. Something that the server sent could not be and waits: until then the
    /// document is shown, and can be written, without it.
    Behind,
}

impl Presence {
    /// Whether the document can be read and written.
    pub const fn is_readable(self) -> bool {
        matches!(self, Self::Full | Self::Behind)
    }
}

/// Where a stored wire change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The server has it.
    Accepted,
    /// It waits in the outbox.
    Outbox,
    /// The server has it, and this phone has not read it yet.
    Unread,
}

impl Standing {
    /// Where a change stands that is written again.
    pub(crate) const fn after(self, written: Self) -> Self {
        match (self, written) {
            (_, Self::Accepted) | (Self::Outbox, Self::Unread) => Self::Accepted,
            (known, Self::Outbox | Self::Unread) => known,
        }
    }
}

/// A wire change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredChange {
    /// Its hash.
    pub hash: ChangeHash,
    /// Its bytes, never rewritten.
    pub bytes: Vec<u8>,
    /// Where it stands.
    pub standing: Standing,
}

/// Everything a document is made of, as rows: each in the order it was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Body {
    /// A saved document that holds accepted changes only.
    pub snapshot: Option<Vec<u8>>,
    /// Wire changes that the snapshot may or may not contain, oldest first.
    pub changes: Vec<StoredChange>,
    /// The draft chain on top, oldest first.
    pub drafts: Vec<Vec<u8>>,
}

impl Body {
    /// The changes that stand like this, oldest first.
    pub fn standing(&self, standing: Standing) -> impl Iterator<Item = &StoredChange> {
        self.changes.iter().filter(move |change| change.standing == standing)
    }

    /// Whether anything of what the server has was read here before.
    pub fn has_base(&self) -> bool {
        self.snapshot.is_some() || self.standing(Standing::Accepted).next().is_some()
    }

    /// The same, as if all of it had been read.
    pub fn all_read(mut self) -> Self {
        for change in self.changes.iter_mut().filter(|change| change.standing == Standing::Unread) {
            change.standing = Standing::Accepted;
        }
        self
    }
}

/// A change in the outbox, in the order it must leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Larger is later.
    pub position: u64,
    /// Its document.
    pub doc: DocId,
    /// Its hash.
    pub hash: ChangeHash,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Something the server did not accept, kept until its author has seen to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow {
    /// Chosen by the store, larger is later; 0 in a write.
    pub id: u64,
    /// Its document.
    pub doc: DocId,
    /// The kind of the document.
    pub kind: String,
    /// Why.
    pub code: ErrorCode,
    /// What the author wrote, readable and copyable.
    pub text: String,
    /// The raw changes, for support.
    pub changes: Vec<Vec<u8>>,
    /// When, by the phone's clock.
    pub at: Timestamp,
}

/// A set of people this person belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudienceRow {
    /// The audience.
    pub audience: AudienceId,
    /// As what.
    pub role: String,
    /// Everybody in it.
    pub members: Vec<PersonId>,
}

/// The collection of records that show a tenure to its two people, by the tenure's id.
pub const TENURES: &str = "tenure";
/// The collection of records that show a team to everybody in it, by the team's id.
pub const TEAMS: &str = "team";
/// The collection of records that show a group to its people and to who leads them, by the group's id.
pub const GROUPS: &str = "group";
/// The collection of records that show the figures of a team to who answers for it, by team and leader.
pub const TEAM_FIGURES: &str = "team_figures";
/// The collection of records that show a person who was shown what about them, by the entry's id.
pub const ACCESS_LOG: &str = "access_log";
/// All collections of records that a server gives.
pub const COLLECTIONS: [&str; 6] =
    [TENURES, TEAMS, GROUPS, TEAM_FIGURES, crate::metric::COLLECTION, ACCESS_LOG];

/// A row of data that the server owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRow {
    /// For example `person`.
    pub collection: String,
    /// Which one.
    pub key: Vec<u8>,
    /// Larger is newer.
    pub version: u64,
    /// Its content.
    pub body: Vec<u8>,
}

/// A part of a snapshot that has not arrived whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartialSnapshot {
    /// The heads of the whole.
    pub heads: Vec<ChangeHash>,
    /// The first bytes of it.
    pub bytes: Vec<u8>,
}

/// What must still be true when a batch is written; otherwise nothing of it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// The document's generation (0: there is no such document).
    Generation(DocId, u64),
    /// The stored cursor.
    Cursor(Option<Vec<u8>>),
}

/// One row to write. What belongs to a document needs the document's row first, from this batch or an
/// earlier one, or a purge could not find it. Removing what is not there does nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Sets the identity; refused when the store belongs to somebody else.
    Identity(Identity),
    /// Inserts or replaces a document's row. Its generation becomes the stored one plus one, whatever
    /// the row says; a purged document that comes back goes on above where it was.
    Document(DocumentRow),
    /// Removes every row of a document, but for what was refused. No byte of it stays in the file.
    Purge(DocId),
    /// Removes those rows of a document that cannot be read, so that the others can; see
    /// [`StoreError::DamagedDocument`].
    Mend(DocId),
    /// Adds a draft at the end of the chain.
    Draft(DocId, Vec<u8>),
    /// Removes the whole draft chain.
    ClearDrafts(DocId),
    /// Adds a wire change; one that is already there keeps its place, and may only become accepted: also when it waits
    /// and the server sends it.
    Change(DocId, StoredChange),
    /// Marks a change in the outbox, or an unread one, as accepted; nothing when it is not there.
    Accepted(DocId, ChangeHash),
    /// Removes a wire change (a refused one).
    RemoveChange(DocId, ChangeHash),
    /// Replaces the snapshot, and removes the accepted changes that it contains; never one of the outbox.
    Snapshot {
        /// The document.
        doc: DocId,
        /// The saved document.
        bytes: Vec<u8>,
        /// The changes that it makes superfluous.
        contains: Vec<ChangeHash>,
    },
    /// Keeps the first part of a snapshot until the rest arrives; none removes it.
    Partial(DocId, Option<PartialSnapshot>),
    /// Adds who owns an actor in a document; a known actor keeps its first row.
    Author(DocId, Authored),
    /// Replaces the newest receipt of a document.
    Receipt(Receipt),
    /// Replaces what search finds of a document, which is as of the generation that the document has now.
    Passages(DocId, Vec<Passage>),
    /// Adds a decision that waits for the server's answer; one whose id is there already keeps its place.
    Command(Command),
    /// Removes a decision that was answered.
    ForgetCommand(CommandId),
    /// Adds something that was refused.
    Refused(RefusedRow),
    /// Removes something refused that its author has seen to.
    ForgetRefused(u64),
    /// Inserts or replaces an audience.
    Audience(AudienceRow),
    /// Removes an audience; its documents are removed by their own writes.
    RemoveAudience(AudienceId),
    /// Inserts or replaces a record, unless the stored one is newer.
    Record(RecordRow),
    /// Removes a record.
    RemoveRecord(String, Vec<u8>),
    /// Sets or clears the cursor.
    Cursor(Option<Vec<u8>>),
    /// Sets or clears a small named value (the forked cursor, the last digest day).
    Setting(String, Option<Vec<u8>>),
}

/// Rows that are written together or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Batch {
    /// What must still be true.
    pub expect: Vec<Expect>,
    /// What to write, in order.
    pub writes: Vec<Write>,
}

/// Why a store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Something in `expect` was no longer true. Nothing was written: read again and decide again.
    #[error("the store has moved on since this was decided")]
    Stale,
    /// Something was to be written of a document that has no row. Nothing was written.
    #[error("document {0} is not in this store")]
    NoDocument(DocId),
    /// The store belongs to another server, organisation or person. Nothing was written.
    #[error("this store belongs to another account; open a separate one")]
    OtherAccount,
    /// The file was written by a newer version of the app. Nothing was touched.
    #[error(
        "this store was written by a newer version (schema {found}, this app knows {known}); update the app"
    )]
    Newer {
        /// The file's schema.
        found: u32,
        /// The newest that this build knows.
        known: u32,
    },
    /// The store was erased, because the device was revoked. It takes no more writes.
    #[error("this store was erased")]
    Erased,
    /// Another process put another file in the store's place, or removed it. Nothing was written: open it again.
    #[error("the store's file was replaced by another process")]
    Replaced,
    /// The key does not open this file: it is another store's, or none where there must be one. Nothing was touched.
    #[error("the key does not open this store")]
    WrongKey,
    /// A key was given to a build that cannot encrypt. Nothing was written.
    #[error("this build cannot encrypt a store")]
    NoEncryption,
    /// There is no room. Nothing was written; what was stored before is intact.
    #[error("no space left on this phone; free some and try again")]
    Full,
    /// Rows of one document cannot be read; its own row and every other document can. [`Write::Mend`]
    /// removes them: what was not sent and can be read stays, the rest is fetched again.
    #[error("document {doc} is damaged on this phone")]
    DamagedDocument {
        /// The document.
        doc: DocId,
    },
    /// The file cannot be trusted. Its readable rows can be salvaged into a new one.
    #[error("the store is damaged: {what}")]
    Damaged {
        /// What cannot be read.
        what: &'static str,
        /// The database's word.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// Any other failure of the medium.
    #[error("the store could not be used")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A phone's store. Reads see every batch that was committed before; one writer at a time. A read
/// returns what was written, or says that it is damaged; never anything else.
pub trait Store: Send {
    /// Whose store it is, once enrolled.
    fn identity(&self) -> Result<Option<Identity>, StoreError>;
    /// The cursor, if there is one.
    fn cursor(&self) -> Result<Option<Vec<u8>>, StoreError>;
    /// A small named value.
    fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError>;
    /// One document's row.
    fn document(&self, doc: DocId) -> Result<Option<DocumentRow>, StoreError>;
    /// Every document's row of a kind (all kinds if none), newest change first, then by id. Loads no body.
    fn documents(&self, kind: Option<&str>) -> Result<Vec<DocumentRow>, StoreError>;
    /// Every document in this presence, ascending. Unless that is `Full`, the cost follows how many there are, not
    /// how many documents the store holds.
    fn documents_in(&self, presence: Presence) -> Result<Vec<DocumentRow>, StoreError>;
    /// Every document of an audience, ascending.
    fn documents_of(&self, audience: AudienceId) -> Result<Vec<DocId>, StoreError>;
    /// A document's body; empty when there is no such document.
    fn body(&self, doc: DocId) -> Result<Body, StoreError>;
    /// The unfinished snapshot of a document.
    fn partial(&self, doc: DocId) -> Result<Option<PartialSnapshot>, StoreError>;
    /// Documents that hold drafts, oldest draft first.
    fn drafted(&self) -> Result<Vec<DocId>, StoreError>;
    /// Whether a document holds drafts.
    fn has_drafts(&self, doc: DocId) -> Result<bool, StoreError>;
    /// The outbox after a position: at most `max_bytes` of changes, but at least one row if there is one.
    fn outbox(&self, after: u64, max_bytes: usize) -> Result<Vec<OutboxRow>, StoreError>;
    /// Who owns an actor in a document.
    fn author(&self, doc: DocId, actor: ActorId) -> Result<Option<Authored>, StoreError>;
    /// Everybody who owns an actor in a document, ascending by actor.
    fn authors(&self, doc: DocId) -> Result<Vec<Authored>, StoreError>;
    /// The newest receipt of a document.
    fn receipt(&self, doc: DocId) -> Result<Option<Receipt>, StoreError>;
    /// Decisions that wait for the server's answer, oldest first.
    fn commands(&self) -> Result<Vec<Command>, StoreError>;
    /// What was refused, newest first.
    fn refused(&self) -> Result<Vec<RefusedRow>, StoreError>;
    /// Every audience, ascending.
    fn audiences(&self) -> Result<Vec<AudienceRow>, StoreError>;
    /// Every record of a collection, ascending by key.
    fn records(&self, collection: &str) -> Result<Vec<RecordRow>, StoreError>;
    /// At which generation the passages of each document were written. A document that is missing, or at another
    /// generation, must be written again before it is searched: also when the app was updated, or when some could not be read.
    fn indexed(&self) -> Result<BTreeMap<DocId, u64>, StoreError>;
    /// Every passage that says all of this, by document, each in the order in which it is read. `Stale` when what is kept for
    /// this could not be read: it was dropped, and must be written again.
    fn search(&self, query: &Query) -> Result<Vec<(DocId, Passage)>, StoreError>;
    /// Writes the batch as one transaction: when this returns, all of it is on disk.
    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError>;
    /// As [`Store::commit`], but what is written may be lost, whole, when the power fails soon after; not when only the
    /// process ends. For what can be made again.
    fn commit_unsynced(&mut self, batch: &Batch) -> Result<(), StoreError> {
        self.commit(batch)
    }
    /// Removes everything, the medium itself included where there is one: the device was revoked. The store reads as
    /// a fresh one afterwards, and takes no more writes.
    fn erase(&mut self) -> Result<(), StoreError>;
}
