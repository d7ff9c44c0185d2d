//! Owns the frames of an answer and how they are read from a stream that may be cut anywhere.

use super::{Receipt, RevokeTarget};
use crate::ids::{ActorId, AudienceId, ChangeHash, CommandId, DocId, PersonId};
use crate::key::NaturalKey;
use crate::time::Timestamp;
use crate::wire::ErrorCode;
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Decoder, Encode};

/// One frame of an answer. Each stands alone: a cut connection costs what came after the last `Cursor`.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub enum Frame {
    /// Always first.
    #[n(0)]
    Hello(#[n(0)] Hello),
    /// The verdicts on one pushed document.
    #[n(1)]
    PushResult(#[n(0)] PushResult),
    /// What became of a command.
    #[n(2)]
    CommandResult(#[n(0)] CommandResult),
    /// This person now belongs to an audience; its documents follow.
    #[n(3)]
    Grant(#[n(0)] Grant),
    /// This person may no longer see these.
    #[n(4)]
    Revoke(#[n(0)] Revoke),
    /// A document was erased; nothing of it may stay.
    #[n(5)]
    Erase(#[n(0)] Erase),
    /// A part of a document's full state.
    #[n(6)]
    Snapshot(#[n(0)] SnapshotPart),
    /// New changes of a document.
    #[n(7)]
    Changes(#[n(0)] Changes),
    /// A document that is not sent unless wanted.
    #[n(8)]
    Stub(#[n(0)] Stub),
    /// Proof of what was delivered.
    #[n(9)]
    Receipt(#[n(0)] Receipt),
    /// Read-only data that the server owns.
    #[n(10)]
    Record(#[n(0)] Record),
    /// The commit point: everything since the last one, and this, is stored in one transaction.
    #[n(11)]
    Cursor(#[n(0)] ByteVec),
    /// Always last.
    #[n(12)]
    End(#[n(0)] End),
}

/// Who answers, and on what terms.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Hello {
    /// The server's clock.
    #[n(0)]
    pub server_time: Timestamp,
    /// The server's stable name; a reply from anybody else is dropped.
    #[n(1)]
    pub server_id: String,
    /// What it takes.
    #[n(2)]
    pub limits: Limits,
    /// The oldest schema still written.
    #[n(3)]
    pub min_schema: u32,
    /// The newest schema the server accepts layers of.
    #[n(4)]
    pub max_schema: u32,
    /// Whether the request's cursor belongs to the server's history.
    #[n(5)]
    pub history: HistoryState,
}

/// Whether a cursor belongs to the server's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum HistoryState {
    /// It does, or there was none.
    #[n(0)]
    Same,
    /// It does not: the server was restored, or the cursor cannot be opened. Start from none and repair.
    #[n(1)]
    Forked,
}

/// What a server takes in one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Limits {
    /// Bytes of a request body.
    #[n(0)]
    pub request_bytes: u32,
    /// Bytes of one change.
    #[n(1)]
    pub change_bytes: u32,
    /// Changes in one request.
    #[n(2)]
    pub changes: u32,
}

/// The verdicts on one pushed document: every pushed change that is not listed was accepted.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct PushResult {
    /// The document.
    #[n(0)]
    pub doc: DocId,
    /// What was not accepted, in the order pushed.
    #[cbor(n(1), default, skip_if = "Vec::is_empty")]
    pub rejected: Vec<Rejection>,
    /// Dependencies that the server does not have.
    #[cbor(n(2), default, skip_if = "Vec::is_empty")]
    pub missing: Vec<ChangeHash>,
    /// Where the document stands, when something was refused.
    #[n(3)]
    pub server_heads: Option<Vec<ChangeHash>>,
}

/// One change that was not accepted.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Rejection {
    /// The change; when its bytes have no readable hash, the SHA-256 of the bytes.
    #[n(0)]
    pub hash: ChangeHash,
    /// Why.
    #[n(1)]
    pub code: ErrorCode,
    /// Whether sending it again can help.
    #[n(2)]
    pub retry: Retry,
}

/// Whether sending the same bytes again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Retry {
    /// The verdict is final.
    #[n(0)]
    Never,
    /// It may pass later.
    #[n(1)]
    Later,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct CommandResult {
    /// The command.
    #[n(0)]
    pub id: CommandId,
    /// None when it was carried out.
    #[n(1)]
    pub refused: Option<ErrorCode>,
}

/// A person's new place in an audience.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Grant {
    /// The audience.
    #[n(0)]
    pub audience: AudienceId,
    /// As what, for example `leader`.
    #[n(1)]
    pub role: String,
    /// Everybody in it, the person included.
    #[n(2)]
    pub members: Vec<PersonId>,
}

/// The end of a person's right to see something.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Revoke {
    /// What goes.
    #[n(0)]
    pub target: RevokeTarget,
    /// Why, as a stable word: `tenure_ended`, `moved`, `closed`.
    #[n(1)]
    pub reason: String,
}

/// The end of a document for everybody.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Erase {
    /// What goes.
    #[n(0)]
    pub doc: DocId,
    /// The document that holds what may stay, if there is one.
    #[n(1)]
    pub replacement: Option<DocId>,
}

/// What a document is and where it belongs: travels with every body.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct DocumentHead {
    /// Its id.
    #[n(0)]
    pub doc: DocId,
    /// The stable name of its kind; an app that does not know it keeps the bytes.
    #[n(1)]
    pub kind: String,
    /// Its natural key.
    #[n(2)]
    pub key: NaturalKey,
    /// Who sees it.
    #[n(3)]
    pub audience: AudienceId,
}

/// Bytes `offset..offset + bytes.len()` of a document's full state of `total` bytes.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct SnapshotPart {
    /// The document.
    #[n(0)]
    pub head: DocumentHead,
    /// The heads of the whole state.
    #[n(1)]
    pub heads: Vec<ChangeHash>,
    /// Where this part begins.
    #[n(2)]
    pub offset: u32,
    /// How long the whole state is.
    #[n(3)]
    pub total: u32,
    /// This part.
    #[n(4)]
    pub bytes: ByteVec,
    /// Who owns each actor; with the last part only.
    #[cbor(n(5), default, skip_if = "Vec::is_empty")]
    pub authors: Vec<Authored>,
}

/// New changes of a document, each after what it depends on.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Changes {
    /// The document.
    #[n(0)]
    pub head: DocumentHead,
    /// Raw change chunks.
    #[n(1)]
    pub chunks: Vec<ByteVec>,
    /// Who owns each actor in them.
    #[n(2)]
    pub authors: Vec<Authored>,
}

/// Who an actor is, and when its first change of this delivery arrived at the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(map)]
pub struct Authored {
    /// The actor.
    #[n(0)]
    pub actor: ActorId,
    /// The person that the server saw.
    #[n(1)]
    pub person: PersonId,
    /// When it arrived, by the server's clock.
    #[n(2)]
    pub received_at: Timestamp,
}

/// A document whose body is sent only when wanted.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Stub {
    /// The document.
    #[n(0)]
    pub head: DocumentHead,
    /// When it last changed.
    #[n(1)]
    pub changed_at: Timestamp,
    /// Bytes of its full state.
    #[n(2)]
    pub size: u32,
}

