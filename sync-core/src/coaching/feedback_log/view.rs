//! Owns how a feedback log looks on screens and in lists.

use super::evidence::{self, EvidenceView};
use super::feedback::{self, FeedbackKind, FeedbackText, ITEMS, Lack, Source, items};
use crate::coaching::ack::{AckView, acks};
use crate::coaching::item::{self, Conflicts, Removal, Side};
use crate::coaching::meeting::Origin;
use crate::coaching::summary::{Summary, count};
use crate::document::{Conflict, Document, Item, Path, Prose};
use crate::ids::{ItemId, PersonId};
use crate::time::{Day, Timestamp};
use serde::Serialize;

/// A feedback log, as screens show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FeedbackLogView {
    /// The feedback in its order, with what was removed.
    pub items: Vec<FeedbackView>,
    /// Values that wait for somebody to settle them.
    pub conflicts: Vec<Conflict>,
}

/// One piece of feedback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FeedbackView {
    /// Which one.
    pub id: ItemId,
    /// What it is about: what is to change, while two people's kinds stand.
    pub kind: FeedbackKind,
    /// Whose words they are.
    pub source: Source,
    /// Who said so, if they are somebody else's.
    pub said_by: Option<String>,
    /// Who gave it, as their phone said.
    pub by: Option<PersonId>,
    /// When, by their phone's clock.
    pub at: Option<Timestamp>,
    /// Its texts, in the order of the form.
    pub texts: Vec<FeedbackTextView>,
    /// Whether its author said that no strength is named.
    pub strength_skipped: bool,
    /// What it lacks; while it lacks anything it is a draft.
    pub lacks: Vec<Lack>,
    /// Who proposed what comes next.
    pub proposed_by: Option<Side>,
    /// When to look again: the earlier day, while two people's days stand.
    pub look_again_on: Option<Day>,
    /// Where it can be heard again, with what was removed.
    pub evidence: Vec<EvidenceView>,
    /// The floor walk that it comes from.
    pub origin: Option<Origin>,
    /// Who acknowledged it, and whether that still holds.
    pub acks: Vec<AckView>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// One of the texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FeedbackTextView {
    /// Which.
    pub field: FeedbackText,
    /// What it says.
    pub text: Prose,
}

impl FeedbackView {
    /// One of its texts.
    pub fn text(&self, field: FeedbackText) -> &str {
        self.texts.iter().find(|text| text.field == field).map_or("", |text| &text.text.text)
    }
}

/// The log, as screens show it.
pub fn view(doc: Document<'_>) -> FeedbackLogView {
    let items = items(doc);
    FeedbackLogView {
        items: items.iter().map(|item| feedback_view(doc, item)).collect(),
        conflicts: conflicts(&items),
    }
}

/// Reads no more than it counts.
pub(super) fn summarise(doc: Document<'_>) -> Summary {
    let items = items(doc);
    let kept: Vec<_> = items.iter().map(Item::fields).filter(|item| !item::is_removed(*item)).collect();
    let look_again = |item: &Document<'_>| item.least::<Day>(&Path::of("look_again_on"));
    Summary {
        day: kept.iter().filter_map(look_again).min(),
        items: count(&kept),
        open: count(kept.iter().filter(|item| !feedback::lacks(**item).is_empty())),
        conflicts: count(conflicts(&items)),
        ..Summary::default()
    }
}

fn feedback_view(doc: Document<'_>, item: &Item<'_>) -> FeedbackView {
    let fields = item.fields();
    FeedbackView {
        id: item.id,
        kind: fields.greatest(&Path::of("kind")).unwrap_or(FeedbackKind::Praise),
        source: fields.get(&Path::of("source")).unwrap_or(Source::Own),
        said_by: fields.get(&Path::of("said_by")),
        by: fields.get(&Path::of("by")),
        at: fields.get(&Path::of("at")),
        texts: FeedbackText::ALL.map(|field| text_view(fields, field)).into(),
        strength_skipped: fields.get(&Path::of("strength_skipped")) == Some(true),
        lacks: feedback::lacks(fields),
        proposed_by: fields.get(&Path::of("proposed_by")),
        look_again_on: fields.least(&Path::of("look_again_on")),
        evidence: evidence::views(fields),
        origin: Origin::of(fields),
        acks: acks(doc, &Path::of(ITEMS).item(item.id)),
        removed: Removal::of(fields),
    }
}

fn text_view(item: Document<'_>, field: FeedbackText) -> FeedbackTextView {
    FeedbackTextView { field, text: item.prose(&Path::of(field.word())) }
}

fn conflicts(items: &[Item<'_>]) -> Vec<Conflict> {
    let mut conflicts = Conflicts::default();
    items.iter().for_each(|item| feedback::look_for_conflicts(item.fields(), &mut conflicts));
    conflicts.found()
}
