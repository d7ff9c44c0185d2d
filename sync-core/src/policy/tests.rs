//! Owns the stories of who may see and write what.

use super::*;
use crate::coaching::wellbeing_private;
use crate::coaching::{
    floor_walk, meeting, org_strategy, private_log, team_blockers, team_board, team_goals, team_meeting,
    tier_note, wellbeing_log,
};
use crate::ids::RandomKey;
use crate::key::Part;
use crate::time::Day;

const ORG: OrgId = OrgId::from_bytes([1; 16]);
const ADA: PersonId = PersonId::from_bytes([2; 16]);
const GRACE: PersonId = PersonId::from_bytes([3; 16]);
const PAIR: TenureId = TenureId::from_bytes([4; 16]);

fn key(subject: Subject) -> NaturalKey {
    NaturalKey { subject, part: Part::Random(RandomKey::from_bytes([9; 16])) }
}

#[test]
fn a_floor_walk_is_its_leaders_alone() {
    let walk = Kind::of(&floor_walk::SPEC);
    assert!(may_create(walk, &key(Subject::Person(ADA)), ADA, Some(Role::Own)));
    assert!(!may_create(walk, &key(Subject::Person(GRACE)), ADA, Some(Role::Own)));
    assert!(!may_create(walk, &key(Subject::Tenure(PAIR)), ADA, Some(Role::Leader)));
    assert!(!may_write(Role::Leader, walk) && !may_write(Role::Agent, walk));
}

#[test]
fn both_people_of_a_pair_may_create_and_write_a_meeting_and_nobody_else_may() {
    let meeting = Kind::of(&meeting::SPEC);
    let pairs = key(Subject::Tenure(PAIR));
    assert!(may_create(meeting, &pairs, ADA, Some(Role::Leader)));
    assert!(may_create(meeting, &pairs, GRACE, Some(Role::Agent)));
    assert!(!may_create(meeting, &pairs, GRACE, None));
    assert!(!may_write(Role::Own, meeting));
}

#[test]
fn r34_only_the_agent_writes_how_they_are_and_the_leader_reads_it() {
    let log = Kind::of(&wellbeing_log::SPEC);
    let pairs = wellbeing_log::key(PAIR, Day::parse("2026-03-18").unwrap().quarter());
    assert!(may_create(log, &pairs, GRACE, Some(Role::Agent)));
    assert!(may_create(log, &pairs, ADA, Some(Role::Leader)), "to give back what a restored server lacks");
    assert!(only_reads(Role::Leader, log) && !only_reads(Role::Agent, log));
    assert!(!may_write(Role::Own, log));
    let entry = Touch { path: ["entries", "7"].map(str::to_owned).to_vec().into(), destroys: false };
    assert!(may_touch(Role::Agent, log, GRACE, &entry) && !may_touch(Role::Leader, log, ADA, &entry));
}

#[test]
fn what_somebody_has_for_themselves_is_made_by_nobody_else() {
    let quarter = Day::parse("2026-03-18").unwrap().quarter();
    let own = [
        (&private_log::SPEC, private_log::key(ADA, GRACE, quarter)),
        (&tier_note::SPEC, tier_note::key(ADA, GRACE, quarter)),
        (&wellbeing_private::SPEC, wellbeing_private::key(ADA, quarter)),
    ];
    for (spec, key) in own {
        assert!(may_create(Kind::of(spec), &key, ADA, Some(Role::Own)), "{}", spec.name);
        for role in [Role::Own, Role::Leader, Role::Agent] {
            assert!(!may_create(Kind::of(spec), &key, GRACE, Some(role)), "{}", spec.name);
        }
    }
}

