//! Owns random verbs on what teams and the organisation have, and on what is different for somebody.

use super::Act;
use crate::coaching::circumstance::{self, Measured, NewArrangement, Period, SupportKind, Taken};
use crate::coaching::earlier::Earlier;
use crate::coaching::hand_over::{self, Brought, BroughtKind};
use crate::coaching::item::State;
use crate::coaching::meeting::{Provenance, Section};
use crate::coaching::org_strategy;
use crate::coaching::team_blockers::{self, NewBlocker};
use crate::coaching::team_board::{self, Answer, NewDecision, NewRecognition, RecognitionText};
use crate::coaching::team_goals::{self, Example, NewTeamGoal};
use crate::coaching::team_policy::{self, Every, OpenHours, Practice};
use crate::document::fixture::person;
use crate::document::{Amount, Edit, EditError, Path};
use crate::ids::{DocId, ItemId, TenureId};
use crate::time::Timestamp;

pub(super) fn lead(edit: &mut Edit<'_>, act: &Act) -> Result<(), EditError> {
    let (goal, standard) = (act.item(edit, "goals"), act.item(edit, "standards"));
    let side = (standard, if act.n.is_multiple_of(2) { Example::LooksLike } else { Example::LooksUnlike });
    let question = act.at.is_multiple_of(2).then_some(act.text.as_str());
    match act.verb % 13 {
        0 | 1 => {
            let (title, why, due) = (act.text.clone(), "because".into(), act.day());
            team_goals::add_team_goal(edit, &NewTeamGoal { title, why, measure: None, target: None, due })
                .map(drop)
        }
        2 => team_goals::set_team_goal_target(edit, goal, Some(Amount(i64::from(act.n)))),
        3 => team_goals::edit_team_goal_why(edit, goal, &act.splice()),
        4 => team_goals::acknowledge_team_goal(edit, goal, question),
        5 => team_goals::remove_team_goal(edit, goal),
        6 | 7 => team_goals::add_standard(edit, &act.text).map(drop),
        8 => team_goals::edit_standard(edit, standard, &act.splice()),
        9 => team_goals::add_example(edit, side, &act.text).map(drop),
        10 => team_goals::acknowledge_standard(edit, standard, question),
        11 => team_goals::edit_consequences(edit, &act.splice()),
        _ => {
            let goal = Path::of("goals").item(goal);
            act.settle(edit, &["title", "target", "due"].map(|field| goal.key(field)))
        }
    }
}

pub(super) fn steer(edit: &mut Edit<'_>, act: &Act) -> Result<(), EditError> {
    let aim = act.item(edit, "aims");
    match act.verb % 8 {
        0 | 1 => org_strategy::add_aim(edit, &act.text, "why").map(drop),
        2 => org_strategy::edit_aim_text(edit, aim, &act.splice()),
        3 => org_strategy::set_aim_owner(edit, aim, act.n.is_multiple_of(2).then(|| person(act.at))),
        4 => org_strategy::acknowledge_aim(edit, aim, None),
        5 => org_strategy::remove_aim(edit, aim),
        6 => org_strategy::restore_aim(edit, aim),
        _ => {
            let to = act.position(edit, "aims");
            org_strategy::reorder_aim(edit, aim, to)
        }
    }
}

pub(super) fn rule(edit: &mut Edit<'_>, act: &Act) -> Result<(), EditError> {
    let (hours, question) = (act.item(edit, "open_hours"), act.item(edit, "questions"));
    match act.verb % 8 {
        0 => {
            let every = [None, Some(Every::Week), Some(Every::Quarter)][usize::from(act.n % 3)];
            team_policy::set_rhythm(edit, Practice::ALL[usize::from(act.at % 5)], every)
        }
        1 => team_policy::set_off_queue(edit, act.n.is_multiple_of(2).then_some(u32::from(act.at))),
        2 => {
            let hours = OpenHours { weekday: act.n % 9, from: u16::from(act.at), until: 600 };
            team_policy::add_open_hours(edit, hours).map(drop)
        }
        3 => team_policy::remove_open_hours(edit, hours),
        4 => team_policy::add_question(edit, Section::Career, &act.text).map(drop),
        5 => team_policy::edit_question(edit, question, &act.splice()),
        6 => team_policy::remove_question(edit, question),
        _ => act.settle(edit, &[Path::of("rhythms").key("one_on_one"), Path::of("limits").key("off_queue")]),
    }
}

pub(super) fn hand_over(edit: &mut Edit<'_>, act: &Act) -> Result<(), EditError> {
    let one = act.item(edit, "brought");
    match act.verb % 8 {
        0 | 1 => hand_over::edit_note(edit, &act.splice()),
        2 => hand_over::add_to_note(edit, &act.text),
        3 | 4 => {
            let from = Earlier::of(TenureId::from_bytes([1; 16]), DocId::from_bytes([act.n; 16]), None);
            let (kind, title) = (BroughtKind::Meeting, act.text.clone());
            let text = act.text.repeat(1 + usize::from(act.at) * 20);
            hand_over::add_brought(edit, &Brought { kind, title, day: act.day(), text, from }).map(drop)
        }
        5 => hand_over::remove_brought(edit, one),
        6 => hand_over::restore_brought(edit, one),
        _ => hand_over::acknowledge(edit, act.at.is_multiple_of(2).then_some(act.text.as_str())),
    }
}

