//! Owns who works with whom in a history, and how the operator changes that: the same rows as the server's roster
//! writes, through the same services.

mod delegation;
mod pair;
mod place;

use super::access::AccessList;
use super::clock::WorldClock;
use super::dice::Dice;
use rand::SeedableRng;
use rand::rngs::StdRng;
use server::random::Randomness;
use server::services::membership::Announcer;
use server::store::{Access, Store, StoreError, Stored, Transaction};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use sync_core::coaching::hand_over::{self, SPEC};
use sync_core::ids::{DocId, OrgId, PersonId, TeamId, TenureId};
use sync_core::policy::{Delegation, Tenure};
use tokio::time::sleep;

/// The organisation of all histories.
pub const ORG: OrgId = OrgId::from_bytes([7; 16]);
/// The team of everybody.
pub const TEAM: TeamId = TeamId::from_bytes([1; 16]);
/// A leader, two agents, and another leader.
pub const PEOPLE: usize = 4;
/// Who leads in the beginning, and who may lead later.
pub const LEADERS: [usize; 2] = [0, 3];
/// How often the operator tries again.
const ATTEMPTS: usize = 100;
const PAUSE: Duration = Duration::from_secs(1);

/// The people of an organisation and what they are to each other.
pub struct Office {
    /// Everybody.
    pub people: Vec<PersonId>,
    /// Every tenure there ever was.
    pub tenures: Vec<Tenure>,
    /// Who may see what.
    pub access: AccessList,
    /// What each tenure follows that began with a hand-over.
    follows: BTreeMap<TenureId, Tenure>,
    /// Who ever led in whose place; one that was ended before its time has that end.
    delegations: Vec<Delegation>,
    /// Those that were ended before their time, by their place.
    cut_short: BTreeSet<usize>,
    clock: WorldClock,
    random: Randomness,
    dice: Dice,
}

/// What changed, by its place.
#[derive(Debug, Clone, Copy)]
enum Turn {
    /// A tenure is over.
    Ends(usize),
    /// A tenure begins.
    Starts(usize),
    /// Somebody leads in a leader's place.
    Delegates(usize),
    /// A leader is back before their time.
    Returns(usize),
}

impl Office {
    /// Nobody is there yet.
    pub fn new(seed: u64, clock: WorldClock) -> Self {
        let mut dice = Dice::of(seed, &[1]);
        let people = (0..PEOPLE).map(|_| PersonId::from_bytes(dice.bytes())).collect();
        let random = Randomness::from_rng(StdRng::from_seed(dice.bytes()));
        let access = AccessList::new(clock);
        Self {
            people,
            tenures: Vec::new(),
            access,
            follows: BTreeMap::new(),
            delegations: Vec::new(),
            cut_short: BTreeSet::new(),
            clock,
            random,
            dice,
        }
    }

    /// Founds the organisation: the first leader leads both agents.
    pub async fn found<S: Store>(&mut self, store: &S) -> Stored<()> {
        self.access.begin(&self.places());
        self.write(store, async |announcer| {
            for person in &self.people {
                announcer.welcome(*person).await?;
            }
            Ok(())
        })
        .await?;
        let [leader, one, other] = [0, 1, 2].map(|person| self.people[person]);
        self.start_tenure(store, leader, one).await?;
        self.start_tenure(store, leader, other).await
    }

    /// The tenures that run.
    pub fn running(&self) -> Vec<usize> {
        (0..self.tenures.len()).filter(|tenure| self.tenures[*tenure].until.is_none()).collect()
    }

    /// Whether this is the hand-over of a pair in which this person is led.
    pub fn is_brought_by(&self, person: PersonId, doc: DocId) -> bool {
        let led = self.tenures.iter().filter(|tenure| tenure.agent == person);
        led.map(|tenure| DocId::of(ORG, SPEC.name, &hand_over::key(tenure.id))).any(|of| of == doc)
    }

