//! Owns how an action plan looks on screens and in lists.

use super::checkpoint::{self, CheckpointView, checkpoint_view, checkpoints};
use super::review::{self, ReviewView};
use super::step::{self, StepView, step_view, steps};
use super::{FROM, PlanKind};
use crate::coaching::earlier::Earlier;
use crate::coaching::item::{self, Conflicts, State};
use crate::coaching::summary::{Summary, count};
use crate::document::{Conflict, Document, Item, Path};
use crate::ids::{ActorId, PersonId};
use crate::time::Timestamp;
use crate::wire::Authored;
use serde::Serialize;

/// An action plan, as screens show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActionPlanView {
    /// What it is called.
    pub title: String,
    /// What it is for.
    pub kind: PlanKind,
    /// What is to be reached.
    pub aim: String,
    /// The steps in their order, with those that were removed.
    pub steps: Vec<StepView>,
    /// The checkpoints in the order they were planned, with those that were removed.
    pub checkpoints: Vec<CheckpointView>,
    /// The reviews, oldest first.
    pub reviews: Vec<ReviewView>,
    /// Whether it was closed.
    pub closed: Option<ClosedView>,
    /// What it was copied from, if the agent brought it along from an earlier pair.
    pub from: Option<Earlier>,
    /// Values that wait for somebody to settle them.
    pub conflicts: Vec<Conflict>,
}

/// That the plan was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClosedView {
    /// By whom, as their phone said.
    pub by: Option<PersonId>,
    /// When, by their phone's clock.
    pub at: Timestamp,
}

/// The plan, as screens show it.
pub fn view(doc: Document<'_>) -> ActionPlanView {
    let (steps, checkpoints) = (steps(doc), checkpoints(doc));
    ActionPlanView {
        title: title(doc),
        kind: kind(doc),
        aim: doc.text(&Path::of("aim")),
        steps: steps.iter().map(|step| step_view(step.id, step.fields())).collect(),
        checkpoints: checkpoints.iter().map(|item| checkpoint_view(item.id, item.fields())).collect(),
        reviews: review::views(doc),
        closed: closed(doc),
        from: doc.get(&Path::of(FROM)),
        conflicts: conflicts(doc, &steps, &checkpoints),
    }
}

impl ActionPlanView {
    /// Adds who set each conflicting value, and when it arrived.
    pub fn with_authors(&mut self, authors: &dyn Fn(ActorId) -> Option<Authored>) {
        self.conflicts.iter_mut().for_each(|conflict| conflict.with_authors(authors));
    }
}

/// Reads no more than it counts: it is made anew with every edit.
pub(super) fn summarise(doc: Document<'_>) -> Summary {
    let all = steps(doc);
    let steps = || all.iter().map(Item::fields).filter(|step| !item::is_removed(*step));
    let open = || steps().filter(|step| item::state(*step) < State::Done);
    Summary {
        title: title(doc),
        kind: kind(doc).word().to_owned(),
        day: open().filter_map(step::due).min(),
        began: None,
        finished: closed(doc).is_some(),
        items: count(steps()),
        open: count(open()),
        conflicts: count(conflicts(doc, &all, &checkpoints(doc))),
    }
}

fn title(doc: Document<'_>) -> String {
    doc.get(&Path::of("title")).unwrap_or_default()
}

fn kind(doc: Document<'_>) -> PlanKind {
    doc.get(&Path::of("kind")).unwrap_or(PlanKind::Development)
}

fn closed(doc: Document<'_>) -> Option<ClosedView> {
    let closed = Path::of("closed");
    doc.get(&closed.key("at")).map(|at| ClosedView { by: doc.get(&closed.key("by")), at })
}

fn conflicts(doc: Document<'_>, steps: &[Item<'_>], checkpoints: &[Item<'_>]) -> Vec<Conflict> {
    let mut conflicts = Conflicts::default();
    conflicts.look::<String>(doc, "title");
    conflicts.look::<PlanKind>(doc, "kind");
    steps.iter().for_each(|step| conflicts.look_at_promise(step.fields()));
    checkpoints.iter().for_each(|item| checkpoint::look_for_conflicts(item.fields(), &mut conflicts));
    conflicts.found()
}
