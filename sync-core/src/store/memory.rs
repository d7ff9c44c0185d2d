//! Owns the store without a file, for tests and previews: the same behaviour, in maps.

use super::{
    AudienceRow, Batch, Body, DocumentRow, Expect, Identity, OutboxRow, PartialSnapshot, Presence, RecordRow,
    RefusedRow, Standing, Store, StoreError, StoredChange, Write,
};
use crate::ids::{ActorId, AudienceId, ChangeHash, CommandId, DocId};
use crate::search::{Passage, Query};
use crate::wire::{Authored, Command, Receipt};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A store without a file. A clone is another phone with the same content.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    rows: Rows,
    erased: bool,
}

/// Everything stored. Cloning is cheap (documents are shared until written), so a batch works on a clone.
#[derive(Debug, Clone, Default)]
struct Rows {
    identity: Option<Identity>,
    cursor: Option<Vec<u8>>,
    settings: BTreeMap<String, Vec<u8>>,
    documents: BTreeMap<DocId, Arc<Held>>,
    commands: BTreeMap<u64, Arc<Command>>,
    refused: BTreeMap<u64, Arc<RefusedRow>>,
    audiences: BTreeMap<AudienceId, Arc<AudienceRow>>,
    records: BTreeMap<(String, Vec<u8>), Arc<RecordRow>>,
    /// The last number given to a draft, a change, a command or something refused; never given again.
    last_position: u64,
    /// The highest generation that a purge removed.
    purged_generation: u64,
}

/// One document and all that belongs to it; drafts and changes by position.
#[derive(Debug, Clone)]
struct Held {
    row: DocumentRow,
    snapshot: Option<Vec<u8>>,
    changes: BTreeMap<u64, StoredChange>,
    drafts: BTreeMap<u64, Vec<u8>>,
    partial: Option<PartialSnapshot>,
    authors: BTreeMap<ActorId, Authored>,
    receipt: Option<Receipt>,
    /// As of which generation, and what search finds.
    passages: Option<(u64, Vec<Passage>)>,
    damaged: bool,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a document's snapshot unreadable until it is mended, as a worn-out flash cell would.
    pub fn damage(&mut self, doc: DocId) {
        if let Some(held) = self.rows.documents.get_mut(&doc) {
            Arc::make_mut(held).damaged = true;
        }
    }

    fn readable(&self, doc: DocId) -> Result<Option<&Held>, StoreError> {
        match self.rows.documents.get(&doc) {
            Some(held) if held.damaged => Err(StoreError::DamagedDocument { doc }),
            held => Ok(held.map(Arc::as_ref)),
        }
    }
}

impl Store for MemoryStore {
    fn identity(&self) -> Result<Option<Identity>, StoreError> {
        Ok(self.rows.identity.clone())
    }

