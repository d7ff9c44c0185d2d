//! Owns how a document comes into memory: always counting in UTF-16, always under a known actor, and
//! never ending the process. It does not judge bytes of strangers: that is the gate's work.

use super::crdt_actor;
use crate::ids::ActorId;
use automerge::transaction::Transactable;
use automerge::{Automerge, Change, LoadOptions, ROOT, ReadDoc, TextEncoding};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Who opens a document that is only read: an actor that leaves no trace.
pub const READER: ActorId = ActorId::from_bytes([0; 16]);
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

/// The document as bytes, not compressed: what compresses them compresses whole answers.
pub fn saved(doc: &Automerge) -> Result<Vec<u8>, LoadError> {
    guarded(|| Ok(doc.save_nocompress()))
}

/// Every change of the document, in causal order.
pub fn all_changes(doc: &Automerge) -> Result<Vec<Change>, LoadError> {
    guarded(|| Ok(doc.get_changes(&[])))
}

/// Does once, with a copy, what is done with a document from now on: it takes a change, tells all changes and is saved.
pub(crate) fn use_once(doc: &Automerge) -> Result<(), LoadError> {
    guarded(|| {
        let mut copy = fork(doc, READER);
        let mut edit = copy.transaction();
        edit.put(ROOT, "used", true).map_err(LoadError::Document)?;
        edit.commit();
        copy.get_changes(&[]);
        copy.save_nocompress();
        Ok(())
    })
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
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, LoadError>) -> Result<T, LoadError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(LoadError::Broken))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::fixture::{Phone, actor, my_own};
    use crate::document::{Document, Path, crdt_actor, create, heads};

    fn phone_with_three_changes() -> Phone {
        let mut phone = Phone::new(1, "sample", &my_own());
        for at in 0..3 {
            phone.edit(|edit| edit.splice(&Path::of("notes"), 2 * at, 0, "🙂"));
        }
        phone
    }

    #[test]
    fn every_way_to_a_document_counts_in_utf16_under_the_given_actor() {
        let phone = phone_with_three_changes();
        let kind = crate::coaching::Kind::parse("sample").unwrap();
        let docs = [
            blank(actor(3)),
            create(kind, &my_own(), 1, actor(3)).unwrap(),
            load(&phone.doc.save(), actor(3)).unwrap(),
            fork(&phone.doc, actor(3)),
            apply(blank(actor(3)), phone.doc.get_changes(&[])).unwrap(),
        ];
        for doc in docs {
            assert_eq!(doc.text_encoding(), TextEncoding::Utf16CodeUnit);
            assert_eq!(doc.get_actor(), &crdt_actor(actor(3)));
        }
        let loaded = load(&phone.doc.save(), actor(3)).unwrap();
        assert_eq!(Document::of(&loaded).text_length(&Path::of("notes")), 6);
        assert_eq!(heads(&loaded), heads(&phone.doc));
    }

    #[test]
    fn bytes_that_are_no_document_are_an_error() {
        let saved = phone_with_three_changes().doc.save();
        for damaged in [&saved[..saved.len() - 1], &saved[1..], b"", b"no document"] {
            let read = load(damaged, actor(1)).map(|doc| heads(&doc).len());
            assert!(read.is_err() || damaged.is_empty(), "{read:?}");
        }
        assert!(matches!(parse_change(b"no change"), Err(LoadError::Change(_))));
    }

    #[test]
    fn changes_without_what_they_build_on_are_an_error_and_not_a_document_with_holes() {
        let changes = phone_with_three_changes().doc.get_changes(&[]);
        let (_, later) = changes.split_at(changes.len() - 1);
        let refused = apply(blank(actor(2)), later.to_vec()).unwrap_err();
        assert!(matches!(refused, LoadError::MissingDependencies { count: 1 }), "{refused}");
    }

    /// A change of an unknown actor that does not begin at 1 makes the CRDT panic.
    #[test]
    fn a_panic_inside_the_crdt_is_an_error() {
        let changes = phone_with_three_changes().doc.get_changes(&[]);
        let mut gap = changes[0].decode();
        gap.seq = 5;
        let refused = apply(blank(actor(2)), vec![Change::from(gap)]).unwrap_err();
        assert!(matches!(refused, LoadError::Broken), "{refused}");
    }
}
