//! Owns verbs that are more than an edit of one document, as an app sees them: a quick entry, the meeting about a month's goals, which
//! questions to propose, and that somebody has read what is stored.

use crate::client::Client;
use crate::error::ClientError;
use sync_core::coaching::meeting::{Section, Slot};
use sync_core::content::{Block, Language};
use sync_core::ids::{DocId, ItemId, PersonId, TenureId};
use sync_core::replica::{Acceptance, Noted, ProposedQuestion, QuickKind};
use sync_core::time::Timestamp;

/// What a quick entry is.
#[uniffi::remote(Enum)]
pub enum QuickKind {
    /// Something done well: into the feedback of the pair, which the other one sees.
    Praise,
    /// Something to do in another way: into the feedback of the pair, a draft until it has what R44 and R45 ask for.
    Constructive,
    /// How somebody seems to be: to oneself.
    Wellbeing,
    /// Anything else to remember: to oneself.
    Private,
}

/// Where a quick entry went.
#[uniffi::remote(Record)]
pub struct Noted {
    /// The document.
    pub doc: DocId,
    /// The new item of it.
    pub item: ItemId,
    /// Whether the other one of the pair sees it once it is sent.
    pub is_shared: bool,
}

/// A question to choose.
#[uniffi::remote(Record)]
pub struct ProposedQuestion {
    /// What stands in a meeting that asks it: the id in the bank, or that of the team's own question.
    pub id: String,
    /// The block of the meeting that it belongs to.
    pub section: Option<Section>,
    /// How it is asked: one of the bank in the asker's language, one of the team as it was written.
    pub wording: String,
    /// Whether it is one of the team's own.
    pub is_own: bool,
}

/// That somebody has read what is stored and who sees it, and goes on.
#[uniffi::remote(Record)]
pub struct Acceptance {
    /// When, by the phone's clock.
    pub at: Timestamp,
    /// In which language it was shown.
    pub language: Language,
    /// Whether the page says now what was accepted. If not, it is shown once more.
    pub is_current: bool,
}

#[uniffi::export]
impl Client {
    /// Notes one sentence about a person where it belongs, and makes the document if it is not there yet. On disk when it returns.
    pub fn note(&self, person: PersonId, kind: QuickKind, sentence: String) -> Result<Noted, ClientError> {
        Ok(self.replica()?.note(person, kind, &sentence)?)
    }

    /// Takes a stop of a floor walk to where it belongs: its words are copied, and the walk remembers where to. Done again, it is
    /// there already. A blocker has no place of this kind.
    pub fn take_over_stop(&self, walk: DocId, stop: ItemId) -> Result<Noted, ClientError> {
        Ok(self.replica()?.take_over_stop(walk, stop)?)
    }

    /// Plans the meeting of this pair about the goals of a month, with what was asked and reached in the month before, from the
    /// numbers on this phone. Planned on both phones offline, it is one meeting, and gives the numbers once.
    pub fn plan_monthly_goals(
        &self,
        tenure: TenureId,
        slot: Slot,
        place: Option<String>,
    ) -> Result<DocId, ClientError> {
        Ok(self.replica()?.plan_monthly_goals(tenure, slot, place.as_deref())?)
    }

    /// The questions of a block, and the team's own ones, that were not asked in the last three meetings with that person, nor
    /// in this one. To ask one: a topic with its id as `question` and its wording as `text`.
    pub fn propose_questions(
        &self,
        meeting: DocId,
        block: Block,
        asker: Language,
    ) -> Result<Vec<ProposedQuestion>, ClientError> {
        Ok(self.replica()?.propose_questions(meeting, block, asker)?)
    }

    /// Whether this person has accepted on this phone what is stored and who sees it; none before first use. The page is the card
    /// `WhatIsStored`.
    pub fn acceptance(&self) -> Result<Option<Acceptance>, ClientError> {
        Ok(self.replica()?.acceptance()?)
    }

    /// Records that this person has read, in this language, what is stored and who sees it, and goes on.
    pub fn accept(&self, language: Language) -> Result<(), ClientError> {
        Ok(self.replica()?.accept(language)?)
    }
}
