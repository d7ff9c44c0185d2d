//! Owns what everybody may see by what the office decided: said again, and not asked of the policy, so that it cannot share a mistake
//! with what it judges.

use super::{ORG, Office, TEAM};
use crate::sim::access::{Place, Together};
use sync_core::ids::{AudienceId, PersonId};
use sync_core::key::Subject;
use sync_core::policy::{Delegation, Role, Tenure, stand_in};
use sync_core::time::Timestamp;

/// So long who led before has a place in the next pair.
const HAND_OVER_MS: i64 = 30 * 86_400_000;

impl Office {
    /// Every place that somebody has.
    pub(super) fn places(&self) -> Vec<Place> {
        let own = |person: &PersonId| place(*person, Subject::Person(*person), (Role::Own, None));
        let mut places: Vec<Place> = self.people.iter().map(own).collect();
        places.extend(self.tenures.iter().flat_map(|tenure| self.of_pair(tenure)));
        let pairs =
            |delegation| self.tenures.iter().flat_map(move |tenure| self.of_stint(delegation, tenure));
        places.extend(self.delegations.iter().flat_map(pairs));
        places.extend(
            self.people
                .iter()
                .filter_map(|person| Some(place(*person, Subject::Team(TEAM), self.in_team(*person)?))),
        );
        places.extend(self.access.groups().iter().flat_map(Together::places));
        places
    }

    /// Who has left the team has left its groups; so has the leader of one who leads nobody in it any more. Nobody comes back.
    pub(super) fn leave_groups(&self) {
        let running = || self.tenures.iter().filter(|tenure| tenure.until.is_none());
        for group in self.access.groups().iter_mut() {
            group.people.retain(|person| running().any(|tenure| tenure.agent == *person));
            let people = &group.people;
            group.leader = group.leader.filter(|leader| {
                running().any(|tenure| tenure.leader == *leader && people.contains(&tenure.agent))
            });
        }
    }

    /// The agent stays for ever, the leader and who led before as long as the pair lasts.
    fn of_pair(&self, tenure: &Tenure) -> Vec<Place> {
        let subject = Subject::Tenure(tenure.id);
        let mut places = vec![place(tenure.agent, subject, (Role::Agent, None))];
        if tenure.until.is_some() {
            return places;
        }
        places.push(place(tenure.leader, subject, (Role::Leader, None)));
        let before = self.follows.get(&tenure.id).filter(|before| before.leader != tenure.leader);
        places.extend(before.map(|before| {
            let until = tenure.from.plus_ms(HAND_OVER_MS);
            place(before.leader, subject, (Role::Predecessor, Some(until)))
        }));
        places
    }

    /// What is written while somebody leads in a leader's place: the agent keeps it, the leader as long as the pair lasts, and who led
    /// meanwhile until the end.
    fn of_stint(&self, delegation: &Delegation, tenure: &Tenure) -> Vec<Place> {
        let Some(stint) = stand_in(delegation, tenure) else { return Vec::new() };
        let from = delegation.from.max(tenure.from);
        if from >= delegation.until || tenure.until.is_some_and(|until| from >= until) {
            return Vec::new();
        }
        let subject = Subject::Tenure(stint.pair.id);
        let mut places = vec![place(tenure.agent, subject, (Role::Party, None))];
        if tenure.until.is_none() {
            places.push(place(tenure.leader, subject, (Role::Party, None)));
            places.push(place(delegation.acting, subject, (Role::Acting, Some(delegation.until))));
        }
        places
    }

    fn in_team(&self, person: PersonId) -> Option<(Role, Option<Timestamp>)> {
        let running = || self.tenures.iter().filter(|tenure| tenure.until.is_none());
        if running().any(|tenure| tenure.leader == person) {
            return Some((Role::Leader, None));
        }
        if running().any(|tenure| tenure.agent == person) {
            return Some((Role::Member, None));
        }
        self.acting_until(person, self.clock.now()).map(|until| (Role::Acting, Some(until)))
    }
}

fn place(person: PersonId, subject: Subject, (role, until): (Role, Option<Timestamp>)) -> Place {
    Place { person, audience: AudienceId::of(ORG, &subject), role, until }
}
