//! Owns the names of the texts that people type into: where a text cursor can stand.

use super::feedback_log::FeedbackText;
use super::meeting::Section;
use super::partnership::Term;
use super::team_board::RecognitionText;
use super::tier_note::{Month, TierText};
use crate::document::Path;
use crate::ids::ItemId;

/// A text of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

impl TextPlace {
    /// Where it is in its document.
    pub fn path(self) -> Path {
        let item = |collection: &str, id, field: &str| Path::of(collection).item(id).key(field);
        match self {
            Self::MeetingNotes => Path::of("notes"),
            Self::SectionNotes(section) => Path::of("section_notes").key(section.word()),
            Self::AgendaText(id) => item("agenda", id, "text"),
            Self::FollowUpText(id) => item("follow_ups", id, "text"),
            Self::PlanAim => Path::of("aim"),
            Self::StepText(id) => item("steps", id, "text"),
            Self::CheckpointLookAt(id) => item("checkpoints", id, "look_at"),
            Self::CheckpointResult(id) => item("checkpoints", id, "result"),
            Self::ReviewSummary(id) => item("reviews", id, "text"),
            Self::StopText(id) => item("stops", id, "text"),
            Self::ContractTerm(term) => term.path(),
            Self::AboutMe => Path::of("about_me"),
            Self::BacklogText(id) => item("backlog", id, "text"),
            Self::GoalWhy(id) => item("goals", id, "why"),
            Self::CommitmentText { goal, commitment } => {
                Path::of("goals").item(goal).key("commitments").item(commitment).key("text")
            }
            Self::ProgressText(id) => item("progress", id, "text"),
            Self::FeedbackText { id, text } => item("items", id, text.word()),
            Self::BarometerText(id) | Self::PrivateNoteText(id) => item("entries", id, "text"),
            Self::ToRaiseText(id) => item("inbox", id, "text"),
            Self::TierText { month, text } => Path::of(month.word()).key(text.word()),
            Self::CircumstanceReason => Path::of("reason"),
            Self::TeamGoalWhy(id) => item("goals", id, "why"),
            Self::StandardText(id) => item("standards", id, "text"),
            Self::Consequences => Path::of("consequences"),
            Self::QuestionText(id) => item("questions", id, "text"),
            Self::AimText(id) => item("aims", id, "text"),
            Self::BlockerText(id) => item("items", id, "text"),
            Self::BlockerNotes(id) => item("items", id, "notes"),
            Self::RecognitionText { id, text } => item("recognitions", id, text.word()),
            Self::IdeaText(id) => item("ideas", id, "text"),
            Self::DecisionText(id) => item("decisions", id, "text"),
            Self::HandOverNote => Path::of("note"),
        }
    }
}
