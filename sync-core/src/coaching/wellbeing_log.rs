//! Owns how an agent is, as far as they tell their leader: the agent writes, the leader reads.

use super::{KindSpec, PartClass, SubjectClass, Writers, barometer};
use crate::ids::TenureId;
use crate::key::{NaturalKey, Part, Subject};
use crate::time::Quarter;

/// What the log is made of.
pub static SPEC: KindSpec = KindSpec {
    name: "wellbeing_log",
    subject: SubjectClass::Tenure,
    part: PartClass::Quarter,
    writers: Writers::Agent,
    layers: barometer::LAYERS,
    summarise: barometer::summarise,
};

/// The key of what the agent of this pair shares in this quarter.
pub const fn key(tenure: TenureId, quarter: Quarter) -> NaturalKey {
    NaturalKey { subject: Subject::Tenure(tenure), part: Part::Quarter(quarter) }
}
