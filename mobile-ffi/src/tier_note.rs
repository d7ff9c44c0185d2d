//! Owns tier notes as an app sees them: what a leader thinks of how somebody does, for the leader alone.

use crate::client::Client;
use crate::documents::with_authors;
use crate::error::ClientError;
use sync_core::coaching::Kind;
use sync_core::coaching::tier_note::{
    self, Diagnosis, Month, MonthView, Tier, TierNoteView, TierText, TierTextView,
};
use sync_core::document::{Conflict, Document, Edit, EditError, Prose, Splice};
use sync_core::ids::{DocId, PersonId};
use sync_core::time::{Day, Quarter};

/// A month of the quarter.
#[uniffi::remote(Enum)]
pub enum Month {
    /// The first.
    First,
    /// The second.
    Second,
    /// The third.
    Third,
}

/// How somebody does.
#[uniffi::remote(Enum)]
pub enum Tier {
    /// Better than what is asked.
    High,
    /// What is asked, month after month.
    Steady,
    /// Less, for now.
    Low,
}

/// What stands in the way.
#[uniffi::remote(Enum)]
pub enum Diagnosis {
    /// They cannot do it yet.
    Skill,
    /// They do not want to.
    Will,
    /// Both.
    Both,
    /// Neither: tools, queues, health.
    Environment,
    /// Nobody knows yet.
    NotKnown,
}

/// The texts of a month.
#[uniffi::remote(Enum)]
pub enum TierText {
    /// Why this level.
    Reasons,
    /// What was seen.
    Evidence,
    /// What would change the leader's mind.
    ChangeMind,
}

/// A note, as its author's screen shows it.
#[uniffi::remote(Record)]
pub struct TierNoteView {
    /// The three months.
    pub months: Vec<MonthView>,
    /// Values that two of the author's phones set differently.
    pub conflicts: Vec<Conflict>,
}

/// One month.
#[uniffi::remote(Record)]
pub struct MonthView {
    /// Which.
    pub month: Month,
    /// How the person does, as their leader decided; none if nothing was decided.
    pub tier: Option<Tier>,
    /// What stands in the way.
    pub diagnosis: Option<Diagnosis>,
    /// When to think about it again: the earlier day, while two stand.
    pub review_on: Option<Day>,
    /// The texts, in the order of the form.
    pub texts: Vec<TierTextView>,
}

/// One of the texts.
#[uniffi::remote(Record)]
pub struct TierTextView {
    /// Which.
    pub field: TierText,
    /// What it says.
    pub text: Prose,
}

/// What a leader does to a tier note.
#[derive(Clone, uniffi::Enum)]
#[expect(missing_docs, reason = "the verb says what its fields are")]
pub enum TierNoteEdit {
    /// Decides how the person does, or takes that back.
    SetTier { month: Month, tier: Option<Tier> },
    /// Says what stands in the way.
    SetDiagnosis { month: Month, diagnosis: Option<Diagnosis> },
    /// Says when to think about it again.
    SetTierReview { month: Month, on: Option<Day> },
    /// Types into one of the texts of a month.
    EditTierText { month: Month, text: TierText, splice: Splice },
}

impl TierNoteEdit {
    fn make(&self, edit: &mut Edit<'_>) -> Result<(), EditError> {
        match self {
            Self::SetTier { month, tier } => tier_note::set_tier(edit, *month, *tier),
            Self::SetDiagnosis { month, diagnosis } => tier_note::set_diagnosis(edit, *month, *diagnosis),
            Self::SetTierReview { month, on } => tier_note::set_tier_review(edit, *month, *on),
            Self::EditTierText { month, text, splice } => {
                tier_note::edit_tier_text(edit, (*month, *text), splice)
            }
        }
    }
}

#[uniffi::export]
impl Client {
    /// What this leader thinks of how this person does in this quarter: a new note, or the one that is there.
    pub fn create_tier_note(&self, about: PersonId, quarter: Quarter) -> Result<DocId, ClientError> {
        let replica = self.replica()?;
        let key = tier_note::key(replica.identity().person, about, quarter);
        Ok(replica.create(Kind::of(&tier_note::SPEC), key)?)
    }

    /// The note, as its author's screen shows it.
    pub fn tier_note(&self, doc: DocId) -> Result<TierNoteView, ClientError> {
        let replica = self.replica_of(doc, &tier_note::SPEC)?;
        let mut view = replica.read(doc, |history| tier_note::view(Document::of(history.view())))?;
        view.conflicts = with_authors(&replica, doc, view.conflicts)?;
        Ok(view)
    }

    /// Makes these edits, all or none.
    pub fn edit_tier_note(&self, doc: DocId, edits: Vec<TierNoteEdit>) -> Result<(), ClientError> {
        let replica = self.replica_of(doc, &tier_note::SPEC)?;
        Ok(replica.edit(doc, |edit| edits.iter().try_for_each(|one| one.make(edit)))?)
    }
}

/// The month of its quarter that this day is in.
#[uniffi::export]
pub fn month_of(day: Day) -> Month {
    Month::of(day)
}
