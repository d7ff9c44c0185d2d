//! Owns who answers for a team, or for all of them, and what follows from roster facts for the audiences of teams and of everybody:
//! whoever is in a team, leads it or answers for it has one seat there, of the strongest of these; who leads in a leader's place
//! and is nothing of that has one until then. What somebody is where, the policy says.

use super::delegation;
use super::figures;
use super::group;
use super::roster::{Office, RosterError};
use crate::store::postgres::PgTransaction;
use crate::store::row::roster::{AppointmentRow, TeamRow};
use crate::store::{Access, Audiences, Store, StoreError, Stored, Transaction};
use crate::vault::LedgerEntry;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use sync_core::ids::{AppointmentId, AudienceId, OrgId, PersonId, TeamId};
use sync_core::key::Subject;
use sync_core::policy::{self, Appointment, Role, Seat, Tenure};
use sync_core::store::TEAMS;
use sync_core::time::Timestamp;

/// The reason that somebody's leaving a team is announced with.
const LEFT_TEAM: &str = "left_team";

/// Who is to answer for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewAppointment {
    /// Who.
    pub person: PersonId,
    /// As what.
    pub office: policy::Office,
    /// For which team; for all of them, also those to come, if for none.
    pub team: Option<TeamId>,
}

/// What everybody of a team sees of it, on the phone too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamRecord {
    /// Its name.
    pub name: String,
    /// Its time zone.
    pub time_zone: String,
    /// Everybody in it, and who answers for it, by id.
    pub people: Vec<TeamMate>,
}

/// Somebody of a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamMate {
    /// Who.
    pub id: PersonId,
    /// What they are called.
    pub name: String,
    /// What they are there.
    pub role: String,
}

