//! Owns contacts: every time a leader gave an agent their time, how long, and whether that was about a problem.

use super::shelf::{Pair, Shelf};
use super::talk::talks;
use crate::coaching::feedback_log::FeedbackKind;
use crate::coaching::floor_walk::StopKind;
use crate::coaching::meeting::Provenance;
use crate::ids::{DocId, ItemId, PersonId, TenureId};
use crate::time::{Day, Timestamp};
use serde::Serialize;

/// What a contact was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// A meeting.
    Meeting,
    /// A stop of a floor walk.
    Stop,
    /// Feedback in between.
    Feedback,
    /// A review of a plan.
    PlanReview,
}

/// What a contact was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It was its time.
    Regular,
    /// Something done well.
    Recognition,
    /// How somebody is.
    Care,
    /// Something to do in another way, or in the way.
    Problem,
}

/// A contact of a leader with an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// On which day.
    pub day: Day,
    /// What it was.
    pub kind: ContactKind,
    /// What it was about.
    pub reason: Reason,
    /// How many minutes it stands for.
    pub minutes: u32,
    /// In which document it is noted.
    pub doc: DocId,
    /// As which item of it; none for a meeting, which is the document.
    pub item: Option<ItemId>,
    #[serde(skip)]
    at: Timestamp,
}

/// That the last contacts with somebody were all about problems.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OnlyProblems {
    /// Of which pair.
    pub tenure: TenureId,
    /// With which agent.
    pub person: PersonId,
    /// These contacts, oldest first.
    pub contacts: Vec<Contact>,
}

/// With whom of those that the viewer leads the last contacts were all about problems.
pub fn only_problems(shelf: &Shelf<'_>) -> Vec<OnlyProblems> {
    shelf.led().filter_map(|pair| only_problems_of(shelf, pair)).collect()
}

pub(super) fn only_problems_of(shelf: &Shelf<'_>, pair: &Pair) -> Option<OnlyProblems> {
    let contacts = contacts(shelf, pair);
    let last = contacts.len().checked_sub(shelf.input.thresholds.problem_contacts)?;
    let contacts = contacts[last..].to_vec();
    let is_problem = |contact: &Contact| contact.reason == Reason::Problem;
    contacts.iter().all(is_problem).then_some(OnlyProblems {
        tenure: pair.tenure,
        person: pair.agent,
        contacts,
    })
}

/// The contacts of a pair until today, oldest first.
///
/// What was seen at a stop and then given as feedback is one contact, which took the time of both.
pub(super) fn contacts(shelf: &Shelf<'_>, pair: &Pair) -> Vec<Contact> {
    let mut contacts = stops(shelf, pair);
    feedback(shelf, pair).for_each(|(contact, from_walk)| {
        let token_of = |stop: &Contact| stop.item.map(|item| stop_token(stop.doc, item));
        let same = contacts.iter_mut().find(|stop| from_walk.is_some() && token_of(stop) == from_walk);
        match same {
            Some(stop) => stop.minutes = stop.minutes.saturating_add(contact.minutes),
            None => contacts.push(contact),
        }
    });
    contacts.extend(meetings(shelf, pair));
    contacts.extend(reviews(shelf, pair));
    contacts.sort_by_key(|contact| (contact.at, contact.doc, contact.item));
    contacts
}

fn meetings(shelf: &Shelf<'_>, pair: &Pair) -> impl Iterator<Item = Contact> {
    talks(shelf, pair).into_iter().map(|talk| Contact {
        day: talk.day,
        kind: ContactKind::Meeting,
        reason: Reason::Regular,
        minutes: talk.minutes,
        doc: talk.doc,
        item: None,
        at: talk.at,
    })
}

fn stops(shelf: &Shelf<'_>, pair: &Pair) -> Vec<Contact> {
    let walks = shelf.walks().iter().filter(|_| shelf.input.viewer == pair.leader);
    let stops = walks.flat_map(|(doc, walk)| walk.stops.iter().map(move |stop| (doc, walk, stop)));
    let with_them = stops.filter(|(_, _, stop)| stop.person == Some(pair.agent));
    with_them
        .filter_map(|(doc, walk, stop)| {
            let at = stop.at.or(walk.started)?;
            Some(Contact {
                day: shelf.past_day(Some(at))?,
                kind: ContactKind::Stop,
                reason: reason_of_stop(stop.kind),
                minutes: stop.minutes.unwrap_or(shelf.input.thresholds.stop_minutes),
                doc: *doc,
                item: Some(stop.id),
                at,
            })
        })
        .collect()
}

const fn reason_of_stop(kind: StopKind) -> Reason {
    match kind {
        StopKind::Praise => Reason::Recognition,
        StopKind::Coach | StopKind::Blocker => Reason::Problem,
        StopKind::Wellbeing => Reason::Care,
        StopKind::Note => Reason::Regular,
    }
}

/// What the leader gave, with the stop that it comes from. What an agent writes is not their leader's time.
fn feedback(shelf: &Shelf<'_>, pair: &Pair) -> impl Iterator<Item = (Contact, Option<ItemId>)> {
    let given = shelf.shared(pair).feedback.iter().filter(|(_, item)| pair.is_by_leader(item.by));
    given.filter_map(|(doc, item)| {
        let contact = Contact {
            day: shelf.past_day(item.at)?,
            kind: ContactKind::Feedback,
            reason: match item.kind {
                FeedbackKind::Praise => Reason::Recognition,
                FeedbackKind::Constructive => Reason::Problem,
            },
            minutes: shelf.input.thresholds.feedback_minutes,
            doc: *doc,
            item: Some(item.id),
            at: item.at?,
        };
        Some((contact, item.from_walk))
    })
}

fn reviews(shelf: &Shelf<'_>, pair: &Pair) -> impl Iterator<Item = Contact> {
    let plans = shelf.shared(pair).plans.iter();
    let reviews = plans.flat_map(|(doc, plan)| plan.reviews.iter().map(move |review| (doc, review)));
    reviews.filter(|(_, review)| pair.is_by_leader(review.by)).filter_map(|(doc, review)| {
        Some(Contact {
            day: shelf.past_day(review.at)?,
            kind: ContactKind::PlanReview,
            reason: Reason::Regular,
            minutes: shelf.input.thresholds.review_minutes,
            doc: *doc,
            item: Some(review.id),
            at: review.at?,
        })
    })
}

/// How a copy of a stop is known again.
fn stop_token(walk: DocId, stop: ItemId) -> ItemId {
    // When it was seen is no part of the token.
    Provenance { walk, stop, at: Timestamp(0) }.token()
}

#[cfg(test)]
mod tests;
