//! Owns the timeline of a person: what there is about them, in the order it happened, as far as the viewer may read it.

use super::scale::Link;
use super::shelf::{Pair, Shelf};
use super::talk::talks;
use crate::ids::{DocId, ItemId, TenureId};
use crate::time::Timestamp;
use serde::Serialize;

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Happened {
    /// When, and where it stands.
    pub link: Link,
    /// What.
    pub what: HappenedKind,
}

/// What can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HappenedKind {
    /// The two met.
    Meeting,
    /// Somebody gave feedback.
    Feedback,
    /// Somebody noted how far a goal is.
    Progress,
    /// The two went through a plan.
    PlanReview,
    /// A plan was closed.
    PlanClosed,
    /// The agent said how they are.
    Mood,
    /// The viewer stopped by on a walk.
    Stop,
    /// The viewer noted something for themselves.
    PrivateNote,
    /// The viewer decided how they do in this quarter, of which this is the first day.
    Tier,
}

/// What there is about the agent of a pair until today, oldest first; none if it is none of the viewer's pairs.
pub fn timeline(shelf: &Shelf<'_>, tenure: TenureId) -> Option<Vec<Happened>> {
    let pair = shelf.pair(tenure)?;
    let mut happened = shared(shelf, pair);
    if shelf.input.viewer == pair.leader {
        happened.extend(own(shelf, pair));
    }
    happened.sort_unstable();
    Some(happened)
}

fn shared(shelf: &Shelf<'_>, pair: &Pair) -> Vec<Happened> {
    let shared = shelf.shared(pair);
    let happened = |what, at, doc, item| at_moment(shelf, what, at, (doc, item));
    let meetings = talks(shelf, pair).into_iter().map(|talk| Happened {
        link: Link { day: talk.day, doc: talk.doc, item: None },
        what: HappenedKind::Meeting,
    });
    let feedback = shared.feedback.iter();
    let feedback =
        feedback.filter_map(|(doc, item)| happened(HappenedKind::Feedback, item.at, *doc, Some(item.id)));
    let goals =
        shared.goal_sets.iter().flat_map(|(known, set)| set.goals.iter().map(|goal| (known.doc, goal)));
    let notes = goals.flat_map(|(doc, goal)| goal.progress.iter().map(move |note| (doc, note)));
    let notes = notes.filter_map(|(doc, note)| happened(HappenedKind::Progress, note.at, doc, Some(note.id)));
    let plans = shared.plans.iter();
    let reviews = plans.clone().flat_map(|(doc, plan)| plan.reviews.iter().map(move |review| (*doc, review)));
    let reviews =
        reviews.filter_map(|(doc, one)| happened(HappenedKind::PlanReview, one.at, doc, Some(one.id)));
    let closed =
        plans.filter_map(|(doc, plan)| happened(HappenedKind::PlanClosed, plan.closed_at, *doc, None));
    let entries = shared.wellbeing.iter();
    let moods = entries.filter_map(|(doc, one)| happened(HappenedKind::Mood, one.at, *doc, Some(one.id)));
    meetings.chain(feedback).chain(notes).chain(reviews).chain(closed).chain(moods).collect()
}

/// What only the leader has: an agent's timeline cannot have it, as it is on no agent's shelf.
fn own(shelf: &Shelf<'_>, pair: &Pair) -> Vec<Happened> {
    let walks = shelf.walks().iter();
    let stops = walks.flat_map(|(doc, walk)| walk.stops.iter().map(move |stop| (*doc, *walk, stop)));
    let stops = stops.filter(|(_, _, stop)| stop.person == Some(pair.agent));
    let stops = stops.filter_map(|(doc, walk, stop)| {
        at_moment(shelf, HappenedKind::Stop, stop.at.or(walk.started), (doc, Some(stop.id)))
    });
    let logs = shelf.private_logs(pair.agent);
    let notes = logs.flat_map(|(doc, log)| log.notes.iter().map(move |note| (doc, note)));
    let notes = notes
        .filter_map(|(doc, note)| at_moment(shelf, HappenedKind::PrivateNote, note.at, (doc, Some(note.id))));
    let decided =
        shelf.tier_notes(pair.agent).filter(|(_, _, note)| note.months.iter().any(|one| one.tier.is_some()));
    let tiers = decided.map(|(doc, quarter, _)| Happened {
        link: Link { day: quarter.first_day(), doc, item: None },
        what: HappenedKind::Tier,
    });
    let until_now = tiers.filter(|tier| tier.link.day <= shelf.input.as_of);
    stops.chain(notes).chain(until_now).collect()
}

fn at_moment(
    shelf: &Shelf<'_>,
    what: HappenedKind,
    at: Option<Timestamp>,
    (doc, item): (DocId, Option<ItemId>),
) -> Option<Happened> {
    Some(Happened { link: Link { day: shelf.past_day(at)?, doc, item }, what })
}

#[cfg(test)]
mod tests;
