//! Owns the connection to Postgres: pool, role, transactions, and what each failure means. The statements
//! are in the files beside, one per subject; nothing here or there decides anything.
//!
//! Every connection works as `floorwalk_app`, and every transaction names its organisation with
//! `set_config(.., true)`: both hold for that transaction only, so nothing outlives it in the pool.

mod access_log;
mod account;
mod administration;
mod appointment;
mod attempt;
mod audience;
mod calendar;
mod change;
mod command;
mod delegation;
mod document;
mod encoding;
mod facts;
mod feed;
mod group;
mod identifier;
mod installation;
mod live;
mod metric;
mod migration;
mod page;
mod record;
mod refusal;
mod roster;
mod self_check;
mod snapshot;
#[cfg(test)]
pub(crate) mod testing;

pub use metric::Days;
pub use migration::{MigrationError, migrate, newest_migration};
pub use self_check::SelfCheckError;

use crate::store::{Access, Store, StoreError, Stored, Transaction};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres};
use std::str::FromStr;
use std::time::Duration;
use sync_core::ids::OrgId;
use tracing::Instrument;
use uuid::Uuid;

/// The role that the application works as: neither owner nor superuser.
pub const APPLICATION_ROLE: &str = "floorwalk_app";
/// The channel on which instances tell each other that a feed has grown. The payload is the organisation.
pub const FEED_CHANNEL: &str = "floorwalk_feed";

/// How a pool is made.
#[derive(Debug, Clone, Copy)]
pub struct PoolSettings {
    /// The most connections of this instance.
    pub connections: u32,
    /// How long a request waits for one.
    pub wait: Duration,
}

impl Default for PoolSettings {
    fn default() -> Self {
        Self { connections: 10, wait: Duration::from_secs(5) }
    }
}

/// Postgres, shared by all instances.
#[derive(Debug, Clone)]
pub struct PgStore {
    pool: PgPool,
    #[cfg(test)]
    pause: Option<testing::Pause>,
}

impl PgStore {
    /// Connects to a migrated database, and refuses one that would not keep organisations apart.
    pub async fn connect(url: &str, settings: PoolSettings) -> Result<Self, SelfCheckError> {
        Self::connect_with(PgConnectOptions::from_str(url)?, settings).await
    }

    async fn connect_with(options: PgConnectOptions, settings: PoolSettings) -> Result<Self, SelfCheckError> {
        // A statement or a transaction that hangs would hold the feed's row for everybody.
        let options = options.application_name("floorwalk").options([
            ("statement_timeout", "30s"),
            ("lock_timeout", "10s"),
            ("idle_in_transaction_session_timeout", "30s"),
            // Every statement walks an index that its first columns name, whatever the values are. Planning one anew
            // for its values would cost more than running it.
            ("plan_cache_mode", "force_generic_plan"),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(settings.connections)
            .acquire_timeout(settings.wait)
            .after_connect(|connection, _| Box::pin(become_application(connection)))
            .connect_with(options)
            .await?;
        self_check::run(&pool).await?;
        Ok(Self {
            pool,
            #[cfg(test)]
            pause: None,
        })
    }

    /// The pool, for what is not a transaction of one organisation: listening for news.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Waits for the connections in use and closes all.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Begins a transaction, also when the caller stops waiting half way: whoever hangs up is such a caller.
///
/// Given up then, sqlx 0.9.0 does not roll back, and hands the connection to the next caller inside that transaction,
/// where everything fails from the first error on (transact-rs/sqlx#4393). Begun to its end, it is rolled back.
async fn begin_to_the_end(pool: PgPool, statement: String) -> Stored<sqlx::Transaction<'static, Postgres>> {
    let beginning = async move { pool.begin_with(AssertSqlSafe(statement)).await };
    #[expect(
        clippy::disallowed_methods,
        reason = "holds a connection for as long as it lives, and the pool waits for those when it closes"
    )]
    let begun = tokio::spawn(beginning.in_current_span()).await;
    // The runtime ends.
    begun.map_err(|error| StoreError::Retryable(error.into()))?.map_err(failure)
}

async fn become_application(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SET ROLE floorwalk_app").execute(connection).await.map(drop)
}

impl Store for PgStore {
    type Tx = PgTransaction;

