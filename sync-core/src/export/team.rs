//! Owns on paper what a team or everybody reads: goals and standards, how a team does things, the strategy.

use super::closing::{acknowledged, conflicts};
use super::goals::{measured, number};
use super::page::Page;
use crate::coaching::org_strategy::StrategyView;
use crate::coaching::team_goals::{StandardView, TeamGoalView, TeamGoalsView};
use crate::coaching::team_policy::{OpenHoursView, TeamPolicyView};
use crate::content::Heading;
use crate::content::Labelled;
use crate::content::format::time_of_day;

pub(super) fn team_goals(page: &mut Page<'_>, view: &TeamGoalsView) {
    if !view.goals.is_empty() {
        page.part(Heading::Goals);
        view.goals.iter().for_each(|one| goal(page, one));
    }
    if !view.standards.is_empty() {
        page.part(Heading::Standards);
        view.standards.iter().for_each(|one| standard(page, one));
    }
    if !view.consequences.text.trim().is_empty() {
        page.part(Heading::Consequences);
        page.prose(&view.consequences.text);
    }
    conflicts(page, &view.conflicts);
}

fn goal(page: &mut Page<'_>, goal: &TeamGoalView) {
    let (reader, language) = (page.reader, page.reader.language);
    page.section(&goal.title);
    page.fact(Heading::Why, Some(goal.why.as_str()));
    measured(page, goal.measure.as_ref());
    page.fact(Heading::Target, goal.target.map(|amount| number(amount, language)));
    page.fact(Heading::Due, goal.due.map(|due| reader.day(due)));
    acknowledged(page, &goal.acks);
    if let Some(removal) = &goal.removed {
        page.item(&goal.title, Vec::new(), Some(removal));
    }
}

fn standard(page: &mut Page<'_>, standard: &StandardView) {
    page.section(&standard.statement);
    for (heading, examples) in
        [(Heading::LooksLike, &standard.looks_like), (Heading::LooksUnlike, &standard.looks_unlike)]
    {
        for example in examples {
            let what = format!("{}: {}", page.say(heading), example.what);
            page.item(&what, Vec::new(), example.removed.as_ref());
        }
    }
    acknowledged(page, &standard.acks);
    if let Some(removal) = &standard.removed {
        page.item(&standard.statement, Vec::new(), Some(removal));
    }
}

pub(super) fn team_policy(page: &mut Page<'_>, view: &TeamPolicyView) {
    let language = page.reader.language;
    for rhythm in &view.rhythms {
        page.named_fact(&rhythm.practice.label(language), Some(rhythm.every.label(language)));
    }
    page.fact(Heading::OffQueue, view.off_queue_at_once.map(|people| people.to_string()));
    if !view.open_hours.is_empty() {
        page.part(Heading::OpenHours);
        view.open_hours.iter().for_each(|one| open_hours(page, one));
    }
    if !view.questions.is_empty() {
        page.part(Heading::Questions);
        for question in &view.questions {
            let section = question.section.map(|section| section.label(language));
            page.item(&question.text, vec![section], question.removed.as_ref());
        }
    }
    conflicts(page, &view.conflicts);
}

fn open_hours(page: &mut Page<'_>, open: &OpenHoursView) {
    let Some(hours) = open.hours else { return };
    let said = format!("{}–{}", time_of_day(hours.from), time_of_day(hours.until));
    let weekday = crate::content::weekday(hours.weekday, page.reader.language);
    page.item(&said, vec![weekday], open.removed.as_ref());
}

pub(super) fn org_strategy(page: &mut Page<'_>, view: &StrategyView) {
    for aim in &view.aims {
        page.named_part(&aim.title);
        page.fact(Heading::Owner, aim.owner.map(|owner| page.reader.name(owner)));
        page.prose(&aim.text);
        acknowledged(page, &aim.acks);
        if let Some(removal) = &aim.removed {
            page.item(&aim.title, Vec::new(), Some(removal));
        }
    }
    conflicts(page, &view.conflicts);
}
