//! Owns what follows from a delegation: who leads in a leader's place for a time shares with each of the leader's agents what
//! the three write meanwhile, in a pair that is made for it. Nothing that was written before is in it.
//!
//! Why it is a pair of its own, and what it therefore cannot hold: `docs/adr/0013-acting-leader.md`.

use super::{Role, Seat, Tenure};
use crate::bug::{self, Bug};
use crate::coaching::{Kind, KindSpec, action_plan, feedback_log, goal_set, meeting, partnership};
use crate::ids::{AudienceId, DelegationId, OrgId, PersonId, TenureId, derive};
use crate::key::Subject;
use crate::time::Timestamp;

/// A roster fact: somebody leads in a leader's place, from one moment until another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delegation {
    /// Which one.
    pub id: DelegationId,
    /// Who is away.
    pub leader: PersonId,
    /// Who leads meanwhile.
    pub acting: PersonId,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends, to the millisecond.
    pub until: Timestamp,
}

impl Delegation {
    /// Whether it runs at this moment; its end is no part of it.
    pub fn runs_at(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }
}

/// What somebody has with one agent while they lead in a leader's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stint {
    /// The pair that it is for everything that pairs have: who leads meanwhile, and the agent.
    pub pair: Tenure,
    /// The tenure that it stands in for.
    pub of: TenureId,
    /// Whom: the leader of that tenure.
    pub leader: PersonId,
}

/// What a delegation makes of a tenure of its leader. None if it is somebody else's tenure, or that of the one who leads
/// meanwhile: nobody leads themselves.
pub fn stand_in(delegation: &Delegation, tenure: &Tenure) -> Option<Stint> {
    if delegation.leader != tenure.leader || delegation.acting == tenure.agent {
        return None;
    }
    let parts: [&[u8]; 2] = [tenure.id.as_bytes(), delegation.id.as_bytes()];
    let pair = Tenure {
        id: TenureId::from_bytes(derive("floorwalk/stint/1", &parts)),
        leader: delegation.acting,
        agent: tenure.agent,
        from: delegation.from.max(tenure.from),
        until: Some(tenure.until.map_or(delegation.until, |ended| ended.min(delegation.until))),
    };
    Some(Stint { pair, of: tenure.id, leader: tenure.leader })
}

impl Stint {
    /// Whether it lasted at all: the delegation and the tenure ran at the same time.
    pub fn was_ever(&self) -> bool {
        self.pair.until.is_none_or(|until| self.pair.from < until)
    }

    /// Its three seats. That of who leads meanwhile ends with the delegation, the leader's with the tenure, the agent's never.
    pub fn seats(&self, org: OrgId, tenure: &Tenure) -> [Seat; 3] {
        let audience = AudienceId::of(org, &Subject::Tenure(self.pair.id));
        let seat = |person, role, until| Seat { audience, person, role, from: self.pair.from, until };
        let acting_until = self.pair.until.filter(|_| !bug::is_on(Bug::LastingActing));
        [
            seat(self.pair.leader, Role::Acting, acting_until),
            seat(self.leader, Role::Party, tenure.until),
            seat(self.pair.agent, Role::Party, None),
        ]
    }
}

/// What is done in a leader's place. Whatever is not in this list stays between the leader and the agent: how the agent is, and
/// what is different for them and why.
const DELEGATED: [&KindSpec; 5] =
    [&meeting::SPEC, &partnership::SPEC, &feedback_log::SPEC, &goal_set::SPEC, &action_plan::SPEC];

