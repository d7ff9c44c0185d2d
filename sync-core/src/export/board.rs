//! Owns on paper what a team writes together: what is in its way, who is recognized for what, its ideas.

use super::closing::conflicts;
use super::page::Page;
use crate::coaching::team_blockers::{BlockerView, TeamBlockersView};
use crate::coaching::team_board::{IdeaView, RecognitionText, RecognitionView, TeamBoardView};
use crate::content::{Heading, Labelled};

pub(super) fn team_blockers(page: &mut Page<'_>, view: &TeamBlockersView) {
    view.blockers.iter().for_each(|one| blocker(page, one));
    conflicts(page, &view.conflicts);
}

fn blocker(page: &mut Page<'_>, blocker: &BlockerView) {
    let (reader, language) = (page.reader, page.reader.language);
    page.named_part(&blocker.what);
    page.fact(Heading::State, Some(blocker.state.label(language)));
    page.fact(Heading::Place, blocker.topic.as_deref());
    page.fact(Heading::Began, blocker.since.map(|day| reader.day(day)));
    page.fact(Heading::Owner, blocker.owner.map(|owner| reader.name(owner)));
    page.fact(Heading::By, blocker.by.map(|by| reader.name(by)));
    page.prose(&blocker.notes);
    if let Some(removal) = &blocker.removed {
        page.item(&blocker.what, Vec::new(), Some(removal));
    }
}

pub(super) fn team_board(page: &mut Page<'_>, view: &TeamBoardView) {
    if !view.recognitions.is_empty() {
        page.part(Heading::Recognitions);
        view.recognitions.iter().for_each(|one| recognition(page, one));
    }
    if !view.ideas.is_empty() {
        page.part(Heading::Ideas);
        view.ideas.iter().for_each(|one| idea(page, one));
    }
    conflicts(page, &view.conflicts);
}

fn recognition(page: &mut Page<'_>, recognition: &RecognitionView) {
    let (reader, language) = (page.reader, page.reader.language);
    let whom = recognition.whom.map_or_else(|| page.say(Heading::Somebody), |whom| reader.name(whom));
    page.section(&whom);
    page.fact(Heading::By, recognition.by.map(|by| reader.name(by)));
    page.fact(Heading::When, recognition.at.map(|at| reader.moment(at)));
    for (field, text) in [
        (RecognitionText::DidWhat, &recognition.did_what),
        (RecognitionText::MadePossible, &recognition.made_possible),
    ] {
        page.named_fact(&field.label(language), Some(text.as_str()));
    }
    if let Some(removal) = &recognition.removed {
        page.item(&whom, Vec::new(), Some(removal));
    }
}

fn idea(page: &mut Page<'_>, idea: &IdeaView) {
    let (reader, language) = (page.reader, page.reader.language);
    let by = idea.by.map(|by| reader.name(by));
    let when = idea.at.map(|at| reader.moment(at));
    page.item(&idea.text, vec![by, when], idea.removed.as_ref());
    for decision in &idea.decisions {
        let answer = decision.answer.label(language);
        let said = [answer.as_str(), decision.why.trim()].join(" ");
        page.item(said.trim(), vec![decision.by.map(|by| reader.name(by))], None);
    }
}
