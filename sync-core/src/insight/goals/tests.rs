use super::*;
use crate::coaching::goal_set::{self, NewCommitment, NewGoal};
use crate::coaching::item::Side;
use crate::coaching::measure::{Measure, MeasureKind};
use crate::document::Amount;
use crate::document::fixture::day;
use crate::insight::fixture::{ANDREI, MARIA, Office, tenure};
use crate::key::NaturalKey;

const WHO: (u8, &str) = (MARIA, "2026-03-02T09:00");

fn key(on: &str) -> NaturalKey {
    goal_set::key(tenure(ANDREI), day(on).quarter())
}

fn set(office: &mut Office, key: NaturalKey, measured: bool) -> ItemId {
    let measure = Measure { kind: MeasureKind::Count, what: "calm calls".into() };
    let new = NewGoal {
        title: "calm calls".into(),
        why: "customers stay".into(),
        measure: measured.then_some(measure),
        baseline: None,
        target: Some(Amount(10_000)),
        due: measured.then(|| day("2026-03-31")),
    };
    office.write(WHO, ("goal_set", key), |edit| goal_set::add_goal(edit, &new))
}

fn commit(office: &mut Office, key: NaturalKey, goal: ItemId, side: Side) {
    let new = NewCommitment { side, text: "listen".into(), due: None };
    office.write(WHO, ("goal_set", key), |edit| goal_set::add_commitment(edit, goal, &new));
}

#[test]
fn r01_a_goal_without_a_measure_and_a_day_lacks_exactly_m_and_t() {
    let mut office = Office::new(1);
    let goal = set(&mut office, key("2026-03-02"), false);
    commit(&mut office, key("2026-03-02"), goal, Side::Agent);
    let seen = office.seen("2026-03-18", goals);
    assert_eq!(seen.goals[0].missing, [Letter::M, Letter::T]);
    assert_eq!((seen.goals[0].agreement, seen.numbers.drafts), (Agreement::Draft, 1));
}

#[test]
fn r02_a_goal_is_agreed_by_both_and_a_later_target_makes_it_changed_since() {
    let mut office = Office::new(1);
    let key = key("2026-03-02");
    let goal = set(&mut office, key, true);
    commit(&mut office, key, goal, Side::Agent);
    for who in [MARIA, ANDREI] {
        office.write((who, "2026-03-03T09:00"), ("goal_set", key), |edit| goal_set::agree(edit, goal));
    }
    let seen = office.seen("2026-03-18", goals);
    assert_eq!((seen.goals[0].agreement, seen.numbers.not_agreed), (Agreement::Agreed, 0));
    office.write(WHO, ("goal_set", key), |edit| goal_set::set_target(edit, goal, Some(Amount(12_000))));
    let seen = office.seen("2026-03-18", goals);
    assert_eq!((seen.goals[0].agreement, seen.numbers.changed), (Agreement::ChangedSince, 1));
    assert_eq!(office.seen_by(ANDREI, "2026-03-18", goals), seen, "on both phones");
}

#[test]
fn r03_the_share_of_goals_for_which_one_side_does_something_is_told() {
    let mut office = Office::new(1);
    let key = key("2026-03-02");
    let [shared, his, nobodys] = [0; 3].map(|_| set(&mut office, key, true));
    commit(&mut office, key, shared, Side::Agent);
    commit(&mut office, key, shared, Side::Leader);
    commit(&mut office, key, his, Side::Agent);
    let seen = office.seen("2026-03-18", goals);
    let one_sided: Vec<_> =
        seen.goals.iter().filter(|goal| goal.is_one_sided).map(|goal| goal.item).collect();
    assert_eq!(one_sided, [his, nobodys]);
    assert_eq!((seen.numbers.one_sided, seen.numbers.one_sided_share), (2, Some(666)));
    assert_eq!(seen.numbers.unlinked, 3);
}

#[test]
fn goals_of_this_quarter_and_what_is_still_worked_on_are_shown() {
    let mut office = Office::new(1);
    let reached = set(&mut office, key("2026-03-02"), true);
    let active = set(&mut office, key("2026-03-02"), true);
    let removed = set(&mut office, key("2026-04-02"), true);
    let later = set(&mut office, key("2026-07-02"), true);
    office.write(WHO, ("goal_set", key("2026-03-02")), |edit| {
        goal_set::set_goal_state(edit, reached, GoalState::Reached)
    });
    office.write(WHO, ("goal_set", key("2026-04-02")), |edit| goal_set::remove_goal(edit, removed));
    let shown = |as_of: &str| {
        let mut items: Vec<_> = office.seen(as_of, goals).goals.iter().map(|goal| goal.item).collect();
        items.sort();
        items
    };
    let mut both = vec![reached, active];
    both.sort();
    assert_eq!(shown("2026-03-31"), both);
    assert_eq!(shown("2026-04-01"), [active]);
    let mut open = vec![active, later];
    open.sort();
    assert_eq!(shown("2026-07-01"), open);
}