/// Whether who leads in a leader's place writes documents of this kind with the leader's agents.
pub fn is_delegated(kind: Kind) -> bool {
    DELEGATED.iter().any(|spec| Kind::of(spec) == kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coaching::{KINDS, SubjectClass};
    use crate::policy::{Right, everybody_writes, may_create, only_reads, right};

    const MARIA: PersonId = PersonId::from_bytes([1; 16]);
    const RADU: PersonId = PersonId::from_bytes([2; 16]);
    const ANDREI: PersonId = PersonId::from_bytes([3; 16]);
    const ORG: OrgId = OrgId::from_bytes([9; 16]);
    const TENURE: Tenure = Tenure {
        id: TenureId::from_bytes([4; 16]),
        leader: MARIA,
        agent: ANDREI,
        from: Timestamp(1000),
        until: None,
    };
    const DELEGATION: Delegation = Delegation {
        id: DelegationId::from_bytes([5; 16]),
        leader: MARIA,
        acting: RADU,
        from: Timestamp(2000),
        until: Timestamp(3000),
    };

    #[test]
    fn d6_who_stands_in_has_a_seat_until_the_end_and_the_two_others_keep_theirs() {
        let stint = stand_in(&DELEGATION, &TENURE).unwrap();
        assert_eq!((stint.pair.leader, stint.pair.agent, stint.leader), (RADU, ANDREI, MARIA));

        let [acting, leader, agent] = stint.seats(ORG, &TENURE);

        assert_eq!((acting.person, acting.role, acting.until), (RADU, Role::Acting, Some(Timestamp(3000))));
        assert_eq!((leader.person, leader.role, leader.until), (MARIA, Role::Party, None));
        assert_eq!((agent.person, agent.role, agent.until), (ANDREI, Role::Party, None));
        assert_eq!(acting.from, Timestamp(2000));
        let pairs_own = AudienceId::of(ORG, &Subject::Tenure(TENURE.id));
        assert!(
            [acting, leader, agent].iter().all(|seat| seat.audience != pairs_own),
            "nothing older is in it"
        );
    }

    #[test]
    fn d6_the_end_of_the_tenure_ends_what_stands_in_for_it() {
        let ended = Tenure { until: Some(Timestamp(2500)), ..TENURE };
        let stint = stand_in(&DELEGATION, &ended).unwrap();
        assert_eq!(stint.pair.until, Some(Timestamp(2500)));
        let [acting, leader, agent] = stint.seats(ORG, &ended);
        assert_eq!(
            [acting.until, leader.until, agent.until],
            [Some(Timestamp(2500)), Some(Timestamp(2500)), None]
        );
    }

    #[test]
    fn d6_each_delegation_of_each_tenure_is_another_pair_and_nobody_leads_themselves() {
        let of = |delegation: &Delegation| stand_in(delegation, &TENURE).map(|stint| stint.pair.id);
        let again = Delegation { id: DelegationId::from_bytes([6; 16]), ..DELEGATION };
        assert_eq!(of(&DELEGATION).unwrap().to_string(), "fdcf974677d60319ac43de0250f0ec65");
        assert_ne!(of(&DELEGATION), of(&again));
        assert_eq!(
            of(&Delegation { acting: ANDREI, ..DELEGATION }),
            None,
            "the agent cannot lead themselves"
        );
        assert_eq!(of(&Delegation { leader: RADU, acting: MARIA, ..DELEGATION }), None, "not this leader's");
    }

    #[test]
    fn d6_it_runs_until_its_end_and_not_at_it() {
        let runs = |at| DELEGATION.runs_at(Timestamp(at));
        assert_eq!([1999, 2000, 2999, 3000].map(runs), [false, true, true, false]);
    }

    #[test]
    fn d6_what_is_between_leader_and_agent_alone_is_made_by_none_of_the_three() {
        let names = |role| {
            let pairs = KINDS.iter().filter(|spec| spec.subject == SubjectClass::Tenure);
            let written = pairs.filter(|spec| right(role, Kind::of(spec)) == Some(Right::Write));
            written.map(|spec| spec.name).collect::<Vec<_>>()
        };
        let delegated = ["meeting", "action_plan", "partnership", "goal_set", "feedback_log"];
        assert_eq!((names(Role::Acting), names(Role::Party)), (delegated.to_vec(), delegated.to_vec()));

        let how_they_are = Kind::of(&crate::coaching::wellbeing_log::SPEC);
        let pair = stand_in(&DELEGATION, &TENURE).unwrap().pair.id;
        let key = crate::coaching::wellbeing_log::key(
            pair,
            crate::time::Day::parse("2026-03-18").unwrap().quarter(),
        );
        for (person, role) in [(RADU, Role::Acting), (MARIA, Role::Party), (ANDREI, Role::Party)] {
            assert!(!may_create(how_they_are, &key, person, Some(role)) && only_reads(role, how_they_are));
        }
        let different = Kind::of(&crate::coaching::circumstance::SPEC);
        assert_eq!((right(Role::Acting, different), right(Role::Party, different)), (None, None));
        assert!(!everybody_writes(different), "so the phone asks for the role, and says no at once");
    }
}
