//! Owns the values that go into the database and come out of it. Plain data, no behaviour.

pub mod account;
pub mod roster;

use sync_core::gate::state::Share;
use sync_core::ids::{AccessId, ActorId, AudienceId, ChangeHash, CommandId, DeviceId, DocId, PersonId};
use sync_core::key::NaturalKey;
use sync_core::policy::{Reader, Role};
use sync_core::time::Timestamp;
use sync_core::wire::ErrorCode;

/// A part of a list that is read in the order of its ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page<I> {
    /// The last one before it.
    pub after: Option<I>,
    /// How many at the most.
    pub limit: u32,
}

/// Eight random bytes that tell a feed row from the one that another history has in its place.
pub type Stamp = [u8; 8];

/// A place in the feed and its stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct FeedStamp {
    /// The place.
    #[n(0)]
    pub seq: u64,
    /// Its stamp.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub stamp: Stamp,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// Which one.
    pub doc: DocId,
    /// The stable name of its kind.
    pub kind: String,
    /// Its natural key.
    pub key: NaturalKey,
    /// Who sees it.
    pub audience: AudienceId,
    /// How many changes it has.
    pub version: u64,
    /// The highest operation number in any of them.
    pub max_op: u64,
    /// Its heads, ascending.
    pub heads: Vec<ChangeHash>,
    /// Bytes of all changes.
    pub size_bytes: u64,
    /// The version of the newest snapshot; 0 when there is none.
    pub snapshot_version: u64,
    /// Bytes of that snapshot.
    pub snapshot_bytes: u64,
    /// Bytes of the changes after it.
    pub tail_bytes: u64,
}

/// Where a document stands, and who may know that it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadsRow {
    /// Which one.
    pub doc: DocId,
    /// The stable name of its kind.
    pub kind: String,
    /// Who sees it.
    pub audience: AudienceId,
    /// Its heads, ascending.
    pub heads: Vec<ChangeHash>,
}

/// What read models need of a document, as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactsRow {
    /// By which version of the facts.
    pub version: u32,
    /// The facts; none of a kind of which no read model needs any.
    pub bytes: Option<Vec<u8>>,
}

/// What is known of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRow {
    /// Which one.
    pub doc: DocId,
    /// Its natural key.
    pub key: NaturalKey,
    /// Its facts, in the form of [`Facts::to_bytes`](sync_core::insight::facts::Facts::to_bytes).
    pub facts: Vec<u8>,
}

/// A document that is created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDocument {
    /// The document as it is after its first changes.
    pub row: DocumentRow,
    /// Its facts; none if nobody has read them yet.
    pub facts: Option<FactsRow>,
    /// When.
    pub at: Timestamp,
}

/// The next state of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advance {
    /// Which one.
    pub doc: DocId,
    /// Its new version.
    pub version: u64,
    /// Its new highest operation number.
    pub max_op: u64,
    /// Its new heads, ascending.
    pub heads: Vec<ChangeHash>,
    /// How many bytes of changes came.
    pub added_bytes: u64,
    /// Its facts now; none if nobody has read them yet.
    pub facts: Option<FactsRow>,
    /// When.
    pub at: Timestamp,
}

/// Who owns an actor in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActorRow {
    /// The document.
    pub doc: DocId,
    /// The actor.
    pub actor: ActorId,
    /// Its owner.
    pub person: PersonId,
    /// From which device; none when another store gave it back after a restore.
    pub device: Option<DeviceId>,
    /// When its first change arrived.
    pub received_at: Timestamp,
}

/// A change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRow {
    /// Its document.
    pub doc: DocId,
    /// Its place among the document's changes, from 1.
    pub version: u64,
    /// Its place in the feed.
    pub seq: u64,
    /// Its hash.
    pub hash: ChangeHash,
    /// Who made it.
    pub actor: ActorId,
    /// Its number among the actor's changes, from 1.
    pub actor_seq: u64,
    /// Its first operation number.
    pub start_op: u64,
    /// Its last operation number.
    pub max_op: u64,
    /// What it depends on, ascending.
    pub deps: Vec<ChangeHash>,
    /// Its canonical chunk.
    pub bytes: Vec<u8>,
    /// Who wrote it; none for genesis and layers.
    pub person: Option<PersonId>,
    /// From which device, if that is known.
    pub device: Option<DeviceId>,
    /// When it arrived.
    pub received_at: Timestamp,
}

/// What the gate needs to know of a stored change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexRow {
    /// Its document.
    pub doc: DocId,
    /// Its place among the document's changes.
    pub version: u64,
    /// Its place in the feed.
    pub seq: u64,
    /// Its hash.
    pub hash: ChangeHash,
    /// Its last operation number.
    pub max_op: u64,
    /// What it depends on.
    pub deps: Vec<ChangeHash>,
}

