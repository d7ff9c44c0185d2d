//! Puts a chain of drafts onto new heads, before remote changes are merged into their document, and
//! proves that nobody's words, values or order were changed by it.
//!
//! What holds exactly, against the natural merge of the drafts and the new heads:
//! - every object, key, list and text holds the same values, all conflicts included;
//! - what the remote side has put in order stays in that order, and so does what the drafts have,
//!   wire elements included. Only where both sides inserted at the same place is the order between
//!   them new: the drafts come first;
//! - at a key where both sides wrote, the drafts' value wins, since its id is the higher one;
//! - an element that was there before shows, for each mark, what the drafts show if they changed it,
//!   else what the drafts or the remote side show. Elements of one side only may come under a mark of
//!   the other side or out of it, where they stand at its ends or inside one that covered nothing.

use std::collections::{BTreeMap, BTreeSet};

use automerge::legacy::{ObjectId, OpId};
use automerge::{Automerge, Change};

use super::chain::check_is_one_chain;
use super::net::{Anchor, Net};
use super::plan::Plan;
use super::reading::{Content, Element, Entry, Marks, Reading};
use super::{Drafted, FoldError, FoldFault, Folded, Kind, Slot, verify};

/// Folds a chain of drafts made on `base` into a draft on `onto`, the wire document with the remote
/// changes merged. The predecessors stay as they were, so that a value which both sides wrote shows
/// as a conflict.
///
/// # Errors
/// When the drafts are not one chain on `base`, or when not even their concatenation can be proved.
pub fn rebase(
    base: &Automerge,
    drafts: &[Change],
    onto: &Automerge,
    slot: &Slot,
) -> Result<Folded, FoldError> {
    check_is_one_chain(base, drafts)?;
    let drafted = Drafted::of(base, drafts)?;
    let sides = verify::guarded(|| Sides::of(&drafted, onto)).map_err(FoldError::Unreadable)?;
    drafted.first_that_holds(|plan, kind| sides.prove(&drafted, plan, kind, slot))
}

/// What the two sides of a rebase say, apart and merged.
struct Sides<'a> {
    onto: &'a Automerge,
    before: Reading,
    remote: Reading,
    natural: Reading,
}

impl<'a> Sides<'a> {
    fn of(drafted: &Drafted<'_>, onto: &'a Automerge) -> Result<Self, FoldFault> {
        let mut natural = drafted.doc.clone();
        natural.merge(&mut onto.clone())?;
        let (before, remote) = (Reading::of(drafted.base)?, Reading::of(onto)?);
        Ok(Self { onto, before, remote, natural: Reading::of(&natural)? })
    }

    /// Proves the plan where it was made, then writes it down on the new heads and proves that too.
    fn prove(&self, drafted: &Drafted<'_>, plan: &Plan, kind: Kind, slot: &Slot) -> Result<Net, FoldFault> {
        drafted.prove(plan, kind, &Anchor::at_the_end_of(drafted.base, slot))?;
        let net = Net::of(plan, &Anchor::at_the_end_of(self.onto, slot))?;
        verify::is_canonical(&net.changes)?;
        let rebased = verify::with_changes(self.onto, &net.changes)?;
        let found = Reading::of(&rebased)?;
        if Reading::of(&verify::reloaded(&rebased)?)? != found {
            return Err(FoldFault::otherwise(&ObjectId::Root));
        }
        let rename = |reading: &Reading| reading.clone().renamed(&net.moved);
        let drafts = rename(&drafted.said).map_err(|_| FoldFault::DroppedWhatShows)?;
        let natural = rename(&self.natural).map_err(|_| FoldFault::DroppedWhatShows)?;
        holds_the_same(&natural, &found)?;
        keeps_the_order(&self.remote, &found)?;
        keeps_the_order(&drafts, &found)?;
        Marked { before: &self.before, drafts: &drafts, remote: &self.remote }.check(&found)?;
        Ok(net)
    }
}