impl Office<'_> {
    /// Appoints somebody now: they see what teams share, and never what a pair does.
    pub async fn appoint(&self, org: OrgId, new: NewAppointment) -> Result<AppointmentRow, RosterError> {
        self.appoint_as(org, AppointmentId::from_bytes(self.random.bytes()), new).await
    }

    /// [`Self::appoint`] under this id.
    pub async fn appoint_as(
        &self,
        org: OrgId,
        id: AppointmentId,
        new: NewAppointment,
    ) -> Result<AppointmentRow, RosterError> {
        let NewAppointment { person, office, team } = new;
        let appointment = Appointment { id, person, team, office, from: self.now, until: None };
        let mut tx = self.begin(org).await?;
        if let Some(there) = find(&mut tx, id).await? {
            let Appointment { person, office, team, .. } = there.appointment;
            let is_same = new == NewAppointment { person, office, team };
            return if is_same { Ok(there) } else { Err(RosterError::IdInUse) };
        }
        tx.find_person(person).await?.ok_or(RosterError::NotFound("person"))?;
        if let Some(team) = team {
            tx.find_team(team).await?.ok_or(RosterError::NotFound("team"))?;
        }
        tx.insert_appointment(&appointment).await.map_err(|error| match error {
            StoreError::Conflict(_) => RosterError::AlreadyAppointed,
            other => other.into(),
        })?;
        self.settle_appointee(&mut tx, &appointment).await?;
        let row = find(&mut tx, id).await?;
        tx.commit().await?;
        row.ok_or(RosterError::NotFound("appointment"))
    }

    /// Ends an appointment now, with the access that it gave. Ending it twice changes nothing.
    pub async fn dismiss(&self, org: OrgId, appointment: AppointmentId) -> Result<(), RosterError> {
        let mut tx = self.begin(org).await?;
        find(&mut tx, appointment).await?.ok_or(RosterError::NotFound("appointment"))?;
        self.close_appointment(&mut tx, appointment, self.now).await?;
        self.enter(LedgerEntry::AppointmentEnded { org, appointment, at: self.now }).await?;
        Ok(tx.commit().await?)
    }

    /// Gives everybody the seats of teams and of the organisation that the roster says, in a database that a program has worked on
    /// which knew nothing of them. Reads only while nothing is amiss. Safe to do on several instances at once, and again.
    pub async fn catch_up(&self, org: OrgId) -> Result<(), RosterError> {
        let mut tx = self.store.begin(org, Access::Read).await?;
        let (unseated, misplaced) = (unseated(&mut tx).await?, misplaced(&mut tx, self.now).await?);
        drop(tx);
        if unseated.is_empty() && misplaced.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin(org).await?;
        let appointed = running(&mut tx).await?;
        for person in unseated {
            self.settle_in_organisation(&mut tx, person, &appointed).await?;
        }
        for team in tx.teams().await? {
            if let Some(people) = misplaced.get(&team.id) {
                self.settle_team(&mut tx, &team, people, &appointed).await?;
            }
        }
        Ok(tx.commit().await?)
    }

    /// False when it does not run.
    pub(super) async fn close_appointment(
        &self,
        tx: &mut PgTransaction,
        appointment: AppointmentId,
        at: Timestamp,
    ) -> Stored<bool> {
        if !tx.end_appointment(appointment, at).await? {
            return Ok(false);
        }
        if let Some(row) = find(tx, appointment).await? {
            self.settle_appointee(tx, &row.appointment).await?;
        }
        figures::withdraw_from_others(&mut self.announcer(tx)).await?;
        Ok(true)
    }

    /// A new team has its audience, and whoever answers for all teams is in it.
    pub(super) async fn found_team(&self, tx: &mut PgTransaction, team: &TeamRow) -> Stored<()> {
        let appointed = running(tx).await?;
        let people: BTreeSet<_> = appointed.iter().map(|appointment| appointment.person).collect();
        self.settle_team(tx, team, &people.into_iter().collect::<Vec<_>>(), &appointed).await
    }

    async fn settle_appointee(&self, tx: &mut PgTransaction, appointment: &Appointment) -> Stored<()> {
        let appointed = running(tx).await?;
        for team in tx.teams().await? {
            if appointment.team.is_none_or(|of| of == team.id) {
                self.settle_team(tx, &team, &[appointment.person], &appointed).await?;
            }
        }
        self.settle_in_organisation(tx, appointment.person, &appointed).await
    }

    /// Gives these people the seat in the audience of a team that the roster says, or takes it, and shows the team as it is now.
    pub(super) async fn settle_team(
        &self,
        tx: &mut PgTransaction,
        team: &TeamRow,
        people: &[PersonId],
        appointed: &[Appointment],
    ) -> Stored<()> {
        let tenures = tx.running_tenures(Some(team.id)).await?;
        let tenures: Vec<_> = tenures.into_iter().map(|(_, tenure)| tenure).collect();
        let delegated = delegation::running(tx, self.now).await?;
        let acting = delegation::acting_among(&delegated, &tenures);
        let place = |person| {
            let lasting = policy::team_role(team.id, person, &tenures, appointed).map(|role| (role, None));
            lasting.or_else(|| Some((Role::Acting, Some(*acting.get(&person)?))))
        };
        let audience = self.announcer(tx).ensure_audience(&Subject::Team(team.id)).await?;
        let pairs = tenures.iter().flat_map(|tenure| [tenure.leader, tenure.agent]);
        let offices = appointed.iter().map(|appointment| appointment.person);
        let everybody: BTreeSet<_> = pairs.chain(offices).chain(acting.keys().copied()).collect();
        let roles: Vec<_> =
            everybody.into_iter().filter_map(|person| Some((person, place(person)?.0))).collect();
        self.show_team(tx, (team, audience), &roles).await?;
        for person in people {
            match place(*person) {
                Some((role, until)) => self.seat(tx, (audience, *person), role, until).await?,
                None => self.announcer(tx).revoke(audience, *person, LEFT_TEAM).await?,
            }
        }
        let delegations: Vec<_> = delegated.iter().map(|row| row.delegation).collect();
        group::settle(&mut self.announcer(tx), (team.id, people), &tenures, &delegations).await
    }

    /// Gives somebody their seat in the audience of everybody.
    pub(super) async fn settle_in_organisation(
        &self,
        tx: &mut PgTransaction,
        person: PersonId,
        appointed: &[Appointment],
    ) -> Stored<()> {
        let audience = self.announcer(tx).ensure_audience(&Subject::Organisation).await?;
        self.seat(tx, (audience, person), policy::organisation_role(person, appointed), None).await
    }

    async fn seat(
        &self,
        tx: &mut PgTransaction,
        (audience, person): (AudienceId, PersonId),
        role: Role,
        until: Option<Timestamp>,
    ) -> Stored<()> {
        self.announcer(tx).grant(&Seat { audience, person, role, from: self.now, until }).await
    }

    async fn show_team(
        &self,
        tx: &mut PgTransaction,
        (team, audience): (&TeamRow, AudienceId),
        roles: &[(PersonId, Role)],
    ) -> Stored<()> {
        let ids: Vec<_> = roles.iter().map(|(person, _)| *person).collect();
        let found = tx.people_of(&ids).await?.into_iter();
        let mut names: BTreeMap<_, _> = found.map(|row| (row.id, row.name.as_str().to_owned())).collect();
        let mate = |(person, role): &(PersonId, Role)| {
            Some(TeamMate { id: *person, name: names.remove(person)?, role: role.as_str().to_owned() })
        };
        let people = roles.iter().filter_map(mate).collect();
        let (name, time_zone) = (team.name.as_str().to_owned(), team.time_zone.clone());
        let body = serde_json::to_string(&TeamRecord { name, time_zone, people })
            .expect("a record serializes: its fields are text and numbers");
        self.announcer(tx).publish(audience, TEAMS, team.id.as_bytes(), Some(body)).await
    }
}

