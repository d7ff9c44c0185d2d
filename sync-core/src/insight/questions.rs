//! Owns what cannot wait for the next meeting: what the other one flagged, oldest first.

use super::carry::waiting;
use super::shelf::{Pair, Shelf};
use crate::ids::{DocId, ItemId, PersonId, TenureId};
use crate::time::Timestamp;
use serde::Serialize;

/// Something that somebody waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenQuestion {
    /// Since when it cannot wait, by the phone's clock.
    pub since: Timestamp,
    /// For how many days that is.
    pub age_days: i32,
    /// In which document.
    pub doc: DocId,
    /// Which item of it.
    pub item: ItemId,
    /// What about, in one line.
    pub text: String,
    /// Of which pair.
    pub tenure: TenureId,
    /// Who brought it up; none if that is not known.
    pub by: Option<PersonId>,
}

/// What others flagged for the viewer as something that cannot wait, oldest first.
pub fn open_questions(shelf: &Shelf<'_>) -> Vec<OpenQuestion> {
    let mut questions: Vec<_> = shelf.pairs().flat_map(|pair| of_pair(shelf, pair)).collect();
    questions.sort_by_key(|question| (question.since, question.doc, question.item));
    questions
}

pub(super) fn of_pair(shelf: &Shelf<'_>, pair: &Pair) -> Vec<OpenQuestion> {
    let waiting = waiting(shelf, pair).into_iter();
    let of_others = waiting.filter(|(_, entry)| entry.by != Some(shelf.input.viewer));
    let question = of_others.filter_map(|(doc, entry)| {
        let since = entry.before_next?;
        Some(OpenQuestion {
            since,
            // By a phone whose clock is ahead it was flagged tomorrow: it is there all the same.
            age_days: shelf.day(since).map_or(0, |day| shelf.days_since(day).max(0)),
            doc,
            item: entry.id,
            text: entry.text.clone(),
            tenure: pair.tenure,
            by: entry.by,
        })
    });
    question.collect()
}

#[cfg(test)]
mod tests;
