//! Owns what happens after the answer has ended: documents that came home, those that did not, and
//! giving back what a restored server lost. How a damaged document waits for its body is in `damage`.

use super::desk::{Desk, Opened};
use super::{Event, ReplicaError};
use crate::coaching::Kind;
use crate::history::{History, HistoryError, Unsent, chunk};
use crate::ids::DocId;
use crate::store::{Batch, DocumentRow, Expect, Origin, Presence, RecordRow, Standing, StoreError, Write};
use crate::sync::{FollowUp, Mode};
use crate::time::Timestamp;
use crate::wire::{ErrorCode, Receipt};

use super::apply::leaving_text;
use super::incoming::audience_of_record;
use super::reading::{Note, have_read};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Names the cursor that the server could not find in its history.
pub(super) const FORKED_CURSOR: &str = "forked_cursor";
/// Set once everything the server lost is in the outbox.
const GIVING_BACK: &str = "giving_back";
/// Names the documents that were opened while only their row was here.
const OPENED_STUBS: &str = "opened_stubs";

/// The version of a record that a restored server has not confirmed yet: older than any that it gives.
const OF_A_LOST_HISTORY: u64 = 0;

/// A server that is restored again before everything was given back adds one receipt. The first one stays: it was made
/// before anything was lost.
const MOST_RECEIPTS: usize = 8;

/// Names the receipts a document had before the server was restored.
fn before_name(doc: DocId) -> String {
    format!("before:{doc}")
}

impl Desk {
    /// Everything has been delivered: settles what had to wait for that.
    pub(crate) fn end_of_answer(&mut self, mode: Mode, now: Timestamp) -> Result<FollowUp, ReplicaError> {
        self.catch_up_all(now)?;
        self.note_that_all_came(now)?;
        for row in self.store.documents_in(Presence::Leaving)? {
            let is_back = row.origin == Origin::Shared && self.has_whole_body(&row, now)?;
            unless_stale(if is_back { self.come_home(row, now) } else { self.part_with(row, now) })?;
        }
        for row in self.store.documents_in(Presence::Damaged)? {
            match (self.has_whole_body(&row, now)?, mode) {
                (true, _) => unless_stale(self.come_home(row, now))?,
                (false, Mode::Repair) if row.origin == Origin::Local && !self.is_not_read_yet(row.doc)? => {
                    unless_stale(self.begin_without_body(row, now))?;
                }
                // It comes with one of the next answers.
                (false, _) => unless_stale(self.ask_anew(row))?,
            }
        }
        // Another process may have found the server restored.
        let mode = if self.repairing()? { Mode::Repair } else { mode };
        match mode {
            Mode::Normal => Ok(FollowUp::None),
            Mode::Repair => self.give_back(now),
        }
    }

    /// Whether a body has arrived. A change that the server has accepted meanwhile is none: others are below it.
    fn has_whole_body(&mut self, row: &DocumentRow, now: Timestamp) -> Result<bool, ReplicaError> {
        let mut body = self.mended(|store| store.body(row.doc))?.all_read();
        body.changes.retain(|change| change.standing == Standing::Accepted);
        body.drafts.clear();
        self.can_be_read(row, &body, now)
    }

    /// What has come of a document is no document, and will not become one: the next request asks for it anew.
    fn ask_anew(&mut self, row: DocumentRow) -> Result<(), ReplicaError> {
        let is_hopeless = self.note(row.doc)?.is_none() && Kind::parse(&row.kind).is_some();
        if is_hopeless && self.has_come(row.doc) { self.keep_unsent_only(row) } else { Ok(()) }
    }

    /// The document is here again: puts what was unsent back on top of it.
    fn come_home(&mut self, row: DocumentRow, now: Timestamp) -> Result<(), ReplicaError> {
        let doc = row.doc;
        let body = self.store.body(doc)?;
        let actor = self.actor();
        let lacks_snapshot = self.note(doc)?.is_some_and(|note| note.lacks_snapshot);
        let presence = if lacks_snapshot { Presence::Behind } else { Presence::Full };
        let home = DocumentRow { presence, ..row };
        let note = Note { lacks_snapshot, ..Note::new() };
        let mut writes = vec![Write::Setting(leaving_text(doc), None), note.write(doc)];
        let history = match History::load_returning(&home, &body, actor) {
            Ok((history, more)) => {
                writes.extend(more);
                history
            }
            Err(HistoryError::Damaged { .. }) => return self.keep_text_only(home, &body, now),
            Err(error) => return Err(error.into()),
        };
        let opened = self.opened(home, history);
        self.finish(opened, writes, now)
    }

