//! Owns follow-ups: what each of the two promised, and until when.

use crate::coaching::item::{self, Removal, State};
use crate::document::{Document, Edit, EditError, Item, Path, Position, Splice};
use crate::ids::{ItemId, PersonId};
use crate::time::Day;
use serde::Serialize;

const FOLLOW_UPS: &str = "follow_ups";

/// A follow-up to note.
#[derive(Clone, PartialEq, Eq)]
pub struct NewFollowUp {
    /// What.
    pub text: String,
    /// Who promised it.
    pub owner: Option<PersonId>,
    /// Until when.
    pub due: Option<Day>,
}

/// One follow-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FollowUpView {
    /// Which one.
    pub id: ItemId,
    /// What.
    pub text: String,
    /// Who promised it.
    pub owner: Option<PersonId>,
    /// Until when: the earlier day, while two people's days stand.
    pub due: Option<Day>,
    /// How far it is: the less finished state, while two people's states stand.
    pub state: State,
    /// The step of an action plan that it became.
    pub plan_step: Option<ItemId>,
    /// Whether it is done, and its words were changed since.
    pub text_changed_since_done: bool,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// Notes a follow-up.
pub fn add_follow_up(edit: &mut Edit<'_>, follow_up: &NewFollowUp) -> Result<ItemId, EditError> {
    let (id, path) = edit.add_item(&Path::of(FOLLOW_UPS))?;
    edit.add_text(&path.key("text"), &follow_up.text)?;
    edit.put(&path.key("state"), &State::Open)?;
    edit.put_or_clear(&path.key("owner"), follow_up.owner.as_ref())?;
    edit.put_or_clear(&path.key("due"), follow_up.due.as_ref())?;
    Ok(id)
}

/// Edits the words of a follow-up.
pub fn edit_follow_up(edit: &mut Edit<'_>, id: ItemId, splice: &Splice) -> Result<(), EditError> {
    item::edit_text(edit, FOLLOW_UPS, id, splice)
}

/// Says who promised it.
pub fn set_follow_up_owner(edit: &mut Edit<'_>, id: ItemId, owner: Option<PersonId>) -> Result<(), EditError> {
    item::put_field(edit, (FOLLOW_UPS, id), "owner", owner.as_ref())
}

/// Says until when.
pub fn set_follow_up_due(edit: &mut Edit<'_>, id: ItemId, due: Option<Day>) -> Result<(), EditError> {
    item::put_field(edit, (FOLLOW_UPS, id), "due", due.as_ref())
}

/// Says how far it is.
pub fn set_follow_up_state(edit: &mut Edit<'_>, id: ItemId, state: State) -> Result<(), EditError> {
    item::put_state(edit, (FOLLOW_UPS, id), state)
}

/// Notes the step of an action plan that it became.
pub fn link_plan_step(edit: &mut Edit<'_>, id: ItemId, step: Option<ItemId>) -> Result<(), EditError> {
    item::put_field(edit, (FOLLOW_UPS, id), "plan_step", step.as_ref())
}

/// Removes a follow-up; it can be restored.
pub fn remove_follow_up(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(FOLLOW_UPS), id)
}

/// Brings a removed follow-up back.
pub fn restore_follow_up(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(FOLLOW_UPS), id)
}

/// Puts a follow-up elsewhere in the order.
pub fn reorder_follow_up(edit: &mut Edit<'_>, id: ItemId, to: Position) -> Result<(), EditError> {
    edit.reorder(&Path::of(FOLLOW_UPS), id, to)
}

pub(super) fn follow_ups(doc: Document<'_>) -> Vec<Item<'_>> {
    doc.items(&Path::of(FOLLOW_UPS))
}

pub(super) fn follow_up_view(id: ItemId, follow_up: Document<'_>) -> FollowUpView {
    FollowUpView {
        id,
        text: follow_up.text(&Path::of("text")),
        owner: follow_up.get(&Path::of("owner")),
        due: follow_up.least(&Path::of("due")),
        state: item::state(follow_up),
        plan_step: follow_up.get(&Path::of("plan_step")),
        text_changed_since_done: item::text_changed_since_done(follow_up),
        removed: Removal::of(follow_up),
    }
}
