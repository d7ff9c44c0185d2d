//! Owns what the team says to all of itself: what is in its way, who did what, and ideas with what became of them.

use super::super::cast::Pair;
use super::super::diary::{Diary, later, moment};
use super::items;
use sync_core::coaching::item::State;
use sync_core::coaching::team_blockers::{self, NewBlocker};
use sync_core::coaching::team_board::{self, Answer, NewDecision, NewRecognition};
use sync_core::time::Day;

pub(super) fn write(diary: &mut Diary<'_>) {
    for monday in diary.mondays() {
        let pair = diary.one_of(&diary.cast.pairs);
        match diary.any(0..10) {
            0..5 => blocker(diary, &pair, later(monday, 1)),
            5..7 => idea(diary, &pair, later(monday, 2)),
            _ => {}
        }
        let pair = diary.one_of(&diary.cast.pairs);
        recognize(diary, &pair, later(monday, 4));
    }
}

/// Most are gone within a week or two.
fn blocker(diary: &mut Diary<'_>, pair: &Pair, day: Day) {
    let place = (&team_blockers::SPEC, team_blockers::key(diary.cast.team, day.quarter()));
    let new = NewBlocker {
        what: diary.say(pair, "blocker").to_owned(),
        topic: None,
        since: day,
        person: Some(pair.agent),
        owner: Some(diary.cast.leader),
    };
    diary.put((pair.agent, moment(day, 13 * 60 + 15)), place, move |edit, _| {
        team_blockers::add_blocker(edit, &new).map(drop)
    });
    // What comes up in the last days of a quarter stands on the page of that quarter.
    if diary.chance(80) && later(day, 6).quarter() == day.quarter() {
        diary.put((diary.cast.leader, moment(later(day, 6), 9 * 60)), place, |edit, _| {
            let last = items(edit, "items").pop();
            last.map_or(Ok(()), |blocker| team_blockers::set_blocker_state(edit, blocker, State::Done))
        });
    }
}

fn idea(diary: &mut Diary<'_>, pair: &Pair, day: Day) {
    let place = (&team_board::SPEC, team_board::key(diary.cast.team, day.quarter()));
    let text = diary.say(pair, "topic");
    diary.put((pair.agent, moment(day, 12 * 60 + 40)), place, move |edit, _| {
        team_board::add_idea(edit, text).map(drop)
    });
    let answer = diary.one_of(&[Answer::Trial, Answer::Accepted, Answer::Later]);
    let why = diary.say(pair, "reason");
    diary.put((diary.cast.leader, moment(later(day, 1), 17 * 60)), place, move |edit, _| {
        let Some(idea) = items(edit, "ideas").pop() else { return Ok(()) };
        team_board::decide_idea(edit, &NewDecision { idea, answer, why: why.to_owned() }).map(drop)
    });
}

fn recognize(diary: &mut Diary<'_>, pair: &Pair, day: Day) {
    let place = (&team_board::SPEC, team_board::key(diary.cast.team, day.quarter()));
    let new = NewRecognition {
        whom: pair.agent,
        did_what: diary.say(pair, "praise").to_owned(),
        made_possible: diary.say(pair, "effect").to_owned(),
    };
    diary.put((diary.cast.leader, moment(day, 17 * 60 + 30)), place, move |edit, _| {
        team_board::add_recognition(edit, &new).map(drop)
    });
}
