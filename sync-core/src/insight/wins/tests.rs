use super::*;
use crate::coaching::feedback_log::{self, Feedback, FeedbackKind};
use crate::coaching::goal_set::{self, NewGoal};
use crate::coaching::team_board::{self, NewRecognition};
use crate::coaching::{action_plan, meeting};
use crate::document::fixture::{day, person};
use crate::insight::fixture::{ANDREI, MARIA, Office, TEAM, measured, tenure};
use crate::metric::{Decimal, Gap};

fn won(office: &Office, rows: &[MetricRow]) -> Wins {
    office.seen("2026-03-18", |shelf| wins(shelf, tenure(ANDREI), rows)).unwrap()
}

#[test]
fn r39_a_step_that_was_done_and_a_point_of_quality_since_the_last_meeting_are_wins() {
    let mut office = Office::new(1);
    let plan = Office::plan_key(ANDREI, 1);
    let kind = ("action_plan", plan);
    let [before, after, hers, dropped] =
        [("before", ANDREI), ("after", ANDREI), ("hers", MARIA), ("dropped", ANDREI)]
            .map(|(text, who)| office.step(plan, text, who, None));
    office.talk(ANDREI, "2026-03-11");
    let done = |office: &mut Office, at, step, state| {
        office.write((ANDREI, at), kind, |edit| action_plan::set_step_state(edit, step, state));
    };
    done(&mut office, "2026-03-11T10:30", before, State::Done);
    done(&mut office, "2026-03-12T09:00", after, State::Done);
    done(&mut office, "2026-03-12T09:00", hers, State::Done);
    done(&mut office, "2026-03-12T09:00", dropped, State::Dropped);
    let seen = won(&office, &measured("quality", ["87", "88"]));
    assert_eq!(seen.since, day("2026-03-11"));
    let [Win::Gain(gain), Win::Done { text, link }] = seen.wins.as_slice() else { panic!("{seen:?}") };
    assert_eq!((gain.kpi, gain.gap), ("quality", Gap::ImprovedByPoints(Decimal::whole(1))));
    assert_eq!((text.as_str(), link.day), ("after", day("2026-03-12")));
    assert_eq!(
        won(&office, &measured("quality", ["87", "87.999"])).wins.len(),
        1,
        "less than what is worth naming"
    );
    done(&mut office, "2026-03-13T09:00", after, State::Doing);
    assert_eq!(won(&office, &[]).wins, [], "it was not done after all");
}

#[test]
fn r39_progress_of_goals_and_praise_since_the_last_meeting_are_wins() {
    let mut office = Office::new(1);
    office.talk(ANDREI, "2026-03-11");
    let goals = ("goal_set", goal_set::key(tenure(ANDREI), day("2026-03-11").quarter()));
    let new = NewGoal {
        title: "calm calls".into(),
        why: "so".into(),
        measure: None,
        baseline: None,
        target: None,
        due: None,
    };
    let goal = office.write((MARIA, "2026-03-01T09:00"), goals, |edit| goal_set::add_goal(edit, &new));
    for at in ["2026-03-10T09:00", "2026-03-13T09:00"] {
        office.write((ANDREI, at), goals, |edit| goal_set::add_progress(edit, goal, Some(Amount(7)), "ok"));
    }
    let log = ("feedback_log", feedback_log::key(tenure(ANDREI), day("2026-03-11").quarter()));
    let passed_on = Feedback {
        source: Source::OtherDepartment,
        said_by: Some("Elena, billing".into()),
        ..Feedback::seen(FeedbackKind::Praise, "called back")
    };
    office.write((MARIA, "2026-03-12T09:00"), log, |edit| feedback_log::add_feedback(edit, &passed_on));
    office.feedback((MARIA, "2026-03-12T09:00"), ANDREI, FeedbackKind::Constructive);
    office.feedback((MARIA, "2026-03-09T09:00"), ANDREI, FeedbackKind::Praise);
    let seen = won(&office, &[]);
    let [Win::Praise { said_by, source, .. }, Win::Progress { title, value, .. }] = seen.wins.as_slice()
    else {
        panic!("{seen:?}")
    };
    assert_eq!((said_by.as_deref(), *source), (Some("Elena, billing"), Source::OtherDepartment));
    assert_eq!((title.as_str(), *value), ("calm calls", Some(Amount(7))));
}

#[test]
fn a_follow_up_that_was_done_is_a_win_and_without_a_meeting_all_of_it_counts() {
    let mut office = Office::new(1);
    let planned = office.plan(ANDREI, "2026-03-20", meeting::MeetingKind::OneOnOne);
    let id = office.follow_up(planned, "listen to a call", ANDREI, None);
    office.write((ANDREI, "2026-03-12T09:00"), ("meeting", planned), |edit| {
        meeting::set_follow_up_state(edit, id, State::Done)
    });
    let seen = won(&office, &[]);
    assert_eq!((seen.since, seen.wins.len()), (day("2026-01-01"), 1));
}

#[test]
fn handle_time_that_falls_is_a_gain_and_the_largest_gain_comes_first() {
    let office = Office::new(1);
    let rows = [measured("quality", ["87", "88"]), measured("handle_time", ["410", "380"])].concat();
    let kpis: Vec<_> = won(&office, &rows)
        .wins
        .iter()
        .map(|win| if let Win::Gain(point) = win { point.kpi } else { "" })
        .collect();
    assert_eq!(kpis, ["handle_time", "quality"]);
    assert_eq!(won(&office, &measured("handle_time", ["380", "410"])).wins, []);
}

#[test]
fn the_numbers_of_somebody_else_are_nobodys_wins() {
    let office = Office::new(2);
    let rows = measured("quality", ["87", "88"]);
    let seen = office.seen("2026-03-18", |shelf| wins(shelf, tenure(ANDREI + 1), &rows)).unwrap();
    assert_eq!(seen.wins, []);
}

/// Elena, a colleague, wrote on the board what Andrei did; what he wrote of himself and what is still a draft are no wins.
#[test]
fn r39_a_recognition_on_the_board_since_the_last_one_on_one_is_a_win() {
    let mut office = Office::new(2);
    office.talk(ANDREI, "2026-03-10");
    let key = ("team_board", team_board::key(TEAM, day("2026-03-10").quarter()));
    let mut thank = |who, at: &str, did_what: &str| {
        let (whom, made_possible) = (person(ANDREI), String::new());
        let new = NewRecognition { whom, did_what: did_what.into(), made_possible };
        office.write((who, at), key, |edit| team_board::add_recognition(edit, &new));
    };
    thank(ANDREI + 1, "2026-03-09T09:00", "before");
    thank(ANDREI + 1, "2026-03-12T09:00", "took my shift");
    thank(MARIA, "2026-03-12T09:00", "");
    thank(ANDREI, "2026-03-12T09:00", "was great");
    let seen = won(&office, &[]);
    let [Win::Praise { text, link, .. }] = seen.wins.as_slice() else { panic!("{seen:?}") };
    assert_eq!((text.as_str(), link.day), ("took my shift", day("2026-03-12")));
}