/// The last change of an actor in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TipRow {
    /// The document.
    pub doc: DocId,
    /// The actor.
    pub actor: ActorId,
    /// Its owner; none for the actor of genesis.
    pub person: Option<PersonId>,
    /// From which device, if that is known.
    pub device: Option<DeviceId>,
    /// The number of its last change.
    pub actor_seq: u64,
    /// Where that is among the document's changes.
    pub version: u64,
    /// Its hash.
    pub hash: ChangeHash,
}

/// A change as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeBody {
    /// Its document.
    pub doc: DocId,
    /// Its place among the document's changes.
    pub version: u64,
    /// Its hash.
    pub hash: ChangeHash,
    /// Who made it.
    pub actor: ActorId,
    /// Its canonical chunk.
    pub bytes: Vec<u8>,
}

/// An audience that a person belongs to at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// The audience.
    pub audience: AudienceId,
    /// As what.
    pub role: Role,
    /// The feed row that said so.
    pub granted_seq: u64,
}

/// A seat as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatRow {
    /// The audience.
    pub audience: AudienceId,
    /// The person.
    pub person: PersonId,
    /// As what.
    pub role: Role,
    /// From when.
    pub from: Timestamp,
    /// Until when, if that is known.
    pub until: Option<Timestamp>,
    /// The feed row that announced it, once there is one.
    pub granted_seq: Option<u64>,
    /// The feed row that announced its end, once there is one.
    pub revoked_seq: Option<u64>,
}

/// What a feed row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A document has a further change.
    Change {
        /// The document.
        doc: DocId,
        /// The change.
        version: u64,
    },
    /// Whoever this row is for now belongs to an audience.
    Grant {
        /// The audience.
        audience: AudienceId,
        /// As what.
        role: Role,
    },
    /// Whoever this row is for no longer belongs to an audience.
    Revoke {
        /// The audience.
        audience: AudienceId,
        /// Why, as a stable word.
        reason: String,
    },
    /// A record has changed.
    Record {
        /// Its collection.
        collection: String,
        /// Its key.
        key: Vec<u8>,
    },
    /// A document is gone for everybody.
    Erase {
        /// The document.
        doc: DocId,
    },
}

/// A row of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedRow {
    /// Its place.
    pub at: FeedStamp,
    /// Who it is for.
    pub audience: AudienceId,
    /// What it says.
    pub event: Event,
    /// When.
    pub time: Timestamp,
}

/// A row of the feed as a pull reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TailRow {
    /// Its place.
    pub at: FeedStamp,
    /// Who it is for.
    pub audience: AudienceId,
    /// What it says.
    pub event: Event,
    /// Of a change, its hash and how many bytes it has.
    pub change: Option<(ChangeHash, u64)>,
}

/// A saved document, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotRow {
    /// The document.
    pub doc: DocId,
    /// It holds the changes up to this version.
    pub version: u64,
    /// The heads of that state, ascending.
    pub heads: Vec<ChangeHash>,
    /// The saved bytes.
    pub bytes: Vec<u8>,
}

/// A row of data that the server owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRow {
    /// For example `person`.
    pub collection: String,
    /// Which one.
    pub key: Vec<u8>,
    /// Larger is newer.
    pub version: u64,
    /// Its content (JSON); none when it is gone.
    pub body: Option<String>,
}

/// So much is written down of what one device pushed in vain.
pub const MAX_REFUSED_OF_DEVICE: usize = 1_000;

/// A change that nobody will ever get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusedRow {
    /// Who pushed it.
    pub device: DeviceId,
    /// Whose device that is.
    pub person: PersonId,
    /// To which document.
    pub doc: DocId,
    /// Its hash.
    pub hash: ChangeHash,
    /// Why it was refused.
    pub code: ErrorCode,
}

/// What one person has written in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShareRow {
    /// The document.
    pub doc: DocId,
    /// Operations of all its changes.
    pub operations: u64,
    /// What of them is this person's.
    pub share: Share,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandRow {
    /// The command.
    pub id: CommandId,
    /// Who decided.
    pub person: PersonId,
    /// What kind of decision.
    pub kind: String,
    /// None when it was carried out.
    pub refused: Option<ErrorCode>,
}

/// That somebody was shown something about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRow {
    /// The entry.
    pub id: AccessId,
    /// About whom.
    pub about: PersonId,
    /// Who; none if it is nobody of the organisation.
    pub reader: Option<PersonId>,
    /// As what.
    pub role: Reader,
    /// The kind of documents.
    pub what: String,
    /// When.
    pub at: Timestamp,
}
