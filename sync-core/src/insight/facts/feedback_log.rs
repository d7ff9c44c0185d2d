//! Owns the facts of a quarter's feedback.

use super::{heading, kept};
use crate::coaching::feedback_log::{FeedbackKind, Source, lacks};
use crate::coaching::item::Side;
use crate::document::{Document, Item, Path};
use crate::ids::{ItemId, PersonId};
use crate::time::{Day, Timestamp};
use minicbor::{Decode, Encode};

/// What read models need of a feedback log.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct FeedbackLogFacts {
    /// The feedback, in its order.
    #[n(0)]
    pub items: Vec<FeedbackFacts>,
}

/// One piece of feedback.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct FeedbackFacts {
    /// Which one.
    #[n(0)]
    pub id: ItemId,
    /// What was seen, in one line.
    #[n(1)]
    pub text: String,
    /// What it is about: what is to change, while two people's kinds stand.
    #[n(2)]
    pub kind: FeedbackKind,
    /// Whose words they are.
    #[n(3)]
    pub source: Source,
    /// Who said so, if they are somebody else's.
    #[n(4)]
    pub said_by: Option<String>,
    /// Who gave it.
    #[n(5)]
    pub by: Option<PersonId>,
    /// When.
    #[n(6)]
    pub at: Option<Timestamp>,
    /// Whether it lacks something: then it counts for nothing yet.
    #[n(7)]
    pub is_draft: bool,
    /// Whether its author said that no strength is named.
    #[n(8)]
    pub strength_skipped: bool,
    /// Who proposed what comes next.
    #[n(9)]
    pub proposed_by: Option<Side>,
    /// When to look again: the earlier day, while two people's days stand.
    #[n(10)]
    pub look_again_on: Option<Day>,
    /// Whether it says what came of it.
    #[n(11)]
    pub has_outcome: bool,
    /// The stop of a floor walk that it comes from, known again by whoever has the walk.
    #[n(12)]
    pub from_walk: Option<ItemId>,
}

pub(super) fn read(doc: Document<'_>) -> FeedbackLogFacts {
    FeedbackLogFacts { items: kept(doc, "items").iter().map(feedback).collect() }
}

fn feedback(item: &Item<'_>) -> FeedbackFacts {
    let fields = item.fields();
    FeedbackFacts {
        id: item.id,
        text: heading(fields, "seen"),
        kind: fields.greatest(&Path::of("kind")).unwrap_or(FeedbackKind::Praise),
        source: fields.get(&Path::of("source")).unwrap_or(Source::Own),
        said_by: fields.get(&Path::of("said_by")),
        by: fields.get(&Path::of("by")),
        at: fields.get(&Path::of("at")),
        is_draft: !lacks(fields).is_empty(),
        strength_skipped: fields.get(&Path::of("strength_skipped")) == Some(true),
        proposed_by: fields.get(&Path::of("proposed_by")),
        look_again_on: fields.least(&Path::of("look_again_on")),
        has_outcome: !fields.text(&Path::of("outcome")).trim().is_empty(),
        from_walk: fields.get(&Path::of("from_walk")),
    }
}