    /// What was unsent no longer fits the document: it stays readable, the document stays usable.
    fn keep_text_only(
        &mut self,
        row: DocumentRow,
        body: &crate::store::Body,
        now: Timestamp,
    ) -> Result<(), ReplicaError> {
        let doc = row.doc;
        let expect = vec![Expect::Generation(doc, row.generation)];
        let mut writes =
            vec![Write::ClearDrafts(doc), Write::Setting(leaving_text(doc), None), have_read(doc)];
        let outbox = body.changes.iter().filter(|c| c.standing == Standing::Outbox);
        writes.extend(outbox.clone().map(|c| Write::RemoveChange(doc, c.hash)));
        let changes = outbox.map(|c| c.bytes.clone()).chain(body.drafts.iter().cloned()).collect();
        let unsent = Unsent { text: chunk::readable(body), changes };
        writes.push(Self::refused_row(&row, ErrorCode::MissingDependency, unsent, now));
        writes.push(Write::Document(row));
        self.store.commit(&Batch { expect, writes })?;
        self.events.push(Event::DocumentChanged(doc));
        Ok(())
    }

    /// The document did not come back: what was unsent goes to "not accepted".
    pub(super) fn part_with(&mut self, row: DocumentRow, now: Timestamp) -> Result<(), ReplicaError> {
        let doc = row.doc;
        let body = self.mended(|store| store.body(doc))?;
        let text = match self.store.setting(&leaving_text(doc))? {
            Some(text) => String::from_utf8_lossy(&text).into_owned(),
            None => chunk::readable(&body),
        };
        let mut writes = vec![Write::Purge(doc), Write::Setting(leaving_text(doc), None), have_read(doc)];
        let outbox = body.changes.into_iter().filter(|change| change.standing == Standing::Outbox);
        let changes: Vec<Vec<u8>> = outbox.map(|change| change.bytes).chain(body.drafts).collect();
        // What the server had taken just before access ended was accepted.
        if !changes.is_empty() {
            let unsent = Unsent { text, changes };
            writes.insert(0, Self::refused_row(&row, ErrorCode::NotAllowed, unsent, now));
        }
        self.forget(doc);
        // Another process may have brought it home meanwhile.
        let expect = vec![Expect::Generation(doc, row.generation)];
        self.store.commit(&Batch { expect, writes })?;
        self.events.push(Event::DocumentChanged(doc));
        self.events.push(Event::RefusedChanged);
        Ok(())
    }

    /// Whether this store is giving back what the server lost.
    pub(crate) fn repairing(&self) -> Result<bool, ReplicaError> {
        Ok(self.store.setting(FORKED_CURSOR)?.is_some())
    }

    /// The server's history is not the one this store knows: start from nothing, and remember what can be proven.
    pub(crate) fn fork(&mut self, after: Option<Vec<u8>>) -> Result<(), ReplicaError> {
        let Some(cursor) = after.clone() else { return Ok(()) };
        let mut writes = vec![
            Write::Setting(FORKED_CURSOR.into(), Some(cursor)),
            Write::Setting(GIVING_BACK.into(), None),
            Write::Cursor(None),
        ];
        writes.extend(self.decide_again()?);
        // A version is a place in the feed, and the feed goes on from an earlier one: what this server says is newer than
        // anything of the one before.
        for record in self.all_records()? {
            writes.push(Write::RemoveRecord(record.collection.clone(), record.key.clone()));
            writes.push(Write::Record(RecordRow { version: OF_A_LOST_HISTORY, ..record }));
        }
        for row in self.store.documents(None)? {
            match row.presence {
                Presence::Full | Presence::Behind => writes.push(self.receipts_of_now(row.doc)?),
                // It may be here, and only not readable yet.
                Presence::Damaged
                    if self.store.body(row.doc).is_ok_and(|body| body.all_read().has_base()) =>
                {
                    writes.push(self.receipts_of_now(row.doc)?);
                }
                Presence::Damaged => {}
                Presence::Stub | Presence::Leaving => continue,
            }
            writes.push(Write::Document(DocumentRow { origin: Origin::Local, ..row }));
        }
        Ok(self.store.commit(&Batch { expect: vec![Expect::Cursor(after)], writes })?)
    }

