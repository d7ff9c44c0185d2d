//! Owns the making of a request: drafts are sealed first, then the outbox is read in order.

use super::ReplicaError;
use super::desk::Desk;
use super::repair::FORKED_CURSOR;
use crate::ids::DocId;
use crate::store::{Origin, OutboxRow, StoreError};
use crate::sync::{CollectPlan, Collected, Mode};
use crate::time::Timestamp;
use crate::wire::{
    APP_SCHEMA, Create, MAX_COMMANDS, MAX_REQUEST_BYTES, PROTOCOL_VERSION, PushDocument, Receipt, Repair,
    SyncRequest,
};
use minicbor::bytes::ByteVec;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// So much of one document goes back in one request: what surrounds it must fit beside it.
const MOST_GIVEN_BACK_BYTES: usize = MAX_REQUEST_BYTES - (1 << 20);

impl Desk {
    /// Seals drafts and makes the request. What it holds is on disk before it is sent.
    pub(crate) fn collect(&mut self, plan: &CollectPlan, now: Timestamp) -> Result<Collected, ReplicaError> {
        let is_folded = self.fold_drafts(plan, now)?;
        let waiting = self.mended(|store| store.outbox(plan.after, usize::MAX))?;
        let pending = self.pending()?;
        let fitting = count_fitting(&waiting, plan.max_push_bytes);
        let has_more = fitting < waiting.len() || !is_folded;
        let reached = waiting[..fitting].last().map_or(plan.after, |row| row.position);
        let rows = match self.repairing()? {
            true => whole_documents(waiting, fitting),
            false => waiting.into_iter().take(fitting).collect(),
        };
        let push_bytes = rows.iter().map(|row| row.bytes.len()).sum();
        let push = self.group(rows)?;
        let request = SyncRequest {
            protocol: PROTOCOL_VERSION,
            replica: self.identity.replica,
            cursor: self.store.cursor()?.map(ByteVec::from),
            app_schema: APP_SCHEMA,
            max_response_bytes: plan.max_response_bytes,
            repair: self.repair(&push)?,
            push,
            commands: self.store.commands()?.into_iter().take(MAX_COMMANDS).collect(),
            want: self.wanted(now)?,
            verify: false,
        };
        let mode = if request.repair.is_some() { Mode::Repair } else { Mode::Normal };
        Ok(Collected { request: Arc::new(request), push_bytes, reached, has_more, pending, mode })
    }

    /// How many changes wait in the outbox, and how many decisions beside it.
    pub(crate) fn pending(&mut self) -> Result<u32, ReplicaError> {
        let changes = self.mended(|store| store.outbox(0, usize::MAX))?.len();
        let waiting = changes + self.store.commands()?.len();
        Ok(u32::try_from(waiting).unwrap_or(u32::MAX))
    }

    /// Folds until the request is full, so that a long queue does not hold up the first byte; whether that was all.
    /// A document that cannot be folded holds up no other one.
    fn fold_drafts(&mut self, plan: &CollectPlan, now: Timestamp) -> Result<bool, ReplicaError> {
        for doc in self.mended(|store| store.drafted())? {
            let waiting = self.mended(|store| store.outbox(plan.after, plan.max_push_bytes))?;
            if waiting.iter().map(|row| row.bytes.len()).sum::<usize>() >= plan.max_push_bytes {
                return Ok(false);
            }
            match self.fold(doc, now) {
                Ok(()) => {}
                // What is sealed already can leave all the same.
                Err(ReplicaError::Store(StoreError::Full)) => return Ok(true),
                Err(ReplicaError::Store(StoreError::Stale)) => {}
                Err(ReplicaError::NotHere(_) | ReplicaError::History(_)) => {}
                Err(error) if error.is_damage() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    fn group(&self, rows: Vec<OutboxRow>) -> Result<Vec<PushDocument>, ReplicaError> {
        let mut documents: Vec<PushDocument> = Vec::new();
        let mut places: BTreeMap<DocId, usize> = BTreeMap::new();
        for row in rows {
            let place = match places.get(&row.doc) {
                Some(place) => *place,
                None => {
                    documents.push(PushDocument {
                        doc: row.doc,
                        create: self.create_of(row.doc)?,
                        changes: Vec::new(),
                    });
                    places.insert(row.doc, documents.len() - 1);
                    documents.len() - 1
                }
            };
            documents[place].changes.push(ByteVec::from(row.bytes));
        }
        Ok(documents)
    }

    fn create_of(&self, doc: DocId) -> Result<Option<Create>, ReplicaError> {
        let row = self.store.document(doc)?.filter(|row| row.origin == Origin::Local);
        Ok(row.map(|row| Create { kind: row.kind, key: row.key }))
    }

    fn wanted(&self, now: Timestamp) -> Result<Vec<DocId>, ReplicaError> {
        let mut wanted = self.worth_asking_for(now)?;
        wanted.extend(self.opened_stubs()?);
        Ok(wanted)
    }

    fn repair(&self, push: &[PushDocument]) -> Result<Option<Repair>, ReplicaError> {
        let Some(forked_cursor) = self.store.setting(FORKED_CURSOR)? else { return Ok(None) };
        let mut docs: Vec<Receipt> = Vec::new();
        for document in push {
            docs.extend(self.receipts_before(document.doc)?.unwrap_or_default());
        }
        Ok(Some(Repair { forked_cursor: forked_cursor.into(), docs }))
    }
}

/// How many of the first rows fit; always at least one, if there is one.
fn count_fitting(rows: &[OutboxRow], max_bytes: usize) -> usize {
    let mut bytes = 0;
    let fits = |(index, row): &(usize, &OutboxRow)| {
        bytes += row.bytes.len();
        *index == 0 || bytes <= max_bytes
    };
    rows.iter().enumerate().take_while(fits).count()
}

/// The first rows, and whatever else waits of their documents: a receipt names the last changes of a document, and
/// proves only what they lead to within one request.
fn whole_documents(rows: Vec<OutboxRow>, first: usize) -> Vec<OutboxRow> {
    let docs: BTreeSet<DocId> = rows[..first].iter().map(|row| row.doc).collect();
    let mut bytes = 0;
    let belongs = |(index, row): &(usize, OutboxRow)| {
        let is_of_them = *index < first || docs.contains(&row.doc);
        bytes += if is_of_them { row.bytes.len() } else { 0 };
        is_of_them && (*index < first || bytes <= MOST_GIVEN_BACK_BYTES)
    };
    rows.into_iter().enumerate().filter(belongs).map(|(_, row)| row).collect()
}
