//! Owns the texts that an agent brings along: copies, each of one document, which nobody edits. The agent can take them back.

use crate::coaching::earlier::Earlier;
use crate::coaching::item::Removal;
use crate::coaching::words::words;
use crate::document::{Document, Edit, EditError, ITEM_TEXT_LIMIT, Item, Path};
use crate::ids::ItemId;
use crate::time::Day;
use serde::Serialize;
use std::cmp::Reverse;

pub(super) const BROUGHT: &str = "brought";
const PAGES: &str = "pages";

words! {
    /// What a text was.
    BroughtKind {
        /// A meeting.
        Meeting = "meeting",
        /// The feedback of a quarter.
        Feedback = "feedback_log",
        /// How two people worked together in a year.
        Partnership = "partnership",
    }
}

/// A text to bring along.
#[derive(Clone, PartialEq, Eq)]
pub struct Brought {
    /// What it was.
    pub kind: BroughtKind,
    /// What it is called; a label.
    pub title: String,
    /// The day that it is about.
    pub day: Option<Day>,
    /// All of it, as Markdown.
    pub text: String,
    /// Where it was copied from.
    pub from: Earlier,
}

/// A text that was brought along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BroughtView {
    /// Which one.
    pub id: ItemId,
    /// What it was; none if another version of the app wrote something else.
    pub kind: Option<BroughtKind>,
    /// What it is called.
    pub title: String,
    /// The day that it is about.
    pub day: Option<Day>,
    /// All of it, as Markdown.
    pub text: String,
    /// Where it was copied from.
    pub from: Option<Earlier>,
    /// Whether the agent took it back.
    pub removed: Option<Removal>,
}

/// Brings a text along. It stands there in pages, since the text of an item is no longer than one.
pub fn add_brought(edit: &mut Edit<'_>, new: &Brought) -> Result<ItemId, EditError> {
    let (id, path) = edit.add_item(&Path::of(BROUGHT))?;
    edit.put(&path.key("kind"), &new.kind)?;
    edit.put_label(&path.key("title"), "title", &new.title)?;
    edit.put_or_clear(&path.key("day"), new.day.as_ref())?;
    edit.put(&path.key("from"), &new.from)?;
    edit.add_map(&path.key(PAGES))?;
    for page in pages(&new.text) {
        let (_, at) = edit.add_item(&path.key(PAGES))?;
        edit.add_text(&at.key("text"), page)?;
    }
    Ok(id)
}

/// Takes back what was brought along; whoever has read it has read it. It can be restored.
pub fn remove_brought(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(BROUGHT), id)
}

/// Brings again what was taken back.
pub fn restore_brought(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(BROUGHT), id)
}

/// The newest day first. In which order somebody chose them says nothing.
pub(super) fn views(doc: Document<'_>) -> Vec<BroughtView> {
    let items = doc.items(&Path::of(BROUGHT));
    let mut views: Vec<_> = items.iter().map(|item| brought_view(item.id, item.fields())).collect();
    views.sort_by_key(|one| (Reverse(one.day), one.id));
    views
}

fn brought_view(id: ItemId, one: Document<'_>) -> BroughtView {
    let page = |page: &Item<'_>| page.fields().text(&Path::of("text"));
    BroughtView {
        id,
        kind: one.get(&Path::of("kind")),
        title: one.get(&Path::of("title")).unwrap_or_default(),
        day: one.get(&Path::of("day")),
        text: one.items(&Path::of(PAGES)).iter().map(page).collect(),
        from: one.get(&Path::of("from")),
        removed: Removal::of(one),
    }
}

/// Cut where a character ends, each as long as it may be.
fn pages(text: &str) -> Vec<&str> {
    let (mut pages, mut begin, mut length) = (Vec::new(), 0, 0);
    for (at, char) in text.char_indices() {
        if length + char.len_utf16() > ITEM_TEXT_LIMIT {
            pages.push(&text[begin..at]);
            (begin, length) = (at, 0);
        }
        length += char.len_utf16();
    }
    pages.push(&text[begin..]);
    pages
}
