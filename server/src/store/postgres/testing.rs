//! Owns what the tests of the database share: a store that works as the application, rows to insert, and
//! a way to stop before a statement.

use super::{PgStore, PoolSettings, become_application};
use crate::store::row::{ChangeRow, DocumentRow, NewDocument};
use crate::store::{Access, Audiences, Changes, Documents, Store, Transaction};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use sync_core::ids::{
    ActorId, AudienceId, ChangeHash, DeviceId, DocId, OrgId, PersonId, RandomKey, TenureId,
};
use sync_core::key::{NaturalKey, Part, Subject};
use sync_core::time::Timestamp;

/// Runs something before each statement of each transaction of a store.
#[derive(Clone)]
pub(crate) struct Pause(Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>);

impl Pause {
    /// Runs this.
    pub(crate) fn new<F>(before: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self(Arc::new(move || Box::pin(before())))
    }

    pub(super) async fn before_statement(&self) {
        (self.0)().await;
    }
}

impl std::fmt::Debug for Pause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pause")
    }
}

impl PgStore {
    /// The same database, with something to run before each statement.
    pub(crate) fn pausing(&self, pause: Pause) -> Self {
        Self { pool: self.pool.clone(), pause: Some(pause) }
    }
}

/// A pool that works as the application on the database of a test.
pub(crate) async fn application_pool(owner: &PgPool, connections: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(connections)
        .after_connect(|connection, _| Box::pin(become_application(connection)))
        .connect_with(owner.connect_options().as_ref().clone())
        .await
        .unwrap()
}

/// The database of a test, as the application sees it.
pub(crate) struct Database {
    /// The store under test.
    pub(crate) store: PgStore,
    owner: PgPool,
}

impl Database {
    /// An empty one.
    pub(crate) async fn new(owner: &PgPool) -> Self {
        Self { store: Self::instance(owner, 5).await, owner: owner.clone() }
    }

    /// A further instance on the same database.
    pub(crate) async fn instance(owner: &PgPool, connections: u32) -> PgStore {
        let options = owner.connect_options().as_ref().clone();
        let settings = PoolSettings { connections, wait: Duration::from_secs(30) };
        PgStore::connect_with(options, settings).await.unwrap()
    }

    /// One with an organisation, people 1 to 9, and the audiences of [`person_audience`] and [`tenure_audience`].
    pub(crate) async fn with_organisation(owner: &PgPool, org: OrgId) -> Self {
        let db = Self::new(owner).await;
        db.add_organisation(org).await;
        db
    }

