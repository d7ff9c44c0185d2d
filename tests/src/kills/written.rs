//! Owns the books of what was written while something was killed. What must follow from them is told by the tally.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use sync_core::ids::DocId;

/// What was written into one document, or into several that are looked at together.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// Edits that began; what stands in a document must be one of them.
    pub begun: BTreeSet<String>,
    /// Edits whose call returned; they must be on the phone, and in the end on everybody's.
    pub done: BTreeSet<String>,
    /// Edits that a phone called "on the server"; the server must have them whatever was killed.
    pub acknowledged: BTreeSet<String>,
}

/// What everybody wrote, by document; shared by those who write at the same time.
#[derive(Debug, Clone, Default)]
pub struct Books(Arc<Mutex<BTreeMap<DocId, Written>>>);

impl Books {
    /// An edit is about to be made.
    pub fn begin(&self, doc: DocId, text: &str) {
        self.lock().entry(doc).or_default().begun.insert(text.to_owned());
    }

    /// Its call has returned.
    pub fn done(&self, doc: DocId, text: &str) {
        self.lock().entry(doc).or_default().done.insert(text.to_owned());
    }

    /// The phone calls it "on the server".
    pub fn acknowledge(&self, doc: DocId, text: String) {
        self.lock().entry(doc).or_default().acknowledged.insert(text);
    }

    /// What was written into this document until now.
    pub fn of(&self, doc: DocId) -> Written {
        self.lock().get(&doc).cloned().unwrap_or_default()
    }

    /// How many edits a phone calls "on the server".
    pub fn acknowledgements(&self) -> usize {
        self.lock().values().map(|written| written.acknowledged.len()).sum()
    }

    /// How many edits have returned.
    pub fn edits(&self) -> usize {
        self.lock().values().map(|written| written.done.len()).sum()
    }

    /// A panic leaves nothing half written here, so a poisoned lock is as good as any.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<DocId, Written>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
