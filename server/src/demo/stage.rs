//! Owns what the demo plays on: a private cluster in a temporary directory, servers, an office, phones.

use super::network::Network;
use super::phone::{NewPhone, Phone};
use crate::app::{App, Limits};
use crate::clock::Clock;
use crate::cluster::{Cluster, Options};
use crate::metrics::{Identifier, IdentifierKind};
use crate::name::Name;
use crate::random::Randomness;
use crate::secret::Secret;
use crate::services::administration::By;
use crate::services::invitation::{Invite, invite};
use crate::services::roster::{NewTenure, Office};
use crate::startup::{Setup, open};
use crate::store::postgres::PoolSettings;
use crate::trial::{Place, Workers};
use anyhow::Context;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use sync_core::content::Language;
use sync_core::ids::{DeviceId, OrgId, PersonId, TeamId, TenureId};
use sync_core::replica::PhoneClock;
use sync_core::sync::live::LivePolicy;
use sync_core::wire::Invitation;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How long an invitation of the demo lasts.
const INVITATION_LIFE_MS: i64 = 600_000;

/// Where the demo plays.
pub struct Stage {
    /// Where phones keep their files.
    pub dir: tempfile::TempDir,
    /// The organisation.
    pub org: OrgId,
    database_url: Secret,
    vault: PathBuf,
    cluster: Option<Cluster>,
    /// Where servers that are started from now on try changes.
    pub trials: Place,
    clock: Clock,
    random: Randomness,
}

/// One running server.
pub struct Instance {
    /// What it works with.
    pub app: App,
    /// Where it listens.
    pub url: String,
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Instance {
    /// Stops it, as an operator would.
    pub async fn stop(mut self) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
    }
}

impl Stage {
    /// Sets up a database of its own in a temporary directory that every account may pass through.
    pub async fn build() -> anyhow::Result<Self> {
        let dir = tempfile::Builder::new().prefix("floorwalk-demo-").tempdir()?;
        let_others_pass(dir.path())?;
        let cluster = Cluster::open(Options::new(dir.path().join("postgres"))).await?;
        let database_url = cluster.url().to_owned();
        let trials = Place::Workers(Workers::of_this_program());
        Ok(Self { trials, ..Self::on(dir, database_url, Some(cluster)) })
    }

    /// Plays on a database that is there already; changes are tried in this process.
    pub fn on(dir: tempfile::TempDir, database_url: String, cluster: Option<Cluster>) -> Self {
        Self {
            vault: dir.path().join("vault"),
            dir,
            org: OrgId::from_bytes([0; 16]),
            database_url: Secret::from(database_url),
            cluster,
            trials: Place::Here,
            clock: Clock::system(),
            random: Randomness::system(),
        }
    }

    /// From now on servers and phones look at this clock.
    pub fn tell_time(&mut self, clock: Clock) {
        self.clock = clock;
    }

    /// Starts a server on a free port.
    pub async fn start_server(&self) -> anyhow::Result<Instance> {
        let setup = Setup {
            database_url: self.database_url.clone(),
            vault: self.vault.clone(),
            pool: PoolSettings::default(),
            limits: Limits::default(),
            trials: self.trials.clone(),
            trusted_proxies: Vec::new(),
            clock: self.clock.clone(),
            random: self.random.clone(),
        };
        let app = open(setup).await.context("the server did not come up")?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        tasks.spawn(crate::serve(listener, app.clone(), stop.clone()));
        Ok(Instance { app, url, stop, tasks })
    }

    /// Takes everything down.
    pub async fn strike(mut self) {
        if let Some(cluster) = self.cluster.take() {
            cluster.stop().await;
        }
    }

    /// The office that people, teams and tenures are administered in.
    pub fn office<'a>(&'a self, instance: &'a Instance) -> Office<'a> {
        let App { store, vault, .. } = &instance.app;
        Office { store, ledger: vault.ledger(), random: &self.random, now: self.clock.now(), by: By::Server }
    }

    /// Founds the organisation; its first person leads the team.
    pub async fn found(&mut self, instance: &Instance, leader: &str) -> anyhow::Result<PersonId> {
        let name = Name::parse("Sunrise Support")?;
        let (org, person) = self.office(instance).found(&name, (Name::parse(leader)?, Language::Ro)).await?;
        self.org = org;
        Ok(person.id)
    }

    /// Adds a person.
    pub async fn hire(
        &self,
        instance: &Instance,
        name: &str,
        language: Language,
    ) -> anyhow::Result<PersonId> {
        Ok(self.office(instance).add_person(self.org, (Name::parse(name)?, language)).await?.id)
    }

    /// Writes down by which number the files of other systems know a person.
    pub async fn number(&self, instance: &Instance, person: PersonId, number: &str) -> anyhow::Result<()> {
        let number = Identifier::parse(IdentifierKind::StaffNumber, number)?;
        let by = [(IdentifierKind::StaffNumber, Some(number))];
        Ok(self.office(instance).identify(self.org, person, &by).await?)
    }

    /// Adds a team.
    pub async fn add_team(&self, instance: &Instance, name: &str) -> anyhow::Result<TeamId> {
        let zone = "Europe/Bucharest".to_owned();
        Ok(self.office(instance).add_team(self.org, Name::parse(name)?, zone).await?.id)
    }

    /// Lets a leader lead an agent.
    pub async fn pair(&self, instance: &Instance, new: NewTenure) -> anyhow::Result<TenureId> {
        Ok(self.office(instance).start_tenure(self.org, new).await?.tenure.id)
    }

    /// Takes away a device.
    pub async fn revoke(&self, instance: &Instance, device: DeviceId) -> anyhow::Result<()> {
        Ok(self.office(instance).revoke_device(self.org, device).await?)
    }

    /// Invites a person, who enrols a phone.
    pub async fn enroll(&self, instance: &Instance, who: &Enrolling<'_>) -> anyhow::Result<Phone> {
        let new = Invite { org: self.org, person: who.person, life_ms: INVITATION_LIFE_MS };
        let invited = invite(&instance.app.store, &self.random, new, self.clock.now()).await?;
        let (code, _) = invited.context("there is no such person")?;
        let server_id = instance.app.vault.keys().server_id.clone();
        let invitation = Invitation { url: instance.url.clone(), code: code.to_text(), server_id };
        Phone::enroll(NewPhone {
            owner: who.owner,
            path: self.dir.path().join(format!("{}.sqlite", who.file)),
            invitation: &invitation,
            network: Network::to(&instance.url, who.seed)?,
            clock: self.phone_clock(),
            live: who.live,
            seed: who.seed,
        })
        .await
    }

    /// A phone's clock: the system's.
    pub fn phone_clock(&self) -> PhoneClock {
        let clock = self.clock.clone();
        Arc::new(move || clock.now())
    }
}

/// A person about to enrol a phone.
#[derive(Debug, Clone, Copy)]
pub struct Enrolling<'a> {
    /// Who.
    pub person: PersonId,
    /// Their name, to print.
    pub owner: &'a str,
    /// The name of the phone's file.
    pub file: &'a str,
    /// Whether the phone listens for news.
    pub live: LivePolicy,
    /// The phone's randomness.
    pub seed: u64,
}

/// As root, Postgres runs under another account, which must reach its files.
fn let_others_pass(dir: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o711))?)
}
