use super::*;
use crate::coaching::ack::{AckView, Standing};
use crate::coaching::link::Link;
use crate::coaching::summary::Summary;
use crate::document::fixture::{Phone, a_team, day, person, sync, two_phones};
use crate::document::Document;
use crate::ids::{DocId, ItemId};

/// Maria, who leads, and Andrei, who is of the team.
fn maria_and_andrei() -> (Phone, Phone) {
    two_phones("team_goals", &a_team())
}

fn shown(phone: &Phone) -> TeamGoalsView {
    view(Document::of(&phone.doc))
}

fn faster() -> NewTeamGoal {
    let why = "Oamenii așteaptă prea mult".into();
    NewTeamGoal { title: "Mai puțină așteptare".into(), why, measure: None, target: None, due: Some(day("2026-03-31")) }
}

fn greet(maria: &mut Phone) -> ItemId {
    maria.edit(|edit| add_standard(edit, "We greet everybody by name"))
}

#[test]
fn r06_a_standard_without_an_example_is_incomplete() {
    let (mut maria, _) = maria_and_andrei();
    let standard = greet(&mut maria);
    let is_incomplete = |maria: &Phone| shown(maria).standards[0].is_incomplete;
    assert!(is_incomplete(&maria));
    assert_eq!(view::summarise(Document::of(&maria.doc)), Summary { open: 1, ..Summary::default() });

    let side = (standard, Example::LooksUnlike);
    let example = maria.edit(|edit| add_example(edit, side, "Next, please"));
    assert!(!is_incomplete(&maria));
    maria.edit(|edit| remove_example(edit, side, example));
    assert!(is_incomplete(&maria));
    maria.edit(|edit| restore_example(edit, side, example));
    let seen = &shown(&maria).standards[0];
    assert_eq!((seen.looks_like.len(), seen.looks_unlike[0].what.as_str()), (0, "Next, please"));
    assert_eq!(view::summarise(Document::of(&maria.doc)), Summary::default());
}

#[test]
fn r07_who_read_a_standard_has_read_that_version_of_it_and_may_ask() {
    let (mut maria, mut andrei) = maria_and_andrei();
    let standard = greet(&mut maria);
    sync(&mut maria, &mut andrei);
    andrei.edit(|edit| acknowledge_standard(edit, standard, Some("Also in the chat?")));
    sync(&mut maria, &mut andrei);
    let read = |phone: &Phone| -> Vec<AckView> { shown(phone).standards[0].acks.clone() };
    let [ack] = &read(&maria)[..] else { panic!("one person has read it") };
    assert_eq!((ack.person, ack.standing), (person(2), Standing::Current));
    assert_eq!(ack.question.as_deref(), Some("Also in the chat?"));

    maria.edit(|edit| edit_standard(edit, standard, &Splice::insert(0, "From now on: ")));
    assert_eq!(read(&maria)[0].standing, Standing::BeforeChanges { count: 1 });
    assert!(matches!(
        andrei.try_edit(|edit| acknowledge_standard(edit, standard, Some(&"?".repeat(121)))),
        Err(EditError::Label { field: "question", .. })
    ));
}

#[test]
fn r07_a_goal_of_the_team_is_read_by_itself_and_not_with_the_others() {
    let (mut maria, mut andrei) = maria_and_andrei();
    let (first, second) = (maria.edit(|edit| add_team_goal(edit, &faster())), maria.edit(|edit| add_team_goal(edit, &faster())));
    sync(&mut maria, &mut andrei);
    andrei.edit(|edit| acknowledge_team_goal(edit, first, None));
    andrei.edit(|edit| set_team_goal_due(edit, second, None));
    let goals = shown(&andrei).goals;
    assert_eq!((goals[0].acks[0].standing, goals[1].acks.len()), (Standing::Current, 0));
}

#[test]
fn r04_a_goal_of_the_team_supports_an_aim_and_stays_readable_when_it_is_put_away() {
    let (mut maria, _) = maria_and_andrei();
    let goal = maria.edit(|edit| add_team_goal(edit, &faster()));
    let aim = Link { doc: DocId::from_bytes([5; 16]), item: ItemId::from_bytes([6; 8]) };
    maria.edit(|edit| set_team_goal_aim(edit, goal, Some(aim)));
    maria.edit(|edit| remove_team_goal(edit, goal));
    let seen = &shown(&maria).goals[0];
    assert_eq!((seen.supports, seen.title.as_str()), (Some(aim), "Mai puțină așteptare"));
    assert_eq!(seen.removed.map(|removal| removal.by), Some(Some(person(1))));
}

#[test]
fn r08_what_follows_from_how_somebody_does_is_written_down() {
    let (mut maria, mut andrei) = maria_and_andrei();
    maria.edit(|edit| edit_consequences(edit, &Splice::insert(0, "First we help.")));
    sync(&mut maria, &mut andrei);
    assert_eq!(shown(&andrei).consequences.text, "First we help.");
}

#[test]
fn two_leaders_who_name_different_days_see_the_earlier_one_until_they_settle() {
    let (mut maria, mut head) = maria_and_andrei();
    let goal = maria.edit(|edit| add_team_goal(edit, &faster()));
    sync(&mut maria, &mut head);
    maria.edit(|edit| set_team_goal_due(edit, goal, Some(day("2026-03-20"))));
    head.edit(|edit| set_team_goal_due(edit, goal, Some(day("2026-03-27"))));
    sync(&mut maria, &mut head);
    let seen = shown(&head);
    assert_eq!((seen.goals[0].due, seen.conflicts.len()), (Some(day("2026-03-20")), 1));
}
