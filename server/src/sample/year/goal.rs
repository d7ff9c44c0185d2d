//! Owns what people set out to reach: goals of a quarter, agreed by both, and plans with steps.

use super::super::cast::Pair;
use super::super::diary::{Diary, later, moment};
use super::items;
use std::collections::BTreeSet;
use sync_core::coaching::action_plan::{self, Decision, NewStep, PlanKind};
use sync_core::coaching::goal_set::{self, GoalState, NewCommitment, NewGoal};
use sync_core::coaching::item::{Side, State};
use sync_core::coaching::measure::{Measure, MeasureKind};
use sync_core::coaching::tier_note::Tier;
use sync_core::document::{Amount, Edit, EditError, Splice};
use sync_core::ids::ItemId;
use sync_core::key::NaturalKey;
use sync_core::time::{Day, Quarter};

/// What goals are about: the section of words, the measure, where it begins and where it is to end, in thousandths.
const GOALS: [(&str, MeasureKind, &str, i64, i64); 4] = [
    ("goal_csat", MeasureKind::Kpi, "csat", 84_000, 88_000),
    ("goal_fcr", MeasureKind::Kpi, "fcr", 70_000, 76_000),
    ("goal_quality", MeasureKind::Kpi, "quality", 84_000, 90_000),
    ("goal_behaviour", MeasureKind::Behaviour, "an open question before each offer", 1_000, 5_000),
];
/// Plans of the twelve in a year: every third has a fourth one.
const PLANS: usize = 3;

pub(super) fn write(diary: &mut Diary<'_>, number: usize) {
    let pair = diary.cast.pairs[number];
    for quarter in quarters(diary) {
        goals(diary, &pair, quarter);
    }
    let plans = PLANS + usize::from(number.is_multiple_of(3));
    let weeks = i32::from(diary.settings.weeks);
    for plan in 0..plans {
        let day = later(diary.settings.first_monday(), 3 + 7 * weeks * plan as i32 / plans as i32);
        write_plan(diary, &pair, day);
    }
}

/// The quarters that the sample has a Monday in.
fn quarters(diary: &Diary<'_>) -> BTreeSet<Quarter> {
    diary.mondays().into_iter().filter(|monday| *monday <= diary.settings.until).map(Day::quarter).collect()
}

fn goals(diary: &mut Diary<'_>, pair: &Pair, quarter: Quarter) {
    let key = goal_set::key(pair.tenure, quarter);
    let first = quarter.first_day().max(diary.settings.first_monday());
    let place = (&goal_set::SPEC, key);
    let new = [0, 1].map(|_| new_goal(diary, pair, quarter.last_day()));
    let leader = diary.cast.leader;
    diary.put((leader, moment(later(first, 3), 14 * 60)), place, move |edit, _| {
        new.iter().try_for_each(|(goal, commitments)| set_goal(edit, goal, commitments))
    });
    // Each agrees to what both see: that is a change of its own for each goal, for what one agrees to has to be known to others.
    for (person, minute) in [(leader, 14 * 60 + 10), (pair.agent, 14 * 60 + 20)] {
        for nth in 0..2 {
            diary.put((person, moment(later(first, 3), minute + nth as i64)), place, move |edit, _| {
                items(edit, "goals").get(nth).map_or(Ok(()), |goal| goal_set::agree(edit, *goal))
            });
        }
    }
    for month in 1..=2 {
        progress(diary, pair, key, later(first, 30 * month));
    }
    let state = diary.one_of(&[GoalState::Reached, GoalState::Reached, GoalState::NotReached]);
    diary.put((leader, moment(later(quarter.last_day(), 1), 10 * 60)), place, move |edit, _| {
        items(edit, "goals").into_iter().try_for_each(|goal| goal_set::set_goal_state(edit, goal, state))
    });
}

fn new_goal(diary: &mut Diary<'_>, pair: &Pair, due: Day) -> (NewGoal, [NewCommitment; 2]) {
    let (section, kind, what, baseline, target) = diary.one_of(&GOALS);
    let goal = NewGoal {
        title: diary.say(pair, section).to_owned(),
        why: diary.say(pair, "why").to_owned(),
        measure: Some(Measure { kind, what: what.to_owned() }),
        baseline: Some(Amount(baseline)),
        target: Some(Amount(target)),
        due: Some(due),
    };
    let sides = [(Side::Agent, "commit_agent"), (Side::Leader, "commit_leader")];
    let commitments = sides.map(|(side, section)| NewCommitment {
        side,
        text: diary.say(pair, section).to_owned(),
        due: Some(due),
    });
    (goal, commitments)
}

