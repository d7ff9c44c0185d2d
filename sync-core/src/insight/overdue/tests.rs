use super::*;
use crate::coaching::item::State;
use crate::coaching::meeting::NewFollowUp;
use crate::coaching::{action_plan, meeting};
use crate::document::fixture::{day, sync, two_phones, wednesday};
use crate::document::{Document, Splice};
use crate::insight::facts::Facts;
use crate::insight::fixture::{ANDREI, MARIA, Office};

fn texts(seen: &Overdue) -> Vec<&str> {
    seen.items.iter().map(|item| item.text.as_str()).collect()
}

#[test]
fn r67_what_a_leader_promised_is_overdue_on_the_agents_phone_like_on_their_own() {
    let mut office = Office::new(1);
    let talk = office.talk(ANDREI, "2026-03-02");
    office.follow_up(talk, "order a headset", MARIA, Some("2026-03-09"));
    office.follow_up(talk, "listen to a call", ANDREI, Some("2026-03-10"));
    office.step(Office::plan_key(ANDREI, 1), "read the library", ANDREI, Some("2026-03-08"));
    let marias = office.seen("2026-03-10", overdue);
    assert_eq!(texts(&marias), ["read the library", "order a headset"]);
    assert_eq!(marias.items.iter().map(|item| item.days).collect::<Vec<_>>(), [2, 1]);
    assert_eq!((marias.sides.leader.total(), marias.sides.agent.total()), (1, 1));
    assert_eq!(office.seen_by(ANDREI, "2026-03-10", overdue), marias);
    assert_eq!(texts(&office.seen("2026-03-08", overdue)), [""; 0], "on its day nothing is overdue");
}

#[test]
fn a_week_is_seven_days_and_a_month_is_thirty() {
    let mut office = Office::new(1);
    let plan = Office::plan_key(ANDREI, 1);
    for due in ["2026-03-30", "2026-03-24", "2026-03-23", "2026-03-01", "2026-02-28"] {
        office.step(plan, due, ANDREI, Some(due));
    }
    let seen = office.seen("2026-03-31", overdue);
    assert_eq!(seen.sides.agent, Ages { week: 2, month: 2, older: 1 });
    assert_eq!(seen.items.iter().map(|item| item.days).collect::<Vec<_>>(), [31, 30, 8, 7, 1]);
}

#[test]
fn r67_what_is_done_dropped_removed_or_of_a_closed_plan_is_not_overdue() {
    let mut office = Office::new(1);
    let plan = Office::plan_key(ANDREI, 1);
    let ids: Vec<_> = (0..4).map(|n| office.step(plan, &n.to_string(), ANDREI, Some("2026-03-01"))).collect();
    let who = (ANDREI, "2026-03-02T10:00");
    let kind = ("action_plan", plan);
    office.write(who, kind, |edit| action_plan::set_step_state(edit, ids[0], State::Done));
    office.write(who, kind, |edit| action_plan::set_step_state(edit, ids[1], State::Dropped));
    office.write(who, kind, |edit| action_plan::remove_step(edit, ids[2]));
    office.write(who, kind, |edit| action_plan::set_step_state(edit, ids[3], State::Doing));
    assert_eq!(texts(&office.seen("2026-03-10", overdue)), ["3"]);
    office.write(who, kind, action_plan::close);
    assert_eq!(texts(&office.seen("2026-03-10", overdue)), [""; 0]);
}

#[test]
fn r65_a_checkpoint_that_passed_without_a_word_is_overdue_and_is_both_s() {
    let mut office = Office::new(1);
    let (who, kind) = ((MARIA, "2026-03-01T10:00"), ("action_plan", Office::plan_key(ANDREI, 1)));
    let [silent, decided, told] = ["a", "b", "c"].map(|text| {
        office.write(who, kind, |edit| action_plan::add_checkpoint(edit, day("2026-03-05"), text))
    });
    office
        .write(who, kind, |edit| action_plan::set_decision(edit, decided, Some(action_plan::Decision::GoOn)));
    office.write(who, kind, |edit| action_plan::edit_result(edit, told, &Splice::insert(0, "6:20")));
    let seen = office.seen("2026-03-10", overdue);
    assert_eq!(seen.items.iter().map(|item| item.item).collect::<Vec<_>>(), [silent]);
    assert_eq!((seen.items[0].side, seen.sides.neither.total()), (None, 1));
}

#[test]
fn r31_a_follow_up_that_became_a_step_is_overdue_once() {
    let mut office = Office::new(1);
    let talk = office.talk(ANDREI, "2026-03-02");
    let follow_up = office.follow_up(talk, "said", ANDREI, Some("2026-03-09"));
    let plan = Office::plan_key(ANDREI, 1);
    let step = office.step(plan, "planned", ANDREI, Some("2026-03-08"));
    office.write((MARIA, "2026-03-03T10:00"), ("meeting", talk), |edit| {
        meeting::link_plan_step(edit, follow_up, Some(step))
    });
    assert_eq!(texts(&office.seen("2026-03-12", overdue)), ["planned"]);
    office.write((MARIA, "2026-03-03T10:00"), ("action_plan", plan), |edit| {
        action_plan::remove_step(edit, step)
    });
    assert_eq!(texts(&office.seen("2026-03-12", overdue)), ["said"], "no step stands for it any more");
}

#[test]
fn x3_of_two_days_the_earlier_counts_and_of_two_states_the_less_finished() {
    let (mut maria, mut andrei) = two_phones("meeting", &wednesday());
    let new = NewFollowUp { text: "call".into(), owner: None, due: Some(day("2026-04-01")) };
    let id = maria.edit(|edit| meeting::add_follow_up(edit, &new));
    sync(&mut maria, &mut andrei);
    maria.edit(|edit| meeting::set_follow_up_due(edit, id, Some(day("2026-03-14"))));
    maria.edit(|edit| meeting::set_follow_up_state(edit, id, State::Done));
    andrei.edit(|edit| meeting::set_follow_up_due(edit, id, Some(day("2026-03-21"))));
    andrei.edit(|edit| meeting::set_follow_up_state(edit, id, State::Doing));
    sync(&mut maria, &mut andrei);
    let kind = crate::coaching::Kind::parse("meeting").unwrap();
    let Some(Facts::Meeting(facts)) = Facts::of(kind, Document::of(&andrei.doc)) else { panic!() };
    let promise = &facts.promises[0];
    assert_eq!((promise.due, promise.state), (Some(day("2026-03-14")), State::Doing));
    assert_eq!(promise.done_at, None, "it is not done");
}

#[test]
fn r105_who_leads_leaders_sees_counts_of_a_team_that_is_large_enough() {
    let mut office = Office::new(5);
    let talk = office.talk(ANDREI, "2026-03-02");
    office.follow_up(talk, "order a headset", MARIA, Some("2026-03-03"));
    let Group::Shown(sides) = office.seen("2026-03-12", overdue_of_team) else { panic!("five are enough") };
    assert_eq!(sides.leader, Ages { week: 0, month: 1, older: 0 });
    assert_eq!(office.seen_by(ANDREI, "2026-03-12", overdue_of_team), Group::TooFew, "he leads nobody");
    office.pairs.pop();
    assert_eq!(office.seen("2026-03-12", overdue_of_team), Group::TooFew);
}
