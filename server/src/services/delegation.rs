//! Owns who leads in a leader's place: what a delegation makes of each tenure of the leader, and what its end takes away. What
//! people are to each other meanwhile, the policy says.
//!
//! Access ends by itself, at the moment that each seat has in it. The job only says so to phones and in what they are shown.

use super::appointment;
use super::metrics;
use super::roster::{Office, PersonName, RosterError, TENURE_COLLECTION, TenureRecord};
use crate::store::postgres::PgTransaction;
use crate::store::row::roster::{DelegationRow, TenureRow};
use crate::store::{Access, Store, StoreError, Stored, Transaction};
use crate::vault::LedgerEntry;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use sync_core::ids::{AudienceId, DelegationId, OrgId, PersonId, TenureId};
use sync_core::key::Subject;
use sync_core::policy::{self, Delegation, Stint, Tenure};
use sync_core::time::Timestamp;

/// The longest that somebody leads in a leader's place: 90 days. Beyond that the agents have another leader.
const MAX_LIFE_MS: i64 = 90 * 86_400_000;
/// The reason that the end of a delegation is announced with.
const DELEGATION_ENDED: &str = "delegation_ended";

/// Who is to lead in whose place, from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewDelegation {
    /// Who is away.
    pub leader: PersonId,
    /// Who leads meanwhile.
    pub acting: PersonId,
    /// Until when.
    pub until: Timestamp,
}

/// In whose place somebody leads, as the three people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandIn {
    /// The tenure that this one stands in for.
    pub tenure: TenureId,
    /// Its leader.
    pub leader: PersonName,
}

