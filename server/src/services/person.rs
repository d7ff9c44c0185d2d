//! Owns people: who comes, what they are called here and by other systems, and what becomes of the access of who leaves.

use super::appointment;
use super::delegation;
use super::roster::{Office, RosterError};
use crate::metrics::{Identifier, IdentifierKind};
use crate::name::Name;
use crate::store::postgres::PgTransaction;
use crate::store::row::roster::PersonRow;
use crate::store::{Audiences, StoreError, Stored, Transaction};
use crate::vault::LedgerEntry;
use std::collections::{BTreeMap, BTreeSet};
use sync_core::content::Language;
use sync_core::ids::{AudienceId, OrgId, PersonId};
use sync_core::key::Subject;
use sync_core::policy;
use sync_core::time::Timestamp;

/// The reason that somebody's leaving is announced with.
const LEFT: &str = "left";

/// What other systems call somebody: of each kind that is said, what it is from now on; none takes it away.
pub type Identifiers = [(IdentifierKind, Option<Identifier>)];

/// What is to be different about a person. What is not said stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonChange {
    /// What they are called.
    pub name: Option<Name>,
    /// What they read.
    pub language: Option<Language>,
    /// What other systems call them.
    pub identifiers: Vec<(IdentifierKind, Option<Identifier>)>,
}

