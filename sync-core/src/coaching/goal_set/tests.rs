use super::*;
use crate::coaching::item::Side;
use crate::coaching::link::Link;
use crate::coaching::measure::{Measure, MeasureKind};
use crate::document::fixture::{Phone, day, person, sync, this_quarter, two_phones};
use crate::document::{Amount, Document, Path, Splice, Value};
use crate::ids::{DocId, ItemId};

fn maria_and_andrei() -> (Phone, Phone) {
    two_phones("goal_set", &this_quarter())
}

fn goals(phone: &Phone) -> Vec<GoalView> {
    view(Document::of(&phone.doc)).goals
}

fn titled(title: &str) -> NewGoal {
    NewGoal { title: title.into(), why: String::new(), measure: None, baseline: None, target: None, due: None }
}

fn handle_time() -> NewGoal {
    let measure = Measure { kind: MeasureKind::Kpi, what: "handle_time".into() };
    NewGoal {
        why: "客户等得太久".into(),
        measure: Some(measure),
        baseline: Some(Amount(410_000)),
        target: Some(Amount(380_000)),
        due: Some(day("2026-03-31")),
        ..titled("Timp mediu sub 6:20")
    }
}

fn will(side: Side, text: &str) -> NewCommitment {
    NewCommitment { side, text: text.into(), due: None }
}

/// A goal that both phones have, with what each side will do.
fn a_goal_of_both() -> (Phone, Phone, ItemId) {
    let (mut maria, mut andrei) = maria_and_andrei();
    let goal = maria.edit(|edit| add_goal(edit, &handle_time()));
    maria.edit(|edit| add_commitment(edit, goal, &will(Side::Leader, "listen to two calls a week")));
    sync(&mut maria, &mut andrei);
    andrei.edit(|edit| add_commitment(edit, goal, &will(Side::Agent, "use the new script")));
    sync(&mut maria, &mut andrei);
    (maria, andrei, goal)
}

#[test]
fn r01_a_goal_without_measure_and_date_lacks_exactly_these_and_is_a_draft_that_nobody_can_agree_to() {
    let (mut maria, _) = maria_and_andrei();
    let draft = NewGoal { why: "customers wait".into(), ..titled("Shorter calls") };
    let goal = maria.edit(|edit| add_goal(edit, &draft));
    maria.edit(|edit| add_commitment(edit, goal, &will(Side::Leader, "listen to two calls")));

    assert_eq!(goals(&maria)[0].missing, [Letter::M, Letter::T]);
    assert_eq!(goals(&maria)[0].agreement, Agreement::Draft);
    assert!(maria.try_edit(|edit| agree(edit, goal)).is_err());

    let measure = Measure { kind: MeasureKind::Behaviour, what: "asks before transferring".into() };
    maria.edit(|edit| set_measure(edit, goal, Some(&measure)));
    maria.edit(|edit| set_goal_due(edit, goal, Some(day("2026-03-31"))));
    assert_eq!(goals(&maria)[0].measure, Some(measure));
    assert_eq!(goals(&maria)[0].agreement, Agreement::Proposed);
    maria.edit(|edit| agree(edit, goal));
    assert_eq!(goals(&maria)[0].agreement, Agreement::ByOne);
}

#[test]
fn r01_a_goal_that_says_nothing_lacks_all_five() {
    let (mut maria, _) = maria_and_andrei();
    maria.edit(|edit| add_goal(edit, &titled("")));
    assert_eq!(goals(&maria)[0].missing, [Letter::S, Letter::M, Letter::A, Letter::R, Letter::T]);
}

#[test]
fn r02_both_agree_offline_and_a_later_change_of_the_target_shows_on_both_phones() {
    let (mut maria, mut andrei, goal) = a_goal_of_both();
    maria.edit(|edit| agree(edit, goal));
    assert_eq!(goals(&maria)[0].agreement, Agreement::ByOne, "nobody agrees for somebody else");
    andrei.edit(|edit| agree(edit, goal));
    sync(&mut maria, &mut andrei);
    assert_eq!(goals(&maria)[0].agreement, Agreement::Agreed);
    assert_eq!(goals(&maria), goals(&andrei));

    andrei.edit(|edit| add_progress(edit, goal, Some(Amount(395_000)), "încă puțin"));
    andrei.edit(|edit| set_goal_state(edit, goal, GoalState::Reached));
    assert_eq!(goals(&andrei)[0].agreement, Agreement::Agreed, "how far it is was no part of it");
    assert_eq!(goals(&andrei)[0].progress[0].value, Some(Amount(395_000)));

    andrei.edit(|edit| set_target(edit, goal, Some(Amount(385_000))));
    sync(&mut maria, &mut andrei);
    for phone in [&maria, &andrei] {
        assert_eq!(goals(phone)[0].agreement, Agreement::ChangedSince);
    }
}