impl Office<'_> {
    /// Lets somebody lead in a leader's place from now on: with each agent of the leader, also those to come, they share what the
    /// three write meanwhile.
    pub async fn delegate(&self, org: OrgId, new: NewDelegation) -> Result<DelegationRow, RosterError> {
        self.delegate_as(org, DelegationId::from_bytes(self.random.bytes()), new).await
    }

    /// [`Self::delegate`] under this id.
    pub async fn delegate_as(
        &self,
        org: OrgId,
        id: DelegationId,
        new: NewDelegation,
    ) -> Result<DelegationRow, RosterError> {
        let NewDelegation { leader, acting, until } = new;
        if leader == acting {
            return Err(RosterError::OwnDelegate);
        }
        let mut tx = self.begin(org).await?;
        if let Some(there) = find(&mut tx, id).await? {
            let Delegation { leader, acting, .. } = there.delegation;
            // Its end may have been moved since: ended before its time, it stays that.
            let is_same = (new.leader, new.acting) == (leader, acting);
            return if is_same { Ok(there) } else { Err(RosterError::IdInUse) };
        }
        if until <= self.now {
            return Err(RosterError::EndsInThePast);
        }
        if until.ms_since(self.now) > MAX_LIFE_MS {
            return Err(RosterError::TooLong);
        }
        for (person, what) in [(leader, "leader"), (acting, "acting leader")] {
            tx.find_person(person).await?.ok_or(RosterError::NotFound(what))?;
        }
        let is_same =
            |row: &DelegationRow| (row.delegation.leader, row.delegation.acting) == (leader, acting);
        if running(&mut tx, self.now).await?.iter().any(is_same) {
            return Err(RosterError::AlreadyDelegated);
        }
        tx.insert_delegation(&Delegation { id, leader, acting, from: self.now, until }).await?;
        let new = find(&mut tx, id).await?.ok_or(RosterError::NotFound("delegation"))?;
        for row in tenures_in(&mut tx, &new.delegation).await? {
            self.open_stint(&mut tx, &new, &row).await?;
        }
        self.settle_acting(&mut tx, &new.delegation).await?;
        tx.commit().await?;
        Ok(new)
    }

    /// Ends a delegation now, before its time. Ending it twice changes nothing.
    pub async fn end_delegation(&self, org: OrgId, delegation: DelegationId) -> Result<(), RosterError> {
        let mut tx = self.begin(org).await?;
        find(&mut tx, delegation).await?.ok_or(RosterError::NotFound("delegation"))?;
        self.close_delegation(&mut tx, delegation, self.now).await?;
        self.enter(LedgerEntry::DelegationEnded { org, delegation, at: self.now }).await?;
        Ok(tx.commit().await?)
    }

    /// Says of delegations whose time has passed that they are over, and tells how many there were. Safe to do on several
    /// instances at once.
    pub async fn settle_delegations(&self, org: OrgId) -> Stored<usize> {
        let mut tx = self.store.begin(org, Access::Read).await?;
        if tx.unsettled_delegations(self.now).await?.is_empty() {
            return Ok(0);
        }
        drop(tx);
        let mut tx = self.lock(org).await?;
        let over = tx.unsettled_delegations(self.now).await?;
        for delegation in &over {
            self.close_delegation(&mut tx, *delegation, self.now).await?;
        }
        tx.commit().await?;
        Ok(over.len())
    }

    /// False when it is over already.
    pub(super) async fn close_delegation(
        &self,
        tx: &mut PgTransaction,
        id: DelegationId,
        at: Timestamp,
    ) -> Stored<bool> {
        let Some(before) = find(tx, id).await? else { return Ok(false) };
        if !tx.settle_delegation(id, at).await? {
            return Ok(false);
        }
        let Some(over) = find(tx, id).await? else { return Ok(false) };
        for row in tenures_in(tx, &before.delegation).await? {
            let Some(stint) = policy::stand_in(&over.delegation, &row.tenure) else { continue };
            let audience = self.show_stint(tx, &over, (&stint, &row)).await?;
            self.announcer(tx).revoke(audience, stint.pair.leader, DELEGATION_ENDED).await?;
        }
        self.settle_acting(tx, &before.delegation).await?;
        Ok(true)
    }

    /// A new tenure of somebody who is away begins with the one who leads meanwhile. Tells whose seat in the team may follow.
    pub(super) async fn open_stints(&self, tx: &mut PgTransaction, row: &TenureRow) -> Stored<Vec<PersonId>> {
        let mut acting = Vec::new();
        for delegation in running(tx, self.now).await? {
            if delegation.delegation.leader == row.tenure.leader {
                self.open_stint(tx, &delegation, row).await?;
                acting.push(delegation.delegation.acting);
            }
        }
        Ok(acting)
    }

    /// What stood in for a tenure ends with it, for its leader too. Tells whose seat in the team may follow.
    pub(super) async fn close_stints(
        &self,
        tx: &mut PgTransaction,
        row: &TenureRow,
        reason: &str,
    ) -> Stored<Vec<PersonId>> {
        let mut acting = Vec::new();
        for delegation in tx.delegations().await? {
            let stint = policy::stand_in(&delegation.delegation, &row.tenure);
            let Some(stint) = stint.filter(Stint::was_ever) else { continue };
            let audience = self.show_stint(tx, &delegation, (&stint, row)).await?;
            for person in [stint.pair.leader, stint.leader] {
                self.announcer(tx).revoke(audience, person, reason).await?;
            }
            acting.push(stint.pair.leader);
        }
        Ok(acting)
    }

    async fn open_stint(
        &self,
        tx: &mut PgTransaction,
        delegation: &DelegationRow,
        row: &TenureRow,
    ) -> Stored<()> {
        let Some(stint) = policy::stand_in(&delegation.delegation, &row.tenure) else { return Ok(()) };
        if self.new_audience(tx, stint.pair.id).await?.is_none() {
            return Err(StoreError::Failed("somebody's pair has the id of one that stands in".into()));
        }
        let audience = self.show_stint(tx, delegation, (&stint, row)).await?;
        metrics::show_past(&mut self.announcer(tx), audience, stint.pair.agent).await?;
        for seat in stint.seats(tx.organisation(), &row.tenure) {
            self.announcer(tx).grant(&seat).await?;
        }
        Ok(())
    }

    /// Shows the three people what they are to each other, and tells in which audience.
    pub(super) async fn show_stint(
        &self,
        tx: &mut PgTransaction,
        delegation: &DelegationRow,
        (stint, row): (&Stint, &TenureRow),
    ) -> Stored<AudienceId> {
        let name = delegation.acting_name.as_str().to_owned();
        let of = TenureRecord::from(row);
        let record = TenureRecord {
            leader: PersonName { id: stint.pair.leader, name },
            from: stint.pair.from,
            until: stint.pair.until,
            follows: None,
            stands_in: Some(StandIn { tenure: stint.of, leader: of.leader }),
            ..of
        };
        let body =
            serde_json::to_string(&record).expect("a record serializes: its fields are text and numbers");
        let id = stint.pair.id;
        let audience = AudienceId::of(tx.organisation(), &Subject::Tenure(id));
        self.announcer(tx).publish(audience, TENURE_COLLECTION, id.as_bytes(), Some(body)).await?;
        Ok(audience)
    }

    /// Who leads meanwhile has a seat in the teams of the leader, or no longer.
    async fn settle_acting(&self, tx: &mut PgTransaction, delegation: &Delegation) -> Stored<()> {
        let appointed = appointment::running(tx).await?;
        let rows = tenures_in(tx, delegation).await?;
        let teams: BTreeMap<_, _> = rows.into_iter().map(|row| (row.team.id, row.team)).collect();
        for team in teams.values() {
            self.settle_team(tx, team, &[delegation.acting], &appointed).await?;
        }
        Ok(())
    }
}

/// The delegations that run at this moment.
pub(super) async fn running(tx: &mut PgTransaction, now: Timestamp) -> Stored<Vec<DelegationRow>> {
    let all = tx.delegations().await?.into_iter();
    Ok(all.filter(|row| row.delegation.runs_at(now)).collect())
}

/// Who leads in the place of a leader of these tenures, and until when.
pub(super) fn acting_among(running: &[DelegationRow], tenures: &[Tenure]) -> BTreeMap<PersonId, Timestamp> {
    let mut acting = BTreeMap::new();
    for DelegationRow { delegation, .. } in running {
        if tenures.iter().any(|tenure| policy::stand_in(delegation, tenure).is_some()) {
            let until = acting.entry(delegation.acting).or_insert(delegation.until);
            *until = delegation.until.max(*until);
        }
    }
    acting
}

/// The tenures that a delegation stands in for, or once did.
pub(super) async fn tenures_in(tx: &mut PgTransaction, delegation: &Delegation) -> Stored<Vec<TenureRow>> {
    let stint = |row: &TenureRow| policy::stand_in(delegation, &row.tenure);
    let all = tx.tenures().await?.into_iter();
    Ok(all.filter(|row| stint(row).is_some_and(|stint| stint.was_ever())).collect())
}

async fn find(tx: &mut PgTransaction, id: DelegationId) -> Stored<Option<DelegationRow>> {
    Ok(tx.delegations().await?.into_iter().find(|row| row.delegation.id == id))
}
