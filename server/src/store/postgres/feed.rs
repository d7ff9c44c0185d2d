//! Owns the SQL about the feed.

use super::encoding::{Id, big, count, damaged, hash, ids};
use super::{PgTransaction, failure};
use crate::store::row::{Event, FeedRow, FeedStamp, Stamp, TailRow};
use crate::store::{Feed, StoreError, Stored};
use sqlx::FromRow;
use sync_core::ids::{AudienceId, DocId};
use sync_core::policy::Role;
use uuid::Uuid;

/// The columns of an event; which of them are set follows from the class.
#[derive(Default)]
struct Columns {
    class: &'static str,
    doc: Option<Uuid>,
    version: Option<i64>,
    subject: Option<Uuid>,
    collection: Option<String>,
    key: Option<Vec<u8>>,
    detail: Option<String>,
}

impl From<&Event> for Columns {
    fn from(event: &Event) -> Self {
        let none = Self::default();
        match event {
            Event::Change { doc, version } => {
                Self { class: "change", doc: Some(doc.column()), version: Some(big(*version)), ..none }
            }
            Event::Grant { audience, role } => Self {
                class: "grant",
                subject: Some(audience.column()),
                detail: Some(role.as_str().into()),
                ..none
            },
            Event::Revoke { audience, reason } => Self {
                class: "revoke",
                subject: Some(audience.column()),
                detail: Some(reason.clone()),
                ..none
            },
            Event::Record { collection, key } => {
                Self { class: "record", collection: Some(collection.clone()), key: Some(key.clone()), ..none }
            }
            Event::Erase { doc } => Self { class: "erase", doc: Some(doc.column()), ..none },
        }
    }
}

#[derive(FromRow)]
struct Row {
    seq: i64,
    stamp: Vec<u8>,
    audience: Uuid,
    class: String,
    doc: Option<Uuid>,
    version: Option<i64>,
    subject: Option<Uuid>,
    collection: Option<String>,
    key: Option<Vec<u8>>,
    detail: Option<String>,
    hash: Option<Vec<u8>>,
    size: Option<i64>,
}

impl Row {
    fn event(&self) -> Option<Event> {
        let doc = || self.doc.map(DocId::from_column);
        let subject = || self.subject.map(AudienceId::from_column);
        Some(match self.class.as_str() {
            "change" => Event::Change { doc: doc()?, version: count(self.version?) },
            "grant" => Event::Grant { audience: subject()?, role: Role::parse(self.detail.as_ref()?)? },
            "revoke" => Event::Revoke { audience: subject()?, reason: self.detail.clone()? },
            "record" => Event::Record { collection: self.collection.clone()?, key: self.key.clone()? },
            "erase" => Event::Erase { doc: doc()? },
            _ => return None,
        })
    }
}

impl TryFrom<Row> for TailRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Stored<Self> {
        let event = row.event().ok_or_else(|| damaged("feed row"))?;
        let change = match (&row.hash, row.size) {
            (Some(bytes), Some(size)) => Some((hash(bytes)?, count(size))),
            _ => None,
        };
        let at = FeedStamp { seq: count(row.seq), stamp: stamp(&row.stamp)? };
        Ok(Self { at, audience: AudienceId::from_column(row.audience), event, change })
    }
}

fn stamp(column: &[u8]) -> Stored<Stamp> {
    column.try_into().map_err(|_| damaged("stamp"))
}

impl Feed for PgTransaction {
    async fn advance_feed(&mut self, places: u64) -> Stored<u64> {
        self.grew = true;
        let last: i64 =
            sqlx::query_scalar("UPDATE feed_counter SET seq = seq + $2 WHERE org = $1 RETURNING seq")
                .bind(self.org())
                .bind(big(places))
                .fetch_one(self.connection().await)
                .await
                .map_err(failure)?;
        Ok(count(last))
    }

