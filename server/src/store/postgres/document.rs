//! Owns the SQL about documents.

use super::encoding::{BEFORE_ALL, Id, big, count, damaged, ids, joined, split};
use super::{PgTransaction, failure};
use crate::store::row::{Advance, DocumentRow, FactsRow, HeadsRow, NewDocument};
use crate::store::{Documents, StoreError, Stored};
use sqlx::FromRow;
use sync_core::ids::{AudienceId, DocId};
use sync_core::key::NaturalKey;
use uuid::Uuid;

#[derive(FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    natural_key: Vec<u8>,
    audience: Uuid,
    version: i64,
    max_op: i64,
    heads: Vec<u8>,
    size_bytes: i64,
    snapshot_version: i64,
    snapshot_bytes: i64,
    tail_bytes: i64,
}

impl TryFrom<Row> for DocumentRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Stored<Self> {
        Ok(Self {
            doc: DocId::from_column(row.id),
            kind: row.kind,
            key: minicbor::decode(&row.natural_key).map_err(|_| damaged("natural key"))?,
            audience: AudienceId::from_column(row.audience),
            version: count(row.version),
            max_op: count(row.max_op),
            heads: split(&row.heads)?,
            size_bytes: count(row.size_bytes),
            snapshot_version: count(row.snapshot_version),
            snapshot_bytes: count(row.snapshot_bytes),
            tail_bytes: count(row.tail_bytes),
        })
    }
}

fn documents(rows: Vec<Row>) -> Stored<Vec<DocumentRow>> {
    rows.into_iter().map(DocumentRow::try_from).collect()
}

/// 0 for facts that nobody has read yet.
fn facts_version(facts: Option<&FactsRow>) -> i64 {
    facts.map_or(0, |facts| i64::from(facts.version))
}

fn facts_bytes(facts: Option<&FactsRow>) -> Option<Vec<u8>> {
    facts?.bytes.clone()
}

impl PgTransaction {
    /// Every document of a kind with its key, ascending by id. For what is done seldom: it looks at all documents.
    pub async fn documents_of_kind(&mut self, kind: &str) -> Stored<Vec<(DocId, NaturalKey)>> {
        let rows: Vec<(Uuid, Vec<u8>)> =
            sqlx::query_as("SELECT id, natural_key FROM document WHERE org = $1 AND kind = $2 ORDER BY id")
                .bind(self.org())
                .bind(kind)
                .fetch_all(self.connection().await)
                .await
                .map_err(failure)?;
        let known = |(id, key): (Uuid, Vec<u8>)| {
            let key = minicbor::decode(&key).map_err(|_| damaged("natural key"))?;
            Ok((DocId::from_column(id), key))
        };
        rows.into_iter().map(known).collect()
    }
}

impl Documents for PgTransaction {
    async fn documents(&mut self, docs: &[DocId]) -> Stored<Vec<DocumentRow>> {
        let rows = sqlx::query_as(
            "SELECT id, kind, natural_key, audience, version, max_op, heads, size_bytes,
                    snapshot_version, snapshot_bytes, tail_bytes
             FROM document WHERE org = $1 AND id = ANY ($2) ORDER BY id",
        )
        .bind(self.org())
        .bind(ids(docs.iter().copied()))
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        documents(rows)
    }

