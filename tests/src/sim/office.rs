//! Owns who works with whom in a history, and how the operator changes that: the same rows as the server's roster
//! writes, through the same services.

use super::access::AccessList;
use super::clock::WorldClock;
use super::dice::Dice;
use rand::SeedableRng;
use rand::rngs::StdRng;
use server::random::Randomness;
use server::services::appointment::TeamRecord;
use server::services::membership::Announcer;
use server::services::roster::{PersonName, TENURE_COLLECTION, TenureRecord};
use server::store::{Access, Audiences, Store, StoreError, Stored, Transaction};
use std::time::Duration;
use sync_core::ids::{AudienceId, OrgId, PersonId, TeamId, TenureId};
use sync_core::key::Subject;
use sync_core::policy::{Seat, Tenure, own_seat, team_role, tenure_seats};
use sync_core::store::TEAMS;
use tokio::time::sleep;

/// The organisation of all histories.
pub const ORG: OrgId = OrgId::from_bytes([7; 16]);
/// The team of everybody.
pub const TEAM: TeamId = TeamId::from_bytes([1; 16]);
/// A leader, two agents, and another leader.
pub const PEOPLE: usize = 4;
/// Who leads in the beginning.
pub const LEADERS: [usize; 2] = [0, 3];
const ZONE: &str = "Europe/Bucharest";
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
    clock: WorldClock,
    random: Randomness,
    dice: Dice,
}

impl Office {
    /// Nobody is there yet.
    pub fn new(seed: u64, clock: WorldClock) -> Self {
        let mut dice = Dice::of(seed, &[1]);
        let people = (0..PEOPLE).map(|_| PersonId::from_bytes(dice.bytes())).collect();
        let random = Randomness::from_rng(StdRng::from_seed(dice.bytes()));
        Self { people, tenures: Vec::new(), access: AccessList::default(), clock, random, dice }
    }

    /// Founds the organisation: the first leader leads both agents.
    pub async fn found<S: Store>(&mut self, store: &S) -> Stored<()> {
        let people = self.people.clone();
        self.write(store, async |announcer| {
            for person in &people {
                announcer.welcome(*person).await?;
            }
            Ok(())
        })
        .await?;
        for person in people {
            self.access.begin(person, own_seat(ORG, person, self.clock.now()).audience);
        }
        self.start_tenure(store, 0, 1).await?;
        self.start_tenure(store, 0, 2).await
    }

    /// The tenures that run.
    pub fn running(&self) -> Vec<usize> {
        (0..self.tenures.len()).filter(|tenure| self.tenures[*tenure].until.is_none()).collect()
    }

    /// Starts a tenure: its audience, the record that both see, and their seats.
    pub async fn start_tenure<S: Store>(&mut self, store: &S, leader: usize, agent: usize) -> Stored<()> {
        let id = TenureId::from_bytes(self.dice.bytes());
        let (leader, agent) = (self.people[leader], self.people[agent]);
        let tenure = Tenure { id, leader, agent, from: self.clock.now(), until: None };
        let seats = tenure_seats(ORG, &tenure);
        seats.iter().for_each(|seat| self.access.begin(seat.person, seat.audience));
        self.write(store, async |announcer| {
            let audience = announcer.ensure_audience(&Subject::Tenure(id)).await?;
            publish(announcer, audience, &tenure).await?;
            for seat in &seats {
                announcer.grant(seat).await?;
            }
            Ok(())
        })
        .await?;
        self.tenures.push(tenure);
        let team = AudienceId::of(ORG, &Subject::Team(TEAM));
        for person in [leader, agent] {
            if !self.access.of(person).contains(&team) {
                self.access.begin(person, team);
            }
        }
        self.seat_in_team(store, &tenure).await
    }

    /// Gives both people of a tenure the seat in the team that follows from all tenures, or takes it.
    async fn seat_in_team<S: Store>(&self, store: &S, tenure: &Tenure) -> Stored<()> {
        let (subject, from) = (Subject::Team(TEAM), self.clock.now());
        self.write(store, async |announcer| {
            let audience = announcer.ensure_audience(&subject).await?;
            let team =
                TeamRecord { name: "Evening shift".into(), time_zone: ZONE.into(), people: Vec::new() };
            let body = serde_json::to_string(&team).map_err(|error| StoreError::Failed(error.into()))?;
            announcer.publish(audience, TEAMS, TEAM.as_bytes(), Some(body)).await?;
            for person in [tenure.leader, tenure.agent] {
                match team_role(TEAM, person, &self.tenures, &[]) {
                    Some(role) => {
                        announcer.grant(&Seat { audience, person, role, from, until: None }).await?
                    }
                    None => announcer.revoke(audience, person, "left_team").await?,
                }
            }
            Ok(())
        })
        .await
    }

    /// Ends a tenure: the leader's seat ends, the agent's stays.
    pub async fn end_tenure<S: Store>(&mut self, store: &S, tenure: usize) -> Stored<()> {
        let until = self.clock.now();
        self.tenures[tenure].until = Some(until);
        self.take_away(store, tenure).await?;
        let Tenure { id, leader, agent, .. } = self.tenures[tenure];
        self.access.end(leader, AudienceId::of(ORG, &Subject::Tenure(id)), self.clock.now());
        for person in [leader, agent] {
            if team_role(TEAM, person, &self.tenures, &[]).is_none() {
                self.access.end(person, AudienceId::of(ORG, &Subject::Team(TEAM)), self.clock.now());
            }
        }
        Ok(())
    }

    /// Takes away again what a restored backup gave back.
    pub async fn replay<S: Store>(&mut self, store: &S) -> Stored<()> {
        for tenure in 0..self.tenures.len() {
            if self.tenures[tenure].until.is_some() {
                self.take_away(store, tenure).await?;
            }
        }
        Ok(())
    }

    async fn take_away<S: Store>(&self, store: &S, tenure: usize) -> Stored<()> {
        let tenure = self.tenures[tenure];
        let audience = AudienceId::of(ORG, &Subject::Tenure(tenure.id));
        self.write(store, async |announcer| {
            let seat = announcer.tx.seat(audience, tenure.leader).await?;
            if seat.is_none_or(|seat| seat.revoked_seq.is_some()) {
                return Ok(());
            }
            publish(announcer, audience, &tenure).await?;
            announcer.revoke(audience, tenure.leader, "tenure_ended").await
        })
        .await?;
        self.seat_in_team(store, &tenure).await
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

async fn publish<T: Transaction>(
    announcer: &mut Announcer<'_, T>,
    audience: AudienceId,
    tenure: &Tenure,
) -> Stored<()> {
    let record = record(tenure);
    let body = serde_json::to_string(&record).map_err(|error| StoreError::Failed(error.into()))?;
    announcer.publish(audience, TENURE_COLLECTION, tenure.id.as_bytes(), Some(body)).await
}

fn record(tenure: &Tenure) -> TenureRecord {
    let name = |id: PersonId| PersonName { id, name: format!("{id:?}") };
    TenureRecord {
        team: TEAM,
        team_name: "Evening shift".into(),
        time_zone: ZONE.into(),
        leader: name(tenure.leader),
        agent: name(tenure.agent),
        joined: tenure.from,
        from: tenure.from,
        until: tenure.until,
        stands_in: None,
        follows: None,
    }
}
