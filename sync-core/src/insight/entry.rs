//! Owns the entry of a document: what its row on a phone holds of it, so that neither a list nor a read model opens it. The form in the
//! store, and which forms are out of date.

use super::facts::{self, Facts};
use crate::coaching::{Kind, Summary};
use crate::document::Document;
use minicbor::{Decode, Encode};

/// What a row holds of its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What a list shows.
    pub summary: Summary,
    /// What read models need; none of a kind of which they need nothing.
    pub facts: Option<Facts>,
}

/// The version of what summaries say, and how. Raised with every change of either: older entries are then made anew.
const SUMMARY_VERSION: u32 = 1;

/// What an entry must say to be read: whoever wrote another one counted otherwise.
const VERSIONS: (u32, u32) = (SUMMARY_VERSION, facts::VERSION);

/// An entry, as the store has it. Its halves stay bytes, so that a list does not read facts nor a read model summaries.
#[derive(Encode, Decode)]
#[cbor(map)]
struct Row<'a> {
    #[n(0)]
    versions: (u32, u32),
    #[cbor(b(1), with = "minicbor::bytes")]
    summary: &'a [u8],
    #[cbor(b(2), with = "minicbor::bytes")]
    facts: Option<&'a [u8]>,
}

impl Entry {
    /// The entry of this document of this kind.
    pub fn of(kind: Kind, doc: Document<'_>) -> Self {
        Self { summary: kind.summarise(doc), facts: Facts::of(kind, doc) }
    }

    /// Its form in the store.
    pub fn to_bytes(&self) -> Vec<u8> {
        let (summary, facts) = (self.summary.to_bytes(), self.facts.as_ref().map(Facts::to_bytes));
        let row = Row { versions: VERSIONS, summary: &summary, facts: facts.as_deref() };
        minicbor::to_vec(&row).expect("an entry encodes: writing to a vector cannot fail")
    }

    /// The summary in these bytes; none if the entry is to be made anew.
    pub fn summary_in(bytes: &[u8]) -> Option<Summary> {
        Some(Summary::from_bytes(row(bytes)?.summary))
    }

    /// The facts in these bytes, of a kind that has some; none if the entry is to be made anew.
    pub fn facts_in(bytes: &[u8]) -> Option<Facts> {
        Facts::from_bytes(row(bytes)?.facts?)
    }
}

/// None of what nobody has written yet, and of what another version of the app wrote.
fn row(bytes: &[u8]) -> Option<Row<'_>> {
    minicbor::decode(bytes).ok().filter(|row: &Row<'_>| row.versions == VERSIONS)
}

#[cfg(test)]
mod tests;
