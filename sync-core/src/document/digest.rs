//! Owns the hash of what an item says: the same on every phone that shows the same values, in every
//! version of the app. Agreement binds to it, so that a change elsewhere in the document does not undo it.

use super::genesis::VERSION;
use super::{Path, Reader};
use automerge::{ObjId, ObjType, ReadDoc, ScalarValue, Value};
use minicbor::{Decode, Encode};
use sha2::{Digest as _, Sha256};

/// The hash of the value of an item, without who agreed to it and where it stands among others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Digest(#[cbor(n(0), with = "minicbor::bytes")] [u8; 32]);

/// What is not part of what an item says: agreement itself, and its place in a list.
pub(super) const NOT_CONTENT: [&str; 3] = ["acks", "agreed", "order"];
/// Deeper than any document of ours; below it nothing is read.
const MAX_DEPTH: usize = 32;

impl<D: ReadDoc> Reader<'_, D> {
    /// The hash of what stands at this place; none if there is nothing.
    ///
    /// Marks are left out: a comment on a sentence does not change what was agreed. Values in conflict are
    /// all in, so settling a conflict is a change.
    pub fn digest(&self, path: &Path) -> Option<Digest> {
        let object = self.object(path, ObjType::Map)?;
        let mut hash = Sha256::new();
        feed(&mut hash, b'r', b"floorwalk/digest/1");
        let is_root = self.place.join(path).keys().is_empty();
        let skipped: &[&str] = if is_root { &["header", VERSION] } else { &[] };
        self.feed_map(&mut hash, &object, skipped, 0);
        Some(Digest(hash.finalize().into()))
    }

    fn feed_map(&self, hash: &mut Sha256, map: &ObjId, skipped: &[&str], depth: usize) {
        feed(hash, b'{', &[]);
        for key in self.doc.keys(map) {
            if depth < MAX_DEPTH && !NOT_CONTENT.contains(&key.as_str()) && !skipped.contains(&key.as_str()) {
                feed(hash, b'k', key.as_bytes());
                self.feed_values(hash, map, &key, depth);
            }
        }
        feed(hash, b'}', &[]);
    }

    fn feed_values(&self, hash: &mut Sha256, map: &ObjId, key: &str, depth: usize) {
        for (value, id) in self.doc.get_all(map, key).unwrap_or_default() {
            match value {
                Value::Object(ObjType::Map | ObjType::Table) => self.feed_map(hash, &id, &[], depth + 1),
                Value::Object(ObjType::Text) => {
                    feed(hash, b't', self.doc.text(&id).unwrap_or_default().as_bytes());
                }
                // No kind of ours has lists: one that is there is counted, not read.
                Value::Object(ObjType::List) => feed(hash, b'l', &self.doc.length(&id).to_be_bytes()),
                Value::Scalar(scalar) => feed_scalar(hash, scalar.as_ref()),
            }
        }
    }
}

pub(super) fn feed_scalar(hash: &mut Sha256, scalar: &ScalarValue) {
    match scalar {
        ScalarValue::Null => feed(hash, b'0', &[]),
        ScalarValue::Boolean(flag) => feed(hash, b'f', &[u8::from(*flag)]),
        ScalarValue::Int(number) => feed(hash, b'i', &number.to_be_bytes()),
        ScalarValue::Uint(number) => feed(hash, b'u', &number.to_be_bytes()),
        ScalarValue::F64(number) => feed(hash, b'd', &number.to_bits().to_be_bytes()),
        ScalarValue::Counter(counter) => feed(hash, b'c', &i64::from(counter).to_be_bytes()),
        ScalarValue::Timestamp(ms) => feed(hash, b'm', &ms.to_be_bytes()),
        ScalarValue::Str(words) => feed(hash, b's', words.as_bytes()),
        ScalarValue::Bytes(bytes) => feed(hash, b'b', bytes),
        ScalarValue::Unknown { type_code, bytes } => {
            feed(hash, b'?', &[*type_code]);
            feed(hash, b'b', bytes);
        }
    }
}

/// Every part carries its type and length, so that no two different values feed the same bytes.
pub(super) fn feed(hash: &mut Sha256, tag: u8, bytes: &[u8]) {
    hash.update([tag]);
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}
