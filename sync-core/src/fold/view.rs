//! What a person can see in a document, without the identity of anything: equal views look the same
//! on every screen. Made from a `Reading`.

use std::collections::BTreeMap;
use std::sync::Arc;

use automerge::legacy::ObjectId;
use automerge::{Automerge, AutomergeError};

pub use super::reading::MarkRange;
use super::reading::{Content, Element, Entry, Marks, Reading, Said};
pub use super::scalar::Scalar;

/// A document, or a part of it, as values only. Where several values stand at one place they are all
/// there, the winner last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// A value that is not an object.
    Scalar(Scalar),
    /// A map: all values of each key.
    Map(BTreeMap<String, Vec<View>>),
    /// A list: all values of each place.
    List(Vec<Vec<View>>),
    /// A text.
    Text(TextView),
}

/// A text with its marks, blocks and conflicts; indices are UTF-16 units.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextView {
    /// The text in stretches under the same marks; a place that is in `special` shows as U+FFFC.
    pub runs: Vec<Run>,
    /// Blocks, other objects and conflicts, by the element they stand at.
    pub special: BTreeMap<usize, Vec<View>>,
    /// The marks as ranges.
    pub ranges: Vec<MarkRange>,
}

/// A stretch of text under the same marks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Run {
    /// The text.
    pub text: String,
    /// The marks over it, by name.
    pub marks: BTreeMap<String, Scalar>,
}

/// Everything a person can see in the document.
///
/// # Errors
/// Only when the library cannot read what it holds.
pub fn view(doc: &Automerge) -> Result<View, AutomergeError> {
    Ok(Reading::of(doc)?.view(&ObjectId::Root))
}

impl TextView {
    /// The text alone.
    pub fn text(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }
}

impl Reading {
    /// The part of the document below one object; an object that the reading lacks looks empty.
    pub(super) fn view(&self, object: &ObjectId) -> View {
        match self.objects.get(object) {
            None => View::Map(BTreeMap::new()),
            Some(Content::Map(keys)) => {
                View::Map(keys.iter().map(|(key, entries)| (key.clone(), self.values(entries))).collect())
            }
            Some(Content::List(elements)) => {
                View::List(elements.iter().map(|element| self.values(&element.entries)).collect())
            }
            Some(Content::Text { elements, ranges }) => {
                View::Text(TextView { ranges: ranges.clone(), ..self.text_view(elements) })
            }
        }
    }

    fn values(&self, entries: &[Entry]) -> Vec<View> {
        let value = |entry: &Entry| match &entry.said {
            Said::Scalar(scalar) => View::Scalar(scalar.clone()),
            Said::Object => self.view(&ObjectId::Id(entry.id.clone())),
        };
        entries.iter().map(value).collect()
    }

    fn text_view(&self, elements: &[Element]) -> TextView {
        let mut text = TextView::default();
        let mut marks: Option<Arc<Marks>> = None;
        for (index, element) in elements.iter().enumerate() {
            if marks.as_ref() != Some(&element.marks) {
                text.runs.push(Run { text: String::new(), marks: element.marks.as_ref().clone() });
                marks = Some(element.marks.clone());
            }
            let run = text.runs.last_mut().expect("a run was begun for these marks");
            run.text.push_str(element.text().unwrap_or("\u{fffc}"));
            if element.text().is_none() {
                text.special.insert(index, self.values(&element.entries));
            }
        }
        text
    }
}
