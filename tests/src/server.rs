//! Owns the server of a story: in this process, on a free port, on a database and a vault of its own.

use crate::database::Database;
use anyhow::Context;
use server::app::App;
use server::demo::phone::Phone;
use server::demo::stage::{Enrolling, Instance, Stage};
use server::services::appointment::NewAppointment;
use server::services::delegation::NewDelegation;
use server::services::figures::{FigureMaker, Making};
use server::services::membership::announce_due;
use server::services::roster::{NewLeader, NewTenure};
use server::trial::Place;
use sqlx::{AssertSqlSafe, PgConnection, Row};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use sync_core::content::Language;
use sync_core::ids::{AppointmentId, DelegationId, PersonId, TeamId, TenureId};
use sync_core::policy;
use sync_core::sync::live::LivePolicy;

/// An organisation with one team, on a running server.
pub struct TestServer {
    /// Where it plays.
    pub stage: Stage,
    /// Who founded the organisation.
    pub founder: PersonId,
    /// Its team.
    pub team: TeamId,
    instance: Option<Instance>,
    seeds: AtomicU64,
    // Last, so that it goes last.
    database: Database,
}

impl TestServer {
    /// Starts one; the organisation's founder has this name.
    pub async fn start(founder: &str) -> anyhow::Result<Self> {
        Self::start_trying_in(founder, Place::Here).await
    }

    /// Starts one that tries changes there.
    pub async fn start_trying_in(founder: &str, trials: Place) -> anyhow::Result<Self> {
        let database = Database::create().await?;
        let mut stage = Stage::on(tempfile::tempdir()?, database.url(), None);
        stage.trials = trials;
        let instance = stage.start_server().await?;
        let founder = stage.found(&instance, founder).await?;
        let team = stage.add_team(&instance, "Evening shift").await?;
        let seeds = AtomicU64::new(1);
        Ok(Self { stage, founder, team, instance: Some(instance), seeds, database })
    }

    /// The instance that phones are led to.
    pub fn instance(&self) -> anyhow::Result<&Instance> {
        self.instance.as_ref().context("the server is stopped")
    }

    /// Phones that are enrolled from now on reach the server at this address.
    pub fn reached_at(&mut self, url: &str) {
        if let Some(instance) = &mut self.instance {
            url.clone_into(&mut instance.url);
        }
    }

    /// A further instance on the same database.
    pub async fn another_instance(&self) -> anyhow::Result<Instance> {
        self.stage.start_server().await
    }

    /// Adds a person.
    pub async fn person(&self, name: &str) -> anyhow::Result<PersonId> {
        self.stage.hire(self.instance()?, name, Language::Ro).await
    }

    /// Lets a leader lead an agent.
    pub async fn pair(&self, leader: PersonId, agent: PersonId) -> anyhow::Result<TenureId> {
        self.stage.pair(self.instance()?, NewTenure { team: self.team, leader, agent }).await
    }

    /// Appoints somebody head of operations of all teams.
    pub async fn appoint_head(&self, person: PersonId) -> anyhow::Result<AppointmentId> {
        self.appoint(person, policy::Office::Head, None).await
    }

    /// Ends an appointment.
    pub async fn dismiss(&self, appointment: AppointmentId) -> anyhow::Result<()> {
        Ok(self.stage.office(self.instance()?).dismiss(self.stage.org, appointment).await?)
    }

    /// Makes the figures of teams, as the server does every few minutes, and tells how many records changed.
    pub async fn make_figures(&self) -> anyhow::Result<usize> {
        let App { store, random, clock, .. } = &self.instance()?.app;
        let making = Making { store, random, now: clock.now(), every: Duration::ZERO };
        Ok(FigureMaker::default().run(making, self.stage.org).await?)
    }

    /// A new address of somebody's calendar, whole.
    pub async fn calendar_url(&self, person: PersonId) -> anyhow::Result<String> {
        let instance = self.instance()?;
        let address = self.stage.office(instance).give_calendar(self.stage.org, person).await?;
        Ok(format!("{}/v1/calendar/{}.ics", instance.url, address.to_text()))
    }

    /// Ends a tenure.
    pub async fn end_tenure(&self, tenure: TenureId) -> anyhow::Result<()> {
        Ok(self.stage.office(self.instance()?).end_tenure(self.stage.org, tenure).await?)
    }

