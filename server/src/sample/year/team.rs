//! Owns what everybody shares: the strategy, the team's goals and standards, how the team does things.

use super::super::diary::{Diary, later, moment};
use super::items;
use std::collections::BTreeSet;
use sync_core::coaching::link::Link;
use sync_core::coaching::measure::{Measure, MeasureKind};
use sync_core::coaching::meeting::Section;
use sync_core::coaching::team_goals::{self, Example, NewTeamGoal};
use sync_core::coaching::team_policy::{self, Every, OpenHours, Practice};
use sync_core::coaching::{Kind, org_strategy};
use sync_core::document::{Amount, Edit, EditError, Splice};
use sync_core::ids::DocId;
use sync_core::time::{Day, Quarter, Year};

/// The team's goals: the section of words, the key figure, and where it is to be, in thousandths.
const GOALS: [(&str, &str, i64); 2] = [("team_goal_csat", "csat", 87_000), ("team_goal_fcr", "fcr", 75_000)];

pub(super) fn write(diary: &mut Diary<'_>) {
    let until = diary.settings.until;
    let mondays: Vec<Day> = diary.mondays().into_iter().filter(|monday| *monday <= until).collect();
    let first = diary.settings.first_monday();
    mondays
        .iter()
        .map(|day| day.year())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .for_each(|year| strategy(diary, year));
    mondays
        .iter()
        .map(|day| day.quarter())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .for_each(|one| goals(diary, one));
    policy(diary, first);
}

fn strategy(diary: &mut Diary<'_>, year: Year) {
    let aims = |words: &[&'static str], texts: &[&'static str]| -> Vec<_> {
        words.iter().copied().zip(texts.iter().copied()).collect()
    };
    let aims = aims(diary.words.of_team("aim_title"), diary.words.of_team("aim_text"));
    let day = year.first_day().max(diary.settings.first_monday());
    let (head, place) = (diary.cast.head, (&org_strategy::SPEC, org_strategy::key(year)));
    diary.put((head, moment(day, 9 * 60)), place, move |edit, _| {
        for (title, text) in &aims {
            let aim = org_strategy::add_aim(edit, title, text)?;
            org_strategy::set_aim_owner(edit, aim, Some(head))?;
        }
        Ok(())
    });
}

fn goals(diary: &mut Diary<'_>, quarter: Quarter) {
    let (due, words) = (quarter.last_day(), &diary.words);
    let why = words.of_team("team_goal_why");
    let new = GOALS.iter().zip(why.iter().cycle()).map(|((section, kpi, target), why)| NewTeamGoal {
        title: words.of_team(section)[0].to_owned(),
        why: (*why).to_owned(),
        measure: Some(Measure { kind: MeasureKind::Kpi, what: (*kpi).to_owned() }),
        target: Some(Amount(*target)),
        due: Some(due),
    });
    let new: Vec<NewTeamGoal> = new.collect();
    let [standards, looks, unlike, consequences] =
        ["standard", "looks", "unlike", "consequences"].map(|section| words.of_team(section).to_vec());
    let first = quarter.first_day().max(diary.settings.first_monday());
    let place = (&team_goals::SPEC, team_goals::key(diary.cast.team, quarter));
    let year = org_strategy::key(first.year());
    let strategy = DocId::of(diary.cast.org, org_strategy::SPEC.name, &year);
    diary.put((diary.cast.leader, moment(first, 10 * 60)), place, move |edit, written| {
        let aims = written.document(Kind::of(&org_strategy::SPEC), &year).map(org_strategy::view);
        let aim = aims.and_then(|view| view.aims.first().map(|aim| Link { doc: strategy, item: aim.id }));
        for goal in &new {
            let id = team_goals::add_team_goal(edit, goal)?;
            team_goals::set_team_goal_aim(edit, id, aim)?;
        }
        for (nth, statement) in standards.iter().enumerate() {
            set_standard(edit, statement, (looks.get(nth).copied(), unlike.get(nth).copied()))?;
        }
        team_goals::edit_consequences(edit, &Splice::insert(0, consequences[0]))
    });
    read(diary, quarter, first);
}

fn set_standard(
    edit: &mut Edit<'_>,
    statement: &str,
    (looks, unlike): (Option<&str>, Option<&str>),
) -> Result<(), EditError> {
    let standard = team_goals::add_standard(edit, statement)?;
    for (side, what) in [(Example::LooksLike, looks), (Example::LooksUnlike, unlike)] {
        what.map_or(Ok(()), |what| team_goals::add_example(edit, (standard, side), what).map(drop))?;
    }
    Ok(())
}

/// Ten of twelve say within some days that they have read the first goal; one asks.
fn read(diary: &mut Diary<'_>, quarter: Quarter, first: Day) {
    let place = (&team_goals::SPEC, team_goals::key(diary.cast.team, quarter));
    for (number, pair) in diary.cast.pairs.iter().enumerate().take(10) {
        let question = (number == 4).then_some("Does a chat count as one contact?");
        let at = moment(later(first, 1 + number as i32 % 5), 12 * 60 + number as i64);
        diary.put((pair.agent, at), place, move |edit, _| {
            let goals = items(edit, "goals");
            goals.first().map_or(Ok(()), |goal| team_goals::acknowledge_team_goal(edit, *goal, question))
        });
    }
}

fn policy(diary: &mut Diary<'_>, day: Day) {
    let place = (&team_policy::SPEC, team_policy::key(diary.cast.team));
    let questions = diary.words.of_team("own_question").to_vec();
    diary.put((diary.cast.leader, moment(day, 8 * 60)), place, move |edit, _| {
        team_policy::set_rhythm(edit, Practice::OneOnOne, Some(Every::Week))?;
        team_policy::set_off_queue(edit, Some(2))?;
        team_policy::add_open_hours(edit, OpenHours { weekday: 3, from: 14 * 60, until: 15 * 60 })?;
        questions
            .iter()
            .try_for_each(|text| team_policy::add_question(edit, Section::Feedback, text).map(drop))
    });
}