    fn cursor(&self) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.rows.cursor.clone())
    }

    fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.rows.settings.get(name).cloned())
    }

    fn document(&self, doc: DocId) -> Result<Option<DocumentRow>, StoreError> {
        Ok(self.rows.documents.get(&doc).map(|held| held.row.clone()))
    }

    fn documents(&self, kind: Option<&str>) -> Result<Vec<DocumentRow>, StoreError> {
        let of_kind = |row: &&DocumentRow| kind.is_none_or(|kind| row.kind == kind);
        let mut rows: Vec<_> =
            self.rows.documents.values().map(|h| &h.row).filter(of_kind).cloned().collect();
        rows.sort_by_key(|row| (std::cmp::Reverse(row.changed_at), row.doc));
        Ok(rows)
    }

    fn documents_in(&self, presence: Presence) -> Result<Vec<DocumentRow>, StoreError> {
        let held = self.rows.documents.values().filter(|held| held.row.presence == presence);
        Ok(held.map(|held| held.row.clone()).collect())
    }

    fn documents_of(&self, audience: AudienceId) -> Result<Vec<DocId>, StoreError> {
        let held = self.rows.documents.values().filter(|held| held.row.audience == audience);
        Ok(held.map(|held| held.row.doc).collect())
    }

    fn body(&self, doc: DocId) -> Result<Body, StoreError> {
        Ok(self.readable(doc)?.map(Held::body).unwrap_or_default())
    }

    fn partial(&self, doc: DocId) -> Result<Option<PartialSnapshot>, StoreError> {
        Ok(self.rows.documents.get(&doc).and_then(|held| held.partial.clone()))
    }

    fn drafted(&self) -> Result<Vec<DocId>, StoreError> {
        let oldest = |held: &Arc<Held>| Some((*held.drafts.keys().next()?, held.row.doc));
        let by_age: BTreeMap<u64, DocId> = self.rows.documents.values().filter_map(oldest).collect();
        Ok(by_age.into_values().collect())
    }

    fn has_drafts(&self, doc: DocId) -> Result<bool, StoreError> {
        Ok(self.rows.documents.get(&doc).is_some_and(|held| !held.drafts.is_empty()))
    }

    fn outbox(&self, after: u64, max_bytes: usize) -> Result<Vec<OutboxRow>, StoreError> {
        let mut waiting: Vec<_> = self.rows.documents.values().flat_map(|held| held.outbox(after)).collect();
        waiting.sort_by_key(|row| row.position);
        let mut bytes = 0;
        let fits = |(at, row): &(usize, OutboxRow)| {
            bytes += row.bytes.len();
            *at == 0 || bytes <= max_bytes
        };
        Ok(waiting.into_iter().enumerate().take_while(fits).map(|(_, row)| row).collect())
    }

    fn author(&self, doc: DocId, actor: ActorId) -> Result<Option<Authored>, StoreError> {
        Ok(self.rows.documents.get(&doc).and_then(|held| held.authors.get(&actor).copied()))
    }

    fn authors(&self, doc: DocId) -> Result<Vec<Authored>, StoreError> {
        let authors = self.rows.documents.get(&doc).map(|held| held.authors.values().copied().collect());
        Ok(authors.unwrap_or_default())
    }

    fn receipt(&self, doc: DocId) -> Result<Option<Receipt>, StoreError> {
        Ok(self.rows.documents.get(&doc).and_then(|held| held.receipt.clone()))
    }

    fn commands(&self) -> Result<Vec<Command>, StoreError> {
        Ok(self.rows.commands.values().map(|command| command.as_ref().clone()).collect())
    }

    fn refused(&self) -> Result<Vec<RefusedRow>, StoreError> {
        Ok(self.rows.refused.values().rev().map(|row| row.as_ref().clone()).collect())
    }

    fn audiences(&self) -> Result<Vec<AudienceRow>, StoreError> {
        Ok(self.rows.audiences.values().map(|row| row.as_ref().clone()).collect())
    }

    fn records(&self, collection: &str) -> Result<Vec<RecordRow>, StoreError> {
        let rows = self.rows.records.values().filter(|row| row.collection == collection);
        Ok(rows.map(|row| row.as_ref().clone()).collect())
    }

    fn indexed(&self) -> Result<BTreeMap<DocId, u64>, StoreError> {
        let generation = |held: &Arc<Held>| Some((held.row.doc, held.passages.as_ref()?.0));
        Ok(self.rows.documents.values().filter_map(generation).collect())
    }

    fn search(&self, query: &Query) -> Result<Vec<(DocId, Passage)>, StoreError> {
        let all = self.rows.documents.values().flat_map(|held| held.all_passages());
        let matching = all.filter(|(_, passage)| !query.is_empty() && query.find(&passage.text).is_some());
        Ok(matching.map(|(doc, passage)| (doc, passage.clone())).collect())
    }

    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        if self.erased {
            return Err(StoreError::Erased);
        }
        if !batch.expect.iter().all(|expect| self.rows.holds(expect)) {
            return Err(StoreError::Stale);
        }
        let mut next = self.rows.clone();
        batch.writes.iter().try_for_each(|write| next.apply(write))?;
        self.rows = next;
        Ok(())
    }

    fn erase(&mut self) -> Result<(), StoreError> {
        *self = Self { rows: Rows::default(), erased: true };
        Ok(())
    }
}

