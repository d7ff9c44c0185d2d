//! Owns feedback logs as an app sees them: the records of a quarter's feedback, and its verbs.

use crate::client::Client;
use crate::documents::with_authors;
use crate::error::ClientError;
use sync_core::coaching::Kind;
use sync_core::coaching::ack::AckView;
use sync_core::coaching::feedback_log::{
    self, EvidenceView, Feedback, FeedbackKind, FeedbackLogView, FeedbackText, FeedbackTextView,
    FeedbackView, Lack, NewEvidence, Source,
};
use sync_core::coaching::item::{Removal, Side};
use sync_core::coaching::meeting::{Origin, Provenance};
use sync_core::document::{Conflict, Document, Edit, EditError, Prose, Splice};
use sync_core::ids::{DocId, ItemId, PersonId, TenureId};
use sync_core::time::{Day, Quarter, Timestamp};

/// What feedback is about.
#[uniffi::remote(Enum)]
pub enum FeedbackKind {
    /// Something done well.
    Praise,
    /// Something to do in another way.
    Constructive,
}

/// Whose words they are.
#[uniffi::remote(Enum)]
pub enum Source {
    /// The author's own.
    Own,
    /// Those of another department, passed on.
    OtherDepartment,
    /// Those of a customer, passed on.
    Customer,
}

/// The texts of a piece of feedback, in the order of the form.
#[uniffi::remote(Enum)]
pub enum FeedbackText {
    /// When and where it was.
    Context,
    /// What the person is good at.
    Strength,
    /// What was seen or heard.
    Seen,
    /// What it did.
    Effect,
    /// What the author asks.
    Question,
    /// How the agent sees it.
    AgentView,
    /// What comes next.
    Next,
    /// What came of it.
    Outcome,
    /// What the agent answers.
    Reply,
}

/// What a piece of feedback lacks; while it lacks anything it is a draft.
#[uniffi::remote(Enum)]
pub enum Lack {
    /// What was seen or heard, or where it can be heard.
    Example,
    /// What the person is good at; the author can say that this is left out.
    Strength,
}

/// Feedback to give; whatever is not said yet can be said later.
#[uniffi::remote(Record)]
pub struct Feedback {
    /// What it is about.
    pub kind: FeedbackKind,
    /// Whose words they are.
    pub source: Source,
    /// Who said so, if they are somebody else's; a label.
    pub said_by: Option<String>,
    /// When and where it was.
    pub context: String,
    /// What the person is good at.
    pub strength: String,
    /// What was seen or heard.
    pub seen: String,
    /// What it did.
    pub effect: String,
    /// What the author asks.
    pub question: String,
}

/// A place in a conversation.
#[uniffi::remote(Record)]
pub struct NewEvidence {
    /// The system that keeps it; a label.
    pub system: String,
    /// What that system calls the conversation; a label.
    pub conversation: String,
    /// Seconds after its beginning.
    pub offset_seconds: Option<u32>,
    /// What to listen for; a label.
    pub note: Option<String>,
}

/// A feedback log, as screens show it.
#[uniffi::remote(Record)]
pub struct FeedbackLogView {
    /// The feedback in its order, with what was removed.
    pub items: Vec<FeedbackView>,
    /// Values that wait for somebody to settle them.
    pub conflicts: Vec<Conflict>,
}

