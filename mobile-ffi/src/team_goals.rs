//! Owns the goals and standards of a team as an app sees them.

use crate::client::Client;
use crate::documents::with_authors;
use crate::error::ClientError;
use sync_core::coaching::Kind;
use sync_core::coaching::ack::AckView;
use sync_core::coaching::item::Removal;
use sync_core::coaching::link::Link;
use sync_core::coaching::measure::Measure;
use sync_core::coaching::team_goals::{
    self, Example, ExampleView, NewTeamGoal, StandardView, TeamGoalView, TeamGoalsView,
};
use sync_core::document::{Amount, Conflict, Document, Edit, EditError, Position, Prose, Splice};
use sync_core::ids::{DocId, ItemId, TeamId};
use sync_core::time::{Day, Quarter};

/// Which side of a standard an example shows.
#[uniffi::remote(Enum)]
pub enum Example {
    /// What it looks like.
    LooksLike,
    /// What it does not look like.
    LooksUnlike,
}

/// A goal to set.
#[uniffi::remote(Record)]
pub struct NewTeamGoal {
    /// What is to be reached; a label.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// How it is measured.
    pub measure: Option<Measure>,
    /// How much is to be reached.
    pub target: Option<Amount>,
    /// Until when.
    pub due: Option<Day>,
}

