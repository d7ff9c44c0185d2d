//! Owns bringing a roster to what a file says. Each step is a transaction of its own, and what is done is no step the next time: one that
//! was cut off is finished by giving the file again.

use super::metrics::known_people;
use super::roster::{NewTenure, Office, RosterError};
use crate::roster_file::{Entry, Present, Step, Whom};
use crate::store::{Access, Store, StoreError, Stored};
use std::collections::HashMap;
use sync_core::ids::{OrgId, PersonId, TeamId};

impl Office<'_> {
    /// What is there.
    pub async fn present(&self, org: OrgId) -> Stored<Present> {
        let mut tx = self.store.begin(org, Access::Read).await?;
        let people = known_people(&mut tx).await?;
        let running = tx.tenures().await?.into_iter().filter(|row| row.tenure.until.is_none());
        let tenures = running.map(|row| (row.tenure.leader, row.tenure.agent)).collect();
        let teams = tx.teams().await?.into_iter().map(|row| (row.id, row.name)).collect();
        Ok(Present { people, teams, tenures })
    }

    /// Does what is missing.
    pub async fn carry_out(&self, org: OrgId, entries: &[Entry], steps: &[Step]) -> Result<(), RosterError> {
        let mut added: HashMap<usize, PersonId> = HashMap::new();
        let mut teams: HashMap<String, TeamId> = HashMap::new();
        for (id, name) in self.present(org).await?.teams {
            teams.insert(name.as_str().to_owned(), id);
        }
        for step in steps {
            let who = |whom: &Whom| match whom {
                Whom::Known(person) => Ok(*person),
                Whom::New(place) => added.get(place).copied().ok_or_else(out_of_order),
            };
            match step {
                Step::AddPerson(place) => {
                    let entry = &entries[*place];
                    let person = self.add_person(org, (entry.name.clone(), entry.language)).await?;
                    added.insert(*place, person.id);
                }
                Step::Identify(whom, by) => {
                    self.identify(org, who(whom)?, &[(by.kind, Some(by.clone()))]).await?;
                }
                Step::AddTeam(name, zone) => {
                    let team = self.add_team(org, name.clone(), zone.clone()).await?;
                    teams.insert(name.as_str().to_owned(), team.id);
                }
                Step::StartTenure { team, leader, agent } => {
                    let team = *teams.get(team.as_str()).ok_or(RosterError::NotFound("team"))?;
                    let new = NewTenure { team, leader: who(leader)?, agent: who(agent)? };
                    self.start_tenure(org, new).await?;
                }
            }
        }
        Ok(())
    }
}

fn out_of_order() -> StoreError {
    StoreError::Failed("a step needs a person whom no step before it adds".into())
}
