use super::*;
use crate::coaching::feedback_log::{self, Feedback};
use crate::document::fixture::day;
use crate::insight::fixture::{ANDREI, MARIA, Office, tenure};

fn seen_on(office: &Office, as_of: &str) -> Balance {
    office.seen(as_of, balance).remove(0)
}

#[test]
fn less_praise_than_criticism_is_told_and_as_much_is_not() {
    let mut office = Office::new(1);
    office.feedback((MARIA, "2026-03-10T09:00"), ANDREI, FeedbackKind::Constructive);
    assert!(seen_on(&office, "2026-03-18").is_below_one_to_one);
    office.feedback((MARIA, "2026-03-11T09:00"), ANDREI, FeedbackKind::Praise);
    let seen = seen_on(&office, "2026-03-18");
    assert_eq!((seen.praise, seen.constructive, seen.is_below_one_to_one), (1, 1, false));
    assert!(!seen_on(&office, "2026-03-09").is_below_one_to_one, "nothing is as much as nothing");
    assert_eq!(seen_on(&office, "2026-04-07").praise, 1, "27 days later");
    assert_eq!(seen_on(&office, "2026-04-08").praise, 0, "28 days later");
}

#[test]
fn r38_praise_of_others_is_praise_and_what_an_agent_writes_is_not_what_they_got() {
    let mut office = Office::new(1);
    let key = feedback_log::key(tenure(ANDREI), day("2026-03-10").quarter());
    let passed_on = Feedback {
        source: Source::OtherDepartment,
        said_by: Some("Elena, billing".into()),
        ..Feedback::seen(FeedbackKind::Praise, "called back")
    };
    office.write((MARIA, "2026-03-10T09:00"), ("feedback_log", key), |edit| {
        feedback_log::add_feedback(edit, &passed_on)
    });
    office.feedback((ANDREI, "2026-03-10T09:00"), ANDREI, FeedbackKind::Praise);
    let seen = seen_on(&office, "2026-03-18");
    assert_eq!((seen.praise, seen.passed_on), (1, 1));
}

#[test]
fn r44_a_strength_that_was_left_out_is_counted() {
    let mut office = Office::new(1);
    let key = feedback_log::key(tenure(ANDREI), day("2026-03-10").quarter());
    let bare = Feedback::seen(FeedbackKind::Constructive, "interrupted twice");
    let who = (MARIA, "2026-03-10T09:00");
    let id = office.write(who, ("feedback_log", key), |edit| feedback_log::add_feedback(edit, &bare));
    assert_eq!(seen_on(&office, "2026-03-18").constructive, 0, "without a strength it is a draft");
    office.write(who, ("feedback_log", key), |edit| feedback_log::skip_strength(edit, id));
    let seen = seen_on(&office, "2026-03-18");
    assert_eq!((seen.constructive, seen.strength_skipped), (1, 1));
}

#[test]
fn r46_the_share_of_next_steps_that_agents_proposed_is_shown_to_who_leads_them() {
    let mut office = Office::new(2);
    let proposed = [(ANDREI, Some(Side::Agent)), (ANDREI, None), (ANDREI + 1, Some(Side::Leader))];
    for (agent, side) in proposed {
        let id = office.feedback((MARIA, "2026-03-10T09:00"), agent, FeedbackKind::Praise);
        let key = feedback_log::key(tenure(agent), day("2026-03-10").quarter());
        office.write((MARIA, "2026-03-10T09:00"), ("feedback_log", key), |edit| {
            feedback_log::set_proposed_by(edit, id, side)
        });
    }
    let expected = NextSteps { by_agent: 1, by_leader: 1, agent_share: Some(500) };
    assert_eq!(office.seen("2026-03-18", next_steps), expected);
    assert_eq!(office.seen_by(ANDREI, "2026-03-18", next_steps).agent_share, None);
}
