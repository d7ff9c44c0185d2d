//! Owns the rows with which a pair begins and ends, and those of the team that follow from it.

use super::delegation::Return;
use super::{ORG, Office, TEAM};
use server::services::appointment::TeamRecord;
use server::services::group;
use server::services::hand_over::Follows;
use server::services::membership::Announcer;
use server::services::roster::{PersonName, TENURE_COLLECTION, TenureRecord};
use server::store::{StoreError, Stored, Transaction};
use sync_core::ids::{AudienceId, PersonId, TenureId};
use sync_core::key::Subject;
use sync_core::policy::{
    Delegation, Role, Seat, Tenure, predecessor_seat, predecessor_until, team_role, tenure_seats,
};
use sync_core::store::TEAMS;

const ZONE: &str = "Europe/Bucharest";
const TEAM_NAME: &str = "Evening shift";

impl Office {
    /// The audience of a pair, what its people see of each other, and their seats.
    pub(super) async fn open_pair<T: Transaction>(
        &self,
        announcer: &mut Announcer<'_, T>,
        tenure: &Tenure,
    ) -> Stored<()> {
        announcer.ensure_audience(&Subject::Tenure(tenure.id)).await?;
        self.publish(announcer, tenure).await?;
        let before = self.follows.get(&tenure.id);
        let before = before.and_then(|before| predecessor_seat(ORG, before.leader, tenure));
        for seat in tenure_seats(ORG, tenure).into_iter().chain(before) {
            announcer.grant(&seat).await?;
        }
        for delegation in self.delegations.iter().filter(|delegation| delegation.runs_at(tenure.from)) {
            self.open_stint(announcer, (delegation, tenure)).await?;
        }
        Ok(())
    }

    /// Takes the leader out of what a pair shares, and who led before; nothing if that was done.
    pub(super) async fn close_pair<T: Transaction>(
        &self,
        announcer: &mut Announcer<'_, T>,
        tenure: &Tenure,
    ) -> Stored<()> {
        let audience = AudienceId::of(ORG, &Subject::Tenure(tenure.id));
        let seat = announcer.tx.seat(audience, tenure.leader).await?;
        if seat.is_none_or(|seat| seat.revoked_seq.is_some()) {
            return Ok(());
        }
        self.publish(announcer, tenure).await?;
        let before = self.follows.get(&tenure.id).map(|before| before.leader);
        for person in before.into_iter().chain([tenure.leader]) {
            announcer.revoke(audience, person, "tenure_ended").await?;
        }
        for delegation in &self.delegations {
            self.close_stint(announcer, (delegation, tenure), Return::OfTenure).await?;
        }
        Ok(())
    }

    /// Gives everybody the seat in the team that follows from all tenures, or takes it.
    pub(super) async fn settle_team<T: Transaction>(&self, announcer: &mut Announcer<'_, T>) -> Stored<()> {
        let audience = announcer.ensure_audience(&Subject::Team(TEAM)).await?;
        let team = TeamRecord { name: TEAM_NAME.into(), time_zone: ZONE.into(), people: Vec::new() };
        let body = serde_json::to_string(&team).map_err(|error| StoreError::Failed(error.into()))?;
        announcer.publish(audience, TEAMS, TEAM.as_bytes(), Some(body)).await?;
        let from = announcer.now;
        for person in self.people.iter().copied() {
            let lasting = team_role(TEAM, person, &self.tenures, &[]).map(|role| (role, None));
            let acting = || Some((Role::Acting, Some(self.acting_until(person, from)?)));
            match lasting.or_else(acting) {
                Some((role, until)) => {
                    announcer.grant(&Seat { audience, person, role, from, until }).await?;
                }
                None => announcer.revoke(audience, person, "left_team").await?,
            }
        }
        let running: Vec<Tenure> =
            self.tenures.iter().filter(|tenure| tenure.until.is_none()).copied().collect();
        let delegations: Vec<Delegation> =
            self.delegations.iter().filter(|delegation| delegation.runs_at(from)).copied().collect();
        group::settle(announcer, (TEAM, &self.people), &running, &delegations).await?;
        self.access.learn(&announcer.tx.groups_of(TEAM).await?);
        Ok(())
    }

    async fn publish<T: Transaction>(&self, announcer: &mut Announcer<'_, T>, tenure: &Tenure) -> Stored<()> {
        show_pair(announcer, tenure.id, &self.record(tenure)).await.map(drop)
    }

    pub(super) fn record(&self, tenure: &Tenure) -> TenureRecord {
        TenureRecord {
            team: TEAM,
            team_name: TEAM_NAME.into(),
            time_zone: ZONE.into(),
            leader: named(tenure.leader),
            agent: named(tenure.agent),
            joined: tenure.from,
            from: tenure.from,
            until: tenure.until,
            stands_in: None,
            follows: self.follows.get(&tenure.id).map(|before| Follows {
                tenure: before.id,
                leader: named(before.leader),
                until: predecessor_until(before.leader, tenure),
            }),
        }
    }
}

/// Shows what the people of a pair are to each other, and tells in which audience.
pub(super) async fn show_pair<T: Transaction>(
    announcer: &mut Announcer<'_, T>,
    id: TenureId,
    record: &TenureRecord,
) -> Stored<AudienceId> {
    let body = serde_json::to_string(record).map_err(|error| StoreError::Failed(error.into()))?;
    let audience = AudienceId::of(ORG, &Subject::Tenure(id));
    announcer.publish(audience, TENURE_COLLECTION, id.as_bytes(), Some(body)).await?;
    Ok(audience)
}

pub(super) fn named(id: PersonId) -> PersonName {
    PersonName { id, name: format!("{id:?}") }
}
