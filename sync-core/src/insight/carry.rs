//! Owns the carry list: what two people take into their next meeting.

use super::facts::BacklogFacts;
use super::promised::{PromisedIn, promised};
use super::shelf::{Pair, Shelf};
use super::talk::{Next, next, talks};
use crate::coaching::item::Side;
use crate::ids::{DocId, ItemId, TenureId};
use crate::time::{Day, Timestamp};
use serde::Serialize;
use std::collections::BTreeSet;

/// What two people take into their next meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Carry {
    /// When they meet next; none if nothing is planned and no rhythm agreed.
    pub next: Option<Next>,
    /// What they take there: by kind, then by day.
    pub items: Vec<CarryItem>,
}

/// One thing to take there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CarryItem {
    /// What kind of thing.
    pub kind: CarryKind,
    /// In which document.
    pub doc: DocId,
    /// Which item of it.
    pub item: ItemId,
    /// What, in one line.
    pub text: String,
    /// Whose it is to do, or who brings it up; none if it is nobody's, or both's.
    pub side: Option<Side>,
    /// Until when, or when to look at it.
    pub due: Option<Day>,
    /// For how many days it has been there, as far as that is known.
    pub age_days: Option<i32>,
    /// Whether its day is over.
    pub is_overdue: bool,
    /// Whether it belongs in today's list: its day comes before the next meeting, and is tomorrow, today or over.
    pub is_for_today: bool,
}

/// What can be taken to a meeting, in the order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CarryKind {
    /// What was promised in a meeting.
    FollowUp,
    /// A step of a plan.
    Step,
    /// A checkpoint of a plan.
    Checkpoint,
    /// Feedback of which the two wanted to see what came of it.
    LookAgain,
    /// Something to talk about.
    Backlog,
    /// What only the viewer knows that they want to raise it.
    ToRaise,
}

/// What the two of a pair take into their next meeting; none if it is none of the viewer's pairs.
pub fn carry(shelf: &Shelf<'_>, tenure: TenureId) -> Option<Carry> {
    shelf.pair(tenure).map(|pair| of_pair(shelf, pair))
}

pub(super) fn of_pair(shelf: &Shelf<'_>, pair: &Pair) -> Carry {
    let next = next(shelf, pair);
    let bag = Bag { shelf, pair, horizon: next.map_or(shelf.input.as_of, |next| next.slot.day), next };
    let mut items = bag.promises();
    items.extend(bag.checkpoints());
    items.extend(bag.look_again());
    items.extend(bag.backlog());
    items.extend(bag.to_raise());
    items.sort_by_key(|item| (item.kind, item.due.is_none(), item.due, item.doc, item.item));
    Carry { next, items }
}

/// What is being packed.
struct Bag<'s, 'a> {
    shelf: &'s Shelf<'a>,
    pair: &'s Pair,
    next: Option<Next>,
    /// What comes up until this day is taken along.
    horizon: Day,
}

impl Bag<'_, '_> {
    fn item(&self, kind: CarryKind, (doc, item): (DocId, ItemId), text: &str) -> CarryItem {
        let (side, due, age_days, is_overdue, is_for_today) = (None, None, None, false, false);
        CarryItem { kind, doc, item, text: text.to_owned(), side, due, age_days, is_overdue, is_for_today }
    }

    fn due(&self, item: CarryItem, due: Option<Day>) -> CarryItem {
        let Some(day) = due else { return item };
        let is_before_next = self.next.is_none_or(|next| day < next.slot.day);
        let is_near = self.shelf.days_since(day) >= -self.shelf.input.thresholds.remind_days;
        CarryItem {
            due,
            is_overdue: day < self.shelf.input.as_of,
            is_for_today: is_before_next && is_near,
            ..item
        }
    }

    fn aged(&self, item: CarryItem, since: Option<Day>) -> CarryItem {
        CarryItem { age_days: since.map(|since| self.shelf.days_since(since).max(0)), ..item }
    }

