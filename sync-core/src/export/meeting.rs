//! Owns a meeting on paper.

use super::closing::{acknowledged, conflicts, state};
use super::page::Page;
use crate::coaching::meeting::{AgendaView, FollowUpView, LastMonth, LastMonthLine, MeetingView, MoveView};
use crate::content::Heading;
use crate::content::{Label, Labelled, Phrase, shown_topic};
use crate::metric::{Decimal, kpi, show_in};

pub(super) fn meeting(page: &mut Page<'_>, view: &MeetingView) {
    let (reader, language) = (page.reader, page.reader.language);
    page.fact(Heading::Kind, Some(view.kind.label(language)));
    page.named_fact(&Label::Planned.text(language), view.planned.map(|slot| reader.slot(slot)));
    page.fact(Heading::Place, view.place.as_deref());
    page.named_fact(&Label::Held.text(language), held(page, view));
    page.fact(Heading::NotHeld, view.not_held.map(|why| why.label(language)));
    page.fact(Heading::Topics, Some(view.topics.join(", ")));
    view.moves.iter().for_each(|moved| move_line(page, moved));
    view.last_month.iter().for_each(|month| last_month(page, month));
    if !view.agenda.is_empty() {
        page.part(Heading::Agenda);
        view.agenda.iter().for_each(|topic| agenda(page, topic));
    }
    if !view.notes.text.trim().is_empty() {
        page.part(Heading::Notes);
        page.prose(&view.notes.text);
    }
    for section in view.sections.iter().filter(|section| !section.notes.text.trim().is_empty()) {
        page.section(&section.section.label(language));
        page.prose(&section.notes.text);
    }
    if !view.follow_ups.is_empty() {
        page.part(Heading::FollowUps);
        view.follow_ups.iter().for_each(|promise| follow_up(page, promise));
    }
    acknowledged(page, &view.acks);
    conflicts(page, &view.conflicts);
}

fn held(page: &Page<'_>, view: &MeetingView) -> Option<String> {
    let held = view.held?;
    let start = held.start.map(|at| page.reader.moment(at));
    let ms = held.start.zip(held.end).map(|(start, end)| end.ms_since(start).max(0));
    let minutes = ms.and_then(|ms| u32::try_from(ms / 60_000).ok());
    let length = minutes.map(|count| Phrase::Minutes { count }.text(page.reader.language));
    Some(start.into_iter().chain(length).collect::<Vec<_>>().join(" · "))
}

fn move_line(page: &mut Page<'_>, moved: &MoveView) {
    let reader = page.reader;
    let slots = [moved.from, moved.to].into_iter().flatten().map(|slot| reader.slot(slot));
    let (from_to, by) = (slots.collect::<Vec<_>>().join(" → "), moved.by.map(|by| reader.name(by)));
    let said = std::iter::once(from_to).chain(by).collect::<Vec<_>>().join(" · ");
    let label = if moved.is_late { Label::MovedLate } else { Label::Moved };
    page.named_fact(&label.text(reader.language), Some(said));
}

fn agenda(page: &mut Page<'_>, topic: &AgendaView) {
    let language = page.reader.language;
    let section = topic.section.map(|section| section.label(language));
    let by = topic.by.map(|by| page.reader.name(by));
    page.item(&shown_topic(topic, language), vec![section, by], topic.removed.as_ref());
}

fn follow_up(page: &mut Page<'_>, promise: &FollowUpView) {
    let reader = page.reader;
    let due = page.named(Heading::Due, promise.due.map(|due| reader.day(due)));
    let owner = promise.owner.map(|owner| reader.name(owner));
    page.item(&promise.text, vec![state(page, promise.state), owner, due], promise.removed.as_ref());
}

fn last_month(page: &mut Page<'_>, month: &LastMonth) {
    page.part(Heading::LastMonth);
    page.fact(Heading::Month, Some(month.month.to_string()));
    month.lines.iter().for_each(|line| figure(page, line));
}

fn figure(page: &mut Page<'_>, line: &LastMonthLine) {
    let language = page.reader.language;
    let known = kpi(&line.kpi);
    let value = |thousandths| {
        let value = Decimal::from_thousandths(thousandths);
        known.map_or_else(|| value.to_string(), |kpi| show_in(kpi, value, language))
    };
    let name = known.map_or(line.kpi.as_str(), |kpi| kpi.names.of(language));
    let actual = page.named(Heading::Actual, line.actual.map(|actual| value(actual.0)));
    let target = page.named(Heading::Target, line.target.map(|target| value(target.0)));
    let adjusted = line.is_adjusted.then(|| Label::Adjusted.text(language));
    page.item(name, vec![actual, target, adjusted], None);
}