impl Held {
    fn new(row: DocumentRow) -> Self {
        Self {
            row,
            snapshot: None,
            changes: BTreeMap::new(),
            drafts: BTreeMap::new(),
            partial: None,
            authors: BTreeMap::new(),
            receipt: None,
            passages: None,
            damaged: false,
        }
    }

    fn body(&self) -> Body {
        Body {
            snapshot: self.snapshot.clone(),
            changes: self.changes.values().cloned().collect(),
            drafts: self.drafts.values().cloned().collect(),
        }
    }

    fn outbox(&self, after: u64) -> impl Iterator<Item = OutboxRow> {
        let waiting = move |(position, change): (&u64, &StoredChange)| {
            (*position > after && change.standing == Standing::Outbox).then(|| OutboxRow {
                position: *position,
                doc: self.row.doc,
                hash: change.hash,
                bytes: change.bytes.clone(),
            })
        };
        self.changes.iter().filter_map(waiting)
    }

    fn all_passages(&self) -> impl Iterator<Item = (DocId, &Passage)> {
        let passages = self.passages.iter().flat_map(|(_, passages)| passages);
        passages.map(|passage| (self.row.doc, passage))
    }

    fn mend(&mut self) {
        if self.damaged {
            self.snapshot = None;
            self.damaged = false;
        }
    }

    fn change(&mut self, position: u64, change: &StoredChange) {
        match self.changes.values_mut().find(|known| known.hash == change.hash) {
            None => drop(self.changes.insert(position, change.clone())),
            Some(known) => known.standing = known.standing.after(change.standing),
        }
    }

    fn accept(&mut self, hash: ChangeHash) {
        if let Some(known) = self.changes.values_mut().find(|known| known.hash == hash) {
            known.standing = Standing::Accepted;
        }
    }

    fn snapshot(&mut self, bytes: &[u8], contains: &[ChangeHash]) {
        self.snapshot = Some(bytes.to_vec());
        self.changes
            .retain(|_, known| known.standing != Standing::Accepted || !contains.contains(&known.hash));
    }
}

impl Rows {
    fn holds(&self, expect: &Expect) -> bool {
        match expect {
            Expect::Generation(doc, generation) => {
                self.documents.get(doc).map_or(0, |held| held.row.generation) == *generation
            }
            Expect::Cursor(cursor) => self.cursor == *cursor,
        }
    }

    fn apply(&mut self, write: &Write) -> Result<(), StoreError> {
        match write {
            Write::Identity(identity) => self.set_identity(identity)?,
            Write::Document(row) => self.put_document(row),
            Write::Purge(doc) => self.purge(*doc),
            Write::Mend(doc) => self.if_held(*doc, Held::mend),
            Write::Draft(doc, bytes) => {
                let position = self.next_position();
                self.held(*doc)?.drafts.insert(position, bytes.clone());
            }
            Write::ClearDrafts(doc) => self.if_held(*doc, |held| held.drafts.clear()),
            Write::Change(doc, change) => {
                let position = self.next_position();
                self.held(*doc)?.change(position, change);
            }
            Write::Accepted(doc, hash) => self.if_held(*doc, |held| held.accept(*hash)),
            Write::RemoveChange(doc, hash) => {
                self.if_held(*doc, |held| held.changes.retain(|_, known| known.hash != *hash));
            }
            Write::Snapshot { doc, bytes, contains } => self.held(*doc)?.snapshot(bytes, contains),
            Write::Partial(doc, None) => self.if_held(*doc, |held| held.partial = None),
            Write::Partial(doc, partial) => self.held(*doc)?.partial = partial.clone(),
            Write::Author(doc, authored) => {
                self.held(*doc)?.authors.entry(authored.actor).or_insert(*authored);
            }
            Write::Receipt(receipt) => self.held(receipt.doc)?.receipt = Some(receipt.clone()),
            Write::Passages(doc, passages) => {
                let held = self.held(*doc)?;
                held.passages = Some((held.row.generation, passages.clone()));
            }
            Write::Command(command) => self.put_command(command),
            Write::ForgetCommand(id) => self.forget_command(*id),
            Write::Refused(row) => self.refuse(row),
            Write::ForgetRefused(id) => drop(self.refused.remove(id)),
            Write::Audience(row) => drop(self.audiences.insert(row.audience, Arc::new(row.clone()))),
            Write::RemoveAudience(audience) => drop(self.audiences.remove(audience)),
            Write::Record(row) => self.put_record(row),
            Write::RemoveRecord(collection, key) => {
                drop(self.records.remove(&(collection.clone(), key.clone())));
            }
            Write::Cursor(cursor) => self.cursor = cursor.clone(),
            Write::Setting(name, Some(value)) => drop(self.settings.insert(name.clone(), value.clone())),
            Write::Setting(name, None) => drop(self.settings.remove(name)),
        }
        Ok(())
    }

