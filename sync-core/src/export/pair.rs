//! Owns on paper what two people agree about how they work together, and what is different for one of them for a while.

use super::closing::{acknowledged, conflicts};
use super::goals::number;
use super::page::Page;
use crate::coaching::circumstance::{CircumstanceView, ExceptionView, Measured};
use crate::coaching::hand_over::{BroughtView, HandOverView};
use crate::coaching::partnership::{BacklogView, PartnershipView};
use crate::content::Heading;
use crate::content::{Label, Labelled, Phrase};
use crate::metric::kpi;

pub(super) fn partnership(page: &mut Page<'_>, view: &PartnershipView) {
    let (reader, language) = (page.reader, page.reader.language);
    page.fact(Heading::Rhythm, view.cadence.rhythm.map(|rhythm| rhythm.label(language)));
    page.fact(Heading::When, view.cadence.first.map(|slot| reader.slot(slot)));
    let minutes = view.cadence.minutes.map(|count| Phrase::Minutes { count }.text(language));
    page.fact(Heading::Duration, minutes);
    page.fact(Heading::Place, view.cadence.place.as_deref());
    for term in &view.contract.terms {
        page.named_fact(&term.term.label(language), Some(term.text.text.as_str()));
    }
    page.fact(Heading::ReviewOn, view.contract.review_on.map(|day| reader.day(day)));
    acknowledged(page, &view.contract.acks);
    page.fact(Heading::AboutMe, Some(view.about_me.text.as_str()));
    if !view.bring_list.is_empty() {
        page.part(Heading::BringList);
        view.bring_list.iter().for_each(|one| page.item(&one.what, Vec::new(), one.removed.as_ref()));
    }
    if !view.backlog.is_empty() {
        page.part(Heading::Backlog);
        view.backlog.iter().for_each(|entry| backlog(page, entry));
    }
    conflicts(page, &view.conflicts);
}

fn backlog(page: &mut Page<'_>, entry: &BacklogView) {
    let (reader, language) = (page.reader, page.reader.language);
    let details = vec![
        Some(entry.kind.label(language)),
        entry.area.map(|area| area.label(language)),
        entry.by.map(|by| reader.name(by)),
        entry.at.map(|at| reader.moment(at)),
        entry.before_next.map(|_| Label::DoNotWait.text(language)),
    ];
    page.item(&entry.text, details, entry.removed.as_ref());
}

pub(super) fn hand_over(page: &mut Page<'_>, view: &HandOverView) {
    if !view.note.text.trim().is_empty() {
        page.part(Heading::HandOverNote);
        page.prose(&view.note.text);
    }
    if !view.brought.is_empty() {
        page.part(Heading::Brought);
    }
    view.brought.iter().for_each(|one| brought(page, one));
    acknowledged(page, &view.acks);
}

/// What was a page of its own stands here as it was written there; of what the agent took back only that they did.
fn brought(page: &mut Page<'_>, one: &BroughtView) {
    match &one.removed {
        Some(removal) => page.item(&one.title, Vec::new(), Some(removal)),
        None => {
            page.section(&one.title);
            page.quoted(&one.text);
        }
    }
}

pub(super) fn circumstance(page: &mut Page<'_>, view: &CircumstanceView) {
    let (reader, language) = (page.reader, page.reader.language);
    let period =
        view.period.map(|period| format!("{} – {}", reader.day(period.from), reader.day(period.until)));
    page.fact(Heading::Period, period);
    page.fact(Heading::ReviewOn, view.review_on.map(|day| reader.day(day)));
    page.fact(Heading::Reason, Some(view.reason.text.as_str()));
    view.exceptions.iter().for_each(|one| exception(page, one));
    for one in &view.arrangements {
        let days = [one.from, one.until].into_iter().flatten().map(|day| reader.day(day));
        let days = days.collect::<Vec<_>>().join(" – ");
        page.item(&one.what, vec![Some(days)], one.removed.as_ref());
    }
    for one in &view.support {
        let (on, taken) = (one.offered_on.map(|day| reader.day(day)), one.taken.label(language));
        page.item(&one.kind.label(language), vec![on, Some(taken)], one.removed.as_ref());
    }
    conflicts(page, &view.conflicts);
}

fn exception(page: &mut Page<'_>, exception: &ExceptionView) {
    let language = page.reader.language;
    let what = match &exception.measured {
        Some(Measured::Kpi { name }) => {
            kpi(name).map_or(name.as_str(), |kpi| kpi.names.of(language)).to_owned()
        }
        Some(Measured::Goal { .. }) | None => page.say(Heading::Goal),
    };
    let target = page.named(Heading::Target, exception.target.map(|target| number(target, language)));
    page.item(&what, vec![target], exception.removed.as_ref());
}
