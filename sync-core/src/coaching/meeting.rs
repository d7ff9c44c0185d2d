//! Owns the meeting of a leader and an agent: agenda, shared notes, follow-ups.

use super::{KindSpec, PartClass, Shape, SubjectClass};

/// What a meeting is made of.
pub static SPEC: KindSpec = KindSpec {
    name: "meeting",
    subject: SubjectClass::Tenure,
    part: PartClass::DayOrRandom,
    layers: &[&[
        ("acks", Shape::Map),
        ("agenda", Shape::Map),
        ("follow_ups", Shape::Map),
        ("moves", Shape::Map),
        ("notes", Shape::Text),
        ("section_notes", Shape::Map),
        ("topics", Shape::Map),
    ]],
};
