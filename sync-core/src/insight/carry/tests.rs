use super::*;
use crate::coaching::feedback_log::{self, FeedbackKind, FeedbackText};
use crate::coaching::item::State;
use crate::coaching::meeting::{self, MeetingKind, Slot};
use crate::coaching::partnership::{self, BacklogKind, NewBacklogItem, Rhythm};
use crate::coaching::{action_plan, private_log};
use crate::document::Splice;
use crate::document::fixture::{day, person};
use crate::insight::fixture::{ANDREI, MARIA, Office, doc, partnership_key, tenure};

fn carried(office: &Office, as_of: &str) -> Carry {
    office.seen(as_of, |shelf| carry(shelf, tenure(ANDREI))).unwrap()
}

fn texts(seen: &Carry) -> Vec<&str> {
    seen.items.iter().map(|item| item.text.as_str()).collect()
}

fn put_on_list(office: &mut Office, who: (u8, &str), text: &str) -> ItemId {
    let new = NewBacklogItem { text: text.into(), kind: BacklogKind::Topic, area: None, before_next: false };
    office.write(who, ("partnership", partnership_key(ANDREI, "2026-03-01")), |edit| {
        partnership::add_backlog(edit, &new)
    })
}

#[test]
fn r31_of_three_follow_ups_with_one_done_the_next_meeting_opens_with_two_and_their_age() {
    let mut office = Office::new(1);
    let talk = office.talk(ANDREI, "2026-03-04");
    let done = office.follow_up(talk, "read the library", ANDREI, None);
    office.follow_up(talk, "order a headset", MARIA, Some("2026-03-20"));
    office.follow_up(talk, "listen to two calls", ANDREI, Some("2026-03-10"));
    office.write((ANDREI, "2026-03-09T09:00"), ("meeting", talk), |edit| {
        meeting::set_follow_up_state(edit, done, State::Done)
    });
    let next = office.plan(ANDREI, "2026-03-18", MeetingKind::OneOnOne);
    let seen = carried(&office, "2026-03-16");
    assert_eq!(texts(&seen), ["listen to two calls", "order a headset"]);
    assert_eq!(seen.next.and_then(|next| next.doc), Some(doc("meeting", &next)));
    let [calls, headset] = seen.items.as_slice() else { panic!() };
    assert_eq!((calls.age_days, calls.is_overdue, calls.side), (Some(12), true, Some(Side::Agent)));
    assert_eq!((headset.age_days, headset.is_overdue, headset.side), (Some(12), false, Some(Side::Leader)));
}

#[test]
fn r32_what_is_due_tomorrow_and_before_the_next_meeting_is_in_todays_list() {
    let mut office = Office::new(1);
    let talk = office.talk(ANDREI, "2026-03-04");
    office.follow_up(talk, "due tomorrow", ANDREI, Some("2026-03-13"));
    office.follow_up(talk, "due in two days", ANDREI, Some("2026-03-14"));
    office.follow_up(talk, "due at the meeting", ANDREI, Some("2026-03-18"));
    let for_today = |office: &Office, as_of: &str| {
        let seen = carried(office, as_of);
        seen.items.into_iter().filter(|item| item.is_for_today).map(|item| item.text).collect::<Vec<_>>()
    };
    office.plan(ANDREI, "2026-03-18", MeetingKind::OneOnOne);
    assert_eq!(for_today(&office, "2026-03-12"), ["due tomorrow"]);
    assert_eq!(for_today(&office, "2026-03-17"), ["due tomorrow", "due in two days"], "the meeting is near");
}

#[test]
fn the_next_meeting_is_the_first_that_is_planned_or_else_follows_from_the_rhythm() {
    let mut office = Office::new(1);
    let when = |office: &Office, as_of: &str| carried(office, as_of).next.map(|next| next.slot.to_string());
    assert_eq!(when(&office, "2026-03-12"), None);
    office.rhythm(ANDREI, Rhythm::TwoWeekly, "2026-03-04T10:00");
    assert_eq!(when(&office, "2026-03-12"), Some("2026-03-18T10:00".into()));
    assert_eq!(when(&office, "2026-03-18"), Some("2026-03-18T10:00".into()), "today is not over");
    assert_eq!(when(&office, "2026-02-01"), Some("2026-03-04T10:00".into()), "before the first one");
    assert_eq!(
        when(&office, "2027-01-10"),
        Some("2027-01-20T10:00".into()),
        "the rhythm of last year goes on"
    );
    office.plan(ANDREI, "2026-03-25", MeetingKind::OneOnOne);
    let nearer = office.plan(ANDREI, "2026-03-20", MeetingKind::PlanReview);
    office.plan(ANDREI, "2026-03-11", MeetingKind::OneOnOne);
    assert_eq!(when(&office, "2026-03-12"), Some("2026-03-20T10:00".into()));
    office.write((MARIA, "2026-03-12T09:00"), ("meeting", nearer), |edit| {
        meeting::set_not_held(edit, Some(meeting::NotHeld::Absence))
    });
    assert_eq!(when(&office, "2026-03-12"), Some("2026-03-25T10:00".into()));
    office.talk(ANDREI, "2026-03-24");
    assert_eq!(when(&office, "2026-03-24"), Some("2026-03-25T10:00".into()), "today's was held");
}

