//! Owns the action plan: an aim, steps with owners and dates, and checkpoints.

use super::{KindSpec, Layer, PartClass, Shape, SubjectClass};

/// What an action plan is made of.
pub static SPEC: KindSpec = KindSpec {
    name: "action_plan",
    subject: SubjectClass::Tenure,
    part: PartClass::Random,
    layers: &[Layer { schema: 1, containers: &[
        ("aim", Shape::Text),
        ("checkpoints", Shape::Map),
        ("closed", Shape::Map),
        ("reviews", Shape::Map),
        ("steps", Shape::Map),
    ] }],
};
