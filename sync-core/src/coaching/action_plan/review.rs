//! Owns reviews: that both went through the plan, in the state it then had.

use crate::coaching::item;
use crate::document::{ChangedItem, Document, Edit, EditError, Path, Splice, Unverifiable, changes_since};
use crate::ids::{ChangeHash, ItemId, PersonId};
use crate::time::Timestamp;
use serde::Serialize;

const REVIEWS: &str = "reviews";

/// One review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReviewView {
    /// Which one.
    pub id: ItemId,
    /// When, by the phone's clock.
    pub at: Option<Timestamp>,
    /// Who noted it.
    pub by: Option<PersonId>,
    /// What came of it.
    pub summary: String,
}

/// Notes that the plan was reviewed as this person sees it.
///
/// On a document without drafts: the heads that it names must be known to others.
pub fn add_review(edit: &mut Edit<'_>, summary: &str) -> Result<ItemId, EditError> {
    let heads = minicbor::to_vec(edit.base_heads()?).expect("hashes encode: writing to a vector cannot fail");
    let (id, path) = edit.add_item(&Path::of(REVIEWS))?;
    let (by, at) = (edit.person(), edit.now());
    edit.put(&path.key("at"), &at)?;
    edit.put(&path.key("by"), &by)?;
    edit.put(&path.key("heads"), &heads)?;
    edit.add_text(&path.key("text"), summary)?;
    Ok(id)
}

/// Edits what came of a review.
pub fn edit_review(edit: &mut Edit<'_>, review: ItemId, splice: &Splice) -> Result<(), EditError> {
    item::edit_text(edit, REVIEWS, review, splice)
}

/// What changed in the plan since a review, reviews themselves aside.
pub fn changed_since_review(doc: Document<'_>, review: ItemId) -> Result<Vec<ChangedItem>, Unverifiable> {
    let reviews = Path::of(REVIEWS);
    let bytes: Vec<u8> = doc.get(&reviews.item(review).key("heads")).ok_or(Unverifiable)?;
    let heads: Vec<ChangeHash> = minicbor::decode(&bytes).map_err(|_| Unverifiable)?;
    let changed = changes_since(doc.crdt(), &heads)?;
    // When a step was done is noted with its state: that is one change, and not two.
    let is_noted_beside = |path: &Path| path.split_last().is_some_and(|(_, key)| key == item::DONE_AT);
    let is_news = |path: &Path| !path.is_within(&reviews) && !is_noted_beside(path);
    Ok(changed.into_iter().filter(|item| is_news(&item.path)).collect())
}

pub(super) fn views(doc: Document<'_>) -> Vec<ReviewView> {
    doc.items(&Path::of(REVIEWS)).iter().map(|review| review_view(review.id, review.fields())).collect()
}

fn review_view(id: ItemId, review: Document<'_>) -> ReviewView {
    ReviewView {
        id,
        at: review.get(&Path::of("at")),
        by: review.get(&Path::of("by")),
        summary: review.text(&Path::of("text")),
    }
}
