//! Owns what the tests of the services share: an office with a pair of people, and documents on their phones.

use super::administration::By;
use super::ingest::{Evidence, Ingested, Means, Push, ingest};
use super::membership::Announcer;
use super::roster;
use crate::caller::Caller;
use crate::random::Randomness;
use crate::store::postgres::PgStore;
use crate::store::postgres::testing::{Database, Pause, org, person, tenure_audience, tenure_subject};
use crate::store::{Access, Store, Transaction};
use crate::trial::{Place, Trials};
use crate::vault::Ledger;
use automerge::transaction::Transactable;
use automerge::{Automerge, ROOT, ReadDoc, ScalarValue};
use rand::SeedableRng;
use sqlx::PgPool;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use sync_core::coaching::Kind;
use sync_core::document;
use sync_core::ids::{ActorId, ChangeHash, DeviceId, DocId, PersonId, RandomKey};
use sync_core::key::{NaturalKey, Part, Subject};
use sync_core::policy::{Role, Seat};
use sync_core::time::{Day, Quarter, Timestamp};
use sync_core::wire::{Create, PushDocument};
use tempfile::TempDir;
use tokio::sync::Notify;

/// The present of all tests.
pub(crate) const NOW: Timestamp = Timestamp(1_800_000_000_000);

/// Who leads.
pub(crate) fn ada() -> Caller {
    caller(1)
}

/// Who is led.
pub(crate) fn grace() -> Caller {
    caller(2)
}

/// Who has nothing to do with either.
pub(crate) fn mallory() -> Caller {
    caller(3)
}

fn caller(number: u8) -> Caller {
    Caller { org: org(1), person: person(number), device: DeviceId::from_bytes([number; 16]) }
}

/// An organisation with Ada, who leads Grace, and Mallory, who does not.
pub(crate) struct Office {
    /// The database.
    pub(crate) db: Database,
    /// Stamps and nonces.
    pub(crate) random: Randomness,
    ledger: Arc<Ledger>,
    _vault: TempDir,
}

impl Office {
    /// Opens it.
    pub(crate) async fn open(pool: &PgPool) -> Self {
        let db = Database::with_organisation(pool, org(1)).await;
        let random = Randomness::from_rng(rand::rngs::StdRng::seed_from_u64(11));
        let vault = tempfile::tempdir().unwrap();
        let ledger = Arc::new(Ledger::open(&vault.path().join("ledger"), random.clone()).unwrap());
        let office = Self { db, random, ledger, _vault: vault };
        let mut tx = office.db.store.begin(org(1), Access::Write).await.unwrap();
        let mut announcer = Announcer { tx: &mut tx, now: NOW, random: &office.random };
        for who in [ada(), grace(), mallory()] {
            announcer.welcome(who.person).await.unwrap();
        }
        announcer.ensure_audience(&tenure_subject()).await.unwrap();
        announcer.grant(&seat(ada(), Role::Leader)).await.unwrap();
        announcer.grant(&seat(grace(), Role::Agent)).await.unwrap();
        tx.commit().await.unwrap();
        office
    }

    /// Pushes.
    pub(crate) async fn push(&self, who: Caller, documents: &[PushDocument]) -> Ingested {
        self.push_to(&self.db.store, who, documents).await
    }

    /// Pushes to another instance.
    pub(crate) async fn push_to(&self, store: &PgStore, who: Caller, documents: &[PushDocument]) -> Ingested {
        self.push_with(store, who, documents, &BTreeMap::new()).await
    }

    /// Pushes with evidence, after a restore.
    pub(crate) async fn push_with(
        &self,
        store: &PgStore,
        caller: Caller,
        documents: &[PushDocument],
        evidence: &BTreeMap<DocId, Vec<Evidence>>,
    ) -> Ingested {
        let push = Push { caller, documents, evidence, now: NOW };
        // Of its own: a push that a test stops while it reads a document holds up no other one.
        let trials = Trials::at(Place::Here);
        let means = Means { store, trials: &trials, random: &self.random };
        ingest(&means, &push).await.unwrap()
    }

