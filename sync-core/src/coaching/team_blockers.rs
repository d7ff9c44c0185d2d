//! Owns what is in a team's way in a quarter: a slow system, a missing right, a rule that nobody can explain. Everybody of the team
//! says what is in theirs and writes no other's entry; who leads the team writes all of them.

use super::item::{self, Conflicts, EACH, Removal, State, is_removed};
use super::meeting::{Origin, Provenance};
use super::summary::{Summary, count};
use super::{KindSpec, Layer, PartClass, Shape, SubjectClass, Writers};
use crate::document::{Conflict, Document, Edit, EditError, Item, Path, Splice};
use crate::ids::{ItemId, PersonId, TeamId};
use crate::key::{NaturalKey, Part, Subject};
use crate::time::{Day, Quarter, Timestamp};
use serde::Serialize;
use std::collections::BTreeSet;

/// What the blockers of a team are made of.
pub static SPEC: KindSpec = KindSpec {
    name: "team_blockers",
    subject: SubjectClass::Team,
    part: PartClass::Quarter,
    writers: Writers::Own(&[ITEMS]),
    layers: &[Layer { schema: 1, containers: &[(ITEMS, Shape::Map)] }],
    summarise,
};

const ITEMS: &str = "items";
const NOTES: &str = "notes";
const WHAT: &str = "text";

/// A blocker to note.
#[derive(Clone, PartialEq, Eq)]
pub struct NewBlocker {
    /// What is in the way.
    pub what: String,
    /// The system or the place, so that the same again is found; a label.
    pub topic: Option<String>,
    /// Since when.
    pub since: Day,
    /// Whose work it stops; none for everybody's.
    pub person: Option<PersonId>,
    /// Who is to take it away.
    pub owner: Option<PersonId>,
}

/// The blockers of a team, as screens show them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TeamBlockersView {
    /// The blockers in the order in which they were noted, with those that were removed.
    pub blockers: Vec<BlockerView>,
    /// Values that wait for somebody to settle them.
    pub conflicts: Vec<Conflict>,
}

/// One blocker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlockerView {
    /// Which one.
    pub id: ItemId,
    /// What is in the way.
    pub what: String,
    /// The system or the place.
    pub topic: Option<String>,
    /// Since when: the earlier day, while two people's days stand.
    pub since: Option<Day>,
    /// Whose work it stops, ascending: those whom it was noted for, and who said so themselves.
    pub blocked: Vec<PersonId>,
    /// Who is to take it away.
    pub owner: Option<PersonId>,
    /// How far that is: the less finished state, while two people's states stand.
    pub state: State,
    /// What was tried, and what comes next.
    pub notes: String,
    /// Who noted it; none if it says so of somebody whose entry it is not.
    pub by: Option<PersonId>,
    /// When it was noted, by the phone's clock.
    pub at: Option<Timestamp>,
    /// The floor walk that it comes from.
    pub origin: Option<Origin>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// The key of the blockers of this team of this quarter.
pub const fn key(team: TeamId, quarter: Quarter) -> NaturalKey {
    NaturalKey { subject: Subject::Team(team), part: Part::Quarter(quarter) }
}

/// Notes what is in the way.
pub fn add_blocker(edit: &mut Edit<'_>, new: &NewBlocker) -> Result<ItemId, EditError> {
    add(edit, new).map(|(id, _)| id)
}

/// Notes what was found to be in the way at a stop of a floor walk: its words are copied, the walk itself stays private.
pub fn add_blocker_from_walk(
    edit: &mut Edit<'_>,
    new: &NewBlocker,
    provenance: &Provenance,
) -> Result<ItemId, EditError> {
    let (id, path) = add(edit, new)?;
    provenance.put(edit, &path)?;
    Ok(id)
}

/// Edits what is in the way.
pub fn edit_blocker(edit: &mut Edit<'_>, blocker: ItemId, splice: &Splice) -> Result<(), EditError> {
    item::edit_text(edit, ITEMS, blocker, splice)
}

/// Edits what was tried, and what comes next.
pub fn edit_blocker_notes(edit: &mut Edit<'_>, blocker: ItemId, splice: &Splice) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(ITEMS), blocker)?;
    edit.apply_splice(&path.key(NOTES), splice)
}

