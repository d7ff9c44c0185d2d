//! Owns what goes on of a plan when its agent gets another leader: a new plan, in the new pair.

use super::{ActionPlanView, FROM, NewStep, add_resource, add_step, edit_aim, set_kind, set_step_state, set_title};
use crate::coaching::earlier::Earlier;
use crate::coaching::item::State;
use crate::document::{Edit, EditError, Path, Splice};
use crate::ids::{PersonId, RandomKey, TenureId, derive};
use crate::key::{NaturalKey, Part, Subject};

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
