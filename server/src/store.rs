//! Owns what the services ask of the database: a narrow set of small statements, grouped by subject, and
//! how they fail. Knows no SQL and no rule: `postgres` speaks SQL, the services decide.
//!
//! To add a statement: declare it in the trait of its subject below, write it in the file of the same name
//! in `postgres/` (one function, one statement), and give it a test there, under the application's role.

pub mod postgres;
pub mod row;

use crate::store::row::{
    ActorRow, Advance, ChangeBody, ChangeRow, CommandRow, DocumentRow, FeedRow, FeedStamp, HeadsRow,
    IndexRow, Membership, NewDocument, RecordRow, RefusedRow, SeatRow, ShareRow, SnapshotRow, Stamp, TailRow,
    TipRow,
};
use std::future::Future;
use sync_core::ids::{ActorId, AudienceId, ChangeHash, CommandId, DeviceId, DocId, GroupId, OrgId, PersonId};
use sync_core::key::Subject;
use sync_core::policy::{Group, Led, Seat};
use sync_core::time::Timestamp;
use sync_core::wire::Authored;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another transaction or a broken connection was in the way. Nothing was written; the same may work now.
    #[error("the database was in the way; the same may work now")]
    Retryable(#[source] Source),
    /// The connection was lost while committing: it may have happened or not.
    #[error("the connection was lost while committing: it may have happened or not")]
    OutcomeUnknown(#[source] Source),
    /// There is already a row with this key. Nothing was written.
    #[error("there is already a row with this key")]
    Conflict(#[source] Source),
    /// Any other failure. Nothing was written.
    #[error("the database could not be used")]
    Failed(#[source] Source),
}

/// The result of a statement.
pub type Stored<T> = Result<T, StoreError>;

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reads and writes; each statement sees what was committed before it.
    Write,
    /// Reads only; all statements see the same moment.
    Read,
}

/// A database that many instances of the server share.
pub trait Store: Clone + Send + Sync + 'static {
    /// One transaction of one organisation.
    type Tx: Transaction;

    /// Begins a transaction that sees this organisation and no other. Dropping it rolls it back.
    fn begin(&self, org: OrgId, access: Access) -> impl Future<Output = Stored<Self::Tx>> + Send;

    /// Every organisation, for jobs that visit one after the other.
    fn organisations(&self) -> impl Future<Output = Stored<Vec<OrgId>>> + Send;
}

/// One transaction of one organisation: statements by subject, and the commit.
pub trait Transaction:
    Documents + Changes + Audiences + Feed + Snapshots + Records + Commands + Groups + Refusals
{
    /// The organisation that it sees.
    fn organisation(&self) -> OrgId;

    /// Makes it durable. If the feed grew, everybody who listens is told afterwards.
    fn commit(self) -> impl Future<Output = Stored<()>> + Send;
}

/// Statements about documents.
pub trait Documents: Send {
    /// The documents of these ids that exist.
    fn documents(&mut self, docs: &[DocId]) -> impl Future<Output = Stored<Vec<DocumentRow>>> + Send;

    /// Inserts those that do not exist, in ascending order, and tells which.
    fn insert_documents(&mut self, new: &[NewDocument]) -> impl Future<Output = Stored<Vec<DocId>>> + Send;

    /// Locks documents in ascending order and tells each one's version.
    fn lock_documents(&mut self, docs: &[DocId]) -> impl Future<Output = Stored<Vec<(DocId, u64)>>> + Send;

    /// Moves documents on to a new version.
    fn advance_documents(&mut self, to: &[Advance]) -> impl Future<Output = Stored<()>> + Send;

    /// The documents of an audience after one, ascending by id.
    fn documents_of(
        &mut self,
        audience: AudienceId,
        after: Option<DocId>,
        limit: u32,
    ) -> impl Future<Output = Stored<Vec<DocumentRow>>> + Send;

    /// The heads of every document of these audiences, ascending by id.
    fn heads_of(&mut self, audiences: &[AudienceId]) -> impl Future<Output = Stored<Vec<HeadsRow>>> + Send;
}

/// Statements about changes and their authors.
pub trait Changes: Send {
    /// Which of these changes are stored under this person, and where in the feed.
    fn stored_by(
        &mut self,
        person: PersonId,
        changes: &[(DocId, ChangeHash)],
    ) -> impl Future<Output = Stored<Vec<(DocId, ChangeHash, u64)>>> + Send;

    /// The last change of each of these actors that is known in its document.
    fn tips(&mut self, actors: &[(DocId, ActorId)]) -> impl Future<Output = Stored<Vec<TipRow>>> + Send;

    /// The devices of the same person that this one replaces, directly or not.
    fn replaced_devices(&mut self, device: DeviceId) -> impl Future<Output = Stored<Vec<DeviceId>>> + Send;

    /// What the gate needs to know of a document's changes: those named, and all from a version on.
    fn index(
        &mut self,
        named: &[(DocId, ChangeHash)],
        from: &[(DocId, u64)],
    ) -> impl Future<Output = Stored<Vec<IndexRow>>> + Send;

    /// How many operations these documents hold, and what of each this person has written, in all and since a moment.
    /// Reads every change of them: for large documents only.
    fn shares(
        &mut self,
        person: PersonId,
        docs: &[DocId],
        since: Timestamp,
    ) -> impl Future<Output = Stored<Vec<ShareRow>>> + Send;

    /// Binds actors to people.
    fn insert_actors(&mut self, actors: &[ActorRow]) -> impl Future<Output = Stored<()>> + Send;

    /// Adds changes.
    fn insert_changes(&mut self, changes: &[ChangeRow]) -> impl Future<Output = Stored<()>> + Send;

    /// The bytes of these changes, by document and version, ascending.
    fn bodies(&mut self, of: &[(DocId, u64)]) -> impl Future<Output = Stored<Vec<ChangeBody>>> + Send;

    /// The bytes of all changes after a version, ascending by document and version.
    fn bodies_after(
        &mut self,
        after: &[(DocId, u64)],
    ) -> impl Future<Output = Stored<Vec<ChangeBody>>> + Send;

    /// Who owns each actor of these documents, ascending by document and actor.
    fn authors(&mut self, docs: &[DocId]) -> impl Future<Output = Stored<Vec<(DocId, Authored)>>> + Send;
}

/// Statements about who belongs to which audience.
pub trait Audiences: Send {
    /// The audiences that a person belongs to at this moment, by the database's clock.
    fn memberships(&mut self, person: PersonId) -> impl Future<Output = Stored<Vec<Membership>>> + Send;

    /// The audiences that a person once belonged to and does not any more, by the database's clock, ascending.
    fn ended_seats(&mut self, person: PersonId) -> impl Future<Output = Stored<Vec<AudienceId>>> + Send;

    /// Everybody who belongs to these audiences at this moment, ascending.
    fn members(
        &mut self,
        audiences: &[AudienceId],
    ) -> impl Future<Output = Stored<Vec<(AudienceId, PersonId)>>> + Send;

    /// Creates an audience that may be there already.
    fn ensure_audience(
        &mut self,
        audience: AudienceId,
        subject: &Subject,
    ) -> impl Future<Output = Stored<()>> + Send;

    /// A person's seat in an audience, running or not.
    fn seat(
        &mut self,
        audience: AudienceId,
        person: PersonId,
    ) -> impl Future<Output = Stored<Option<SeatRow>>> + Send;

    /// Gives a seat anew, whatever it was before; not yet announced.
    fn put_seat(&mut self, seat: &Seat) -> impl Future<Output = Stored<()>> + Send;

    /// Writes down that the feed announced a seat.
    fn mark_granted(
        &mut self,
        audience: AudienceId,
        person: PersonId,
        seq: u64,
    ) -> impl Future<Output = Stored<()>> + Send;

    /// Ends a seat now, by the database's clock, unless it ended before, and writes down where the feed says so.
    fn mark_revoked(
        &mut self,
        audience: AudienceId,
        person: PersonId,
        seq: u64,
    ) -> impl Future<Output = Stored<()>> + Send;

    /// Sets when a seat ends; nothing when it has already ended.
    fn limit_seat(
        &mut self,
        audience: AudienceId,
        person: PersonId,
        until: Timestamp,
    ) -> impl Future<Output = Stored<()>> + Send;

    /// Seats whose start has come and was not announced, locked, oldest first.
    fn due_starts(&mut self, limit: u32) -> impl Future<Output = Stored<Vec<SeatRow>>> + Send;

    /// Seats whose end has passed and was not announced, locked, oldest first.
    fn due_ends(&mut self, limit: u32) -> impl Future<Output = Stored<Vec<SeatRow>>> + Send;
}

/// Statements about the feed.
pub trait Feed: Send {
    /// Takes the next `count` places and tells the last. From here on, nobody else of this organisation
    /// takes one until this transaction ends: commit order is feed order.
    fn advance_feed(&mut self, count: u64) -> impl Future<Output = Stored<u64>> + Send;

    /// Adds rows in places that were taken before.
    fn append_feed(&mut self, rows: &[FeedRow]) -> impl Future<Output = Stored<()>> + Send;

    /// The stamp of a row.
    fn stamp(&mut self, seq: u64) -> impl Future<Output = Stored<Option<Stamp>>> + Send;

    /// The last row; none in an empty feed.
    fn feed_end(&mut self) -> impl Future<Output = Stored<Option<FeedStamp>>> + Send;

    /// The first rows of each audience after a place, merged, ascending.
    fn tail(
        &mut self,
        audiences: &[(AudienceId, u64)],
        limit: u32,
    ) -> impl Future<Output = Stored<Vec<TailRow>>> + Send;
}

/// Statements about saved documents.
pub trait Snapshots: Send {
    /// These saved documents, whole.
    fn snapshots(&mut self, of: &[(DocId, u64)]) -> impl Future<Output = Stored<Vec<SnapshotRow>>> + Send;

    /// At most `length` bytes of a saved document, from an offset; `total` is how long it is.
    fn snapshot_part(
        &mut self,
        doc: DocId,
        version: u64,
        offset: u32,
        length: u32,
    ) -> impl Future<Output = Stored<Option<(SnapshotRow, u32)>>> + Send;

    /// Documents with many changes, or many bytes, after their newest snapshot; and those with some, that did not
    /// change after a moment.
    fn uncompacted(
        &mut self,
        after: Option<DocId>,
        quiet_since: Timestamp,
        limit: u32,
    ) -> impl Future<Output = Stored<Vec<DocId>>> + Send;

    /// Adds a saved document; nothing when that version is there already.
    fn insert_snapshot(
        &mut self,
        snapshot: &SnapshotRow,
        at: Timestamp,
    ) -> impl Future<Output = Stored<()>> + Send;

    /// Makes a saved document the one to send, if it is newer than the present one.
    fn adopt_snapshot(
        &mut self,
        doc: DocId,
        version: u64,
        size: u64,
    ) -> impl Future<Output = Stored<bool>> + Send;

    /// Marks the older ones as replaced.
    fn mark_replaced(
        &mut self,
        doc: DocId,
        before_version: u64,
        at: Timestamp,
    ) -> impl Future<Output = Stored<()>> + Send;

    /// Deletes those that were replaced before a moment and tells how many.
    fn delete_replaced(&mut self, before: Timestamp) -> impl Future<Output = Stored<u64>> + Send;
}

/// Statements about the data that the server owns.
pub trait Records: Send {
    /// The records of an audience after one, ascending by collection and key.
    fn records(
        &mut self,
        audience: AudienceId,
        after: Option<(&str, &[u8])>,
        limit: u32,
    ) -> impl Future<Output = Stored<Vec<RecordRow>>> + Send;

    /// These records of audiences, as they are now.
    fn named_records(
        &mut self,
        named: &[(AudienceId, String, Vec<u8>)],
    ) -> impl Future<Output = Stored<Vec<(AudienceId, RecordRow)>>> + Send;

    /// Inserts or replaces a record.
    fn put_record(
        &mut self,
        audience: AudienceId,
        record: &RecordRow,
    ) -> impl Future<Output = Stored<()>> + Send;
}

/// Statements about what went nowhere.
pub trait Refusals: Send {
    /// Writes down what a device pushed in vain. Each change once, and of each device no more than
    /// [`MAX_REFUSED_OF_DEVICE`](row::MAX_REFUSED_OF_DEVICE): whoever wants to can push rubbish for ever.
    fn note_refused(
        &mut self,
        changes: &[RefusedRow],
        at: Timestamp,
    ) -> impl Future<Output = Stored<()>> + Send;

    /// What this device pushed in vain, ascending by hash.
    fn refused_of(&mut self, device: DeviceId) -> impl Future<Output = Stored<Vec<RefusedRow>>> + Send;
}

/// Statements about decisions that are not edits.
pub trait Commands: Send {
    /// What became of a command.
    fn command(&mut self, id: CommandId) -> impl Future<Output = Stored<Option<CommandRow>>> + Send;

    /// Writes down what became of a command; false when it was there already.
    fn insert_command(
        &mut self,
        command: &CommandRow,
        at: Timestamp,
    ) -> impl Future<Output = Stored<bool>> + Send;
}

/// Statements about groups that are coached together.
pub trait Groups: Send {
    /// Whom somebody leads or led in their own place, and whom they lead in another's at this moment; by agent.
    fn led_by(&mut self, person: PersonId, at: Timestamp) -> impl Future<Output = Stored<Vec<Led>>> + Send;

    /// How many groups somebody has formed since a moment.
    fn groups_formed(&mut self, by: PersonId, since: Timestamp) -> impl Future<Output = Stored<u64>> + Send;

    /// Adds a group; false when there is one of this id.
    fn insert_group(&mut self, group: &Group, at: Timestamp) -> impl Future<Output = Stored<bool>> + Send;

    /// The group of this id, as it was formed.
    fn group(&mut self, id: GroupId) -> impl Future<Output = Stored<Option<Group>>> + Send;
}
