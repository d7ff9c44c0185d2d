//! Owns the SQL about administrators and keys of programs.

use super::encoding::{Id, damaged};
use super::{PgTransaction, failure};
use crate::name::Name;
use crate::store::row::account::{AdministratorRow, ApiKeyRow};
use crate::store::{StoreError, Stored};
use sqlx::FromRow;
use sync_core::ids::{ApiKeyId, PersonId};
use sync_core::time::Timestamp;
use uuid::Uuid;

#[derive(FromRow)]
struct Key {
    id: Uuid,
    name: String,
    created_ms: i64,
    expires_ms: i64,
    revoked_ms: Option<i64>,
    last_used_ms: Option<i64>,
}

impl TryFrom<Key> for ApiKeyRow {
    type Error = StoreError;

    fn try_from(row: Key) -> Stored<Self> {
        Ok(Self {
            id: ApiKeyId::from_column(row.id),
            name: Name::parse(&row.name).map_err(|_| damaged("name"))?,
            created_at: Timestamp(row.created_ms),
            expires_at: Timestamp(row.expires_ms),
            revoked_at: row.revoked_ms.map(Timestamp),
            last_used_at: row.last_used_ms.map(Timestamp),
        })
    }
}

/// The rows of keys of this organisation, of which this holds.
macro_rules! keys_where {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, to_ms(created_at) AS created_ms, to_ms(expires_at) AS expires_ms,
                    to_ms(revoked_at) AS revoked_ms, to_ms(last_used_at) AS last_used_ms
             FROM api_key WHERE org = $1 ",
            $rest
        )
    };
}

impl PgTransaction {
    /// Lets somebody administer the organisation; nothing when they do.
    pub async fn put_administrator(&mut self, person: PersonId, at: Timestamp) -> Stored<()> {
        sqlx::query(
            "INSERT INTO administrator AS a (org, person, from_at) VALUES ($1, $2, from_ms($3))
             ON CONFLICT (org, person) DO UPDATE SET from_at = excluded.from_at, until_at = NULL
             WHERE a.until_at IS NOT NULL",
        )
        .bind(self.org())
        .bind(person.column())
        .bind(at.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)
        .map(drop)
    }

    /// Takes that away from somebody who was given it before a moment; false if they were not, or have lost it.
    pub async fn end_administrator(&mut self, person: PersonId, before: Timestamp) -> Stored<bool> {
        let ended = sqlx::query(
            "UPDATE administrator SET until_at = from_ms($3)
             WHERE org = $1 AND person = $2 AND until_at IS NULL AND from_at < from_ms($3)",
        )
        .bind(self.org())
        .bind(person.column())
        .bind(before.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(ended.rows_affected() == 1)
    }

    /// Whether somebody who is still here administers the organisation.
    pub async fn is_administrator(&mut self, person: PersonId) -> Stored<bool> {
        sqlx::query_scalar(
            "SELECT EXISTS (
                 SELECT FROM administrator a JOIN person p ON p.org = a.org AND p.id = a.person
                 WHERE a.org = $1 AND a.person = $2 AND a.until_at IS NULL AND p.closed_at IS NULL
             )",
        )
        .bind(self.org())
        .bind(person.column())
        .fetch_one(self.connection().await)
        .await
        .map_err(failure)
    }

    /// Everybody who administers the organisation or once did, by name.
    pub async fn administrators(&mut self) -> Stored<Vec<AdministratorRow>> {
        let rows: Vec<(Uuid, String, i64, Option<i64>)> = sqlx::query_as(
            "SELECT a.person, p.name, to_ms(a.from_at), to_ms(a.until_at)
             FROM administrator a JOIN person p ON p.org = a.org AND p.id = a.person
             WHERE a.org = $1 ORDER BY p.name, p.id",
        )
        .bind(self.org())
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        let row = |(person, name, from, until): (Uuid, String, i64, Option<i64>)| {
            let person_name = Name::parse(&name).map_err(|_| damaged("name"))?;
            let (from, until) = (Timestamp(from), until.map(Timestamp));
            Ok(AdministratorRow { person: PersonId::from_column(person), person_name, from, until })
        };
        rows.into_iter().map(row).collect()
    }

    /// Adds a key.
    pub async fn insert_api_key(&mut self, key: &ApiKeyRow, hash: &[u8; 32]) -> Stored<()> {
        sqlx::query(
            "INSERT INTO api_key (org, id, key_hash, name, created_at, expires_at)
             VALUES ($1, $2, $3, $4, from_ms($5), from_ms($6))",
        )
        .bind(self.org())
        .bind(key.id.column())
        .bind(&hash[..])
        .bind(key.name.as_str())
        .bind(key.created_at.0)
        .bind(key.expires_at.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)
        .map(drop)
    }

    /// The key of this id, whether it works or not.
    pub async fn api_key(&mut self, key: ApiKeyId) -> Stored<Option<ApiKeyRow>> {
        let row: Option<Key> = sqlx::query_as(keys_where!("AND id = $2"))
            .bind(self.org())
            .bind(key.column())
            .fetch_optional(self.connection().await)
            .await
            .map_err(failure)?;
        row.map(ApiKeyRow::try_from).transpose()
    }

