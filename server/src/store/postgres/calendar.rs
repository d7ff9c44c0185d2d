//! Owns the SQL about where calendars can be read.

use super::encoding::Id;
use super::{PgTransaction, failure};
use crate::store::Stored;
use sync_core::ids::PersonId;
use sync_core::time::Timestamp;
use uuid::Uuid;

impl PgTransaction {
    /// Gives somebody's calendar this address, in place of the one that it had.
    pub async fn put_calendar(&mut self, person: PersonId, hash: &[u8; 32], at: Timestamp) -> Stored<()> {
        sqlx::query(
            "INSERT INTO calendar (org, person, address_hash, created_at) VALUES ($1, $2, $3, from_ms($4))
             ON CONFLICT (org, person) DO UPDATE
             SET address_hash = excluded.address_hash, created_at = excluded.created_at",
        )
        .bind(self.org())
        .bind(person.column())
        .bind(hash.as_slice())
        .bind(at.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)
        .map(drop)
    }

    /// Whose calendar is at this address; none if that has left.
    pub async fn calendar_at(&mut self, hash: &[u8; 32]) -> Stored<Option<PersonId>> {
        let found: Option<Uuid> = sqlx::query_scalar(
            "SELECT person.id FROM calendar
             JOIN person ON person.org = calendar.org AND person.id = calendar.person
             WHERE calendar.org = $1 AND address_hash = $2 AND closed_at IS NULL",
        )
        .bind(self.org())
        .bind(hash.as_slice())
        .fetch_optional(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(found.map(PersonId::from_column))
    }

    /// Takes away the address that somebody's calendar was given before a moment; false if it has none, or a newer one.
    pub async fn drop_calendar(&mut self, person: PersonId, before: Timestamp) -> Stored<bool> {
        let dropped =
            sqlx::query("DELETE FROM calendar WHERE org = $1 AND person = $2 AND created_at < from_ms($3)")
                .bind(self.org())
                .bind(person.column())
                .bind(before.0)
                .execute(self.connection().await)
                .await
                .map_err(failure)?;
        Ok(dropped.rows_affected() == 1)
    }
}

#[cfg(test)]
mod tests {
    use crate::store::postgres::testing::{Database, org, person};
    use crate::store::{Access, Store};
    use sqlx::PgPool;
    use sync_core::time::Timestamp;

    #[sqlx::test]
    async fn a_calendar_has_one_address_until_it_is_taken_away(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let (ada, first, second) = (person(1), [1; 32], [2; 32]);
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();

        tx.put_calendar(ada, &first, Timestamp(1000)).await.unwrap();
        assert_eq!(tx.calendar_at(&first).await.unwrap(), Some(ada));
        tx.put_calendar(ada, &second, Timestamp(2000)).await.unwrap();
        assert_eq!(tx.calendar_at(&first).await.unwrap(), None);
        assert_eq!(tx.calendar_at(&second).await.unwrap(), Some(ada));

        assert!(!tx.drop_calendar(ada, Timestamp(2000)).await.unwrap(), "it is newer than that");
        assert!(tx.drop_calendar(ada, Timestamp(2001)).await.unwrap());
        assert!(!tx.drop_calendar(ada, Timestamp(2001)).await.unwrap());
        assert_eq!(tx.calendar_at(&second).await.unwrap(), None);
    }

    #[sqlx::test]
    async fn whoever_has_left_has_no_calendar(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        tx.put_calendar(person(1), &[1; 32], Timestamp(1000)).await.unwrap();
        crate::store::Transaction::commit(tx).await.unwrap();
        db.as_owner("UPDATE person SET closed_at = now()").await;

        let mut tx = db.store.begin(org(1), Access::Read).await.unwrap();
        assert_eq!(tx.calendar_at(&[1; 32]).await.unwrap(), None);
    }
}
