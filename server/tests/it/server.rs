//! The real server on a port of its own, with its own database and vault.

use crate::device::Device;
use server::app::{App, Limits};
use server::clock::Clock;
use server::name::Name;
use server::random::Randomness;
use server::services::administration::By;
use server::services::invitation::{InvitationCode, Invite, invite};
use server::services::roster::Office;
use server::startup::{Setup, open};
use server::store::postgres::PoolSettings;
use server::trial::{Place, Workers};
use sqlx::{ConnectOptions, PgPool};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use sync_core::content::Language;
use sync_core::ids::{OrgId, PersonId};
use sync_core::time::Timestamp;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// A running server. Stops when it is dropped.
pub struct TestServer {
    pub app: App,
    pub address: SocketAddr,
    pub vault: Arc<TempDir>,
    pub http: reqwest::Client,
    clock: TestClock,
    pool: PgPool,
    shutdown: CancellationToken,
    running: Option<tokio::task::JoinHandle<()>>,
}

/// Ends the tasks that hold connections: a database in use cannot be dropped.
impl Drop for TestServer {
    fn drop(&mut self) {
        self.shutdown.cancel();
        self.app.spawner.stop();
    }
}

/// A clock that tests move.
#[derive(Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    #[expect(clippy::disallowed_methods, reason = "a test starts at the real time: tokens are judged by it")]
    pub fn start() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        Self(Arc::new(AtomicI64::new(i64::try_from(now).unwrap())))
    }

    pub fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }

    pub fn advance(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

/// What a test wants otherwise than usual.
#[derive(Default)]
pub struct Wish {
    pub limits: Limits,
    pub trusted_proxies: Vec<&'static str>,
}

impl TestServer {
    pub async fn start(pool: &PgPool) -> Self {
        Self::start_with(pool, Wish::default()).await
    }

    pub async fn start_with(pool: &PgPool, wish: Wish) -> Self {
        let vault = TempDir::new().unwrap();
        Self::launch(pool, wish, Arc::new(vault), TestClock::start()).await
    }

    /// A further instance: same database, same vault.
    pub async fn another_instance(&self) -> Self {
        self.another_instance_with(Wish::default()).await
    }

    /// The same, otherwise than usual.
    pub async fn another_instance_with(&self, wish: Wish) -> Self {
        Self::launch(&self.pool, wish, self.vault.clone(), self.clock.clone()).await
    }

    async fn launch(pool: &PgPool, wish: Wish, vault: Arc<TempDir>, clock: TestClock) -> Self {
        let app = open(setup(pool, &wish, &vault, &clock)).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        #[expect(clippy::disallowed_methods, reason = "a test stops its server itself")]
        let running = tokio::spawn(server::serve(listener, app.clone(), shutdown.clone()));
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { app, address, vault, http, clock, pool: pool.clone(), shutdown, running: Some(running) }
    }

    /// Stops, and waits until it has.
    pub async fn stop(mut self) {
        self.shutdown.cancel();
        self.running.take().unwrap().await.unwrap();
        self.app.store.close().await;
    }

    /// Begins to stop; what is in flight goes on.
    pub fn begin_to_stop(&self) {
        self.shutdown.cancel();
    }

    pub fn clock(&self) -> &TestClock {
        &self.clock
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn office(&self) -> Office<'_> {
        let now = self.clock.now();
        Office {
            store: &self.app.store,
            ledger: self.app.vault.ledger(),
            random: &self.app.random,
            now,
            by: By::Server,
        }
    }

    /// An organisation with one person.
    pub async fn organisation(&self, name: &str, person: &str) -> (OrgId, PersonId) {
        let first = (Name::parse(person).unwrap(), Language::En);
        let (org, person) = self.office().found(&Name::parse(name).unwrap(), first).await.unwrap();
        (org, person.id)
    }

    pub async fn person(&self, org: OrgId, name: &str) -> PersonId {
        self.office().add_person(org, (Name::parse(name).unwrap(), Language::En)).await.unwrap().id
    }

    pub async fn invitation(&self, org: OrgId, person: PersonId) -> InvitationCode {
        let invitation = Invite { org, person, life_ms: 3_600_000 };
        let made = invite(&self.app.store, &self.app.random, invitation, self.clock.now()).await;
        made.unwrap().unwrap().0
    }

    /// A device of this person, enrolled over HTTP.
    pub async fn device(&self, org: OrgId, person: PersonId) -> Device {
        let mut device = Device::new();
        let code = self.invitation(org, person).await;
        device.enrol(self, &code.to_text()).await;
        device
    }

    /// Runs SQL that the application may not.
    pub async fn db_as_owner(&self, sql: String) {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&self.pool).await.unwrap();
    }

    pub async fn db_text(&self, sql: &'static str) -> Option<String> {
        sqlx::query_scalar(sql).fetch_optional(&self.pool).await.unwrap()
    }
}

fn setup(pool: &PgPool, wish: &Wish, vault: &TempDir, clock: &TestClock) -> Setup {
    let clock = clock.clone();
    Setup {
        database_url: pool.connect_options().to_url_lossy().to_string().into(),
        vault: vault.path().join("vault"),
        pool: PoolSettings { connections: 5, wait: Duration::from_secs(30) },
        limits: wish.limits,
        trials: Place::Workers(workers()),
        trusted_proxies: wish.trusted_proxies.iter().map(|text| text.parse().unwrap()).collect(),
        clock: Clock::from_fn(move || clock.now()),
        random: Randomness::system(),
    }
}

/// Real ones, made of the real program.
pub fn workers() -> Workers {
    Workers { program: env!("CARGO_BIN_EXE_server").into(), count: 1, ..Workers::of_this_program() }
}

/// Starting again on this server's database with another vault.
pub async fn open_with_vault(
    server: &TestServer,
    vault: &TempDir,
) -> Result<App, server::startup::StartError> {
    open(setup(&server.pool, &Wish::default(), vault, &server.clock)).await
}