    /// The key of this hash, whether it works or not.
    pub async fn find_api_key(&mut self, hash: &[u8; 32]) -> Stored<Option<ApiKeyRow>> {
        let row: Option<Key> = sqlx::query_as(keys_where!("AND key_hash = $2"))
            .bind(self.org())
            .bind(&hash[..])
            .fetch_optional(self.connection().await)
            .await
            .map_err(failure)?;
        row.map(ApiKeyRow::try_from).transpose()
    }

    /// Every key, the newest first.
    pub async fn api_keys(&mut self) -> Stored<Vec<ApiKeyRow>> {
        let rows: Vec<Key> = sqlx::query_as(keys_where!("ORDER BY created_at DESC, id"))
            .bind(self.org())
            .fetch_all(self.connection().await)
            .await
            .map_err(failure)?;
        rows.into_iter().map(ApiKeyRow::try_from).collect()
    }

    /// Writes down that a key was used.
    pub async fn touch_api_key(&mut self, key: ApiKeyId, at: Timestamp) -> Stored<()> {
        sqlx::query("UPDATE api_key SET last_used_at = from_ms($3) WHERE org = $1 AND id = $2")
            .bind(self.org())
            .bind(key.column())
            .bind(at.0)
            .execute(self.connection().await)
            .await
            .map_err(failure)
            .map(drop)
    }

    /// Takes a key away; false when it was before, or there is none of this id.
    pub async fn revoke_api_key(&mut self, key: ApiKeyId, at: Timestamp) -> Stored<bool> {
        let revoked = sqlx::query(
            "UPDATE api_key SET revoked_at = from_ms($3) WHERE org = $1 AND id = $2 AND revoked_at IS NULL",
        )
        .bind(self.org())
        .bind(key.column())
        .bind(at.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(revoked.rows_affected() == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::postgres::testing::{Database, org, person};
    use crate::store::{Access, Store, Transaction};
    use sqlx::PgPool;

    #[sqlx::test]
    async fn somebody_is_an_administrator_until_they_are_not_and_may_be_one_again(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        assert!(!tx.is_administrator(person(1)).await.unwrap());

        tx.put_administrator(person(1), Timestamp(1000)).await.unwrap();
        tx.put_administrator(person(1), Timestamp(1500)).await.unwrap();
        assert!(tx.is_administrator(person(1)).await.unwrap());
        let listed = tx.administrators().await.unwrap();
        assert_eq!((listed.len(), listed[0].person, listed[0].from), (1, person(1), Timestamp(1000)));

        assert!(tx.end_administrator(person(1), Timestamp(2000)).await.unwrap());
        assert!(!tx.end_administrator(person(1), Timestamp(2500)).await.unwrap());
        assert!(!tx.is_administrator(person(1)).await.unwrap());
        assert_eq!(tx.administrators().await.unwrap()[0].until, Some(Timestamp(2000)));

        tx.put_administrator(person(1), Timestamp(3000)).await.unwrap();
        assert!(!tx.end_administrator(person(1), Timestamp(3000)).await.unwrap(), "it is newer than that");
        assert!(tx.is_administrator(person(1)).await.unwrap());
        tx.close_person(person(1), Timestamp(4000)).await.unwrap();
        assert!(!tx.is_administrator(person(1)).await.unwrap(), "they have left");
    }

    #[sqlx::test]
    async fn a_key_works_until_it_is_over_or_taken_away_and_only_where_it_was_made(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        db.add_organisation(org(2)).await;
        let key = ApiKeyRow {
            id: ApiKeyId::from_bytes([7; 16]),
            name: Name::parse("HR").unwrap(),
            created_at: Timestamp(1000),
            expires_at: Timestamp(5000),
            revoked_at: None,
            last_used_at: None,
        };
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        tx.insert_api_key(&key, &[9; 32]).await.unwrap();
        assert_eq!(tx.find_api_key(&[9; 32]).await.unwrap(), Some(key.clone()));
        assert_eq!(tx.find_api_key(&[8; 32]).await.unwrap(), None);
        assert_eq!(tx.api_key(key.id).await.unwrap(), Some(key.clone()));
        assert_eq!(tx.api_key(ApiKeyId::from_bytes([8; 16])).await.unwrap(), None);
        assert!(key.works_at(Timestamp(4999)) && !key.works_at(Timestamp(5000)));

        tx.touch_api_key(key.id, Timestamp(2000)).await.unwrap();
        assert!(tx.revoke_api_key(key.id, Timestamp(3000)).await.unwrap());
        assert!(!tx.revoke_api_key(key.id, Timestamp(3500)).await.unwrap());
        let told = ApiKeyRow {
            revoked_at: Some(Timestamp(3000)),
            last_used_at: Some(Timestamp(2000)),
            ..key.clone()
        };
        assert!(!told.works_at(Timestamp(2000)));
        assert_eq!(tx.api_keys().await.unwrap(), [told]);
        tx.commit().await.unwrap();

        let mut elsewhere = db.store.begin(org(2), Access::Read).await.unwrap();
        assert_eq!(elsewhere.find_api_key(&[9; 32]).await.unwrap(), None);
    }
}
