//! Owns the SQL about who was shown what about whom.

use super::encoding::{Id, damaged};
use super::{PgTransaction, failure};
use crate::store::Stored;
use crate::store::row::AccessRow;
use sync_core::ids::{AccessId, PersonId};
use sync_core::policy::Reader;
use sync_core::time::Timestamp;
use uuid::Uuid;

impl PgTransaction {
    /// Adds an entry.
    pub async fn insert_access(&mut self, entry: &AccessRow) -> Stored<()> {
        sqlx::query(
            "INSERT INTO access_log (org, id, about, reader, role, what, at)
             VALUES ($1, $2, $3, $4, $5, $6, from_ms($7))",
        )
        .bind(self.org())
        .bind(entry.id.column())
        .bind(entry.about.column())
        .bind(entry.reader.map(Id::column))
        .bind(entry.role.as_str())
        .bind(&entry.what)
        .bind(entry.at.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)
        .map(drop)
    }

    /// The entries about a person, the newest first.
    pub async fn access_about(&mut self, about: PersonId) -> Stored<Vec<AccessRow>> {
        let rows: Vec<(Uuid, Option<Uuid>, String, String, i64)> = sqlx::query_as(
            "SELECT id, reader, role, what, to_ms(at) FROM access_log
             WHERE org = $1 AND about = $2 ORDER BY at DESC, id",
        )
        .bind(self.org())
        .bind(about.column())
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        let entry = |(id, reader, role, what, at): (Uuid, Option<Uuid>, String, String, i64)| {
            let role = Reader::parse(&role).ok_or_else(|| damaged("reader"))?;
            let (id, reader) = (AccessId::from_column(id), reader.map(PersonId::from_column));
            Ok(AccessRow { id, about, reader, role, what, at: Timestamp(at) })
        };
        rows.into_iter().map(entry).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::postgres::testing::{Database, org, person};
    use crate::store::{Access, Store};
    use sqlx::PgPool;

    #[sqlx::test]
    async fn r108_an_entry_reads_back_for_whom_it_is_about(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        let entry = |number: u8, about, reader, role| AccessRow {
            id: AccessId::from_bytes([number; 16]),
            about: person(about),
            reader,
            role,
            what: "tier_note".into(),
            at: Timestamp(1000 + i64::from(number)),
        };
        let (first, second) =
            (entry(1, 2, Some(person(3)), Reader::Head), entry(2, 2, None, Reader::Administrator));
        for entry in [&first, &second, &entry(3, 4, None, Reader::DataProtection)] {
            tx.insert_access(entry).await.unwrap();
        }

        assert_eq!(tx.access_about(person(2)).await.unwrap(), [second, first]);
        assert_eq!(tx.access_about(person(9)).await.unwrap(), []);
    }
}
