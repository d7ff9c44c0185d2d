//! Owns the world of a history: everybody and everything in it, and one step after the other.

mod harm;
mod people;
mod poison;
mod rest;

use super::backend::{self, Backend};
use super::clock::WorldClock;
use super::content::{Content, WordsOn, of};
use super::dice::Dice;
use super::effort::Effort;
use super::failure::{Failure, FailureKind};
use super::network::Line;
use super::office::{LEADERS, ORG, Office};
use super::op::{NewKind, Office as OfficeOp, Op, Step};
use super::oracle::Oracle;
use super::phone::{Key, NewPhone, Phone, clock_of};
use super::trace::{Keep, Trace};
use super::watch::Watch;
use super::weather::{OPERATOR, Weather};
use crate::model::{Backup, DeviceRow, ModelDatabase, ModelStore, Tables};
use automerge::Automerge;
use server::auth::{DeviceKey as RegisteredKey, DeviceKid, EnrolledDevice};
use server::clock::Clock;
use server::vault::OrganisationKey;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use sync_core::credential::{DeviceKey, PublicKey, decode_public_key};
use sync_core::document;
use sync_core::ids::{AudienceId, ChangeHash, DeviceId, DocId, GroupId, PersonId, ReplicaId};
use sync_core::key::NaturalKey;
use sync_core::store::{Batch, Identity, MemoryStore, Store, Write};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// No more phones than this, but for those that join while dying: each further one makes a history slower.
const MOST_PHONES: usize = 8;
/// How long an instance stays down at most.
const LONGEST_OUTAGE_MS: u64 = 40_000;

/// How large a world is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Phones in the beginning.
    pub phones: usize,
    /// Instances of the server.
    pub servers: usize,
}

impl Default for Size {
    fn default() -> Self {
        Self { phones: 5, servers: 2 }
    }
}

/// A document that somebody has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Begun {
    pub(super) doc: DocId,
    pub(super) kind: NewKind,
    pub(super) key: NaturalKey,
}

impl Begun {
    pub(super) fn audience(&self) -> AudienceId {
        AudienceId::of(ORG, &self.key.subject)
    }
}

/// Everything in a history.
pub struct World {
    pub(super) seed: u64,
    pub(super) clock: WorldClock,
    pub(super) trace: Trace,
    pub(super) watch: Watch,
    pub(super) office: Office,
    pub(super) backend: Arc<Backend>,
    pub(super) phones: Vec<Phone>,
    pub(super) oracle: Oracle,
    pub(super) documents: Vec<Begun>,
    /// Who decided on each group, and who was to be in it.
    pub(super) decided: BTreeMap<GroupId, (PersonId, Vec<PersonId>)>,
    /// Documents in which something was damaged or forged: what builds on that may be refused.
    pub(super) harmed: BTreeSet<DocId>,
    /// Changes that somebody sent to break documents.
    pub(super) poisoned: BTreeSet<ChangeHash>,
    pub(super) faults: usize,
    pub(super) failures: Vec<Failure>,
    /// How long it took until every queue was empty, once everything was mended.
    pub drained: Duration,
    effort: Effort,
    operator: ModelStore,
    backup: Option<Backup>,
    dice: Dice,
    /// Whoever brings dead instances back.
    _supervisor: JoinSet<()>,
}

impl World {
    /// A world in which everybody has a phone and nothing was written yet.
    pub async fn build(seed: u64, size: Size, keep: Keep) -> anyhow::Result<Self> {
        let clock = WorldClock::begin();
        let trace = Trace::new(clock, keep);
        let (dead, died) = mpsc::unbounded_channel();
        let weather = Weather::new(seed, dead);
        let database = ModelDatabase::new(Clock::from_fn(move || clock.now()), weather.clone());
        let office = Office::new(seed, clock);
        let watch = Watch::new(office.access.clone());
        let operator = database.instance(OPERATOR);
        database.found(ORG);
        let parts =
            backend::Parts { seed, clock, trace: trace.clone(), database, weather, watch: watch.clone() };
        let backend = Backend::start(parts, size.servers);
        let mut supervisor = JoinSet::new();
        supervisor.spawn(supervise(backend.clone(), died, Dice::of(seed, &[8])));
        let mut world = Self {
            seed,
            clock,
            trace,
            effort: Effort::new(clock, watch.clone()),
            watch,
            office,
            backend,
            phones: Vec::new(),
            oracle: Oracle::default(),
            documents: Vec::new(),
            decided: BTreeMap::new(),
            harmed: BTreeSet::new(),
            poisoned: BTreeSet::new(),
            faults: 0,
            failures: Vec::new(),
            drained: Duration::ZERO,
            operator,
            backup: None,
            dice: Dice::of(seed, &[9]),
            _supervisor: supervisor,
        };
        world.office.found(&world.operator).await?;
        for number in 0..size.phones {
            world.enrol(number % world.office.people.len())?;
        }
        Ok(world)
    }

