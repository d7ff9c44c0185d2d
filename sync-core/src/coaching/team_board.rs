//! Owns the board of a team in a quarter: who did what that others should know, and ideas with what became of them. Everybody of the
//! team writes their own entries; who leads it writes all of them, and answers ideas.

mod idea;
mod recognition;
mod view;

pub use idea::{
    Answer, DecisionView, IdeaView, NewDecision, add_idea, decide_idea, edit_decision, edit_idea,
    remove_idea, restore_idea,
};
pub use recognition::{
    NewRecognition, RecognitionText, RecognitionView, add_recognition, add_recognition_from_walk,
    edit_recognition, remove_recognition, restore_recognition, set_may_be_said, set_recognized,
};
pub(crate) use recognition::{is_draft, may_be_said};
pub use view::{TeamBoardView, view};

use super::{KindSpec, Layer, PartClass, Shape, SubjectClass, Writers};
use crate::ids::TeamId;
use crate::key::{NaturalKey, Part, Subject};
use crate::time::Quarter;

/// What the board of a team is made of.
pub static SPEC: KindSpec = KindSpec {
    name: "team_board",
    subject: SubjectClass::Team,
    part: PartClass::Quarter,
    writers: Writers::Own(&[idea::IDEAS, recognition::RECOGNITIONS]),
    layers: &[Layer {
        schema: 1,
        containers: &[
            (idea::DECISIONS, Shape::Map),
            (idea::IDEAS, Shape::Map),
            (recognition::RECOGNITIONS, Shape::Map),
        ],
    }],
    summarise: view::summarise,
};

/// The key of the board of this team for this quarter.
pub const fn key(team: TeamId, quarter: Quarter) -> NaturalKey {
    NaturalKey { subject: Subject::Team(team), part: Part::Quarter(quarter) }
}

#[cfg(test)]
mod tests;
