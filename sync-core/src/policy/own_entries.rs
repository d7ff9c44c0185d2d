//! Owns what must hold of entries that are somebody's own.

use super::*;
use crate::coaching::{team_blockers, team_board, team_goals, team_meeting};

const ADA: PersonId = PersonId::from_bytes([2; 16]);
const GRACE: PersonId = PersonId::from_bytes([3; 16]);

#[test]
fn r93_r101_who_is_of_a_team_writes_their_own_entries_and_nobody_elses() {
    let mut rng = <rand::rngs::SmallRng as rand::SeedableRng>::seed_from_u64(1);
    let [mine, of_ada] = [GRACE, ADA].map(|person| ItemId::owned(person, &mut rng).to_string());
    let (me, ada) = (GRACE.to_string(), ADA.to_string());
    let may = |role, spec, keys: &[&str], destroys| {
        let path = keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>().into();
        may_touch(role, Kind::of(spec), GRACE, &Touch { path, destroys })
    };
    let member = |spec, keys: &[&str]| may(Role::Member, spec, keys, false);
    let blockers = &team_blockers::SPEC;
    assert!(member(blockers, &["items", &mine]) && member(blockers, &["items", &mine, "text"]));
    assert!(may(Role::Member, blockers, &["items", &mine, GONE], true), "restoring one's own");
    assert!(!may(Role::Member, blockers, &["items", &mine], true), "nobody destroys");
    for keys in [
        &["items", &of_ada][..],
        &["items", &of_ada, "state"],
        &["items", &of_ada, GONE],
        &["items", &mine.to_uppercase(), "text"],
        &["items", &me, "text"],
        &["items"],
        &["what another build knows", &mine],
        &["v"],
        &[],
    ] {
        assert!(!member(blockers, keys), "{keys:?}");
        assert!(may(Role::Leader, blockers, keys, false), "who leads writes all: {keys:?}");
        assert!(!may(Role::Head, blockers, keys, false) && !may(Role::Hr, blockers, keys, false));
    }
    assert!(member(blockers, &["items", &of_ada, EACH, &me]));
    for role in [Role::Member, Role::Leader] {
        let for_ada = ["items", &of_ada, EACH, &ada];
        assert!(!may(role, blockers, &for_ada, false), "nobody says it for somebody else");
    }
    let board = &team_board::SPEC;
    assert!(member(board, &["ideas", &mine, "text"]) && member(board, &["recognitions", &mine, "whom"]));
    assert!(!member(board, &["decisions", &mine]), "who had an idea does not decide about it");
    assert!(!member(&team_goals::SPEC, &["goals", &mine, "text"]), "where nobody has entries of their own");
    assert!(
        member(&team_meeting::SPEC, &["notes"]) && !may(Role::Head, &team_meeting::SPEC, &["notes"], false)
    );
}
