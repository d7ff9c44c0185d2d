//! Owns steps: what is to be done, by whom, until when, and with what help.

use crate::coaching::item::{self, Conflicts, Removal, State};
use crate::document::{Document, Edit, EditError, Path, Position, Splice};
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
    item::put_field(edit, (STEPS, step), "state", Some(&state))
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

pub(super) fn views(doc: Document<'_>) -> Vec<StepView> {
    let steps = Path::of(STEPS);
    doc.items(&steps).into_iter().map(|id| step_view(doc, id, &steps.item(id))).collect()
}

pub(super) fn look_for_conflicts(doc: Document<'_>, conflicts: &mut Conflicts<'_>) {
    let steps = Path::of(STEPS);
    for path in doc.items(&steps).into_iter().map(|id| steps.item(id)) {
        item::look_at_promise(conflicts, &path);
    }
}

fn step_view(doc: Document<'_>, id: ItemId, path: &Path) -> StepView {
    let (owner, due) = (doc.get(&path.key("owner")), doc.least(&path.key("due")));
    StepView {
        id,
        text: doc.text(&path.key("text")),
        owner,
        due,
        state: item::state(doc, path),
        resources: resources(doc, &path.key("resources")),
        incomplete: owner.is_none() || due.is_none(),
        text_changed_since_done: item::text_changed_since_done(doc, path),
        removed: Removal::of(doc, path),
    }
}

fn resources(doc: Document<'_>, resources: &Path) -> Vec<ResourceView> {
    let kept = doc.items(resources).into_iter().filter(|id| Removal::of(doc, &resources.item(*id)).is_none());
    kept.map(|id| ResourceView { id, label: doc.get(&resources.item(id).key("label")).unwrap_or_default() }).collect()
}
