use super::*;
use crate::coaching::feedback_log::FeedbackKind;
use crate::coaching::meeting::{self, MeetingKind, NewTopic};
use crate::coaching::partnership;
use crate::document::fixture::day;
use crate::insight::fixture::{ANDREI, MARIA, Office, partnership_key, tenure};
use crate::metric::Better;

fn number(measure: &str, better: Better, before: i64, actual: i64, target: i64) -> Number {
    let (actual, before, target) = (Amount(actual), Some(Amount(before)), Some(Amount(target)));
    Number { measure: measure.into(), better, actual, before, target, notable: Amount(1_000) }
}

fn prepared(office: &Office, numbers: &[Number], questions: &[String]) -> Prep {
    let beside = Beside { numbers, questions };
    office.seen("2026-03-16", |shelf| prep(shelf, tenure(ANDREI), beside)).unwrap()
}

#[test]
fn r13_quality_up_four_points_comes_before_handle_time_twelve_percent_above_its_target() {
    let mut office = Office::new(1);
    office.feedback((MARIA, "2026-03-10T09:00"), ANDREI, FeedbackKind::Praise);
    let numbers = [
        number("handle_time", Better::Down, 440_000, 448_000, 400_000),
        number("quality", Better::Up, 84_000, 88_000, 90_000),
        number("adherence", Better::Up, 95_000, 95_000, 92_000),
        number("transfers", Better::Down, 9_000, 9_000, 8_900),
    ];
    let seen = prepared(&office, &numbers, &[]);
    let [gain, praise, on_target] = seen.positives.as_slice() else { panic!("{:?}", seen.positives) };
    assert_eq!(*gain, Positive::Win(Win::Gain { measure: "quality".into(), by: Amount(4_000) }));
    assert!(matches!(praise, Positive::Win(Win::Praise { .. })));
    assert_eq!(*on_target, Positive::OnTarget { measure: "adherence".into(), actual: Amount(95_000) });
    let below: Vec<_> = seen.below.iter().map(|below| (below.measure.as_str(), below.lack)).collect();
    assert_eq!(below, [("handle_time", 120), ("quality", 22)], "no more than two, the furthest first");
    assert_eq!(seen.lacking_positives, 0);
}

#[test]
fn r13_who_finds_fewer_than_two_good_things_is_told_how_many_are_to_be_found() {
    let mut office = Office::new(1);
    assert_eq!(prepared(&office, &[], &[]).lacking_positives, 2);
    office.feedback((MARIA, "2026-03-10T09:00"), ANDREI, FeedbackKind::Praise);
    assert_eq!(prepared(&office, &[], &[]).lacking_positives, 1);
    let gain_on_target = number("quality", Better::Up, 84_000, 91_000, 90_000);
    let seen = prepared(&office, &[gain_on_target], &[]);
    assert_eq!(
        (seen.positives.len(), seen.lacking_positives),
        (2, 0),
        "a gain on its target is one good thing"
    );
}

#[test]
fn r28_a_question_of_the_last_three_meetings_is_not_proposed() {
    let mut office = Office::new(1);
    let questions = ["q.rap.1", "q.rap.2", "q.car.1"].map(String::from);
    let ask = |office: &mut Office, on: &str, question: &str| {
        let talk = office.talk(ANDREI, on);
        let topic = NewTopic { section: None, text: "?".into(), question: Some(question.into()) };
        office.write((MARIA, &format!("{on}T10:00")), ("meeting", talk), |edit| {
            meeting::add_agenda(edit, &topic)
        });
    };
    ask(&mut office, "2026-02-18", "q.rap.1");
    ask(&mut office, "2026-02-25", "q.rap.2");
    assert_eq!(prepared(&office, &[], &questions).unasked, ["q.car.1"]);
    office.talk(ANDREI, "2026-03-04");
    office.talk(ANDREI, "2026-03-11");
    assert_eq!(prepared(&office, &[], &questions).unasked, ["q.rap.1", "q.car.1"]);
}

#[test]
fn r13_the_sheet_holds_what_is_carried_and_what_was_talked_about() {
    let mut office = Office::new(1);
    let last = office.talk(ANDREI, "2026-03-04");
    office.write((MARIA, "2026-03-04T10:00"), ("meeting", last), |edit| meeting::add_topic(edit, "queue"));
    office.follow_up(last, "order a headset", MARIA, None);
    office.plan(ANDREI, "2026-03-18", MeetingKind::OneOnOne);
    let list = ("partnership", partnership_key(ANDREI, "2026-03-01"));
    office.write((MARIA, "2026-03-01T09:00"), list, |edit| {
        partnership::set_review_day(edit, Some(day("2026-03-18")))
    });
    let seen = prepared(&office, &[], &[]);
    assert_eq!((seen.carry.items.len(), seen.last_topics.as_slice()), (1, &["queue".to_owned()][..]));
    assert_eq!(seen.review_on, Some(day("2026-03-18")), "on the day of the meeting");
    office.write((MARIA, "2026-03-01T09:00"), list, |edit| {
        partnership::set_review_day(edit, Some(day("2026-03-19")))
    });
    assert_eq!(prepared(&office, &[], &[]).review_on, None);
}
