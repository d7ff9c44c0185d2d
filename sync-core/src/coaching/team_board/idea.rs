//! Owns ideas, and what became of each: an answer that who leads gives beside it, or an age.

use crate::coaching::item::{self, Removal, is_removed};
use crate::coaching::words::words;
use crate::document::{Document, Edit, EditError, Item, Path, Splice};
use crate::ids::{ItemId, PersonId};
use crate::time::Timestamp;
use serde::Serialize;

pub(super) const IDEAS: &str = "ideas";
/// Beside the ideas and not in them: who had the idea writes it, and does not decide about it.
pub(super) const DECISIONS: &str = "decisions";

words! {
    /// What is to become of an idea.
    Answer {
        /// It is tried first.
        Trial = "trial",
        /// It is done.
        Accepted = "accepted",
        /// Not now.
        Later = "later",
        /// It is not done.
        Declined = "declined",
    }
}

/// A decision about an idea.
#[derive(Clone, PartialEq, Eq)]
pub struct NewDecision {
    /// Which idea.
    pub idea: ItemId,
    /// What is to become of it.
    pub answer: Answer,
    /// Why.
    pub why: String,
}

/// An idea, as screens show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IdeaView {
    /// Which one.
    pub id: ItemId,
    /// What.
    pub text: String,
    /// Who had it; none if it says so of somebody whose entry it is not.
    pub by: Option<PersonId>,
    /// When, by the phone's clock: how long it waits for an answer.
    pub at: Option<Timestamp>,
    /// What was decided about it, oldest first; what was decided last holds.
    pub decisions: Vec<DecisionView>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// What was decided about an idea.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecisionView {
    /// Which decision.
    pub id: ItemId,
    /// What is to become of the idea.
    pub answer: Answer,
    /// Why.
    pub why: String,
    /// By whom, as their phone said.
    pub by: Option<PersonId>,
    /// When, by the phone's clock.
    pub at: Option<Timestamp>,
}

/// Has an idea.
pub fn add_idea(edit: &mut Edit<'_>, text: &str) -> Result<ItemId, EditError> {
    let (id, path) = edit.add_own_item(&Path::of(IDEAS))?;
    let (by, at) = (edit.person(), edit.now());
    edit.put(&path.key("by"), &by)?;
    edit.put(&path.key("at"), &at)?;
    edit.add_text(&path.key("text"), text)?;
    Ok(id)
}

/// Edits an idea.
pub fn edit_idea(edit: &mut Edit<'_>, idea: ItemId, splice: &Splice) -> Result<(), EditError> {
    item::edit_text(edit, IDEAS, idea, splice)
}

/// Removes an idea; it can be restored.
pub fn remove_idea(edit: &mut Edit<'_>, idea: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(IDEAS), idea)
}

/// Brings an idea back.
pub fn restore_idea(edit: &mut Edit<'_>, idea: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(IDEAS), idea)
}

/// Decides about an idea. What was decided before stays, and holds no longer.
pub fn decide_idea(edit: &mut Edit<'_>, new: &NewDecision) -> Result<ItemId, EditError> {
    edit.existing_item(&Path::of(IDEAS), new.idea)?;
    let (id, path) = edit.add_item(&Path::of(DECISIONS))?;
    let (by, at) = (edit.person(), edit.now());
    edit.put(&path.key("idea"), &new.idea)?;
    edit.put(&path.key("answer"), &new.answer)?;
    edit.add_text(&path.key("text"), &new.why)?;
    edit.put(&path.key("by"), &by)?;
    edit.put(&path.key("at"), &at)?;
    Ok(id)
}

/// Edits why it was decided so.
pub fn edit_decision(edit: &mut Edit<'_>, decision: ItemId, splice: &Splice) -> Result<(), EditError> {
    item::edit_text(edit, DECISIONS, decision, splice)
}

pub(super) fn idea_view(idea: &Item<'_>, decisions: &[Item<'_>]) -> IdeaView {
    let fields = idea.fields();
    IdeaView {
        id: idea.id,
        text: fields.text(&Path::of("text")),
        by: item::author(idea),
        at: fields.get(&Path::of("at")),
        decisions: decisions_about(idea, decisions).collect(),
        removed: Removal::of(fields),
    }
}

fn decisions_about(idea: &Item<'_>, decisions: &[Item<'_>]) -> impl Iterator<Item = DecisionView> {
    let about = decisions.iter().filter(|one| one.fields().get(&Path::of("idea")) == Some(idea.id));
    about.filter_map(|one| decision_view(one.id, one.fields()))
}

fn decision_view(id: ItemId, decision: Document<'_>) -> Option<DecisionView> {
    Some(DecisionView {
        id,
        answer: decision.get(&Path::of("answer"))?,
        why: decision.text(&Path::of("text")),
        by: decision.get(&Path::of("by")),
        at: decision.get(&Path::of("at")),
    })
}

/// Whether an idea that was not removed waits for an answer.
pub(super) fn waits(idea: &Item<'_>, decisions: &[Item<'_>]) -> bool {
    !is_removed(idea.fields()) && decisions_about(idea, decisions).next().is_none()
}
