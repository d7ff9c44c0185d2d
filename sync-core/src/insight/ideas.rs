//! Owns the ideas of the viewer's teams that wait for an answer: each has an answer or an age.

use super::shelf::Shelf;
use crate::ids::{DocId, ItemId, PersonId, TeamId};
use serde::Serialize;

/// An idea that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WaitingIdea {
    /// Of which team.
    pub team: TeamId,
    /// In which document.
    pub doc: DocId,
    /// Which item of it.
    pub item: ItemId,
    /// What, in one line.
    pub text: String,
    /// Who had it; none if that is not known.
    pub by: Option<PersonId>,
    /// For how many days it waits; none if nobody knows when it came.
    pub age_days: Option<i32>,
}

/// The ideas of the viewer's teams without an answer, those that wait longest first.
pub fn waiting_ideas(shelf: &Shelf<'_>) -> Vec<WaitingIdea> {
    let boards = shelf.team_boards().iter();
    let ideas = boards.flat_map(|(team, doc, board)| board.ideas.iter().map(move |idea| (*team, *doc, idea)));
    let waiting = ideas.filter(|(_, _, idea)| idea.answer.is_none()).map(|(team, doc, idea)| WaitingIdea {
        team,
        doc,
        item: idea.id,
        text: idea.text.clone(),
        by: idea.by,
        age_days: idea.at.and_then(|at| shelf.day(at)).map(|day| shelf.days_since(day).max(0)),
    });
    let mut waiting: Vec<_> = waiting.collect();
    waiting.sort_by_key(|idea| (std::cmp::Reverse(idea.age_days), idea.doc, idea.item));
    waiting
}

#[cfg(test)]
mod tests;
