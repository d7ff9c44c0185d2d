//! Owns what follows from a change of leaders: who led before has a seat in the new pair for a while, for the note with which they
//! hand over, and for nothing else of it.
//!
//! Why that is a seat in the new pair, and what the agent brings along: `docs/adr/0018-hand-over.md`.

use super::{Role, Seat, Tenure};
use crate::bug::{self, Bug};
use crate::ids::{AudienceId, OrgId, PersonId};
use crate::key::Subject;
use crate::store::TENURES;
use crate::time::Timestamp;

/// So long who led before can write, and answer what is asked: a leave of three weeks and the days after it.
pub const HAND_OVER_DAYS: i64 = 30;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Until when there is something to hand over, after a tenure ended at this moment.
pub fn hand_over_until(ended: Timestamp) -> Timestamp {
    ended.plus_ms(HAND_OVER_DAYS * DAY_MS)
}

/// Until when who led before has a seat in the tenure that comes after. None if they lead that too: the agent only moved to another
/// team of theirs.
pub fn predecessor_until(before: PersonId, after: &Tenure) -> Option<Timestamp> {
    let end = hand_over_until(after.from);
    (before != after.leader).then(|| after.until.map_or(end, |until| until.min(end)))
}

/// That seat, in the audience of the tenure that comes after.
pub fn predecessor_seat(org: OrgId, before: PersonId, after: &Tenure) -> Option<Seat> {
    let until = predecessor_until(before, after)?;
    let audience = AudienceId::of(org, &Subject::Tenure(after.id));
    let until = (!bug::is_on(Bug::LastingPredecessor)).then_some(until);
    Some(Seat { audience, person: before, role: Role::Predecessor, from: after.from, until })
}

/// Whether somebody who is this in an audience is sent what the server shows there in this collection: who led before learns who
/// leads now, and has no numbers.
pub fn may_have(role: Role, collection: &str) -> bool {
    role != Role::Predecessor || collection == TENURES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coaching::hand_over::{self, SPEC};
    use crate::coaching::{KINDS, Kind};
    use crate::document::Touch;
    use crate::ids::TenureId;
    use crate::policy::{Right, everybody_writes, may_create, may_read, may_touch, only_reads, right};

    const RADU: PersonId = PersonId::from_bytes([1; 16]);
    const MARIA: PersonId = PersonId::from_bytes([2; 16]);
    const ANDREI: PersonId = PersonId::from_bytes([3; 16]);
    const ORG: OrgId = OrgId::from_bytes([9; 16]);
    const AFTER: Tenure = Tenure {
        id: TenureId::from_bytes([5; 16]),
        leader: MARIA,
        agent: ANDREI,
        from: Timestamp(5000),
        until: None,
    };

    #[test]
    fn d6_who_led_before_has_thirty_days_in_the_new_pair_and_no_longer_than_the_pair_lasts() {
        let seat = predecessor_seat(ORG, RADU, &AFTER).unwrap();
        assert_eq!((seat.person, seat.role, seat.from), (RADU, Role::Predecessor, Timestamp(5000)));
        assert_eq!(seat.until, Some(Timestamp(5000 + 30 * 86_400_000)));
        assert_eq!(seat.audience, AudienceId::of(ORG, &Subject::Tenure(AFTER.id)));

        let short = Tenure { until: Some(Timestamp(6000)), ..AFTER };
        assert_eq!(predecessor_seat(ORG, RADU, &short).unwrap().until, short.until);
        assert_eq!(predecessor_seat(ORG, RADU, &Tenure { leader: RADU, ..AFTER }), None);
    }

    #[test]
    fn d6_who_led_before_has_a_right_to_the_hand_over_alone_and_no_numbers() {
        let kinds = KINDS.iter().map(|spec| Kind::of(spec));
        let open: Vec<_> = kinds.filter(|kind| right(Role::Predecessor, *kind).is_some()).collect();
        assert_eq!(open, [Kind::of(&SPEC)]);
        assert!(KINDS.iter().all(|spec| may_read(Role::Predecessor, spec.name) == (spec.name == SPEC.name)));
        assert!(!may_read(Role::Predecessor, "a kind of next year"));
        assert!(
            may_have(Role::Predecessor, TENURES) && !may_have(Role::Predecessor, crate::metric::COLLECTION)
        );
        assert!(may_have(Role::Leader, crate::metric::COLLECTION));
    }

    #[test]
    fn d6_each_side_writes_its_own_part_and_the_new_leader_says_that_they_have_read_it() {
        let kind = Kind::of(&SPEC);
        let may = |role, person: PersonId, keys: &[&str], destroys| {
            let path = keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>().into();
            may_touch(role, kind, person, &Touch { path, destroys })
        };
        let (radu, maria) = (RADU.to_string(), MARIA.to_string());
        for (role, person, note, brought) in [
            (Role::Predecessor, RADU, true, false),
            (Role::Agent, ANDREI, false, true),
            (Role::Leader, MARIA, false, false),
            (Role::Acting, MARIA, false, false),
            (Role::Party, MARIA, false, false),
        ] {
            assert_eq!(may(role, person, &["note"], false), note, "{role:?}");
            for keys in
                [&["brought", "7"][..], &["brought", "7", "pages", "8", "text"], &["brought", "7", "gone"]]
            {
                assert_eq!(may(role, person, keys, false), brought, "{role:?} {keys:?}");
            }
            assert_eq!(may(role, person, &["brought", "7", "gone"], true), brought, "restoring: {role:?}");
            for keys in [&["v"][..], &["header", "kind"], &["what another build knows"], &["acks"], &[]] {
                assert!(!may(role, person, keys, false), "{role:?} {keys:?}");
            }
            assert!(!may(role, person, &["note"], true) && !may(role, person, &["brought"], true));
        }
        assert!(may(Role::Leader, MARIA, &["acks", &maria], false), "says it");
        assert!(may(Role::Leader, MARIA, &["acks", &format!("{maria}.question")], false), "and asks");
        assert!(!may(Role::Leader, MARIA, &["acks", &radu], false));
        let key = hand_over::key(AFTER.id);
        let makes = |role| may_create(kind, &key, MARIA, Some(role)) && !only_reads(role, kind);
        assert!(makes(Role::Predecessor) && makes(Role::Agent) && !makes(Role::Leader));
        assert_eq!(right(Role::Leader, kind), Some(Right::Acknowledge));
        assert_eq!((right(Role::Acting, kind), right(Role::Party, kind)), (None, None));
        assert!(!everybody_writes(kind), "so the phone asks for the role, and says no at once");
    }
}
