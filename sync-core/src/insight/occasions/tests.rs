use super::*;
use crate::coaching::meeting::{MeetingKind, NotHeld};
use crate::coaching::partnership::Rhythm;
use crate::document::fixture::{day, person};
use crate::insight::fixture::{ANDREI, MARIA, Office, doc, tenure};

const ORG: OrgId = OrgId::from_bytes([9; 16]);

fn calendar(office: &Office, viewer: u8, as_of: &str) -> Vec<Occasion> {
    let days = day("2026-03-01")..day("2026-04-15");
    office.seen_by(viewer, as_of, |shelf| occasions(shelf, ORG, &days))
}

fn slots(office: &Office, as_of: &str) -> Vec<String> {
    calendar(office, MARIA, as_of).iter().map(|occasion| occasion.slot.to_string()).collect()
}

fn weekly() -> Office {
    let mut office = Office::new(1);
    office.rhythm(ANDREI, Rhythm::TwoWeekly, "2026-01-07T09:30");
    office
}

#[test]
fn both_of_a_pair_see_what_follows_from_their_rhythm_and_whom_it_is_with() {
    let office = weekly();
    assert_eq!(slots(&office, "2026-03-05"), ["2026-03-18T09:30", "2026-04-01T09:30"]);
    assert_eq!(slots(&office, "2026-03-18"), ["2026-03-18T09:30", "2026-04-01T09:30"], "today is ahead");

    let (hers, his) = (calendar(&office, MARIA, "2026-03-05"), calendar(&office, ANDREI, "2026-03-05"));
    assert_eq!((hers[0].partner, his[0].partner), (person(ANDREI), person(MARIA)));
    assert_eq!((hers[0].doc, hers[0].slot), (his[0].doc, his[0].slot));
}

/// The calendar of somebody who subscribed must move one event, and not show two.
#[test]
fn a_meeting_of_the_rhythm_stays_the_same_once_it_is_planned_and_moved() {
    let mut office = weekly();
    let before = calendar(&office, MARIA, "2026-03-05")[0];
    let key = office.plan(ANDREI, "2026-03-18", MeetingKind::OneOnOne);
    office.write((MARIA, "2026-03-16T10:00"), ("meeting", key), |edit| {
        meeting::move_to(edit, Slot::parse("2026-03-20T11:00").unwrap(), 40)
    });

    let after = calendar(&office, MARIA, "2026-03-16");

    assert_eq!((after[0].doc, before.moves, after[0].moves), (before.doc, 0, 1));
    assert_eq!(slots(&office, "2026-03-16"), ["2026-03-20T11:00", "2026-04-01T09:30"]);
}

#[test]
fn a_meeting_that_is_planned_for_another_day_stands_for_that_of_its_period() {
    let mut office = weekly();
    office.plan(ANDREI, "2026-03-17", MeetingKind::OneOnOne);
    assert_eq!(slots(&office, "2026-03-05"), ["2026-03-17T10:00", "2026-04-01T09:30"]);

    office.plan(ANDREI, "2026-03-31", MeetingKind::PlanReview);
    let with_review = ["2026-03-17T10:00", "2026-03-31T10:00", "2026-04-01T09:30"];
    assert_eq!(slots(&office, "2026-03-05"), with_review, "a review of plans is no 1:1");
}

#[test]
fn a_meeting_that_is_not_held_stands_in_no_calendar_and_does_not_come_back_by_the_rhythm() {
    let mut office = weekly();
    let key = office.plan(ANDREI, "2026-03-18", MeetingKind::OneOnOne);
    office.write((MARIA, "2026-03-16T10:00"), ("meeting", key), |edit| {
        meeting::set_not_held(edit, Some(NotHeld::Absence))
    });
    assert_eq!(slots(&office, "2026-03-16"), ["2026-04-01T09:30"]);
}

#[test]
fn nothing_is_planned_for_two_who_are_no_pair_any_more() {
    let mut office = weekly();
    office.pairs[0].until = Some(day("2026-03-25"));
    assert_eq!(slots(&office, "2026-03-05"), ["2026-03-18T09:30"]);
    assert_eq!(slots(&office, "2026-03-25"), Vec::<String>::new());
}

#[test]
fn another_pair_stands_in_nobody_elses_calendar() {
    let mut office = Office::new(2);
    office.rhythm(ANDREI, Rhythm::TwoWeekly, "2026-01-07T09:30");
    office.rhythm(ANDREI + 1, Rhythm::TwoWeekly, "2026-01-08T09:30");

    let his = calendar(&office, ANDREI, "2026-03-05");

    assert!(his.iter().all(|occasion| occasion.tenure == tenure(ANDREI)));
    let wednesday = meeting::key(tenure(ANDREI), day("2026-03-18"));
    assert_eq!(his[0].doc, doc("meeting", &wednesday));
}