fn set_goal(edit: &mut Edit<'_>, goal: &NewGoal, commitments: &[NewCommitment]) -> Result<(), EditError> {
    let id = goal_set::add_goal(edit, goal)?;
    commitments.iter().try_for_each(|new| goal_set::add_commitment(edit, id, new).map(drop))
}

fn progress(diary: &mut Diary<'_>, pair: &Pair, key: NaturalKey, day: Day) {
    let note = diary.say(pair, "progress");
    let value = Amount(diary.any(74..90) * 1_000);
    let place = (&goal_set::SPEC, key);
    diary.put((pair.agent, moment(day, 16 * 60)), place, move |edit, _| {
        let first = items(edit, "goals").first().copied();
        first.map_or(Ok(()), |goal| goal_set::add_progress(edit, goal, Some(value), note).map(drop))
    });
}

fn write_plan(diary: &mut Diary<'_>, pair: &Pair, day: Day) {
    let key = action_plan::new_key(pair.tenure, &mut diary.dice);
    let place = (&action_plan::SPEC, key);
    let kind = match pair.who.tier {
        Tier::High => PlanKind::Growth,
        Tier::Steady => PlanKind::Development,
        Tier::Low => PlanKind::Improvement,
    };
    let (title, aim) = (diary.say(pair, "plan"), diary.say(pair, "aim"));
    let steps: Vec<NewStep> = (0..4).map(|nth| step(diary, pair, later(day, 12 + 14 * nth))).collect();
    let (look_at, on) = (diary.say(pair, "look_at"), later(day, 40));
    diary.put((diary.cast.leader, moment(day, 15 * 60)), place, move |edit, _| {
        action_plan::set_title(edit, title)?;
        action_plan::set_kind(edit, kind)?;
        action_plan::edit_aim(edit, &Splice::insert(0, aim))?;
        steps.iter().try_for_each(|step| action_plan::add_step(edit, step).map(drop))?;
        action_plan::add_checkpoint(edit, on, look_at).map(drop)
    });
    for nth in 0..4 {
        if diary.chance(85) {
            let at = moment(later(day, 11 + 14 * nth as i32), 16 * 60 + 40);
            diary.put((pair.agent, at), place, move |edit, _| {
                nth_of(edit, "steps", nth, |edit, step| action_plan::set_step_state(edit, step, State::Done))
            });
        }
    }
    look_back(diary, pair, (key, day));
}

fn step(diary: &mut Diary<'_>, pair: &Pair, due: Day) -> NewStep {
    let owner = if diary.chance(75) { pair.agent } else { diary.cast.leader };
    NewStep { text: diary.say(pair, "step").to_owned(), owner: Some(owner), due: Some(due) }
}

/// The checkpoint and two reviews; then the plan is closed, if there is time left for that.
fn look_back(diary: &mut Diary<'_>, pair: &Pair, (key, day): (NaturalKey, Day)) {
    let place = (&action_plan::SPEC, key);
    let leader = diary.cast.leader;
    for days in [28, 56] {
        let summary = diary.say(pair, "review");
        diary.put((leader, moment(later(day, days), 11 * 60)), place, move |edit, _| {
            action_plan::add_review(edit, summary).map(drop)
        });
    }
    let result = diary.say(pair, "outcome");
    let decision = diary.one_of(&[Decision::GoOn, Decision::Adjust]);
    diary.put((leader, moment(later(day, 41), 11 * 60)), place, move |edit, _| {
        nth_of(edit, "checkpoints", 0, |edit, checkpoint| {
            action_plan::edit_result(edit, checkpoint, &Splice::insert(0, result))?;
            action_plan::set_decision(edit, checkpoint, Some(decision))
        })
    });
    diary.put((leader, moment(later(day, 75), 11 * 60)), place, |edit, _| action_plan::close(edit));
}

fn nth_of(
    edit: &mut Edit<'_>,
    collection: &str,
    nth: usize,
    make: impl Fn(&mut Edit<'_>, ItemId) -> Result<(), EditError>,
) -> Result<(), EditError> {
    match items(edit, collection).get(nth) {
        Some(item) => make(edit, *item),
        None => Ok(()),
    }
}
