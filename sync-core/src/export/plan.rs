//! Owns an action plan on paper.

use super::closing::{conflicts, state};
use super::goals::from_before;
use super::page::Page;
use crate::coaching::action_plan::{ActionPlanView, CheckpointView, StepView};
use crate::content::Heading;
use crate::content::{Label, Labelled};

pub(super) fn action_plan(page: &mut Page<'_>, view: &ActionPlanView) {
    let reader = page.reader;
    page.fact(Heading::Title, Some(view.title.as_str()));
    page.fact(Heading::Kind, Some(view.kind.label(reader.language)));
    from_before(page, view.from);
    page.fact(Heading::Closed, view.closed.map(|closed| reader.moment(closed.at)));
    if !view.aim.trim().is_empty() {
        page.part(Heading::Aim);
        page.prose(&view.aim);
    }
    if !view.steps.is_empty() {
        page.part(Heading::Steps);
        view.steps.iter().for_each(|one| step(page, one));
    }
    if !view.checkpoints.is_empty() {
        page.part(Heading::Checkpoints);
        view.checkpoints.iter().for_each(|one| checkpoint(page, one));
    }
    if !view.reviews.is_empty() {
        page.part(Heading::Reviews);
        for review in &view.reviews {
            let (at, by) = (review.at.map(|at| reader.moment(at)), review.by.map(|by| reader.name(by)));
            page.item(&review.summary, vec![at, by], None);
        }
    }
    conflicts(page, &view.conflicts);
}

fn step(page: &mut Page<'_>, step: &StepView) {
    let reader = page.reader;
    let due = page.named(Heading::Due, step.due.map(|due| reader.day(due)));
    let owner = step.owner.map(|owner| reader.name(owner));
    let resources: Vec<&str> = step.resources.iter().map(|resource| resource.label.as_str()).collect();
    let resources = (!resources.is_empty()).then(|| resources.join(", "));
    let with = page.named(Heading::Resources, resources);
    let incomplete = step.incomplete.then(|| Label::Incomplete.text(reader.language));
    let details = vec![state(page, step.state), owner, due, with, incomplete];
    page.item(&step.text, details, step.removed.as_ref());
}

fn checkpoint(page: &mut Page<'_>, checkpoint: &CheckpointView) {
    let reader = page.reader;
    let on = checkpoint.on.map(|on| reader.day(on));
    let result = page.named(Heading::Result, Some(checkpoint.result.clone()).filter(|text| !text.is_empty()));
    let decision = checkpoint.decision.map(|decision| decision.label(reader.language));
    page.item(&checkpoint.look_at, vec![on, result, decision], checkpoint.removed.as_ref());
}
