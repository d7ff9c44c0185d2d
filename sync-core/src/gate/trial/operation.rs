//! Owns what an operation may say where it stands. The CRDT also applies operations that no writer makes, such as an element in
//! a map, and the copies agree about what comes out; but then it depends on what comes next, and in which order, whether two
//! phones show the same, or cannot read the document at all. So they are told by their form.
//!
//! | where | at | what | replaces |
//! | --- | --- | --- | --- |
//! | map | key | value, object | what stood there, or nothing |
//! | map | key | deletion, increment | what stood there |
//! | list, text | after an element, or first | insertion of a value, an object; in a text also an edge of a mark | nothing |
//! | list, text | element | value, object, deletion; in a list also an increment | what stood there |
//!
//! An element is an insertion into the same object, and what stood at a place is a value or an object at the same place: never an
//! edge of a mark, of which later edits make a document that nobody can load. An increment counts on a counter, and never in a
//! text, where the CRDT cannot read the letter any more. All of it comes from changes that this one builds on: a phone may get any
//! other one later.
//!
//! Between two counters at one place nothing else stands, whoever wrote at the same time: whoever counts there sees each of them
//! twice, until the document is loaded again.

use super::Changes;
use crate::document::object_id;
use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId, OpType};
use automerge::{Automerge, ChangeHash, Cursor, ExpandedChange, ObjId, ObjType, ReadDoc, ScalarValue, Value};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// Whether everything in a change is as a writer makes it, in a document that has the change, and `all` others. What came after it
/// is left out with `heads`, for a phone may get no more for now than what came up to it.
pub(super) fn are_regular(
    doc: &Automerge,
    all: &Changes,
    heads: &[ChangeHash],
    own: &ExpandedChange,
) -> bool {
    let unseen = doc.get_changes_meta(&own.deps).iter().map(|meta| meta.hash).collect();
    let mut names = Names { doc, all, own, unseen, read: BTreeMap::new() };
    let mut operations = (0..).zip(&own.operations);
    operations.all(|(place, op)| {
        names.is_regular(place, op).unwrap_or(false) && leaves_counters_together(doc, heads, op)
    })
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
    all: &'a Changes,
    own: &'a ExpandedChange,
    /// What its writer had not seen.
    unseen: BTreeSet<ChangeHash>,
    /// What its writer had seen, as far as it was named.
    read: BTreeMap<ChangeHash, ExpandedChange>,
}

