//! Owns on paper what somebody has for themselves, or tells of themselves: walks, private notes, levels, how they are. It is in its
//! author's export, and in nobody else's.

use super::closing::conflicts;
use super::page::Page;
use crate::coaching::barometer::{BarometerView, EntryView};
use crate::coaching::floor_walk::{FloorWalkView, StopView};
use crate::coaching::manager_reflection::ReflectionView;
use crate::coaching::private_log::PrivateLogView;
use crate::coaching::tier_note::{MonthView, TierNoteView};
use crate::content::Heading;
use crate::content::{Labelled, Phrase};

pub(super) fn floor_walk(page: &mut Page<'_>, view: &FloorWalkView) {
    let reader = page.reader;
    page.fact(Heading::Began, view.started.map(|at| reader.moment(at)));
    page.fact(Heading::Ended, view.ended.map(|at| reader.moment(at)));
    view.stops.iter().for_each(|one| stop(page, one));
    conflicts(page, &view.conflicts);
}

fn stop(page: &mut Page<'_>, stop: &StopView) {
    let (reader, language) = (page.reader, page.reader.language);
    let tallies = stop.tallies.iter().map(|tally| format!("{}: {}", tally.name, tally.count));
    let mut details = vec![
        Some(stop.kind.label(language)),
        stop.person.map(|person| reader.name(person)),
        stop.at.map(|at| reader.moment(at)),
        stop.minutes.map(|count| Phrase::Minutes { count }.text(language)),
        page.named(Heading::Topics, (!stop.tags.is_empty()).then(|| stop.tags.join(", "))),
    ];
    details.extend(tallies.map(Some));
    page.item(&stop.text, details, stop.removed.as_ref());
}

pub(super) fn private_log(page: &mut Page<'_>, view: &PrivateLogView) {
    let reader = page.reader;
    if !view.notes.is_empty() {
        page.part(Heading::Notes);
    }
    for note in &view.notes {
        let topics = page.named(Heading::Topics, (!note.tags.is_empty()).then(|| note.tags.join(", ")));
        page.item(&note.text, vec![note.at.map(|at| reader.moment(at)), topics], note.removed.as_ref());
    }
    if !view.to_raise.is_empty() {
        page.part(Heading::ToRaise);
    }
    for one in &view.to_raise {
        let raised = page.named(Heading::Raised, one.raised_at.map(|at| reader.moment(at)));
        page.item(&one.text, vec![one.at.map(|at| reader.moment(at)), raised], one.removed.as_ref());
    }
    conflicts(page, &view.conflicts);
}

pub(super) fn manager_reflection(page: &mut Page<'_>, view: &ReflectionView) {
    for thought in &view.thoughts {
        let at = thought.at.map(|at| page.reader.moment(at));
        page.item(&thought.text, vec![at], thought.removed.as_ref());
    }
}

pub(super) fn barometer(page: &mut Page<'_>, view: &BarometerView) {
    view.entries.iter().for_each(|one| entry(page, one));
    conflicts(page, &view.conflicts);
}

fn entry(page: &mut Page<'_>, entry: &EntryView) {
    let level = |number: u8| format!("{number}/5");
    let mood = page.named(Heading::Mood, entry.mood.map(|mood| level(mood.number())));
    let load = page.named(Heading::Load, entry.load.map(|load| level(load.number())));
    let at = entry.at.map(|at| page.reader.moment(at)).unwrap_or_default();
    let note = Some(entry.note.clone());
    page.item(&at, vec![mood, load, note], entry.removed.as_ref());
}

pub(super) fn tier_note(page: &mut Page<'_>, view: &TierNoteView) {
    (1..).zip(&view.months).for_each(|(number, one)| month(page, number, one));
    conflicts(page, &view.conflicts);
}

fn month(page: &mut Page<'_>, number: u8, month: &MonthView) {
    let (reader, language) = (page.reader, page.reader.language);
    let is_empty = month.texts.iter().all(|text| text.text.text.trim().is_empty());
    if is_empty && month.tier.is_none() && month.diagnosis.is_none() && month.review_on.is_none() {
        return;
    }
    page.named_part(&format!("{} {number}", page.say(Heading::Month)));
    page.fact(Heading::State, month.tier.map(|tier| tier.label(language)));
    page.fact(Heading::Reason, month.diagnosis.map(|diagnosis| diagnosis.label(language)));
    page.fact(Heading::ReviewOn, month.review_on.map(|day| reader.day(day)));
    for text in &month.texts {
        page.named_fact(&text.field.label(language), Some(text.text.text.as_str()));
    }
}