    async fn append_feed(&mut self, rows: &[FeedRow]) -> Stored<()> {
        let columns: Vec<Columns> = rows.iter().map(|row| Columns::from(&row.event)).collect();
        sqlx::query(
            "INSERT INTO feed (org, seq, stamp, audience, class, doc, version, subject, collection, key, detail, at)
             SELECT $1, seq, stamp, audience, class, doc, version, subject, collection, key, detail, from_ms(at)
             FROM unnest($2::bigint[], $3::bytea[], $4::uuid[], $5::text[], $6::uuid[], $7::bigint[], $8::uuid[],
                         $9::text[], $10::bytea[], $11::text[], $12::bigint[])
                  AS new (seq, stamp, audience, class, doc, version, subject, collection, key, detail, at)",
        )
        .bind(self.org())
        .bind(rows.iter().map(|row| big(row.at.seq)).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.at.stamp.to_vec()).collect::<Vec<_>>())
        .bind(ids(rows.iter().map(|row| row.audience)))
        .bind(columns.iter().map(|c| c.class).collect::<Vec<_>>())
        .bind(columns.iter().map(|c| c.doc).collect::<Vec<_>>())
        .bind(columns.iter().map(|c| c.version).collect::<Vec<_>>())
        .bind(columns.iter().map(|c| c.subject).collect::<Vec<_>>())
        .bind(columns.iter().map(|c| c.collection.clone()).collect::<Vec<_>>())
        .bind(columns.iter().map(|c| c.key.clone()).collect::<Vec<_>>())
        .bind(columns.iter().map(|c| c.detail.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.time.0).collect::<Vec<_>>())
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(())
    }

    async fn stamp(&mut self, seq: u64) -> Stored<Option<Stamp>> {
        let found: Option<Vec<u8>> = sqlx::query_scalar("SELECT stamp FROM feed WHERE org = $1 AND seq = $2")
            .bind(self.org())
            .bind(big(seq))
            .fetch_optional(self.connection().await)
            .await
            .map_err(failure)?;
        found.map(|column| stamp(&column)).transpose()
    }

    async fn feed_end(&mut self) -> Stored<Option<FeedStamp>> {
        let last: Option<(i64, Vec<u8>)> =
            sqlx::query_as("SELECT seq, stamp FROM feed WHERE org = $1 ORDER BY seq DESC LIMIT 1")
                .bind(self.org())
                .fetch_optional(self.connection().await)
                .await
                .map_err(failure)?;
        last.map(|(seq, column)| Ok(FeedStamp { seq: count(seq), stamp: stamp(&column)? })).transpose()
    }

    async fn tail(&mut self, audiences: &[(AudienceId, u64)], limit: u32) -> Stored<Vec<TailRow>> {
        // One short range of feed_audience_idx for each audience, merged; then one look-up for each row.
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT tail.seq, tail.stamp, tail.audience, tail.class, tail.doc, tail.version, tail.subject,
                    tail.collection, tail.key, tail.detail, change.hash, octet_length(change.bytes)::bigint AS size
             FROM (
                 SELECT rows.* FROM unnest($2::uuid[], $3::bigint[]) AS asked (audience, after)
                 CROSS JOIN LATERAL (
                     SELECT * FROM feed
                     WHERE org = $1 AND feed.audience = asked.audience AND feed.seq > asked.after
                     ORDER BY feed.seq LIMIT $4
                 ) AS rows
                 ORDER BY rows.seq LIMIT $4
             ) AS tail
             LEFT JOIN change ON tail.class = 'change' AND change.org = $1 AND change.doc = tail.doc
                             AND change.version = tail.version
             ORDER BY tail.seq",
        )
        .bind(self.org())
        .bind(ids(audiences.iter().map(|(audience, _)| *audience)))
        .bind(audiences.iter().map(|(_, after)| big(*after)).collect::<Vec<_>>())
        .bind(i64::from(limit))
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        rows.into_iter().map(TailRow::try_from).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::store::postgres::testing::{Database, change, org, person_audience, tenure_audience};
    use crate::store::row::{Event, FeedRow, FeedStamp, TailRow};
    use crate::store::{Access, Feed, Store, Transaction};
    use sqlx::PgPool;
    use sync_core::ids::{AudienceId, DocId};
    use sync_core::policy::Role;
    use sync_core::time::Timestamp;

    fn row(seq: u64, audience: AudienceId, event: Event) -> FeedRow {
        FeedRow { at: FeedStamp { seq, stamp: [seq as u8; 8] }, audience, event, time: Timestamp(1) }
    }

    fn read(row: &FeedRow) -> TailRow {
        TailRow { at: row.at, audience: row.audience, event: row.event.clone(), change: None }
    }

    #[sqlx::test]
    async fn every_event_reads_back_in_the_order_of_the_feed(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let doc = db.insert_document(org(1), 1).await.doc;
        let stored = change(doc, 2);
        db.insert_changes(org(1), std::slice::from_ref(&stored)).await;
        let (own, pair) = (person_audience(org(1)), tenure_audience(org(1)));
        let rows = [
            row(1, own, Event::Grant { audience: pair, role: Role::Agent }),
            row(2, pair, Event::Change { doc, version: 2 }),
            row(3, own, Event::Record { collection: "team".into(), key: vec![1, 2] }),
            row(4, pair, Event::Erase { doc: DocId::from_bytes([9; 16]) }),
            row(5, own, Event::Revoke { audience: pair, reason: "tenure_ended".into() }),
        ];

        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        assert_eq!(tx.feed_end().await.unwrap(), None);
        assert_eq!(tx.advance_feed(5).await.unwrap(), 5);
        tx.append_feed(&rows).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = db.store.begin(org(1), Access::Read).await.unwrap();
        let mut expected: Vec<_> = rows.iter().map(read).collect();
        expected[1].change = Some((stored.hash, stored.bytes.len() as u64));
        assert_eq!(tx.tail(&[(pair, 0), (own, 0)], 9).await.unwrap(), expected);
        assert_eq!(tx.tail(&[(pair, 2), (own, 1)], 2).await.unwrap(), expected[2..4]);
        assert_eq!(tx.tail(&[(pair, 0)], 9).await.unwrap(), [expected[1].clone(), expected[3].clone()]);
        assert_eq!(tx.feed_end().await.unwrap(), Some(rows[4].at));
        assert_eq!(tx.stamp(4).await.unwrap(), Some([4; 8]));
        assert_eq!(tx.stamp(6).await.unwrap(), None);
    }

    #[sqlx::test]
    async fn whoever_takes_places_first_commits_first(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut first = db.store.begin(org(1), Access::Write).await.unwrap();
        assert_eq!(first.advance_feed(2).await.unwrap(), 2);

        let mut second = db.store.begin(org(1), Access::Write).await.unwrap();
        let waiting = second.advance_feed(3);
        let finish = async {
            db.until_somebody_waits().await;
            drop(first);
        };
        let (last, ()) = tokio::join!(waiting, finish);

        assert_eq!(last.unwrap(), 3, "the places of a transaction that was rolled back are given again");
    }
}