    /// Keeps the receipts that a document has, until everything was given back.
    fn receipts_of_now(&self, doc: DocId) -> Result<Write, ReplicaError> {
        // Another restore may have taken what this server had got back, and the receipt for it says the least.
        let mut receipts = self.receipts_before(doc)?.unwrap_or_default();
        receipts.extend(self.store.receipt(doc)?.filter(|receipt| !receipts.contains(receipt)));
        if receipts.len() > MOST_RECEIPTS {
            receipts.remove(1);
        }
        let proof = minicbor::to_vec(&receipts).expect("receipts encode");
        Ok(Write::Setting(before_name(doc), Some(proof)))
    }

    /// The server has told everything that it knows: what it did not name does not exist there any more.
    fn forget_lost_records(&mut self) -> Result<(), ReplicaError> {
        let to_come = self.audiences_to_come()?;
        let is_to_come = |record: &RecordRow| {
            audience_of_record(self.identity.org, &record.collection, &record.key)
                .is_some_and(|audience| to_come.contains(&audience))
        };
        let records = self.all_records()?.into_iter();
        let lost = records.filter(|record| record.version == OF_A_LOST_HISTORY && !is_to_come(record));
        let writes: Vec<_> = lost.map(|record| Write::RemoveRecord(record.collection, record.key)).collect();
        if writes.is_empty() {
            return Ok(());
        }
        self.events.push(Event::RosterChanged);
        self.write(writes)
    }

    /// Queues, for each document, what the server does not have; once, and for a document that could not be read whole then,
    /// once it is.
    fn give_back(&mut self, now: Timestamp) -> Result<FollowUp, ReplicaError> {
        let before = self.store.setting(GIVING_BACK)?;
        let rows = match &before {
            None => {
                self.forget_lost_records()?;
                self.store.documents(None)?
            }
            Some(waiting) => self.rows_of(waiting)?,
        };
        let mut waiting = Vec::new();
        for row in rows {
            let Some(receipts) = self.receipts_before(row.doc)? else { continue };
            // What had been read of it was given back the first time.
            if before.is_some() && self.is_not_read_yet(row.doc)? {
                waiting.extend(row.doc.as_bytes());
                continue;
            }
            let is_stale = match self.give_back_one(&row, &receipts, now) {
                Ok(()) | Err(ReplicaError::NotHere(_)) => false,
                Err(ReplicaError::Store(StoreError::Stale)) => true,
                Err(error) if error.is_damage() || error.is_unknown_kind() => false,
                Err(error) => return Err(error),
            };
            if is_stale || self.is_not_read_yet(row.doc)? {
                waiting.extend(row.doc.as_bytes());
            }
        }
        let has_given = before.is_none_or(|before| before.len() > waiting.len());
        if !has_given {
            return Ok(FollowUp::None);
        }
        self.write(vec![Write::Setting(GIVING_BACK.into(), Some(waiting))])?;
        Ok(FollowUp::SendAgain)
    }

