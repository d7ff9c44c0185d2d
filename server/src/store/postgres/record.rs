//! Owns the SQL about the data that the server owns.

use super::encoding::{Id, big, count, ids};
use super::{PgTransaction, failure};
use crate::store::row::RecordRow;
use crate::store::{Records, Stored};
use sqlx::FromRow;
use sync_core::ids::AudienceId;
use uuid::Uuid;

#[derive(FromRow)]
struct Row {
    audience: Uuid,
    collection: String,
    key: Vec<u8>,
    version: i64,
    body: Option<String>,
}

impl From<Row> for (AudienceId, RecordRow) {
    fn from(row: Row) -> Self {
        let audience = AudienceId::from_column(row.audience);
        let version = count(row.version);
        (audience, RecordRow { collection: row.collection, key: row.key, version, body: row.body })
    }
}

impl Records for PgTransaction {
    async fn records(
        &mut self,
        audience: AudienceId,
        after: Option<(&str, &[u8])>,
        limit: u32,
    ) -> Stored<Vec<RecordRow>> {
        // A place and not nothing, so that the plan for all values can go straight to it. Every collection has a name.
        let (collection, key) = after.unwrap_or_default();
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT audience, collection, key, version, body::text FROM record
             WHERE org = $1 AND audience = $2 AND (collection, key) > ($3, $4)
             ORDER BY collection, key LIMIT $5",
        )
        .bind(self.org())
        .bind(audience.column())
        .bind(collection)
        .bind(key)
        .bind(i64::from(limit))
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(rows.into_iter().map(|row| <(AudienceId, RecordRow)>::from(row).1).collect())
    }

    async fn named_records(
        &mut self,
        named: &[(AudienceId, String, Vec<u8>)],
    ) -> Stored<Vec<(AudienceId, RecordRow)>> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT record.audience, record.collection, record.key, version, body::text
             FROM unnest($2::uuid[], $3::text[], $4::bytea[]) AS asked (audience, collection, key)
             JOIN record ON record.org = $1 AND record.audience = asked.audience
                        AND record.collection = asked.collection AND record.key = asked.key",
        )
        .bind(self.org())
        .bind(ids(named.iter().map(|(audience, ..)| *audience)))
        .bind(named.iter().map(|(_, collection, _)| collection.clone()).collect::<Vec<_>>())
        .bind(named.iter().map(|(.., key)| key.clone()).collect::<Vec<_>>())
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    async fn put_record(&mut self, audience: AudienceId, record: &RecordRow) -> Stored<()> {
        sqlx::query(
            "INSERT INTO record (org, audience, collection, key, version, body)
             VALUES ($1, $2, $3, $4, $5, $6::jsonb)
             ON CONFLICT (org, audience, collection, key) DO UPDATE
             SET version = excluded.version, body = excluded.body",
        )
        .bind(self.org())
        .bind(audience.column())
        .bind(&record.collection)
        .bind(&record.key)
        .bind(big(record.version))
        .bind(&record.body)
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(())
    }
}

impl PgTransaction {
    /// Where records of a collection are that are not gone, by audience and key.
    pub async fn places_of(&mut self, collection: &str) -> Stored<Vec<(AudienceId, Vec<u8>)>> {
        let rows: Vec<(Uuid, Vec<u8>)> = sqlx::query_as(
            "SELECT audience, key FROM record WHERE org = $1 AND collection = $2 AND body IS NOT NULL
             ORDER BY audience, key",
        )
        .bind(self.org())
        .bind(collection)
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(rows.into_iter().map(|(audience, key)| (AudienceId::from_column(audience), key)).collect())
    }
}

#[cfg(test)]
mod tests {
    use crate::store::postgres::testing::{Database, org, person_audience};
    use crate::store::row::RecordRow;
    use crate::store::{Access, Records, Store};
    use sqlx::PgPool;

    fn record(collection: &str, key: u8, version: u64) -> RecordRow {
        let body = Some(format!("{{\"version\": {version}}}"));
        RecordRow { collection: collection.into(), key: vec![key], version, body }
    }

    #[sqlx::test]
    async fn records_come_in_order_by_page_and_by_name(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let audience = person_audience(org(1));
        let all = [record("person", 1, 1), record("person", 2, 1), record("team", 0, 3)];

        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        for record in all.iter().rev() {
            tx.put_record(audience, record).await.unwrap();
        }

        assert_eq!(tx.records(audience, None, 2).await.unwrap(), all[..2]);
        assert_eq!(tx.records(audience, Some(("person", &[2])), 2).await.unwrap(), all[2..]);
        let named = [(audience, "team".into(), vec![0]), (audience, "team".into(), vec![1])];
        assert_eq!(tx.named_records(&named).await.unwrap(), [(audience, all[2].clone())]);
    }

    #[sqlx::test]
    async fn a_record_is_replaced_and_may_lose_its_body(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let audience = person_audience(org(1));
        let gone = RecordRow { body: None, ..record("team", 1, 2) };

        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        tx.put_record(audience, &record("team", 1, 1)).await.unwrap();
        tx.put_record(audience, &gone).await.unwrap();

        assert_eq!(tx.records(audience, None, 9).await.unwrap(), [gone]);
    }
}
