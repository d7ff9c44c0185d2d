//! Owns what a leader thinks of how somebody does, month by month, and why. It is the leader's alone: a level is a question about
//! where to help, and no label.

use super::item::Conflicts;
use super::summary::{Summary, count};
use super::words::words;
use super::{KindSpec, Layer, PartClass, Shape, SubjectClass, Writers};
use crate::document::{Conflict, Document, Edit, EditError, Path, Prose, Splice};
use crate::ids::PersonId;
use crate::key::{NaturalKey, Part, Subject};
use crate::time::{Day, Quarter};
use serde::Serialize;

/// Texts that two phones of one leader may both begin offline, so they are there from the start.
const TEXTS: Shape = Shape::Texts(&["reasons", "evidence", "change_mind"]);

/// What a note is made of. One for a quarter, so that all its months exist from the start.
pub static SPEC: KindSpec = KindSpec {
    name: "tier_note",
    subject: SubjectClass::Person,
    part: PartClass::PersonInQuarter,
    writers: Writers::All,
    layers: &[Layer { schema: 1, containers: &[("month_1", TEXTS), ("month_2", TEXTS), ("month_3", TEXTS)] }],
    summarise,
};

words! {
    /// A month of the quarter.
    Month {
        /// The first.
        First = "month_1",
        /// The second.
        Second = "month_2",
        /// The third.
        Third = "month_3",
    }
}

words! {
    /// How somebody does.
    Tier {
        /// Better than what is asked.
        High = "high",
        /// What is asked, month after month.
        Steady = "steady",
        /// Less, for now.
        Low = "low",
    }
}

words! {
    /// What stands in the way.
    Diagnosis {
        /// They cannot do it yet.
        Skill = "skill",
        /// They do not want to.
        Will = "will",
        /// Both.
        Both = "both",
        /// Neither: tools, queues, health.
        Environment = "environment",
        /// Nobody knows yet.
        NotKnown = "not_known",
    }
}

words! {
    /// The texts of a month.
    TierText {
        /// Why this level.
        Reasons = "reasons",
        /// What was seen.
        Evidence = "evidence",
        /// What would change the leader's mind.
        ChangeMind = "change_mind",
    }
}

impl Month {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::First, Self::Second, Self::Third];

    /// The month of this day.
    pub fn of(day: Day) -> Self {
        Self::ALL[day.month_of_quarter()]
    }
}

impl TierText {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Reasons, Self::Evidence, Self::ChangeMind];
}

/// A note, as its author's screen shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TierNoteView {
    /// The three months.
    pub months: Vec<MonthView>,
    /// Values that two of the author's phones set differently.
    pub conflicts: Vec<Conflict>,
}

/// One month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TierTextView {
    /// Which.
    pub field: TierText,
    /// What it says.
    pub text: Prose,
}

/// The key of what this leader thinks of how this person does in this quarter.
pub const fn key(author: PersonId, about: PersonId, quarter: Quarter) -> NaturalKey {
    NaturalKey { subject: Subject::Person(author), part: Part::PersonInQuarter(about, quarter) }
}

/// Decides how the person does, or takes that back.
pub fn set_tier(edit: &mut Edit<'_>, month: Month, tier: Option<Tier>) -> Result<(), EditError> {
    edit.put_or_clear(&Path::of(month.word()).key("tier"), tier.as_ref())
}

/// Says what stands in the way.
pub fn set_diagnosis(
    edit: &mut Edit<'_>,
    month: Month,
    diagnosis: Option<Diagnosis>,
) -> Result<(), EditError> {
    edit.put_or_clear(&Path::of(month.word()).key("diagnosis"), diagnosis.as_ref())
}

/// Says when to think about it again.
pub fn set_tier_review(edit: &mut Edit<'_>, month: Month, on: Option<Day>) -> Result<(), EditError> {
    edit.put_or_clear(&Path::of(month.word()).key("review_on"), on.as_ref())
}

/// Edits one of the texts of a month.
pub fn edit_tier_text(
    edit: &mut Edit<'_>,
    (month, text): (Month, TierText),
    splice: &Splice,
) -> Result<(), EditError> {
    edit.apply_splice(&Path::of(month.word()).key(text.word()), splice)
}

/// The note, as its author's screen shows it.
pub fn view(doc: Document<'_>) -> TierNoteView {
    TierNoteView { months: Month::ALL.map(|month| month_view(doc, month)).into(), conflicts: conflicts(doc) }
}

fn month_view(doc: Document<'_>, month: Month) -> MonthView {
    let place = Path::of(month.word());
    let text = |field: TierText| TierTextView { field, text: doc.prose(&place.key(field.word())) };
    MonthView {
        month,
        tier: doc.get(&place.key("tier")),
        diagnosis: doc.get(&place.key("diagnosis")),
        review_on: doc.least(&place.key("review_on")),
        texts: TierText::ALL.map(text).into(),
    }
}

/// Lists show no level: somebody may look over the leader's shoulder.
fn summarise(doc: Document<'_>) -> Summary {
    let reviews = Month::ALL.map(|month| doc.least::<Day>(&Path::of(month.word()).key("review_on")));
    Summary {
        day: reviews.into_iter().flatten().min(),
        conflicts: count(conflicts(doc)),
        ..Summary::default()
    }
}

fn conflicts(doc: Document<'_>) -> Vec<Conflict> {
    let mut conflicts = Conflicts::default();
    for month in Month::ALL {
        let place = Path::of(month.word());
        conflicts.look_at::<Tier>(doc, &place.key("tier"));
        conflicts.look_at::<Diagnosis>(doc, &place.key("diagnosis"));
        conflicts.look_at::<Day>(doc, &place.key("review_on"));
    }
    conflicts.found()
}

#[cfg(test)]
mod tests;