    async fn begin(&self, org: OrgId, access: Access) -> Stored<PgTransaction> {
        let level = match access {
            Access::Write => "READ COMMITTED",
            Access::Read => "REPEATABLE READ, READ ONLY",
        };
        // One round trip. The organisation is sixteen bytes printed as a UUID: nothing of it can be SQL.
        let org = Uuid::from_bytes(*org.as_bytes());
        let begin =
            format!("BEGIN ISOLATION LEVEL {level}; SELECT set_config('floorwalk.org', '{org}', true)");
        let tx = begin_to_the_end(self.pool.clone(), begin).await?;
        Ok(PgTransaction {
            tx,
            org,
            pool: self.pool.clone(),
            grew: false,
            #[cfg(test)]
            pause: self.pause.clone(),
        })
    }

    async fn organisations(&self) -> Stored<Vec<OrgId>> {
        let orgs: Vec<Uuid> = sqlx::query_scalar("SELECT org FROM organisation_id ORDER BY org")
            .fetch_all(&self.pool)
            .await
            .map_err(failure)?;
        Ok(orgs.into_iter().map(|org| OrgId::from_bytes(org.into_bytes())).collect())
    }
}

/// A transaction of one organisation.
#[derive(Debug)]
pub struct PgTransaction {
    tx: sqlx::Transaction<'static, Postgres>,
    org: Uuid,
    /// For the word to listeners, which goes out on its own after the commit.
    pool: PgPool,
    /// Whether the feed grew.
    grew: bool,
    #[cfg(test)]
    pause: Option<testing::Pause>,
}

impl PgTransaction {
    /// The connection that a statement runs on.
    pub(in crate::store::postgres) async fn connection(&mut self) -> &mut PgConnection {
        #[cfg(test)]
        if let Some(pause) = &self.pause {
            pause.before_statement().await;
        }
        &mut self.tx
    }

    /// Has everybody who listens told after the commit, although the feed did not grow.
    pub(in crate::store::postgres) fn announce_on_commit(&mut self) {
        self.grew = true;
    }

    /// The organisation. Row level security checks it again; naming it lets the indexes be used.
    pub(in crate::store::postgres) fn org(&self) -> Uuid {
        self.org
    }
}

impl Transaction for PgTransaction {
    fn organisation(&self) -> OrgId {
        OrgId::from_bytes(self.org.into_bytes())
    }

    async fn commit(mut self) -> Stored<()> {
        self.connection().await;
        self.tx.commit().await.map_err(commit_failure)?;
        if self.grew {
            announce(&self.pool, self.org).await;
        }
        Ok(())
    }
}

/// Tells all instances that this organisation's feed has grown.
///
/// Outside the transaction: a commit that notifies waits for every other one that does, of any organisation.
/// Only a hint, so nobody is told when it fails.
async fn announce(pool: &PgPool, org: Uuid) {
    let told = sqlx::query("SELECT pg_notify($1, $2)")
        .bind(FEED_CHANNEL)
        .bind(org.simple().to_string())
        .execute(pool)
        .await;
    if let Err(error) = told {
        tracing::debug!(%error, "listeners were not told of news");
    }
}

/// What the failure of a statement means. Nothing of its transaction was written.
fn failure(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(database) => match database.code().as_deref() {
            Some("23505") => StoreError::Conflict(error.into()),
            Some(state) if is_passing(state) => StoreError::Retryable(error.into()),
            _ => StoreError::Failed(error.into()),
        },
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed => {
            StoreError::Retryable(error.into())
        }
        _ => StoreError::Failed(error.into()),
    }
}

/// What the failure of a commit means: unless the database itself refused it, nobody knows.
fn commit_failure(error: sqlx::Error) -> StoreError {
    let refused = error.as_database_error().and_then(|e| e.code()).is_some_and(|state| {
        let class = &state[..2.min(state.len())];
        matches!(class, "23" | "25" | "40")
    });
    if refused { failure(error) } else { StoreError::OutcomeUnknown(error.into()) }
}

