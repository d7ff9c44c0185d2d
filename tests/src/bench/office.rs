//! Owns what a workload plays on: a database and a vault, an organisation with its pairs, and the ways to fill them
//! that are not measured.

use super::phone::{self, Order, PhoneFile, Task};
use super::server::{Server, ServerOrder};
use super::usage::Postgres;
use super::verify::{self, Prints};
use super::workload::{self, Author};
use crate::database::Database;
use anyhow::{Context, ensure};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::de::DeserializeOwned;
use server::app::{App, Limits};
use server::caller::Caller;
use server::clock::Clock;
use server::name::Name;
use server::random::Randomness;
use server::sample::load::load;
use server::sample::{self, Settings};
use server::services::administration::By;
use server::services::compaction::Compactor;
use server::services::ingest::{Means, Push, ingest};
use server::services::invitation::{Invite, invite};
use server::services::roster::{self, NewTenure};
use server::startup::{self, Setup};
use server::store::postgres::PoolSettings;
use server::trial::Place;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use sync_core::content::Language;
use sync_core::ids::{DeviceId, DocId, OrgId, PersonId, TenureId};
use sync_core::wire::{Invitation, PushDocument};

/// How long an invitation lasts.
const INVITATION_LIFE_MS: i64 = 600_000;
/// Documents are this old when they are saved: nobody writes in them any more.
const A_DAY_MS: i64 = 24 * 3_600_000;
/// Changes that are brought in at a time.
const CHANGES_AT_ONCE: usize = 4_000;

/// Where everything is.
#[derive(Debug, Clone)]
pub struct Ground {
    /// The cluster that databases are made on.
    pub cluster_url: String,
    /// The program whose hidden subcommands are server and phones.
    pub program: PathBuf,
    /// Whether servers count their statements.
    pub profiled: bool,
}

/// An organisation on a database of its own.
pub struct Office {
    /// Where it is.
    pub ground: Ground,
    /// The organisation.
    pub org: OrgId,
    /// Each pair's leader, agent and tenure.
    pub pairs: Vec<Pair>,
    app: App,
    random: Randomness,
    seeds: AtomicU64,
    dir: tempfile::TempDir,
    // Last, so that it goes last.
    database: Database,
}

/// Two people who meet.
#[derive(Debug, Clone, Copy)]
pub struct Pair {
    /// Who leads.
    pub leader: PersonId,
    /// Who is led.
    pub agent: PersonId,
    /// The two.
    pub tenure: TenureId,
}

/// Who leads whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Roster {
    /// One leader of all.
    OneLeader,
    /// Everybody belongs to one pair.
    Apart,
}

/// What was brought in.
#[derive(Debug, Clone, Default)]
pub struct Seeded {
    /// How long each document is when it is saved, ascending.
    pub saved_bytes: Vec<usize>,
    /// All documents, saved without compression, one after the other.
    pub plain: Vec<u8>,
}

impl Office {
    /// Founds an organisation with so many pairs.
    pub async fn found(ground: &Ground, roster: Roster, pairs: usize, seed: u64) -> anyhow::Result<Self> {
        let mut office = Self::open(ground, seed).await?;
        office.gather(roster, pairs).await?;
        Ok(office)
    }

    /// The organisation of the sample, so many weeks long, until today.
    pub async fn with_sample(ground: &Ground, weeks: u16, seed: u64) -> anyhow::Result<Self> {
        let mut office = Self::open(ground, seed).await?;
        let until = office.app.clock.now().utc_day().context("today is a day of the calendar")?;
        let loaded = load(&office.app, Settings { seed, until, weeks }, |_, _| {}).await?;
        office.org = loaded.cast.org;
        let leader = loaded.cast.leader;
        let pair = |pair: &sample::cast::Pair| Pair { leader, agent: pair.agent, tenure: pair.tenure };
        office.pairs = loaded.cast.pairs.iter().map(pair).collect();
        Ok(office)
    }

    /// A server's insides on a database of their own, with nobody in it.
    async fn open(ground: &Ground, seed: u64) -> anyhow::Result<Self> {
        let database = Database::create_on(&ground.cluster_url).await?;
        let dir = tempfile::Builder::new().prefix("floorwalk-bench-").tempdir()?;
        let random = Randomness::from_rng(StdRng::seed_from_u64(seed));
        let app = startup::open(Setup {
            database_url: database.url().into(),
            vault: dir.path().join("vault"),
            pool: PoolSettings::default(),
            limits: Limits::default(),
            trials: Place::Here,
            trusted_proxies: Vec::new(),
            clock: Clock::system(),
            random: random.clone(),
        })
        .await?;
        Ok(Self {
            ground: ground.clone(),
            org: OrgId::from_bytes([0; 16]),
            pairs: Vec::new(),
            app,
            random,
            seeds: AtomicU64::new(seed << 32),
            dir,
            database,
        })
    }