    /// The documents of these ids that are still here.
    fn rows_of(&self, ids: &[u8]) -> Result<Vec<DocumentRow>, ReplicaError> {
        let ids = ids.chunks_exact(16).filter_map(DocId::from_slice);
        let rows = ids.map(|doc| self.store.document(doc)).collect::<Result<Vec<_>, _>>()?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// Whether there is something of a document here that was not read: it may be what the server has lost.
    fn is_not_read_yet(&self, doc: DocId) -> Result<bool, ReplicaError> {
        let presence = self.store.document(doc)?.map(|row| row.presence);
        Ok(match presence {
            Some(Presence::Behind) => true,
            // Also what had been read before, and was not when the rest came.
            Some(Presence::Damaged) => self.store.body(doc).is_ok_and(|body| body.all_read().has_base()),
            Some(Presence::Full | Presence::Stub | Presence::Leaving) | None => false,
        })
    }

    /// The receipts that a document had before the server was restored; nothing if it was not here.
    pub(super) fn receipts_before(&self, doc: DocId) -> Result<Option<Vec<Receipt>>, ReplicaError> {
        let kept = self.store.setting(&before_name(doc))?;
        Ok(kept.map(|bytes| minicbor::decode(&bytes).unwrap_or_default()))
    }

    /// Whether a document goes back to a server that has lost it.
    pub(super) fn is_given_back(&mut self, doc: DocId) -> Result<bool, ReplicaError> {
        if !self.repairing()? {
            return Ok(false);
        }
        let Some(opened) = self.take_if_readable(doc)? else { return self.has_proof(doc) };
        let was_accepted = self.was_accepted(&opened)?;
        self.keep(opened);
        Ok(was_accepted)
    }

    /// Whether a server had taken anything of a document before the one that is repaired now.
    pub(super) fn was_accepted(&self, opened: &Opened) -> Result<bool, ReplicaError> {
        Ok(opened.history.has_accepted() || self.has_proof(opened.row.doc)?)
    }

    fn has_proof(&self, doc: DocId) -> Result<bool, ReplicaError> {
        Ok(self.receipts_before(doc)?.is_some_and(|receipts| !receipts.is_empty()))
    }

    fn give_back_one(
        &mut self,
        row: &DocumentRow,
        before: &[Receipt],
        now: Timestamp,
    ) -> Result<(), ReplicaError> {
        let delivered = self.store.receipt(row.doc)?.filter(|_| row.origin == Origin::Shared);
        let server_heads = delivered.map_or(Vec::new(), |receipt| receipt.heads);
        let proven: Vec<_> = before.iter().flat_map(|receipt| receipt.heads.iter().copied()).collect();
        let foreign = self.foreign_actors(row.doc)?;
        let mut opened = self.take(row.doc)?;
        let actor = self.actor();
        let writes = opened.history.give_back(&server_heads, (&foreign, &proven), actor)?;
        self.finish(opened, writes, now)
    }

    /// Everything was given back, unless a document has not been read yet, or what others wrote waits still: without its
    /// receipts it would pass for this person's.
    pub(crate) fn end_repair(&mut self) -> Result<(), ReplicaError> {
        let is_all_given = self.store.setting(GIVING_BACK)?.is_some_and(|waiting| waiting.is_empty());
        if !is_all_given || self.has_others_waiting()? {
            return Ok(());
        }
        let mut writes =
            vec![Write::Setting(FORKED_CURSOR.into(), None), Write::Setting(GIVING_BACK.into(), None)];
        writes
            .extend(self.store.documents(None)?.iter().map(|row| Write::Setting(before_name(row.doc), None)));
        self.write(writes)
    }

    /// Whether changes that others wrote are in the outbox.
    fn has_others_waiting(&mut self) -> Result<bool, ReplicaError> {
        let waiting = self.mended(|store| store.outbox(0, usize::MAX))?;
        let mut foreign = BTreeMap::new();
        for row in waiting {
            let others = match foreign.entry(row.doc) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => unknown.insert(self.foreign_actors(row.doc)?),
            };
            if chunk::actor_of_bytes(&row.bytes).is_some_and(|actor| others.contains(&actor)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Asks for a document's body with the next sync.
    pub(crate) fn want(&mut self, doc: DocId) -> Result<(), ReplicaError> {
        let mut wanted = self.opened_stubs()?;
        wanted.push(doc);
        let bytes = wanted.iter().flat_map(|d| *d.as_bytes()).collect();
        self.write(vec![Write::Setting(OPENED_STUBS.into(), Some(bytes))])
    }

    pub(super) fn opened_stubs(&self) -> Result<Vec<DocId>, ReplicaError> {
        let bytes = self.store.setting(OPENED_STUBS)?.unwrap_or_default();
        let ids = bytes.chunks_exact(16).filter_map(DocId::from_slice);
        let mut stubs = Vec::new();
        for doc in ids {
            if self.store.document(doc)?.is_some_and(|row| row.presence == Presence::Stub) {
                stubs.push(doc);
            }
        }
        Ok(stubs)
    }
}

/// Whoever wrote the document meanwhile has settled it, or the next sync does.
fn unless_stale(done: Result<(), ReplicaError>) -> Result<(), ReplicaError> {
    match done {
        Err(ReplicaError::Store(StoreError::Stale)) => Ok(()),
        done => done,
    }
}
