//! Owns how the board of a team looks on screens and in lists.

use super::idea::{DECISIONS, IDEAS, IdeaView, idea_view, waits};
use super::recognition::{self, RECOGNITIONS, RecognitionView, recognition_view};
use crate::coaching::item::{Conflicts, is_removed};
use crate::coaching::summary::{Summary, count};
use crate::document::{Conflict, Document, Item, Path};
use serde::Serialize;

/// The board of a team, as screens show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TeamBoardView {
    /// What was recognized, in the order in which it was said, with what was removed.
    pub recognitions: Vec<RecognitionView>,
    /// The ideas, in the order in which they came, with those that were removed.
    pub ideas: Vec<IdeaView>,
    /// Values that wait for somebody to settle them.
    pub conflicts: Vec<Conflict>,
}

/// The board, as screens show it.
pub fn view(doc: Document<'_>) -> TeamBoardView {
    let [recognitions, ideas, decisions] =
        [RECOGNITIONS, IDEAS, DECISIONS].map(|container| doc.items(&Path::of(container)));
    TeamBoardView {
        recognitions: recognitions.iter().map(recognition_view).collect(),
        ideas: ideas.iter().map(|idea| idea_view(idea, &decisions)).collect(),
        conflicts: conflicts(&recognitions),
    }
}

/// What is open is an idea without an answer.
pub(super) fn summarise(doc: Document<'_>) -> Summary {
    let [recognitions, ideas, decisions] =
        [RECOGNITIONS, IDEAS, DECISIONS].map(|container| doc.items(&Path::of(container)));
    let kept = recognitions.iter().chain(&ideas).filter(|item| !is_removed(item.fields()));
    Summary {
        items: count(kept),
        open: count(ideas.iter().filter(|idea| waits(idea, &decisions))),
        conflicts: count(conflicts(&recognitions)),
        ..Summary::default()
    }
}

fn conflicts(recognitions: &[Item<'_>]) -> Vec<Conflict> {
    let mut conflicts = Conflicts::default();
    recognitions.iter().for_each(|one| recognition::look_for_conflicts(one.fields(), &mut conflicts));
    conflicts.found()
}