    /// Adds an organisation as [`Self::with_organisation`] does.
    pub(crate) async fn add_organisation(&self, org: OrgId) {
        for statement in [
            "INSERT INTO organisation (org, name, created_at) VALUES ('{org}', 'Care', now())",
            "INSERT INTO organisation_id (org) VALUES ('{org}')",
            "INSERT INTO feed_counter (org) VALUES ('{org}')",
        ] {
            self.as_owner(&statement.replace("{org}", &org.to_string())).await;
        }
        for number in 1..=9 {
            let person = person(number);
            self.as_owner(&format!(
                "INSERT INTO person (org, id, name, language, created_at)
                 VALUES ('{org}', '{person}', 'Person {number}', 'en', now())"
            ))
            .await;
        }
        let mut tx = self.store.begin(org, Access::Write).await.unwrap();
        tx.ensure_audience(person_audience(org), &Subject::Person(person(1))).await.unwrap();
        tx.ensure_audience(tenure_audience(org), &tenure_subject()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// One with a row in every table.
    pub(crate) async fn with_everything(owner: &PgPool) -> Self {
        let db = Self::with_organisation(owner, org(1)).await;
        let doc = db.insert_document(org(1), 1).await.doc;
        db.insert_changes(org(1), &[change(doc, 1)]).await;
        let audience = person_audience(org(1));
        let (org, ada, grace) = (org(1), person(1), person(2));
        for statement in [
            format!("INSERT INTO team VALUES ('{org}', '{ada}', 'Night', 'UTC', now())"),
            format!("INSERT INTO tenure VALUES ('{org}', '{ada}', '{ada}', '{ada}', '{grace}', now())"),
            format!(
                "INSERT INTO device VALUES ('{org}', '{ada}', '{ada}', repeat('x', 65)::bytea, 'phone', NULL, now())"
            ),
            format!("INSERT INTO appointment VALUES ('{org}', '{ada}', '{ada}', NULL, 'head', now(), NULL)"),
            format!("INSERT INTO administrator VALUES ('{org}', '{ada}', now())"),
            format!(
                "INSERT INTO api_key VALUES ('{org}', '{ada}', repeat('x', 32)::bytea, 'HR', now(), now())"
            ),
            format!("INSERT INTO calendar VALUES ('{org}', '{ada}', repeat('x', 32)::bytea, now())"),
            format!(
                "INSERT INTO delegation VALUES ('{org}', '{ada}', '{ada}', '{grace}', now(), now(), NULL)"
            ),
            format!(
                "INSERT INTO coaching_group VALUES ('{org}', '{ada}', '{ada}', '{ada}', NULL, ARRAY['{grace}'::uuid], now())"
            ),
            format!("INSERT INTO access_log VALUES ('{org}', '{ada}', '{ada}', NULL, 'head', 'x', now())"),
            format!("INSERT INTO invitation VALUES ('{org}', 'x', '{ada}', now(), now())"),
            format!("INSERT INTO spent_token VALUES ('{org}', 'x', now())"),
            format!("INSERT INTO attempt VALUES ('{org}', 'x', now(), 1)"),
            format!(
                "INSERT INTO audience_member VALUES ('{org}', '{audience}', '{ada}', 'self', now(), NULL, 1)"
            ),
            format!("INSERT INTO snapshot VALUES ('{org}', '{doc}', 1, '', '', now())"),
            format!("INSERT INTO record VALUES ('{org}', '{audience}', 'team', 'x', 1)"),
            format!(
                "INSERT INTO feed (org, seq, stamp, audience, class, at)
                     VALUES ('{org}', 1, '12345678', '{audience}', 'change', now())"
            ),
            format!("INSERT INTO command VALUES ('{org}', '{ada}', '{ada}', 'x', NULL, now())"),
            format!(
                "INSERT INTO refused_change VALUES ('{org}', '{ada}', repeat('x', 32)::bytea, '{doc}', '{ada}', 'x', now())"
            ),
            format!("INSERT INTO person_identifier VALUES ('{org}', 'login', 'x', 'x', '{ada}')"),
            format!("INSERT INTO metric_source VALUES ('{org}', 'x', '{{}}', now())"),
            format!("INSERT INTO metric VALUES ('{org}', '{ada}', '2026-03-02', 'csat', 'x', 1, 1, now())"),
            format!(
                "INSERT INTO metric_replaced VALUES ('{org}', '{ada}', '2026-03-02', 'csat', 'x', 1, 1, now())"
            ),
        ] {
            db.as_owner(&statement).await;
        }
        db
    }

    /// Runs SQL that the application may not, one statement or several.
    #[track_caller]
    pub(crate) fn as_owner(&self, sql: &str) -> impl Future<Output = ()> + use<> {
        let (owner, sql) = (self.owner.clone(), sql.to_owned());
        async move {
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&owner).await.unwrap();
        }
    }

    /// What a query counts, whoever the rows belong to.
    pub(crate) async fn count(&self, sql: &str) -> i64 {
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned())).fetch_one(&self.owner).await.unwrap()
    }

    /// Whether an open transaction has changed a document.
    pub(crate) async fn holds_document_locks(&self) -> bool {
        self.count(
            "SELECT count(*) FROM pg_locks JOIN pg_class ON pg_class.oid = relation
             WHERE relname = 'document' AND mode = 'RowExclusiveLock'
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        )
        .await
            > 0
    }

    /// Every row of every table, as text.
    pub(crate) async fn dump(&self) -> std::collections::BTreeMap<String, Vec<String>> {
        let tables = "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
        let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&self.owner).await.unwrap();
        let mut dump = std::collections::BTreeMap::new();
        for table in tables {
            let rows = format!("SELECT t::text FROM {table} AS t ORDER BY 1");
            let rows = sqlx::query_scalar(sqlx::AssertSqlSafe(rows)).fetch_all(&self.owner).await.unwrap();
            dump.insert(table, rows);
        }
        dump
    }

    /// Inserts [`document`].
    pub(crate) async fn insert_document(&self, org: OrgId, number: u8) -> DocumentRow {
        let row = document(org, number);
        let mut tx = self.store.begin(org, Access::Write).await.unwrap();
        tx.insert_documents(&[NewDocument { row: row.clone(), facts: None, at: Timestamp(1000) }])
            .await
            .unwrap();
        tx.commit().await.unwrap();
        row
    }

    /// Inserts changes and the actors that they need.
    pub(crate) async fn insert_changes(&self, org: OrgId, changes: &[ChangeRow]) {
        let mut tx = self.store.begin(org, Access::Write).await.unwrap();
        let first = &changes[0];
        let actor = crate::store::row::ActorRow {
            doc: first.doc,
            actor: first.actor,
            person: person(1),
            device: first.device,
            received_at: first.received_at,
        };
        tx.insert_actors(&[actor]).await.unwrap();
        tx.insert_changes(changes).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Waits until a connection to this database waits for a lock.
    pub(crate) async fn until_somebody_waits(&self) {
        self.until_waiting(|| 1).await;
    }

    /// Waits until so many connections to this database wait for a lock.
    pub(crate) async fn until_waiting(&self, how_many: impl Fn() -> i64) {
        let waiting = "SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'";
        while self.count(waiting).await < how_many() {
            tokio::task::yield_now().await;
        }
    }
}