    /// One step after the other.
    pub async fn run(&mut self, steps: &[Step]) -> anyhow::Result<()> {
        for step in steps {
            sleep(Duration::from_millis(step.after_ms)).await;
            self.bury();
            self.trace.say(format_args!("{:?}", step.op));
            self.faults += usize::from(step.op.is_fault());
            self.perform(step.op).await?;
        }
        Ok(())
    }

    async fn perform(&mut self, op: Op) -> anyhow::Result<()> {
        match op {
            Op::Fault(fault) => self.suffer(fault),
            Op::Office(office) => self.manage(office).await?,
            Op::Days { count } => self.let_days_pass(u64::from(count)).await,
            op => self.act(op),
        }
        Ok(())
    }

    async fn manage(&mut self, op: OfficeOp) -> anyhow::Result<()> {
        match op {
            OfficeOp::Announce { server } => self.backend.announce(self.server(server), ORG),
            OfficeOp::Compact { server } => self.backend.compact(self.server(server), ORG),
            OfficeOp::BackUp => self.backup = Some(self.backend.database.back_up()),
            OfficeOp::Restore => self.restore_server().await?,
            OfficeOp::EndTenure { pair } => drop(self.end_tenure(pair).await?),
            OfficeOp::ChangeLeader { pair, leader } => self.change_leader(pair, leader).await?,
            OfficeOp::PassOn { pair, leader } => self.hand_over(pair, leader).await?,
            OfficeOp::Delegate { leader, acting, days } => self.delegate((leader, acting), days).await?,
            OfficeOp::EndDelegation { delegation } => {
                self.office.end_delegation(&self.operator, delegation).await?;
                self.only_held();
            }
            OfficeOp::Revoke { phone } => self.revoke(phone),
            OfficeOp::Enrol { .. } if self.phones.len() >= MOST_PHONES => (),
            OfficeOp::Enrol { person } => self.enrol(usize::from(person) % self.office.people.len())?,
        }
        Ok(())
    }

    /// The database becomes what it was; what was taken away since is taken away again.
    async fn restore_server(&mut self) -> anyhow::Result<()> {
        let Some(backup) = self.backup.clone() else { return Ok(()) };
        (0..self.backend.count()).for_each(|number| self.backend.bring_down(number));
        // Groups that a backup does not have are formed again by those who may: that is not what is looked at here.
        let formed = self.backend.database.committed(ORG);
        let is_known = |tables: &Tables| formed.groups.keys().all(|group| tables.groups.contains_key(group));
        if !backup.of(ORG).is_some_and(is_known) {
            (0..self.backend.count()).for_each(|number| self.backend.bring_up(number));
            return Ok(());
        }
        self.backend.database.restore(&backup);
        self.office.replay(&self.operator).await?;
        (0..self.backend.count()).for_each(|number| self.backend.bring_up(number));
        self.watch.forget_served();
        self.only_held();
        Ok(())
    }

    /// Tells whose tenure ended.
    async fn end_tenure(&mut self, pair: u8) -> anyhow::Result<Option<usize>> {
        let running = self.office.running();
        let Some(tenure) = running.get(usize::from(pair) % running.len().max(1)).copied() else {
            return Ok(None);
        };
        self.office.end_tenure(&self.operator, tenure).await?;
        // What an old backup lost, and only the leader's phone still had, goes with the leader's access.
        self.only_held();
        Ok(Some(tenure))
    }

    async fn change_leader(&mut self, pair: u8, leader: u8) -> anyhow::Result<()> {
        let Some(ended) = self.end_tenure(pair).await? else { return Ok(()) };
        let leader = self.leader(leader);
        let agent = self.office.tenures[ended].agent;
        self.office.start_tenure(&self.operator, leader, agent).await?;
        // The operator would start it again with another id; a backup without it is not what is looked at here.
        self.backup = None;
        Ok(())
    }

    /// The agent of a pair gets another leader, and who led before has something to hand over.
    async fn hand_over(&mut self, pair: u8, leader: u8) -> anyhow::Result<()> {
        let leader = self.leader(leader);
        let running = self.office.running();
        let Some(tenure) = running.get(usize::from(pair) % running.len().max(1)).copied() else {
            return Ok(());
        };
        if self.office.tenures[tenure].leader == leader {
            return Ok(());
        }
        self.office.hand_over(&self.operator, tenure, leader).await?;
        self.only_held();
        // As above.
        self.backup = None;
        Ok(())
    }

    async fn delegate(&mut self, (leader, acting): (u8, u8), days: u8) -> anyhow::Result<()> {
        let acting = self.office.people[usize::from(acting) % self.office.people.len()];
        self.office.delegate(&self.operator, (self.leader(leader), acting), days).await?;
        // As above.
        self.backup = None;
        Ok(())
    }

    fn leader(&self, chosen: u8) -> PersonId {
        self.office.people[LEADERS[usize::from(chosen) % LEADERS.len()]]
    }