    async fn insert_documents(&mut self, new: &[NewDocument]) -> Stored<Vec<DocId>> {
        let column = |of: fn(&NewDocument) -> i64| new.iter().map(of).collect::<Vec<_>>();
        let inserted: Vec<Uuid> = sqlx::query_scalar(
            "INSERT INTO document (org, id, kind, natural_key, audience, version, max_op, heads, size_bytes,
                                   tail_bytes, created_at, changed_at, facts_version, facts)
             SELECT $1, id, kind, natural_key, audience, version, max_op, heads, size_bytes, size_bytes,
                    from_ms(at), from_ms(at), facts_version, facts
             FROM unnest($2::uuid[], $3::text[], $4::bytea[], $5::uuid[], $6::bigint[], $7::bigint[],
                         $8::bytea[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bytea[])
                  AS new (id, kind, natural_key, audience, version, max_op, heads, size_bytes, at,
                          facts_version, facts)
             ORDER BY id
             ON CONFLICT (org, id) DO NOTHING
             RETURNING id",
        )
        .bind(self.org())
        .bind(ids(new.iter().map(|new| new.row.doc)))
        .bind(new.iter().map(|new| new.row.kind.clone()).collect::<Vec<_>>())
        .bind(new.iter().map(|new| new.row.key.to_bytes()).collect::<Vec<_>>())
        .bind(ids(new.iter().map(|new| new.row.audience)))
        .bind(column(|new| big(new.row.version)))
        .bind(column(|new| big(new.row.max_op)))
        .bind(new.iter().map(|new| joined(&new.row.heads)).collect::<Vec<_>>())
        .bind(column(|new| big(new.row.size_bytes)))
        .bind(column(|new| new.at.0))
        .bind(column(|new| facts_version(new.facts.as_ref())))
        .bind(new.iter().map(|new| facts_bytes(new.facts.as_ref())).collect::<Vec<_>>())
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(inserted.into_iter().map(DocId::from_column).collect())
    }

    async fn lock_documents(&mut self, docs: &[DocId]) -> Stored<Vec<(DocId, u64)>> {
        let rows: Vec<(Uuid, i64)> = sqlx::query_as(
            "SELECT id, version FROM document WHERE org = $1 AND id = ANY ($2) ORDER BY id FOR NO KEY UPDATE",
        )
        .bind(self.org())
        .bind(ids(docs.iter().copied()))
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(rows.into_iter().map(|(id, version)| (DocId::from_column(id), count(version))).collect())
    }

