//! Owns what everybody may see by what the office decided: said again, and not asked of the policy, so that it cannot share a mistake
//! with what it judges.

use super::{ORG, Office, TEAM};
use crate::sim::access::Place;
use sync_core::ids::{AudienceId, PersonId};
use sync_core::key::Subject;
use sync_core::policy::{Role, Tenure};
use sync_core::time::Timestamp;

/// So long who led before has a place in the next pair.
const HAND_OVER_MS: i64 = 30 * 86_400_000;

impl Office {
    /// Every place that somebody has.
    pub(super) fn places(&self) -> Vec<Place> {
        let own = |person: &PersonId| place(*person, Subject::Person(*person), (Role::Own, None));
        let mut places: Vec<Place> = self.people.iter().map(own).collect();
        places.extend(self.tenures.iter().flat_map(|tenure| self.of_pair(tenure)));
        places.extend(
            self.people
                .iter()
                .filter_map(|person| Some(place(*person, Subject::Team(TEAM), self.in_team(*person)?))),
        );
        places
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

    fn in_team(&self, person: PersonId) -> Option<(Role, Option<Timestamp>)> {
        let running = || self.tenures.iter().filter(|tenure| tenure.until.is_none());
        if running().any(|tenure| tenure.leader == person) {
            return Some((Role::Leader, None));
        }
        running().any(|tenure| tenure.agent == person).then_some((Role::Member, None))
    }
}

fn place(person: PersonId, subject: Subject, (role, until): (Role, Option<Timestamp>)) -> Place {
    Place { person, audience: AudienceId::of(ORG, &subject), role, until }
}