impl Office<'_> {
    /// Adds a person, with the audience of what is theirs alone.
    pub async fn add_person(&self, org: OrgId, new: (Name, Language)) -> Result<PersonRow, RosterError> {
        self.add_person_as(org, PersonId::from_bytes(self.random.bytes()), new, &[]).await
    }

    /// [`Self::add_person`] under this id, with what other systems call them.
    pub async fn add_person_as(
        &self,
        org: OrgId,
        id: PersonId,
        new: (Name, Language),
        by: &Identifiers,
    ) -> Result<PersonRow, RosterError> {
        let mut tx = self.begin(org).await?;
        if let Some(there) = tx.find_person(id).await? {
            let known = tx.identifiers_of(&[id]).await?;
            let is_known = |(_, said): &(IdentifierKind, Option<Identifier>)| {
                said.iter().all(|said| known.iter().any(|(_, known)| known == said))
            };
            let is_same = (&there.name, there.language) == (&new.0, new.1) && by.iter().all(is_known);
            return if is_same { Ok(there) } else { Err(RosterError::IdInUse) };
        }
        let person = self.welcome(&mut tx, id, new).await?;
        write_identifiers(&mut tx, id, by).await?;
        tx.commit().await?;
        Ok(person)
    }

    /// Writes down what other systems call a person; none of a kind takes it away.
    pub async fn identify(&self, org: OrgId, person: PersonId, by: &Identifiers) -> Result<(), RosterError> {
        let change = PersonChange { identifiers: by.to_vec(), ..PersonChange::default() };
        self.change_person(org, person, &change).await.map(drop)
    }

    /// Changes what is known of a person. A new name is shown to everybody who shares something with them.
    pub async fn change_person(
        &self,
        org: OrgId,
        person: PersonId,
        change: &PersonChange,
    ) -> Result<PersonRow, RosterError> {
        let mut tx = self.begin(org).await?;
        let before = tx.find_person(person).await?.ok_or(RosterError::NotFound("person"))?;
        let after = PersonRow {
            name: change.name.clone().unwrap_or_else(|| before.name.clone()),
            language: change.language.unwrap_or(before.language),
            ..before.clone()
        };
        if after != before {
            tx.update_person(&after).await?;
        }
        write_identifiers(&mut tx, person, &change.identifiers).await?;
        if after.name != before.name {
            self.show_name(&mut tx, person).await?;
        }
        tx.commit().await?;
        Ok(after)
    }

    /// Somebody has left: their phones, offices, tenures and whatever else gave them access end now, for good. What they wrote with
    /// others stays with those. Doing it twice changes nothing.
    pub async fn end_person(&self, org: OrgId, person: PersonId) -> Result<(), RosterError> {
        let mut tx = self.begin(org).await?;
        if !tx.has_person(person).await? {
            return Err(RosterError::NotFound("person"));
        }
        self.close_person(&mut tx, person, self.now).await?;
        self.enter(LedgerEntry::PersonLeft { org, person, at: self.now }).await?;
        Ok(tx.commit().await?)
    }

    /// False when they have left before.
    pub(super) async fn close_person(
        &self,
        tx: &mut PgTransaction,
        person: PersonId,
        at: Timestamp,
    ) -> Stored<bool> {
        let is_news = tx.close_person(person, at).await?;
        // Also of who has left before: a phone that was being enrolled meanwhile.
        for device in tx.devices().await?.into_iter().filter(|device| device.person == person) {
            tx.revoke_device(device.device, at).await?;
        }
        if !is_news {
            return Ok(false);
        }
        self.close_offices(tx, person, at).await?;
        self.close_tenures_of(tx, person, at).await?;
        tx.drop_calendar(person, at.plus_ms(1)).await?;
        for kind in IdentifierKind::ALL {
            // Whoever comes next may have the number, and who comes back is somebody new.
            tx.remove_identifier(person, kind).await?;
        }
        // Their own is left: the word that it is over is in it.
        let own = AudienceId::of(tx.organisation(), &Subject::Person(person));
        for seat in tx.memberships(person).await?.into_iter().filter(|seat| seat.audience != own) {
            self.announcer(tx).revoke(seat.audience, person, LEFT).await?;
        }
        Ok(true)
    }

    async fn close_offices(&self, tx: &mut PgTransaction, person: PersonId, at: Timestamp) -> Stored<()> {
        tx.end_administrator(person, at.plus_ms(1)).await?;
        for appointment in appointment::running(tx).await? {
            if appointment.person == person {
                self.close_appointment(tx, appointment.id, at).await?;
            }
        }
        for row in delegation::running(tx, at).await? {
            if [row.delegation.leader, row.delegation.acting].contains(&person) {
                self.close_delegation(tx, row.delegation.id, at).await?;
            }
        }
        Ok(())
    }

    async fn close_tenures_of(&self, tx: &mut PgTransaction, person: PersonId, at: Timestamp) -> Stored<()> {
        let (mut teams, mut concerned) = (BTreeMap::new(), BTreeSet::new());
        for row in tx.running_tenures_of(person).await? {
            if let Some((row, people)) = self.close_pair(tx, row.tenure.id, at).await? {
                teams.insert(row.team.id, row.team);
                concerned.extend(people);
            }
        }
        let people: Vec<_> = concerned.into_iter().collect();
        let appointed = appointment::running(tx).await?;
        for team in teams.values() {
            self.settle_team(tx, team, &people, &appointed).await?;
        }
        Ok(())
    }

    /// Shows a name that has changed in everything that names them now: their pairs, those that stand in for these, and their teams.
    async fn show_name(&self, tx: &mut PgTransaction, person: PersonId) -> Stored<()> {
        for row in tx.running_tenures_of(person).await? {
            self.publish(tx, row.tenure.id).await?;
        }
        for delegation in delegation::running(tx, self.now).await? {
            for row in delegation::tenures_in(tx, &delegation.delegation).await? {
                let stint = policy::stand_in(&delegation.delegation, &row.tenure);
                let people = [delegation.delegation.acting, row.tenure.leader, row.tenure.agent];
                if let Some(stint) = stint.filter(|_| people.contains(&person)) {
                    self.show_stint(tx, &delegation, (&stint, &row)).await?;
                }
            }
        }
        let seats = tx.team_seats().await?.into_iter().map(|(seat, _)| seat);
        let theirs: BTreeSet<_> = seats.filter(|(_, of)| *of == person).map(|(team, _)| team).collect();
        let appointed = appointment::running(tx).await?;
        for team in tx.teams().await?.iter().filter(|team| theirs.contains(&team.id)) {
            self.settle_team(tx, team, &[], &appointed).await?;
        }
        Ok(())
    }

    pub(super) async fn welcome(
        &self,
        tx: &mut PgTransaction,
        id: PersonId,
        new: (Name, Language),
    ) -> Result<PersonRow, RosterError> {
        let person = PersonRow { id, name: new.0, language: new.1, created_at: self.now };
        tx.insert_person(&person).await.map_err(|error| match error {
            // Somebody who has left; or somebody's mark, by which entries of one's own are told: ids can be chosen, and one with
            // another's mark can be searched for.
            StoreError::Conflict(_) => RosterError::IdInUse,
            other => other.into(),
        })?;
        self.announcer(tx).welcome(id).await?;
        self.settle_in_organisation(tx, id, &[]).await?;
        Ok(person)
    }
}

async fn write_identifiers(
    tx: &mut PgTransaction,
    person: PersonId,
    by: &Identifiers,
) -> Result<(), RosterError> {
    for (kind, identifier) in by {
        let written = match identifier {
            Some(identifier) => tx.put_identifier(person, identifier).await,
            None => tx.remove_identifier(person, *kind).await,
        };
        written.map_err(|error| match error {
            StoreError::Conflict(_) => RosterError::Taken(*kind),
            other => other.into(),
        })?;
    }
    Ok(())
}