/// A row of data that the server owns.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Record {
    /// For example `person`, `team`, `tenure`.
    #[n(0)]
    pub collection: String,
    /// Which one.
    #[n(1)]
    pub key: ByteVec,
    /// Larger is newer.
    #[n(2)]
    pub version: u64,
    /// Its content (JSON), or none when it is gone.
    #[n(3)]
    pub body: Option<ByteVec>,
}

/// The end of an answer.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct End {
    /// Whether there is more than this answer could hold.
    #[n(0)]
    pub more: bool,
    /// Over every (document, heads) of this person, when asked for.
    #[n(1)]
    pub digest: Option<ByteVec>,
}

/// Bytes that are not the frame they claim to be.
#[derive(Debug, thiserror::Error)]
#[error("the answer holds bytes that are no frame")]
pub struct FrameError(#[source] minicbor::decode::Error);

/// Reads frames out of a stream that arrives in pieces of any size.
#[derive(Debug, Default)]
pub struct FrameReader {
    buffer: Vec<u8>,
    at: usize,
}

impl FrameReader {
    /// Adds what arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.at);
        self.at = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// How many bytes wait for the rest of their frame.
    pub fn waiting(&self) -> usize {
        self.buffer.len() - self.at
    }

    /// The next whole frame, if it has arrived.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, FrameError> {
        let mut decoder = Decoder::new(&self.buffer[self.at..]);
        match decoder.decode::<Frame>() {
            Ok(frame) => {
                self.at += decoder.position();
                Ok(Some(frame))
            }
            Err(error) if error.is_end_of_input() => Ok(None),
            Err(error) => Err(FrameError(error)),
        }
    }
}
