//! Owns who is coached together: who may form a group of whom, who has a seat in it, and when that ends.
//!
//! A group is of one team. An agent has a seat as long as they are in that team, whoever leads them there by now; the leader as long
//! as they lead somebody of the group; who formed it in the leader's place as long as they lead there. A seat that has ended
//! does not come back (`docs/adr/0016-commands.md`).

use super::{Delegation, Role, Seat, Tenure};
use crate::ids::{AudienceId, GroupId, OrgId, PersonId, TeamId};
use crate::key::Subject;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// How many agents are coached together.
pub const PEOPLE: RangeInclusive<usize> = 2..=20;
/// How many groups one person forms in a day.
pub const MOST_A_DAY: u64 = 30;

/// Some of the agents of one leader, coached together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Which one.
    #[serde(skip, default = "no_group")]
    pub id: GroupId,
    /// Their team.
    pub team: TeamId,
    /// Who leads them.
    pub leader: PersonId,
    /// Who formed it in the leader's place and still leads there, if not the leader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acting: Option<PersonId>,
    /// The agents, ascending.
    pub people: Vec<PersonId>,
}

/// An agent whom somebody leads or led, in their own place or in another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Led {
    /// In which team.
    pub team: TeamId,
    /// Whom.
    pub agent: PersonId,
    /// Whose agent that is.
    pub leader: PersonId,
    /// Until when, once that is known: the end of the tenure, or of the delegation.
    pub until: Option<Timestamp>,
}

/// Somebody wants to form a group.
#[derive(Debug, Clone, Copy)]
pub struct Forming<'a> {
    /// The organisation.
    pub org: OrgId,
    /// The group.
    pub id: GroupId,
    /// Who.
    pub by: PersonId,
    /// Of whom.
    pub people: &'a [PersonId],
    /// Whom they lead or led.
    pub led: &'a [Led],
    /// When.
    pub now: Timestamp,
}

/// Why there is no group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unformed {
    /// That are too few people or too many, or somebody is named twice.
    Amiss,
    /// Somebody in it is nobody whom the one who asks leads or led, whoever else they may be.
    Strangers,
    /// Of those named, fewer than two are led by the one who asks now, or not all of them in one team.
    NotTogether,
}

/// Why somebody's seat in a group has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Departure {
    /// The agent has left the team.
    LeftTeam,
    /// The leader leads nobody of the group any more.
    LeadsNobody,
    /// Who led in the leader's place does so no longer.
    StandsInNoMore,
}

fn no_group() -> GroupId {
    GroupId::from_bytes([0; 16])
}

impl Forming<'_> {
    /// The group and the seats in it. Whoever of those named is not led any more is left out: had the decision come in time, they
    /// would have left by now, or be somebody else's to coach.
    pub fn decide(&self) -> Result<(Group, Vec<Seat>), Unformed> {
        let named: BTreeSet<_> = self.people.iter().copied().collect();
        if !PEOPLE.contains(&self.people.len()) || named.len() != self.people.len() {
            return Err(Unformed::Amiss);
        }
        if named.iter().any(|person| self.led.iter().all(|led| led.agent != *person)) {
            return Err(Unformed::Strangers);
        }
        let runs = |led: &&Led| led.until.is_none_or(|until| self.now < until);
        let now: Vec<_> = self.led.iter().filter(|led| named.contains(&led.agent)).filter(runs).collect();
        let people: BTreeSet<_> = now.iter().map(|led| led.agent).collect();
        let mut together: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for led in &now {
            together.entry((led.leader != self.by, led.leader, led.team)).or_default().insert(led.agent);
        }
        let found = together.into_iter().find(|(_, of)| PEOPLE.contains(&of.len()) && *of == people);
        let ((stands_in, leader, team), people) = found.ok_or(Unformed::NotTogether)?;
        let acting = stands_in.then_some(self.by);
        let group = Group { id: self.id, team, leader, acting, people: people.into_iter().collect() };
        let until =
            now.iter().filter(|led| (led.leader, led.team) == (leader, team)).filter_map(|led| led.until);
        let seats = self.seats(&group, until.max());
        Ok((group, seats))
    }

    fn seats(&self, group: &Group, acting_until: Option<Timestamp>) -> Vec<Seat> {
        let audience = AudienceId::of(self.org, &Subject::Group(group.id));
        let seat = |person, role, until| Seat { audience, person, role, from: self.now, until };
        let people = group.people.iter().map(|person| seat(*person, Role::Member, None));
        let acting = group.acting.map(|person| seat(person, Role::Acting, acting_until));
        [seat(group.leader, Role::Leader, None)].into_iter().chain(acting).chain(people).collect()
    }
}

