//! Owns the meeting of a group that is coached together: a meeting like any other, which its people and whoever leads them see and
//! write. Its verbs are those of [`meeting`]; what is about one of them alone has no place in it.

use super::meeting::{self, LAYERS};
use super::{KindSpec, PartClass, SubjectClass, Writers};
use crate::ids::GroupId;
use crate::key::{NaturalKey, Part, Subject};
use crate::time::Day;

/// What a meeting of a group is made of.
pub static SPEC: KindSpec = KindSpec {
    name: "group_meeting",
    subject: SubjectClass::Group,
    part: PartClass::DayOrRandom,
    writers: Writers::All,
    layers: LAYERS,
    summarise: meeting::summarise,
};

/// The key of the meeting that this group first planned for this day.
pub const fn key(group: GroupId, day: Day) -> NaturalKey {
    NaturalKey { subject: Subject::Group(group), part: Part::Day(day) }
}

/// Whether what meetings have at this place is about one person: what somebody saw on a walk and kept for themselves, how
/// somebody is and where they want to go, a person's numbers, a step of a pair's plan.
pub fn is_private(keys: &[&str]) -> bool {
    matches!(
        keys,
        ["last_month", ..]
            | ["section_notes", "career" | "wellbeing", ..]
            | ["agenda", _, "from_walk" | "seen_at", ..]
            | ["follow_ups", _, "plan_step", ..]
    )
}
