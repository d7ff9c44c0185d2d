//! Owns the action plan: an aim, steps with owners and dates, and checkpoints.

use super::{KindSpec, PartClass, Shape, SubjectClass};

/// What an action plan is made of.
pub static SPEC: KindSpec = KindSpec {
    name: "action_plan",
    subject: SubjectClass::Tenure,
    part: PartClass::Random,
    layers: &[&[
        ("aim", Shape::Text),
        ("checkpoints", Shape::Map),
        ("reviews", Shape::Map),
        ("steps", Shape::Map),
    ]],
};