pub(super) fn except(edit: &mut Edit<'_>, act: &Act) -> Result<(), EditError> {
    let item = |edit: &Edit<'_>, collection| act.item(edit, collection);
    let period =
        act.day().map(|from| Period { from, until: from.plus_days(i32::from(act.at)).unwrap() }).unwrap();
    match act.verb % 10 {
        0 => circumstance::set_period(edit, period),
        1 => circumstance::add_exception(
            edit,
            &Measured::Kpi { name: act.text.clone() },
            Amount(i64::from(act.n)),
        )
        .map(drop),
        2 => circumstance::set_exception_target(edit, item(edit, "overrides"), Amount(i64::from(act.at))),
        3 => circumstance::remove_exception(edit, item(edit, "overrides")),
        4 => {
            circumstance::add_arrangement(edit, &NewArrangement { what: act.text.clone(), period }).map(drop)
        }
        5 => circumstance::set_arrangement_until(edit, item(edit, "arrangements"), period.until),
        6 => circumstance::offer_support(edit, SupportKind::Mentor, period.from).map(drop),
        7 => {
            let taken = if act.n.is_multiple_of(2) { Taken::Yes } else { Taken::No };
            circumstance::set_support_taken(edit, item(edit, "support"), taken)
        }
        8 => circumstance::share_with_hr(edit, act.at.is_multiple_of(2)),
        _ => circumstance::edit_reason(edit, &act.splice()),
    }
}

/// A stop of some walk.
fn a_stop(act: &Act) -> Provenance {
    let (walk, stop) = (DocId::from_bytes([act.n; 16]), ItemId::from_bytes([act.at; 8]));
    Provenance { walk, stop, at: Timestamp(i64::from(act.at)) }
}

pub(super) fn complain(edit: &mut Edit<'_>, act: &Act) -> Result<(), EditError> {
    let blocker = act.item(edit, "items");
    let who = act.at.is_multiple_of(2).then(|| person(act.at));
    match act.verb % 12 {
        0..=2 => {
            let topic = act.n.is_multiple_of(2).then(|| act.text.clone());
            let (what, since) = (act.text.clone(), act.day().unwrap());
            let new = NewBlocker { what, topic, since, person: who, owner: None };
            match act.n.is_multiple_of(3) {
                true => team_blockers::add_blocker_from_walk(edit, &new, &a_stop(act)).map(drop),
                false => team_blockers::add_blocker(edit, &new).map(drop),
            }
        }
        3 => team_blockers::edit_blocker(edit, blocker, &act.splice()),
        4 => team_blockers::edit_blocker_notes(edit, blocker, &act.splice()),
        5 => team_blockers::set_blocker_since(edit, blocker, act.day().unwrap()),
        6 => team_blockers::set_blocker_owner(edit, blocker, who),
        7 => {
            let state = if act.n.is_multiple_of(2) { State::Doing } else { State::Done };
            team_blockers::set_blocker_state(edit, blocker, state)
        }
        8 => team_blockers::set_blocks_me(edit, blocker, act.n.is_multiple_of(2)),
        9 => team_blockers::remove_blocker(edit, blocker),
        10 => team_blockers::restore_blocker(edit, blocker),
        _ => {
            let blocker = Path::of("items").item(blocker);
            act.settle(edit, &["since", "owner", "state"].map(|field| blocker.key(field)))
        }
    }
}

pub(super) fn applaud(edit: &mut Edit<'_>, act: &Act) -> Result<(), EditError> {
    let [recognition, idea, decision] =
        ["recognitions", "ideas", "decisions"].map(|collection| act.item(edit, collection));
    match act.verb % 13 {
        0..=2 => {
            let whom = person(1 + act.at % 2);
            let new = NewRecognition { whom, did_what: act.text.clone(), made_possible: String::new() };
            match act.n.is_multiple_of(3) {
                true => team_board::add_recognition_from_walk(edit, &new, &a_stop(act)).map(drop),
                false => team_board::add_recognition(edit, &new).map(drop),
            }
        }
        3 => {
            let text = [RecognitionText::DidWhat, RecognitionText::MadePossible][usize::from(act.at % 2)];
            team_board::edit_recognition(edit, (recognition, text), &act.splice())
        }
        4 => team_board::set_recognized(edit, recognition, person(act.at)),
        5 => team_board::set_may_be_said(edit, recognition, act.n.is_multiple_of(2)),
        6 => team_board::remove_recognition(edit, recognition),
        7 => team_board::restore_recognition(edit, recognition),
        8 => team_board::add_idea(edit, &act.text).map(drop),
        9 => team_board::edit_idea(edit, idea, &act.splice()),
        10 => {
            let answer = if act.n.is_multiple_of(2) { Answer::Trial } else { Answer::Later };
            team_board::decide_idea(edit, &NewDecision { idea, answer, why: act.text.clone() }).map(drop)
        }
        11 => team_board::edit_decision(edit, decision, &act.splice()),
        _ => act.settle(edit, &[Path::of("recognitions").item(recognition).key("whom")]),
    }
}
