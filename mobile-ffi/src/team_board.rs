//! Owns the board of a team as an app sees it.

use crate::client::Client;
use crate::documents::with_authors;
use crate::error::ClientError;
use sync_core::coaching::Kind;
use sync_core::coaching::item::Removal;
use sync_core::coaching::meeting::{Origin, Provenance};
use sync_core::coaching::team_board::{
    self, Answer, DecisionView, IdeaView, NewDecision, NewRecognition, RecognitionText, RecognitionView,
    TeamBoardView,
};
use sync_core::document::{Conflict, Document, Edit, EditError, Splice};
use sync_core::ids::{DocId, ItemId, PersonId, TeamId};
use sync_core::time::{Quarter, Timestamp};

/// The texts of a recognition, in the order of the form.
#[uniffi::remote(Enum)]
pub enum RecognitionText {
    /// What the person did.
    DidWhat,
    /// What that made possible.
    MadePossible,
}

/// What is to become of an idea.
#[uniffi::remote(Enum)]
pub enum Answer {
    /// It is tried first.
    Trial,
    /// It is done.
    Accepted,
    /// Not now.
    Later,
    /// It is not done.
    Declined,
}

/// A recognition to say; what the person did can be said later, and until then it is a draft.
#[uniffi::remote(Record)]
pub struct NewRecognition {
    /// Whom.
    pub whom: PersonId,
    /// What they did.
    pub did_what: String,
    /// What that made possible.
    pub made_possible: String,
}

/// A decision about an idea.
#[uniffi::remote(Record)]
pub struct NewDecision {
    /// Which idea.
    pub idea: ItemId,
    /// What is to become of it.
    pub answer: Answer,
    /// Why.
    pub why: String,
}

/// The board of a team, as screens show it.
#[uniffi::remote(Record)]
pub struct TeamBoardView {
    /// What was recognized, in the order in which it was said, with what was removed.
    pub recognitions: Vec<RecognitionView>,
    /// The ideas, in the order in which they came, with those that were removed.
    pub ideas: Vec<IdeaView>,
    /// Values that wait for somebody to settle them.
    pub conflicts: Vec<Conflict>,
}

/// A recognition, as screens show it.
#[uniffi::remote(Record)]
pub struct RecognitionView {
    /// Which one.
    pub id: ItemId,
    /// Whom.
    pub whom: Option<PersonId>,
    /// What they did.
    pub did_what: String,
    /// What that made possible.
    pub made_possible: String,
    /// Whether what they did is still to be said: then nobody but its author needs to see it.
    pub is_draft: bool,
    /// Whether the person said that their name may be said in front of the team; none while they have said nothing.
    pub may_be_said: Option<bool>,
    /// Who said it; none if it says so of somebody whose entry it is not.
    pub by: Option<PersonId>,
    /// When, by the phone's clock.
    pub at: Option<Timestamp>,
    /// The floor walk that it comes from.
    pub origin: Option<Origin>,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// An idea, as screens show it.
#[uniffi::remote(Record)]
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
#[uniffi::remote(Record)]
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

/// What people do to the board of a team: whoever is of it to their own entries and to what they say for themselves, who leads it to
/// all.
#[derive(Clone, uniffi::Enum)]
#[expect(missing_docs, reason = "the verb says what its fields are")]
pub enum BoardEdit {
    /// Recognizes what somebody did. Answers its id.
    AddRecognition { recognition: NewRecognition },
    /// Recognizes what was seen at a stop of a floor walk, which itself stays private. Answers its id.
    AddRecognitionFromWalk { recognition: NewRecognition, provenance: Provenance },
    /// Types into one of the texts of a recognition.
    EditRecognition { id: ItemId, text: RecognitionText, splice: Splice },
    /// Says whom a recognition is for.
    SetRecognized { id: ItemId, whom: PersonId },
    /// Says whether one's own name may be said in front of the team.
    SetMayBeSaid { id: ItemId, may: bool },
    /// Removes a recognition; it can be restored.
    RemoveRecognition { id: ItemId },
    /// Brings a recognition back.
    RestoreRecognition { id: ItemId },
    /// Has an idea. Answers its id.
    AddIdea { text: String },
    /// Types into an idea.
    EditIdea { idea: ItemId, splice: Splice },
    /// Removes an idea; it can be restored.
    RemoveIdea { idea: ItemId },
    /// Brings an idea back.
    RestoreIdea { idea: ItemId },
    /// Decides about an idea; for who leads. Answers the id of the decision.
    DecideIdea { decision: NewDecision },
    /// Types into why it was decided so; for who leads.
    EditDecision { decision: ItemId, splice: Splice },
}

impl BoardEdit {
    fn make(&self, edit: &mut Edit<'_>) -> Result<Option<ItemId>, EditError> {
        match self {
            Self::AddRecognition { recognition } => {
                return team_board::add_recognition(edit, recognition).map(Some);
            }
            Self::AddRecognitionFromWalk { recognition, provenance } => {
                return team_board::add_recognition_from_walk(edit, recognition, provenance).map(Some);
            }
            Self::AddIdea { text } => return team_board::add_idea(edit, text).map(Some),
            Self::DecideIdea { decision } => return team_board::decide_idea(edit, decision).map(Some),
            Self::EditRecognition { id, text, splice } => {
                team_board::edit_recognition(edit, (*id, *text), splice)
            }
            Self::SetRecognized { id, whom } => team_board::set_recognized(edit, *id, *whom),
            Self::SetMayBeSaid { id, may } => team_board::set_may_be_said(edit, *id, *may),
            Self::RemoveRecognition { id } => team_board::remove_recognition(edit, *id),
            Self::RestoreRecognition { id } => team_board::restore_recognition(edit, *id),
            Self::EditIdea { idea, splice } => team_board::edit_idea(edit, *idea, splice),
            Self::RemoveIdea { idea } => team_board::remove_idea(edit, *idea),
            Self::RestoreIdea { idea } => team_board::restore_idea(edit, *idea),
            Self::EditDecision { decision, splice } => team_board::edit_decision(edit, *decision, splice),
        }?;
        Ok(None)
    }
}

#[uniffi::export]
impl Client {
    /// The board of this team of this quarter: a new document, or the one that is there.
    pub fn create_team_board(&self, team: TeamId, quarter: Quarter) -> Result<DocId, ClientError> {
        Ok(self.replica()?.create(Kind::of(&team_board::SPEC), team_board::key(team, quarter))?)
    }

    /// The board, as screens show it.
    pub fn team_board(&self, doc: DocId) -> Result<TeamBoardView, ClientError> {
        let replica = self.replica_of(doc, &team_board::SPEC)?;
        let mut view = replica.read(doc, |history| team_board::view(Document::of(history.view())))?;
        view.conflicts = with_authors(&replica, doc, view.conflicts)?;
        Ok(view)
    }

    /// Makes these edits, all or none. Answers the ids of new items, in the order of the edits.
    pub fn edit_team_board(
        &self,
        doc: DocId,
        edits: Vec<BoardEdit>,
    ) -> Result<Vec<Option<ItemId>>, ClientError> {
        let replica = self.replica_of(doc, &team_board::SPEC)?;
        Ok(replica.edit(doc, |edit| edits.iter().map(|one| one.make(edit)).collect())?)
    }
}
