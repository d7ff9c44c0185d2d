//! Owns the statements about saved documents.

use super::locks::Key;
use super::tables::{Document, Snapshot};
use super::transaction::ModelTransaction;
use server::store::row::SnapshotRow;
use server::store::{Snapshots, Stored};
use std::sync::Arc;
use sync_core::ids::DocId;
use sync_core::time::Timestamp;

impl Snapshots for ModelTransaction {
    async fn snapshots(&mut self, of: &[(DocId, u64)]) -> Stored<Vec<SnapshotRow>> {
        let tables = self.statement("snapshots").await?;
        let found = of.iter().filter_map(|place| tables.snapshots.get(place));
        let mut rows: Vec<_> = found.map(|snapshot| snapshot.row.clone()).collect();
        rows.sort_by_key(|row| row.doc);
        Ok(rows)
    }

    async fn snapshot_part(
        &mut self,
        doc: DocId,
        version: u64,
        offset: u32,
        length: u32,
    ) -> Stored<Option<(SnapshotRow, u32)>> {
        let tables = self.statement("snapshot_part").await?;
        let Some(snapshot) = tables.snapshots.get(&(doc, version)) else { return Ok(None) };
        let whole = &snapshot.row.bytes;
        let bytes = whole.iter().skip(offset as usize).take(length as usize).copied().collect();
        let total = u32::try_from(whole.len()).unwrap_or(u32::MAX);
        Ok(Some((SnapshotRow { bytes, ..snapshot.row.clone() }, total)))
    }

    async fn uncompacted(
        &mut self,
        after: Option<DocId>,
        quiet_since: Timestamp,
        limit: u32,
    ) -> Stored<Vec<DocId>> {
        let tables = self.statement("uncompacted").await?;
        let waiting = tables.documents_after(after).filter(|document| is_waiting(document, quiet_since));
        Ok(waiting.take(limit as usize).map(|document| document.row.doc).collect())
    }

    async fn insert_snapshot(&mut self, snapshot: &SnapshotRow, _: Timestamp) -> Stored<()> {
        let place = (snapshot.doc, snapshot.version);
        if self.statement("insert_snapshot").await?.snapshots.contains_key(&place) {
            return Ok(());
        }
        self.hold(vec![Key::Snapshot(snapshot.doc, snapshot.version)]).await?;
        self.demand(self.view().documents.contains_key(&snapshot.doc), "no such document")?;
        let row = Arc::new(Snapshot { row: snapshot.clone(), replaced_at: None });
        self.step(move |tables| {
            tables.snapshots.entry(place).or_insert_with(|| row.clone());
        });
        Ok(())
    }

    async fn adopt_snapshot(&mut self, doc: DocId, version: u64, size: u64) -> Stored<bool> {
        self.statement("adopt_snapshot").await?;
        if !self.has_older_snapshot(doc, version) {
            return Ok(false);
        }
        self.hold(vec![Key::Document(doc)]).await?;
        if !self.has_older_snapshot(doc, version) {
            return Ok(false);
        }
        let covered = self.newly_covered_bytes(doc, version);
        self.step(move |tables| {
            tables.change_document(doc, |document| {
                let row = &mut document.row;
                (row.snapshot_version, row.snapshot_bytes) = (version, size);
                row.tail_bytes = row.tail_bytes.saturating_sub(covered);
            });
        });
        Ok(true)
    }

    async fn mark_replaced(&mut self, doc: DocId, before_version: u64, at: Timestamp) -> Stored<()> {
        let tables = self.statement("mark_replaced").await?;
        let older = tables.snapshots.range((doc, 0)..(doc, before_version));
        let older: Vec<_> = older.filter(|(_, s)| s.replaced_at.is_none()).map(|(place, _)| *place).collect();
        self.hold(older.iter().map(|(doc, version)| Key::Snapshot(*doc, *version)).collect()).await?;
        self.step(move |tables| {
            for place in &older {
                if let Some(snapshot) = tables.snapshots.get_mut(place).filter(|s| s.replaced_at.is_none()) {
                    Arc::make_mut(snapshot).replaced_at = Some(at);
                }
            }
        });
        Ok(())
    }

    async fn delete_replaced(&mut self, before: Timestamp) -> Stored<u64> {
        let tables = self.statement("delete_replaced").await?;
        let is_old = move |snapshot: &Snapshot| snapshot.replaced_at.is_some_and(|at| at < before);
        let mut old: Vec<_> = tables.snapshots.iter().filter(|(_, s)| is_old(s)).map(|(at, _)| *at).collect();
        let tables =
            self.hold(old.iter().map(|(doc, version)| Key::Snapshot(*doc, *version)).collect()).await?;
        old.retain(|place| tables.snapshots.contains_key(place));
        let count = old.len() as u64;
        self.step(move |tables| old.iter().for_each(|place| drop(tables.snapshots.remove(place))));
        Ok(count)
    }
}

impl ModelTransaction {
    fn has_older_snapshot(&self, doc: DocId, version: u64) -> bool {
        self.view().documents.get(&doc).is_some_and(|document| document.row.snapshot_version < version)
    }

    /// The bytes of the changes that the present snapshot does not hold, and one of this version does.
    fn newly_covered_bytes(&self, doc: DocId, version: u64) -> u64 {
        let tables = self.view();
        let from = tables.documents.get(&doc).map_or(0, |document| document.row.snapshot_version);
        let covered = tables.changes_after(doc, from).filter(|row| row.version <= version);
        covered.map(|row| row.bytes.len() as u64).sum()
    }
}

/// Many changes or bytes after the newest snapshot; or some, and nobody writes.
fn is_waiting(document: &Document, quiet_since: Timestamp) -> bool {
    let changes = document.row.version - document.row.snapshot_version;
    let has_many_bytes = document.row.tail_bytes >= 16_384;
    has_many_bytes || changes >= 64 || (changes >= 8 && document.changed_at <= quiet_since)
}