/// Who may do what in whose audience: section 2.5 of the product's description, by class and by who writes.
#[test]
fn r103_r105_each_role_has_exactly_its_column() {
    use Right::{Acknowledge, Own, Read, Write};
    let [own, pair, agents] = [&floor_walk::SPEC, &meeting::SPEC, &wellbeing_log::SPEC].map(Kind::of);
    let [team, all] = [&team_goals::SPEC, &org_strategy::SPEC].map(Kind::of);
    let [meets, blockers, board] =
        [&team_meeting::SPEC, &team_blockers::SPEC, &team_board::SPEC].map(Kind::of);
    let kinds = [own, pair, agents, team, all, meets, blockers];
    let (ack, read) = (Some(Acknowledge), Some(Read));
    let table = [
        (Role::Own, [Some(Write), None, None, None, None, None, None]),
        (Role::Leader, [None, Some(Write), read, Some(Write), None, Some(Write), Some(Write)]),
        (Role::Agent, [None, Some(Write), Some(Write), None, None, None, None]),
        (Role::Member, [None, None, None, ack, ack, Some(Write), Some(Own)]),
        (Role::Head, [None, None, None, Some(Write), Some(Write), read, read]),
        (Role::Hr, [None, None, None, ack, ack, None, None]),
        (Role::Acting, [None, Some(Write), None, ack, None, Some(Write), Some(Write)]),
        (Role::Party, [None, Some(Write), None, None, None, None, None]),
        (Role::Predecessor, [None; 7]),
    ];
    assert_eq!(table.map(|(role, _)| role), Role::ALL);
    for (role, rights) in table {
        assert_eq!(kinds.map(|kind| right(role, kind)), rights, "{role:?}");
        assert_eq!(right(role, board), right(role, blockers), "{role:?}");
    }
}

#[test]
fn r103_what_a_newer_program_made_reaches_whoever_reads_all_that_is_in_their_audiences() {
    for role in Role::ALL {
        let is_filtered = matches!(role, Role::Hr | Role::Predecessor);
        assert_eq!(may_read(role, "a kind of next year"), !is_filtered, "{role:?}");
    }
    assert!(may_read(Role::Hr, team_goals::SPEC.name) && !may_read(Role::Hr, team_board::SPEC.name));
    assert!(may_read(Role::Head, team_board::SPEC.name) && !may_read(Role::Head, meeting::SPEC.name));
}

#[test]
fn who_reads_what_a_team_is_to_reach_says_so_and_writes_nothing_else() {
    let goals = Kind::of(&team_goals::SPEC);
    let me = GRACE.to_string();
    let may = |role, keys: &[&str]| {
        let path = keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>().into();
        may_touch(role, goals, GRACE, &Touch { path, destroys: false })
    };
    for role in [Role::Member, Role::Hr] {
        assert!(may(role, &["standards", "7", ACKS, &me]), "{role:?}");
        assert!(may(role, &["standards", "7", ACKS, &format!("{me}.question")]), "{role:?}");
        assert!(!may(role, &["standards", "7", ACKS, &format!("{ADA}.question")]), "nobody asks for others");
        assert!(!may(role, &["standards", "7", ACKS]), "who sets the standard makes room for it");
        assert!(!may(role, &["standards", "7", ACKS, &ADA.to_string()]));
        assert!(!may(role, &["standards", "7", "text"]) && !may(role, &["what another build knows"]));
    }
    for role in [Role::Leader, Role::Head] {
        assert!(may(role, &["standards", "7", "text"]) && may(role, &["standards", "7", ACKS]));
    }
    let entry = ["entries", ACKS, &me].map(str::to_owned).to_vec().into();
    let leader = Kind::of(&wellbeing_log::SPEC);
    assert!(!may_touch(Role::Leader, leader, GRACE, &Touch { path: entry, destroys: false }));
}