/// Checks that both readings hold the same objects, and each the same values in whatever order.
pub(super) fn holds_the_same(natural: &Reading, found: &Reading) -> Result<(), FoldFault> {
    let objects = natural.objects.keys().chain(found.objects.keys());
    for object in objects {
        let same = match (natural.objects.get(object), found.objects.get(object)) {
            (Some(natural), Some(found)) => values(natural) == values(found),
            (_, None) | (None, _) => false,
        };
        if !same {
            return Err(FoldFault::otherwise(object));
        }
    }
    Ok(())
}

/// All values of an object by place, where the places of lists and texts have no order.
fn values(content: &Content) -> BTreeSet<(Option<&str>, BTreeSet<&Entry>)> {
    match content {
        Content::Map(keys) => {
            keys.iter().map(|(key, entries)| (Some(key.as_str()), entries.iter().collect())).collect()
        }
        Content::List(elements) | Content::Text { elements, .. } => {
            elements.iter().map(|element| (None, element.entries.iter().collect())).collect()
        }
    }
}

/// Checks that the elements of one side stand in the same order as they did on that side.
pub(super) fn keeps_the_order(side: &Reading, found: &Reading) -> Result<(), FoldFault> {
    for (object, content) in &found.objects {
        let Some(before) = side.objects.get(object) else { continue };
        let places = places(content.elements());
        let now: Vec<usize> = before.elements().iter().filter_map(|old| place_of(old, &places)).collect();
        if !now.is_sorted_by(|one, next| one < next) {
            return Err(FoldFault::OrderChanged { object: object.to_string() });
        }
    }
    Ok(())
}

/// Where each visible operation of a list or text stands.
fn places(elements: &[Element]) -> BTreeMap<&OpId, usize> {
    let places = elements.iter().enumerate();
    places.flat_map(|(place, element)| element.entries.iter().map(move |entry| (&entry.id, place))).collect()
}

/// Where an element of another reading stands now; `None` when all its values are superseded.
fn place_of(element: &Element, places: &BTreeMap<&OpId, usize>) -> Option<usize> {
    element.entries.iter().find_map(|entry| places.get(&entry.id).copied())
}

/// The marks on both sides of a rebase and before it.
pub(super) struct Marked<'a> {
    pub(super) before: &'a Reading,
    pub(super) drafts: &'a Reading,
    pub(super) remote: &'a Reading,
}

impl Marked<'_> {
    /// Checks every element that both sides hold and that was there before.
    pub(super) fn check(&self, found: &Reading) -> Result<(), FoldFault> {
        for (object, content) in &found.objects {
            let Content::Text { elements, .. } = content else { continue };
            let sides = [self.before, self.drafts, self.remote].map(|side| ElementsById::of(side, object));
            let holds = |element: &Element| {
                let [Some(before), Some(drafts), Some(remote)] =
                    sides.each_ref().map(|side| side.like(element))
                else {
                    return true;
                };
                marks_hold(&element.marks, &before.marks, &drafts.marks, &remote.marks)
            };
            if !elements.iter().all(holds) {
                return Err(FoldFault::MarkChanged { object: object.to_string() });
            }
        }
        Ok(())
    }
}

/// The elements of one text on one side.
struct ElementsById<'a>(BTreeMap<&'a OpId, &'a Element>);

impl<'a> ElementsById<'a> {
    fn of(side: &'a Reading, text: &ObjectId) -> Self {
        let elements = side.objects.get(text).map_or(&[][..], Content::elements);
        let by_id = |element: &'a Element| element.entries.iter().map(move |entry| (&entry.id, element));
        Self(elements.iter().flat_map(by_id).collect())
    }

    fn like(&self, element: &Element) -> Option<&'a Element> {
        element.entries.iter().find_map(|entry| self.0.get(&entry.id).copied())
    }
}

/// Whether each mark is what the drafts show if they changed it, else what either side shows: drafts
/// that marked again what was marked already cannot be told from drafts that left it alone.
fn marks_hold(found: &Marks, before: &Marks, drafts: &Marks, remote: &Marks) -> bool {
    let mut names = found.keys().chain(drafts.keys()).chain(remote.keys());
    names.all(|name| {
        let (found, drafts) = (found.get(name), drafts.get(name));
        found == drafts || (before.get(name) == drafts && found == remote.get(name))
    })
}
