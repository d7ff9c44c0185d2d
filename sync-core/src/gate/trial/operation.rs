//! Owns what an operation may say where it stands. The CRDT also applies operations that no writer makes, such as an element in
//! a map, and the copies agree about what comes out; but then it depends on what comes next, and in which order, whether two
//! phones show the same, or cannot read the document at all. So they are told by their form.
//!
//! | where | at | what | replaces |
//! | --- | --- | --- | --- |
//! | map | key | value, object | what stood there, or nothing |
//! | map | key | deletion, increment | what stood there |
//! | list, text | after an element, or first | insertion of a value, an object; in a text also an edge of a mark | nothing |
//! | list, text | element | value, object, deletion, increment | what stood there |
//!
//! An element is an insertion into the same object, and what stood at a place is there at the same place. All of it comes from
//! changes that this one builds on: a phone may get any other one later. What a change writes twice under one key replaces its
//! own first: of a counter beside a list, each by the same change, nobody loads what others see once somebody has counted.

use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId, OpType};
use automerge::{Automerge, Change, ChangeHash, ExpandedChange, ObjId, ObjType, ReadDoc};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Whether everything in a change is as a writer makes it, in a document that has the change.
pub(super) fn are_regular(doc: &Automerge, change: &Change) -> bool {
    let own = change.decode();
    let unseen = doc.get_changes_meta(change.deps()).iter().map(|meta| meta.hash).collect();
    let mut names = Names { doc, own: &own, unseen, read: BTreeMap::new(), written: HashMap::new() };
    (0..).zip(&own.operations).all(|(place, op)| names.is_regular(place, op).unwrap_or(false))
}

/// Where a value stands: under a key, or in an element.
#[derive(PartialEq)]
enum Slot<'a> {
    Key(&'a str),
    Element(&'a OpId),
}

/// The operations that a change can name.
struct Names<'a> {
    doc: &'a Automerge,
    own: &'a ExpandedChange,
    /// What its writer had not seen.
    unseen: BTreeSet<ChangeHash>,
    /// What its writer had seen, as far as it was named.
    read: BTreeMap<ChangeHash, ExpandedChange>,
    /// What the change itself has put under a key, up to here.
    written: HashMap<(&'a ObjectId, &'a str), OpId>,
}

impl<'a> Names<'a> {
    /// None when something that it names is not there.
    fn is_regular(&mut self, place: usize, op: &'a Op) -> Option<bool> {
        let kind = match &op.obj {
            ObjectId::Root => ObjType::Map,
            ObjectId::Id(id) => match self.named(place, id)?.action {
                OpType::Make(kind) => kind,
                _ => return None,
            },
        };
        let replaces = !op.pred.is_empty();
        let is_told = match (kind, &op.key, &op.action) {
            // The CRDT reads tables, but nobody can write into one.
            (_, _, OpType::Make(ObjType::Table)) => false,
            (ObjType::Map, Key::Map(_), OpType::Put(_) | OpType::Make(_)) => !op.insert,
            (ObjType::Map, Key::Map(_), OpType::Delete | OpType::Increment(_)) => !op.insert && replaces,
            (ObjType::List | ObjType::Text, Key::Seq(_), OpType::Put(_) | OpType::Make(_)) => {
                op.insert != replaces
            }
            (ObjType::List | ObjType::Text, Key::Seq(_), OpType::Delete | OpType::Increment(_)) => {
                !op.insert && replaces
            }
            (ObjType::Text, Key::Seq(_), OpType::MarkBegin(_) | OpType::MarkEnd(_)) => op.insert && !replaces,
            _ => false,
        };
        Some(
            is_told
                && self.is_after_or_at_an_element(place, op)?
                && self.replaces_its_own_place(place, op)?
                && self.replaces_its_own_words(place, op),
        )
    }

    fn is_after_or_at_an_element(&mut self, place: usize, op: &Op) -> Option<bool> {
        match &op.key {
            Key::Map(_) => Some(true),
            Key::Seq(ElementId::Head) => Some(op.insert),
            Key::Seq(ElementId::Id(id)) => {
                let element = self.named(place, id)?;
                Some(element.insert && element.obj == op.obj)
            }
        }
    }

    fn replaces_its_own_place(&mut self, place: usize, op: &Op) -> Option<bool> {
        for id in op.pred.iter() {
            let replaced = self.named(place, id)?;
            if replaced.obj != op.obj || slot(id, replaced)? != slot(id, op)? {
                return Some(false);
            }
        }
        Some(true)
    }

    fn replaces_its_own_words(&mut self, place: usize, op: &'a Op) -> bool {
        let Key::Map(key) = &op.key else { return true };
        let slot = (&op.obj, key.as_str());
        let earlier = self.written.get(&slot);
        let is_replaced = earlier.is_none_or(|id| op.pred.iter().any(|replaced| replaced == id));
        match op.action {
            OpType::Increment(_) => {}
            OpType::Put(_) | OpType::Make(_) => {
                let number = self.own.start_op.get() + place as u64;
                self.written.insert(slot, OpId(number, self.own.actor_id.clone()));
            }
            _ => drop(self.written.remove(&slot)),
        }
        is_replaced
    }

    /// The operation of this name; of its own change only one that comes before the one at `place`.
    fn named(&mut self, place: usize, OpId(number, actor): &OpId) -> Option<&Op> {
        let place_in =
            |change: &ExpandedChange| usize::try_from(number.checked_sub(change.start_op.get())?).ok();
        if *actor == self.own.actor_id && *number >= self.own.start_op.get() {
            return place_in(self.own)
                .filter(|named| *named < place)
                .and_then(|at| self.own.operations.get(at));
        }
        let hash = self.doc.hash_for_opid(&ObjId::Id(*number, actor.clone(), 0))?;
        if self.unseen.contains(&hash) {
            return None;
        }
        let change = match self.read.entry(hash) {
            Entry::Occupied(read) => read.into_mut(),
            Entry::Vacant(free) => free.insert(self.doc.get_change_by_hash(&hash)?.decode()),
        };
        place_in(change).and_then(|at| change.operations.get(at))
    }
}

/// The place of an operation; an element is called after its insertion.
fn slot<'a>(id: &'a OpId, op: &'a Op) -> Option<Slot<'a>> {
    match &op.key {
        Key::Map(key) => Some(Slot::Key(key)),
        Key::Seq(_) if op.insert => Some(Slot::Element(id)),
        Key::Seq(ElementId::Id(element)) => Some(Slot::Element(element)),
        Key::Seq(ElementId::Head) => None,
    }
}