    /// Starts a tenure: its audience, the record that both see, and their seats.
    pub async fn start_tenure<S: Store>(
        &mut self,
        store: &S,
        leader: PersonId,
        agent: PersonId,
    ) -> Stored<()> {
        let started = self.begin(leader, agent);
        self.settle(store, &[Turn::Starts(started)]).await
    }

    /// Ends a tenure: the leader's seat ends, the agent's stays.
    pub async fn end_tenure<S: Store>(&mut self, store: &S, tenure: usize) -> Stored<()> {
        self.tenures[tenure].until = Some(self.clock.now());
        self.settle(store, &[Turn::Ends(tenure)]).await
    }

    /// Ends a tenure and gives its agent another leader, in one: who led before has a seat with the two for a while.
    pub async fn hand_over<S: Store>(&mut self, store: &S, tenure: usize, leader: PersonId) -> Stored<()> {
        self.tenures[tenure].until = Some(self.clock.now());
        let before = self.tenures[tenure];
        let after = self.begin(leader, before.agent);
        self.follows.insert(self.tenures[after].id, before);
        self.settle(store, &[Turn::Ends(tenure), Turn::Starts(after)]).await
    }

    fn begin(&mut self, leader: PersonId, agent: PersonId) -> usize {
        let id = TenureId::from_bytes(self.dice.bytes());
        self.tenures.push(Tenure { id, leader, agent, from: self.clock.now(), until: None });
        self.tenures.len() - 1
    }

    /// Writes what has just changed, in one transaction. Who may see more because of it may do so before it is written, and who may see
    /// less until it is.
    async fn settle<S: Store>(&self, store: &S, turns: &[Turn]) -> Stored<()> {
        self.access.begin(&self.places());
        self.write_all(store, turns).await?;
        self.leave_groups();
        self.access.end_others(&self.places());
        Ok(())
    }

    /// Takes away again what a restored backup gave back.
    pub async fn replay<S: Store>(&self, store: &S) -> Stored<()> {
        let ended = (0..self.tenures.len()).filter(|tenure| self.tenures[*tenure].until.is_some());
        let returned = self.cut_short.iter().map(|delegation| Turn::Returns(*delegation));
        for turn in ended.map(Turn::Ends).chain(returned) {
            self.write_all(store, &[turn]).await?;
        }
        Ok(())
    }

    async fn write_all<S: Store>(&self, store: &S, turns: &[Turn]) -> Stored<()> {
        self.write(store, async |announcer| {
            for turn in turns {
                match *turn {
                    Turn::Ends(tenure) => self.close_pair(announcer, &self.tenures[tenure]).await?,
                    Turn::Starts(tenure) => self.open_pair(announcer, &self.tenures[tenure]).await?,
                    Turn::Delegates(delegation) => self.open_stints(announcer, delegation).await?,
                    Turn::Returns(delegation) => self.close_stints(announcer, delegation).await?,
                }
            }
            self.settle_team(announcer).await
        })
        .await
    }

    /// One transaction, tried again while others are in the way.
    async fn write<S: Store>(
        &self,
        store: &S,
        work: impl AsyncFn(&mut Announcer<'_, S::Tx>) -> Stored<()>,
    ) -> Stored<()> {
        let mut attempt = 0;
        loop {
            match self.write_once(store, &work).await {
                Err(StoreError::Retryable(_) | StoreError::Conflict(_)) if attempt < ATTEMPTS => {
                    attempt += 1;
                    sleep(PAUSE).await;
                }
                done => return done,
            }
        }
    }

    async fn write_once<S: Store>(
        &self,
        store: &S,
        work: &impl AsyncFn(&mut Announcer<'_, S::Tx>) -> Stored<()>,
    ) -> Stored<()> {
        let mut tx = store.begin(ORG, Access::Write).await?;
        let mut announcer = Announcer { tx: &mut tx, now: self.clock.now(), random: &self.random };
        work(&mut announcer).await?;
        tx.commit().await
    }
}
