//! Owns early signs that a conversation would be good: reasons, and never a score. When the reasons go, so does the sign.

use super::compliance::moves_within;
use super::mood::{self, Direction, MoodReason};
use super::scale::count;
use super::shelf::{Pair, Shelf};
use super::talk::talks;
use crate::ids::{PersonId, TenureId};
use serde::Serialize;

/// That a conversation with somebody would be good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorthAConversation {
    /// Of which pair.
    pub tenure: TenureId,
    /// With whom.
    pub person: PersonId,
    /// Why.
    pub because: Vec<Sign>,
}

/// Something that was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// The mood that they share goes down.
    MoodFalls {
        /// What made it so.
        because: Vec<MoodReason>,
    },
    /// Meetings were moved again and again.
    MeetingsMoved {
        /// How often.
        moves: u32,
    },
    /// They brought nothing to the last meetings.
    NothingBrought {
        /// To how many.
        meetings: u32,
    },
}

/// With whom of those that the viewer leads a conversation would be good. Nobody else sees it: not the person, and not who leads both.
pub fn worth_a_conversation(shelf: &Shelf<'_>) -> Vec<WorthAConversation> {
    shelf.led().filter_map(|pair| of_pair(shelf, pair)).collect()
}

/// One sign alone is none: everybody has a bad week, and every meeting can be moved.
pub(super) fn of_pair(shelf: &Shelf<'_>, pair: &Pair) -> Option<WorthAConversation> {
    let signs = [mood_falls(shelf, pair), meetings_moved(shelf, pair), nothing_brought(shelf, pair)];
    let because: Vec<_> = signs.into_iter().flatten().collect();
    let is_enough = because.len() >= shelf.input.thresholds.signs;
    is_enough.then_some(WorthAConversation { tenure: pair.tenure, person: pair.agent, because })
}

fn mood_falls(shelf: &Shelf<'_>, pair: &Pair) -> Option<Sign> {
    let trend = mood::of_pair(shelf, pair);
    (trend.direction == Direction::Falling).then_some(Sign::MoodFalls { because: trend.because })
}

fn meetings_moved(shelf: &Shelf<'_>, pair: &Pair) -> Option<Sign> {
    let moves = moves_within(shelf, pair, shelf.input.thresholds.window_days).len();
    (moves >= shelf.input.thresholds.sign_moves).then(|| Sign::MeetingsMoved { moves: count(0..moves) })
}

/// The agent brought nothing to the last 1:1s, neither to the agenda nor to the list between them.
fn nothing_brought(shelf: &Shelf<'_>, pair: &Pair) -> Option<Sign> {
    let one_on_ones: Vec<_> = talks(shelf, pair).into_iter().filter(|talk| talk.is_one_on_one()).collect();
    let meetings = shelf.input.thresholds.sign_meetings;
    let last = &one_on_ones[one_on_ones.len().checked_sub(meetings)?..];
    // What was brought to the first of them was noted after the meeting before.
    let before = one_on_ones[..one_on_ones.len() - meetings].last().map(|talk| talk.at);
    let is_theirs = |by| by == Some(pair.agent);
    let on_agenda = last.iter().flat_map(|talk| &talk.facts.agenda).any(|topic| is_theirs(topic.by));
    let mut entries = shelf.shared(pair).partnerships.iter().flat_map(|(_, facts)| &facts.backlog);
    let is_new = |at| before.is_none_or(|before| at > Some(before));
    let on_list = entries.any(|entry| is_theirs(entry.by) && is_new(entry.at));
    (!on_agenda && !on_list).then(|| Sign::NothingBrought { meetings: count(last) })
}

#[cfg(test)]
mod tests;