    fn promises(&self) -> Vec<CarryItem> {
        let open = promised(self.shelf, self.pair).into_iter().filter(|promised| promised.is_open);
        open.map(|open| {
            let kind = match open.place {
                PromisedIn::FollowUp => CarryKind::FollowUp,
                PromisedIn::Step => CarryKind::Step,
            };
            let item = self.item(kind, (open.doc, open.promise.id), &open.promise.text);
            let item = self.aged(self.due(item, open.promise.due), open.on);
            CarryItem { side: open.side, ..item }
        })
        .collect()
    }

    fn checkpoints(&self) -> impl Iterator<Item = CarryItem> {
        let open = self.shelf.shared(self.pair).plans.iter().filter(|(_, plan)| plan.closed_at.is_none());
        let checkpoints = open.flat_map(|(doc, plan)| plan.checkpoints.iter().map(move |one| (*doc, one)));
        let silent = checkpoints.filter(|(_, one)| !one.has_result);
        let near = silent.filter(|(_, one)| one.on.is_some_and(|on| on <= self.horizon));
        near.map(|(doc, one)| self.due(self.item(CarryKind::Checkpoint, (doc, one.id), &one.text), one.on))
    }

    fn look_again(&self) -> impl Iterator<Item = CarryItem> {
        let open = self.shelf.shared(self.pair).feedback.iter().filter(|(_, item)| !item.has_outcome);
        let near = open.filter(|(_, item)| item.look_again_on.is_some_and(|on| on <= self.horizon));
        near.map(|(doc, feedback)| {
            let item = self.item(CarryKind::LookAgain, (*doc, feedback.id), &feedback.text);
            self.aged(self.due(item, feedback.look_again_on), self.past_day(feedback.at))
        })
    }

    fn backlog(&self) -> impl Iterator<Item = CarryItem> {
        waiting(self.shelf, self.pair).into_iter().map(|(doc, entry)| {
            let item = self.item(CarryKind::Backlog, (doc, entry.id), &entry.text);
            CarryItem { side: self.pair.side_of(entry.by), ..self.aged(item, self.past_day(entry.at)) }
        })
    }

    /// What the viewer wants to raise with the other one, whoever of the two they are.
    fn to_raise(&self) -> impl Iterator<Item = CarryItem> {
        let viewer = self.shelf.input.viewer;
        self.shelf.private_logs(self.pair.partner_of(viewer)).flat_map(move |(doc, log)| {
            log.to_raise.iter().map(move |one| {
                let item = self.item(CarryKind::ToRaise, (doc, one.id), &one.text);
                CarryItem { side: self.pair.side_of(Some(viewer)), ..self.aged(item, self.past_day(one.at)) }
            })
        })
    }

    fn past_day(&self, at: Option<Timestamp>) -> Option<Day> {
        self.shelf.past_day(at)
    }
}

/// What of a pair's list was not talked about yet: it was brought to no meeting, or to such as are known and were not held.
pub(super) fn waiting<'a>(shelf: &Shelf<'a>, pair: &Pair) -> Vec<(DocId, &'a BacklogFacts)> {
    let held: BTreeSet<DocId> = talks(shelf, pair).iter().map(|talk| talk.doc).collect();
    let known: BTreeSet<DocId> = shelf.shared(pair).meetings.iter().map(|(known, _)| known.doc).collect();
    // A meeting that is not here any more is an old one: it was held.
    let is_over = |meeting: &DocId| held.contains(meeting) || !known.contains(meeting);
    let partnerships = shelf.shared(pair).partnerships.iter();
    let entries =
        partnerships.flat_map(|(known, facts)| facts.backlog.iter().map(|entry| (known.doc, entry)));
    entries.filter(|(_, entry)| !entry.brought_to.iter().any(is_over)).collect()
}

#[cfg(test)]
mod tests;
