//! Proves a net before it is used: rebuilt from the wire it must say what the drafts said. Knows
//! nothing about how a net is made.

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::legacy::OpId;
use automerge::{Automerge, Change, LoadOptions};

use super::FoldFault;
use super::chain::is_increment;
use super::net::Net;
use super::reading::Reading;

/// Runs a step that calls into the library. A panic there is a fault of this fold, never the end of
/// the app with the drafts half folded.
pub(super) fn guarded<T>(step: impl FnOnce() -> Result<T, FoldFault>) -> Result<T, FoldFault> {
    catch_unwind(AssertUnwindSafe(step)).unwrap_or(Err(FoldFault::Panicked))
}

/// Checks that `base` and the net say exactly what the drafts said, in memory and when loaded.
pub(super) fn says_the_same(base: &Automerge, drafted: &Reading, net: &Net) -> Result<(), FoldFault> {
    let expected = drafted.clone().renamed(&net.moved).map_err(|_| FoldFault::DroppedWhatShows)?;
    let rebuilt = with_changes(base, &net.changes)?;
    same_reading(&expected, &Reading::of(&rebuilt)?)?;
    same_reading(&expected, &Reading::of(&reloaded(&rebuilt)?)?)
}

/// Checks that each change is encoded the one way that decoding and encoding again gives.
pub(super) fn is_canonical(changes: &[Change]) -> Result<(), FoldFault> {
    let same = |change: &Change| {
        let decoded =
            Change::from_bytes(change.raw_bytes().to_vec()).map_err(automerge::AutomergeError::from)?;
        let again = Change::from(decoded.decode());
        if again.raw_bytes() == change.raw_bytes() { Ok(()) } else { Err(FoldFault::NotCanonical) }
    };
    changes.iter().try_for_each(same)
}

/// Checks that nothing in the net supersedes something in the net: that would be a value which was
/// set and taken back. Only increments point at their counter.
pub(super) fn has_no_past(net: &Net) -> Result<(), FoldFault> {
    let Some(first) = net.changes.first() else { return Ok(()) };
    let (start, actor) = (first.start_op().get(), first.actor_id());
    let is_inside = |id: &OpId| id.actor() == actor && id.counter() >= start;
    let clean = |change: &Change| {
        let operations = change.decode().operations;
        operations.iter().all(|op| is_increment(op) || !op.pred.iter().any(is_inside))
    };
    if net.changes.iter().all(clean) { Ok(()) } else { Err(FoldFault::InnerPredecessor) }
}

/// The document with the changes on top of it.
pub(super) fn with_changes(doc: &Automerge, changes: &[Change]) -> Result<Automerge, FoldFault> {
    let mut doc = doc.clone();
    doc.apply_changes(changes.to_vec())?;
    let arrived = changes.iter().all(|change| doc.get_change_meta_by_hash(&change.hash()).is_some());
    if arrived { Ok(doc) } else { Err(FoldFault::MissingDependency) }
}

/// The document as another device will load it.
pub(super) fn reloaded(doc: &Automerge) -> Result<Automerge, FoldFault> {
    let options = LoadOptions::new().text_encoding(doc.text_encoding());
    Ok(Automerge::load_with_options(&doc.save(), options)?)
}

fn same_reading(expected: &Reading, found: &Reading) -> Result<(), FoldFault> {
    match expected.first_difference(found) {
        None => Ok(()),
        Some(object) => Err(FoldFault::SaysOtherwise { object: object.to_string() }),
    }
}