/// An organisation.
pub(crate) fn org(number: u8) -> OrgId {
    OrgId::from_bytes([number; 16])
}

/// A person.
pub(crate) fn person(number: u8) -> PersonId {
    PersonId::from_bytes([100 + number; 16])
}

/// An actor.
pub(crate) fn actor(number: u8) -> ActorId {
    ActorId::from_bytes([150 + number; 16])
}

/// A hash.
pub(crate) fn hash(number: u64) -> ChangeHash {
    ChangeHash::from_bytes([u8::try_from(number).unwrap(); 32])
}

/// The subject of [`tenure_audience`].
pub(crate) fn tenure_subject() -> Subject {
    Subject::Tenure(TenureId::from_bytes([200; 16]))
}

/// The audience of a tenure.
pub(crate) fn tenure_audience(org: OrgId) -> AudienceId {
    AudienceId::of(org, &tenure_subject())
}

/// The own audience of person 1.
pub(crate) fn person_audience(org: OrgId) -> AudienceId {
    AudienceId::of(org, &Subject::Person(person(1)))
}

/// The natural key of a floor walk of person 1.
pub(crate) fn walk_key(number: u8) -> NaturalKey {
    let part = Part::Random(RandomKey::from_bytes([number; 16]));
    NaturalKey { subject: Subject::Person(person(1)), part }
}

/// A floor walk of person 1.
pub(crate) fn document(org: OrgId, number: u8) -> DocumentRow {
    let key = walk_key(number);
    DocumentRow {
        doc: DocId::of(org, "floor_walk", &key),
        kind: "floor_walk".into(),
        key,
        audience: person_audience(org),
        version: 1,
        max_op: 3,
        heads: vec![hash(1)],
        size_bytes: 120,
        snapshot_version: 0,
        snapshot_bytes: 0,
        tail_bytes: 120,
    }
}

/// A change of actor 1 that depends on the one before it.
pub(crate) fn change(doc: DocId, version: u64) -> ChangeRow {
    ChangeRow {
        doc,
        version,
        seq: 10 + version,
        hash: hash(version),
        actor: actor(1),
        actor_seq: version,
        start_op: version * 10,
        max_op: version * 10 + 2,
        deps: (1..version).next_back().map(hash).into_iter().collect(),
        bytes: vec![7; 20 + usize::try_from(version).unwrap()],
        person: Some(person(1)),
        device: Some(DeviceId::from_bytes([50; 16])),
        received_at: Timestamp(1000 + i64::try_from(version).unwrap()),
    }
}
