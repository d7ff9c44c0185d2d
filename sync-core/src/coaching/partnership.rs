//! Owns the partnership of a leader and an agent, one for each year: how they work together, how often they meet, and
//! what each wants to bring up next.

mod backlog;
mod cadence;
mod view;

pub use backlog::{
    BacklogKind, BacklogView, NewBacklogItem, add_backlog, bring_backlog, edit_backlog, remove_backlog,
    reorder_backlog, restore_backlog, set_backlog_area, set_backlog_kind, set_before_next,
};
pub use cadence::{Cadence, CadenceView, Rhythm, occurrences, set_cadence};
pub use view::{BringView, ContractView, PartnershipView, TermView, view};

use super::words::words;
use super::{KindSpec, Layer, PartClass, Shape, SubjectClass, ack, Writers};
use crate::document::{Edit, EditError, Path, Splice};
use crate::ids::{ItemId, TenureId};
use crate::key::{NaturalKey, Part, Subject};
use crate::time::{Day, Year};

/// What a partnership is made of.
pub static SPEC: KindSpec = KindSpec {
    name: "partnership",
    subject: SubjectClass::Tenure,
    part: PartClass::Year,
    writers: Writers::All,
    layers: &[Layer {
        schema: 1,
        containers: &[
            ("about_me", Shape::Text),
            ("backlog", Shape::Map),
            ("bring_list", Shape::Map),
            ("cadence", Shape::Map),
            (
                CONTRACT,
                Shape::Agreed(&[
                    "demotivates",
                    "expect_of_agent",
                    "expect_of_manager",
                    "feedback_style",
                    "hopes",
                    "motivates",
                    "worries",
                ]),
            ),
        ],
    }],
    summarise: view::summarise,
};

const CONTRACT: &str = "contract";
const BRING_LIST: &str = "bring_list";

words! {
    /// What the two of them agree about.
    Term {
        /// What the leader expects of the agent.
        ExpectOfAgent = "expect_of_agent",
        /// What the agent expects of the leader.
        ExpectOfManager = "expect_of_manager",
        /// What they hope for.
        Hopes = "hopes",
        /// What worries them.
        Worries = "worries",
        /// What gives the agent energy.
        Motivates = "motivates",
        /// What takes it away.
        Demotivates = "demotivates",
        /// How the agent likes to hear praise, and how criticism.
        FeedbackStyle = "feedback_style",
    }
}

impl Term {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 7] = [
        Self::ExpectOfAgent,
        Self::ExpectOfManager,
        Self::Hopes,
        Self::Worries,
        Self::Motivates,
        Self::Demotivates,
        Self::FeedbackStyle,
    ];

    pub(in crate::coaching) fn path(self) -> Path {
        Path::of(CONTRACT).key(self.word())
    }
}

/// The key of the partnership of this pair in this year.
pub const fn key(tenure: TenureId, year: Year) -> NaturalKey {
    NaturalKey { subject: Subject::Tenure(tenure), part: Part::Year(year) }
}

/// Edits one of the things that they agree about.
pub fn edit_term(edit: &mut Edit<'_>, term: Term, splice: &Splice) -> Result<(), EditError> {
    edit.apply_splice(&term.path(), splice)
}

/// Says when they look at their agreement again. It is part of what is agreed.
pub fn set_review_day(edit: &mut Edit<'_>, on: Option<Day>) -> Result<(), EditError> {
    edit.put_or_clear(&Path::of(CONTRACT).key("review_on"), on.as_ref())
}

/// Agrees to the contract as this person sees it. Only on a document without drafts, and only when it says what is expected
/// of each side: a contract of one side is none.
pub fn agree(edit: &mut Edit<'_>) -> Result<(), EditError> {
    for term in [Term::ExpectOfAgent, Term::ExpectOfManager] {
        if edit.reader().text(&term.path()).trim().is_empty() {
            return Err(EditError::Impossible { field: term.word() });
        }
    }
    ack::acknowledge(edit, &Path::of(CONTRACT))
}

/// Edits what the agent tells of themselves.
pub fn edit_about_me(edit: &mut Edit<'_>, splice: &Splice) -> Result<(), EditError> {
    edit.apply_splice(&Path::of("about_me"), splice)
}

/// Adds something that each side brings to every meeting.
pub fn add_to_bring(edit: &mut Edit<'_>, what: &str) -> Result<ItemId, EditError> {
    let (id, path) = edit.add_item(&Path::of(BRING_LIST))?;
    edit.put_label(&path.key("what"), "what to bring", what)?;
    Ok(id)
}

/// Takes something off the list of what to bring; it can be restored.
pub fn remove_to_bring(edit: &mut Edit<'_>, item: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(BRING_LIST), item)
}

/// Puts something back on that list.
pub fn restore_to_bring(edit: &mut Edit<'_>, item: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(BRING_LIST), item)
}

#[cfg(test)]
mod tests;