    /// Ends somebody's seat in the pair's audience.
    pub(crate) async fn revoke(&self, who: Caller) {
        let mut tx = self.db.store.begin(org(1), Access::Write).await.unwrap();
        let mut announcer = Announcer { tx: &mut tx, now: NOW, random: &self.random };
        announcer.revoke(tenure_audience(org(1)), who.person, "tenure_ended").await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Gives somebody a seat in the pair's audience.
    pub(crate) async fn grant(&self, who: Caller, role: Role) {
        let mut tx = self.db.store.begin(org(1), Access::Write).await.unwrap();
        let mut announcer = Announcer { tx: &mut tx, now: NOW, random: &self.random };
        announcer.grant(&seat(who, role)).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Where the roster is changed, by this instance.
    pub(crate) fn roster<'o>(&'o self, store: &'o PgStore) -> roster::Office<'o> {
        roster::Office { store, ledger: &self.ledger, random: &self.random, now: NOW, by: By::Server }
    }

    /// A store that runs something before each of its statements.
    pub(crate) fn pausing(&self, pause: Pause) -> PgStore {
        self.db.store.pausing(pause)
    }
}

fn seat(who: Caller, role: Role) -> Seat {
    Seat { audience: tenure_audience(org(1)), person: who.person, role, from: NOW, until: None }
}

/// A store on which whoever works stops before one statement, until they are let go.
pub(crate) struct Stopping {
    /// The store.
    pub(crate) store: PgStore,
    progress: Arc<Progress>,
}

#[derive(Default)]
struct Progress {
    statements: AtomicUsize,
    is_there: AtomicBool,
    is_over: AtomicBool,
    stands: Notify,
    go: Notify,
}

impl Stopping {
    /// Stops before the statement of this number, counted from 0.
    pub(crate) fn before(nth: usize, store: &PgStore) -> Self {
        let progress = Arc::<Progress>::default();
        let of_pause = progress.clone();
        let pause = Pause::new(move || {
            let progress = of_pause.clone();
            async move {
                if progress.statements.fetch_add(1, Ordering::SeqCst) == nth {
                    progress.is_there.store(true, Ordering::SeqCst);
                    progress.stands.notify_one();
                    progress.go.notified().await;
                }
            }
        });
        Self { store: store.pausing(pause), progress }
    }

    /// Does the work; it is over without a stop if it has fewer statements.
    pub(crate) async fn run<T>(&self, work: impl Future<Output = T>) -> T {
        let done = work.await;
        self.progress.is_over.store(true, Ordering::SeqCst);
        self.progress.stands.notify_one();
        done
    }

    /// Waits until the work stands before its statement, or is over.
    pub(crate) async fn stands(&self) {
        self.progress.stands.notified().await;
    }

    /// Whether the work has come to its statement.
    pub(crate) fn is_there(&self) -> bool {
        self.progress.is_there.load(Ordering::SeqCst)
    }

    /// Whether the work is between its beginning and its statement.
    pub(crate) fn is_on_its_way(&self) -> bool {
        !self.is_there() && !self.progress.is_over.load(Ordering::SeqCst)
    }

    /// Lets the work go on.
    pub(crate) fn go_on(&self) {
        self.progress.go.notify_one();
    }
}

/// A document on somebody's phone.
#[derive(Clone)]
pub(crate) struct Copy {
    /// Which one.
    pub(crate) doc: DocId,
    /// What it is made of.
    pub(crate) create: Create,
    /// Its content.
    pub(crate) content: Automerge,
    fresh: Vec<Vec<u8>>,
    last: Vec<u8>,
}

impl Copy {
    /// The pair's meeting on a day of March, on a phone that writes as this actor.
    pub(crate) fn meeting(day: u8, actor: u8) -> Self {
        Self::meeting_on(Day::new(2026, 3, i8::try_from(day).unwrap()).unwrap(), actor)
    }

    /// The pair's meeting on any day.
    pub(crate) fn meeting_on(day: Day, actor: u8) -> Self {
        Self::new("meeting", NaturalKey { subject: tenure_subject(), part: Part::Day(day) }, actor)
    }

    /// Somebody's own floor walk.
    pub(crate) fn walk(of: PersonId, number: u8, actor: u8) -> Self {
        let part = Part::Random(RandomKey::from_bytes([number; 16]));
        Self::new("floor_walk", NaturalKey { subject: Subject::Person(of), part }, actor)
    }

    /// What the pair's agent shares of how they are, in a quarter.
    pub(crate) fn wellbeing(quarter: Quarter, actor: u8) -> Self {
        Self::new(
            "wellbeing_log",
            NaturalKey { subject: tenure_subject(), part: Part::Quarter(quarter) },
            actor,
        )
    }

    fn new(kind: &str, key: NaturalKey, actor: u8) -> Self {
        let content = document::create(Kind::parse(kind).unwrap(), &key, 1, actor_id(actor)).unwrap();
        let create = Create { kind: kind.into(), key };
        Self { doc: DocId::of(org(1), kind, &key), create, content, fresh: Vec::new(), last: Vec::new() }
    }

    /// Goes on under another actor, as a new session does.
    pub(crate) fn session(&mut self, actor: u8) {
        self.content = document::fork(&self.content, actor_id(actor));
    }

    /// Writes something and tells the change.
    pub(crate) fn write(&mut self, what: &str) -> ChangeHash {
        // Another value each time: putting the same again is no change.
        let value = i64::try_from(self.content.get_changes(&[]).len()).unwrap();
        // Beside the containers of its kind: nobody may write over those.
        self.put(&format!("said: {what}"), value)
    }

    /// Says something at the top of the document and tells the change.
    pub(crate) fn put(&mut self, key: &str, value: impl Into<ScalarValue>) -> ChangeHash {
        let mut tx = self.content.transaction();
        tx.put(ROOT, key, value).unwrap();
        let (hash, _) = tx.commit();
        let hash = hash.unwrap();
        let change = self.content.get_change_by_hash(&hash).unwrap();
        self.last = change.raw_bytes().to_vec();
        self.fresh.push(self.last.clone());
        ChangeHash::from_bytes(hash.0)
    }

    /// The last change written.
    pub(crate) fn last_written(&self) -> Vec<u8> {
        self.last.clone()
    }

    /// Everything written since the last push, as it is pushed.
    pub(crate) fn push(&mut self) -> PushDocument {
        let changes = std::mem::take(&mut self.fresh).into_iter().map(Into::into).collect();
        PushDocument { doc: self.doc, create: Some(self.create.clone()), changes }
    }

    /// Takes in changes that others made.
    pub(crate) fn merge(&mut self, changes: &[Vec<u8>]) {
        let changes = changes.iter().map(|bytes| document::parse_change(bytes).unwrap()).collect();
        self.content = document::apply(self.content.clone(), changes).unwrap();
    }
}

fn actor_id(number: u8) -> ActorId {
    ActorId::from_bytes([number; 16])
}
