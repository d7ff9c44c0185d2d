//! Owns looking for something in all that this person may read.

use crate::client::Client;
use crate::documents::DocumentKind;
use crate::error::ClientError;
use crate::values::Place;
use sync_core::ids::{DocId, PersonId};
use sync_core::replica::Hit;
use sync_core::time::{Quarter, Timestamp};

/// The most that one search answers.
const MOST_HITS: u32 = 500;

/// A word to show bright, in UTF-16 units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Highlight {
    /// The first unit.
    pub start: u32,
    /// The unit after the last one.
    pub end: u32,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SearchHit {
    /// The document.
    pub doc: DocId,
    /// Its kind.
    pub kind: DocumentKind,
    /// The quarter that it is about, if there is one for each.
    pub quarter: Option<Quarter>,
    /// The person that it is about, if it is somebody's own about somebody else.
    pub about: Option<PersonId>,
    /// When it last changed on this phone, by the phone's clock.
    pub changed_at: Timestamp,
    /// Where in the document: an item, or a text that is in none.
    pub place: Place,
    /// What stands there, in one line, around the first word that was looked for.
    pub snippet: String,
    /// The words that were looked for, in the snippet.
    pub highlights: Vec<Highlight>,
}

#[uniffi::export]
impl Client {
    /// What says all of these words: whole words before beginnings, then newest change first. The last word may be only
    /// begun; capitals, accents and width do not count, signs mean nothing. Of one kind of document, or of all.
    pub fn search(
        &self,
        words: String,
        kind: Option<DocumentKind>,
        limit: u32,
    ) -> Result<Vec<SearchHit>, ClientError> {
        let limit = limit.min(MOST_HITS) as usize;
        let hits = self.replica()?.search(&words, kind.map(DocumentKind::kind), limit)?;
        Ok(hits.into_iter().filter_map(told).collect())
    }
}

/// None for a kind that this library has no word for.
fn told(hit: Hit) -> Option<SearchHit> {
    let highlights = hit.snippet.highlights.iter();
    Some(SearchHit {
        doc: hit.doc,
        kind: DocumentKind::of(hit.kind)?,
        quarter: hit.key.part.quarter(),
        about: hit.key.part.about(),
        changed_at: hit.changed_at,
        place: hit.place,
        highlights: highlights.map(|range| Highlight { start: range.start, end: range.end }).collect(),
        snippet: hit.snippet.text,
    })
}
