//! Owns a kind that only tests know: that it is this file and one line in the list is what it proves.

use super::summary::{Summary, count};
use super::{KindSpec, Layer, PartClass, Shape, SubjectClass, Writers};
use crate::document::Path;

/// What a sample is made of; its second layer came with a later version.
pub static SPEC: KindSpec = KindSpec {
    name: "sample",
    subject: SubjectClass::Person,
    part: PartClass::DayOrRandom,
    writers: Writers::All,
    layers: &[
        Layer { schema: 1, containers: &[("items", Shape::Map), ("notes", Shape::Text)] },
        Layer { schema: 2, containers: &[("parts", Shape::Texts(&["left", "right"]))] },
    ],
    summarise: |doc| Summary { items: count(doc.items(&Path::of("items"))), ..Summary::default() },
};