    /// Gives the agent of a tenure another leader in the same team.
    pub async fn hand_over(&self, tenure: TenureId, leader: PersonId) -> anyhow::Result<TenureId> {
        let office = self.stage.office(self.instance()?);
        let to = NewLeader { leader, team: None };
        Ok(office.hand_over(self.stage.org, tenure, to).await?.tenure.id)
    }

    /// Lets somebody lead in a leader's place for so long.
    pub async fn delegate(
        &self,
        leader: PersonId,
        acting: PersonId,
        ms: i64,
    ) -> anyhow::Result<DelegationId> {
        let office = self.stage.office(self.instance()?);
        let new = NewDelegation { leader, acting, until: office.now.plus_ms(ms) };
        Ok(office.delegate(self.stage.org, new).await?.delegation.id)
    }

    /// Lets somebody answer for the team, or for all of them.
    pub async fn appoint(
        &self,
        person: PersonId,
        office: policy::Office,
        team: Option<TeamId>,
    ) -> anyhow::Result<AppointmentId> {
        let new = NewAppointment { person, office, team };
        Ok(self.stage.office(self.instance()?).appoint(self.stage.org, new).await?.appointment.id)
    }

    /// What the jobs do when a delegation's time has passed: phones are told.
    pub async fn announce_what_is_over(&self) -> anyhow::Result<()> {
        let office = self.stage.office(self.instance()?);
        office.settle_delegations(self.stage.org).await?;
        announce_due(office.store, self.stage.org, office.now, office.random).await?;
        Ok(())
    }

    /// Enrols a phone of this person, with everything that is there on it.
    pub async fn phone(&self, person: PersonId, name: &str) -> anyhow::Result<Phone> {
        let phone = self.new_phone(person, name).await?;
        phone.sync().await?;
        Ok(phone)
    }

    /// Enrols a phone of this person. It listens to no news: a story says itself when a phone syncs.
    pub async fn new_phone(&self, person: PersonId, name: &str) -> anyhow::Result<Phone> {
        let file = format!("{name}-{}", self.seeds.load(Ordering::SeqCst));
        self.phone_with_file(person, name, &file).await
    }

    /// Enrols a phone whose store has this name.
    pub async fn phone_with_file(&self, person: PersonId, name: &str, file: &str) -> anyhow::Result<Phone> {
        let seed = self.seeds.fetch_add(1, Ordering::SeqCst);
        let who = Enrolling { person, owner: name, file, live: LivePolicy::Ignore, seed };
        self.stage.enroll(self.instance()?, &who).await
    }

    /// Stops the server and lets go of the database.
    pub async fn stop(&mut self) {
        if let Some(instance) = self.instance.take() {
            let app = instance.app.clone();
            instance.stop().await;
            app.spawner.stop();
            app.store.close().await;
        }
    }

    /// Starts it again, on another port; these phones are led there.
    pub async fn start_again(&mut self, phones: &[&Phone]) -> anyhow::Result<()> {
        let instance = self.stage.start_server().await?;
        for phone in phones {
            phone.network.lead_to(&instance.url)?;
        }
        self.instance = Some(instance);
        Ok(())
    }

    /// Copies the database while the server is stopped, and starts the server again.
    pub async fn back_up(&mut self, phones: &[&Phone]) -> anyhow::Result<Database> {
        self.stop().await;
        let backup = self.database.back_up().await?;
        self.start_again(phones).await?;
        Ok(backup)
    }

    /// Puts the backup in the database's place while the server is stopped, and starts the server again.
    pub async fn restore(&mut self, backup: &Database, phones: &[&Phone]) -> anyhow::Result<()> {
        self.stop().await;
        self.database.restore(backup).await?;
        self.start_again(phones).await
    }

    /// A connection to the database that may do anything.
    pub async fn as_owner(&self) -> anyhow::Result<PgConnection> {
        self.database.as_owner().await
    }

    /// The number that this query answers with.
    pub async fn count(&self, query: &str) -> anyhow::Result<i64> {
        let mut owner = self.as_owner().await?;
        let row = sqlx::query(AssertSqlSafe(query.to_owned())).fetch_one(&mut owner).await?;
        Ok(row.try_get(0)?)
    }

    /// Does this to the database, past every rule of the server.
    pub async fn meddle(&self, statement: &str) -> anyhow::Result<u64> {
        let mut owner = self.as_owner().await?;
        let done = sqlx::query(AssertSqlSafe(statement.to_owned())).execute(&mut owner).await?;
        Ok(done.rows_affected())
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        if let Some(instance) = &self.instance {
            instance.app.spawner.stop();
        }
    }
}
