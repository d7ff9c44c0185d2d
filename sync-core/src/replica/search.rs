//! Owns looking for something in all that this person may read: what is out of date is read first, so that an answer holds
//! what came with the last sync, and nothing of what went with it.

use super::desk::{Desk, Opened};
use super::verbs::ENTRIES_AT_ONCE;
use super::{Replica, ReplicaError};
use crate::coaching::{Kind, passages};
use crate::document::{Document, Path};
use crate::ids::DocId;
use crate::key::NaturalKey;
use crate::search::{Match, Passage, Query, Snippet};
use crate::store::{Batch, DocumentRow, Expect, StoreError, Write};
use crate::time::Timestamp;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How often a search begins anew when another process writes, or when what is kept for it could not be read.
const ATTEMPTS: usize = 3;

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The document.
    pub doc: DocId,
    /// Its kind.
    pub kind: Kind,
    /// Its natural key.
    pub key: NaturalKey,
    /// When it last changed on this phone, by the phone's clock.
    pub changed_at: Timestamp,
    /// Where in the document: an item, or a text that is in none.
    pub place: Path,
    /// What stands there, around the first word that was looked for.
    pub snippet: Snippet,
}

impl Replica {
    /// What says all of these words, whole words before beginnings, then newest change first. The last word may be only
    /// begun; case, marks and width do not count. Of one kind, or of all.
    pub fn search(&self, words: &str, kind: Option<Kind>, limit: usize) -> Result<Vec<Hit>, ReplicaError> {
        let query = Query::parse(words);
        self.shared.with_desk(|desk| desk.search(&query, kind, limit))
    }
}

/// What search finds of a document as it stands now; goes into the batch after its row.
pub(super) fn passages_of(opened: &Opened) -> Write {
    Write::Passages(opened.row.doc, passages(Document::of(opened.history.view())))
}

impl Desk {
    pub(super) fn search(
        &mut self,
        query: &Query,
        kind: Option<Kind>,
        limit: usize,
    ) -> Result<Vec<Hit>, ReplicaError> {
        for _ in 0..ATTEMPTS {
            match self.try_search(query) {
                Err(ReplicaError::Store(StoreError::Stale)) => continue,
                found => return Ok(best(found?, query, kind, limit)),
            }
        }
        Err(StoreError::Stale.into())
    }

    fn try_search(&mut self, query: &Query) -> Result<Vec<(DocumentRow, Passage)>, ReplicaError> {
        if query.is_empty() {
            return Ok(Vec::new());
        }
        // What is written for one document can find out that what was kept for the others cannot be read, and drop it.
        for _ in 0..ATTEMPTS {
            if !self.index_what_changed()? {
                break;
            }
        }
        let found = self.store.search(query)?;
        let rows = self.store.documents(None)?.into_iter().filter(|row| row.presence.is_readable());
        let rows: BTreeMap<DocId, DocumentRow> = rows.map(|row| (row.doc, row)).collect();
        let with_row = |(doc, passage)| Some((rows.get(&doc)?.clone(), passage));
        Ok(found.into_iter().filter_map(with_row).collect())
    }

    /// Brings up to date what search finds of every document that has changed since. Whether there was one.
    fn index_what_changed(&mut self) -> Result<bool, ReplicaError> {
        let indexed = self.store.indexed()?;
        let (mut made, mut has_changed) = (Batch::default(), false);
        for row in self.store.documents(None)? {
            let known = indexed.get(&row.doc).copied();
            if known == Some(row.generation) || Kind::parse(&row.kind).is_none() {
                continue;
            }
            if row.presence.is_readable() {
                has_changed |= self.index_one(&row, &mut made)?;
            } else if known.is_some() {
                made.expect.push(Expect::Generation(row.doc, row.generation));
                made.writes.push(Write::Passages(row.doc, Vec::new()));
            }
            if made.writes.len() >= ENTRIES_AT_ONCE {
                self.keep_entries(&std::mem::take(&mut made))?;
            }
        }
        self.keep_entries(&made)?;
        Ok(has_changed)
    }

    /// Whether it could be read.
    fn index_one(&mut self, row: &DocumentRow, made: &mut Batch) -> Result<bool, ReplicaError> {
        let was_open = self.is_open(row.doc);
        let Some(opened) = self.take_if_readable(row.doc)? else { return Ok(false) };
        // Otherwise it was read for the first time, which has kept this too.
        if opened.row.generation == row.generation {
            made.expect.push(Expect::Generation(row.doc, row.generation));
            made.writes.push(passages_of(&opened));
        }
        if was_open {
            self.keep(opened);
        }
        Ok(true)
    }
}

/// Those that are shown, in their order.
fn best(found: Vec<(DocumentRow, Passage)>, query: &Query, wanted: Option<Kind>, limit: usize) -> Vec<Hit> {
    let look = |(row, passage): (DocumentRow, Passage)| {
        let kind = Kind::parse(&row.kind).filter(|kind| wanted.is_none_or(|wanted| wanted == *kind))?;
        let found = query.find(&passage.text)?;
        Some((row, kind, passage, found))
    };
    let mut all: Vec<_> = found.into_iter().filter_map(look).collect();
    all.sort_by_key(|(row, _, _, found)| (!found.is_whole, Reverse(row.changed_at), row.doc));
    let hit = |(row, kind, passage, found): (DocumentRow, Kind, Passage, Match)| Hit {
        doc: row.doc,
        kind,
        key: row.key,
        changed_at: row.changed_at,
        snippet: found.snippet(&passage.text),
        place: passage.place,
    };
    all.into_iter().take(limit).map(hit).collect()
}
