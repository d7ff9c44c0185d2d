use super::*;
use crate::coaching::circumstance::{self, Measured};
use crate::coaching::goal_set::{self, NewCommitment, NewGoal};
use crate::coaching::item::Side;
use crate::coaching::measure::{Measure, MeasureKind};
use crate::coaching::team_goals::{self, NewTeamGoal};
use crate::document::fixture::{day, person};
use crate::ids::RandomKey;
use crate::insight::fixture::{ANDREI, HEAD, MARIA, Office, TEAM, measured, tenure};
use crate::key::{NaturalKey, Part, Subject};
use crate::metric::Standing;

const JANUARY: (u8, &str) = (MARIA, "2026-01-05T09:00");

fn handle_time() -> Option<Measure> {
    Some(Measure { kind: MeasureKind::Kpi, what: "handle_time".into() })
}

fn team_asks(office: &mut Office, seconds: i64) {
    let key = team_goals::key(TEAM, day("2026-03-02").quarter());
    let goal = NewTeamGoal {
        title: "shorter".into(),
        why: "customers wait".into(),
        measure: handle_time(),
        target: Some(Amount(seconds * 1000)),
        due: None,
    };
    office.write(JANUARY, ("team_goals", key), |edit| team_goals::add_team_goal(edit, &goal));
}

fn goal_of_andrei(office: &mut Office, seconds: i64, is_complete: bool) {
    let set = ("goal_set", goal_set::key(tenure(ANDREI), day("2026-03-02").quarter()));
    let goal = NewGoal {
        title: "shorter".into(),
        why: "customers wait".into(),
        measure: handle_time(),
        baseline: None,
        target: Some(Amount(seconds * 1000)),
        due: is_complete.then(|| day("2026-03-31")),
    };
    let goal = office.write(JANUARY, set, |edit| goal_set::add_goal(edit, &goal));
    let listen = NewCommitment { side: Side::Agent, text: "listen".into(), due: None };
    office.write(JANUARY, set, |edit| goal_set::add_commitment(edit, goal, &listen));
}

fn for_a_while(office: &mut Office, (from, until): (&str, &str), seconds: i64) {
    let part = Part::Random(RandomKey::from_bytes([4; 16]));
    let key = NaturalKey { subject: Subject::Tenure(tenure(ANDREI)), part };
    let period = circumstance::Period { from: day(from), until: day(until) };
    let measured = Measured::Kpi { name: "handle_time".into() };
    office.write(JANUARY, ("circumstance", key), |edit| circumstance::set_period(edit, period));
    office.write(JANUARY, ("circumstance", key), |edit| {
        circumstance::add_exception(edit, &measured, Amount(seconds * 1000))
    });
}

/// The target of the week of a day in seconds, whether it is adjusted, and whether it was reached.
fn asked(office: &Office, viewer: u8, on: &str) -> Option<(i64, bool, Option<Standing>)> {
    let rows = measured("handle_time", ["420", "420"]);
    let week = Period::of(Cut::Week, day(on));
    let card = office.seen_by(viewer, "2026-03-31", |shelf| scorecard(shelf, person(ANDREI), week, &rows))?;
    let line = card.lines.into_iter().next()?;
    let target = line.target?;
    Some((target.value.thousandths() / 1000, target.is_adjusted, line.standing))
}

#[test]
fn r17_a_circumstance_of_three_weeks_changes_target_and_standing_shows_it_and_ends_by_itself() {
    let mut office = Office::new(1);
    team_asks(&mut office, 390);
    assert_eq!(asked(&office, ANDREI, "2026-03-10"), Some((390, false, Some(Standing::Missed))));
    for_a_while(&mut office, ("2026-03-02", "2026-03-22"), 450);
    for viewer in [ANDREI, MARIA] {
        assert_eq!(asked(&office, viewer, "2026-03-10"), Some((450, true, Some(Standing::Reached))));
        assert_eq!(asked(&office, viewer, "2026-03-23"), Some((390, false, None)));
    }
}

#[test]
fn what_somebodys_own_goal_asks_goes_before_what_the_team_is_asked_and_a_draft_asks_nothing() {
    let mut office = Office::new(1);
    team_asks(&mut office, 390);
    goal_of_andrei(&mut office, 440, false);
    assert_eq!(asked(&office, MARIA, "2026-03-10").map(|asked| asked.0), Some(390));
    goal_of_andrei(&mut office, 430, true);
    assert_eq!(asked(&office, MARIA, "2026-03-10").map(|asked| asked.0), Some(430));
    assert_eq!(asked(&office, MARIA, "2026-04-07"), None, "another quarter asks anew");
}

#[test]
fn r11_only_who_it_is_of_and_who_leads_them_see_a_scorecard() {
    let mut office = Office::new(2);
    team_asks(&mut office, 390);
    let (rows, week) = (measured("handle_time", ["420", "420"]), Period::of(Cut::Week, day("2026-03-10")));
    for (viewer, sees) in [(MARIA, true), (ANDREI, true), (ANDREI + 1, false), (HEAD, false)] {
        // Not a card without targets, but none.
        let card =
            office.seen_by(viewer, "2026-03-31", |shelf| scorecard(shelf, person(ANDREI), week, &rows));
        assert_eq!(card.is_some(), sees, "{viewer}");
    }
}
