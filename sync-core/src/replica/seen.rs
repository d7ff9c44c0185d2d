//! Owns what this person has looked at on this phone, and how much others have changed since. It is kept here alone: nobody learns who
//! looked at what, and another phone of theirs counts for itself.
//!
//! What was looked at is a state of a document, by its heads. How much came since is counted when a document has changed, and kept
//! with the generation that it was counted at, so that the home screen opens no document.

use super::desk::Desk;
use super::{Event, Replica, ReplicaError};
use crate::document::{authors_since, heads};
use crate::ids::{ChangeHash, DocId, TenureId};
use crate::key::Subject;
use crate::store::{Batch, DocumentRow, Expect, RecordRow, Write};
use crate::time::Timestamp;
use minicbor::{Decode, Encode};
use std::collections::BTreeMap;

/// The collection of records that keeps it, by document. They come from no server and go to none. Their version is the generation of
/// the document at which the changes were counted.
const SEEN: &str = "seen";

/// Names the moment when everything had come for the first time, or again from a restored server: none of that is news.
const ALL_CAME: &str = "all_came";

/// A document in which others wrote since this person last looked at it on this phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// Which one.
    pub doc: DocId,
    /// The stable name of its kind.
    pub kind: String,
    /// How many changes of others there are; one, if it was never looked at.
    pub changes: u32,
    /// When it last changed on this phone, by the phone's clock.
    pub changed_at: Timestamp,
}

/// What is kept of one document.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Looked {
    /// The state that was looked at, without what was not sent yet: that has no name which lasts.
    #[n(0)]
    heads: Vec<ChangeHash>,
    /// How many changes of others came since.
    #[n(1)]
    changes: u32,
}

impl Replica {
    /// This person has looked at a document, as it is here now.
    pub fn mark_seen(&self, doc: DocId) -> Result<(), ReplicaError> {
        self.shared.with_desk(|desk| desk.mark_seen(doc))
    }

    /// The documents of a pair in which others wrote since this person last looked at each, newest change first.
    pub fn what_changed(&self, tenure: TenureId) -> Result<Vec<Unseen>, ReplicaError> {
        self.shared.with_desk(|desk| {
            let mut rows = desk.store.documents(None)?;
            rows.retain(|row| row.key.subject == Subject::Tenure(tenure));
            let unseen = desk.unseen(&rows)?.into_iter().map(|(row, changes)| Unseen {
                doc: row.doc,
                kind: row.kind.clone(),
                changes,
                changed_at: row.changed_at,
            });
            Ok(unseen.collect())
        })
    }
}

/// Nothing of a document is here any more.
pub(super) fn never_seen(doc: DocId) -> Write {
    Write::RemoveRecord(SEEN.to_owned(), doc.as_bytes().to_vec())
}

impl Desk {
    pub(super) fn mark_seen(&mut self, doc: DocId) -> Result<(), ReplicaError> {
        let opened = self.take(doc)?;
        let (as_of, looked) =
            (opened.row.generation, Looked { heads: heads(opened.history.accepted()), changes: 0 });
        self.keep(opened);
        if self.looked()?.get(&doc).is_some_and(|(_, before)| *before == looked) {
            return Ok(());
        }
        // What another process stores meanwhile was not looked at.
        self.keep_entries(&Batch {
            expect: vec![Expect::Generation(doc, as_of)],
            writes: vec![looked.write(doc, as_of)],
        })?;
        self.events.push(Event::DocumentChanged(doc));
        Ok(())
    }

    /// Those of these documents in which others wrote since, and how often.
    pub(super) fn unseen<'r>(
        &mut self,
        rows: impl IntoIterator<Item = &'r DocumentRow>,
    ) -> Result<Vec<(&'r DocumentRow, u32)>, ReplicaError> {
        let (looked, all_came) = (self.looked()?, self.all_came()?);
        let (mut unseen, mut counted) = (Vec::new(), Batch::default());
        for row in rows.into_iter().filter(|row| row.presence.is_readable()) {
            let changes = match looked.get(&row.doc) {
                Some((as_of, known)) if *as_of == row.generation => known.changes,
                Some((_, known)) => self.count_since(known, row.doc, &mut counted)?,
                None => self.is_news(row, all_came)?.into(),
            };
            if changes > 0 {
                unseen.push((row, changes));
            }
        }
        self.keep_entries(&counted)?;
        Ok(unseen)
    }

    /// Counts what others changed since, and adds that to what is to be kept; nothing of what cannot be read at the moment.
    fn count_since(&mut self, known: &Looked, doc: DocId, counted: &mut Batch) -> Result<u32, ReplicaError> {
        let was_open = self.is_open(doc);
        let Some(opened) = self.take_if_readable(doc)? else { return Ok(0) };
        let foreign = self.foreign_actors(doc)?;
        let changes = match authors_since(opened.history.accepted(), &known.heads) {
            Ok(authors) => authors.iter().filter(|author| foreign.contains(author)).count(),
            // What was looked at is not in it any more: all of it has to be looked at again.
            Err(_) => 1,
        };
        let changes = u32::try_from(changes).unwrap_or(u32::MAX);
        let as_of = opened.row.generation;
        counted.expect.push(Expect::Generation(doc, as_of));
        counted.writes.push(Looked { changes, ..known.clone() }.write(doc, as_of));
        if was_open {
            self.keep(opened);
        }
        Ok(changes)
    }

    /// Whether a document that was never looked at came, or was changed by others, after all the rest was here.
    fn is_news(&self, row: &DocumentRow, all_came: Option<Timestamp>) -> Result<bool, ReplicaError> {
        let is_late = all_came.is_some_and(|all_came| all_came < row.changed_at);
        Ok(is_late && !self.foreign_actors(row.doc)?.is_empty())
    }

    /// All that the server has of this person's is here.
    pub(super) fn note_that_all_came(&mut self, now: Timestamp) -> Result<(), ReplicaError> {
        if self.all_came()?.is_some() && !self.repairing()? {
            return Ok(());
        }
        let all_came = Write::Setting(ALL_CAME.to_owned(), Some(now.0.to_be_bytes().to_vec()));
        self.keep_entries(&Batch { expect: Vec::new(), writes: vec![all_came] })
    }

    fn all_came(&self) -> Result<Option<Timestamp>, ReplicaError> {
        let bytes = self.store.setting(ALL_CAME)?;
        Ok(bytes.and_then(|bytes| bytes.try_into().ok()).map(|bytes| Timestamp(i64::from_be_bytes(bytes))))
    }

    /// What was looked at, and at which generation it was counted what came since.
    fn looked(&self) -> Result<BTreeMap<DocId, (u64, Looked)>, ReplicaError> {
        let records = self.store.records(SEEN)?.into_iter();
        let read = records.filter_map(|record| {
            let looked = minicbor::decode(&record.body).ok()?;
            Some((DocId::from_slice(&record.key)?, (record.version, looked)))
        });
        Ok(read.collect())
    }
}

impl Looked {
    fn write(&self, doc: DocId, as_of: u64) -> Write {
        let body = minicbor::to_vec(self).expect("heads encode: writing to a vector cannot fail");
        let (collection, key) = (SEEN.to_owned(), doc.as_bytes().to_vec());
        Write::Record(RecordRow { collection, key, version: as_of, body })
    }
}
