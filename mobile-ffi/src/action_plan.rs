//! Owns action plans as an app sees them: the records of a plan, and its verbs.

use crate::client::Client;
use crate::documents::with_authors;
use crate::error::ClientError;
use crate::system::rng;
use sync_core::coaching::Kind;
use sync_core::coaching::action_plan::{
    self, ActionPlanView, CheckpointView, ClosedView, Decision, NewStep, PlanKind, ResourceView, ReviewView,
    StepView,
};
use sync_core::coaching::earlier::Earlier;
use sync_core::coaching::item::{Removal, State};
use sync_core::document::{ChangedItem, Conflict, Document, Edit, EditError, Position, Splice};
use sync_core::ids::{DocId, ItemId, PersonId, TenureId};
use sync_core::time::{Day, Timestamp};

/// What a plan is for. None of them is a warning.
#[uniffi::remote(Enum)]
pub enum PlanKind {
    /// To get better at something.
    Improvement,
    /// To learn something new.
    Development,
    /// To go further.
    Growth,
}

/// What was decided at a checkpoint.
#[uniffi::remote(Enum)]
pub enum Decision {
    /// Go on as planned.
    GoOn,
    /// Go on differently.
    Adjust,
    /// The aim is reached.
    Reached,
    /// Stop here.
    Stop,
}

/// A step to plan.
#[uniffi::remote(Record)]
pub struct NewStep {
    /// What.
    pub text: String,
    /// Who does it.
    pub owner: Option<PersonId>,
    /// Until when.
    pub due: Option<Day>,
}

/// A plan, as screens show it.
#[uniffi::remote(Record)]
pub struct ActionPlanView {
    /// What it is called.
    pub title: String,
    /// What it is for.
    pub kind: PlanKind,
    /// What is to be reached.
    pub aim: String,
    /// The steps in their order, with those that were removed.
    pub steps: Vec<StepView>,
    /// The checkpoints in the order they were planned, with those that were removed.
    pub checkpoints: Vec<CheckpointView>,
    /// The reviews, oldest first.
    pub reviews: Vec<ReviewView>,
    /// Whether it was closed.
    pub closed: Option<ClosedView>,
    /// What it was copied from, if the agent brought it along from an earlier pair.
    pub from: Option<Earlier>,
    /// Values that wait for somebody to settle them.
    pub conflicts: Vec<Conflict>,
}

/// That the plan was closed.
#[uniffi::remote(Record)]
pub struct ClosedView {
    /// By whom, as their phone said.
    pub by: Option<PersonId>,
    /// When, by their phone's clock.
    pub at: Timestamp,
}

/// One step.
#[uniffi::remote(Record)]
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
#[uniffi::remote(Record)]
pub struct ResourceView {
    /// Which one.
    pub id: ItemId,
    /// What.
    pub label: String,
}

/// One checkpoint.
#[uniffi::remote(Record)]
pub struct CheckpointView {
    /// Which one.
    pub id: ItemId,
    /// On which day: the earlier one, while two people's days stand.
    pub on: Option<Day>,
    /// What to look at.
    pub look_at: String,
    /// What was seen.
    pub result: String,
    /// What was decided.
    pub decision: Option<Decision>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// One review.
#[uniffi::remote(Record)]
pub struct ReviewView {
    /// Which one.
    pub id: ItemId,
    /// When, by the phone's clock.
    pub at: Option<Timestamp>,
    /// Who noted it.
    pub by: Option<PersonId>,
    /// What came of it.
    pub summary: String,
}

/// A verb of action plans.
#[derive(Clone, uniffi::Enum)]
#[expect(missing_docs, reason = "the verb says what its fields are")]
pub enum PlanEdit {
    /// Gives the plan a title.
    SetTitle { title: String },
    /// Says what the plan is for.
    SetKind { kind: PlanKind },
    /// Types into the aim.
    EditAim { splice: Splice },
    /// Closes the plan; it can be opened again.
    ClosePlan,
    /// Opens a closed plan again.
    Reopen,
    /// Plans a step. Answers its id.
    AddStep { step: NewStep },
    /// Types into a step.
    EditStep { step: ItemId, splice: Splice },
    /// Says who does a step.
    SetStepOwner { step: ItemId, owner: Option<PersonId> },
    /// Says until when.
    SetStepDue { step: ItemId, due: Option<Day> },
    /// Says how far a step is.
    SetStepState { step: ItemId, state: State },
    /// Adds something that helps with a step. Answers its id.
    AddResource { step: ItemId, label: String },
    /// Removes something that was to help.
    RemoveResource { step: ItemId, resource: ItemId },
    /// Removes a step; it can be restored.
    RemoveStep { step: ItemId },
    /// Brings a removed step back.
    RestoreStep { step: ItemId },
    /// Puts a step elsewhere in the order.
    ReorderStep { step: ItemId, to: Position },
    /// Plans a checkpoint. Answers its id.
    AddCheckpoint { on: Day, look_at: String },
    /// Says on which day.
    SetCheckpointDay { id: ItemId, on: Day },
    /// Types into what to look at.
    EditLookAt { id: ItemId, splice: Splice },
    /// Types into what was seen.
    EditResult { id: ItemId, splice: Splice },
    /// Says what was decided.
    SetDecision { id: ItemId, decision: Option<Decision> },
    /// Removes a checkpoint; it can be restored.
    RemoveCheckpoint { id: ItemId },
    /// Brings a removed checkpoint back.
    RestoreCheckpoint { id: ItemId },
    /// Notes that the plan was reviewed as this person sees it. Answers its id. Goes alone, or first.
    AddReview { summary: String },
    /// Types into a review.
    EditReview { review: ItemId, splice: Splice },
}

impl PlanEdit {
    fn make(&self, edit: &mut Edit<'_>) -> Result<Option<ItemId>, EditError> {
        match self {
            Self::AddStep { step } => action_plan::add_step(edit, step).map(Some),
            Self::AddResource { step, label } => action_plan::add_resource(edit, *step, label).map(Some),
            Self::AddCheckpoint { on, look_at } => action_plan::add_checkpoint(edit, *on, look_at).map(Some),
            Self::AddReview { summary } => action_plan::add_review(edit, summary).map(Some),
            other => other.change(edit).map(|()| None),
        }
    }

