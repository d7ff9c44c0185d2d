//! Owns bringing a roster to what a file says. Each step is a transaction of its own, and what is done is no step the next time: one that
//! was cut off is finished by giving the file again.
//!
//! What is missing is looked up once, and added step by step: two at once would both add it. So an organisation takes in one file at a time,
//! and whoever comes meanwhile is told so. The feed is locked for each step alone: a long file holds up nobody's phone.

use super::metrics::known_people;
use super::roster::{NewTenure, Office, RosterError};
use crate::metrics::FileError;
use crate::name::Name;
use crate::roster_file::{self, Entry, Fault, Plan, Present, RosterFile, Step, Whom};
use crate::store::postgres::PgTransaction;
use crate::store::{Access, Store, StoreError, Transaction};
use serde::Serialize;
use std::collections::HashMap;
use sync_core::ids::{OrgId, PersonId, TeamId};

/// What becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// It is only told what would come of it.
    Check,
    /// Its good lines are taken in, and the others told.
    GoodLines,
    /// It is taken in if every line is good.
    AllLines,
}

/// Why a file came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum RosterImportError {
    /// It cannot be read at all.
    #[error(transparent)]
    File(#[from] FileError),
    /// It has more lines than whoever gives it may have.
    #[error("the file has more than {0} lines: split it")]
    TooManyLines(usize),
    /// Another one is being taken in.
    #[error("another roster is being taken in: give this one when that is done")]
    UnderWay,
    /// The roster was not changed any further. The same file again goes on.
    #[error(transparent)]
    Roster(#[from] RosterError),
}

impl From<StoreError> for RosterImportError {
    fn from(error: StoreError) -> Self {
        Self::Roster(error.into())
    }
}

/// What came of a file, or would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// What was missing.
    pub new: Missing,
    /// Lines of which nothing, or not everything, can be taken in.
    pub faults: Vec<Fault>,
    /// Columns that mean nothing to us.
    pub unknown_columns: Vec<String>,
    /// Whether anything was written.
    pub written: bool,
}

/// How much of each is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// People.
    pub people: usize,
    /// Numbers, logins and addresses.
    pub identifiers: usize,
    /// Teams.
    pub teams: usize,
    /// Tenures.
    pub tenures: usize,
}

impl Office<'_> {
    /// Brings the roster to what a file of at most so many lines says.
    pub async fn import(
        &self,
        org: OrgId,
        (bytes, most_lines): (&[u8], usize),
        intent: Intent,
    ) -> Result<Imported, RosterImportError> {
        let file = roster_file::read(bytes)?;
        if file.entries.len() + file.faults.len() > most_lines {
            return Err(RosterImportError::TooManyLines(most_lines));
        }
        if intent == Intent::Check {
            let plan = roster_file::plan(&file, &self.present(org).await?);
            return Ok(Imported::of(file, plan, false));
        }
        let mut turn = self.store.begin(org, Access::Write).await?;
        hold(&mut turn).await?;
        let present = self.present(org).await?;
        let plan = roster_file::plan(&file, &present);
        let written = intent == Intent::GoodLines || plan.faults.is_empty();
        if written {
            self.carry_out(&mut turn, &file.entries, &plan.steps, present.teams).await?;
        }
        // Its end is the end of the turn. Dropped, it would end a moment after whoever waits for this is answered.
        turn.commit().await?;
        Ok(Imported::of(file, plan, written))
    }

    /// What is there.
    async fn present(&self, org: OrgId) -> Result<Present, RosterError> {
        let mut tx = self.read(org).await?;
        let people = known_people(&mut tx).await?;
        let running = tx.tenures().await?.into_iter().filter(|row| row.tenure.until.is_none());
        let tenures = running.map(|row| (row.tenure.leader, row.tenure.agent)).collect();
        let teams = tx.teams().await?.into_iter().map(|row| (row.id, row.name)).collect();
        Ok(Present { people, teams, tenures })
    }

    /// Does what is missing beside these teams.
    async fn carry_out(
        &self,
        turn: &mut PgTransaction,
        entries: &[Entry],
        steps: &[Step],
        present: Vec<(TeamId, Name)>,
    ) -> Result<(), RosterImportError> {
        let org = turn.organisation();
        let mut added: HashMap<usize, PersonId> = HashMap::new();
        let mut teams: HashMap<String, TeamId> =
            present.into_iter().map(|(id, name)| (name.as_str().to_owned(), id)).collect();
        for step in steps {
            hold(turn).await?;
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

impl Imported {
    fn of(file: RosterFile, plan: Plan, written: bool) -> Self {
        let count = |is_meant: fn(&Step) -> bool| plan.steps.iter().filter(|step| is_meant(step)).count();
        let new = Missing {
            people: count(|step| matches!(step, Step::AddPerson(_))),
            identifiers: count(|step| matches!(step, Step::Identify(..))),
            teams: count(|step| matches!(step, Step::AddTeam(..))),
            tenures: count(|step| matches!(step, Step::StartTenure { .. })),
        };
        Self { new, faults: plan.faults, unknown_columns: file.unknown_columns, written }
    }
}

/// Makes sure that it is this one's turn, and goes on to be. A transaction in which nothing happens for long is ended by the database, and
/// the turn with it: before each step this says that something happens, or hears that it is over.
async fn hold(turn: &mut PgTransaction) -> Result<(), RosterImportError> {
    if turn.claim_roster_import().await? { Ok(()) } else { Err(RosterImportError::UnderWay) }
}

fn out_of_order() -> StoreError {
    StoreError::Failed("a step needs a person whom no step before it adds".into())
}

#[cfg(test)]
mod tests;