impl Group {
    /// What its people are shown of it (JSON); its id is the record's key.
    pub fn to_record(&self) -> String {
        serde_json::to_string(self).expect("a group serializes: its fields are text")
    }

    /// The group of this id, as a record shows it.
    pub fn of_record(id: GroupId, body: &[u8]) -> Option<Self> {
        let group: Self = serde_json::from_slice(body).ok()?;
        Some(Self { id, ..group })
    }

    /// The group with those of it who are seated: a seat that has ended does not come back, whoever comes back to the team.
    pub fn of(&self, seated: &[PersonId]) -> Self {
        Self {
            acting: self.acting.filter(|acting| seated.contains(acting)),
            people: self.people.iter().copied().filter(|person| seated.contains(person)).collect(),
            ..self.clone()
        }
    }

    /// Whose seat in it has ended and why, by the tenures that run in its team and the delegations that run.
    pub fn departures(&self, tenures: &[Tenure], delegations: &[Delegation]) -> Vec<(PersonId, Departure)> {
        let is_there = |person: &PersonId| tenures.iter().any(|tenure| tenure.agent == *person);
        let (stay, left): (Vec<_>, Vec<_>) = self.people.iter().copied().partition(is_there);
        let leads = tenures.iter().any(|tenure| tenure.leader == self.leader && stay.contains(&tenure.agent));
        let stands_in = |acting| delegations.iter().any(|of| (of.leader, of.acting) == (self.leader, acting));
        let leader = (!leads).then_some((self.leader, Departure::LeadsNobody));
        let acting = self.acting.filter(|acting| !leads || !stands_in(*acting));
        let left = left.into_iter().map(|person| (person, Departure::LeftTeam));
        left.chain(leader).chain(acting.map(|acting| (acting, Departure::StandsInNoMore))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{DelegationId, TenureId};

    const ORG: OrgId = OrgId::from_bytes([9; 16]);
    const NIGHT: TeamId = TeamId::from_bytes([7; 16]);
    const DAY: TeamId = TeamId::from_bytes([8; 16]);
    const NOW: Timestamp = Timestamp(1000);
    const MARIA: PersonId = PersonId::from_bytes([1; 16]);
    const RADU: PersonId = PersonId::from_bytes([2; 16]);
    const ANA: PersonId = PersonId::from_bytes([3; 16]);
    const BOGDAN: PersonId = PersonId::from_bytes([4; 16]);
    const DAN: PersonId = PersonId::from_bytes([5; 16]);

    fn led(agent: PersonId) -> Led {
        Led { team: NIGHT, agent, leader: MARIA, until: None }
    }

    fn forms(by: PersonId, people: &[PersonId], led: &[Led]) -> Result<(Group, Vec<Seat>), Unformed> {
        Forming { org: ORG, id: GroupId::from_bytes([6; 16]), by, people, led, now: NOW }.decide()
    }

    fn tenure(leader: PersonId, agent: PersonId) -> Tenure {
        Tenure { id: TenureId::from_bytes(*agent.as_bytes()), leader, agent, from: NOW, until: None }
    }

    #[test]
    fn r41_a_leader_forms_a_group_of_agents_of_one_team_and_each_has_a_seat() {
        let (group, seats) = forms(MARIA, &[BOGDAN, ANA], &[ANA, BOGDAN, DAN].map(led)).unwrap();

        assert_eq!((group.team, group.leader, group.acting), (NIGHT, MARIA, None));
        assert_eq!(group.people, [ANA, BOGDAN]);
        let seated: Vec<_> = seats.iter().map(|seat| (seat.person, seat.role, seat.until)).collect();
        let member = |person| (person, Role::Member, None);
        assert_eq!(seated, [(MARIA, Role::Leader, None), member(ANA), member(BOGDAN)]);
        assert!(seats.iter().all(|seat| seat.audience == AudienceId::of(ORG, &Subject::Group(group.id))));
    }

    #[test]
    fn r41_nobody_is_in_a_group_whom_the_one_who_forms_it_never_led() {
        let all = [ANA, BOGDAN].map(led);
        assert_eq!(forms(MARIA, &[ANA, DAN], &all), Err(Unformed::Strangers));
        assert_eq!(forms(MARIA, &[ANA, BOGDAN, MARIA], &all), Err(Unformed::Strangers));
        assert_eq!(forms(RADU, &[ANA, BOGDAN], &[]), Err(Unformed::Strangers));
        for amiss in [&[][..], &[ANA], &[ANA, ANA], &[ANA; 21]] {
            assert_eq!(forms(MARIA, amiss, &all), Err(Unformed::Amiss));
        }
    }

    #[test]
    fn r41_who_was_led_when_it_was_decided_and_is_no_more_is_left_out() {
        let ended = Led { until: Some(NOW), ..led(DAN) };
        let (group, seats) = forms(MARIA, &[ANA, BOGDAN, DAN], &[led(ANA), led(BOGDAN), ended]).unwrap();
        assert_eq!((group.people, seats.len()), (vec![ANA, BOGDAN], 3));
        assert_eq!(forms(MARIA, &[ANA, DAN], &[led(ANA), ended]), Err(Unformed::NotTogether));

        let elsewhere = Led { team: DAY, ..led(BOGDAN) };
        assert_eq!(forms(MARIA, &[ANA, BOGDAN], &[led(ANA), elsewhere]), Err(Unformed::NotTogether));
        assert!(forms(MARIA, &[ANA, BOGDAN], &[led(ANA), led(BOGDAN), elsewhere]).is_ok());
    }

    #[test]
    fn r41_who_leads_in_a_leaders_place_forms_one_with_the_leader_in_it_and_leaves_at_the_end() {
        let meanwhile = |agent| Led { until: Some(Timestamp(2000)), ..led(agent) };
        let (group, seats) = forms(RADU, &[ANA, BOGDAN], &[ANA, BOGDAN].map(meanwhile)).unwrap();
        assert_eq!((group.leader, group.acting), (MARIA, Some(RADU)));
        let roles: Vec<_> = seats[..2].iter().map(|seat| (seat.person, seat.role, seat.until)).collect();
        assert_eq!(roles, [(MARIA, Role::Leader, None), (RADU, Role::Acting, Some(Timestamp(2000)))]);

        let tenures = [tenure(MARIA, ANA), tenure(MARIA, BOGDAN)];
        let (id, from, until) = (DelegationId::from_bytes([5; 16]), NOW, Timestamp(2000));
        let runs = Delegation { id, leader: MARIA, acting: RADU, from, until };
        assert_eq!(group.departures(&tenures, &[runs]), []);
        assert_eq!(group.departures(&tenures, &[]), [(RADU, Departure::StandsInNoMore)]);
    }

    #[test]
    fn r41_who_leaves_the_team_leaves_the_group_and_a_leader_who_leads_nobody_in_it_too() {
        let (group, _) = forms(MARIA, &[ANA, BOGDAN], &[ANA, BOGDAN].map(led)).unwrap();
        let departures = |tenures: &[Tenure]| group.departures(tenures, &[]);

        assert_eq!(departures(&[tenure(MARIA, BOGDAN)]), [(ANA, Departure::LeftTeam)]);
        assert_eq!(
            departures(&[tenure(RADU, ANA), tenure(MARIA, BOGDAN)]),
            [],
            "who only has another leader stays"
        );
        assert_eq!(group.of(&[MARIA, BOGDAN]).people, [BOGDAN]);
        let back = [tenure(RADU, BOGDAN), tenure(MARIA, ANA)];
        assert_eq!(
            group.of(&[MARIA, BOGDAN]).departures(&back, &[]),
            [(MARIA, Departure::LeadsNobody)],
            "who came back to the team is not of the group"
        );
        assert_eq!(Group::of_record(group.id, group.to_record().as_bytes()), Some(group.clone()));
        let handed_over = [tenure(RADU, ANA), tenure(RADU, BOGDAN), tenure(MARIA, DAN)];
        assert_eq!(departures(&handed_over), [(MARIA, Departure::LeadsNobody)]);
    }
}