/// One piece of feedback.
#[uniffi::remote(Record)]
pub struct FeedbackView {
    /// Which one.
    pub id: ItemId,
    /// What it is about: what is to change, while two people's kinds stand.
    pub kind: FeedbackKind,
    /// Whose words they are.
    pub source: Source,
    /// Who said so, if they are somebody else's.
    pub said_by: Option<String>,
    /// Who gave it, as their phone said.
    pub by: Option<PersonId>,
    /// When, by their phone's clock.
    pub at: Option<Timestamp>,
    /// Its texts, in the order of the form.
    pub texts: Vec<FeedbackTextView>,
    /// Whether its author said that no strength is named.
    pub strength_skipped: bool,
    /// What it lacks; while it lacks anything it is a draft.
    pub lacks: Vec<Lack>,
    /// Who proposed what comes next.
    pub proposed_by: Option<Side>,
    /// When to look again: the earlier day, while two people's days stand.
    pub look_again_on: Option<Day>,
    /// Where it can be heard again, with what was removed.
    pub evidence: Vec<EvidenceView>,
    /// The floor walk that it comes from.
    pub origin: Option<Origin>,
    /// Who acknowledged it, and whether that still holds.
    pub acks: Vec<AckView>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// One of the texts.
#[uniffi::remote(Record)]
pub struct FeedbackTextView {
    /// Which.
    pub field: FeedbackText,
    /// What it says.
    pub text: Prose,
}

/// One reference.
#[uniffi::remote(Record)]
pub struct EvidenceView {
    /// Which one.
    pub id: ItemId,
    /// The system that keeps the conversation.
    pub system: String,
    /// What that system calls it.
    pub conversation: String,
    /// Seconds after its beginning.
    pub offset_seconds: Option<u32>,
    /// What to listen for.
    pub note: Option<String>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// A verb of feedback.
#[derive(Clone, uniffi::Enum)]
#[expect(missing_docs, reason = "the verb says what its fields are")]
pub enum FeedbackEdit {
    /// Gives feedback. Answers its id.
    AddFeedback { feedback: Feedback },
    /// Gives feedback on a stop of a floor walk, which itself stays private. Answers its id.
    AddFeedbackFromWalk { feedback: Feedback, provenance: Provenance },
    /// Types into one of its texts.
    EditFeedback { id: ItemId, text: FeedbackText, splice: Splice },
    /// Says what it is about.
    SetFeedbackKind { id: ItemId, kind: FeedbackKind },
    /// Says that no strength is named, so that nobody asks again.
    SkipStrength { id: ItemId },
    /// Says who proposed what comes next.
    SetProposedBy { id: ItemId, side: Option<Side> },
    /// Says when to look again what came of it.
    SetLookAgain { id: ItemId, on: Option<Day> },
    /// Acknowledges it as this person sees it. What they asked with an earlier one is taken back. Goes alone, or first.
    AcknowledgeFeedback { id: ItemId },
    /// Removes it; it can be restored.
    RemoveFeedback { id: ItemId },
    /// Brings it back.
    RestoreFeedback { id: ItemId },
    /// Says where it can be heard again. Answers the id of the reference.
    AddEvidence { id: ItemId, evidence: NewEvidence },
    /// Removes a reference; it can be restored.
    RemoveEvidence { id: ItemId, evidence: ItemId },
    /// Brings a removed reference back.
    RestoreEvidence { id: ItemId, evidence: ItemId },
}

impl FeedbackEdit {
    fn make(&self, edit: &mut Edit<'_>) -> Result<Option<ItemId>, EditError> {
        match self {
            Self::AddFeedback { feedback } => feedback_log::add_feedback(edit, feedback).map(Some),
            Self::AddFeedbackFromWalk { feedback, provenance } => {
                feedback_log::add_feedback_from_walk(edit, feedback, provenance).map(Some)
            }
            Self::AddEvidence { id, evidence } => feedback_log::add_evidence(edit, *id, evidence).map(Some),
            other => other.change(edit).map(|()| None),
        }
    }

    fn change(&self, edit: &mut Edit<'_>) -> Result<(), EditError> {
        match self {
            Self::EditFeedback { id, text, splice } => feedback_log::edit_feedback(edit, *id, *text, splice),
            Self::SetFeedbackKind { id, kind } => feedback_log::set_feedback_kind(edit, *id, *kind),
            Self::SkipStrength { id } => feedback_log::skip_strength(edit, *id),
            Self::SetProposedBy { id, side } => feedback_log::set_proposed_by(edit, *id, *side),
            Self::SetLookAgain { id, on } => feedback_log::set_look_again(edit, *id, *on),
            Self::AcknowledgeFeedback { id } => feedback_log::acknowledge_feedback(edit, *id),
            Self::RemoveFeedback { id } => feedback_log::remove_feedback(edit, *id),
            Self::RestoreFeedback { id } => feedback_log::restore_feedback(edit, *id),
            Self::RemoveEvidence { id, evidence } => feedback_log::remove_evidence(edit, (*id, *evidence)),
            Self::RestoreEvidence { id, evidence } => feedback_log::restore_evidence(edit, (*id, *evidence)),
            // All others were made before.
            _ => Ok(()),
        }
    }
}

#[uniffi::export]
impl Client {
    /// The feedback of this pair in this quarter: a new log, or the one that is there.
    pub fn create_feedback_log(&self, tenure: TenureId, quarter: Quarter) -> Result<DocId, ClientError> {
        Ok(self.replica()?.create(Kind::of(&feedback_log::SPEC), feedback_log::key(tenure, quarter))?)
    }

    /// The feedback, as screens show it.
    pub fn feedback_log(&self, doc: DocId) -> Result<FeedbackLogView, ClientError> {
        let replica = self.replica_of(doc, &feedback_log::SPEC)?;
        let mut view = replica.read(doc, |history| feedback_log::view(Document::of(history.view())))?;
        view.conflicts = with_authors(&replica, doc, view.conflicts)?;
        Ok(view)
    }

    /// Makes these edits, all or none. Answers the ids of new items, in the order of the edits.
    pub fn edit_feedback_log(
        &self,
        doc: DocId,
        edits: Vec<FeedbackEdit>,
    ) -> Result<Vec<Option<ItemId>>, ClientError> {
        Ok(self
            .replica_of(doc, &feedback_log::SPEC)?
            .edit(doc, |edit| edits.iter().map(|one| one.make(edit)).collect())?)
    }
}
