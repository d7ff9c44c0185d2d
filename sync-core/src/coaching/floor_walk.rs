//! Owns the floor walk: what a leader saw at each stop, for the leader alone until promoted.

use super::{KindSpec, Layer, PartClass, Shape, SubjectClass};

/// What a floor walk is made of.
pub static SPEC: KindSpec = KindSpec {
    name: "floor_walk",
    subject: SubjectClass::Person,
    part: PartClass::Random,
    layers: &[Layer { schema: 1, containers: &[("stops", Shape::Map)] }],
};