#[test]
fn r02_a_target_changed_while_the_other_agrees_is_not_agreed() {
    let (mut maria, mut andrei, goal) = a_goal_of_both();
    maria.edit(|edit| agree(edit, goal));
    andrei.edit(|edit| set_target(edit, goal, Some(Amount(400_000))));
    andrei.edit(|edit| agree(edit, goal));
    sync(&mut maria, &mut andrei);
    assert_eq!(goals(&maria)[0].agreement, Agreement::ChangedSince);
    assert_eq!(goals(&maria), goals(&andrei));
}

#[test]
fn r03_a_goal_for_which_the_leader_does_nothing_is_one_sided() {
    let (mut maria, mut andrei) = maria_and_andrei();
    let goal = andrei.edit(|edit| add_goal(edit, &handle_time()));
    andrei.edit(|edit| add_commitment(edit, goal, &will(Side::Agent, "use the new script")));
    sync(&mut maria, &mut andrei);
    assert!(goals(&maria)[0].is_one_sided);
    let promise = maria.edit(|edit| add_commitment(edit, goal, &will(Side::Leader, "get a headset")));
    assert!(!goals(&maria)[0].is_one_sided);
    maria.edit(|edit| remove_commitment(edit, (goal, promise)));
    assert!(goals(&maria)[0].is_one_sided, "what was taken back is not done");
    maria.edit(|edit| restore_commitment(edit, (goal, promise)));
    assert!(!goals(&maria)[0].is_one_sided);
}

#[test]
fn r04_a_goal_tells_which_goal_of_the_team_it_supports_and_is_relevant_by_that() {
    let (mut maria, _) = maria_and_andrei();
    let goal = maria.edit(|edit| add_goal(edit, &NewGoal { why: String::new(), ..handle_time() }));
    let support = Link { doc: DocId::from_bytes([3; 16]), item: ItemId::from_bytes([4; 8]) };
    assert!(goals(&maria)[0].missing.contains(&Letter::R));
    maria.edit(|edit| set_support(edit, goal, Some(support)));
    assert_eq!(goals(&maria)[0].supports, Some(support));
    assert!(!goals(&maria)[0].missing.contains(&Letter::R));
}

#[test]
fn two_targets_and_two_dates_wait_for_somebody_to_settle_them() {
    let (mut maria, mut andrei, goal) = a_goal_of_both();
    maria.edit(|edit| set_target(edit, goal, Some(Amount(370_000))));
    andrei.edit(|edit| set_target(edit, goal, Some(Amount(390_000))));
    maria.edit(|edit| set_goal_due(edit, goal, Some(day("2026-03-20"))));
    andrei.edit(|edit| set_goal_due(edit, goal, Some(day("2026-03-28"))));
    sync(&mut maria, &mut andrei);
    let seen = view(Document::of(&maria.doc));
    assert_eq!(seen.conflicts.len(), 2);
    assert_eq!(seen.goals[0].due, Some(day("2026-03-20")), "lists use the earlier date");
    let target = Path::of("goals").item(goal).key("target");
    maria.edit(|edit| edit.settle(&target, &Value::Number(390_000)));
    sync(&mut maria, &mut andrei);
    assert_eq!(view(Document::of(&andrei.doc)).conflicts.len(), 1);
}

#[test]
fn the_words_of_both_are_kept_and_a_removed_goal_stays_readable() {
    let (mut maria, mut andrei, goal) = a_goal_of_both();
    let promise = goals(&maria)[0].commitments[0].id;
    maria.edit(|edit| edit_why(edit, goal, &Splice::insert(0, "A. ")));
    andrei.edit(|edit| edit_why(edit, goal, &Splice::insert(6, " B.")));
    andrei.edit(|edit| edit_commitment(edit, (goal, promise), &Splice::insert(0, "please ")));
    andrei.edit(|edit| set_commitment_due(edit, (goal, promise), Some(day("2026-03-10"))));
    maria.edit(|edit| remove_goal(edit, goal));
    sync(&mut maria, &mut andrei);
    let seen = &goals(&maria)[0];
    assert_eq!(seen.why, "A. 客户等得太久 B.");
    assert_eq!(seen.commitments[0].text, "please listen to two calls a week");
    assert_eq!(seen.removed.map(|removed| (removed.by, removed.edited_since)), Some((Some(person(1)), true)));
    andrei.edit(|edit| restore_goal(edit, goal));
    assert_eq!(goals(&andrei)[0].removed, None);
}
