//! Owns what becomes of a document whose stored rows cannot be read: what was not sent and can be read stays, the
//! rest is fetched again, and no other document waits for it.

use super::desk::Desk;
use super::reading::have_read;
use super::{Event, ReplicaError};
use crate::coaching::Kind;
use crate::document;
use crate::history::{History, chunk};
use crate::store::{
    Batch, Body, DocumentRow, Expect, Origin, Presence, Standing, Store, StoreError, StoredChange, Write,
};
use crate::time::Timestamp;
use std::collections::BTreeSet;

impl Desk {
    /// Does something; when a document cannot be read, that document is out of order from then on, so that the next
    /// attempt passes it by.
    pub(crate) fn mending<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, ReplicaError>,
    ) -> Result<T, ReplicaError> {
        let done = work(self);
        if let Err(ReplicaError::Store(StoreError::DamagedDocument { doc })) = &done
            && let Some(row) = self.store.document(*doc)?
        {
            self.set_out_of_order(&row)?;
        }
        done
    }

    /// Reads something that goes through many documents: those that cannot be read are out of order from then on, and
    /// hold up nothing else.
    pub(super) fn mended<T>(
        &mut self,
        read: impl Fn(&dyn Store) -> Result<T, StoreError>,
    ) -> Result<T, ReplicaError> {
        let mut mended = BTreeSet::new();
        loop {
            match read(&*self.store) {
                Err(StoreError::DamagedDocument { doc }) if mended.insert(doc) => {
                    let Some(row) = self.store.document(doc)? else { continue };
                    self.set_out_of_order(&row)?;
                }
                done => return Ok(done?),
            }
        }
    }

    /// Takes out what cannot be read, keeps what is unsent, and asks the server for the rest.
    pub(super) fn set_out_of_order(&mut self, row: &DocumentRow) -> Result<(), ReplicaError> {
        if row.presence == Presence::Leaving {
            // Nothing of it is left but what is unsent.
            return self.write(vec![Write::Mend(row.doc), Write::Document(row.clone())]);
        }
        let damaged = DocumentRow { presence: Presence::Damaged, summary: Vec::new(), ..row.clone() };
        let expect = vec![Expect::Generation(row.doc, row.generation)];
        let writes = vec![Write::Mend(row.doc), Write::Document(damaged.clone())];
        self.store.commit(&Batch { expect, writes })?;
        self.keep_unsent_only(DocumentRow { generation: row.generation + 1, ..damaged })
    }

    /// Leaves nothing of a document but what waits to be sent: a part of what the server has would pass for all of it.
    pub(super) fn keep_unsent_only(&mut self, row: DocumentRow) -> Result<(), ReplicaError> {
        let doc = row.doc;
        let mut body = self.store.body(doc)?;
        body.snapshot = None;
        body.changes.retain(|change| change.standing == Standing::Outbox);
        let row = self.begin_anew(row, &mut body);
        let expect = vec![Expect::Generation(doc, row.generation)];
        // Whose what waits is stays known: it may be what others wrote and this phone gives back.
        let authors = self.store.authors(doc)?.into_iter().map(|author| Write::Author(doc, author));
        let is_whole = row.presence == Presence::Full;
        let mut writes = vec![Write::Purge(doc), Write::Document(row)];
        writes.extend(authors);
        if is_whole {
            // Nothing that was sent is left in it.
            writes.push(have_read(doc));
        }
        writes.extend(body.changes.into_iter().map(|change| Write::Change(doc, change)));
        writes.extend(body.drafts.into_iter().map(|draft| Write::Draft(doc, draft)));
        self.store.commit(&Batch { expect, writes })?;
        self.forget(doc);
        self.events.push(Event::DocumentChanged(doc));
        Ok(())
    }

    /// The server has told everything that it has since it was restored, and this document is not there: what is unsent
    /// is all that is left.
    pub(super) fn begin_without_body(
        &mut self,
        row: DocumentRow,
        now: Timestamp,
    ) -> Result<(), ReplicaError> {
        let (doc, body) = (row.doc, self.store.body(row.doc)?);
        let is_unsent = |change: &StoredChange| change.standing == Standing::Outbox;
        if body.changes.iter().any(is_unsent) || !body.drafts.is_empty() {
            self.keep_unsent_only(DocumentRow { origin: Origin::Local, ..row })?;
        }
        match self.store.document(doc)? {
            Some(row) if row.presence == Presence::Damaged => self.part_with(row, now),
            _ => Ok(()),
        }
    }

    /// A document that the server does not have yet is whole with its genesis, which is always the same.
    fn begin_anew(&mut self, row: DocumentRow, body: &mut Body) -> DocumentRow {
        let Some(kind) = Kind::parse(&row.kind).filter(|_| row.origin == Origin::Local) else { return row };
        let genesis = chunk::stored(&document::genesis(kind, &row.key), Standing::Accepted);
        let mut whole = body.clone();
        whole.changes.insert(0, genesis);
        let actor = self.actor();
        if History::load(&row, &whole, actor).is_err() {
            return row;
        }
        *body = whole;
        DocumentRow { presence: Presence::Full, ..row }
    }
}