#[test]
fn each_place_of_a_document_is_touched_by_whom_the_table_says() {
    let meeting = Kind::of(&meeting::SPEC);
    let (ada, grace) = (ADA.to_string(), GRACE.to_string());
    let may = |keys: &[&str], destroys| {
        let path = keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>().into();
        may_touch(Role::Leader, meeting, ADA, &Touch { path, destroys })
    };
    assert!(may(&["topics", "7", "notes"], false));
    assert!(may(&["what another build knows"], false));
    assert!(!may(&["topics", "7", "notes"], true), "others write in it");
    assert!(may(&["topics", "7", GONE], true), "restoring takes the mark away");
    assert!(!may(&[HEADER, "kind"], false));
    assert!(may(&[ACKS], false) && may(&["items", "7", ACKS], false), "whoever makes the container");
    assert!(may(&["items", "7", ACKS, &ada, "at"], false));
    assert!(!may(&["items", "7", ACKS, &grace, "at"], false), "nobody agrees for somebody else");
    assert!(!may(&["items", "7", ACKS, "no person"], false));
    let notes = Touch { path: ["notes".to_owned()].to_vec().into(), destroys: false };
    assert!(!may_touch(Role::Own, meeting, ADA, &notes), "who may not write the document");
}

#[test]
fn when_a_tenure_ends_the_leader_leaves_and_the_agent_stays() {
    let (from, until) = (Timestamp(1000), Timestamp(2000));
    let tenure = Tenure { id: PAIR, leader: ADA, agent: GRACE, from, until: Some(until) };

    let [leader, agent] = tenure_seats(ORG, &tenure);

    assert_eq!((leader.person, leader.role, leader.until), (ADA, Role::Leader, Some(until)));
    assert_eq!((agent.person, agent.role, agent.until), (GRACE, Role::Agent, None));
    assert_eq!(leader.audience, agent.audience);
    assert_ne!(leader.audience, own_seat(ORG, ADA, from).audience);
}

#[test]
fn in_a_team_somebody_is_the_strongest_of_what_they_are_there_and_nothing_that_has_ended() {
    let (night, day) = (TeamId::from_bytes([6; 16]), TeamId::from_bytes([7; 16]));
    let tenure = Tenure { id: PAIR, leader: ADA, agent: GRACE, from: Timestamp(1), until: None };
    let appointed = |person, office, team| Appointment {
        id: AppointmentId::from_bytes([8; 16]),
        person,
        team,
        office,
        from: Timestamp(1),
        until: None,
    };
    let role = |person, appointments: &[Appointment]| team_role(night, person, &[tenure], appointments);
    assert_eq!((role(ADA, &[]), role(GRACE, &[])), (Some(Role::Leader), Some(Role::Member)));
    assert_eq!(role(PersonId::from_bytes([9; 16]), &[]), None);

    let head_here = appointed(GRACE, Office::Head, Some(night));
    let head_elsewhere = appointed(GRACE, Office::Head, Some(day));
    let hr = |person| appointed(person, Office::Hr, None);
    assert_eq!(role(GRACE, &[hr(GRACE), head_here]), Some(Role::Head));
    assert_eq!(role(GRACE, &[head_elsewhere]), Some(Role::Member), "another team");
    assert_eq!(role(GRACE, &[hr(GRACE)]), Some(Role::Member), "who is one of the team stays that");
    assert_eq!(role(PersonId::from_bytes([9; 16]), &[hr(PersonId::from_bytes([9; 16]))]), Some(Role::Hr));
    assert_eq!(role(ADA, &[hr(ADA)]), Some(Role::Leader));
    assert_eq!(role(ADA, &[appointed(ADA, Office::Head, None)]), Some(Role::Leader), "who leads, leads");
    let over = Appointment { until: Some(Timestamp(2)), ..head_here };
    assert_eq!(role(GRACE, &[over]), Some(Role::Member));
    let ended = Tenure { until: Some(Timestamp(2)), ..tenure };
    assert_eq!(team_role(night, ADA, &[ended], &[]), None);

    assert_eq!(organisation_role(GRACE, &[head_here]), Role::Member, "who answers for one team");
    assert_eq!(organisation_role(GRACE, &[appointed(GRACE, Office::Head, None)]), Role::Head);
}

#[test]
fn every_role_reads_back() {
    for role in Role::ALL {
        assert_eq!(Role::parse(role.as_str()), Some(role));
    }
    assert_eq!(Role::parse("owner"), None);
}
