//! Owns what goes along when an agent gets another leader, as an app sees it: the note of who led before, what the agent is
//! offered to bring along, and the act of bringing it.

use crate::client::Client;
use crate::error::ClientError;
use sync_core::coaching::Kind;
use sync_core::coaching::ack::AckView;
use sync_core::coaching::earlier::Earlier;
use sync_core::coaching::hand_over::{self, BroughtKind, BroughtView, HandOverView};
use sync_core::coaching::item::Removal;
use sync_core::content::Language;
use sync_core::document::{Document, Edit, EditError, Prose, Splice};
use sync_core::ids::{DocId, ItemId, TenureId};
use sync_core::replica::{Bring, BringKind, Offer};
use sync_core::time::Day;

/// A hand-over, as screens show it.
#[uniffi::remote(Record)]
pub struct HandOverView {
    /// What who led before wants the next one to know.
    pub note: Prose,
    /// What the agent brings along, the newest day first, with what they took back.
    pub brought: Vec<BroughtView>,
    /// Who has read it, what they ask, and whether it still says what they read.
    pub acks: Vec<AckView>,
}

/// A text that was brought along.
#[uniffi::remote(Record)]
pub struct BroughtView {
    /// Which one.
    pub id: ItemId,
    /// What it was; none if another version of the app wrote something else.
    pub kind: Option<BroughtKind>,
    /// What it is called.
    pub title: String,
    /// The day that it is about.
    pub day: Option<Day>,
    /// All of it, as Markdown.
    pub text: String,
    /// Where it was copied from.
    pub from: Option<Earlier>,
    /// Whether the agent took it back.
    pub removed: Option<Removal>,
}

/// What a text was.
#[uniffi::remote(Enum)]
pub enum BroughtKind {
    /// A meeting.
    Meeting,
    /// The feedback of a quarter.
    Feedback,
    /// How two people worked together in a year.
    Partnership,
}

/// What something was copied from that an agent brought along.
#[uniffi::remote(Record)]
pub struct Earlier {
    /// The earlier pair.
    pub tenure: TenureId,
    /// The same for every copy of one thing.
    pub token: ItemId,
}

/// What somebody does to a hand-over. Who led before writes the note, the agent takes back and restores, the leader acknowledges.
#[derive(Clone, uniffi::Enum)]
#[expect(missing_docs, reason = "the verb says what its fields are")]
pub enum HandOverEdit {
    /// Types into the note.
    EditNote { splice: Splice },
    /// Adds a paragraph at the end of the note: for what was not accepted elsewhere.
    AddToNote { words: String },
    /// Says that this person has read it as it is, and asks something about it, in place of what they asked before; without a question
    /// nothing is asked any more. Goes alone, or first.
    AcknowledgeHandOver { question: Option<String> },
    /// Takes back what was brought along; it can be restored.
    RemoveBrought { id: ItemId },
    /// Brings again what was taken back.
    RestoreBrought { id: ItemId },
}

impl HandOverEdit {
    fn make(&self, edit: &mut Edit<'_>) -> Result<(), EditError> {
        match self {
            Self::EditNote { splice } => hand_over::edit_note(edit, splice),
            Self::AddToNote { words } => hand_over::add_to_note(edit, words),
            Self::AcknowledgeHandOver { question } => hand_over::acknowledge(edit, question.as_deref()),
            Self::RemoveBrought { id } => hand_over::remove_brought(edit, *id),
            Self::RestoreBrought { id } => hand_over::restore_brought(edit, *id),
        }
    }
}

/// Something of an earlier pair that its agent can bring along.
#[uniffi::remote(Record)]
pub struct Bring {
    /// The document.
    pub doc: DocId,
    /// Which goal of it; none if it is all of it.
    pub item: Option<ItemId>,
}

/// What such a thing is.
#[uniffi::remote(Enum)]
pub enum BringKind {
    /// A meeting that was held; its text is brought.
    Meeting,
    /// The feedback of a quarter; its text is brought.
    Feedback,
    /// How the two worked together in a year; its text is brought.
    Partnership,
    /// A goal that is open: it goes on among the goals of the new pair, and both agree to it anew.
    Goal,
    /// A plan that is open: its open steps go on in a plan of the new pair.
    Plan,
}

/// What an agent is offered.
#[uniffi::remote(Record)]
pub struct Offer {
    /// What it is called by.
    pub bring: Bring,
    /// What it is.
    pub kind: BringKind,
    /// Its title; of a text in the language that was asked for.
    pub title: String,
    /// The day that it is about, or until which it is due.
    pub day: Option<Day>,
    /// Whether it is brought along unless the agent chooses otherwise.
    pub is_usual: bool,
    /// Whether it was brought, and not taken back.
    pub is_brought: bool,
}

#[uniffi::export]
impl Client {
    /// The hand-over with which this pair begins: a new document, or the one that is there.
    pub fn create_hand_over(&self, tenure: TenureId) -> Result<DocId, ClientError> {
        Ok(self.replica()?.create(Kind::of(&hand_over::SPEC), hand_over::key(tenure))?)
    }

    /// The hand-over, as screens show it.
    pub fn hand_over(&self, doc: DocId) -> Result<HandOverView, ClientError> {
        let replica = self.replica_of(doc, &hand_over::SPEC)?;
        Ok(replica.read(doc, |history| hand_over::view(Document::of(history.view())))?)
    }

    /// Makes these edits, all or none.
    pub fn edit_hand_over(&self, doc: DocId, edits: Vec<HandOverEdit>) -> Result<(), ClientError> {
        let replica = self.replica_of(doc, &hand_over::SPEC)?;
        Ok(replica.edit(doc, |edit| edits.iter().try_for_each(|one| one.make(edit)))?)
    }

    /// What this person can bring along into this pair of theirs from the one before: the usual choice is marked. Never how they
    /// are, and nothing of anybody's own.
    pub fn offered_to_bring(&self, tenure: TenureId, language: Language) -> Result<Vec<Offer>, ClientError> {
        Ok(self.replica()?.offered_to_bring(tenure, language)?)
    }

    /// Brings these along, or none of them if one is not offered: copies, to which the new leader has a right, and to nothing
    /// older. Done again, or on another phone of the same person, it is there once.
    pub fn bring_along(
        &self,
        tenure: TenureId,
        chosen: Vec<Bring>,
        language: Language,
    ) -> Result<(), ClientError> {
        Ok(self.replica()?.bring_along(tenure, &chosen, language)?)
    }
}
