//! Owns how an action plan looks on screens and in lists.

use super::checkpoint::{self, CheckpointView};
use super::review::{self, ReviewView};
use super::step::{self, StepView};
use super::PlanKind;
use crate::coaching::item::{Conflicts, State};
use crate::coaching::summary::{Summary, count};
use crate::document::{Conflict, Document, Path};
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
    let closed = Path::of("closed");
    ActionPlanView {
        title: doc.get(&Path::of("title")).unwrap_or_default(),
        kind: doc.get(&Path::of("kind")).unwrap_or(PlanKind::Development),
        aim: doc.text(&Path::of("aim")),
        steps: step::views(doc),
        checkpoints: checkpoint::views(doc),
        reviews: review::views(doc),
        closed: doc.get(&closed.key("at")).map(|at| ClosedView { by: doc.get(&closed.key("by")), at }),
        conflicts: conflicts(doc),
    }
}

impl ActionPlanView {
    /// Adds who set each conflicting value, and when it arrived.
    pub fn with_authors(&mut self, authors: &dyn Fn(ActorId) -> Option<Authored>) {
        self.conflicts.iter_mut().for_each(|conflict| conflict.with_authors(authors));
    }
}

pub(super) fn summarise(doc: Document<'_>) -> Summary {
    let plan = view(doc);
    let steps = || plan.steps.iter().filter(|step| step.removed.is_none());
    let open = || steps().filter(|step| step.state < State::Done);
    Summary {
        title: plan.title.clone(),
        kind: plan.kind.word().to_owned(),
        day: open().filter_map(|step| step.due).min(),
        began: None,
        finished: plan.closed.is_some(),
        items: count(steps()),
        open: count(open()),
        conflicts: count(&plan.conflicts),
    }
}

fn conflicts(doc: Document<'_>) -> Vec<Conflict> {
    let mut conflicts = Conflicts::of(doc);
    conflicts.look::<String>(&Path::of("title"));
    conflicts.look::<PlanKind>(&Path::of("kind"));
    step::look_for_conflicts(doc, &mut conflicts);
    checkpoint::look_for_conflicts(doc, &mut conflicts);
    conflicts.found()
}
