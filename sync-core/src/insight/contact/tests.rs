use super::*;
use crate::document::fixture::day;
use crate::insight::fixture::{ANDREI, MARIA, Office};

#[test]
fn r54_three_contacts_about_problems_are_named_and_one_recognition_clears_them() {
    let mut office = Office::new(1);
    office.talk(ANDREI, "2026-03-02");
    office.stop(ANDREI, "2026-03-04T09:00", StopKind::Coach, None);
    office.feedback((MARIA, "2026-03-05T09:00"), ANDREI, FeedbackKind::Constructive);
    assert_eq!(office.seen("2026-03-09", only_problems), []);
    office.stop(ANDREI, "2026-03-09T09:00", StopKind::Blocker, None);
    let named = office.seen("2026-03-09", only_problems);
    let days: Vec<_> = named[0].contacts.iter().map(|contact| contact.day).collect();
    assert_eq!(days, ["2026-03-04", "2026-03-05", "2026-03-09"].map(day));
    assert!(named[0].contacts.iter().all(|contact| contact.reason == Reason::Problem));

    office.feedback((MARIA, "2026-03-09T15:00"), ANDREI, FeedbackKind::Praise);
    assert_eq!(office.seen("2026-03-09", only_problems), []);
}

#[test]
fn r54_an_ordinary_talk_clears_them_too_and_a_draft_is_no_contact() {
    let mut office = Office::new(1);
    for at in ["2026-03-04T09:00", "2026-03-05T09:00", "2026-03-06T09:00"] {
        office.stop(ANDREI, at, StopKind::Coach, None);
    }
    let given = crate::coaching::feedback_log::Feedback::seen(FeedbackKind::Constructive, "");
    let key = crate::coaching::feedback_log::key(
        crate::insight::fixture::tenure(ANDREI),
        day("2026-03-01").quarter(),
    );
    office.write((MARIA, "2026-03-07T09:00"), ("feedback_log", key), |edit| {
        crate::coaching::feedback_log::add_feedback(edit, &given)
    });
    let named = office.seen("2026-03-08", only_problems);
    assert!(named[0].contacts.iter().all(|contact| contact.kind == ContactKind::Stop));
    office.talk(ANDREI, "2026-03-07");
    assert_eq!(office.seen("2026-03-08", only_problems), []);
}

#[test]
fn the_agent_is_not_told_what_their_leader_saw_on_a_walk() {
    let mut office = Office::new(1);
    for at in ["2026-03-04T09:00", "2026-03-05T09:00", "2026-03-06T09:00"] {
        office.stop(ANDREI, at, StopKind::Coach, None);
    }
    assert_eq!(office.seen("2026-03-08", only_problems).len(), 1);
    let andreis = office.seen_by(ANDREI, "2026-03-08", |shelf| {
        shelf.pairs().flat_map(|pair| contacts(shelf, pair)).collect::<Vec<_>>()
    });
    assert_eq!(andreis, []);
}
