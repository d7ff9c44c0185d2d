//! Owns steps: what is to be done, by whom, until when, and with what help.

use crate::coaching::item::{self, Removal, State};
use crate::document::{Document, Edit, EditError, Item, Path, Position, Splice};
use crate::ids::{ItemId, PersonId};
use crate::time::Day;
use serde::Serialize;

const STEPS: &str = "steps";

/// A step to plan.
#[derive(Clone, PartialEq, Eq)]
pub struct NewStep {
    /// What.
    pub text: String,
    /// Who does it.
    pub owner: Option<PersonId>,
    /// Until when.
    pub due: Option<Day>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepView {
    /// Which one.
    pub id: ItemId,
    /// What.
    pub text: String,
    /// Who does it.
    pub owner: Option<PersonId>,
    /// Until when: the earlier day, while two people's days stand.
    pub due: Option<Day>,
    /// How far it is: the less finished state, while two people's states stand.
    pub state: State,
    /// What helps.
    pub resources: Vec<ResourceView>,
    /// Whether it lacks an owner or a day.
    pub incomplete: bool,
    /// Whether it is done, and its words were changed since.
    pub text_changed_since_done: bool,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// Something that helps with a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourceView {
    /// Which one.
    pub id: ItemId,
    /// What.
    pub label: String,
}

/// Plans a step.
pub fn add_step(edit: &mut Edit<'_>, step: &NewStep) -> Result<ItemId, EditError> {
    let (id, path) = edit.add_item(&Path::of(STEPS))?;
    edit.add_text(&path.key("text"), &step.text)?;
    edit.put(&path.key("state"), &State::Open)?;
    edit.put_or_clear(&path.key("owner"), step.owner.as_ref())?;
    edit.put_or_clear(&path.key("due"), step.due.as_ref())?;
    edit.add_map(&path.key("resources"))?;
    Ok(id)
}

/// Edits the words of a step.
pub fn edit_step(edit: &mut Edit<'_>, step: ItemId, splice: &Splice) -> Result<(), EditError> {
    item::edit_text(edit, STEPS, step, splice)
}

/// Says who does a step.
pub fn set_step_owner(edit: &mut Edit<'_>, step: ItemId, owner: Option<PersonId>) -> Result<(), EditError> {
    item::put_field(edit, (STEPS, step), "owner", owner.as_ref())
}

/// Says until when.
pub fn set_step_due(edit: &mut Edit<'_>, step: ItemId, due: Option<Day>) -> Result<(), EditError> {
    item::put_field(edit, (STEPS, step), "due", due.as_ref())
}

/// Says how far a step is.
pub fn set_step_state(edit: &mut Edit<'_>, step: ItemId, state: State) -> Result<(), EditError> {
    item::put_state(edit, (STEPS, step), state)
}

/// Adds something that helps with a step.
pub fn add_resource(edit: &mut Edit<'_>, step: ItemId, label: &str) -> Result<ItemId, EditError> {
    let path = edit.existing_item(&Path::of(STEPS), step)?;
    let (id, resource) = edit.add_item(&path.key("resources"))?;
    edit.put_label(&resource.key("label"), "resource", label)?;
    Ok(id)
}

/// Removes something that was to help.
pub fn remove_resource(edit: &mut Edit<'_>, step: ItemId, resource: ItemId) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(STEPS), step)?;
    edit.remove(&path.key("resources"), resource)
}

/// Removes a step; it can be restored.
pub fn remove_step(edit: &mut Edit<'_>, step: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(STEPS), step)
}

/// Brings a removed step back.
pub fn restore_step(edit: &mut Edit<'_>, step: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(STEPS), step)
}

/// Puts a step elsewhere in the order.
pub fn reorder_step(edit: &mut Edit<'_>, step: ItemId, to: Position) -> Result<(), EditError> {
    edit.reorder(&Path::of(STEPS), step, to)
}

pub(super) fn steps(doc: Document<'_>) -> Vec<Item<'_>> {
    doc.items(&Path::of(STEPS))
}

pub(super) fn step_view(id: ItemId, step: Document<'_>) -> StepView {
    let (owner, due) = (step.get(&Path::of("owner")), due(step));
    StepView {
        id,
        text: step.text(&Path::of("text")),
        owner,
        due,
        state: item::state(step),
        resources: resources(step),
        incomplete: owner.is_none() || due.is_none(),
        text_changed_since_done: item::text_changed_since_done(step),
        removed: Removal::of(step),
    }
}

/// Until when: the earlier day, while two people's days stand.
pub(super) fn due(step: Document<'_>) -> Option<Day> {
    step.least(&Path::of("due"))
}

fn resources(step: Document<'_>) -> Vec<ResourceView> {
    let resources = step.items(&Path::of("resources"));
    let kept = resources.iter().filter(|resource| !item::is_removed(resource.fields()));
    let view = |resource: &Item<'_>| ResourceView {
        id: resource.id,
        label: resource.fields().get(&Path::of("label")).unwrap_or_default(),
    };
    kept.map(view).collect()
}
