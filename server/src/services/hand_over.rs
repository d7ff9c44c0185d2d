//! Owns the change of an agent's leader: one tenure ends, the next begins, and who led before keeps a seat in the new one for a
//! while, to hand over. What that seat opens, the policy says.
//!
//! It ends by itself, at the moment that it has in it, or with the new tenure; so the ledger needs no entry of its own for it.

use super::appointment;
use super::roster::{NewLeader, NewTenure, Office, PersonName, RosterError, started};
use crate::store::Transaction;
use crate::store::postgres::PgTransaction;
use crate::store::row::roster::TenureRow;
use crate::vault::LedgerEntry;
use serde::{Deserialize, Serialize};
use sync_core::ids::{OrgId, TenureId};
use sync_core::policy::{self, Tenure};
use sync_core::time::Timestamp;

/// The pair that an agent was in before they were given another leader, as the new one shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follows {
    /// Which one.
    pub tenure: TenureId,
    /// Who led in it.
    pub leader: PersonName,
    /// Until when they read and write the hand-over; none if they lead now too.
    pub until: Option<Timestamp>,
}

impl Office<'_> {
    /// Gives the agent of a tenure another leader now. What ends and what starts is one change: at no moment is the agent out
    /// of the team, or led by nobody. Who led before stays for the hand-over, until that seat ends by itself.
    pub async fn hand_over(
        &self,
        org: OrgId,
        tenure: TenureId,
        to: NewLeader,
    ) -> Result<TenureRow, RosterError> {
        self.hand_over_as(org, tenure, TenureId::from_bytes(self.random.bytes()), to).await
    }

    /// [`Self::hand_over`] to a tenure of this id.
    pub async fn hand_over_as(
        &self,
        org: OrgId,
        tenure: TenureId,
        id: TenureId,
        to: NewLeader,
    ) -> Result<TenureRow, RosterError> {
        let mut tx = self.begin(org).await?;
        let before = tx.find_tenure(tenure).await?.ok_or(RosterError::NotFound("tenure"))?;
        let (leader, agent) = (before.tenure.leader, before.tenure.agent);
        let new = NewTenure { team: to.team.unwrap_or(before.team.id), leader: to.leader, agent };
        if let Some(there) = started(&mut tx, id, new).await? {
            let is_this = there.follows.as_ref().is_some_and(|follows| follows.tenure == tenure);
            return if is_this { Ok(there) } else { Err(RosterError::IdInUse) };
        }
        if before.tenure.until.is_some() && !self.was_interrupted(&mut tx, &before.tenure).await? {
            return Err(RosterError::NotFound("tenure that runs"));
        }
        if new.leader == agent {
            return Err(RosterError::SamePerson);
        }
        if (new.leader, new.team) == (leader, before.team.id) {
            return Err(RosterError::AlreadyRunning);
        }
        let left = self.close_pair(&mut tx, tenure, self.now).await?.map(|(_, concerned)| concerned);
        let (row, mut people) = self.open_pair(&mut tx, id, new, Some(tenure)).await?;
        if let Some(seat) = policy::predecessor_seat(org, leader, &row.tenure) {
            self.announcer(&mut tx).grant(&seat).await?;
        }
        people.extend(left.into_iter().flatten());
        let appointed = appointment::running(&mut tx).await?;
        self.settle_team(&mut tx, &row.team, &people, &appointed).await?;
        if row.team.id != before.team.id {
            self.settle_team(&mut tx, &before.team, &people, &appointed).await?;
        }
        // Not earlier: what the ledger says is done at the next start, also if nothing of this comes about.
        self.enter(LedgerEntry::TenureEnded { org, tenure, at: self.now }).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// Whether this tenure was ended by a hand-over that went no further: the ledger had it, and the database did not, or was restored
    /// to before it. Then the agent is led by nobody, and asking again does the rest.
    async fn was_interrupted(&self, tx: &mut PgTransaction, before: &Tenure) -> Result<bool, RosterError> {
        let is_recent = before.until.is_some_and(|until| self.now <= policy::hand_over_until(until));
        if !is_recent || tx.is_followed(before.id).await? {
            return Ok(false);
        }
        let running = tx.running_tenures_of(before.agent).await?;
        Ok(!running.iter().any(|row| row.tenure.agent == before.agent))
    }
}
