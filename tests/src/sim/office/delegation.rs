//! Owns the rows with which somebody leads in a leader's place, and no longer does.

use super::pair::{named, show_pair};
use super::{ORG, Office, Turn};
use server::services::delegation::StandIn;
use server::services::membership::Announcer;
use server::services::roster::TenureRecord;
use server::store::{Store, Stored, Transaction};
use sync_core::ids::{DelegationId, PersonId};
use sync_core::key::Subject;
use sync_core::policy::{Delegation, Stint, Tenure, stand_in};
use sync_core::time::Timestamp;

const DAY_MS: i64 = 86_400_000;

/// Why what stood in for a tenure is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Return {
    /// The tenure is over.
    OfTenure,
    /// The leader is back.
    OfLeader,
}

impl Office {
    /// Lets somebody lead in a leader's place for so many days; nothing if they do, or if it is the leader.
    pub async fn delegate<S: Store>(
        &mut self,
        store: &S,
        (leader, acting): (PersonId, PersonId),
        days: u8,
    ) -> Stored<()> {
        let from = self.clock.now();
        let is_same = |of: &Delegation| (of.leader, of.acting) == (leader, acting) && of.runs_at(from);
        if leader == acting || self.delegations.iter().any(is_same) {
            return Ok(());
        }
        let id = DelegationId::from_bytes(self.dice.bytes());
        let until = from.plus_ms(i64::from(days) * DAY_MS);
        self.delegations.push(Delegation { id, leader, acting, from, until });
        self.settle(store, &[Turn::Delegates(self.delegations.len() - 1)]).await
    }

    /// Ends a delegation before its time; nothing if none runs.
    pub async fn end_delegation<S: Store>(&mut self, store: &S, chosen: u8) -> Stored<()> {
        let now = self.clock.now();
        let running: Vec<usize> =
            (0..self.delegations.len()).filter(|place| self.delegations[*place].runs_at(now)).collect();
        let Some(place) = running.get(usize::from(chosen) % running.len().max(1)).copied() else {
            return Ok(());
        };
        self.delegations[place].until = now;
        self.cut_short.insert(place);
        self.settle(store, &[Turn::Returns(place)]).await
    }

    /// Until when somebody leads in the place of a leader of the team, if they do.
    pub(super) fn acting_until(&self, person: PersonId, now: Timestamp) -> Option<Timestamp> {
        let stands_in = |of: &&Delegation| {
            let led = |tenure: &Tenure| tenure.until.is_none() && stand_in(of, tenure).is_some();
            of.acting == person && of.runs_at(now) && self.tenures.iter().any(led)
        };
        self.delegations.iter().filter(stands_in).map(|of| of.until).max()
    }

    pub(super) async fn open_stints<T: Transaction>(
        &self,
        announcer: &mut Announcer<'_, T>,
        place: usize,
    ) -> Stored<()> {
        for tenure in self.tenures.iter().filter(|tenure| tenure.until.is_none()) {
            self.open_stint(announcer, (&self.delegations[place], tenure)).await?;
        }
        Ok(())
    }

    pub(super) async fn open_stint<T: Transaction>(
        &self,
        announcer: &mut Announcer<'_, T>,
        (delegation, tenure): (&Delegation, &Tenure),
    ) -> Stored<()> {
        let Some(stint) = stand_in(delegation, tenure) else { return Ok(()) };
        announcer.ensure_audience(&Subject::Tenure(stint.pair.id)).await?;
        show_pair(announcer, stint.pair.id, &self.stint_record(&stint, tenure)).await?;
        for seat in stint.seats(ORG, tenure) {
            announcer.grant(&seat).await?;
        }
        Ok(())
    }

    pub(super) async fn close_stints<T: Transaction>(
        &self,
        announcer: &mut Announcer<'_, T>,
        place: usize,
    ) -> Stored<()> {
        for tenure in &self.tenures {
            self.close_stint(announcer, (&self.delegations[place], tenure), Return::OfLeader).await?;
        }
        Ok(())
    }

    pub(super) async fn close_stint<T: Transaction>(
        &self,
        announcer: &mut Announcer<'_, T>,
        (delegation, tenure): (&Delegation, &Tenure),
        why: Return,
    ) -> Stored<()> {
        let Some(stint) = stand_in(delegation, tenure).filter(Stint::was_ever) else { return Ok(()) };
        let audience = show_pair(announcer, stint.pair.id, &self.stint_record(&stint, tenure)).await?;
        let reason = match why {
            Return::OfTenure => "tenure_ended",
            Return::OfLeader => "delegation_ended",
        };
        announcer.revoke(audience, stint.pair.leader, reason).await?;
        if why == Return::OfTenure {
            announcer.revoke(audience, stint.leader, reason).await?;
        }
        Ok(())
    }

    fn stint_record(&self, stint: &Stint, tenure: &Tenure) -> TenureRecord {
        TenureRecord {
            leader: named(stint.pair.leader),
            from: stint.pair.from,
            until: stint.pair.until,
            stands_in: Some(StandIn { tenure: stint.of, leader: named(stint.leader) }),
            follows: None,
            ..self.record(tenure)
        }
    }
}