impl Names<'_> {
    /// None when something that it names is not there.
    fn is_regular(&mut self, place: usize, op: &Op) -> Option<bool> {
        let kind = self.kind(place, &op.obj)?;
        let replaces = !op.pred.is_empty();
        let is_told = match (kind, &op.key, &op.action) {
            // The CRDT reads tables, but nobody can write into one.
            (_, _, OpType::Make(ObjType::Table)) => false,
            (ObjType::Map, Key::Map(_), OpType::Put(_) | OpType::Make(_)) => !op.insert,
            (ObjType::Map, Key::Map(_), OpType::Delete | OpType::Increment(_)) => !op.insert && replaces,
            (ObjType::List | ObjType::Text, Key::Seq(_), OpType::Put(_) | OpType::Make(_)) => {
                op.insert != replaces
            }
            (ObjType::List | ObjType::Text, Key::Seq(_), OpType::Delete) => !op.insert && replaces,
            (ObjType::List, Key::Seq(_), OpType::Increment(_)) => !op.insert && replaces,
            (ObjType::Text, Key::Seq(_), OpType::MarkBegin(_) | OpType::MarkEnd(_)) => op.insert && !replaces,
            _ => false,
        };
        Some(
            is_told
                && self.is_after_or_at_an_element(place, op)?
                && self.replaces_its_own_place(place, op)?,
        )
    }

    /// What an object is. Of one that is there already the document knows it, without reading the change that made it.
    fn kind(&mut self, place: usize, object: &ObjectId) -> Option<ObjType> {
        let ObjectId::Id(id) = object else { return Some(ObjType::Map) };
        if !self.is_own(id) {
            self.seen(id)?;
            return self.doc.object_type(object_id(object)).ok();
        }
        match self.named(place, id)?.action {
            OpType::Make(kind) => Some(kind),
            _ => None,
        }
    }

    fn is_after_or_at_an_element(&mut self, place: usize, op: &Op) -> Option<bool> {
        match &op.key {
            Key::Map(_) => Some(true),
            Key::Seq(ElementId::Head) => Some(op.insert),
            Key::Seq(ElementId::Id(id)) => {
                let element = self.named(place, id)?;
                Some(element.insert && element.obj == op.obj && (op.insert || is_value(element)))
            }
        }
    }

    fn replaces_its_own_place(&mut self, place: usize, op: &Op) -> Option<bool> {
        let mut is_countable = !matches!(op.action, OpType::Increment(_));
        for id in op.pred.iter() {
            let replaced = self.named(place, id)?;
            if !is_value(replaced) || replaced.obj != op.obj || slot(id, replaced)? != slot(id, op)? {
                return Some(false);
            }
            is_countable |= matches!(replaced.action, OpType::Put(ScalarValue::Counter(_)));
        }
        Some(is_countable)
    }

    /// The operation of this name; of its own change only one that comes before the one at `place`.
    fn named(&mut self, place: usize, id: &OpId) -> Option<&Op> {
        let place_in =
            |change: &ExpandedChange| usize::try_from(id.0.checked_sub(change.start_op.get())?).ok();
        if self.is_own(id) {
            return place_in(self.own)
                .filter(|named| *named < place)
                .and_then(|at| self.own.operations.get(at));
        }
        let hash = self.seen(id)?;
        let change = match self.read.entry(hash) {
            Entry::Occupied(read) => read.into_mut(),
            Entry::Vacant(free) => free.insert(self.all.get(&hash)?.decode()),
        };
        place_in(change).and_then(|at| change.operations.get(at))
    }

    fn is_own(&self, OpId(number, actor): &OpId) -> bool {
        *actor == self.own.actor_id && *number >= self.own.start_op.get()
    }

    /// The change with the operation of this name, if the writer had seen it.
    fn seen(&self, OpId(number, actor): &OpId) -> Option<ChangeHash> {
        let hash = self.doc.hash_for_opid(&ObjId::Id(*number, actor.clone(), 0))?;
        (!self.unseen.contains(&hash)).then_some(hash)
    }
}

/// Whether an operation puts something where it stands.
fn is_value(op: &Op) -> bool {
    matches!(op.action, OpType::Put(_) | OpType::Make(_))
}

/// Whether nothing but counters stands between counters where an operation writes.
fn leaves_counters_together(doc: &Automerge, heads: &[ChangeHash], op: &Op) -> bool {
    if op.insert || !is_value(op) {
        return true;
    }
    let values = standing(doc, heads, op).unwrap_or_default();
    let is_counter = |(value, _): &(Value<'_>, ObjId)| value.as_scalar().is_some_and(ScalarValue::is_counter);
    let (first, last) = (values.iter().position(is_counter), values.iter().rposition(is_counter));
    let between = first.zip(last).map_or(&values[..0], |(first, last)| &values[first..=last]);
    between.iter().all(is_counter)
}

/// The values at the place of an operation, in the order of their names; more than one if people wrote at the same time.
fn standing<'a>(doc: &'a Automerge, heads: &[ChangeHash], op: &Op) -> Option<Vec<(Value<'a>, ObjId)>> {
    let object = object_id(&op.obj);
    match &op.key {
        Key::Map(key) => doc.get_all_at(&object, key.as_str(), heads).ok(),
        Key::Seq(ElementId::Id(OpId(number, actor))) => {
            let cursor = Cursor::try_from(format!("{number}@{actor}")).ok()?;
            let index = doc.get_cursor_position(&object, &cursor, Some(heads)).ok()?;
            doc.get_all_at(&object, index, heads).ok()
        }
        Key::Seq(ElementId::Head) => None,
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
