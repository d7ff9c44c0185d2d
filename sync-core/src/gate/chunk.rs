//! Owns stage 1, the reading of a chunk's frame: bounded, without the library.

use super::Refusal;
use super::reader::Reader;
use crate::ids::ChangeHash;
use crate::wire::{ErrorCode, MAX_CHANGE_BYTES, Retry};
use sha2::{Digest, Sha256};
use std::io::Read;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHANGE: u8 = 1;
const COMPRESSED_CHANGE: u8 = 2;

/// A change chunk whose frame is right: type 1, exact length, checksum. What is inside is not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The hash of the change.
    pub hash: ChangeHash,
    /// The chunk, uncompressed.
    pub bytes: Vec<u8>,
}

impl Chunk {
    /// What the frame holds.
    pub fn body(&self) -> &[u8] {
        let behind_kind = &self.bytes[MAGIC.len() + 4 + 1..];
        let digits = behind_kind.iter().take_while(|byte| **byte & 0x80 != 0).count();
        &behind_kind[digits + 1..]
    }
}

/// Reads the frame of a change chunk; a compressed one is inflated under our limit and wrapped again.
pub fn read(bytes: &[u8]) -> Result<Chunk, Refusal> {
    unwrap(bytes).ok_or_else(|| Refusal {
        hash: ChangeHash::from_bytes(Sha256::digest(bytes).into()),
        code: ErrorCode::ChangeMalformed,
        retry: Retry::Never,
    })
}

fn unwrap(bytes: &[u8]) -> Option<Chunk> {
    if bytes.len() > MAX_CHANGE_BYTES {
        return None;
    }
    let rest = bytes.strip_prefix(&MAGIC)?;
    let (checksum, rest) = rest.split_first_chunk::<4>()?;
    let (&kind, rest) = rest.split_first()?;
    let mut reader = Reader::new(rest);
    let body = reader.prefixed().filter(|_| reader.is_empty())?;
    let chunk = match kind {
        CHANGE => wrap(body),
        COMPRESSED_CHANGE => wrap(&inflate(body)?),
        _ => return None,
    };
    (chunk.hash.as_bytes()[..4] == *checksum).then_some(chunk)
}

/// The chunk with this body; its checksum is the beginning of its hash.
fn wrap(body: &[u8]) -> Chunk {
    let mut tail = vec![CHANGE];
    push_leb128(&mut tail, body.len() as u64);
    tail.extend_from_slice(body);
    let hash: [u8; 32] = Sha256::digest(&tail).into();
    let bytes = [&MAGIC, &hash[..4], &tail].concat();
    Chunk { hash: ChangeHash::from_bytes(hash), bytes }
}

/// At most what a change may have: a kilobyte can hold a megabyte.
fn inflate(body: &[u8]) -> Option<Vec<u8>> {
    let mut inflated = Vec::new();
    let limit = MAX_CHANGE_BYTES as u64 + 1;
    flate2::bufread::DeflateDecoder::new(body).take(limit).read_to_end(&mut inflated).ok()?;
    (inflated.len() <= MAX_CHANGE_BYTES).then_some(inflated)
}

fn push_leb128(to: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        to.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    to.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;
    use automerge::transaction::Transactable;
    use automerge::{AutoCommit, ROOT};

    fn change(text: &str) -> automerge::Change {
        let mut doc = AutoCommit::new();
        doc.put(ROOT, "note", text).unwrap();
        doc.get_last_local_change().unwrap()
    }

    #[test]
    fn a_compressed_change_becomes_the_same_as_the_plain_one() {
        let mut change = change(&"long enough to be worth it ".repeat(40));
        let plain = change.raw_bytes().to_vec();
        let compressed = change.bytes().to_vec();
        assert_eq!(compressed[8], COMPRESSED_CHANGE);

        let from_compressed = read(&compressed).unwrap();

        assert_eq!(from_compressed, read(&plain).unwrap());
        assert_eq!(from_compressed.bytes, plain);
        assert_eq!(from_compressed.hash.as_bytes(), &change.hash().0);
    }

    #[test]
    fn a_frame_that_is_wrong_anywhere_is_refused_under_the_hash_of_its_bytes() {
        let good = change("hello").raw_bytes().to_vec();
        let mut cases =
            vec![vec![], b"x".to_vec(), good[..good.len() - 1].to_vec(), [&good[..], &[0]].concat()];
        for (at, value) in [(0, 0), (4, good[4] ^ 1), (8, 0), (8, 3), (9, good[9] ^ 0x80), (12, good[12] ^ 1)]
        {
            let mut wrong = good.clone();
            wrong[at] = value;
            cases.push(wrong);
        }
        let mut long_length = good.clone();
        long_length.splice(9..10, [good[9] | 0x80, 0]);
        cases.push(long_length);

        for wrong in cases {
            let refusal = read(&wrong).unwrap_err();
            assert_eq!(refusal.code, ErrorCode::ChangeMalformed, "{}", hex::encode(&wrong));
            assert_eq!(refusal.hash.as_bytes(), &<[u8; 32]>::from(Sha256::digest(&wrong)));
        }
    }

    #[test]
    fn a_kilobyte_that_inflates_to_megabytes_is_refused() {
        use std::io::Write;
        let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        deflate.write_all(&vec![0; 2 * MAX_CHANGE_BYTES]).unwrap();
        let body = deflate.finish().unwrap();
        let mut bomb = [&MAGIC[..], &[0; 4], &[COMPRESSED_CHANGE]].concat();
        push_leb128(&mut bomb, body.len() as u64);
        bomb.extend(&body);

        assert!(bomb.len() < 4096);
        assert_eq!(read(&bomb).unwrap_err().code, ErrorCode::ChangeMalformed);
        assert_eq!(inflate(&body), None);
    }
}
