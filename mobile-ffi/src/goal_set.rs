//! Owns the goals of a pair as an app sees them: the records of a quarter's goals, and their verbs.

use crate::client::Client;
use crate::documents::with_authors;
use crate::error::ClientError;
use sync_core::coaching::Kind;
use sync_core::coaching::ack::AckView;
use sync_core::coaching::earlier::Earlier;
use sync_core::coaching::goal_set::{
    self, Agreement, CommitmentView, GoalSetView, GoalState, GoalView, Letter, NewCommitment, NewGoal,
    ProgressView,
};
use sync_core::coaching::item::{Removal, Side};
use sync_core::coaching::link::Link;
use sync_core::coaching::measure::{Measure, MeasureKind};
use sync_core::document::{Amount, Conflict, Document, Edit, EditError, Position, Splice};
use sync_core::ids::{DocId, ItemId, PersonId, TenureId};
use sync_core::time::{Day, Quarter, Timestamp};

/// How something is measured.
#[uniffi::remote(Enum)]
pub enum MeasureKind {
    /// A number that the organisation reports.
    Kpi,
    /// Something counted.
    Count,
    /// Something that can be seen or heard.
    Behaviour,
}

/// How far a goal is. None of them is a mark.
#[uniffi::remote(Enum)]
pub enum GoalState {
    /// It is being worked on.
    Active,
    /// It is reached.
    Reached,
    /// The quarter ended without it.
    NotReached,
    /// It was agreed to leave it.
    Dropped,
}

/// What a good goal has.
#[uniffi::remote(Enum)]
pub enum Letter {
    /// Specific: it has a title.
    S,
    /// Measurable: it says how.
    M,
    /// Achievable: it says what somebody will do for it.
    A,
    /// Relevant: it says why, or what it supports.
    R,
    /// Timed: it says until when.
    T,
}

/// Whether the two agree.
#[uniffi::remote(Enum)]
pub enum Agreement {
    /// It lacks something.
    Draft,
    /// Nobody has agreed to it.
    Proposed,
    /// One of them has.
    ByOne,
    /// Both have, and it says what they agreed to.
    Agreed,
    /// It was changed since somebody agreed.
    ChangedSince,
}

/// How a goal is measured.
#[uniffi::remote(Record)]
pub struct Measure {
    /// In which way.
    pub kind: MeasureKind,
    /// The stable name of the number, what is counted, or what can be seen; a label.
    pub what: String,
}

/// A goal to set; whatever is not known yet can be said later.
#[uniffi::remote(Record)]
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

/// What one side will do.
#[uniffi::remote(Record)]
pub struct NewCommitment {
    /// Who.
    pub side: Side,
    /// What.
    pub text: String,
    /// Until when.
    pub due: Option<Day>,
}

/// A set of goals, as screens show it.
#[uniffi::remote(Record)]
pub struct GoalSetView {
    /// The goals in their order, with those that were removed.
    pub goals: Vec<GoalView>,
    /// Values that wait for somebody to settle them.
    pub conflicts: Vec<Conflict>,
}

/// One goal.
#[uniffi::remote(Record)]
pub struct GoalView {
    /// Which one.
    pub id: ItemId,
    /// What is to be reached.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// How it is measured.
    pub measure: Option<Measure>,
    /// Where it began.
    pub baseline: Option<Amount>,
    /// How much is to be reached.
    pub target: Option<Amount>,
    /// Until when: the earlier day, while two people's days stand.
    pub due: Option<Day>,
    /// Which goal of the team it supports.
    pub supports: Option<Link>,
    /// What it was copied from, if the agent brought it along from an earlier pair.
    pub from: Option<Earlier>,
    /// How far it is.
    pub state: GoalState,
    /// What it lacks; while it lacks anything it is a draft.
    pub missing: Vec<Letter>,
    /// What each partner will do, with what was removed.
    pub commitments: Vec<CommitmentView>,
    /// Whether only one side has said what it will do, or nobody has.
    pub is_one_sided: bool,
    /// The notes on how far it is, with those that were removed.
    pub progress: Vec<ProgressView>,
    /// Whether both agree to it.
    pub agreement: Agreement,
    /// Who agreed, and whether that still holds.
    pub acks: Vec<AckView>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// One commitment.
#[uniffi::remote(Record)]
pub struct CommitmentView {
    /// Which one.
    pub id: ItemId,
    /// Who will do it; none if another version of the app wrote something else.
    pub side: Option<Side>,
    /// What.
    pub text: String,
    /// Until when: the earlier day, while two people's days stand.
    pub due: Option<Day>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// One note.
#[uniffi::remote(Record)]
pub struct ProgressView {
    /// Which one.
    pub id: ItemId,
    /// Of which goal.
    pub goal: ItemId,
    /// Who noted it, as their phone said.
    pub by: Option<PersonId>,
    /// When, by their phone's clock.
    pub at: Option<Timestamp>,
    /// What was measured.
    pub value: Option<Amount>,
    /// What there is to say about it.
    pub note: String,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// A verb of goals.
#[derive(Clone, uniffi::Enum)]
#[expect(missing_docs, reason = "the verb says what its fields are")]
pub enum GoalEdit {
    /// Sets a goal, a draft until everything is said that a good goal has. Answers its id.
    AddGoal { goal: NewGoal },
    /// Says what is to be reached.
    SetGoalTitle { goal: ItemId, title: String },
    /// Types into why it matters.
    EditWhy { goal: ItemId, splice: Splice },
    /// Says how it is measured.
    SetMeasure { goal: ItemId, measure: Option<Measure> },
    /// Says where it begins.
    SetBaseline { goal: ItemId, amount: Option<Amount> },
    /// Says how much is to be reached.
    SetTarget { goal: ItemId, amount: Option<Amount> },
    /// Says until when.
    SetGoalDue { goal: ItemId, due: Option<Day> },
    /// Says which goal of the team it supports.
    SetSupport { goal: ItemId, supports: Option<Link> },
    /// Says how far it is. That changes nothing that was agreed.
    SetGoalState { goal: ItemId, state: GoalState },
    /// Agrees to a goal as this person sees it; it must not be a draft. Goes alone, or first.
    AgreeToGoal { goal: ItemId },
    /// Removes a goal; it can be restored.
    RemoveGoal { goal: ItemId },
    /// Brings a removed goal back.
    RestoreGoal { goal: ItemId },
    /// Puts a goal elsewhere in the order.
    ReorderGoal { goal: ItemId, to: Position },
    /// Says what one side will do for a goal. Answers its id.
    AddCommitment { goal: ItemId, commitment: NewCommitment },
    /// Types into a commitment.
    EditCommitment { goal: ItemId, commitment: ItemId, splice: Splice },
    /// Says until when.
    SetCommitmentDue { goal: ItemId, commitment: ItemId, due: Option<Day> },
    /// Removes a commitment; it can be restored.
    RemoveCommitment { goal: ItemId, commitment: ItemId },
    /// Brings a removed commitment back.
    RestoreCommitment { goal: ItemId, commitment: ItemId },
    /// Notes how far a goal is. Answers the id of the note.
    AddProgress { goal: ItemId, value: Option<Amount>, note: String },
    /// Types into a note.
    EditProgress { id: ItemId, splice: Splice },
    /// Removes a note; it can be restored.
    RemoveProgress { id: ItemId },
    /// Brings a removed note back.
    RestoreProgress { id: ItemId },
}

impl GoalEdit {
    fn make(&self, edit: &mut Edit<'_>) -> Result<Option<ItemId>, EditError> {
        match self {
            Self::AddGoal { goal } => goal_set::add_goal(edit, goal).map(Some),
            Self::AddCommitment { goal, commitment } => {
                goal_set::add_commitment(edit, *goal, commitment).map(Some)
            }
            Self::AddProgress { goal, value, note } => {
                goal_set::add_progress(edit, *goal, *value, note).map(Some)
            }
            other => other.change(edit).map(|()| None),
        }
    }

