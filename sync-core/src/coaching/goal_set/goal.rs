//! Owns a goal: what it says, what makes it a good one, and how both agree to it.

use super::commitment;
use crate::coaching::ack::{self, ACKS};
use crate::coaching::item::{self, Conflicts};
use crate::coaching::link::Link;
use crate::coaching::measure::{self, Measure};
use crate::coaching::words::words;
use crate::document::{Amount, Document, Edit, EditError, Item, Path, Position, Reader, Splice};
use crate::ids::ItemId;
use crate::time::Day;
use automerge::ReadDoc;

pub(super) const GOALS: &str = "goals";
const STATES: &str = "states";
/// Where a goal says what it was copied from.
pub(super) const FROM: &str = "from";

words! {
    /// How far a goal is. None of them is a mark.
    GoalState {
        /// It is being worked on.
        Active = "active",
        /// It is reached.
        Reached = "reached",
        /// The quarter ended without it.
        NotReached = "not_reached",
        /// It was agreed to leave it.
        Dropped = "dropped",
    }
}

words! {
    /// What a good goal has.
    Letter {
        /// Specific: it has a title.
        S = "s",
        /// Measurable: it says how.
        M = "m",
        /// Achievable: it says what somebody will do for it.
        A = "a",
        /// Relevant: it says why, or what it supports.
        R = "r",
        /// Timed: it says until when.
        T = "t",
    }
}

/// A goal to set; whatever is not known yet can be said later.
#[derive(Clone, PartialEq, Eq)]
pub struct NewGoal {
    /// What is to be reached; a label.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// How it is measured.
    pub measure: Option<Measure>,
    /// Where it begins.
    pub baseline: Option<Amount>,
    /// What is to be reached.
    pub target: Option<Amount>,
    /// Until when.
    pub due: Option<Day>,
}

/// Sets a goal. It is a draft until everything is said that a good goal has.
pub fn add_goal(edit: &mut Edit<'_>, new: &NewGoal) -> Result<ItemId, EditError> {
    let (id, path) = edit.add_item(&Path::of(GOALS))?;
    put_title(edit, &path, &new.title)?;
    edit.add_text(&path.key("why"), &new.why)?;
    measure::put(edit, &path, new.measure.as_ref())?;
    for (key, amount) in [("baseline", new.baseline), ("target", new.target)] {
        edit.put_or_clear(&path.key(key), amount.as_ref())?;
    }
    edit.put_or_clear(&path.key("due"), new.due.as_ref())?;
    edit.add_map(&path.key(commitment::COMMITMENTS))?;
    edit.add_map(&path.key(ACKS))?;
    Ok(id)
}

/// Says what is to be reached.
pub fn set_title(edit: &mut Edit<'_>, goal: ItemId, title: &str) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(GOALS), goal)?;
    put_title(edit, &path, title)
}

/// Edits why it matters.
pub fn edit_why(edit: &mut Edit<'_>, goal: ItemId, splice: &Splice) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(GOALS), goal)?;
    edit.apply_splice(&path.key("why"), splice)
}

/// Says how it is measured.
pub fn set_measure(edit: &mut Edit<'_>, goal: ItemId, measure: Option<&Measure>) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(GOALS), goal)?;
    measure::put(edit, &path, measure)
}

/// Says where it begins.
pub fn set_baseline(edit: &mut Edit<'_>, goal: ItemId, amount: Option<Amount>) -> Result<(), EditError> {
    item::put_field(edit, (GOALS, goal), "baseline", amount.as_ref())
}

/// Says how much is to be reached.
pub fn set_target(edit: &mut Edit<'_>, goal: ItemId, amount: Option<Amount>) -> Result<(), EditError> {
    item::put_field(edit, (GOALS, goal), "target", amount.as_ref())
}

/// Says until when.
pub fn set_goal_due(edit: &mut Edit<'_>, goal: ItemId, due: Option<Day>) -> Result<(), EditError> {
    item::put_field(edit, (GOALS, goal), "due", due.as_ref())
}

