//! Owns every message between a phone and the server, its limits, its codes, and how it is written.
//!
//! Bodies are CBOR (RFC 8949) maps with integer keys; the answer to a sync is a CBOR sequence
//! (RFC 8742) of [`Frame`]s. A key that a reader does not know is skipped, a missing optional one is
//! its default, so either side may be newer. To add a field: give it the next free number in its
//! struct, make it optional or defaulted, and describe it in `docs/protocol.md`.

pub mod account;
pub mod code;
pub mod command;
pub mod frame;

pub use account::{
    CalendarResponse, EnrollRequest, EnrollResponse, ErrorBody, Invitation, TokenResponse, WipeOrder,
};
pub use code::ErrorCode;
pub use command::{Decision, FormGroup};
pub use frame::{Authored, Frame, FrameReader, Limits, Rejection, Retry};

use crate::ids::{AudienceId, ChangeHash, CommandId, DocId, ReplicaId};
use crate::key::NaturalKey;
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

/// The protocol that this build speaks.
pub const PROTOCOL_VERSION: u32 = 1;
/// The newest schema of documents that this build can write.
pub const APP_SCHEMA: u32 = 1;
/// The largest request body, encoded and decoded alike.
pub const MAX_REQUEST_BYTES: usize = 4 << 20;
/// The largest single change.
pub const MAX_CHANGE_BYTES: usize = 512 << 10;
/// Commands in one request: each is a transaction of its own.
pub const MAX_COMMANDS: usize = 128;
/// What it costs to say that a body is compressed: the header, and what zstd puts around the bytes.
const ENCODING_BYTES: usize = 40;

/// Whether a body of so many bytes is worth sending compressed to so many.
pub const fn pays_off(plain_bytes: usize, packed_bytes: usize) -> bool {
    packed_bytes + ENCODING_BYTES < plain_bytes
}

/// A net change above this is cut into several, and a `Cursor` follows at least this often.
pub const CUT_BYTES: usize = 32 << 10;
/// How much an answer may hold when the client names no limit.
pub const DEFAULT_RESPONSE_BYTES: u32 = 1 << 20;
/// The media type of request and answer of a sync.
pub const MEDIA_TYPE: &str = "application/vnd.floorwalk+cbor-seq";

/// One sync: push, commands and pull together.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct SyncRequest {
    /// See [`PROTOCOL_VERSION`].
    #[n(0)]
    pub protocol: u32,
    /// The store that asks.
    #[n(1)]
    pub replica: ReplicaId,
    /// Where the store stands; none for a fresh one.
    #[n(2)]
    pub cursor: Option<ByteVec>,
    /// The newest schema the app can read.
    #[n(3)]
    pub app_schema: u32,
    /// How large an answer the client can take in its window, in decoded bytes.
    #[n(4)]
    pub max_response_bytes: u32,
    /// Edits, in causal order.
    #[cbor(n(5), default, skip_if = "Vec::is_empty")]
    pub push: Vec<PushDocument>,
    /// Decisions that are not edits.
    #[cbor(n(6), default, skip_if = "Vec::is_empty")]
    pub commands: Vec<Command>,
    /// Stubs that somebody opened.
    #[cbor(n(7), default, skip_if = "Vec::is_empty")]
    pub want: Vec<DocId>,
    /// What this store can prove, after the server lost history.
    #[n(8)]
    pub repair: Option<Repair>,
    /// Whether to send a digest of everything this person holds.
    #[cbor(n(9), default)]
    pub verify: bool,
}

/// The changes of one document.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct PushDocument {
    /// The document.
    #[n(0)]
    pub doc: DocId,
    /// How to create it, if the server may not have it yet.
    #[n(1)]
    pub create: Option<Create>,
    /// Raw change chunks, each after what it depends on.
    #[n(2)]
    pub changes: Vec<ByteVec>,
}

/// What a document's genesis is made of.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Create {
    /// The stable name of its kind.
    #[n(0)]
    pub kind: String,
    /// Its natural key.
    #[n(1)]
    pub key: NaturalKey,
}

/// A decision that is not an edit.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Command {
    /// Chosen by the client; the same id is the same decision.
    #[n(0)]
    pub id: CommandId,
    /// What is decided.
    #[n(1)]
    pub kind: String,
    /// Its arguments, as the kind defines them.
    #[n(2)]
    pub args: ByteVec,
}

/// What a store can give back after the server was restored from a backup.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Repair {
    /// The cursor that the server could not find in its history.
    #[n(0)]
    pub forked_cursor: ByteVec,
    /// Receipts for documents in this push.
    #[n(1)]
    pub docs: Vec<Receipt>,
}

/// The server's word that it once accepted exactly this state under these authors.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Receipt {
    /// The document.
    #[n(0)]
    pub doc: DocId,
    /// The state's heads, ascending.
    #[n(1)]
    pub heads: Vec<ChangeHash>,
    /// Who owns each actor in it, ascending by actor.
    #[n(2)]
    pub authors: Vec<Authored>,
    /// The server's code over all of it.
    #[n(3)]
    pub mac: ByteVec,
}

/// Which set of people a document went to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum RevokeTarget {
    /// Everything of an audience.
    #[n(0)]
    Audience(#[n(0)] AudienceId),
    /// One document.
    #[n(1)]
    Document(#[n(0)] DocId),
}
