//! Owns the plain text of what people wrote, for copying when something is not accepted. It walks whatever
//! is there, so it also reads what a newer version of the app wrote.

use super::ack::{ACKS, is_question};
use super::item::EACH;
use crate::document::{ChangedItem, Document, Found, GONE, Path, Value, What, changes_since, heads};
use automerge::Automerge;

/// Everything that people wrote in a document: texts as they are, short values with their names.
pub fn readable(doc: Document<'_>) -> String {
    let mut page = Page::default();
    page.read(doc, &Path::root());
    page.0.join("\n")
}

/// What `after` says that `before` did not: new items, new values, and the new stretches of texts.
///
/// If `after` does not build on `before`, all that it says.
pub fn readable_of_changes(before: &Automerge, after: &Automerge) -> String {
    let Ok(changed) = changes_since(after, &heads(before)) else { return readable(Document::of(after)) };
    let mut page = Page::default();
    for item in &changed {
        page.read_changed(Document::of(after), item);
    }
    page.0.join("\n")
}

/// Lines, each a text that somebody wrote or a short value with its name.
#[derive(Default)]
struct Page(Vec<String>);

impl Page {
    fn read(&mut self, doc: Document<'_>, path: &Path) {
        for found in doc.all_found(path) {
            match found {
                Found::Text => self.line(doc.text(path)),
                Found::Map => {
                    doc.children(path).iter().filter(|key| !is_bookkeeping(path, key)).for_each(|key| {
                        self.read(doc, &path.key(key));
                    })
                }
                Found::Value(value) => self.value(path, &value),
            }
        }
        for (name, count) in doc.tallies(path) {
            self.line(format!("{name}: {count}"));
        }
    }

    fn read_changed(&mut self, doc: Document<'_>, item: &ChangedItem) {
        let Some((parent, key)) = item.path.split_last() else { return };
        if is_bookkeeping(&parent, key) {
            return;
        }
        match &item.what {
            What::Added | What::Value => self.read(doc, &item.path),
            What::Text { inserted, .. } => {
                let text: Vec<u16> = doc.text(&item.path).encode_utf16().collect();
                for stretch in inserted {
                    let units = text.get(stretch.start as usize..stretch.end as usize).unwrap_or_default();
                    self.line(String::from_utf16_lossy(units));
                }
            }
        }
    }

    fn value(&mut self, path: &Path, value: &Value) {
        let Some((parent, key)) = path.split_last() else { return };
        let key = if is_among_acks(&parent) { "question" } else { key };
        match value {
            Value::Words(words) => self.line(format!("{key}: {words}")),
            Value::Number(number) => self.line(format!("{key}: {number}")),
            Value::Flag(true) => self.line(key.to_owned()),
            Value::Flag(false) | Value::Nothing | Value::Moment(_) | Value::Bytes(_) => {}
        }
    }

    fn line(&mut self, line: String) {
        if !line.is_empty() {
            self.0.push(line);
        }
    }
}

/// What the app keeps for itself: nobody wrote it.
pub(super) fn is_bookkeeping(parent: &Path, key: &str) -> bool {
    let at_root = parent.keys().is_empty();
    let is_ack = is_among_acks(parent) && !is_question(key);
    key == "order" || key == GONE || key == EACH || is_ack || (at_root && (key == "header" || key == "v"))
}

fn is_among_acks(parent: &Path) -> bool {
    parent.keys().last().is_some_and(|key| key == ACKS)
}