/// Says which goal of the team it supports.
pub fn set_support(edit: &mut Edit<'_>, goal: ItemId, supports: Option<Link>) -> Result<(), EditError> {
    item::put_field(edit, (GOALS, goal), "supports", supports.as_ref())
}

/// Says how far it is. It stands beside the goal: reaching one changes nothing that was agreed.
pub fn set_goal_state(edit: &mut Edit<'_>, goal: ItemId, state: GoalState) -> Result<(), EditError> {
    edit.existing_item(&Path::of(GOALS), goal)?;
    edit.put(&Path::of(STATES).item(goal), &state)
}

/// Agrees to a goal as this person sees it. Only on a document without drafts, and only when it has all that a good goal has.
pub fn agree(edit: &mut Edit<'_>, goal: ItemId) -> Result<(), EditError> {
    let path = edit.existing_item(&Path::of(GOALS), goal)?;
    let goals = edit.reader().items(&Path::of(GOALS));
    let found = goals.iter().find(|item| item.id == goal);
    if found.is_none_or(|item| !missing(&item.fields()).is_empty()) {
        return Err(EditError::Impossible { field: "goal that is still a draft" });
    }
    ack::acknowledge(edit, &path)
}

/// Removes a goal; it can be restored.
pub fn remove_goal(edit: &mut Edit<'_>, goal: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(GOALS), goal)
}

/// Brings a removed goal back.
pub fn restore_goal(edit: &mut Edit<'_>, goal: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(GOALS), goal)
}

/// Puts a goal elsewhere in the order.
pub fn reorder_goal(edit: &mut Edit<'_>, goal: ItemId, to: Position) -> Result<(), EditError> {
    edit.reorder(&Path::of(GOALS), goal, to)
}

fn put_title(edit: &mut Edit<'_>, path: &Path, title: &str) -> Result<(), EditError> {
    match title.is_empty() {
        true => edit.put_or_clear::<String>(&path.key("title"), None),
        false => edit.put_label(&path.key("title"), "title", title),
    }
}

pub(super) fn goals(doc: Document<'_>) -> Vec<Item<'_>> {
    doc.items(&Path::of(GOALS))
}

/// How far a goal is: what is still to do, while two people's states stand.
pub(super) fn state(doc: Document<'_>, goal: ItemId) -> GoalState {
    doc.least(&Path::of(STATES).item(goal)).unwrap_or(GoalState::Active)
}

/// What a goal lacks, in the order of the letters.
pub(super) fn missing<D: ReadDoc>(goal: &Reader<'_, D>) -> Vec<Letter> {
    let is_said = |key: &str| goal.get::<String>(&Path::of(key)).is_some_and(|label| !label.trim().is_empty());
    let has_reason = !goal.text(&Path::of("why")).trim().is_empty()
        || goal.get::<Link>(&Path::of("supports")).is_some();
    let letters = [
        (Letter::S, is_said("title")),
        (Letter::M, is_said("measure")),
        (Letter::A, commitment::is_any(goal)),
        (Letter::R, has_reason),
        (Letter::T, goal.least::<Day>(&Path::of("due")).is_some()),
    ];
    letters.into_iter().filter(|(_, has)| !has).map(|(letter, _)| letter).collect()
}

pub(super) fn look_for_conflicts(doc: Document<'_>, goal: &Item<'_>, conflicts: &mut Conflicts) {
    let fields = goal.fields();
    conflicts.look::<String>(fields, "title");
    measure::look_for_conflicts(fields, conflicts);
    conflicts.look::<Amount>(fields, "baseline");
    conflicts.look::<Amount>(fields, "target");
    conflicts.look::<Day>(fields, "due");
    conflicts.look::<Link>(fields, "supports");
    conflicts.look_at::<GoalState>(doc, &Path::of(STATES).item(goal.id));
}
