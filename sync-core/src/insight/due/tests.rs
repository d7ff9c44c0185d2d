use super::*;
use crate::coaching::meeting::{self, NotHeld};
use crate::coaching::partnership::Rhythm;
use crate::coaching::team_policy;
use crate::document::fixture::day;
use crate::insight::fixture::{ANDREI, MARIA, Office, TEAM, doc};

fn due(office: &Office, as_of: &str) -> Vec<(DueKind, Day)> {
    office.seen(as_of, due_talks).iter().map(|due| (due.kind, due.on)).collect()
}

#[test]
fn r19_who_is_new_has_a_one_on_one_monthly_goals_a_plan_review_and_an_evaluation_before_them() {
    let mut office = Office::new(1);
    office.pairs[0].joined = day("2026-03-02");
    let expected = [
        (DueKind::OneOnOne, day("2026-03-16")),
        (DueKind::MonthlyGoals, day("2026-03-31")),
        (DueKind::PlanReview, day("2026-03-31")),
        (DueKind::Evaluation, day("2026-03-31")),
    ];
    assert_eq!(due(&office, "2026-03-03"), expected);
    office.rhythm(ANDREI, Rhythm::Weekly, "2026-03-04T10:00");
    assert_eq!(due(&office, "2026-03-03")[0], (DueKind::OneOnOne, day("2026-03-04")));
}

#[test]
fn r19_what_was_held_this_month_is_due_next_month_and_what_is_planned_is_due_then() {
    let mut office = Office::new(1);
    office.hold(ANDREI, "2026-02-27", MeetingKind::MonthlyGoals, 30);
    let planned = office.plan(ANDREI, "2026-03-20", MeetingKind::MonthlyGoals);
    let goals = |office: &Office| {
        let seen = office.seen("2026-03-03", due_talks);
        seen.into_iter().find(|due| due.kind == DueKind::MonthlyGoals).map(|due| (due.on, due.planned))
    };
    assert_eq!(goals(&office), Some((day("2026-03-20"), Some(doc("meeting", &planned)))));
    office.hold(ANDREI, "2026-03-02", MeetingKind::MonthlyGoals, 30);
    assert_eq!(goals(&office), Some((day("2026-04-30"), None)));
    let mut office = Office::new(1);
    let absent = office.plan(ANDREI, "2026-03-02", MeetingKind::MonthlyGoals);
    office.write((MARIA, "2026-03-02T09:00"), ("meeting", absent), |edit| {
        meeting::set_not_held(edit, Some(NotHeld::Absence))
    });
    assert_eq!(goals(&office), Some((day("2026-03-31"), None)));
}

#[test]
fn r19_a_team_that_does_it_otherwise_has_other_days() {
    let mut office = Office::new(1);
    let policy = ("team_policy", team_policy::key(TEAM));
    let rhythms = [
        (Practice::OneOnOne, Every::Week),
        (Practice::MonthlyGoals, Every::Quarter),
        (Practice::PlanReview, Every::Week),
        (Practice::Evaluation, Every::HalfYear),
    ];
    for (practice, every) in rhythms {
        office.write((MARIA, "2026-01-02T09:00"), policy, |edit| {
            team_policy::set_rhythm(edit, practice, Some(every))
        });
    }
    office.pairs[0].joined = day("2026-02-02");
    let expected = [
        (DueKind::PlanReview, day("2026-02-08")),
        (DueKind::OneOnOne, day("2026-02-09")),
        (DueKind::MonthlyGoals, day("2026-03-31")),
        (DueKind::Evaluation, day("2026-06-30")),
    ];
    assert_eq!(due(&office, "2026-02-03"), expected);
}
