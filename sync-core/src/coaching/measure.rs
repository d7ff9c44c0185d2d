//! Owns how something that is to be reached is measured, for the goals of a person and those of a team.

use super::item::Conflicts;
use super::words::words;
use crate::document::{Document, Edit, EditError, Path};
use serde::Serialize;

words! {
    /// How something is measured.
    MeasureKind {
        /// A number that the organisation reports.
        Kpi = "kpi",
        /// Something counted.
        Count = "count",
        /// Something that can be seen or heard.
        Behaviour = "behaviour",
    }
}

/// How a goal is measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Measure {
    /// In which way.
    pub kind: MeasureKind,
    /// The stable name of the number, what is counted, or what can be seen; a label.
    pub what: String,
}

pub(super) fn put(edit: &mut Edit<'_>, goal: &Path, measure: Option<&Measure>) -> Result<(), EditError> {
    edit.put_or_clear(&goal.key("measure_kind"), measure.map(|measure| &measure.kind))?;
    match measure {
        Some(measure) => edit.put_label(&goal.key("measure"), "measure", &measure.what),
        None => edit.put_or_clear::<String>(&goal.key("measure"), None),
    }
}

pub(crate) fn of(goal: Document<'_>) -> Option<Measure> {
    let kind = goal.get(&Path::of("measure_kind")).unwrap_or(MeasureKind::Behaviour);
    Some(Measure { kind, what: goal.get(&Path::of("measure"))? })
}

pub(super) fn look_for_conflicts(goal: Document<'_>, conflicts: &mut Conflicts) {
    conflicts.look::<MeasureKind>(goal, "measure_kind");
    conflicts.look::<String>(goal, "measure");
}
