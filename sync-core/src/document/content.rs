//! Owns the comparison of two copies of a document: everything that anybody can read in it, as one digest. Walked without
//! recursion, as the CRDT's own walk ends the process when somebody nested objects deeply enough.

use super::digest::{feed, feed_scalar};
use super::load::{LoadError, guarded};
use automerge::{Automerge, ObjId, ObjType, Prop, ROOT, ReadDoc, Value};
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;

/// Objects in objects: our own documents have six levels, and the CRDT's walk needs stack for each.
pub const MAX_DEPTH: u32 = 32;
/// What a text has in the place of something that is no character.
const NOT_A_CHARACTER: char = '\u{fffc}';

/// Everything that can be read in a document, conflicts and formatting included. Equal in all copies that have the same
/// changes, or the CRDT has told two people different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content([u8; 32]);

/// Why a document cannot be read as a whole.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// Objects in objects in objects.
    #[error("objects are nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// The CRDT gave up in the middle.
    #[error(transparent)]
    Unreadable(#[from] LoadError),
}

/// Reads everything.
pub fn content(doc: &Automerge) -> Result<Content, ContentError> {
    let mut walk = Walk { doc, sum: Sha256::new(), open: vec![(ROOT, ObjType::Map, 1)], met: HashSet::new() };
    let is_shallow = guarded(|| walk.all().map_err(LoadError::Document))?;
    if !is_shallow {
        return Err(ContentError::TooDeep);
    }
    Ok(Content(walk.sum.finalize().into()))
}

struct Walk<'a> {
    doc: &'a Automerge,
    sum: Sha256,
    open: Vec<(ObjId, ObjType, u32)>,
    /// The objects that were opened: in a conflict the one that shows is met twice, and what is in it must not be.
    met: HashSet<ObjId>,
}

impl Walk<'_> {
    /// Whether all of it was read; not, when it is too deep.
    fn all(&mut self) -> Result<bool, automerge::AutomergeError> {
        while let Some((object, kind, depth)) = self.open.pop() {
            if depth > MAX_DEPTH {
                return Ok(false);
            }
            self.name(&object);
            match kind {
                ObjType::Map | ObjType::Table => self.map(&object, depth)?,
                ObjType::List => self.elements(&object, depth)?,
                ObjType::Text => self.text(&object, depth)?,
            }
        }
        Ok(true)
    }

    fn map(&mut self, object: &ObjId, depth: u32) -> Result<(), automerge::AutomergeError> {
        for item in self.doc.map_range(object, ..) {
            feed(&mut self.sum, b'k', item.key.as_bytes());
            self.value(&item.value.clone().into_value(), item.id(), depth);
            if item.conflict {
                self.values(object, item.key.into(), depth)?;
            }
        }
        Ok(())
    }

    fn elements(&mut self, object: &ObjId, depth: u32) -> Result<(), automerge::AutomergeError> {
        for item in self.doc.list_range(object, ..) {
            self.value(&item.value.clone().into_value(), item.id(), depth);
            if item.conflict {
                self.values(object, item.index.into(), depth)?;
            }
        }
        Ok(())
    }

    fn text(&mut self, object: &ObjId, depth: u32) -> Result<(), automerge::AutomergeError> {
        let text = self.doc.text(object)?;
        feed(&mut self.sum, b't', text.as_bytes());
        for mark in self.doc.marks(object)? {
            feed(&mut self.sum, b'[', &(mark.start as u64).to_be_bytes());
            feed(&mut self.sum, b']', &(mark.end as u64).to_be_bytes());
            feed(&mut self.sum, b'n', mark.name().as_bytes());
            feed_scalar(&mut self.sum, mark.value());
        }
        let mut index = 0;
        for character in text.chars() {
            if character == NOT_A_CHARACTER {
                self.values(object, index.into(), depth)?;
            }
            index += character.len_utf16();
        }
        Ok(())
    }

    /// Every value that stands at a place.
    fn values(&mut self, object: &ObjId, at: Prop, depth: u32) -> Result<(), automerge::AutomergeError> {
        for (value, id) in self.doc.get_all(object, at)? {
            self.value(&value, id, depth);
        }
        Ok(())
    }

    /// A value, with the operation that put it there.
    fn value(&mut self, value: &Value<'_>, id: ObjId, depth: u32) {
        self.name(&id);
        match value {
            Value::Object(kind) => {
                feed(&mut self.sum, b'o', kind.to_string().as_bytes());
                if self.met.insert(id.clone()) {
                    self.open.push((id, *kind, depth + 1));
                }
            }
            Value::Scalar(scalar) => feed_scalar(&mut self.sum, scalar),
        }
    }

    fn name(&mut self, id: &ObjId) {
        match id {
            ObjId::Root => feed(&mut self.sum, b'/', &[]),
            ObjId::Id(number, actor, _) => {
                feed(&mut self.sum, b'#', &number.to_be_bytes());
                feed(&mut self.sum, b'@', actor.to_bytes());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::fixture::{my_own, sync, two_phones};
    use crate::document::{Mark, Path, blank};
    use crate::ids::ActorId;
    use automerge::transaction::Transactable;
    use automerge::{Change, legacy};

    #[test]
    fn copies_with_the_same_changes_have_the_same_content_and_each_difference_shows() {
        let (mut maria, mut andrei) = two_phones("sample", &my_own());
        maria.edit(|edit| edit.splice(&Path::of("notes"), 0, 0, "one 🙂 two"));
        andrei.edit(|edit| edit.splice(&Path::of("notes"), 0, 0, "三"));
        let content_of = |doc: &Automerge| content(doc).unwrap();
        assert_ne!(content_of(&maria.doc), content_of(&andrei.doc));
        sync(&mut maria, &mut andrei);
        assert_eq!(content_of(&maria.doc), content_of(&andrei.doc));
        let before = content_of(&maria.doc);
        maria.edit(|edit| edit.mark(&Path::of("notes"), 0..1, &Mark::Bold));
        assert_ne!(content_of(&maria.doc), before, "formatting is content");
    }

    /// The one that shows is met twice, and if what is in it were too, the next one would be met four times, and so on.
    #[test]
    fn objects_in_conflict_inside_objects_in_conflict_are_read_once() {
        let mut doc = blank(ActorId::from_bytes([1; 16]));
        let mut tx = doc.transaction();
        let mut outer = ROOT;
        for _ in 0..MAX_DEPTH - 2 {
            tx.put_object(&outer, "x", ObjType::Map).unwrap();
            outer = tx.put_object(&outer, "x", ObjType::Map).unwrap();
        }
        tx.commit();
        let mut nested = doc.get_last_local_change().unwrap().decode();
        nested.operations.iter_mut().for_each(|op| op.pred = legacy::SortedVec::new());
        nested.hash = None;
        let mut doc = blank(ActorId::from_bytes([2; 16]));
        doc.apply_changes([Change::from(nested)]).unwrap();
        assert_eq!(doc.get_all(ROOT, "x").unwrap().len(), 2);
        assert!(content(&doc).is_ok());
    }

    #[test]
    fn what_is_nested_deeper_than_any_document_of_ours_is_refused_and_ends_nothing() {
        let mut doc = blank(ActorId::from_bytes([1; 16]));
        let mut tx = doc.transaction();
        let mut inner = ROOT;
        for _ in 0..2_000 {
            inner = tx.put_object(&inner, "x", ObjType::Map).unwrap();
        }
        tx.commit();
        assert!(matches!(content(&doc), Err(ContentError::TooDeep)));
    }
}
