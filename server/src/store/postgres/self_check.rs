//! Owns the check at start that the database keeps organisations apart: a server that could read across
//! them does not run.

use super::APPLICATION_ROLE;
use sqlx::PgPool;

/// Why this server does not run on this database.
#[derive(Debug, thiserror::Error)]
pub enum SelfCheckError {
    /// There is no connection.
    #[error("the database cannot be reached, or its schema is missing")]
    Unreachable(#[from] sqlx::Error),
    /// The role in use is not the application's.
    #[error("the server works as database role {0}, not as {APPLICATION_ROLE}")]
    WrongRole(String),
    /// The role sees through row level security.
    #[error(
        "database role {0} is not bound by row level security: it must be neither superuser nor BYPASSRLS"
    )]
    RoleBypasses(String),
    /// The role owns a table, so it could lift the security.
    #[error("database role {role} owns table {table}")]
    RoleOwns {
        /// The role.
        role: String,
        /// One of its tables.
        table: String,
    },
    /// A table of the schema is not protected.
    #[error("table {0} does not force row level security")]
    TableOpen(String),
}

/// Tables without an organisation's content: the list of organisations' ids, the server's name, and the migrator's own.
const OPEN_TABLES: [&str; 3] = ["organisation_id", "installation", "_sqlx_migrations"];

/// Refuses a role that sees everything and a table that shows everything.
pub(super) async fn run(pool: &PgPool) -> Result<(), SelfCheckError> {
    check_role(pool).await?;
    check_owner(pool).await?;
    check_tables(pool).await
}

async fn check_role(pool: &PgPool) -> Result<(), SelfCheckError> {
    let (role, bypasses): (String, bool) = sqlx::query_as(
        "SELECT rolname::text, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user",
    )
    .fetch_one(pool)
    .await?;
    if bypasses {
        return Err(SelfCheckError::RoleBypasses(role));
    }
    if role != APPLICATION_ROLE { Err(SelfCheckError::WrongRole(role)) } else { Ok(()) }
}

async fn check_owner(pool: &PgPool) -> Result<(), SelfCheckError> {
    let owned: Option<(String, String)> = sqlx::query_as(
        "SELECT current_user::text, relname::text FROM pg_class
         WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
           AND pg_has_role(current_user, relowner, 'USAGE')
         ORDER BY relname LIMIT 1",
    )
    .fetch_optional(pool)
    .await?;
    match owned {
        Some((role, table)) => Err(SelfCheckError::RoleOwns { role, table }),
        None => Ok(()),
    }
}

async fn check_tables(pool: &PgPool) -> Result<(), SelfCheckError> {
    let open: Option<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class
         WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
           AND NOT (relrowsecurity AND relforcerowsecurity) AND relname <> ALL ($1)
         ORDER BY relname LIMIT 1",
    )
    .bind(OPEN_TABLES)
    .fetch_optional(pool)
    .await?;
    open.map_or(Ok(()), |table| Err(SelfCheckError::TableOpen(table)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::postgres::testing::{Database, application_pool};

    #[sqlx::test]
    async fn the_application_may_run_and_a_superuser_may_not(pool: PgPool) {
        run(&application_pool(&pool, 1).await).await.unwrap();

        assert!(matches!(run(&pool).await, Err(SelfCheckError::RoleBypasses(_))));
    }

    #[sqlx::test]
    async fn a_table_without_forced_security_stops_the_start(pool: PgPool) {
        sqlx::query("ALTER TABLE document NO FORCE ROW LEVEL SECURITY").execute(&pool).await.unwrap();

        let refused = run(&application_pool(&pool, 1).await).await;

        assert!(matches!(refused, Err(SelfCheckError::TableOpen(table)) if table == "document"));
    }

    #[sqlx::test]
    async fn a_role_that_owns_a_table_stops_the_start(pool: PgPool) {
        sqlx::query("GRANT CREATE ON SCHEMA public TO floorwalk_app").execute(&pool).await.unwrap();
        sqlx::query("ALTER TABLE document OWNER TO floorwalk_app").execute(&pool).await.unwrap();

        let refused = run(&application_pool(&pool, 1).await).await;

        assert!(matches!(refused, Err(SelfCheckError::RoleOwns { table, .. }) if table == "document"));
    }

    #[sqlx::test]
    async fn another_role_than_the_applications_stops_the_start(pool: PgPool) {
        let other = sqlx::postgres::PgPoolOptions::new()
            .max_connections(1)
            .connect_with(pool.connect_options().as_ref().clone().options([("role", "pg_monitor")]))
            .await
            .unwrap();

        assert!(matches!(run(&other).await, Err(SelfCheckError::WrongRole(role)) if role == "pg_monitor"));
    }

    #[sqlx::test]
    async fn without_an_organisation_every_table_looks_empty(pool: PgPool) {
        let db = Database::with_everything(&pool).await;
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
               AND relname <> ALL ($1) ORDER BY relname",
        )
        .bind(OPEN_TABLES)
        .fetch_all(&pool)
        .await
        .unwrap();
        assert!(tables.len() >= 18, "{tables:?}");

        for table in tables {
            let count = format!("SELECT count(*) FROM {table}");
            let visible: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count.clone()))
                .fetch_one(db.store.pool())
                .await
                .unwrap();
            assert_eq!(visible, 0, "{table} shows rows");
            let stored: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count)).fetch_one(&pool).await.unwrap();
            assert!(stored > 0, "{table} has no row, so this proves nothing");
        }
    }
}
