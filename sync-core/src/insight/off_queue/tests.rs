use super::*;
use crate::coaching::meeting::{self, MeetingKind};
use crate::coaching::team_policy;
use crate::insight::fixture::{ANDREI, MARIA, Office, TEAM, doc, tenure};

const BIANCA: u8 = ANDREI + 1;

fn office(at_once: u32) -> Office {
    let mut office = Office::new(3);
    let policy = ("team_policy", team_policy::key(TEAM));
    office.write((MARIA, "2026-03-01T09:00"), policy, |edit| team_policy::set_off_queue(edit, Some(at_once)));
    office
}

fn at(office: &Office, slot: &str) -> Option<OffQueue> {
    office.seen("2026-03-16", |shelf| off_queue(shelf, tenure(BIANCA), Slot::parse(slot).unwrap()))
}

#[test]
fn r21_a_second_talk_in_the_same_half_hour_with_limit_one_is_warned_of_and_names_the_other() {
    let mut office = office(1);
    assert_eq!(at(&office, "2026-03-18T10:00"), None);
    let planned = office.plan(ANDREI, "2026-03-18", MeetingKind::OneOnOne);

    let seen = at(&office, "2026-03-18T10:15").unwrap();

    let other = &seen.others[0];
    assert_eq!((seen.at_once, seen.others.len()), (1, 1));
    assert_eq!((other.name.as_str(), other.doc), ("agent 2", doc("meeting", &planned)));
    assert_eq!(at(&office, "2026-03-18T10:30"), None, "the next half-hour");
    assert_eq!(at(&office, "2026-03-18T09:31").map(|seen| seen.others.len()), Some(1));
    assert_eq!(at(&office, "2026-03-19T10:00"), None, "another day");
    assert_eq!(at(&office, "2026-03-18"), None, "nobody said when");
}

#[test]
fn r21_their_own_talks_and_what_is_over_take_nobody_away_and_a_limit_of_two_lets_one_go() {
    let mut office = office(1);
    office.plan(BIANCA, "2026-03-18", MeetingKind::PlanReview);
    let over = office.talk(ANDREI, "2026-03-18");
    assert_eq!(at(&office, "2026-03-18T10:00"), None);
    office.plan(ANDREI + 2, "2026-03-18", MeetingKind::OneOnOne);
    let policy = ("team_policy", team_policy::key(TEAM));
    office.write((MARIA, "2026-03-01T09:00"), policy, |edit| team_policy::set_off_queue(edit, Some(2)));
    assert_eq!(at(&office, "2026-03-18T10:00"), None);
    office.write((MARIA, "2026-03-18T11:00"), ("meeting", over), |edit| meeting::add_topic(edit, "queue"));
    office.write((MARIA, "2026-03-01T09:00"), policy, |edit| team_policy::set_off_queue(edit, None));
    assert_eq!(at(&office, "2026-03-18T10:00"), None, "no limit");
}
