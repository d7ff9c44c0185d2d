//! Owns stages 1 and 2 under fire: any bytes, as a chunk and as what is inside one.

use crate::hostile::chunk::{CHANGE, COMPRESSED, framed};
use automerge::Change;
use std::panic::catch_unwind;
use sync_core::gate;
use sync_core::gate::chunk::{self, Chunk};
use sync_core::gate::precheck::{
    MAX_DEPENDENCIES, MAX_MESSAGE_BYTES, MAX_NUMBER, MAX_OPERATIONS, MAX_OTHER_ACTORS, check,
};
use sync_core::wire::MAX_CHANGE_BYTES;

/// Stage 1 ends, and what it lets through is bounded, so that the library ends too.
pub(super) fn precheck(bytes: &[u8]) {
    drop(chunk::read(bytes));
    // Whatever it inflates to, the checksum is another one.
    assert!(chunk::read(&framed(COMPRESSED, bytes)).is_err());
    let Some(chunk) = inside(bytes) else { return };
    if check(chunk.body()).is_err() {
        return;
    }
    let Ok(Ok(change)) = catch_unwind(|| Change::from_bytes(chunk.bytes.clone())) else { return };
    assert_eq!(change.hash().0, *chunk.hash.as_bytes());
    assert_eq!(change.actor_id().to_bytes().len(), 16);
    assert!(change.len() as u64 <= MAX_OPERATIONS);
    assert!(change.start_op().get() + change.len() as u64 <= MAX_NUMBER);
    assert!((1..MAX_NUMBER).contains(&change.seq()));
    assert!(change.deps().len() as u64 <= MAX_DEPENDENCIES);
    assert!(change.other_actor_ids().len() as u64 <= MAX_OTHER_ACTORS);
    assert!(change.message().is_none_or(|message| message.len() <= MAX_MESSAGE_BYTES));
}

/// The chunk with this inside, which has a frame that is right; none if it is too large.
fn inside(body: &[u8]) -> Option<Chunk> {
    let framed = framed(CHANGE, body);
    let chunk = chunk::read(&framed).ok();
    assert_eq!(chunk.is_some(), framed.len() <= MAX_CHANGE_BYTES);
    assert!(chunk.as_ref().is_none_or(|chunk| chunk.bytes == framed && chunk.body() == body));
    chunk
}

/// Stage 2 ends, and what it lets through is the one form of what it says.
pub(super) fn canonical(bytes: &[u8]) {
    drop(gate::read(bytes));
    let framed = framed(CHANGE, bytes);
    let Ok(sound) = gate::read(&framed) else { return };
    assert_eq!(sound.bytes, framed);
    let mut change = Change::from_bytes(framed).unwrap_or_else(|error| panic!("it was read before: {error}"));
    assert_eq!(Change::from(change.decode()).raw_bytes(), sound.bytes);
    assert_eq!(change.hash().0, *sound.hash.as_bytes());
    assert_eq!((change.seq(), change.start_op().get()), (sound.seq, sound.start_op));
    assert_eq!(sound.max_op + 1, sound.start_op + change.len() as u64);
    let compressed = change.bytes().into_owned();
    assert_eq!(gate::read(&compressed).as_ref(), Ok(&sound), "the compressed form is the same change");
}
