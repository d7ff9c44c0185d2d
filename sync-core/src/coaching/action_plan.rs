//! Owns the action plan: an aim, steps with owners and dates, checkpoints and reviews.

mod checkpoint;
mod review;
mod step;
mod view;

pub use checkpoint::{
    CheckpointView, Decision, add_checkpoint, edit_look_at, edit_result, remove_checkpoint, restore_checkpoint,
    set_checkpoint_day, set_decision,
};
pub use review::{ReviewView, add_review, changed_since_review, edit_review};
pub use step::{
    NewStep, ResourceView, StepView, add_resource, add_step, edit_step, remove_resource, remove_step, reorder_step,
    restore_step, set_step_due, set_step_owner, set_step_state,
};
pub use view::{ActionPlanView, ClosedView, view};

use super::earlier::Earlier;
use super::item::State;
use super::words::words;
use super::{KindSpec, Layer, PartClass, Shape, SubjectClass, Writers};
use crate::document::{Edit, EditError, Path, Splice};
use crate::ids::{PersonId, RandomKey, TenureId, derive};
use crate::key::{NaturalKey, Part, Subject};
use rand::Rng;

/// What an action plan is made of.
pub static SPEC: KindSpec = KindSpec {
    name: "action_plan",
    subject: SubjectClass::Tenure,
    part: PartClass::Random,
    writers: Writers::All,
    layers: &[Layer {
        schema: 1,
        containers: &[
            ("aim", Shape::Text),
            ("checkpoints", Shape::Map),
            ("closed", Shape::Map),
            ("reviews", Shape::Map),
            ("steps", Shape::Map),
        ],
    }],
    summarise: view::summarise,
};

/// Where a plan says what it was copied from.
const FROM: &str = "from";

words! {
    /// What a plan is for. None of them is a warning.
    PlanKind {
        /// To get better at something.
        Improvement = "improvement",
        /// To learn something new.
        Development = "development",
        /// To go further.
        Growth = "growth",
    }
}

/// The key of a new plan of this pair.
pub fn new_key(tenure: TenureId, rng: &mut (impl Rng + ?Sized)) -> NaturalKey {
    NaturalKey { subject: Subject::Tenure(tenure), part: Part::Random(RandomKey::random(rng)) }
}

/// The key of the plan that goes on in this pair with what was open in one of an earlier pair: the same on every phone.
pub(crate) fn brought_key(tenure: TenureId, from: Earlier) -> NaturalKey {
    let part = RandomKey::from_bytes(derive("floorwalk/brought-plan/1", &[from.token.as_bytes()]));
    NaturalKey { subject: Subject::Tenure(tenure), part: Part::Random(part) }
}

/// Brings along what was open in a plan of an earlier pair. What the agent was to do is still theirs; what somebody else was to do
/// is nobody's yet.
pub(crate) fn bring_plan(
    edit: &mut Edit<'_>,
    plan: &ActionPlanView,
    (agent, from): (PersonId, Earlier),
) -> Result<(), EditError> {
    if !plan.title.is_empty() {
        set_title(edit, &plan.title)?;
    }
    set_kind(edit, plan.kind)?;
    edit_aim(edit, &Splice::insert(0, plan.aim.as_str()))?;
    edit.put(&Path::of(FROM), &from)?;
    for step in plan.steps.iter().filter(|step| step.removed.is_none() && step.state < State::Done) {
        let owner = step.owner.filter(|owner| *owner == agent);
        let id = add_step(edit, &NewStep { text: step.text.clone(), owner, due: step.due })?;
        set_step_state(edit, id, step.state)?;
        step.resources.iter().try_for_each(|one| add_resource(edit, id, &one.label).map(drop))?;
    }
    Ok(())
}

/// Gives the plan a title.
pub fn set_title(edit: &mut Edit<'_>, title: &str) -> Result<(), EditError> {
    edit.put_label(&Path::of("title"), "title", title)
}

/// Says what the plan is for.
pub fn set_kind(edit: &mut Edit<'_>, kind: PlanKind) -> Result<(), EditError> {
    edit.put(&Path::of("kind"), &kind)
}

/// Edits the aim.
pub fn edit_aim(edit: &mut Edit<'_>, splice: &Splice) -> Result<(), EditError> {
    edit.apply_splice(&Path::of("aim"), splice)
}

/// Closes the plan; it can be opened again.
pub fn close(edit: &mut Edit<'_>) -> Result<(), EditError> {
    let (by, at) = (edit.person(), edit.now());
    edit.put(&Path::of("closed").key("by"), &by)?;
    edit.put(&Path::of("closed").key("at"), &at)
}

/// Opens a closed plan again.
pub fn reopen(edit: &mut Edit<'_>) -> Result<(), EditError> {
    edit.put_or_clear::<crate::time::Timestamp>(&Path::of("closed").key("at"), None)
}
