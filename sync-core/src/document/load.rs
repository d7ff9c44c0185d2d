//! Owns how a document comes into memory: always counting in UTF-16, always under a known actor, and
//! never ending the process. It does not judge bytes of strangers: that is the gate's work.

use super::crdt_actor;
use crate::ids::ActorId;
use automerge::{Automerge, Change, LoadOptions, ReadDoc, TextEncoding};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The unit of every text index: what strings on phones are counted in.
const ENCODING: TextEncoding = TextEncoding::Utf16CodeUnit;

/// Bytes that are no document, or changes that do not fit one.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The bytes are not a saved document, or the changes contradict it.
    #[error("the document could not be read")]
    Document(#[source] automerge::AutomergeError),
    /// The bytes are not one change.
    #[error("the change could not be read")]
    Change(#[source] automerge::LoadChangeError),
    /// Changes that these build on are absent.
    #[error("{count} changes that these build on are absent")]
    MissingDependencies {
        /// How many.
        count: usize,
    },
    /// The CRDT gave up in the middle. Whatever it was working on has been thrown away.
    #[error("the document broke while it was read")]
    Broken,
}

/// An empty document that will write under this actor.
pub fn blank(actor: ActorId) -> Automerge {
    Automerge::new_with_encoding(ENCODING).with_actor(crdt_actor(actor))
}

/// The document in these bytes; it will write under this actor.
///
/// # Errors
/// Also when the bytes hold changes whose dependencies they do not hold.
pub fn load(bytes: &[u8], actor: ActorId) -> Result<Automerge, LoadError> {
    let doc = guarded(|| {
        Automerge::load_with_options(bytes, LoadOptions::new().text_encoding(ENCODING))
            .map_err(LoadError::Document)
    })?;
    complete(doc.with_actor(crdt_actor(actor)))
}

/// The document with these changes added; those that it has already are passed over.
///
/// Takes the document by value, because one that broke half way must not be used again.
pub fn apply(doc: Automerge, changes: Vec<Change>) -> Result<Automerge, LoadError> {
    let doc = guarded(move || {
        let mut doc = doc;
        doc.apply_changes(changes).map_err(LoadError::Document)?;
        Ok(doc)
    })?;
    complete(doc)
}

/// A copy of the document that will write under this actor.
pub fn fork(doc: &Automerge, actor: ActorId) -> Automerge {
    doc.clone().with_actor(crdt_actor(actor))
}

/// The change in these bytes.
pub fn parse_change(bytes: &[u8]) -> Result<Change, LoadError> {
    guarded(|| Change::from_bytes(bytes.to_vec()).map_err(LoadError::Change))
}

fn complete(doc: Automerge) -> Result<Automerge, LoadError> {
    match doc.get_missing_deps(&[]).len() {
        0 => Ok(doc),
        count => Err(LoadError::MissingDependencies { count }),
    }
}

/// Runs `work`, and turns a panic inside the CRDT into an error.
///
/// Unwind safe: `work` owns what it changes, and everything it owns is dropped with it.
fn guarded<T>(work: impl FnOnce() -> Result<T, LoadError>) -> Result<T, LoadError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(LoadError::Broken))
}