/// The appointments that run.
pub(super) async fn running(tx: &mut PgTransaction) -> Stored<Vec<Appointment>> {
    let all = tx.appointments().await?.into_iter().map(|row| row.appointment);
    Ok(all.filter(|appointment| appointment.until.is_none()).collect())
}

/// Who has no seat in the audience of everybody.
async fn unseated(tx: &mut PgTransaction) -> Stored<Vec<PersonId>> {
    let everybody = AudienceId::of(tx.organisation(), &Subject::Organisation);
    let seated: BTreeSet<_> = tx.members(&[everybody]).await?.into_iter().map(|(_, person)| person).collect();
    let people = tx.people().await?.into_iter().map(|person| person.id);
    Ok(people.filter(|person| !seated.contains(person)).collect())
}

/// Whose seat in which team is not the one that the roster says.
async fn misplaced(tx: &mut PgTransaction, now: Timestamp) -> Stored<BTreeMap<TeamId, Vec<PersonId>>> {
    let (appointed, delegated) = (running(tx).await?, delegation::running(tx, now).await?);
    let mut tenures: BTreeMap<TeamId, Vec<Tenure>> = BTreeMap::new();
    for (team, tenure) in tx.running_tenures(None).await? {
        tenures.entry(team).or_default().push(tenure);
    }
    let seats: BTreeMap<_, _> = tx.team_seats().await?.into_iter().collect();
    let mut misplaced = BTreeMap::new();
    for team in tx.teams().await?.into_iter().map(|team| team.id) {
        let tenures = tenures.get(&team).map(Vec::as_slice).unwrap_or_default();
        let pairs = tenures.iter().flat_map(|tenure| [tenure.leader, tenure.agent]);
        let seated = seats.keys().filter(|(of, _)| *of == team).map(|(_, person)| *person);
        let answering = appointed.iter().map(|appointment| appointment.person);
        let acting = delegation::acting_among(&delegated, tenures);
        let concerned: BTreeSet<_> =
            pairs.chain(seated).chain(answering).chain(acting.keys().copied()).collect();
        let is_right = |person| {
            let lasting = policy::team_role(team, person, tenures, &appointed);
            let role = lasting.or_else(|| acting.contains_key(&person).then_some(Role::Acting));
            role == seats.get(&(team, person)).copied()
        };
        let wrong: Vec<_> = concerned.into_iter().filter(|person| !is_right(*person)).collect();
        if !wrong.is_empty() {
            misplaced.insert(team, wrong);
        }
    }
    Ok(misplaced)
}

async fn find(tx: &mut PgTransaction, id: AppointmentId) -> Stored<Option<AppointmentRow>> {
    Ok(tx.appointments().await?.into_iter().find(|row| row.appointment.id == id))
}

#[cfg(test)]
mod tests;
