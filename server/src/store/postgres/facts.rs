//! Owns the SQL about facts: what read models need of documents.

use super::encoding::{BEFORE_ALL, Id, big, count, damaged, ids};
use super::{PgTransaction, failure};
use crate::store::row::{FactsRow, KnownRow};
use crate::store::{StoreError, Stored};
use sqlx::FromRow;
use sync_core::ids::{AudienceId, DocId};
use sync_core::time::Timestamp;
use uuid::Uuid;

#[derive(FromRow)]
struct Row {
    id: Uuid,
    natural_key: Vec<u8>,
    facts: Vec<u8>,
}

impl TryFrom<Row> for KnownRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Stored<Self> {
        let key = minicbor::decode(&row.natural_key).map_err(|_| damaged("natural key"))?;
        Ok(Self { doc: DocId::from_column(row.id), key, facts: row.facts })
    }
}

impl PgTransaction {
    /// Documents whose facts were read by an older version than this, or by nobody, ascending.
    pub async fn documents_without_facts(
        &mut self,
        version: u32,
        after: Option<DocId>,
        limit: u32,
    ) -> Stored<Vec<DocId>> {
        let docs: Vec<Uuid> = sqlx::query_scalar(
            "SELECT id FROM document WHERE org = $1 AND facts_version < $2 AND id > $3 ORDER BY id LIMIT $4",
        )
        .bind(self.org())
        .bind(i64::from(version))
        .bind(after.unwrap_or(BEFORE_ALL).column())
        .bind(i64::from(limit))
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(docs.into_iter().map(DocId::from_column).collect())
    }

    /// Keeps the facts of a document at this version of it; false if it has moved on, or has them already.
    pub async fn put_facts(&mut self, doc: DocId, version: u64, facts: &FactsRow) -> Stored<bool> {
        let put = sqlx::query(
            "UPDATE document SET facts_version = $4, facts = $5
             WHERE org = $1 AND id = $2 AND version = $3 AND facts_version < $4",
        )
        .bind(self.org())
        .bind(doc.column())
        .bind(big(version))
        .bind(i64::from(facts.version))
        .bind(&facts.bytes)
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(put.rows_affected() == 1)
    }

    /// The facts, read by this version, of the documents of these kinds in these audiences, ascending by document.
    pub async fn facts_of(
        &mut self,
        audiences: &[AudienceId],
        kinds: &[&str],
        version: u32,
    ) -> Stored<Vec<KnownRow>> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, natural_key, facts FROM document
             WHERE org = $1 AND audience = ANY ($2) AND kind = ANY ($3) AND facts_version = $4
               AND facts IS NOT NULL
             ORDER BY id",
        )
        .bind(self.org())
        .bind(ids(audiences.iter().copied()))
        .bind(kinds)
        .bind(i64::from(version))
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        rows.into_iter().map(KnownRow::try_from).collect()
    }

    /// When a document of these kinds in these audiences changed last, and of how many there are facts.
    pub async fn newest_facts(
        &mut self,
        audiences: &[AudienceId],
        kinds: &[&str],
    ) -> Stored<(Option<Timestamp>, u64)> {
        let (changed_ms, facts): (Option<i64>, i64) = sqlx::query_as(
            "SELECT to_ms(max(changed_at)), count(facts) FROM document
             WHERE org = $1 AND audience = ANY ($2) AND kind = ANY ($3)",
        )
        .bind(self.org())
        .bind(ids(audiences.iter().copied()))
        .bind(kinds)
        .fetch_one(self.connection().await)
        .await
        .map_err(failure)?;
        Ok((changed_ms.map(Timestamp), count(facts)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::postgres::testing::{Database, document, org, person_audience};
    use crate::store::row::{Advance, NewDocument};
    use crate::store::{Access, Documents, Store, Transaction};
    use sqlx::PgPool;

    fn facts(version: u32, bytes: &[u8]) -> FactsRow {
        FactsRow { version, bytes: Some(bytes.to_vec()) }
    }

    #[sqlx::test]
    async fn facts_come_and_go_with_the_change_that_they_are_of(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let (row, audience) = (document(org(1), 1), [person_audience(org(1))]);
        let at = Timestamp(1000);
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();

        let new = NewDocument { row: row.clone(), facts: Some(facts(2, b"first")), at };
        tx.insert_documents(&[new]).await.unwrap();
        let kept = KnownRow { doc: row.doc, key: row.key, facts: b"first".to_vec() };
        assert_eq!(tx.facts_of(&audience, &["floor_walk"], 2).await.unwrap(), [kept]);
        assert_eq!(tx.facts_of(&audience, &["floor_walk"], 3).await.unwrap(), []);
        assert_eq!(tx.facts_of(&audience, &["meeting"], 2).await.unwrap(), []);

        let (changed, read) = (Some(at), 1);
        assert_eq!(tx.newest_facts(&audience, &["floor_walk"]).await.unwrap(), (changed, read));
        assert_eq!(tx.newest_facts(&audience, &["meeting"]).await.unwrap(), (None, 0));

        let heads = row.heads.clone();
        let next = Advance { doc: row.doc, version: 2, max_op: 9, heads, added_bytes: 1, facts: None, at };
        tx.advance_documents(&[next]).await.unwrap();
        assert_eq!(tx.facts_of(&audience, &["floor_walk"], 2).await.unwrap(), []);
    }

    #[sqlx::test]
    async fn facts_of_a_document_that_has_moved_on_are_not_kept(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let doc = db.insert_document(org(1), 1).await.doc;
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        assert_eq!(tx.documents_without_facts(1, None, 9).await.unwrap(), [doc]);
        assert_eq!(tx.documents_without_facts(1, Some(doc), 9).await.unwrap(), []);

        assert!(!tx.put_facts(doc, 7, &facts(1, b"of another version")).await.unwrap());
        assert!(tx.put_facts(doc, 1, &FactsRow { version: 1, bytes: None }).await.unwrap());
        assert!(!tx.put_facts(doc, 1, &facts(1, b"again")).await.unwrap());

        assert_eq!(tx.documents_without_facts(1, None, 9).await.unwrap(), []);
        assert_eq!(tx.documents_without_facts(2, None, 9).await.unwrap(), [doc]);
        tx.commit().await.unwrap();
    }
}
