//! Owns what two people promised each other, wherever it stands: a follow-up that became a step of a plan is that step, and counts
//! once.

use super::facts::Promise;
use super::shelf::{Pair, Shelf};
use crate::coaching::item::Side;
use crate::ids::{DocId, ItemId};
use crate::time::Day;
use serde::Serialize;
use std::collections::BTreeSet;

/// Where something was promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PromisedIn {
    /// In a meeting.
    FollowUp,
    /// In an action plan.
    Step,
}

/// Something promised, and where.
#[derive(Clone, Copy)]
pub(super) struct Promised<'a> {
    pub place: PromisedIn,
    pub doc: DocId,
    pub promise: &'a Promise,
    /// Whose it is; none if it is nobody's of the two.
    pub side: Option<Side>,
    /// On which day it was promised, as far as that is known.
    pub on: Option<Day>,
    /// Whether there is still something to do.
    pub is_open: bool,
}

/// What the two promised each other, ascending by document, in its order.
pub(super) fn promised<'a>(shelf: &Shelf<'a>, pair: &Pair) -> Vec<Promised<'a>> {
    let steps: Vec<_> = steps(shelf, pair).collect();
    let known: BTreeSet<ItemId> = steps.iter().map(|step| step.promise.id).collect();
    let is_step = |promise: &Promise| promise.plan_step.is_some_and(|step| known.contains(&step));
    let follow_ups = follow_ups(shelf, pair).filter(|follow_up| !is_step(follow_up.promise));
    follow_ups.chain(steps.iter().copied()).collect()
}

fn follow_ups<'s, 'a>(shelf: &'s Shelf<'a>, pair: &'s Pair) -> impl Iterator<Item = Promised<'a>> {
    shelf.shared(pair).meetings.iter().flat_map(move |(known, facts)| {
        let held = facts.end.or(facts.start).and_then(|at| shelf.day(at));
        let on = held.or(facts.planned.map(|slot| slot.day));
        facts.promises.iter().map(move |promise| Promised {
            place: PromisedIn::FollowUp,
            doc: known.doc,
            promise,
            side: pair.side_of(promise.owner),
            on,
            is_open: promise.is_open(),
        })
    })
}

/// With a closed plan nothing is left to do.
fn steps<'s, 'a>(shelf: &'s Shelf<'a>, pair: &'s Pair) -> impl Iterator<Item = Promised<'a>> {
    shelf.shared(pair).plans.iter().flat_map(move |&(doc, plan)| {
        plan.steps.iter().map(move |promise| Promised {
            place: PromisedIn::Step,
            doc,
            promise,
            side: pair.side_of(promise.owner),
            on: None,
            is_open: plan.closed_at.is_none() && promise.is_open(),
        })
    })
}
