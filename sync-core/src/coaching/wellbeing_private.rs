//! Owns how somebody is, as far as they keep it to themselves: nobody else ever has the document.

use super::{KindSpec, PartClass, SubjectClass, Writers, barometer};
use crate::ids::PersonId;
use crate::key::{NaturalKey, Part, Subject};
use crate::time::Quarter;

/// What it is made of.
pub static SPEC: KindSpec = KindSpec {
    name: "wellbeing_private",
    subject: SubjectClass::Person,
    part: PartClass::Quarter,
    writers: Writers::All,
    layers: barometer::LAYERS,
    summarise: barometer::summarise,
};

/// The key of what this person keeps to themselves in this quarter.
pub const fn key(person: PersonId, quarter: Quarter) -> NaturalKey {
    NaturalKey { subject: Subject::Person(person), part: Part::Quarter(quarter) }
}
