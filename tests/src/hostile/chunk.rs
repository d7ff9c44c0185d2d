//! Owns change chunks that no library writes: framed anew after somebody changed what is inside.

use sha2::{Digest, Sha256};

/// The type of a chunk that holds one change.
pub(crate) const CHANGE: u8 = 1;
/// The type of a chunk whose body is deflated.
pub(crate) const COMPRESSED: u8 = 2;
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];

/// The body of a chunk.
pub(crate) fn body(chunk: &[u8]) -> &[u8] {
    let length = chunk[9..].iter().take_while(|byte| **byte & 0x80 != 0).count() + 1;
    &chunk[9 + length..]
}

/// A chunk with this body, its length and its checksum.
pub(crate) fn framed(kind: u8, body: &[u8]) -> Vec<u8> {
    let covered = [&[kind], unsigned(body.len() as u64).as_slice(), body].concat();
    let hash = Sha256::digest(&covered);
    [&MAGIC, &hash[..4], &covered].concat()
}

/// An unsigned number, LEB128.
pub(crate) fn unsigned(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(u8::try_from(value & 0x7f).unwrap_or_default() | 0x80);
        value >>= 7;
    }
    bytes.push(u8::try_from(value).unwrap_or_default());
    bytes
}

/// A signed number, LEB128.
pub(crate) fn signed(value: i64) -> Vec<u8> {
    let mut bytes = unsigned(u64::try_from(value).unwrap_or_default());
    if bytes.last().is_some_and(|last| last & 0x40 != 0) {
        if let Some(last) = bytes.last_mut() {
            *last |= 0x80;
        }
        bytes.push(0);
    }
    bytes
}

/// A change's body, field by field.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    pub deps: Vec<[u8; 32]>,
    pub actor: Vec<u8>,
    pub seq: u64,
    pub start_op: u64,
    pub others: Vec<Vec<u8>>,
    pub columns: Vec<(u64, Vec<u8>)>,
}

impl Body {
    /// The bytes; time and message are empty.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let prefixed = |bytes: &[u8]| [&unsigned(bytes.len() as u64), bytes].concat();
        let mut body = unsigned(self.deps.len() as u64);
        self.deps.iter().for_each(|dep| body.extend(dep));
        body.extend(prefixed(&self.actor));
        body.extend([unsigned(self.seq), unsigned(self.start_op), vec![0], vec![0]].concat());
        body.extend(unsigned(self.others.len() as u64));
        self.others.iter().for_each(|other| body.extend(prefixed(other)));
        body.extend(unsigned(self.columns.len() as u64));
        let named = self.columns.iter().flat_map(|(spec, data)| [*spec, data.len() as u64]);
        body.extend(named.flat_map(unsigned));
        self.columns.iter().for_each(|(_, data)| body.extend(data));
        body
    }
}
