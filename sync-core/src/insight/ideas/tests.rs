use super::*;
use crate::coaching::team_board::{self, Answer, NewDecision};
use crate::document::fixture::{day, person};
use crate::insight::fixture::{ANDREI, MARIA, Office, TEAM};

#[test]
fn r93_an_idea_has_an_answer_or_an_age() {
    let mut office = Office::new(2);
    let key = ("team_board", team_board::key(TEAM, day("2026-03-10").quarter()));
    let first =
        office.write((ANDREI, "2026-03-02T09:00"), key, |edit| team_board::add_idea(edit, "a quiet hour"));
    office.write((ANDREI + 1, "2026-03-08T09:00"), key, |edit| team_board::add_idea(edit, "plants"));
    let seen = office.seen("2026-03-10", waiting_ideas);
    let ages: Vec<_> = seen.iter().map(|idea| (idea.text.as_str(), idea.by, idea.age_days)).collect();
    let [andrei, elena] = [ANDREI, ANDREI + 1].map(|number| Some(person(number)));
    assert_eq!(ages, [("a quiet hour", andrei, Some(8)), ("plants", elena, Some(2))]);
    assert_eq!(office.seen_by(ANDREI, "2026-03-10", waiting_ideas), seen, "everybody of the team sees it");
    assert_eq!(office.seen_by(9, "2026-03-10", waiting_ideas), []);

    let new = NewDecision { idea: first, answer: Answer::Declined, why: "the queue is full then".into() };
    office.write((MARIA, "2026-03-10T09:00"), key, |edit| team_board::decide_idea(edit, &new));
    assert_eq!(office.seen("2026-03-10", waiting_ideas).len(), 1);
}
