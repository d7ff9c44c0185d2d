//! Owns what goes along when an agent gets another leader: the note of who led before, and the texts that the agent brings along of
//! what they shared with them. One for each pair; the new leader reads it, and says so.

mod brought;

pub use brought::{Brought, BroughtKind, BroughtView, add_brought, remove_brought, restore_brought};

use super::ack::{self, ACKS, AckView};
use super::item::is_removed;
use super::summary::{Summary, count};
use super::{KindSpec, Layer, PartClass, Shape, SubjectClass, Writers};
use crate::document::{Document, Edit, EditError, Item, Path, Prose, Splice};
use crate::ids::TenureId;
use crate::key::{NaturalKey, Part, Subject};
use brought::BROUGHT;
use serde::Serialize;

const NOTE: &str = "note";
/// What stands between two paragraphs of the note.
const GAP: &str = "\n\n";

/// What a hand-over is made of.
pub static SPEC: KindSpec = KindSpec {
    name: "hand_over",
    subject: SubjectClass::Tenure,
    part: PartClass::Whole,
    writers: Writers::Sides { before: &[NOTE], agent: &[BROUGHT] },
    layers: &[Layer {
        schema: 1,
        containers: &[(ACKS, Shape::Map), (BROUGHT, Shape::Map), (NOTE, Shape::Text)],
    }],
    summarise,
};

/// A hand-over, as screens show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HandOverView {
    /// What who led before wants the next one to know.
    pub note: Prose,
    /// What the agent brings along, the newest day first, with what they took back.
    pub brought: Vec<BroughtView>,
    /// Who has read it, what they ask, and whether it still says what they read.
    pub acks: Vec<AckView>,
}

/// The key of the hand-over with which this pair begins.
pub const fn key(tenure: TenureId) -> NaturalKey {
    NaturalKey { subject: Subject::Tenure(tenure), part: Part::Whole }
}

/// Edits the note.
pub fn edit_note(edit: &mut Edit<'_>, splice: &Splice) -> Result<(), EditError> {
    edit.apply_splice(&Path::of(NOTE), splice)
}

/// Adds a paragraph at the end of the note: words that were refused elsewhere are not lost.
pub fn add_to_note(edit: &mut Edit<'_>, words: &str) -> Result<(), EditError> {
    let note = Path::of(NOTE);
    let end = edit.reader().text_length(&note);
    let words = if end == 0 { words.to_owned() } else { format!("{GAP}{words}") };
    edit.splice(&note, end, 0, &words)
}

/// Says that this person has read it as it is, and asks something about it; a label. Only on a document without drafts.
pub fn acknowledge(edit: &mut Edit<'_>, question: Option<&str>) -> Result<(), EditError> {
    ack::acknowledge_and_ask(edit, &Path::root(), question)
}

/// The hand-over, as screens show it.
pub fn view(doc: Document<'_>) -> HandOverView {
    HandOverView {
        note: doc.prose(&Path::of(NOTE)),
        brought: brought::views(doc),
        acks: ack::acks(doc, &Path::root()),
    }
}

/// Whether there is a note, and how much the agent brings along.
pub(crate) fn content(doc: Document<'_>) -> (bool, u32) {
    let brought = doc.items(&Path::of(BROUGHT));
    let kept = brought.iter().map(Item::fields).filter(|one| !is_removed(*one));
    (doc.text_length(&Path::of(NOTE)) > 0, count(kept))
}

fn summarise(doc: Document<'_>) -> Summary {
    Summary { items: content(doc).1, ..Summary::default() }
}

#[cfg(test)]
mod tests;
