//! Owns the statements about documents.

use super::locks::Key;
use super::tables::Document;
use super::transaction::ModelTransaction;
use server::store::row::{Advance, DocumentRow, HeadsRow, NewDocument};
use server::store::{Documents, Stored};
use std::collections::BTreeSet;
use std::sync::Arc;
use sync_core::ids::{AudienceId, DocId};

impl Documents for ModelTransaction {
    async fn documents(&mut self, docs: &[DocId]) -> Stored<Vec<DocumentRow>> {
        let tables = self.statement("documents").await?;
        let asked: BTreeSet<&DocId> = docs.iter().collect();
        let found = asked.into_iter().filter_map(|doc| tables.documents.get(doc));
        Ok(found.map(|document| document.row.clone()).collect())
    }

    async fn insert_documents(&mut self, new: &[NewDocument]) -> Stored<Vec<DocId>> {
        let tables = self.statement("insert_documents").await?;
        let mut new: Vec<_> = new.iter().filter(|new| !tables.documents.contains_key(&new.row.doc)).collect();
        new.sort_by_key(|new| new.row.doc);
        self.hold(new.iter().map(|new| Key::Document(new.row.doc)).collect()).await?;
        let mut inserted = Vec::new();
        for new in new {
            if self.view().documents.contains_key(&new.row.doc) {
                continue;
            }
            self.demand(self.view().audiences.contains_key(&new.row.audience), "no such audience")?;
            inserted.push(new.row.doc);
            let document = Arc::new(created(new));
            self.step(move |tables| {
                tables.documents.insert(document.row.doc, document.clone());
            });
        }
        Ok(inserted)
    }

    async fn lock_documents(&mut self, docs: &[DocId]) -> Stored<Vec<(DocId, u64)>> {
        let tables = self.statement("lock_documents").await?;
        let there: BTreeSet<DocId> =
            docs.iter().copied().filter(|doc| tables.documents.contains_key(doc)).collect();
        let tables = self.hold(there.iter().map(|doc| Key::Document(*doc)).collect()).await?;
        let locked = there.iter().filter_map(|doc| tables.documents.get(doc));
        Ok(locked.map(|document| (document.row.doc, document.row.version)).collect())
    }

    async fn advance_documents(&mut self, to: &[Advance]) -> Stored<()> {
        self.statement("advance_documents").await?;
        self.hold(to.iter().map(|to| Key::Document(to.doc)).collect()).await?;
        for to in to.iter().cloned() {
            self.step(move |tables| tables.change_document(to.doc, |document| advance(document, &to)));
        }
        Ok(())
    }

    async fn documents_of(
        &mut self,
        audience: AudienceId,
        after: Option<DocId>,
        limit: u32,
    ) -> Stored<Vec<DocumentRow>> {
        let tables = self.statement("documents_of").await?;
        let theirs = tables.documents_after(after).filter(|document| document.row.audience == audience);
        Ok(theirs.take(limit as usize).map(|document| document.row.clone()).collect())
    }

    async fn heads_of(&mut self, audiences: &[AudienceId]) -> Stored<Vec<HeadsRow>> {
        let tables = self.statement("heads_of").await?;
        let rows = tables.documents.values().map(|document| &document.row);
        let theirs = rows.filter(|row| audiences.contains(&row.audience));
        Ok(theirs.map(heads_row).collect())
    }
}

fn heads_row(row: &DocumentRow) -> HeadsRow {
    let DocumentRow { doc, kind, audience, heads, .. } = row.clone();
    HeadsRow { doc, kind, audience, heads }
}

/// The document that an insertion makes: it has no snapshot, whatever the row says.
fn created(new: &NewDocument) -> Document {
    let row = DocumentRow {
        snapshot_version: 0,
        snapshot_bytes: 0,
        tail_bytes: new.row.size_bytes,
        ..new.row.clone()
    };
    Document { row, changed_at: new.at }
}

fn advance(document: &mut Document, to: &Advance) {
    let row = &mut document.row;
    (row.version, row.max_op) = (to.version, to.max_op);
    row.heads.clone_from(&to.heads);
    row.size_bytes += to.added_bytes;
    row.tail_bytes += to.added_bytes;
    document.changed_at = to.at;
}
