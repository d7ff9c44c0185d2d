//! Owns the SQL about what may happen once, or only so often: spent tokens and counted attempts.

use super::{PgTransaction, failure};
use crate::store::Stored;
use crate::store::row::account::AttemptWindow;
use sync_core::time::Timestamp;

impl PgTransaction {
    /// Spends a one-time name; false when it was spent before.
    pub async fn spend_token(&mut self, name: &str, over: Timestamp) -> Stored<bool> {
        let spent = sqlx::query(
            "INSERT INTO spent_token (org, jti, expires_at) VALUES ($1, $2, from_ms($3))
             ON CONFLICT (org, jti) DO NOTHING",
        )
        .bind(self.org())
        .bind(name)
        .bind(over.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(spent.rows_affected() == 1)
    }

    /// Counts an attempt and tells how many there are in the window, this one included. Whoever counts in the
    /// same bucket waits until this transaction ends.
    pub async fn count_attempt(&mut self, window: &AttemptWindow) -> Stored<i64> {
        sqlx::query_scalar(
            "WITH counted AS (
                 INSERT INTO attempt (org, bucket, minute, count) VALUES ($1, $2, from_ms($3), 1)
                 ON CONFLICT (org, bucket, minute) DO UPDATE SET count = attempt.count + 1
                 RETURNING count
             )
             SELECT (SELECT count FROM counted) + coalesce(sum(count), 0)::bigint FROM attempt
             WHERE org = $1 AND bucket = $2 AND minute >= from_ms($4) AND minute < from_ms($3)",
        )
        .bind(self.org())
        .bind(&window.bucket)
        .bind(window.minute.0)
        .bind(window.since.0)
        .fetch_one(self.connection().await)
        .await
        .map_err(failure)
    }

    /// Takes back one attempt: it was an honest one.
    pub async fn forgive_attempt(&mut self, window: &AttemptWindow) -> Stored<()> {
        sqlx::query(
            "UPDATE attempt SET count = count - 1
             WHERE org = $1 AND bucket = $2 AND minute = from_ms($3) AND count > 0",
        )
        .bind(self.org())
        .bind(&window.bucket)
        .bind(window.minute.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)
        .map(drop)
    }

    /// Forgets the one-time names that nobody can use any more.
    pub async fn forget_spent(&mut self, now: Timestamp) -> Stored<()> {
        sqlx::query("DELETE FROM spent_token WHERE org = $1 AND expires_at < from_ms($2)")
            .bind(self.org())
            .bind(now.0)
            .execute(self.connection().await)
            .await
            .map_err(failure)
            .map(drop)
    }

    /// Forgets attempts before a moment.
    pub async fn forget_attempts(&mut self, before: Timestamp) -> Stored<()> {
        sqlx::query("DELETE FROM attempt WHERE org = $1 AND minute < from_ms($2)")
            .bind(self.org())
            .bind(before.0)
            .execute(self.connection().await)
            .await
            .map_err(failure)
            .map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::postgres::testing::{Database, org};
    use crate::store::{Access, Store, Transaction};
    use sqlx::PgPool;

    const MINUTE: i64 = 60_000;

    fn window(bucket: &str, minute: i64) -> AttemptWindow {
        let minute_at = Timestamp(minute * MINUTE);
        AttemptWindow { bucket: bucket.into(), minute: minute_at, since: minute_at.plus_ms(-9 * MINUTE) }
    }

    #[sqlx::test]
    async fn a_name_is_spent_once_until_it_is_forgotten(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();

        assert!(tx.spend_token("a", Timestamp(1000)).await.unwrap());
        assert!(!tx.spend_token("a", Timestamp(1000)).await.unwrap());
        tx.forget_spent(Timestamp(1000)).await.unwrap();
        assert!(!tx.spend_token("a", Timestamp(1000)).await.unwrap(), "it may still be used in this moment");
        tx.forget_spent(Timestamp(1001)).await.unwrap();
        assert!(tx.spend_token("a", Timestamp(1000)).await.unwrap());
    }

    #[sqlx::test]
    async fn attempts_add_up_over_the_window_and_not_beyond_it(pool: PgPool) {
        let db = Database::new(&pool).await;
        let mut tx = db.store.begin(org(0), Access::Write).await.unwrap();

        assert_eq!(tx.count_attempt(&window("a", 100)).await.unwrap(), 1);
        assert_eq!(tx.count_attempt(&window("a", 100)).await.unwrap(), 2);
        assert_eq!(tx.count_attempt(&window("a", 109)).await.unwrap(), 3);
        assert_eq!(tx.count_attempt(&window("b", 109)).await.unwrap(), 1);
        tx.forgive_attempt(&window("a", 109)).await.unwrap();
        assert_eq!(tx.count_attempt(&window("a", 110)).await.unwrap(), 1);
        tx.forget_attempts(Timestamp(110 * MINUTE)).await.unwrap();
        assert_eq!(tx.count_attempt(&window("a", 109)).await.unwrap(), 1);
    }

    #[sqlx::test]
    async fn two_instances_that_count_at_once_both_count(pool: PgPool) {
        let db = Database::new(&pool).await;
        let mut first = db.store.begin(org(0), Access::Write).await.unwrap();
        first.count_attempt(&window("a", 100)).await.unwrap();
        let mut second = db.store.begin(org(0), Access::Write).await.unwrap();

        let window = window("a", 100);
        let (counted, ()) = tokio::join!(second.count_attempt(&window), async {
            db.until_somebody_waits().await;
            first.commit().await.unwrap();
        });

        assert_eq!(counted.unwrap(), 2);
    }
}
