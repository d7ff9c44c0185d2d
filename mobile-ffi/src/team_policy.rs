//! Owns the rules of a team as an app sees them.

use crate::client::Client;
use crate::documents::with_authors;
use crate::error::ClientError;
use sync_core::coaching::Kind;
use sync_core::coaching::item::Removal;
use sync_core::coaching::meeting::Section;
use sync_core::coaching::team_policy::{
    self, Every, OpenHours, OpenHoursView, Practice, RhythmView, TeamPolicyView, TeamQuestionView,
};
use sync_core::document::{Conflict, Document, Edit, EditError, Position, Splice};
use sync_core::ids::{DocId, ItemId, TeamId};

/// What a team does again and again.
#[uniffi::remote(Enum)]
pub enum Practice {
    /// The talk of leader and agent.
    OneOnOne,
    /// Setting and reviewing the goals of a month.
    MonthlyGoals,
    /// Looking at the action plan.
    PlanReview,
    /// Looking at the team's numbers together.
    TeamData,
    /// The evaluation.
    Evaluation,
}

/// How often.
#[uniffi::remote(Enum)]
pub enum Every {
    /// Every week.
    Week,
    /// Every second week.
    TwoWeeks,
    /// Every month.
    Month,
    /// Every quarter.
    Quarter,
    /// Every half-year.
    HalfYear,
}

/// When the leader's door is open, each week, in the team's time zone.
#[uniffi::remote(Record)]
pub struct OpenHours {
    /// The day of the week: Monday is 1, Sunday is 7 (ISO 8601).
    pub weekday: u8,
    /// From when, in minutes since midnight.
    pub from: u16,
    /// Until when, in minutes since midnight.
    pub until: u16,
}

/// The rules of a team, as screens show them.
#[uniffi::remote(Record)]
pub struct TeamPolicyView {
    /// How often the team does what, in the order of the form.
    pub rhythms: Vec<RhythmView>,
    /// How many may be away from the queue at once: the fewer, while two people's numbers stand.
    pub off_queue_at_once: Option<u32>,
    /// When the leader's door is open, with what was removed.
    pub open_hours: Vec<OpenHoursView>,
    /// The team's own questions, with those that were removed.
    pub questions: Vec<TeamQuestionView>,
    /// Values that wait for somebody to settle them.
    pub conflicts: Vec<Conflict>,
}

/// How often the team does something.
#[uniffi::remote(Record)]
pub struct RhythmView {
    /// What.
    pub practice: Practice,
    /// How often: the more frequent, while two people's rhythms stand.
    pub every: Every,
    /// Whether the team has said so, or it is the usual.
    pub is_own: bool,
}

/// Some open hours.
#[uniffi::remote(Record)]
pub struct OpenHoursView {
    /// Which ones.
    pub id: ItemId,
    /// When; none if another version of the app wrote something else.
    pub hours: Option<OpenHours>,
    /// Whether they were removed.
    pub removed: Option<Removal>,
}

/// One of the team's own questions.
#[uniffi::remote(Record)]
pub struct TeamQuestionView {
    /// Which one.
    pub id: ItemId,
    /// The block of a meeting that it belongs to.
    pub section: Option<Section>,
    /// What it asks.
    pub text: String,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// What people do to the rules of a team.
#[derive(Clone, uniffi::Enum)]
#[expect(missing_docs, reason = "the verb says what its fields are")]
pub enum TeamPolicyEdit {
    /// Says how often the team does something; none is as usual.
    SetRhythm { practice: Practice, every: Option<Every> },
    /// Says how many may be away from the queue at once.
    SetOffQueue { at_once: Option<u32> },
    /// Opens the leader's door each week. Answers its id.
    AddOpenHours { hours: OpenHours },
    /// Takes open hours back; they can be restored.
    RemoveOpenHours { id: ItemId },
    /// Brings open hours back.
    RestoreOpenHours { id: ItemId },
    /// Adds a question to those of the bank. Answers its id.
    AddQuestion { section: Section, text: String },
    /// Edits what a question asks.
    EditQuestion { question: ItemId, splice: Splice },
    /// Removes a question; it can be restored.
    RemoveQuestion { question: ItemId },
    /// Brings a question back.
    RestoreQuestion { question: ItemId },
    /// Puts a question elsewhere in the order.
    ReorderQuestion { question: ItemId, to: Position },
}

impl TeamPolicyEdit {
    fn make(&self, edit: &mut Edit<'_>) -> Result<Option<ItemId>, EditError> {
        match self {
            Self::AddOpenHours { hours } => return team_policy::add_open_hours(edit, *hours).map(Some),
            Self::AddQuestion { section, text } => {
                return team_policy::add_question(edit, *section, text).map(Some);
            }
            Self::SetRhythm { practice, every } => team_policy::set_rhythm(edit, *practice, *every),
            Self::SetOffQueue { at_once } => team_policy::set_off_queue(edit, *at_once),
            Self::RemoveOpenHours { id } => team_policy::remove_open_hours(edit, *id),
            Self::RestoreOpenHours { id } => team_policy::restore_open_hours(edit, *id),
            Self::EditQuestion { question, splice } => team_policy::edit_question(edit, *question, splice),
            Self::RemoveQuestion { question } => team_policy::remove_question(edit, *question),
            Self::RestoreQuestion { question } => team_policy::restore_question(edit, *question),
            Self::ReorderQuestion { question, to } => team_policy::reorder_question(edit, *question, *to),
        }?;
        Ok(None)
    }
}

#[uniffi::export]
impl Client {
    /// The rules of this team: a new document, or the one that is there.
    pub fn create_team_policy(&self, team: TeamId) -> Result<DocId, ClientError> {
        Ok(self.replica()?.create(Kind::of(&team_policy::SPEC), team_policy::key(team))?)
    }

    /// The rules of a team, as screens show it.
    pub fn team_policy(&self, doc: DocId) -> Result<TeamPolicyView, ClientError> {
        let replica = self.replica_of(doc, &team_policy::SPEC)?;
        let mut view = replica.read(doc, |history| team_policy::view(Document::of(history.view())))?;
        view.conflicts = with_authors(&replica, doc, view.conflicts)?;
        Ok(view)
    }

    /// Makes these edits, all or none. Answers the ids of new items, in the order of the edits.
    pub fn edit_team_policy(
        &self,
        doc: DocId,
        edits: Vec<TeamPolicyEdit>,
    ) -> Result<Vec<Option<ItemId>>, ClientError> {
        let replica = self.replica_of(doc, &team_policy::SPEC)?;
        Ok(replica.edit(doc, |edit| edits.iter().map(|one| one.make(edit)).collect())?)
    }
}
