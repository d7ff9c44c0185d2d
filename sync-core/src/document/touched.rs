//! Owns where the operations of a change are: what rights are asked about.

use super::Path;
use automerge::legacy::{ElementId, Key, ObjectId, OpId};
use automerge::{Automerge, ExpandedChange, ObjId, Prop, ReadDoc};
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

/// In the place of a position in a list: rights do not depend on it.
const ELEMENT: &str = "*";

/// Where one operation is, and what it does there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touch {
    /// The place: of a value its key, of a stretch of text the text.
    pub path: Path,
    /// Whether an object was there that is gone now, with everything in it.
    pub destroys: bool,
}

/// The places that a change touches, each once, in a document that has it; none if one of them cannot be found.
pub fn touches(doc: &Automerge, change: &ExpandedChange) -> Option<BTreeSet<Touch>> {
    let mut paths = HashMap::new();
    let mut touches = BTreeSet::new();
    for op in &change.operations {
        // A typed sentence is an operation for each letter, all in one text.
        let path = match paths.entry(&op.obj) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => free.insert(path_to(doc, &object_id(&op.obj))?),
        };
        let path = match &op.key {
            Key::Map(key) => path.key(key),
            Key::Seq(ElementId::Head | ElementId::Id(_)) => path.clone(),
        };
        let destroys = op.pred.iter().any(|replaced| is_object(doc, replaced));
        touches.insert(Touch { path, destroys });
    }
    Some(touches)
}

/// Where an object is, with [`ELEMENT`] for each position in a list.
fn path_to(doc: &Automerge, object: &ObjId) -> Option<Path> {
    let keys = keys_to(doc, object)?.into_iter();
    Some(keys.map(|key| key.unwrap_or_else(|| ELEMENT.to_owned())).collect::<Vec<_>>().into())
}

fn is_object(doc: &Automerge, OpId(counter, actor): &OpId) -> bool {
    doc.object_type(ObjId::Id(*counter, actor.clone(), 0)).is_ok()
}

/// The object that an operation names.
pub(crate) fn object_id(id: &ObjectId) -> ObjId {
    match id {
        ObjectId::Root => ObjId::Root,
        // The third part is a cache that the CRDT checks before it believes it.
        ObjectId::Id(op) => ObjId::Id(op.0, op.1.clone(), 0),
    }
}

/// Where an object is; none if it is, or stands in, an element of a list.
pub(super) fn path_of(doc: &Automerge, object: &ObjId) -> Option<Path> {
    keys_to(doc, object)?.into_iter().collect::<Option<Vec<_>>>().map(Path::from)
}

/// The keys from the root to an object, none for each position in a list.
fn keys_to(doc: &Automerge, object: &ObjId) -> Option<Vec<Option<String>>> {
    let mut keys: Vec<_> = doc
        .parents(object)
        .ok()?
        .map(|parent| match parent.prop {
            Prop::Map(key) => Some(key),
            Prop::Seq(_) => None,
        })
        .collect();
    keys.reverse();
    Some(keys)
}
