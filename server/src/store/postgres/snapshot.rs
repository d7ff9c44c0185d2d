//! Owns the SQL about saved documents.

use super::encoding::{BEFORE_ALL, Id, big, count, joined, split};
use super::{PgTransaction, failure};
use crate::store::row::SnapshotRow;
use crate::store::{Snapshots, StoreError, Stored};
use sqlx::FromRow;
use sync_core::ids::DocId;
use sync_core::time::Timestamp;
use uuid::Uuid;

#[derive(FromRow)]
struct Row {
    doc: Uuid,
    version: i64,
    heads: Vec<u8>,
    bytes: Vec<u8>,
    total: i64,
}

impl TryFrom<Row> for SnapshotRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Stored<Self> {
        let (doc, version) = (DocId::from_column(row.doc), count(row.version));
        Ok(Self { doc, version, heads: split(&row.heads)?, bytes: row.bytes })
    }
}

impl Snapshots for PgTransaction {
    async fn snapshots(&mut self, of: &[(DocId, u64)]) -> Stored<Vec<SnapshotRow>> {
        let (docs, versions): (Vec<_>, Vec<_>) =
            of.iter().map(|(doc, version)| (doc.column(), big(*version))).unzip();
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT snapshot.doc, snapshot.version, heads, bytes, octet_length(bytes)::bigint AS total
             FROM unnest($2::uuid[], $3::bigint[]) AS asked (doc, version)
             JOIN snapshot ON snapshot.org = $1 AND snapshot.doc = asked.doc AND snapshot.version = asked.version
             ORDER BY snapshot.doc",
        )
        .bind(self.org())
        .bind(docs)
        .bind(versions)
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        rows.into_iter().map(SnapshotRow::try_from).collect()
    }

    async fn snapshot_part(
        &mut self,
        doc: DocId,
        version: u64,
        offset: u32,
        length: u32,
    ) -> Stored<Option<(SnapshotRow, u32)>> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT doc, version, heads, substring(bytes FROM $4 FOR $5) AS bytes,
                    octet_length(bytes)::bigint AS total
             FROM snapshot WHERE org = $1 AND doc = $2 AND version = $3",
        )
        .bind(self.org())
        .bind(doc.column())
        .bind(big(version))
        .bind(i32::try_from(offset).unwrap_or(i32::MAX).saturating_add(1))
        .bind(i32::try_from(length).unwrap_or(i32::MAX))
        .fetch_optional(self.connection().await)
        .await
        .map_err(failure)?;
        let with_total = |row: Row| {
            let total = u32::try_from(row.total).unwrap_or(u32::MAX);
            Ok((SnapshotRow::try_from(row)?, total))
        };
        row.map(with_total).transpose()
    }

    async fn uncompacted(
        &mut self,
        after: Option<DocId>,
        quiet_since: Timestamp,
        limit: u32,
    ) -> Stored<Vec<DocId>> {
        // The first condition is the one of document_tail_idx, word for word: else the index is not used.
        let docs: Vec<Uuid> = sqlx::query_scalar(
            "SELECT id FROM document
             WHERE org = $1 AND (version - snapshot_version >= 8 OR tail_bytes >= 16384)
               AND (version - snapshot_version >= 64 OR tail_bytes >= 16384 OR changed_at <= from_ms($3))
               AND id > $2
             ORDER BY id LIMIT $4",
        )
        .bind(self.org())
        .bind(after.unwrap_or(BEFORE_ALL).column())
        .bind(quiet_since.0)
        .bind(i64::from(limit))
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(docs.into_iter().map(DocId::from_column).collect())
    }

    async fn insert_snapshot(&mut self, snapshot: &SnapshotRow, at: Timestamp) -> Stored<()> {
        sqlx::query(
            "INSERT INTO snapshot (org, doc, version, heads, bytes, created_at)
             VALUES ($1, $2, $3, $4, $5, from_ms($6))
             ON CONFLICT (org, doc, version) DO NOTHING",
        )
        .bind(self.org())
        .bind(snapshot.doc.column())
        .bind(big(snapshot.version))
        .bind(joined(&snapshot.heads))
        .bind(&snapshot.bytes)
        .bind(at.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(())
    }

    async fn adopt_snapshot(&mut self, doc: DocId, version: u64, size: u64) -> Stored<bool> {
        let adopted = sqlx::query(
            // What is covered now is taken off, instead of counting what is not: a push that commits while this
            // waits for the row is not seen by the sub-query, but its bytes are in the row.
            "UPDATE document SET snapshot_version = $3, snapshot_bytes = $4,
                    tail_bytes = tail_bytes - (SELECT coalesce(sum(octet_length(bytes)), 0) FROM change
                                               WHERE change.org = $1 AND change.doc = $2
                                                 AND change.version > document.snapshot_version
                                                 AND change.version <= $3)
             WHERE org = $1 AND id = $2 AND snapshot_version < $3",
        )
        .bind(self.org())
        .bind(doc.column())
        .bind(big(version))
        .bind(big(size))
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(adopted.rows_affected() == 1)
    }

    async fn mark_replaced(&mut self, doc: DocId, before_version: u64, at: Timestamp) -> Stored<()> {
        sqlx::query(
            "UPDATE snapshot SET replaced_at = from_ms($4)
             WHERE org = $1 AND doc = $2 AND version < $3 AND replaced_at IS NULL",
        )
        .bind(self.org())
        .bind(doc.column())
        .bind(big(before_version))
        .bind(at.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(())
    }

    async fn delete_replaced(&mut self, before: Timestamp) -> Stored<u64> {
        let deleted = sqlx::query("DELETE FROM snapshot WHERE org = $1 AND replaced_at < from_ms($2)")
            .bind(self.org())
            .bind(before.0)
            .execute(self.connection().await)
            .await
            .map_err(failure)?;
        Ok(deleted.rows_affected())
    }
}

#[cfg(test)]
mod tests {
    use crate::store::postgres::testing::{Database, change, hash, org};
    use crate::store::row::{Advance, ChangeRow, SnapshotRow};
    use crate::store::{Access, Documents, Snapshots, Store, Transaction};
    use sqlx::PgPool;
    use sync_core::ids::DocId;
    use sync_core::time::Timestamp;

    fn saved(doc: DocId, version: u64) -> SnapshotRow {
        SnapshotRow { doc, version, heads: vec![hash(version)], bytes: (0..100).collect() }
    }

    #[sqlx::test]
    async fn a_saved_document_reads_back_whole_and_in_parts(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let doc = db.insert_document(org(1), 1).await.doc;
        let snapshot = saved(doc, 1);

        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        tx.insert_snapshot(&snapshot, Timestamp(1)).await.unwrap();
        tx.insert_snapshot(&snapshot, Timestamp(2)).await.unwrap();

        assert_eq!(tx.snapshots(&[(doc, 1), (doc, 2)]).await.unwrap(), std::slice::from_ref(&snapshot));
        let (part, total) = tx.snapshot_part(doc, 1, 90, 40).await.unwrap().unwrap();
        assert_eq!((part.bytes, total), (snapshot.bytes[90..].to_vec(), 100));
        let (part, _) = tx.snapshot_part(doc, 1, 0, 3).await.unwrap().unwrap();
        assert_eq!(part.bytes, [0, 1, 2]);
        assert_eq!(tx.snapshot_part(doc, 2, 0, 3).await.unwrap(), None);
    }

    #[sqlx::test]
    async fn a_document_takes_the_newer_snapshot_and_counts_what_comes_after_it(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let doc = db.insert_document(org(1), 1).await.doc;
        let changes: Vec<_> = (1..=3).map(|version| change(doc, version)).collect();
        db.insert_changes(org(1), &changes).await;
        let size = |changes: &[ChangeRow]| changes.iter().map(|row| row.bytes.len() as u64).sum::<u64>();
        db.as_owner(&format!("UPDATE document SET version = 3, tail_bytes = {}", size(&changes))).await;
        let mut push = db.store.begin(org(1), Access::Write).await.unwrap();
        push.lock_documents(&[doc]).await.unwrap();

        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        let adopting = tx.adopt_snapshot(doc, 2, 77);
        let finish = async {
            db.until_somebody_waits().await;
            let (heads, at) = (vec![hash(4)], Timestamp(0));
            let advance = Advance { doc, version: 4, max_op: 50, heads, added_bytes: 1000, facts: None, at };
            push.advance_documents(&[advance]).await.unwrap();
            push.commit().await.unwrap();
        };
        let (adopted, ()) = tokio::join!(adopting, finish);

        assert!(adopted.unwrap());
        assert!(!tx.adopt_snapshot(doc, 1, 55).await.unwrap());
        let row = tx.documents(&[doc]).await.unwrap().remove(0);
        assert_eq!((row.snapshot_version, row.snapshot_bytes), (2, 77));
        assert_eq!(row.tail_bytes, size(&changes[2..]) + 1000);
    }

    #[sqlx::test]
    async fn a_replaced_snapshot_stays_until_it_is_old(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let doc = db.insert_document(org(1), 1).await.doc;
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        tx.insert_snapshot(&saved(doc, 1), Timestamp(1)).await.unwrap();
        tx.insert_snapshot(&saved(doc, 2), Timestamp(2)).await.unwrap();

        tx.mark_replaced(doc, 2, Timestamp(500)).await.unwrap();
        tx.mark_replaced(doc, 2, Timestamp(900)).await.unwrap();

        assert_eq!(tx.delete_replaced(Timestamp(500)).await.unwrap(), 0);
        assert_eq!(tx.delete_replaced(Timestamp(501)).await.unwrap(), 1);
        assert_eq!(tx.snapshots(&[(doc, 1), (doc, 2)]).await.unwrap(), [saved(doc, 2)]);
    }

    #[sqlx::test]
    async fn what_has_many_changes_or_bytes_waits_and_what_has_some_waits_until_it_is_quiet(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut docs = Vec::new();
        for number in 1..=4 {
            docs.push(db.insert_document(org(1), number).await.doc);
        }
        for (doc, set) in [(0, "version = 64"), (1, "tail_bytes = 16384"), (2, "version = 8")] {
            db.as_owner(&format!("UPDATE document SET {set} WHERE id = '{}'", docs[doc])).await;
        }
        let sorted = |mut docs: Vec<DocId>| {
            docs.sort_unstable();
            docs
        };

        let mut tx = db.store.begin(org(1), Access::Read).await.unwrap();
        let while_busy = tx.uncompacted(None, Timestamp(999), 9).await.unwrap();
        let quiet = tx.uncompacted(None, Timestamp(1000), 9).await.unwrap();
        let second_page = tx.uncompacted(Some(quiet[0]), Timestamp(1000), 1).await.unwrap();

        assert_eq!(while_busy, sorted(docs[..2].to_vec()));
        assert_eq!(quiet, sorted(docs[..3].to_vec()));
        assert_eq!(second_page, quiet[1..2]);
    }
}
