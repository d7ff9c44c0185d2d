//! Owns a quarter's feedback on paper.

use super::closing::{acknowledged, conflicts};
use super::page::Page;
use crate::coaching::feedback_log::{EvidenceView, FeedbackLogView, FeedbackView};
use crate::content::Heading;
use crate::content::{Label, Labelled, format};

pub(super) fn feedback_log(page: &mut Page<'_>, view: &FeedbackLogView) {
    view.items.iter().for_each(|item| feedback(page, item));
    conflicts(page, &view.conflicts);
}

fn feedback(page: &mut Page<'_>, item: &FeedbackView) {
    let (reader, language) = (page.reader, page.reader.language);
    let when = item.at.map(|at| reader.moment(at));
    let title = std::iter::once(item.kind.label(language)).chain(when).collect::<Vec<_>>().join(" · ");
    page.named_part(&title);
    page.fact(Heading::By, item.by.map(|by| reader.name(by)));
    let source = item.said_by.as_ref().map(|said_by| format!("{} · {said_by}", item.source.label(language)));
    page.fact(Heading::SaidBy, source);
    for text in &item.texts {
        page.named_fact(&text.field.label(language), Some(text.text.text.as_str()));
    }
    page.fact(Heading::ProposedBy, item.proposed_by.map(|side| side.label(language)));
    page.fact(Heading::LookAgain, item.look_again_on.map(|day| reader.day(day)));
    let skipped = item.strength_skipped.then(|| Label::StrengthSkipped.text(language));
    let lacks = item.lacks.iter().map(|lack| lack.label(language)).chain(skipped);
    page.fact(Heading::State, Some(lacks.collect::<Vec<_>>().join(", ")));
    item.evidence.iter().for_each(|one| evidence(page, one));
    acknowledged(page, &item.acks);
    if let Some(removal) = &item.removed {
        page.item(&item.kind.label(language), Vec::new(), Some(removal));
    }
}

fn evidence(page: &mut Page<'_>, evidence: &EvidenceView) {
    let at = evidence.offset_seconds.map(|seconds| format::duration(i64::from(seconds)));
    let details = vec![at, evidence.note.clone()];
    let name = format!("{}: {} {}", page.say(Heading::Evidence), evidence.system, evidence.conversation);
    page.item(&name, details, evidence.removed.as_ref());
}
