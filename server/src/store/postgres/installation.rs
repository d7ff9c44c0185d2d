//! Owns the SQL about which server the database belongs to, and which schema it has.

use super::{PgStore, failure};
use crate::store::Stored;

impl PgStore {
    /// The server that the database belongs to; none yet in a new one.
    pub async fn server_id(&self) -> Stored<Option<String>> {
        sqlx::query_scalar("SELECT server_id FROM installation")
            .fetch_optional(self.pool())
            .await
            .map_err(failure)
    }

    /// Makes the database this server's, unless it already is somebody's.
    pub async fn insert_server_id(&self, server_id: &str) -> Stored<()> {
        sqlx::query("INSERT INTO installation (server_id) VALUES ($1) ON CONFLICT (only_one) DO NOTHING")
            .bind(server_id)
            .execute(self.pool())
            .await
            .map_err(failure)
            .map(drop)
    }

    /// The newest migration that the database has.
    pub async fn schema_version(&self) -> Stored<i64> {
        sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations WHERE success")
            .fetch_one(self.pool())
            .await
            .map_err(failure)
    }
}

#[cfg(test)]
mod tests {
    use crate::store::postgres::newest_migration;
    use crate::store::postgres::testing::Database;
    use sqlx::PgPool;

    #[sqlx::test]
    async fn the_first_server_of_a_database_stays_its_server(pool: PgPool) {
        let store = Database::new(&pool).await.store;
        assert_eq!(store.server_id().await.unwrap(), None);

        store.insert_server_id("5e1f").await.unwrap();
        store.insert_server_id("0ff").await.unwrap();

        assert_eq!(store.server_id().await.unwrap().as_deref(), Some("5e1f"));
    }

    #[sqlx::test]
    async fn a_migrated_database_has_this_builds_schema(pool: PgPool) {
        let store = Database::new(&pool).await.store;
        assert_eq!(store.schema_version().await.unwrap(), newest_migration());
    }
}
