//! Owns cursors in texts: places that survive what others type, and what changed since somebody looked.

use crate::client::Client;
use crate::error::ClientError;
use crate::system::Counted;
use crate::values::Place;
use std::sync::Arc;
use sync_core::coaching::TextPlace;
use sync_core::coaching::feedback_log::FeedbackText;
use sync_core::coaching::meeting::Section;
use sync_core::coaching::partnership::Term;
use sync_core::coaching::team_board::RecognitionText;
use sync_core::coaching::tier_note::{Month, TierText};
use sync_core::document::{self, ChangedItem, Document, Inserted, What, changes_since, heads};
use sync_core::ids::{ActorId, ChangeHash, DocId, ItemId};

/// A text that people type into.
#[uniffi::remote(Enum)]
pub enum TextPlace {
    /// The shared notes of a meeting.
    MeetingNotes,
    /// The notes of one block of a meeting.
    SectionNotes(Section),
    /// A topic of a meeting.
    AgendaText(ItemId),
    /// A follow-up of a meeting.
    FollowUpText(ItemId),
    /// The aim of an action plan.
    PlanAim,
    /// A step of an action plan.
    StepText(ItemId),
    /// What to look at, at a checkpoint.
    CheckpointLookAt(ItemId),
    /// What was seen at a checkpoint.
    CheckpointResult(ItemId),
    /// What came of a review.
    ReviewSummary(ItemId),
    /// A stop of a floor walk.
    StopText(ItemId),
    /// One of the things that a pair agrees about.
    ContractTerm(Term),
    /// What an agent tells of themselves.
    AboutMe,
    /// Something that a pair wants to talk about.
    BacklogText(ItemId),
    /// Why a goal matters.
    GoalWhy(ItemId),
    /// What one side will do for a goal.
    CommitmentText {
        /// The goal.
        goal: ItemId,
        /// The commitment.
        commitment: ItemId,
    },
    /// A note on how far a goal is.
    ProgressText(ItemId),
    /// One of the texts of a piece of feedback.
    FeedbackText {
        /// The piece.
        id: ItemId,
        /// The text.
        text: FeedbackText,
    },
    /// What somebody says about how they are.
    BarometerText(ItemId),
    /// Something that somebody notes for themselves.
    PrivateNoteText(ItemId),
    /// Something that somebody wants to raise.
    ToRaiseText(ItemId),
    /// What a leader thinks about a month of somebody.
    TierText {
        /// The month.
        month: Month,
        /// The text.
        text: TierText,
    },
    /// Why something is different for somebody.
    CircumstanceReason,
    /// Why a goal of a team matters.
    TeamGoalWhy(ItemId),
    /// What good work is.
    StandardText(ItemId),
    /// What follows from how somebody does.
    Consequences,
    /// A question of a team.
    QuestionText(ItemId),
    /// What an aim means.
    AimText(ItemId),
    /// What is in a team's way.
    BlockerText(ItemId),
    /// What was tried against it.
    BlockerNotes(ItemId),
    /// One of the texts of a recognition.
    RecognitionText {
        /// The recognition.
        id: ItemId,
        /// The text.
        text: RecognitionText,
    },
    /// An idea.
    IdeaText(ItemId),
    /// Why an idea was answered so.
    DecisionText(ItemId),
    /// What who led before wants the next one to know.
    HandOverNote,
}

/// A place in a text that stays before its character, whatever is typed around it. Lasts as long as the process.
#[derive(uniffi::Object)]
pub struct TextCursor {
    doc: DocId,
    cursor: document::TextCursor,
    _counted: Counted,
}

/// A place that is not what it was.
#[uniffi::remote(Record)]
pub struct ChangedItem {
    /// Where; opaque.
    pub path: Place,
    /// What about it.
    pub what: What,
    /// The sessions that changed it.
    pub by: Vec<ActorId>,
}

/// What changed at a place.
#[uniffi::remote(Enum)]
pub enum What {
    /// It is new, with everything in it.
    Added,
    /// Its value is another one, or was taken away.
    Value,
    /// Its text was edited.
    Text {
        /// What is new in the text as it is now, from its beginning.
        inserted: Vec<Inserted>,
        /// How many UTF-16 units were removed.
        removed: u32,
        /// Whether formatting, topics or comments changed.
        marked: bool,
    },
}

/// A stretch of text that is new, in UTF-16 units.
#[uniffi::remote(Record)]
pub struct Inserted {
    /// The first unit.
    pub start: u32,
    /// The unit after the last one.
    pub end: u32,
    /// Who wrote it.
    pub by: ActorId,
}

#[uniffi::export]
impl Client {
    /// A cursor before the character at this index, in UTF-16 units, or at the end.
    pub fn cursor(&self, doc: DocId, text: TextPlace, index: u32) -> Result<Arc<TextCursor>, ClientError> {
        let path = text.path();
        let cursor = self
            .replica()?
            .read(doc, |history| Document::of(history.view()).cursor_at(&path, index as usize))?
            .map_err(|error| ClientError::Invalid { detail: error.to_string() })?;
        Ok(Arc::new(TextCursor { doc, cursor, _counted: Counted::default() }))
    }

    /// Where a cursor is now. If its character was removed: where the next one is. Nothing when that cannot be said, after
    /// its character was sealed by a sync: then put the cursor where the person sees it.
    pub fn index_of(&self, cursor: Arc<TextCursor>) -> Result<Option<u32>, ClientError> {
        let found = self
            .replica()?
            .read(cursor.doc, |history| Document::of(history.view()).index_of(&cursor.cursor))?;
        Ok(found.ok().and_then(|index| u32::try_from(index).ok()))
    }

    /// What this person has seen of a document now: to be kept, and given to `changed_since` later.
    pub fn seen(&self, doc: DocId) -> Result<String, ClientError> {
        let heads = self.replica()?.read(doc, |history| heads(history.accepted()))?;
        Ok(heads.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
    }

    /// What is not as it was when `seen` was asked, one's own drafts included. Nothing when that cannot be said any more:
    /// never to be shown as "nothing changed".
    pub fn changed_since(&self, doc: DocId, seen: String) -> Result<Option<Vec<ChangedItem>>, ClientError> {
        let named = seen.split(',').filter(|hash| !hash.is_empty()).map(ChangeHash::parse);
        let named: Vec<ChangeHash> = named
            .collect::<Result<_, _>>()
            .map_err(|error| ClientError::Invalid { detail: error.to_string() })?;
        Ok(self.replica()?.read(doc, |history| changes_since(history.view(), &named).ok())?)
    }
}