/// A standard, as screens show it.
#[uniffi::remote(Record)]
pub struct StandardView {
    /// Which one.
    pub id: ItemId,
    /// What good work is.
    pub statement: String,
    /// What it looks like, in its order, with what was removed.
    pub looks_like: Vec<ExampleView>,
    /// What it does not look like, in its order, with what was removed.
    pub looks_unlike: Vec<ExampleView>,
    /// Whether it has no example yet.
    pub is_incomplete: bool,
    /// Who has read it, and whether that still holds.
    pub acks: Vec<AckView>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// One example.
#[uniffi::remote(Record)]
pub struct ExampleView {
    /// Which one.
    pub id: ItemId,
    /// What can be seen or heard.
    pub what: String,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// The goals and standards of a team, as screens show them.
#[uniffi::remote(Record)]
pub struct TeamGoalsView {
    /// The goals in their order, with those that were put away.
    pub goals: Vec<TeamGoalView>,
    /// The standards in their order, with those that were removed.
    pub standards: Vec<StandardView>,
    /// What follows from how somebody does.
    pub consequences: Prose,
    /// Values that wait for somebody to settle them.
    pub conflicts: Vec<Conflict>,
}

/// One goal.
#[uniffi::remote(Record)]
pub struct TeamGoalView {
    /// Which one.
    pub id: ItemId,
    /// What is to be reached.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// How it is measured.
    pub measure: Option<Measure>,
    /// How much is to be reached.
    pub target: Option<Amount>,
    /// Until when: the earlier day, while two people's days stand.
    pub due: Option<Day>,
    /// Which aim of the organisation it supports.
    pub supports: Option<Link>,
    /// Who has read it, and whether that still holds.
    pub acks: Vec<AckView>,
    /// Whether it was put away.
    pub removed: Option<Removal>,
}

/// What people do to the goals and standards of a team.
#[derive(Clone, uniffi::Enum)]
#[expect(missing_docs, reason = "the verb says what its fields are")]
pub enum TeamGoalsEdit {
    /// Edits what follows from how somebody does, support and reward first. Nothing follows from it by itself.
    EditConsequences { splice: Splice },
    /// Sets a goal. Answers its id.
    AddTeamGoal { new: NewTeamGoal },
    /// Says what is to be reached.
    SetTeamGoalTitle { goal: ItemId, title: String },
    /// Edits why it matters.
    EditTeamGoalWhy { goal: ItemId, splice: Splice },
    /// Says how it is measured.
    SetTeamGoalMeasure { goal: ItemId, measure: Option<Measure> },
    /// Says how much is to be reached.
    SetTeamGoalTarget { goal: ItemId, target: Option<Amount> },
    /// Says until when.
    SetTeamGoalDue { goal: ItemId, due: Option<Day> },
    /// Says which aim of the organisation it supports.
    SetTeamGoalAim { goal: ItemId, aim: Option<Link> },
    /// Says that one has read the goal as it stands, and what is not clear about it.
    AcknowledgeTeamGoal { goal: ItemId, question: Option<String> },
    /// Puts a goal away; it can be restored. What supports it stays where it is.
    RemoveTeamGoal { goal: ItemId },
    /// Brings a goal back.
    RestoreTeamGoal { goal: ItemId },
    /// Puts a goal elsewhere in the order.
    ReorderTeamGoal { goal: ItemId, to: Position },
    /// Says what good work is. Answers its id.
    AddStandard { statement: String },
    /// Edits what it says.
    EditStandard { standard: ItemId, splice: Splice },
    /// Gives an example; a label. Answers its id.
    AddExample { standard: ItemId, side: Example, what: String },
    /// Removes an example; it can be restored.
    RemoveExample { standard: ItemId, side: Example, example: ItemId },
    /// Brings an example back.
    RestoreExample { standard: ItemId, side: Example, example: ItemId },
    /// Says that one has read the standard as it stands, and what is not clear about it.
    AcknowledgeStandard { standard: ItemId, question: Option<String> },
    /// Removes a standard; it can be restored.
    RemoveStandard { standard: ItemId },
    /// Brings a standard back.
    RestoreStandard { standard: ItemId },
    /// Puts a standard elsewhere in the order.
    ReorderStandard { standard: ItemId, to: Position },
}

impl TeamGoalsEdit {
    fn make(&self, edit: &mut Edit<'_>) -> Result<Option<ItemId>, EditError> {
        match self {
            Self::AddTeamGoal { new } => return team_goals::add_team_goal(edit, new).map(Some),
            Self::AddStandard { statement } => return team_goals::add_standard(edit, statement).map(Some),
            Self::AddExample { standard, side, what } => {
                return team_goals::add_example(edit, (*standard, *side), what).map(Some);
            }
            Self::EditConsequences { splice } => team_goals::edit_consequences(edit, splice),
            Self::SetTeamGoalTitle { goal, title } => team_goals::set_team_goal_title(edit, *goal, title),
            Self::EditTeamGoalWhy { goal, splice } => team_goals::edit_team_goal_why(edit, *goal, splice),
            Self::SetTeamGoalMeasure { goal, measure } => {
                team_goals::set_team_goal_measure(edit, *goal, measure.as_ref())
            }
            Self::SetTeamGoalTarget { goal, target } => {
                team_goals::set_team_goal_target(edit, *goal, *target)
            }
            Self::SetTeamGoalDue { goal, due } => team_goals::set_team_goal_due(edit, *goal, *due),
            Self::SetTeamGoalAim { goal, aim } => team_goals::set_team_goal_aim(edit, *goal, *aim),
            Self::AcknowledgeTeamGoal { goal, question } => {
                team_goals::acknowledge_team_goal(edit, *goal, question.as_deref())
            }
            Self::RemoveTeamGoal { goal } => team_goals::remove_team_goal(edit, *goal),
            Self::RestoreTeamGoal { goal } => team_goals::restore_team_goal(edit, *goal),
            Self::ReorderTeamGoal { goal, to } => team_goals::reorder_team_goal(edit, *goal, *to),
            Self::EditStandard { standard, splice } => team_goals::edit_standard(edit, *standard, splice),
            Self::RemoveExample { standard, side, example } => {
                team_goals::remove_example(edit, (*standard, *side), *example)
            }
            Self::RestoreExample { standard, side, example } => {
                team_goals::restore_example(edit, (*standard, *side), *example)
            }
            Self::AcknowledgeStandard { standard, question } => {
                team_goals::acknowledge_standard(edit, *standard, question.as_deref())
            }
            Self::RemoveStandard { standard } => team_goals::remove_standard(edit, *standard),
            Self::RestoreStandard { standard } => team_goals::restore_standard(edit, *standard),
            Self::ReorderStandard { standard, to } => team_goals::reorder_standard(edit, *standard, *to),
        }?;
        Ok(None)
    }
}

#[uniffi::export]
impl Client {
    /// The goals of this team for this quarter: a new document, or the one that is there.
    pub fn create_team_goals(&self, team: TeamId, quarter: Quarter) -> Result<DocId, ClientError> {
        Ok(self.replica()?.create(Kind::of(&team_goals::SPEC), team_goals::key(team, quarter))?)
    }

    /// The goals and standards of a team, as screens show it.
    pub fn team_goals(&self, doc: DocId) -> Result<TeamGoalsView, ClientError> {
        let replica = self.replica_of(doc, &team_goals::SPEC)?;
        let mut view = replica.read(doc, |history| team_goals::view(Document::of(history.view())))?;
        view.conflicts = with_authors(&replica, doc, view.conflicts)?;
        Ok(view)
    }

    /// Makes these edits, all or none. Answers the ids of new items, in the order of the edits.
    pub fn edit_team_goals(
        &self,
        doc: DocId,
        edits: Vec<TeamGoalsEdit>,
    ) -> Result<Vec<Option<ItemId>>, ClientError> {
        let replica = self.replica_of(doc, &team_goals::SPEC)?;
        Ok(replica.edit(doc, |edit| edits.iter().map(|one| one.make(edit)).collect())?)
    }
}
