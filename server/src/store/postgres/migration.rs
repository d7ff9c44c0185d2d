//! Owns bringing a database to this build's schema, as its owner.

use sqlx::migrate::MigrateError;
use sqlx::{Connection, PgConnection};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// Why a database could not be brought to this build's schema.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// A newer build was here before.
    #[error(
        "the database has schema {found}, this build knows {known}: start the newer build, or restore the backup made before it"
    )]
    Newer {
        /// What the database has.
        found: i64,
        /// The newest that this build knows.
        known: i64,
    },
    /// The schema's history is not this build's.
    #[error("migration {0} is not the one that was applied to this database: it belongs to another build")]
    Changed(i64),
    /// The database did not do it.
    #[error("the database could not be migrated")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<sqlx::Error> for MigrationError {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Brings the database to this build's schema, as its owner. One instance does it while others wait;
/// where nothing is to do, nothing happens.
pub async fn migrate(owner_url: &str) -> Result<(), MigrationError> {
    let mut owner = PgConnection::connect(owner_url).await?;
    let migrated = migrate_as(&mut owner).await;
    // The lock of the migrator belongs to the session: closing gives it back, also after a failure.
    owner.close().await?;
    migrated
}

async fn migrate_as(owner: &mut PgConnection) -> Result<(), MigrationError> {
    MIGRATIONS.run_direct(None, owner, false).await.map_err(explain)?;
    grant_role(owner).await?;
    Ok(())
}

/// Lets the owner's login work as the application. From Postgres 16 on, who creates a role is a member of it and may
/// grant it, but may not become it: only trying shows that.
async fn grant_role(owner: &mut PgConnection) -> Result<(), sqlx::Error> {
    let is_member: bool = sqlx::query_scalar("SELECT pg_has_role(current_user, 'floorwalk_app', 'MEMBER')")
        .fetch_one(&mut *owner)
        .await?;
    let mut attempt = owner.begin().await?;
    let may_become = sqlx::query("SET LOCAL ROLE floorwalk_app").execute(&mut *attempt).await.is_ok();
    attempt.rollback().await?;
    if is_member && may_become {
        return Ok(());
    }
    sqlx::query("GRANT floorwalk_app TO CURRENT_USER").execute(owner).await.map(drop)
}

/// The newest migration that this build knows.
pub fn newest_migration() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

fn explain(error: MigrateError) -> MigrationError {
    let known = newest_migration();
    match error {
        MigrateError::VersionMissing(found) if found > known => MigrationError::Newer { found, known },
        MigrateError::VersionMissing(version) | MigrateError::VersionMismatch(version) => {
            MigrationError::Changed(version)
        }
        other => MigrationError::Failed(other.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::PgPool;

    #[sqlx::test(migrations = false)]
    async fn an_empty_database_gets_the_schema_and_a_second_start_changes_nothing(pool: PgPool) {
        let mut owner = pool.acquire().await.unwrap();

        migrate_as(&mut owner).await.unwrap();
        migrate_as(&mut owner).await.unwrap();

        let applied: i64 =
            sqlx::query_scalar("SELECT count(*) FROM _sqlx_migrations").fetch_one(&mut *owner).await.unwrap();
        assert_eq!(usize::try_from(applied).unwrap(), MIGRATIONS.iter().count());
    }

    #[sqlx::test]
    async fn a_database_of_a_newer_build_is_refused_in_plain_words(pool: PgPool) {
        let from_the_future =
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
            VALUES (9999, 'later', true, '', 0)";
        sqlx::query(from_the_future).execute(&pool).await.unwrap();

        let refused = migrate_as(&mut pool.acquire().await.unwrap()).await.unwrap_err();

        assert!(matches!(refused, MigrationError::Newer { found: 9999, .. }), "{refused}");
    }

    #[sqlx::test]
    async fn an_owner_who_is_no_superuser_can_work_as_the_application(pool: PgPool) {
        let mut connection = pool.acquire().await.unwrap();
        let owner = format!("owner_{}", pool.connect_options().get_database().unwrap().to_lowercase());
        let owner = &owner[..50];
        for statement in [
            format!("CREATE ROLE {owner} CREATEROLE"),
            format!("GRANT SELECT ON _sqlx_migrations TO {owner}"),
            format!("SET ROLE {owner}"),
        ] {
            sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut *connection).await.unwrap();
        }

        grant_role(&mut connection).await.unwrap();

        let may: bool = sqlx::query_scalar("SELECT pg_has_role(current_user, 'floorwalk_app', 'MEMBER')")
            .fetch_one(&mut *connection)
            .await
            .unwrap();
        sqlx::query("RESET ROLE").execute(&mut *connection).await.unwrap();
        for statement in [format!("DROP OWNED BY {owner}"), format!("DROP ROLE {owner}")] {
            sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut *connection).await.unwrap();
        }
        assert!(may);
    }
}