/// Says since when.
pub fn set_blocker_since(edit: &mut Edit<'_>, blocker: ItemId, since: Day) -> Result<(), EditError> {
    item::put_field(edit, (ITEMS, blocker), "since", Some(&since))
}

/// Says who is to take it away.
pub fn set_blocker_owner(
    edit: &mut Edit<'_>,
    blocker: ItemId,
    owner: Option<PersonId>,
) -> Result<(), EditError> {
    item::put_field(edit, (ITEMS, blocker), "owner", owner.as_ref())
}

/// Says how far that is.
pub fn set_blocker_state(edit: &mut Edit<'_>, blocker: ItemId, state: State) -> Result<(), EditError> {
    item::put_state(edit, (ITEMS, blocker), state)
}

/// Says that it stops one's own work too, or no longer.
pub fn set_blocks_me(edit: &mut Edit<'_>, blocker: ItemId, does: bool) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(ITEMS), blocker)?;
    let person = edit.person();
    edit.put(&path.key(EACH).key(&person.to_string()), &does)
}

/// Removes a blocker; it can be restored.
pub fn remove_blocker(edit: &mut Edit<'_>, blocker: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(ITEMS), blocker)
}

/// Brings a blocker back.
pub fn restore_blocker(edit: &mut Edit<'_>, blocker: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(ITEMS), blocker)
}

fn add(edit: &mut Edit<'_>, new: &NewBlocker) -> Result<(ItemId, Path), EditError> {
    let (id, path) = edit.add_own_item(&Path::of(ITEMS))?;
    let (by, at) = (edit.person(), edit.now());
    edit.put(&path.key("by"), &by)?;
    edit.put(&path.key("at"), &at)?;
    edit.add_text(&path.key(WHAT), &new.what)?;
    if let Some(topic) = &new.topic {
        edit.put_label(&path.key("topic"), "topic", topic)?;
    }
    edit.put(&path.key("since"), &new.since)?;
    edit.put_or_clear(&path.key("person"), new.person.as_ref())?;
    edit.put_or_clear(&path.key("owner"), new.owner.as_ref())?;
    edit.put(&path.key("state"), &State::Open)?;
    edit.add_text(&path.key(NOTES), "")?;
    edit.add_map(&path.key(EACH))?;
    Ok((id, path))
}

/// The blockers, as screens show them.
pub fn view(doc: Document<'_>) -> TeamBlockersView {
    let items = doc.items(&Path::of(ITEMS));
    TeamBlockersView {
        blockers: items.iter().map(blocker_view).collect(),
        conflicts: conflicts(&items),
    }
}

/// What is open is not taken away yet.
fn summarise(doc: Document<'_>) -> Summary {
    let items = doc.items(&Path::of(ITEMS));
    let kept: Vec<_> = items.iter().map(Item::fields).filter(|blocker| !is_removed(*blocker)).collect();
    Summary {
        items: count(&kept),
        open: count(kept.iter().filter(|blocker| item::state(**blocker) < State::Done)),
        conflicts: count(conflicts(&items)),
        ..Summary::default()
    }
}

fn blocker_view(blocker: &Item<'_>) -> BlockerView {
    let fields = blocker.fields();
    BlockerView {
        id: blocker.id,
        what: fields.text(&Path::of(WHAT)),
        topic: fields.get(&Path::of("topic")),
        since: fields.least(&Path::of("since")),
        blocked: blocked(fields).into_iter().collect(),
        owner: fields.get(&Path::of("owner")),
        state: item::state(fields),
        notes: fields.text(&Path::of(NOTES)),
        by: item::author(blocker),
        at: fields.get(&Path::of("at")),
        origin: Origin::of(fields),
        removed: Removal::of(fields),
    }
}

/// Whose work it stops.
pub(crate) fn blocked(blocker: Document<'_>) -> BTreeSet<PersonId> {
    let said = item::said_by_each(blocker).into_iter().filter(|(_, does)| *does).map(|(person, _)| person);
    said.chain(blocker.get(&Path::of("person"))).collect()
}

fn conflicts(items: &[Item<'_>]) -> Vec<Conflict> {
    let mut conflicts = Conflicts::default();
    for blocker in items.iter().map(Item::fields) {
        conflicts.look::<Day>(blocker, "since");
        conflicts.look::<PersonId>(blocker, "owner");
        conflicts.look::<State>(blocker, "state");
    }
    conflicts.found()
}

#[cfg(test)]
mod tests;