    fn change(&self, edit: &mut Edit<'_>) -> Result<(), EditError> {
        match self {
            Self::SetTitle { title } => action_plan::set_title(edit, title),
            Self::SetKind { kind } => action_plan::set_kind(edit, *kind),
            Self::EditAim { splice } => action_plan::edit_aim(edit, splice),
            Self::ClosePlan => action_plan::close(edit),
            Self::Reopen => action_plan::reopen(edit),
            Self::EditStep { step, splice } => action_plan::edit_step(edit, *step, splice),
            Self::SetStepOwner { step, owner } => action_plan::set_step_owner(edit, *step, *owner),
            Self::SetStepDue { step, due } => action_plan::set_step_due(edit, *step, *due),
            Self::SetStepState { step, state } => action_plan::set_step_state(edit, *step, *state),
            Self::RemoveResource { step, resource } => action_plan::remove_resource(edit, *step, *resource),
            Self::RemoveStep { step } => action_plan::remove_step(edit, *step),
            Self::RestoreStep { step } => action_plan::restore_step(edit, *step),
            Self::ReorderStep { step, to } => action_plan::reorder_step(edit, *step, *to),
            Self::EditReview { review, splice } => action_plan::edit_review(edit, *review, splice),
            other => other.change_checkpoint(edit),
        }
    }

    fn change_checkpoint(&self, edit: &mut Edit<'_>) -> Result<(), EditError> {
        match self {
            Self::SetCheckpointDay { id, on } => action_plan::set_checkpoint_day(edit, *id, *on),
            Self::EditLookAt { id, splice } => action_plan::edit_look_at(edit, *id, splice),
            Self::EditResult { id, splice } => action_plan::edit_result(edit, *id, splice),
            Self::SetDecision { id, decision } => action_plan::set_decision(edit, *id, *decision),
            Self::RemoveCheckpoint { id } => action_plan::remove_checkpoint(edit, *id),
            Self::RestoreCheckpoint { id } => action_plan::restore_checkpoint(edit, *id),
            // All others were made before.
            _ => Ok(()),
        }
    }
}

#[uniffi::export]
impl Client {
    /// A new plan of this pair.
    pub fn create_plan(&self, tenure: TenureId) -> Result<DocId, ClientError> {
        let key = action_plan::new_key(tenure, &mut rng());
        Ok(self.replica()?.create(Kind::of(&action_plan::SPEC), key)?)
    }

    /// The plan, as screens show it.
    pub fn plan(&self, doc: DocId) -> Result<ActionPlanView, ClientError> {
        let replica = self.replica_of(doc, &action_plan::SPEC)?;
        let mut view = replica.read(doc, |history| action_plan::view(Document::of(history.view())))?;
        view.conflicts = with_authors(&replica, doc, view.conflicts)?;
        Ok(view)
    }

    /// Makes these edits, all or none. Answers the ids of new items, in the order of the edits.
    pub fn edit_plan(&self, doc: DocId, edits: Vec<PlanEdit>) -> Result<Vec<Option<ItemId>>, ClientError> {
        Ok(self
            .replica_of(doc, &action_plan::SPEC)?
            .edit(doc, |edit| edits.iter().map(|one| one.make(edit)).collect())?)
    }

    /// What is not as it was at a review. Nothing when that cannot be said any more.
    pub fn changed_since_review(
        &self,
        doc: DocId,
        review: ItemId,
    ) -> Result<Option<Vec<ChangedItem>>, ClientError> {
        let look = |doc: Document<'_>| action_plan::changed_since_review(doc, review).ok();
        Ok(self.replica()?.read(doc, |history| look(Document::of(history.view())))?)
    }
}