/// Serialization failures and deadlocks (40), connections (08), resources (53), timeouts of locks and
/// statements, and a server that shuts down or starts (57).
fn is_passing(state: &str) -> bool {
    matches!(state.get(..2), Some("40" | "08" | "53" | "57")) || state == "55P03"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::postgres::testing::{Database, Pause, org};
    use crate::store::{Access, Documents, Feed};
    use futures_util::FutureExt;

    #[sqlx::test]
    async fn a_lost_deadlock_may_be_tried_again_and_a_wrong_statement_may_not(pool: PgPool) {
        let db = Database::new(&pool).await;

        let deadlock = "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01'; END $$";
        let lost = sqlx::query(deadlock).execute(db.store.pool()).await.unwrap_err();
        let wrong = sqlx::query("SELECT no_such_column").execute(db.store.pool()).await.unwrap_err();

        assert!(matches!(failure(lost), StoreError::Retryable(_)));
        assert!(matches!(failure(wrong), StoreError::Failed(_)));
    }

    #[sqlx::test]
    async fn a_connection_that_dies_in_the_commit_leaves_the_outcome_unknown(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        tx.advance_feed(1).await.unwrap();

        let pid: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut *tx.tx).await.unwrap();
        sqlx::query("SELECT pg_terminate_backend($1)").bind(pid).execute(&pool).await.unwrap();

        assert!(matches!(tx.commit().await, Err(StoreError::OutcomeUnknown(_))));
    }

    #[sqlx::test]
    async fn a_shared_connection_never_shows_one_organisation_to_the_next(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        db.add_organisation(org(2)).await;
        let docs = [1, 2].map(|number| db.insert_document(org(number), 1));
        let docs =
            futures_util::future::join_all(docs).await.into_iter().map(|row| row.doc).collect::<Vec<_>>();
        let store = Database::instance(&pool, 1).await;

        for round in 0..600 {
            let here = round % 2;
            let mut tx = store.begin(org(u8::try_from(here).unwrap() + 1), Access::Write).await.unwrap();
            if round % 10 == 3 {
                // The caller hangs up in the middle of a statement.
                drop(tx.documents(&docs).now_or_never());
                continue;
            }
            let seen = tx.documents(&docs).await.unwrap();
            assert_eq!(seen.iter().map(|row| row.doc).collect::<Vec<_>>(), [docs[here]], "round {round}");
            if round % 3 == 0 {
                tx.commit().await.unwrap();
            } else {
                drop(tx);
            }
            let outside: i64 =
                sqlx::query_scalar("SELECT count(*) FROM document").fetch_one(store.pool()).await.unwrap();
            assert_eq!(outside, 0, "round {round}: the organisation outlived its transaction");
        }
    }

    /// A superuser sees through row level security: a test of a table that worked as one would prove nothing.
    #[sqlx::test]
    async fn every_store_of_a_test_works_as_the_application_and_sees_one_organisation(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let pausing = db.store.pausing(Pause::new(|| async {}));
        let as_what = "SELECT current_user::text, rolsuper OR rolbypassrls, (SELECT count(*) FROM person)
            FROM pg_roles WHERE rolname = current_user";

        for store in [&db.store, &pausing, &Database::instance(&pool, 1).await] {
            for (organisation, people) in [(org(1), 9), (org(2), 0)] {
                let mut tx = store.begin(organisation, Access::Read).await.unwrap();
                let (role, sees_all, seen): (String, bool, i64) =
                    sqlx::query_as(as_what).fetch_one(tx.connection().await).await.unwrap();
                assert_eq!((role.as_str(), sees_all, seen), (APPLICATION_ROLE, false, people));
            }
        }
    }

    /// sqlx 0.9.0 handed the connection on inside that transaction, and every request on it failed from then on.
    #[sqlx::test]
    async fn a_transaction_that_was_given_up_while_it_began_is_no_burden_to_the_next(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let store = Database::instance(&pool, 1).await;

        for access in [Access::Read, Access::Write] {
            hang_up_while_it_begins(&db, &store, access).await;

            let mut tx = store.begin(org(1), Access::Write).await.unwrap();
            tx.advance_feed(1).await.unwrap();
            tx.commit().await.unwrap();
        }
    }

    /// Gives up when the database has begun the transaction and the caller has not heard of it.
    async fn hang_up_while_it_begins(db: &Database, store: &PgStore, access: Access) {
        loop {
            let mut beginning = std::pin::pin!(store.begin(org(1), access));
            while beginning.as_mut().now_or_never().is_none() {
                let begun = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                             AND application_name = 'floorwalk' AND state = 'idle in transaction'";
                if db.count(begun).await > 0 {
                    return;
                }
            }
        }
    }

    #[sqlx::test]
    async fn listeners_hear_of_a_grown_feed_after_the_commit(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut listener = sqlx::postgres::PgListener::connect_with(&pool).await.unwrap();
        listener.listen(FEED_CHANNEL).await.unwrap();

        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        tx.advance_feed(1).await.unwrap();
        tx.commit().await.unwrap();

        assert_eq!(listener.recv().await.unwrap().payload(), org(1).to_string());
    }
}
