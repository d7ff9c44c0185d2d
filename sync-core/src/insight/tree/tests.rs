use super::*;
use crate::coaching::goal_set::{self, NewGoal};
use crate::coaching::org_strategy;
use crate::coaching::team_goals::{self, NewTeamGoal};
use crate::document::fixture::{day, the_year};
use crate::insight::fixture::{ANDREI, HEAD, MARIA, Office, TEAM, doc, tenure};
use crate::key::NaturalKey;

const WHO: (u8, &str) = (MARIA, "2026-03-02T09:00");

fn of_team() -> NaturalKey {
    team_goals::key(TEAM, day("2026-03-02").quarter())
}

fn team_goal(office: &mut Office, title: &str) -> ItemId {
    let new = NewTeamGoal { title: title.into(), why: "so".into(), measure: None, target: None, due: None };
    office.write(WHO, ("team_goals", of_team()), |edit| team_goals::add_team_goal(edit, &new))
}

fn goal(office: &mut Office, agent: u8, supports: Option<ItemId>) {
    let key = ("goal_set", goal_set::key(tenure(agent), day("2026-03-02").quarter()));
    let new = NewGoal {
        title: format!("of {agent}"),
        why: "so".into(),
        measure: None,
        baseline: None,
        target: None,
        due: None,
    };
    let goal = office.write(WHO, key, |edit| goal_set::add_goal(edit, &new));
    let link = supports.map(|item| Link { doc: doc("team_goals", &of_team()), item });
    office.write(WHO, key, |edit| goal_set::set_support(edit, goal, link));
}

fn tree(office: &Office, viewer: u8) -> GoalTree {
    office.seen_by(viewer, "2026-03-18", goal_trees).remove(0)
}

fn shape(branches: &[TeamGoalBranch]) -> Vec<(&str, u32)> {
    branches.iter().map(|branch| (branch.title.as_str(), branch.people)).collect()
}

#[test]
fn r04_the_goals_of_twelve_agents_stand_under_those_of_the_team_and_the_others_are_counted() {
    let mut office = Office::new(12);
    let (calm, fast) = (team_goal(&mut office, "calm"), team_goal(&mut office, "fast"));
    for agent in ANDREI..ANDREI + 12 {
        goal(&mut office, agent, [Some(calm), Some(fast), None][usize::from(agent % 3)]);
    }
    let aim =
        office.write(WHO, ("org_strategy", the_year()), |edit| org_strategy::add_aim(edit, "stay", "why"));
    let link = Link { doc: doc("org_strategy", &the_year()), item: aim };
    office
        .write(WHO, ("team_goals", of_team()), |edit| team_goals::set_team_goal_aim(edit, calm, Some(link)));

    let seen = tree(&office, MARIA);
    assert_eq!(seen.aims[0].title, "stay");
    assert_eq!(shape(&seen.aims[0].goals), [("calm", 4)]);
    assert_eq!(shape(&seen.without_aim), [("fast", 4)]);
    assert_eq!((seen.unlinked_count, seen.unlinked.len()), (4, 4));

    office.write(WHO, ("team_goals", of_team()), |edit| team_goals::remove_team_goal(edit, fast));
    let seen = tree(&office, MARIA);
    assert_eq!((shape(&seen.without_aim), seen.unlinked_count), (vec![], 8), "readable, and unlinked");
    assert!(seen.unlinked.iter().all(|goal| goal.title.starts_with("of ") && goal.supports.is_none()));
    let numbers = office.seen("2026-03-18", goals).numbers;
    assert_eq!((numbers.goals, numbers.unlinked), (12, 8));
}

#[test]
fn an_agent_sees_the_goals_of_the_team_and_their_own_under_them_and_who_answers_for_it_those_of_nobody() {
    let mut office = Office::new(2);
    let calm = team_goal(&mut office, "calm");
    goal(&mut office, ANDREI, Some(calm));
    goal(&mut office, ANDREI + 1, Some(calm));
    let people = |viewer| shape(&tree(&office, viewer).without_aim)[0].1;
    assert_eq!((people(MARIA), people(ANDREI), people(HEAD)), (2, 1, 0));
    assert_eq!(office.seen_by(9, "2026-03-18", goal_trees), [], "a stranger");
}

#[test]
fn what_is_still_worked_on_for_an_earlier_quarter_stays_in_the_tree() {
    let mut office = Office::new(1);
    let calm = team_goal(&mut office, "calm");
    team_goal(&mut office, "nobodys");
    goal(&mut office, ANDREI, Some(calm));
    let seen = office.seen("2026-04-02", goal_trees).remove(0);
    assert_eq!(shape(&seen.without_aim), [("calm", 1)]);
}
