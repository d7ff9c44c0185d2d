//! Owns the feedback log of a leader and an agent, one for each quarter: what was seen, what it did, what the agent says to it, and
//! what comes next. The same form in a walk, in a meeting and in between.

mod evidence;
mod feedback;
mod view;

pub use evidence::{EvidenceView, NewEvidence, add_evidence, remove_evidence, restore_evidence};
pub use feedback::{
    Feedback, FeedbackKind, FeedbackText, Lack, Source, acknowledge_feedback, add_feedback, add_feedback_from_walk,
    edit_feedback, remove_feedback, restore_feedback, set_feedback_kind, set_look_again, set_proposed_by,
    skip_strength,
};
pub(crate) use feedback::lacks;
pub use view::{FeedbackLogView, FeedbackTextView, FeedbackView, view};

use super::{KindSpec, Layer, PartClass, Shape, SubjectClass, Writers};
use crate::ids::TenureId;
use crate::key::{NaturalKey, Part, Subject};
use crate::time::Quarter;

/// What a feedback log is made of.
pub static SPEC: KindSpec = KindSpec {
    name: "feedback_log",
    subject: SubjectClass::Tenure,
    part: PartClass::Quarter,
    writers: Writers::All,
    layers: &[Layer { schema: 1, containers: &[("items", Shape::Map)] }],
    summarise: view::summarise,
};

/// The key of the feedback of this pair in this quarter.
pub const fn key(tenure: TenureId, quarter: Quarter) -> NaturalKey {
    NaturalKey { subject: Subject::Tenure(tenure), part: Part::Quarter(quarter) }
}

#[cfg(test)]
mod tests;
