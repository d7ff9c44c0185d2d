//! Owns what of a document can be searched for: for each item, and each text that is in no item, what people wrote there. It
//! walks whatever is there, so a new kind of document is found without a word about it here.

use super::item::is_removed;
use super::readable::is_bookkeeping;
use crate::document::{Document, Found, LABELS, Path, Value};
use crate::search::Passage;
use std::collections::BTreeSet;

/// Maps whose keys are what somebody wrote, or chose from a list, each with a yes or no.
const TAGS: [&str; 2] = ["tags", "topics"];

/// What of a document can be searched for, in the order in which it is read. What was removed is not.
pub fn passages(doc: Document<'_>) -> Vec<Passage> {
    let mut walk = Walk::default();
    walk.map(doc, &Spot { path: Path::root(), place: Path::root(), item: None });
    walk.0
}

/// Where the walk is.
struct Spot {
    /// For the reader, which may begin at an item.
    path: Path,
    /// In the document.
    place: Path,
    /// The item of the document that it is in.
    item: Option<Path>,
}

impl Spot {
    fn below(&self, key: &str) -> Self {
        Self { path: self.path.key(key), place: self.place.key(key), item: self.item.clone() }
    }

    /// Where what is written here is found.
    fn found_at(&self) -> &Path {
        self.item.as_ref().unwrap_or(&self.place)
    }
}

#[derive(Default)]
struct Walk(Vec<Passage>);

impl Walk {
    fn map(&mut self, doc: Document<'_>, spot: &Spot) {
        let items = doc.items(&spot.path);
        for item in items.iter().filter(|item| !is_removed(item.fields())) {
            let place = spot.place.item(item.id);
            let outermost = spot.item.clone().unwrap_or_else(|| place.clone());
            self.map(item.fields(), &Spot { path: Path::root(), place, item: Some(outermost) });
        }
        let listed: BTreeSet<String> = items.iter().map(|item| item.id.to_string()).collect();
        let others = doc.keys(&spot.path).into_iter().filter(|key| !listed.contains(key));
        for key in others.filter(|key| !is_bookkeeping(&spot.place, key)) {
            self.whatever(doc, &spot.below(&key), spot);
        }
        doc.tallies(&spot.path).into_keys().for_each(|name| self.line(spot, name));
    }

    fn whatever(&mut self, doc: Document<'_>, spot: &Spot, parent: &Spot) {
        for found in doc.all_found(&spot.path) {
            match found {
                Found::Text => self.prose(doc, spot),
                Found::Map => self.map(doc, spot),
                Found::Value(value) => self.value(spot, parent, value),
            }
        }
    }

    fn prose(&mut self, doc: Document<'_>, spot: &Spot) {
        if doc.text_length(&spot.path) == 0 {
            return;
        }
        let prose = doc.prose(&spot.path);
        self.line(spot, prose.text);
        for span in prose.spans.into_iter().filter(|span| span.name.starts_with("comment:")) {
            self.line(spot, span.detail);
        }
    }

    fn value(&mut self, spot: &Spot, parent: &Spot, value: Value) {
        let last = |spot: &Spot| spot.place.keys().last().cloned().unwrap_or_default();
        match value {
            Value::Words(label) if LABELS.contains(&last(spot).as_str()) => self.line(spot, label),
            Value::Flag(true) if TAGS.contains(&last(parent).as_str()) => self.line(parent, last(spot)),
            // Stable words, days, numbers, who and which: nobody wrote them.
            Value::Words(_)
            | Value::Flag(_)
            | Value::Number(_)
            | Value::Nothing
            | Value::Moment(_)
            | Value::Bytes(_) => {}
        }
    }

    fn line(&mut self, spot: &Spot, line: String) {
        if line.is_empty() {
            return;
        }
        let place = spot.found_at();
        match self.0.iter_mut().rfind(|passage| passage.place == *place) {
            Some(passage) => passage.text.extend(["\n", line.as_str()]),
            None => self.0.push(Passage { place: place.clone(), text: line }),
        }
    }
}

#[cfg(test)]
mod tests;
