//! Owns the meeting of a team: a meeting like any other, which everybody of the team sees and writes. Its verbs are those of
//! [`meeting`].

use super::meeting::{self, LAYERS};
use super::{KindSpec, PartClass, SubjectClass, Writers};
use crate::ids::TeamId;
use crate::key::{NaturalKey, Part, Subject};
use crate::time::Day;

/// What a meeting of a team is made of.
pub static SPEC: KindSpec = KindSpec {
    name: "team_meeting",
    subject: SubjectClass::Team,
    part: PartClass::DayOrRandom,
    writers: Writers::Team,
    layers: LAYERS,
    summarise: meeting::summarise,
};

/// The key of the meeting that this team first planned for this day.
pub const fn key(team: TeamId, day: Day) -> NaturalKey {
    NaturalKey { subject: Subject::Team(team), part: Part::Day(day) }
}
