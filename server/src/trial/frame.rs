//! Owns what server and worker say to each other: CBOR, each message after its length as four bytes, big-endian.

use crate::store::row::FactsRow;
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use std::io::{self, ErrorKind};
use sync_core::coaching::Kind;
use sync_core::gate::trial::{History, Proposed};
use sync_core::ids::{ChangeHash, DocId, PersonId};
use sync_core::insight::facts;
use sync_core::policy::Role;
use sync_core::wire::ErrorCode;

/// The longest message: a document at its limits, and everything that one request may add.
pub(super) const MAX_BYTES: usize = 64 << 20;

/// What a worker is asked.
#[derive(Debug, Encode, Decode)]
pub(super) enum Order {
    /// What the document is made of that was to be taken up.
    #[n(0)]
    Load(#[n(0)] Kept),
    /// Try these: on a document that is to be taken up first, or after what has passed since that.
    #[n(1)]
    Try(#[n(0)] Option<Base>, #[n(1)] Batch),
}

/// What a worker answers.
#[derive(Debug, PartialEq, Eq, Encode, Decode)]
pub(super) enum Report {
    /// The document is loaded.
    #[n(0)]
    Ready,
    /// The document's history after this version is needed.
    #[n(1)]
    Send(#[n(0)] u64),
    /// It does not load, or is not what it was said to be.
    #[n(2)]
    Unloadable,
    /// All but these pass. If all do, the facts of what the document is with them.
    #[n(3)]
    Tried(#[n(0)] Vec<Refused>, #[n(1)] Option<Facts>),
}

/// What read models need of a document: nothing, of most kinds.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(super) struct Facts {
    #[n(0)]
    pub bytes: Option<ByteVec>,
}

/// A document as the database describes it.
#[derive(Debug, Clone, Encode, Decode)]
pub(super) struct Base {
    #[n(0)]
    pub doc: DocId,
    #[n(1)]
    pub version: u64,
    #[n(2)]
    pub heads: Option<Vec<ChangeHash>>,
    #[n(3)]
    pub max_op: u64,
}

/// What a document has after a version.
#[derive(Debug, Encode, Decode)]
pub(super) struct Kept {
    #[n(0)]
    pub after: u64,
    #[n(1)]
    pub saved: Option<ByteVec>,
    #[n(2)]
    pub tail: Vec<ByteVec>,
}

/// Changes to try.
#[derive(Debug, Encode, Decode)]
pub(super) struct Batch {
    #[n(0)]
    pub kind: String,
    #[n(1)]
    pub changes: Vec<Change>,
}

/// A change to try.
#[derive(Debug, Encode, Decode)]
pub(super) struct Change {
    #[n(0)]
    pub bytes: ByteVec,
    #[n(1)]
    pub writer: Option<Writer>,
}

/// Whose rights it is held against.
#[derive(Debug, Encode, Decode)]
pub(super) struct Writer {
    #[n(0)]
    pub person: PersonId,
    #[n(1)]
    pub role: String,
}

/// A change that does not pass, by its place in the batch.
#[derive(Debug, PartialEq, Eq, Encode, Decode)]
pub(super) struct Refused {
    #[n(0)]
    pub index: u32,
    #[n(1)]
    pub code: ErrorCode,
}

impl Facts {
    pub fn into_row(self) -> FactsRow {
        FactsRow { version: facts::VERSION, bytes: self.bytes.map(Vec::from) }
    }
}

impl Kept {
    pub fn of(after: u64, history: History) -> Self {
        let tail = history.tail.into_iter().map(ByteVec::from).collect();
        Self { after, saved: history.saved.map(ByteVec::from), tail }
    }

    pub fn into_history(self) -> History {
        let tail = self.tail.into_iter().map(Vec::from).collect();
        History { saved: self.saved.map(Vec::from), tail }
    }
}

impl Batch {
    pub fn of<'a>(kind: Kind, changes: impl Iterator<Item = &'a Proposed>) -> Self {
        let change = |proposed: &Proposed| Change {
            bytes: proposed.bytes.clone().into(),
            writer: proposed.writer.map(|(person, role)| Writer { person, role: role.as_str().to_owned() }),
        };
        Self { kind: kind.name().to_owned(), changes: changes.map(change).collect() }
    }

    /// The changes again; none if a word is not one of ours.
    pub fn into_proposed(self) -> Option<(Kind, Vec<Proposed>)> {
        let proposed = |change: Change| {
            let writer = match change.writer {
                None => None,
                Some(writer) => Some((writer.person, Role::parse(&writer.role)?)),
            };
            Some(Proposed { bytes: change.bytes.into(), writer })
        };
        let changes = self.changes.into_iter().map(proposed).collect::<Option<_>>()?;
        Some((Kind::parse(&self.kind)?, changes))
    }
}

/// A message with its length before it.
pub(super) fn encode(message: &impl Encode<()>) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; 4];
    minicbor::encode(message, &mut bytes).map_err(io::Error::other)?;
    let length = bytes.len() - 4;
    let length = u32::try_from(length).ok().filter(|_| length <= MAX_BYTES);
    let length = length.ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "the message is too long"))?;
    bytes[..4].copy_from_slice(&length.to_be_bytes());
    Ok(bytes)
}

/// The length that these four bytes say.
pub(super) fn length(bytes: [u8; 4]) -> io::Result<usize> {
    let length = u32::from_be_bytes(bytes) as usize;
    if length > MAX_BYTES {
        return Err(io::Error::new(ErrorKind::InvalidData, "the message is too long"));
    }
    Ok(length)
}

/// The message in these bytes, which are without their length.
pub(super) fn decode<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> io::Result<T> {
    minicbor::decode(bytes).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}