    fn change(&self, edit: &mut Edit<'_>) -> Result<(), EditError> {
        match self {
            Self::SetGoalTitle { goal, title } => goal_set::set_title(edit, *goal, title),
            Self::EditWhy { goal, splice } => goal_set::edit_why(edit, *goal, splice),
            Self::SetMeasure { goal, measure } => goal_set::set_measure(edit, *goal, measure.as_ref()),
            Self::SetBaseline { goal, amount } => goal_set::set_baseline(edit, *goal, *amount),
            Self::SetTarget { goal, amount } => goal_set::set_target(edit, *goal, *amount),
            Self::SetGoalDue { goal, due } => goal_set::set_goal_due(edit, *goal, *due),
            Self::SetSupport { goal, supports } => goal_set::set_support(edit, *goal, *supports),
            Self::SetGoalState { goal, state } => goal_set::set_goal_state(edit, *goal, *state),
            Self::AgreeToGoal { goal } => goal_set::agree(edit, *goal),
            Self::RemoveGoal { goal } => goal_set::remove_goal(edit, *goal),
            Self::RestoreGoal { goal } => goal_set::restore_goal(edit, *goal),
            Self::ReorderGoal { goal, to } => goal_set::reorder_goal(edit, *goal, *to),
            other => other.change_beside(edit),
        }
    }

    fn change_beside(&self, edit: &mut Edit<'_>) -> Result<(), EditError> {
        match self {
            Self::EditCommitment { goal, commitment, splice } => {
                goal_set::edit_commitment(edit, (*goal, *commitment), splice)
            }
            Self::SetCommitmentDue { goal, commitment, due } => {
                goal_set::set_commitment_due(edit, (*goal, *commitment), *due)
            }
            Self::RemoveCommitment { goal, commitment } => {
                goal_set::remove_commitment(edit, (*goal, *commitment))
            }
            Self::RestoreCommitment { goal, commitment } => {
                goal_set::restore_commitment(edit, (*goal, *commitment))
            }
            Self::EditProgress { id, splice } => goal_set::edit_progress(edit, *id, splice),
            Self::RemoveProgress { id } => goal_set::remove_progress(edit, *id),
            Self::RestoreProgress { id } => goal_set::restore_progress(edit, *id),
            // All others were made before.
            _ => Ok(()),
        }
    }
}

#[uniffi::export]
impl Client {
    /// The goals of this pair for this quarter: new, or the ones that are there.
    pub fn create_goal_set(&self, tenure: TenureId, quarter: Quarter) -> Result<DocId, ClientError> {
        Ok(self.replica()?.create(Kind::of(&goal_set::SPEC), goal_set::key(tenure, quarter))?)
    }

    /// The goals, as screens show them.
    pub fn goal_set(&self, doc: DocId) -> Result<GoalSetView, ClientError> {
        let replica = self.replica_of(doc, &goal_set::SPEC)?;
        let mut view = replica.read(doc, |history| goal_set::view(Document::of(history.view())))?;
        view.conflicts = with_authors(&replica, doc, view.conflicts)?;
        Ok(view)
    }

    /// Makes these edits, all or none. Answers the ids of new items, in the order of the edits.
    pub fn edit_goals(&self, doc: DocId, edits: Vec<GoalEdit>) -> Result<Vec<Option<ItemId>>, ClientError> {
        Ok(self
            .replica_of(doc, &goal_set::SPEC)?
            .edit(doc, |edit| edits.iter().map(|one| one.make(edit)).collect())?)
    }
}
