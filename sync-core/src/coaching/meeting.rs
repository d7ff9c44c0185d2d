//! Owns the meeting of a leader and an agent: agenda, shared notes, follow-ups.

use super::{KindSpec, Layer, PartClass, Shape, SubjectClass};

/// What a meeting is made of.
pub static SPEC: KindSpec = KindSpec {
    name: "meeting",
    subject: SubjectClass::Tenure,
    part: PartClass::DayOrRandom,
    layers: &[Layer { schema: 1, containers: &[
        ("acks", Shape::Map),
        ("agenda", Shape::Map),
        ("follow_ups", Shape::Map),
        ("held", Shape::Map),
        ("moves", Shape::Map),
        ("notes", Shape::Text),
        ("section_notes", Shape::Texts(&["career", "feedback", "rapport", "wellbeing"])),
        ("topics", Shape::Map),
    ] }],
};