    fn held(&mut self, doc: DocId) -> Result<&mut Held, StoreError> {
        self.documents.get_mut(&doc).map(Arc::make_mut).ok_or(StoreError::NoDocument(doc))
    }

    /// Removing from a document that is gone is done already.
    fn if_held(&mut self, doc: DocId, remove: impl FnOnce(&mut Held)) {
        if let Some(held) = self.documents.get_mut(&doc) {
            remove(Arc::make_mut(held));
        }
    }

    fn next_position(&mut self) -> u64 {
        self.last_position += 1;
        self.last_position
    }

    fn set_identity(&mut self, identity: &Identity) -> Result<(), StoreError> {
        if self.identity.as_ref().is_some_and(|owner| !owner.is_same_account(identity)) {
            return Err(StoreError::OtherAccount);
        }
        self.identity = Some(identity.clone());
        Ok(())
    }

    fn put_document(&mut self, row: &DocumentRow) {
        let before = self.documents.get(&row.doc).map_or(self.purged_generation, |held| held.row.generation);
        let row = DocumentRow { generation: before + 1, ..row.clone() };
        match self.documents.get_mut(&row.doc) {
            Some(held) => Arc::make_mut(held).row = row,
            None => drop(self.documents.insert(row.doc, Arc::new(Held::new(row)))),
        }
    }

    fn purge(&mut self, doc: DocId) {
        if let Some(held) = self.documents.remove(&doc) {
            self.purged_generation = self.purged_generation.max(held.row.generation);
        }
    }

    fn put_command(&mut self, command: &Command) {
        let position = self.next_position();
        if self.commands.values().all(|known| known.id != command.id) {
            self.commands.insert(position, Arc::new(command.clone()));
        }
    }

    fn forget_command(&mut self, id: CommandId) {
        self.commands.retain(|_, command| command.id != id);
    }

    fn refuse(&mut self, row: &RefusedRow) {
        let id = self.next_position();
        self.refused.insert(id, Arc::new(RefusedRow { id, ..row.clone() }));
    }

    fn put_record(&mut self, row: &RecordRow) {
        let place = (row.collection.clone(), row.key.clone());
        if self.records.get(&place).is_none_or(|stored| stored.version <= row.version) {
            self.records.insert(place, Arc::new(row.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::contract;

    contract::every_rule!(MemoryStore::new());

    #[test]
    fn a_damaged_document_is_named_until_it_is_mended_and_keeps_what_was_not_sent() {
        let mut store = MemoryStore::new();
        contract::everything_written_is_read_back_as_it_was(&mut store);
        store.damage(contract::doc(1));

        let damaged = store.body(contract::doc(1));
        assert!(matches!(damaged, Err(StoreError::DamagedDocument { doc }) if doc == contract::doc(1)));
        contract::write(&mut store, vec![Write::Mend(contract::doc(1))]);

        let body = store.body(contract::doc(1)).unwrap();
        assert_eq!((body.snapshot, body.drafts.len(), body.changes.len()), (None, 1, 2));
    }

    #[test]
    fn a_copied_phone_goes_its_own_way() {
        let mut store = MemoryStore::new();
        contract::everything_written_is_read_back_as_it_was(&mut store);
        let copy = store.clone();

        contract::write(&mut store, vec![Write::ClearDrafts(contract::doc(1))]);

        assert_eq!(copy.drafted().unwrap(), vec![contract::doc(1)]);
        assert_eq!(store.drafted().unwrap(), vec![]);
    }
}
