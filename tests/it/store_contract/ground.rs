//! Owns what a rule is tried on: a database with an organisation and two audiences in it.

use super::rows::{LONG_AGO, NOW, ORG, TEAM, own, own_subject, pair, pair_subject, person};
use server::clock::Clock;
use server::services::roster::{PersonName, TENURE_COLLECTION, TenureRecord};
use server::store::postgres::{self, PgStore, PoolSettings};
use server::store::row::RecordRow;
use server::store::{Access, Audiences, Records, Store, Transaction};
use sqlx::{AssertSqlSafe, PgConnection};
use std::time::Duration;
use sync_core::ids::{OrgId, PersonId};
use sync_core::time::Timestamp;
use tests::database::Database;
use tests::model::{Calm, DeviceRow, ModelDatabase, ModelStore};
use tokio::sync::Mutex;

/// A database under test.
pub(super) trait Ground {
    /// What the services use.
    type Store: Store;

    /// The database, as an instance reaches it.
    fn store(&self) -> &Self::Store;

    /// Adds an organisation.
    async fn found(&self, org: OrgId) -> anyhow::Result<()>;

    /// Adds a device.
    async fn enrol(&self, device: DeviceRow) -> anyhow::Result<()>;

    /// Lets the first person lead somebody in the team of all rules, until then if that is known.
    async fn lead(&self, agent: PersonId, until: Option<Timestamp>) -> anyhow::Result<()>;

    /// How many transactions wait for a lock.
    async fn waiting(&self) -> anyhow::Result<usize>;

    /// Ends once so many wait.
    async fn until_waiting(&self, count: usize) -> anyhow::Result<()> {
        while self.waiting().await? < count {
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    /// Begins a transaction that writes.
    async fn write(&self) -> anyhow::Result<<Self::Store as Store>::Tx> {
        Ok(self.store().begin(ORG, Access::Write).await?)
    }

    /// Begins a transaction that reads.
    async fn read(&self) -> anyhow::Result<<Self::Store as Store>::Tx> {
        Ok(self.store().begin(ORG, Access::Read).await?)
    }

    /// Adds the organisation and the audiences of all rules.
    async fn furnish(self) -> anyhow::Result<Self>
    where
        Self: Sized,
    {
        self.found(ORG).await?;
        let mut tx = self.write().await?;
        tx.ensure_audience(own(), &own_subject()).await?;
        tx.ensure_audience(pair(), &pair_subject()).await?;
        tx.commit().await?;
        Ok(self)
    }
}

/// The database in memory.
pub(super) struct Model {
    database: ModelDatabase,
    store: ModelStore,
}

impl Model {
    pub(super) async fn open() -> anyhow::Result<Self> {
        let database = ModelDatabase::new(Clock::from_fn(|| NOW), Calm);
        let store = database.instance("s0");
        Self { database, store }.furnish().await
    }
}

impl Ground for Model {
    type Store = ModelStore;

    fn store(&self) -> &ModelStore {
        &self.store
    }

    async fn found(&self, org: OrgId) -> anyhow::Result<()> {
        self.database.found(org);
        Ok(())
    }

    async fn enrol(&self, device: DeviceRow) -> anyhow::Result<()> {
        self.database.enrol(ORG, device);
        Ok(())
    }

    async fn lead(&self, agent: PersonId, until: Option<Timestamp>) -> anyhow::Result<()> {
        let name = |id| PersonName { id, name: "Person".into() };
        let record = TenureRecord {
            team: TEAM,
            team_name: "Night".into(),
            time_zone: "UTC".into(),
            leader: name(person(1)),
            agent: name(agent),
            joined: LONG_AGO,
            from: LONG_AGO,
            until,
            stands_in: None,
            follows: None,
        };
        let (collection, key) = (TENURE_COLLECTION.into(), agent.as_bytes().to_vec());
        let body = Some(serde_json::to_string(&record)?);
        let mut tx = self.write().await?;
        tx.put_record(pair(), &RecordRow { collection, key, version: 1, body }).await?;
        Ok(tx.commit().await?)
    }

    async fn waiting(&self) -> anyhow::Result<usize> {
        Ok(self.database.waiting())
    }
}

/// The real one, migrated, as the application's role.
pub(super) struct Postgres {
    store: PgStore,
    owner: Mutex<PgConnection>,
    // Last, so that it goes last.
    _database: Database,
}

impl Postgres {
    pub(super) async fn open() -> anyhow::Result<Self> {
        let database = Database::create().await?;
        postgres::migrate(&database.url()).await?;
        let settings = PoolSettings { connections: 5, wait: Duration::from_secs(30) };
        let store = PgStore::connect(&database.url(), settings).await?;
        let owner = Mutex::new(database.as_owner().await?);
        Self { store, owner, _database: database }.furnish().await
    }

    async fn as_owner(&self, statements: String) -> anyhow::Result<()> {
        sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut *self.owner.lock().await).await?;
        Ok(())
    }
}

impl Ground for Postgres {
    type Store = PgStore;

    fn store(&self) -> &PgStore {
        &self.store
    }

    async fn found(&self, org: OrgId) -> anyhow::Result<()> {
        let people = (1..=3).map(|number| {
            let person = person(number);
            format!("INSERT INTO person VALUES ('{org}', '{person}', 'Person', 'en', now(), NULL);")
        });
        let organisation = format!(
            "INSERT INTO organisation VALUES ('{org}', 'Care', now());
             INSERT INTO organisation_id VALUES ('{org}');
             INSERT INTO feed_counter VALUES ('{org}');"
        );
        self.as_owner(organisation + &people.collect::<String>()).await
    }

    async fn enrol(&self, row: DeviceRow) -> anyhow::Result<()> {
        let DeviceRow { device, person, replaces } = row;
        let replaces = replaces.map_or("NULL".into(), |earlier| format!("'{earlier}'"));
        self.as_owner(format!(
            "INSERT INTO device (org, id, person, public_key, name, replaces, enrolled_at)
             VALUES ('{ORG}', '{device}', '{person}', sha512('{device}') || '0', 'phone', {replaces}, now())"
        ))
        .await
    }

    async fn lead(&self, agent: PersonId, until: Option<Timestamp>) -> anyhow::Result<()> {
        let (leader, from) = (person(1), LONG_AGO.0);
        let until = until.map_or("NULL".into(), |until| format!("from_ms({})", until.0));
        self.as_owner(format!(
            "INSERT INTO team VALUES ('{ORG}', '{TEAM}', 'Night', 'UTC', now()) ON CONFLICT DO NOTHING;
             INSERT INTO tenure VALUES ('{ORG}', '{agent}', '{TEAM}', '{leader}', '{agent}', from_ms({from}), {until})"
        ))
        .await
    }

    async fn waiting(&self) -> anyhow::Result<usize> {
        let waiting = "SELECT count(*) FROM pg_stat_activity
                       WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let count: i64 = sqlx::query_scalar(waiting).fetch_one(&mut *self.owner.lock().await).await?;
        Ok(usize::try_from(count)?)
    }
}
