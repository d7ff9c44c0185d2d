//! Owns the action plan: an aim, steps with owners and dates, checkpoints and reviews.

#[cfg(feature = "client")]
mod bringing;
mod checkpoint;
mod review;
mod step;
mod view;

#[cfg(feature = "client")]
pub(crate) use bringing::{bring_plan, brought_key};
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

use super::words::words;
use super::{KindSpec, Layer, PartClass, Shape, SubjectClass, Writers};
use crate::document::{Edit, EditError, Path, Splice};
use crate::ids::{RandomKey, TenureId};
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
