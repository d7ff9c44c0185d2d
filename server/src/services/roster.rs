//! Owns the roster: organisations, teams, tenures, and what is taken away from a device or a leader.
//!
//! Each change is one transaction together with the rows that tell people of it, and with the question whether whoever wants it
//! may ([`By`]). What takes something away is in the vault's ledger before it is committed, and only if it is going to be: a restored
//! backup must not give it back.
//!
//! What is added has an id of its own. Whoever adds may have made it: the same under the same id is there already, and is answered
//! again; something else is [`RosterError::IdInUse`].

use super::administration::By;
use super::appointment;
use super::delegation::StandIn;
use super::hand_over::Follows;
use super::membership::Announcer;
use super::metrics;
use crate::metrics::IdentifierKind;
use crate::name::Name;
use crate::random::Randomness;
use crate::store::postgres::{PgStore, PgTransaction};
use crate::store::row::roster::{PersonRow, TeamRow, TenureRow};
use crate::store::{Access, Feed, Store, StoreError, Stored, Transaction};
use crate::vault::{Ledger, LedgerEntry, VaultError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use sync_core::content::Language;
use sync_core::ids::{AudienceId, DeviceId, OrgId, PersonId, TeamId, TenureId};
use sync_core::key::Subject;
use sync_core::policy::{self, Tenure};
use sync_core::time::Timestamp;

/// The collection of records that show a tenure to its two people.
pub const TENURE_COLLECTION: &str = sync_core::store::TENURES;
/// The reason that the end of a tenure is announced with.
const TENURE_ENDED: &str = "tenure_ended";

/// Why the roster was not changed.
#[derive(Debug, thiserror::Error)]
pub enum RosterError {
    /// There is no such thing in this organisation.
    #[error("there is no such {0} here")]
    NotFound(&'static str),
    /// A tenure needs two people.
    #[error("nobody leads themselves: leader and agent are the same person")]
    SamePerson,
    /// The person has this office already.
    #[error("this person has that office already: end it first")]
    AlreadyAppointed,
    /// Nobody leads in their own place.
    #[error("leader and acting leader are the same person")]
    OwnDelegate,
    /// A delegation has an end that is still to come.
    #[error("a delegation ends at a moment that is still to come")]
    EndsInThePast,
    /// A delegation is no change of the leader.
    #[error("a delegation lasts 90 days at the most")]
    TooLong,
    /// This person leads in this leader's place already.
    #[error("this person leads in this leader's place already: end that first")]
    AlreadyDelegated,
    /// The pair has a tenure that runs.
    #[error("these two have a tenure already: end it first")]
    AlreadyRunning,
    /// A number, a login or an address is somebody else's.
    #[error("somebody else has that {}", .0.as_str())]
    Taken(IdentifierKind),
    /// A phone has used the invitation.
    #[error("a phone has used this invitation: revoke the phone")]
    InvitationUsed,
    /// Something else has this id.
    #[error("something else has this id")]
    IdInUse,
    /// Whoever wants it is no administrator, or none any more.
    #[error("whoever wants this is no administrator")]
    NotAdministrator,
    /// The ledger could not be written, so nothing was taken away.
    #[error("the ledger could not be written, so nothing was changed")]
    Ledger(#[from] VaultError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What changing the roster works with.
#[derive(Debug, Clone, Copy)]
pub struct Office<'a> {
    /// The database.
    pub store: &'a PgStore,
    /// What was taken away, outside the database.
    pub ledger: &'a Arc<Ledger>,
    /// Ids and stamps.
    pub random: &'a Randomness,
    /// The time.
    pub now: Timestamp,
    /// In whose name.
    pub by: By,
}

/// A tenure that is to start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewTenure {
    /// In which team.
    pub team: TeamId,
    /// Who leads.
    pub leader: PersonId,
    /// Who is led.
    pub agent: PersonId,
}

/// Who is to lead somebody from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewLeader {
    /// Who leads.
    pub leader: PersonId,
    /// In which team, if it is another one than before.
    pub team: Option<TeamId>,
}

/// What the two people of a tenure see of it, on the phone too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenureRecord {
    /// The team.
    pub team: TeamId,
    /// Its name.
    pub team_name: String,
    /// Its time zone.
    pub time_zone: String,
    /// Who leads.
    pub leader: PersonName,
    /// Who is led.
    pub agent: PersonName,
    /// When the agent joined the team.
    pub joined: Timestamp,
    /// When it began.
    pub from: Timestamp,
    /// When it ended, if it has; when it ends, if that is known.
    pub until: Option<Timestamp>,
    /// In whose place the leader leads, if not in their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands_in: Option<StandIn>,
    /// The pair that came before, if the agent was given another leader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<Follows>,
}

