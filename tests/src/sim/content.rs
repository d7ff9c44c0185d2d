//! Owns what a document says, in one text that is the same wherever the document says the same: every value with
//! those that it is in conflict with, texts, marks.

use super::word::{words_in, words_of_change};
use automerge::{Automerge, ObjId, ObjType, ROOT, ReadDoc, Value};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use sync_core::document::{self, READER};
use sync_core::history::History;
use sync_core::ids::{ChangeHash, DocId};
use sync_core::store::{Batch, Body, DocumentRow, MemoryStore, Standing, Store, Write};

/// What a document says, and the state in which it says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Its heads, ascending.
    pub heads: Vec<ChangeHash>,
    /// Everything that it says.
    pub says: String,
}

impl Content {
    /// Of this document.
    pub fn of(doc: &Automerge) -> Self {
        let mut says = String::new();
        say(doc, &ROOT, ObjType::Map, &mut says);
        Self { heads: document::heads(doc), says }
    }

    /// The numbers of the words in it.
    pub fn words(&self) -> BTreeSet<u32> {
        words_in(&self.says).collect()
    }
}

fn say(doc: &Automerge, object: &ObjId, kind: ObjType, says: &mut String) {
    match kind {
        ObjType::Text => {
            says.push_str(&doc.text(object).unwrap_or_default());
            for mark in doc.marks(object).unwrap_or_default() {
                let _ = write!(says, "|{} {}..{} {:?}", mark.name(), mark.start, mark.end, mark.value());
            }
        }
        ObjType::Map | ObjType::Table => {
            for key in doc.keys(object) {
                let _ = write!(says, "\n{key}:");
                say_all(doc, doc.get_all(object, key.as_str()).unwrap_or_default(), says);
            }
        }
        ObjType::List => {
            for index in 0..doc.length(object) {
                let _ = write!(says, "\n{index}:");
                say_all(doc, doc.get_all(object, index).unwrap_or_default(), says);
            }
        }
    }
}

fn say_all(doc: &Automerge, values: Vec<(Value<'_>, ObjId)>, says: &mut String) {
    for (value, id) in values {
        match value {
            Value::Object(kind) => {
                let _ = write!(says, "{kind:?}{{");
                say(doc, &id, kind, says);
                says.push('}');
            }
            Value::Scalar(scalar) => {
                let _ = write!(says, "={scalar:?}");
            }
        }
    }
}

/// The words on a phone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WordsOn {
    /// What its documents say, each with its document.
    pub shown: BTreeSet<(DocId, u32)>,
    /// What waits to be sent, or was not accepted.
    pub waiting: BTreeSet<(DocId, u32)>,
}

impl WordsOn {
    /// Of this phone.
    pub fn of(image: &MemoryStore) -> Self {
        let mut image = image.clone();
        let mut words = Self::default();
        for row in image.documents(None).unwrap_or_default() {
            words.add_document(&mut image, &row);
        }
        words.waiting.extend(not_accepted(&image));
        words
    }

    fn add_document(&mut self, image: &mut MemoryStore, row: &DocumentRow) {
        // What the server has of a damaged document is fetched from there again, whatever could still be read of it.
        let is_whole = row.presence.is_readable() && image.body(row.doc).is_ok();
        let body = readable_body(image, row.doc);
        if is_whole && let Ok((history, _)) = History::load_all(row, &body, READER) {
            self.shown.extend(of(row.doc, Content::of(history.view()).words()));
        }
        let outbox = body.changes.iter().filter(|change| change.standing == Standing::Outbox);
        for bytes in outbox.map(|change| &change.bytes).chain(&body.drafts) {
            self.waiting.extend(of(row.doc, words_of_change(bytes)));
        }
    }
}

/// The words that a phone shows as not accepted, and those that are only in the changes kept for support.
pub fn not_accepted(image: &MemoryStore) -> BTreeSet<(DocId, u32)> {
    let mut words = BTreeSet::new();
    for row in image.refused().unwrap_or_default() {
        let raw = row.changes.iter().flat_map(|bytes| words_of_change(bytes));
        words.extend(of(row.doc, raw.chain(words_in(&row.text))));
    }
    words
}

/// These words, each with this document: what was copied is also in another one.
pub fn of(doc: DocId, words: impl IntoIterator<Item = u32>) -> impl Iterator<Item = (DocId, u32)> {
    words.into_iter().map(move |number| (doc, number))
}

/// What can still be read of a document, whatever is damaged.
fn readable_body(image: &mut MemoryStore, doc: DocId) -> Body {
    if let Ok(body) = image.body(doc) {
        return body;
    }
    let mend = Batch { expect: Vec::new(), writes: vec![Write::Mend(doc)] };
    // The image is a copy: the phone itself stays as damaged as it is.
    image.commit(&mend).and_then(|()| image.body(doc)).unwrap_or_default()
}
