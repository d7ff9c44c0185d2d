use super::*;
use crate::coaching::feedback_log::FeedbackKind;
use crate::coaching::goal_set::{self, NewCommitment, NewGoal};
use crate::coaching::hand_over;
use crate::coaching::item::Side;
use crate::coaching::measure::{Measure, MeasureKind};
use crate::coaching::meeting::{self, MeetingKind, NewTopic};
use crate::coaching::partnership;
use crate::document::fixture::day;
use crate::document::{Amount, Splice};
use crate::insight::fixture::{ANDREI, MARIA, Office, measured, partnership_key, tenure};
use crate::metric::{Decimal, Gap};

fn prepared(office: &Office, rows: &[MetricRow], questions: &[String]) -> Prep {
    office.seen("2026-03-16", |shelf| prep(shelf, tenure(ANDREI), Beside { rows, questions })).unwrap()
}

/// A goal of Andrei's for this quarter.
fn asks(office: &mut Office, kpi: &str, target: i64) {
    let goal = NewGoal {
        title: kpi.into(),
        why: "customers stay".into(),
        measure: Some(Measure { kind: MeasureKind::Kpi, what: kpi.into() }),
        baseline: None,
        target: Some(Amount(target)),
        due: Some(day("2026-03-31")),
    };
    let set = ("goal_set", goal_set::key(tenure(ANDREI), day("2026-03-09").quarter()));
    let who = (MARIA, "2026-01-05T09:00");
    let goal = office.write(who, set, |edit| goal_set::add_goal(edit, &goal));
    let listen = NewCommitment { side: Side::Agent, text: "listen".into(), due: None };
    office.write(who, set, |edit| goal_set::add_commitment(edit, goal, &listen));
}

#[test]
fn r13_quality_up_four_points_comes_before_handle_time_twelve_percent_above_its_target() {
    let mut office = Office::new(1);
    office.feedback((MARIA, "2026-03-10T09:00"), ANDREI, FeedbackKind::Praise);
    let asked = [("handle_time", 400_000), ("quality", 90_000), ("adherence", 92_000), ("transfers", 8_900)];
    asked.into_iter().for_each(|(kpi, target)| asks(&mut office, kpi, target));
    let rows = [
        measured("handle_time", ["440", "448"]),
        measured("quality", ["84", "88"]),
        measured("adherence", ["95", "95"]),
        measured("transfers", ["9", "9"]),
    ]
    .concat();
    let seen = prepared(&office, &rows, &[]);
    let [gain, praise, on_target, held] = seen.positives.as_slice() else { panic!("{:?}", seen.positives) };
    let number = |text| Decimal::parse(text).unwrap();
    let point = |kpi, gap| Point { kpi, gap };
    assert_eq!(*gain, Positive::Win(Win::Gain(point("quality", Gap::ImprovedByPoints(number("4"))))));
    assert!(matches!(praise, Positive::Win(Win::Praise { .. })));
    assert_eq!(*on_target, Positive::Steady(point("adherence", Gap::TargetReached)));
    assert_eq!(*held, Positive::Steady(point("transfers", Gap::Held)));
    let furthest = [
        point("handle_time", Gap::MissedByPercent(number("12"))),
        point("quality", Gap::MissedByPoints(number("2"))),
    ];
    assert_eq!(seen.below, furthest, "no more than two, the furthest first");
    assert_eq!(seen.lacking_positives, 0);
}

#[test]
fn r13_who_finds_fewer_than_two_good_things_is_told_how_many_are_to_be_found() {
    let mut office = Office::new(1);
    assert_eq!(prepared(&office, &[], &[]).lacking_positives, 2);
    office.feedback((MARIA, "2026-03-10T09:00"), ANDREI, FeedbackKind::Praise);
    assert_eq!(prepared(&office, &[], &[]).lacking_positives, 1);
    asks(&mut office, "quality", 90_000);
    let seen = prepared(&office, &measured("quality", ["84", "91"]), &[]);
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

#[test]
fn d6_the_sheet_for_the_first_meeting_of_a_new_pair_names_the_hand_over_once_there_is_something_in_it() {
    let mut office = Office::new(1);
    let handed = ("hand_over", hand_over::key(tenure(ANDREI)));
    let who = (MARIA, "2026-03-09T09:00");
    office.write(who, handed, |edit| hand_over::edit_note(edit, &Splice::insert(0, "")));
    assert_eq!(prepared(&office, &[], &[]).hand_over, None, "there is nothing to read");
    office.write(who, handed, |edit| hand_over::add_to_note(edit, "Give him time."));
    let expected = crate::insight::fixture::doc("hand_over", &handed.1);
    assert_eq!(prepared(&office, &[], &[]).hand_over, Some(expected));

    office.talk(ANDREI, "2026-03-12");
    assert_eq!(prepared(&office, &[], &[]).hand_over, None, "later it is found among their documents");
}