    async fn gather(&mut self, roster: Roster, pairs: usize) -> anyhow::Result<()> {
        let name = Name::parse("Sunrise Support")?;
        let (org, founder) =
            self.roster().found(&name, (Name::parse("Maria Ionescu")?, Language::Ro)).await?;
        self.org = org;
        let zone = "Europe/Bucharest".to_owned();
        let team = self.roster().add_team(org, Name::parse("Evening shift")?, zone).await?.id;
        for number in 0..pairs {
            let leader = match roster {
                Roster::OneLeader => founder.id,
                Roster::Apart => self.hire(&format!("Leader {number}")).await?,
            };
            let agent = self.hire(&format!("Agent {number}")).await?;
            let tenure = self.roster().start_tenure(org, NewTenure { team, leader, agent }).await?.tenure.id;
            self.pairs.push(Pair { leader, agent, tenure });
        }
        Ok(())
    }

    async fn hire(&self, name: &str) -> anyhow::Result<PersonId> {
        Ok(self.roster().add_person(self.org, (Name::parse(name)?, Language::En)).await?.id)
    }

    fn roster(&self) -> roster::Office<'_> {
        let App { store, vault, clock, .. } = &self.app;
        roster::Office {
            store,
            ledger: vault.ledger(),
            random: &self.random,
            now: clock.now(),
            by: By::Server,
        }
    }

    /// Every pair's tenure.
    pub fn tenures(&self) -> Vec<TenureId> {
        self.pairs.iter().map(|pair| pair.tenure).collect()
    }

    /// A number that no other is.
    pub fn seed(&self) -> u64 {
        self.seeds.fetch_add(1000, Ordering::SeqCst)
    }

    /// A new file in this office's directory.
    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Starts a server on this office's database.
    pub async fn start_server(&self) -> anyhow::Result<Server> {
        let order = ServerOrder {
            database_url: self.database.url(),
            vault: self.dir.path().join("vault"),
            seed: self.seed(),
            profiled: self.ground.profiled,
        };
        Server::start(&self.ground.program, &order).await
    }

    /// Enrols a phone of this person; it has never synced.
    pub async fn enroll(&self, server: &Server, person: PersonId, name: &str) -> anyhow::Result<PhoneFile> {
        let new = Invite { org: self.org, person, life_ms: INVITATION_LIFE_MS };
        let invited = invite(&self.app.store, &self.random, new, self.app.clock.now()).await?;
        let (code, _) = invited.context("there is no such person")?;
        let server_id = self.app.vault.keys().server_id.clone();
        let invitation = Invitation { url: server.url.clone(), code: code.to_text(), server_id };
        phone::enroll(&server.url, &invitation, self.file(&format!("{name}.sqlite")), self.seed()).await
    }

    /// An order to one phone.
    pub fn order(&self, phone: &PhoneFile, url: &str, task: Task) -> Order {
        Order { phones: vec![phone.clone()], url: url.to_owned(), seed: self.seed(), task }
    }

    /// What a phone without network answers to an order.
    pub async fn offline<T: DeserializeOwned>(&self, phone: &PhoneFile, task: Task) -> anyhow::Result<T> {
        self.order(phone, "http://127.0.0.1:9", task).carry_out(&self.ground.program).await
    }

    /// The same phone a second time, as a copy of its file.
    pub fn copy(&self, phone: &PhoneFile) -> anyhow::Result<PhoneFile> {
        let store = self.file(&format!("phone-{}.sqlite", self.seed()));
        std::fs::copy(&phone.store, &store)?;
        Ok(PhoneFile { store, key: phone.key.clone() })
    }

    /// Brings in so many documents of so many edits each, written by the leaders: through the gate and the
    /// transactions of a push, but without the network, and with more changes at a time than a phone sends.
    pub async fn write_documents(&self, count: usize, edits: usize) -> anyhow::Result<Seeded> {
        let tenures = self.tenures();
        let mut seeded = Seeded::default();
        let mut waiting: BTreeMap<PersonId, Vec<PushDocument>> = BTreeMap::new();
        let mut authors: BTreeMap<PersonId, Author> = BTreeMap::new();
        for number in 0..count {
            let leader = self.pairs[number % self.pairs.len()].leader;
            let author = authors.entry(leader).or_insert_with(|| Author::new(leader, self.seed()));
            let written = author.write(self.org, workload::key(&tenures, number)?, edits)?;
            seeded.saved_bytes.push(written.saved_bytes);
            seeded.plain.extend_from_slice(&written.plain);
            let of_leader = waiting.entry(leader).or_default();
            of_leader.push(written.push());
            if of_leader.len() * (edits + 1) >= CHANGES_AT_ONCE {
                self.bring_in(leader, &std::mem::take(of_leader)).await?;
            }
        }
        for (leader, documents) in waiting {
            self.bring_in(leader, &documents).await?;
        }
        seeded.saved_bytes.sort_unstable();
        Ok(seeded)
    }

    async fn bring_in(&self, person: PersonId, documents: &[PushDocument]) -> anyhow::Result<()> {
        let device = DeviceId::from_bytes([1; 16]);
        let evidence = BTreeMap::new();
        let caller = Caller { org: self.org, person, device };
        let push = Push { caller, documents, evidence: &evidence, now: self.app.clock.now() };
        let means = Means { store: &self.app.store, trials: &self.app.trials, random: &self.random };
        let ingested = ingest(&means, &push).await?;
        let refused = ingested.results.iter().find(|result| !result.rejected.is_empty());
        ensure!(refused.is_none(), "the gate refused what the benchmark wrote: {refused:?}");
        Ok(())
    }

    /// Lets the server save what is long enough for it, as it does once nobody writes any more, and lets Postgres
    /// tidy up, as it does by itself in time.
    pub async fn settle(&self) -> anyhow::Result<()> {
        let later = self.app.clock.now().plus_ms(A_DAY_MS);
        Compactor::default().run(&self.app.store, self.org, later).await?;
        for statement in ["VACUUM ANALYZE", "CHECKPOINT"] {
            self.meddle(statement).await?;
        }
        Ok(())
    }

    /// A connection to the database that may do anything.
    pub async fn owner(&self) -> anyhow::Result<PgConnection> {
        self.database.as_owner().await
    }

    /// Does this to the database, past every rule of the server.
    pub async fn meddle(&self, statement: &str) -> anyhow::Result<u64> {
        let mut owner = self.owner().await?;
        let done = sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut owner).await?;
        owner.close().await?;
        Ok(done.rows_affected())
    }

    /// The number that this query answers with.
    pub async fn count(&self, query: &str) -> anyhow::Result<i64> {
        let mut owner = self.owner().await?;
        let row = sqlx::query(AssertSqlSafe(query.to_owned())).fetch_one(&mut owner).await?;
        let count = row.try_get(0)?;
        owner.close().await?;
        Ok(count)
    }

    /// The Postgres that the database is on.
    pub async fn postgres(&self) -> anyhow::Result<Postgres> {
        let mut owner = self.owner().await?;
        let pid = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut owner).await?;
        let postgres = Postgres::of_backend(pid)?;
        owner.close().await?;
        Ok(postgres)
    }

    /// Compares every document of these phones with the server's.
    pub async fn verify(&self, phones: &[PhoneFile]) -> anyhow::Result<()> {
        let mut owner = self.owner().await?;
        let server = verify::prints_of_server(&mut owner).await?;
        owner.close().await?;
        let mut of_phones: Vec<Prints> = Vec::new();
        for phone in phones {
            of_phones.push(self.offline(phone, Task::Print).await?);
        }
        verify::compare(&server, &of_phones)
    }

    /// Compares every document of this person's phone with the server's, which has others that are not theirs.
    pub async fn verify_share(&self, phone: &PhoneFile, person: PersonId) -> anyhow::Result<()> {
        let mut owner = self.owner().await?;
        let mut server = verify::prints_of_server(&mut owner).await?;
        let share =
            "SELECT document.id FROM document JOIN audience_member USING (org, audience) WHERE person = $1";
        let person = sqlx::types::Uuid::from_bytes(*person.as_bytes());
        let share: Vec<sqlx::types::Uuid> =
            sqlx::query_scalar(share).bind(person).fetch_all(&mut owner).await?;
        owner.close().await?;
        let share: BTreeSet<DocId> = share.iter().map(|id| DocId::from_bytes(*id.as_bytes())).collect();
        server.retain(|doc, _| share.contains(doc));
        verify::compare(&server, &[self.offline(phone, Task::Print).await?])
    }

    /// Takes everything down.
    pub async fn close(self) {
        self.app.spawner.stop();
        self.app.store.close().await;
    }
}