#[test]
fn what_was_brought_to_a_meeting_that_was_held_is_not_carried_any_more() {
    let mut office = Office::new(1);
    let id = put_on_list(&mut office, (ANDREI, "2026-03-02T09:00"), "Saturday shifts");
    let seen = carried(&office, "2026-03-05");
    assert_eq!((texts(&seen), seen.items[0].age_days), (vec!["Saturday shifts"], Some(3)));
    let planned = office.plan(ANDREI, "2026-03-10", MeetingKind::OneOnOne);
    let list = ("partnership", partnership_key(ANDREI, "2026-03-01"));
    let bring = |office: &mut Office, to| {
        office.write((ANDREI, "2026-03-06T09:00"), list, |edit| partnership::bring_backlog(edit, id, to))
    };
    bring(&mut office, doc("meeting", &planned));
    assert_eq!(texts(&carried(&office, "2026-03-08")), ["Saturday shifts"], "it was not talked about yet");
    office.hold(ANDREI, "2026-03-10", MeetingKind::OneOnOne, 30);
    assert_eq!(texts(&carried(&office, "2026-03-11")), [""; 0]);

    let other = put_on_list(&mut office, (MARIA, "2026-03-02T09:00"), "old one");
    let elsewhere = crate::ids::DocId::from_bytes([1; 16]);
    office
        .write((MARIA, "2026-03-06T09:00"), list, |edit| partnership::bring_backlog(edit, other, elsewhere));
    assert_eq!(texts(&carried(&office, "2026-03-11")), [""; 0], "what is not here any more was held");
}

#[test]
fn checkpoints_and_feedback_are_carried_when_their_day_comes_until_the_next_meeting() {
    let mut office = Office::new(1);
    let (who, plan) = ((MARIA, "2026-03-02T09:00"), ("action_plan", Office::plan_key(ANDREI, 1)));
    for (on, text) in [("2026-03-18", "at the meeting"), ("2026-03-19", "after it")] {
        office.write(who, plan, |edit| action_plan::add_checkpoint(edit, day(on), text));
    }
    let log = ("feedback_log", feedback_log::key(tenure(ANDREI), day("2026-03-02").quarter()));
    let ids = ["2026-03-18", "2026-03-19", "2026-03-10"].map(|on| {
        let id = office.feedback(who, ANDREI, FeedbackKind::Praise);
        office.write(who, log, |edit| feedback_log::set_look_again(edit, id, Some(day(on))));
        id
    });
    let told = Splice::insert(0, "it went well");
    office.write(who, log, |edit| feedback_log::edit_feedback(edit, ids[2], FeedbackText::Outcome, &told));
    office.plan(ANDREI, "2026-03-18", MeetingKind::OneOnOne);
    let seen = carried(&office, "2026-03-12");
    let kinds: Vec<_> = seen.items.iter().map(|item| (item.kind, item.item)).collect();
    assert_eq!(kinds[1..], [(CarryKind::LookAgain, ids[0])]);
    assert_eq!(texts(&seen)[0], "at the meeting");
}

#[test]
fn what_a_leader_wants_to_raise_is_carried_on_their_phone_alone() {
    let mut office = Office::new(2);
    office.remember_to_raise(ANDREI, "2026-03-02T09:00", "the tone on Mondays");
    office.remember_to_raise(ANDREI + 1, "2026-03-02T09:00", "of somebody else");
    let seen = carried(&office, "2026-03-12");
    assert_eq!((texts(&seen), seen.items[0].side), (vec!["the tone on Mondays"], Some(Side::Leader)));
    let andreis = office.seen_by(ANDREI, "2026-03-12", |shelf| carry(shelf, tenure(ANDREI))).unwrap();
    assert_eq!(andreis.items, []);
    assert_eq!(office.seen_by(ANDREI, "2026-03-12", |shelf| carry(shelf, tenure(ANDREI + 1))), None);

    let mine = private_log::key(person(ANDREI), person(MARIA), day("2026-03-02").quarter());
    office.write((ANDREI, "2026-03-02T09:00"), ("private_log", mine), |edit| {
        private_log::add_to_raise(edit, "more training")
    });
    let andreis = office.seen_by(ANDREI, "2026-03-12", |shelf| carry(shelf, tenure(ANDREI))).unwrap();
    assert_eq!((texts(&andreis), andreis.items[0].side), (vec!["more training"], Some(Side::Agent)));
}

#[test]
fn r32_without_a_next_meeting_what_is_near_is_for_today() {
    let mut office = Office::new(1);
    office.step(Office::plan_key(ANDREI, 1), "near", ANDREI, Some("2026-03-13"));
    office.step(Office::plan_key(ANDREI, 1), "far", ANDREI, Some("2026-03-14"));
    let seen = carried(&office, "2026-03-12");
    assert_eq!(seen.items.iter().map(|item| item.is_for_today).collect::<Vec<_>>(), [true, false]);
    assert_eq!(Slot::parse("2026-03-13").map(|slot| slot.day), seen.items[0].due);
}
