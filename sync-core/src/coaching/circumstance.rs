//! Owns what is different for somebody for a while: targets, duties, hours, support. It ends by itself. Why it is so need not be
//! said, and health has no place in it.

mod arrangement;
mod exception;
mod support;

pub use arrangement::{
    ArrangementView, NewArrangement, add_arrangement, remove_arrangement, restore_arrangement,
    set_arrangement_until,
};
pub use exception::{ExceptionView, Measured, add_exception, remove_exception, restore_exception, set_exception_target};
pub use support::{SupportKind, SupportView, Taken, offer_support, remove_support, restore_support, set_support_taken};

use super::item::{Conflicts, is_removed};
use super::summary::{Summary, count};
use super::{KindSpec, Layer, PartClass, Shape, SubjectClass, Writers};
use crate::document::{Amount, Conflict, Document, Edit, EditError, Item, Path, Prose, Splice};
use crate::ids::{RandomKey, TenureId};
use crate::key::{NaturalKey, Part, Subject};
use crate::time::Day;
use rand::Rng;
use serde::Serialize;

/// What a circumstance is made of.
pub static SPEC: KindSpec = KindSpec {
    name: "circumstance",
    subject: SubjectClass::Tenure,
    part: PartClass::Random,
    writers: Writers::All,
    layers: &[Layer {
        schema: 1,
        containers: &[
            (ARRANGEMENTS, Shape::Map),
            (EXCEPTIONS, Shape::Map),
            (PERIOD, Shape::Map),
            (REASON, Shape::Text),
            (SUPPORT, Shape::Map),
        ],
    }],
    summarise,
};

const ARRANGEMENTS: &str = "arrangements";
const EXCEPTIONS: &str = "overrides";
const PERIOD: &str = "period";
const REASON: &str = "reason";
const SUPPORT: &str = "support";
const SHARED: &str = "shared_with_hr";

/// From when until when; both days belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Period {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub until: Day,
}

impl Period {
    /// Whether it is in force on this day.
    pub fn holds_on(self, day: Day) -> bool {
        (self.from..=self.until).contains(&day)
    }
}

/// A circumstance, as screens show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CircumstanceView {
    /// From when until when; none until somebody has said it. The later beginning and the earlier end, while two people's
    /// stand: until they have settled it, an exception is no larger than both want.
    pub period: Option<Period>,
    /// When to look at it again: the earlier day, while two people's stand.
    pub review_on: Option<Day>,
    /// The targets that are different, with what was removed.
    pub exceptions: Vec<ExceptionView>,
    /// The hours, places and duties that are different, with what was removed.
    pub arrangements: Vec<ArrangementView>,
    /// The support that was offered, with what was removed.
    pub support: Vec<SupportView>,
    /// Why; may stay empty.
    pub reason: Prose,
    /// Whether an HR partner is shown it when they ask for it, which is in the agent's access log then. Not while one of two
    /// answers stands against it.
    pub is_shared_with_hr: bool,
    /// Values that wait for somebody to settle them.
    pub conflicts: Vec<Conflict>,
}

impl CircumstanceView {
    /// The target of this measure on this day, if it is different then.
    pub fn target_on(&self, measured: &Measured, day: Day) -> Option<Amount> {
        let is_meant = |exception: &&ExceptionView| {
            exception.removed.is_none() && exception.measured.as_ref() == Some(measured)
        };
        self.period.filter(|period| period.holds_on(day))?;
        self.exceptions.iter().find(is_meant)?.target
    }
}

/// The key of a new circumstance of this pair.
pub fn new_key(tenure: TenureId, rng: &mut (impl Rng + ?Sized)) -> NaturalKey {
    NaturalKey { subject: Subject::Tenure(tenure), part: Part::Random(RandomKey::random(rng)) }
}

/// Says from when until when it is; both days belong to it.
pub fn set_period(edit: &mut Edit<'_>, period: Period) -> Result<(), EditError> {
    if period.until < period.from {
        return Err(EditError::Impossible { field: "end" });
    }
    edit.put(&Path::of(PERIOD).key("from"), &period.from)?;
    edit.put(&Path::of(PERIOD).key("until"), &period.until)
}

/// Says when to look at it again.
pub fn set_circumstance_review(edit: &mut Edit<'_>, on: Option<Day>) -> Result<(), EditError> {
    edit.put_or_clear(&Path::of(PERIOD).key("review_on"), on.as_ref())
}

/// Edits why it is so.
pub fn edit_reason(edit: &mut Edit<'_>, splice: &Splice) -> Result<(), EditError> {
    edit.apply_splice(&Path::of(REASON), splice)
}

/// Lets an HR partner be shown it, or no longer. What they were shown before, they know.
pub fn share_with_hr(edit: &mut Edit<'_>, is_shared: bool) -> Result<(), EditError> {
    edit.put(&Path::of(SHARED), &is_shared)
}

/// Whether an HR partner may be shown it.
pub fn is_shared_with_hr(doc: Document<'_>) -> bool {
    doc.least(&Path::of(SHARED)).unwrap_or_default()
}

/// The circumstance, as screens show it.
pub fn view(doc: Document<'_>) -> CircumstanceView {
    CircumstanceView {
        period: period(doc),
        review_on: doc.least(&Path::of(PERIOD).key("review_on")),
        exceptions: exception::views(doc),
        arrangements: arrangement::views(doc),
        support: support::views(doc),
        reason: doc.prose(&Path::of(REASON)),
        is_shared_with_hr: is_shared_with_hr(doc),
        conflicts: conflicts(doc),
    }
}

/// Lists show until when it is, and no reason.
fn summarise(doc: Document<'_>) -> Summary {
    let exceptions = doc.items(&Path::of(EXCEPTIONS));
    let kept = exceptions.iter().map(Item::fields).filter(|exception| !is_removed(*exception));
    Summary {
        day: period(doc).map(|period| period.until),
        items: count(kept),
        conflicts: count(conflicts(doc)),
        ..Summary::default()
    }
}

fn period(doc: Document<'_>) -> Option<Period> {
    let from = doc.greatest(&Path::of(PERIOD).key("from"))?;
    let until = doc.least(&Path::of(PERIOD).key("until"))?;
    Some(Period { from, until })
}

fn conflicts(doc: Document<'_>) -> Vec<Conflict> {
    let mut conflicts = Conflicts::default();
    for key in ["from", "until", "review_on"] {
        conflicts.look_at::<Day>(doc, &Path::of(PERIOD).key(key));
    }
    conflicts.look_at::<bool>(doc, &Path::of(SHARED));
    exception::look_for_conflicts(doc, &mut conflicts);
    arrangement::look_for_conflicts(doc, &mut conflicts);
    support::look_for_conflicts(doc, &mut conflicts);
    conflicts.found()
}

#[cfg(test)]
mod tests;