    async fn advance_documents(&mut self, to: &[Advance]) -> Stored<()> {
        let column = |of: fn(&Advance) -> i64| to.iter().map(of).collect::<Vec<_>>();
        sqlx::query(
            "UPDATE document SET version = new.version, max_op = new.max_op, heads = new.heads,
                    size_bytes = size_bytes + new.added, tail_bytes = tail_bytes + new.added,
                    changed_at = from_ms(new.at), facts_version = new.facts_version, facts = new.facts
             FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bytea[], $6::bigint[], $7::bigint[],
                         $8::bigint[], $9::bytea[])
                  AS new (id, version, max_op, heads, added, at, facts_version, facts)
             WHERE document.org = $1 AND document.id = new.id",
        )
        .bind(self.org())
        .bind(ids(to.iter().map(|to| to.doc)))
        .bind(column(|to| big(to.version)))
        .bind(column(|to| big(to.max_op)))
        .bind(to.iter().map(|to| joined(&to.heads)).collect::<Vec<_>>())
        .bind(column(|to| big(to.added_bytes)))
        .bind(column(|to| to.at.0))
        .bind(column(|to| facts_version(to.facts.as_ref())))
        .bind(to.iter().map(|to| facts_bytes(to.facts.as_ref())).collect::<Vec<_>>())
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(())
    }

    async fn documents_of(
        &mut self,
        audience: AudienceId,
        after: Option<DocId>,
        limit: u32,
    ) -> Stored<Vec<DocumentRow>> {
        let rows = sqlx::query_as(
            "SELECT id, kind, natural_key, audience, version, max_op, heads, size_bytes,
                    snapshot_version, snapshot_bytes, tail_bytes
             FROM document WHERE org = $1 AND audience = $2 AND id > $3
             ORDER BY id LIMIT $4",
        )
        .bind(self.org())
        .bind(audience.column())
        .bind(after.unwrap_or(BEFORE_ALL).column())
        .bind(i64::from(limit))
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        documents(rows)
    }

    async fn heads_of(&mut self, audiences: &[AudienceId]) -> Stored<Vec<HeadsRow>> {
        let rows: Vec<(Uuid, String, Uuid, Vec<u8>)> = sqlx::query_as(
            "SELECT id, kind, audience, heads FROM document WHERE org = $1 AND audience = ANY ($2) ORDER BY id",
        )
        .bind(self.org())
        .bind(ids(audiences.iter().copied()))
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        let heads_row = |(id, kind, audience, heads): (Uuid, String, Uuid, Vec<u8>)| {
            let (doc, audience) = (DocId::from_column(id), AudienceId::from_column(audience));
            Ok(HeadsRow { doc, kind, audience, heads: split(&heads)? })
        };
        rows.into_iter().map(heads_row).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::store::postgres::testing::{Database, document, hash, org, person_audience, walk_key};
    use crate::store::row::{Advance, DocumentRow, HeadsRow, NewDocument};
    use crate::store::{Access, Documents, Store, Transaction};
    use sqlx::PgPool;
    use sync_core::ids::DocId;
    use sync_core::time::Timestamp;

    #[sqlx::test]
    async fn a_document_reads_back_as_it_was_written_and_is_inserted_once(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let new = NewDocument { row: document(org(1), 1), facts: None, at: Timestamp(1_700_000_000_123) };

        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        assert_eq!(tx.insert_documents(std::slice::from_ref(&new)).await.unwrap(), [new.row.doc]);
        assert_eq!(tx.insert_documents(std::slice::from_ref(&new)).await.unwrap(), []);
        tx.commit().await.unwrap();

        let mut tx = db.store.begin(org(1), Access::Read).await.unwrap();
        assert_eq!(tx.documents(&[new.row.doc, DocId::from_bytes([0; 16])]).await.unwrap(), [new.row]);
    }

    #[sqlx::test]
    async fn a_document_moves_on_and_its_sizes_grow(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let before = db.insert_document(org(1), 1).await;
        let (doc, at) = (before.doc, Timestamp(5000));
        let advance = Advance {
            doc,
            version: 3,
            max_op: 40,
            heads: vec![hash(7), hash(8)],
            added_bytes: 50,
            facts: None,
            at,
        };

        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        tx.advance_documents(&[advance]).await.unwrap();

        let expected = DocumentRow {
            version: 3,
            max_op: 40,
            heads: vec![hash(7), hash(8)],
            size_bytes: before.size_bytes + 50,
            tail_bytes: before.tail_bytes + 50,
            ..before
        };
        assert_eq!(tx.documents(&[doc]).await.unwrap(), [expected]);
        assert_eq!(tx.lock_documents(&[doc]).await.unwrap(), [(doc, 3)]);
    }

    #[sqlx::test]
    async fn a_locked_document_makes_the_next_one_wait_and_see_the_new_version(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let row = db.insert_document(org(1), 1).await;
        let mut first = db.store.begin(org(1), Access::Write).await.unwrap();
        first.lock_documents(&[row.doc]).await.unwrap();

        let mut second = db.store.begin(org(1), Access::Write).await.unwrap();
        let docs = [row.doc];
        let waiting = second.lock_documents(&docs);
        let finish = async {
            db.until_somebody_waits().await;
            let (doc, heads, at) = (row.doc, vec![hash(9)], Timestamp(0));
            let advance = Advance { doc, version: 2, max_op: 9, heads, added_bytes: 1, facts: None, at };
            first.advance_documents(&[advance]).await.unwrap();
            first.commit().await.unwrap();
        };
        let (seen, ()) = tokio::join!(waiting, finish);

        assert_eq!(seen.unwrap(), [(row.doc, 2)]);
    }

    #[sqlx::test]
    async fn the_documents_of_an_audience_come_in_pages(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut rows = Vec::new();
        for number in 1..=3 {
            rows.push(db.insert_document(org(1), number).await);
        }
        rows.sort_by_key(|row| row.doc);
        let audience = person_audience(org(1));

        let mut tx = db.store.begin(org(1), Access::Read).await.unwrap();
        let first = tx.documents_of(audience, None, 2).await.unwrap();
        let rest = tx.documents_of(audience, Some(first[1].doc), 2).await.unwrap();
        let heads = tx.heads_of(&[audience]).await.unwrap();

        assert_eq!([first, rest].concat(), rows);
        let expected = rows.iter().map(|row| HeadsRow {
            doc: row.doc,
            kind: row.kind.clone(),
            audience,
            heads: row.heads.clone(),
        });
        assert_eq!(heads, expected.collect::<Vec<_>>());
        assert_eq!(rows[0].key.subject, walk_key(1).subject);
    }
}
