//! Owns where the operations of a change are: what rights are asked about.

use super::Path;
use super::changed::object_id;
use automerge::legacy::{ElementId, Key, OpId};
use automerge::{Automerge, Change, ObjId, Prop, ReadDoc};

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
pub fn touches(doc: &Automerge, change: &Change) -> Option<Vec<Touch>> {
    let mut touches = Vec::new();
    for op in change.decode().operations {
        let mut path = path_of(doc, &object_id(&op.obj))?;
        match &op.key {
            Key::Map(key) => path = path.key(key),
            Key::Seq(ElementId::Head | ElementId::Id(_)) => {}
        }
        let destroys = op.pred.iter().any(|replaced| is_object(doc, replaced));
        touches.push(Touch { path, destroys });
    }
    touches.sort();
    touches.dedup();
    Some(touches)
}

fn is_object(doc: &Automerge, OpId(counter, actor): &OpId) -> bool {
    doc.object_type(ObjId::Id(*counter, actor.clone(), 0)).is_ok()
}

fn path_of(doc: &Automerge, object: &ObjId) -> Option<Path> {
    let mut keys: Vec<String> = doc
        .parents(object)
        .ok()?
        .map(|parent| match parent.prop {
            Prop::Map(key) => key,
            Prop::Seq(_) => ELEMENT.to_owned(),
        })
        .collect();
    keys.reverse();
    Some(Path::from(keys))
}