/// A person, as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonName {
    /// Who.
    pub id: PersonId,
    /// What they are called.
    pub name: String,
}

impl From<&TenureRow> for TenureRecord {
    fn from(row: &TenureRow) -> Self {
        let person = |id, name: &Name| PersonName { id, name: name.as_str().to_owned() };
        Self {
            team: row.team.id,
            team_name: row.team.name.as_str().to_owned(),
            time_zone: row.team.time_zone.clone(),
            leader: person(row.tenure.leader, &row.leader_name),
            agent: person(row.tenure.agent, &row.agent_name),
            joined: row.joined,
            from: row.tenure.from,
            until: row.tenure.until,
            stands_in: None,
            follows: row.follows.as_ref().map(|before| Follows {
                tenure: before.tenure,
                leader: person(before.leader, &before.leader_name),
                until: policy::predecessor_until(before.leader, &row.tenure),
            }),
        }
    }
}

impl Office<'_> {
    /// Creates an organisation with its first person.
    pub async fn found(
        &self,
        name: &Name,
        first: (Name, Language),
    ) -> Result<(OrgId, PersonRow), RosterError> {
        let org = OrgId::from_bytes(self.random.bytes());
        let mut tx = self.store.begin(org, Access::Write).await?;
        tx.insert_organisation(name, self.now).await?;
        let person = self.welcome(&mut tx, PersonId::from_bytes(self.random.bytes()), first).await?;
        tx.commit().await?;
        Ok((org, person))
    }

    /// Begins a change of the roster, for whoever may make one. One after the other: what follows from the roster is read before it is
    /// written, and nobody's right to change it ends in between.
    pub(super) async fn begin(&self, org: OrgId) -> Result<PgTransaction, RosterError> {
        let mut tx = self.store.begin(org, Access::Write).await?;
        tx.organisation_name().await?.ok_or(RosterError::NotFound("organisation"))?;
        tx.advance_feed(0).await?;
        self.by.check(&mut tx, self.now).await?;
        Ok(tx)
    }

    /// [`Self::begin`] for what follows from the clock alone.
    pub(super) async fn lock(&self, org: OrgId) -> Stored<PgTransaction> {
        let mut tx = self.store.begin(org, Access::Write).await?;
        tx.advance_feed(0).await?;
        Ok(tx)
    }

    /// Begins to read the roster, for whoever may.
    pub async fn read(&self, org: OrgId) -> Result<PgTransaction, RosterError> {
        let mut tx = self.store.begin(org, Access::Read).await?;
        self.by.check(&mut tx, self.now).await?;
        Ok(tx)
    }

    /// Adds a team.
    pub async fn add_team(&self, org: OrgId, name: Name, time_zone: String) -> Result<TeamRow, RosterError> {
        let id = TeamId::from_bytes(self.random.bytes());
        self.add_team_as(org, TeamRow { id, name, time_zone, created_at: self.now }).await
    }

    /// Adds this team.
    pub async fn add_team_as(&self, org: OrgId, team: TeamRow) -> Result<TeamRow, RosterError> {
        let mut tx = self.begin(org).await?;
        if let Some(there) = tx.find_team(team.id).await? {
            let is_same = (&there.name, &there.time_zone) == (&team.name, &team.time_zone);
            return if is_same { Ok(there) } else { Err(RosterError::IdInUse) };
        }
        tx.insert_team(&team).await?;
        self.found_team(&mut tx, &team).await?;
        tx.commit().await?;
        Ok(team)
    }

    /// Starts a tenure now: its audience, its two members and the record that both see.
    pub async fn start_tenure(&self, org: OrgId, new: NewTenure) -> Result<TenureRow, RosterError> {
        self.start_tenure_as(org, TenureId::from_bytes(self.random.bytes()), new).await
    }

    /// [`Self::start_tenure`] under this id.
    pub async fn start_tenure_as(
        &self,
        org: OrgId,
        id: TenureId,
        new: NewTenure,
    ) -> Result<TenureRow, RosterError> {
        if new.leader == new.agent {
            return Err(RosterError::SamePerson);
        }
        let mut tx = self.begin(org).await?;
        if let Some(there) = started(&mut tx, id, new).await? {
            return Ok(there);
        }
        let (row, concerned) = self.open_pair(&mut tx, id, new, None).await?;
        let appointed = appointment::running(&mut tx).await?;
        self.settle_team(&mut tx, &row.team, &concerned, &appointed).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// Ends a tenure now: the leader's access ends, the agent's stays. Ending it twice changes nothing.
    pub async fn end_tenure(&self, org: OrgId, tenure: TenureId) -> Result<(), RosterError> {
        let mut tx = self.begin(org).await?;
        tx.find_tenure(tenure).await?.ok_or(RosterError::NotFound("tenure"))?;
        self.close_tenure(&mut tx, tenure, self.now).await?;
        self.enter(LedgerEntry::TenureEnded { org, tenure, at: self.now }).await?;
        Ok(tx.commit().await?)
    }

    /// Takes away a device's access now, for good. Doing it twice changes nothing.
    pub async fn revoke_device(&self, org: OrgId, device: DeviceId) -> Result<(), RosterError> {
        let mut tx = self.begin(org).await?;
        tx.find_device(device).await?.ok_or(RosterError::NotFound("device"))?;
        tx.revoke_device(device, self.now).await?;
        self.enter(LedgerEntry::DeviceRevoked { org, device, at: self.now }).await?;
        Ok(tx.commit().await?)
    }

    /// Takes away again what a restored backup gave back. Tells how much that was.
    pub async fn replay(&self, entries: Vec<LedgerEntry>) -> Result<usize, RosterError> {
        let mut by_org: BTreeMap<OrgId, Vec<LedgerEntry>> = BTreeMap::new();
        for entry in entries {
            by_org.entry(entry.org()).or_default().push(entry);
        }
        let mut taken = 0;
        for (org, entries) in by_org {
            let mut tx = self.store.begin(org, Access::Write).await?;
            // A backup from before there was this organisation has nothing to take away.
            if tx.organisation_name().await?.is_none() {
                continue;
            }
            tx.advance_feed(0).await?;
            for entry in entries {
                taken += usize::from(self.replay_one(&mut tx, entry).await?);
            }
            tx.commit().await?;
        }
        Ok(taken)
    }

    async fn replay_one(&self, tx: &mut PgTransaction, entry: LedgerEntry) -> Stored<bool> {
        match entry {
            LedgerEntry::DeviceRevoked { device, at, .. } => tx.revoke_device(device, at).await,
            LedgerEntry::TenureEnded { tenure, at, .. } => self.close_tenure(tx, tenure, at).await,
            LedgerEntry::AppointmentEnded { appointment, at, .. } => {
                self.close_appointment(tx, appointment, at).await
            }
            LedgerEntry::DelegationEnded { delegation, at, .. } => {
                self.close_delegation(tx, delegation, at).await
            }
            LedgerEntry::CalendarRevoked { person, before, .. } => tx.drop_calendar(person, before).await,
            LedgerEntry::AdministratorDismissed { person, before, .. } => {
                tx.end_administrator(person, before).await
            }
            LedgerEntry::ApiKeyRevoked { key, at, .. } => tx.revoke_api_key(key, at).await,
            LedgerEntry::InvitationRevoked { invitation, at, .. } => {
                tx.revoke_invitation(invitation, at).await
            }
            LedgerEntry::PersonLeft { person, at, .. } => self.close_person(tx, person, at).await,
        }
    }

    /// False when it does not run.
    async fn close_tenure(&self, tx: &mut PgTransaction, tenure: TenureId, at: Timestamp) -> Stored<bool> {
        let Some((row, concerned)) = self.close_pair(tx, tenure, at).await? else { return Ok(false) };
        let appointed = appointment::running(tx).await?;
        self.settle_team(tx, &row.team, &concerned, &appointed).await?;
        Ok(true)
    }

    /// Lets two people share what is theirs. Tells whose seat in the team is left to be settled.
    pub(super) async fn open_pair(
        &self,
        tx: &mut PgTransaction,
        id: TenureId,
        new: NewTenure,
        follows: Option<TenureId>,
    ) -> Result<(TenureRow, Vec<PersonId>), RosterError> {
        let tenure = Tenure { id, leader: new.leader, agent: new.agent, from: self.now, until: None };
        for (person, what) in [(new.leader, "leader"), (new.agent, "agent")] {
            tx.find_person(person).await?.ok_or(RosterError::NotFound(what))?;
        }
        tx.find_team(new.team).await?.ok_or(RosterError::NotFound("team"))?;
        let audience = self.new_audience(tx, id).await?.ok_or(RosterError::IdInUse)?;
        tx.insert_tenure(new.team, &tenure).await.map_err(|error| match error {
            StoreError::Conflict(_) => RosterError::AlreadyRunning,
            other => other.into(),
        })?;
        if let Some(before) = follows {
            tx.follow(id, before).await?;
        }
        let row = self.publish(tx, id).await?;
        metrics::show_past(&mut self.announcer(tx), audience, new.agent).await?;
        for seat in policy::tenure_seats(tx.organisation(), &tenure) {
            self.announcer(tx).grant(&seat).await?;
        }
        let mut concerned = self.open_stints(tx, &row).await?;
        concerned.extend([new.leader, new.agent]);
        Ok((row, concerned))
    }

    /// The audience of a pair that begins; none if there is one already. Ids of pairs that stand in for others can be worked out: whoever
    /// began another one under such an id would read what is in it.
    pub(super) async fn new_audience(
        &self,
        tx: &mut PgTransaction,
        pair: TenureId,
    ) -> Stored<Option<AudienceId>> {
        let subject = Subject::Tenure(pair);
        if tx.has_audience(AudienceId::of(tx.organisation(), &subject)).await? {
            return Ok(None);
        }
        self.announcer(tx).ensure_audience(&subject).await.map(Some)
    }

    /// Takes the leader out of what a pair shares, and who led before; none when the tenure does not run. Tells whose seat in the team is left to be
    /// settled.
    pub(super) async fn close_pair(
        &self,
        tx: &mut PgTransaction,
        tenure: TenureId,
        at: Timestamp,
    ) -> Stored<Option<(TenureRow, Vec<PersonId>)>> {
        if !tx.end_tenure(tenure, at).await? {
            return Ok(None);
        }
        let row = self.publish(tx, tenure).await?;
        let audience = AudienceId::of(tx.organisation(), &Subject::Tenure(tenure));
        let before = row.follows.as_ref().map(|before| before.leader);
        for person in before.into_iter().chain([row.tenure.leader]) {
            self.announcer(tx).revoke(audience, person, TENURE_ENDED).await?;
        }
        let mut concerned = self.close_stints(tx, &row, TENURE_ENDED).await?;
        concerned.extend([row.tenure.leader, row.tenure.agent]);
        Ok(Some((row, concerned)))
    }

    /// Shows the tenure as it is now to its two people.
    pub(super) async fn publish(&self, tx: &mut PgTransaction, tenure: TenureId) -> Stored<TenureRow> {
        let row = tx
            .find_tenure(tenure)
            .await?
            .ok_or_else(|| StoreError::Failed("a tenure is gone in the transaction that wrote it".into()))?;
        let body = serde_json::to_string(&TenureRecord::from(&row))
            .expect("a record serializes: its fields are text and numbers");
        let audience = AudienceId::of(tx.organisation(), &Subject::Tenure(tenure));
        let key = tenure.as_bytes();
        self.announcer(tx).publish(audience, TENURE_COLLECTION, key, Some(body)).await?;
        Ok(row)
    }

    pub(super) fn announcer<'t>(&'t self, tx: &'t mut PgTransaction) -> Announcer<'t, PgTransaction> {
        Announcer { tx, now: self.now, random: self.random }
    }

    /// Writes to the ledger, off the threads that serve requests: it waits for the disk.
    pub(super) async fn enter(&self, entry: LedgerEntry) -> Result<(), RosterError> {
        let ledger = self.ledger.clone();
        let written = tokio::task::spawn_blocking(move || ledger.append(&entry)).await;
        Ok(written.map_err(|_| StoreError::Failed("the ledger's writer was stopped".into()))??)
    }
}

/// The tenure of this id, if that is what is to be started.
pub(super) async fn started(
    tx: &mut PgTransaction,
    id: TenureId,
    new: NewTenure,
) -> Result<Option<TenureRow>, RosterError> {
    let Some(there) = tx.find_tenure(id).await? else { return Ok(None) };
    let pair = NewTenure { team: there.team.id, leader: there.tenure.leader, agent: there.tenure.agent };
    if pair == new { Ok(Some(there)) } else { Err(RosterError::IdInUse) }
}