    /// Gives a person a phone with nothing on it.
    fn enrol(&mut self, owner: usize) -> anyhow::Result<()> {
        let (number, person) = (self.phones.len(), self.office.people[owner]);
        let device = DeviceId::from_bytes(self.dice.bytes());
        let key = Key::of(&mut self.dice)?;
        let registered = RegisteredKey::from_point(&key.public_key());
        let registered = registered.ok_or_else(|| anyhow::anyhow!("a key is a point"))?;
        let kid = DeviceKid { org: ORG, device };
        self.backend.enrol(EnrolledDevice { kid, person, key: registered, is_revoked: false });
        self.backend.database.enrol(ORG, DeviceRow { device, person, replaces: None });
        let mut image = MemoryStore::new();
        let identity = self.identity(person, device)?;
        image.commit(&Batch { expect: Vec::new(), writes: vec![Write::Identity(identity)] })?;
        let name = format!("phone-{number}");
        let clock = clock_of(&mut self.dice, self.clock);
        self.add_phone(NewPhone {
            number,
            line: Line::new(name.clone(), number, (self.backend.clone(), self.seed), self.trace.clone()),
            name,
            owner,
            person,
            device,
            image,
            key,
            clock,
        });
        Ok(())
    }

    fn identity(&mut self, person: PersonId, device: DeviceId) -> anyhow::Result<Identity> {
        let organisation_key = self.organisation_key().ok_or_else(|| anyhow::anyhow!("a key is a point"))?;
        Ok(Identity {
            server_id: self.backend.keys.server_id.clone(),
            url: "https://care.example".into(),
            org: ORG,
            person,
            device,
            organisation_key: organisation_key.to_vec(),
            replica: ReplicaId::from_bytes(self.dice.bytes()),
        })
    }

    pub(super) fn organisation_key(&self) -> Option<PublicKey> {
        decode_public_key(&OrganisationKey::of(&self.backend.keys, ORG).public())
    }

    /// Adds a phone and opens its app.
    fn add_phone(&mut self, new: NewPhone) {
        let phone = Phone::new(new, (self.seed, self.trace.clone(), self.effort.clone()));
        self.phones.push(phone);
        self.open(self.phones.len() - 1);
    }

    /// Opens the app, unless there is nothing on the phone any more.
    fn open(&mut self, phone: usize) {
        let phone = &mut self.phones[phone];
        if phone.is_wiped() {
            return;
        }
        if let Err(error) = phone.open() {
            let what = format!("{} does not open: {error}", phone.name);
            self.failures.push(Failure::new(FailureKind::Broken, what));
        }
    }

    fn bury(&mut self) {
        for phone in &mut self.phones {
            if phone.bury() {
                self.trace.say(format_args!("{} lost a process", phone.name));
            }
        }
    }

    fn phone(&self, chosen: u8) -> usize {
        usize::from(chosen) % self.phones.len()
    }

    fn server(&self, chosen: u8) -> usize {
        usize::from(chosen) % self.backend.count()
    }

    /// What the server has of a document.
    pub(super) fn on_server(tables: &Tables, doc: DocId) -> Result<Automerge, document::LoadError> {
        let rows = tables.changes.range((doc, 0)..=(doc, u64::MAX));
        let changes = rows.map(|(_, row)| document::parse_change(&row.bytes)).collect::<Result<_, _>>()?;
        document::apply(document::blank(document::READER), changes)
    }

    /// Something that held words is gone: what nobody holds any more need not be there in the end.
    fn only_held(&mut self) {
        let tables = self.backend.database.committed(ORG);
        let mut held = BTreeSet::new();
        for doc in tables.documents.keys() {
            let content = Self::on_server(&tables, *doc).map(|doc| Content::of(&doc).words());
            held.extend(of(*doc, content.unwrap_or_default()));
        }
        for phone in self.phones.iter().filter(|phone| !self.backend.is_revoked(phone.device)) {
            let WordsOn { shown, waiting } = phone.disk.look(WordsOn::of);
            let counts = |place: &(DocId, u32)| {
                self.oracle.word_in(place.0, place.1).is_some_and(|word| {
                    let own = word.person == phone.person && waiting.contains(place);
                    own || (shown.contains(place) && self.may_see(phone, place.0))
                })
            };
            held.extend(shown.union(&waiting).filter(|place| counts(place)));
        }
        self.oracle.only_held(&held);
    }

    fn may_see(&self, phone: &Phone, doc: DocId) -> bool {
        let begun = self.documents.iter().find(|begun| begun.doc == doc);
        let kind = |begun: &Begun| begun.kind.kind().name();
        begun.is_some_and(|begun| self.office.access.sees((phone.person, begun.audience()), kind(begun)))
    }
}

/// Brings instances back some time after they died.
async fn supervise(backend: Arc<Backend>, mut died: mpsc::UnboundedReceiver<String>, mut dice: Dice) {
    while let Some(name) = died.recv().await {
        let Some(number) = (0..backend.count()).find(|number| backend::name(*number) == name) else {
            continue;
        };
        backend.bring_down(number);
        backend.bring_up_later(Duration::from_millis(dice.below(LONGEST_OUTAGE_MS)), number);
    }
}
