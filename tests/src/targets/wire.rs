//! Owns the messages under fire: what a server reads of a phone, and a phone of whoever answers.

use minicbor::{Decode, Encode};
use server::services::sync::is_within_limits;
use std::fmt::Debug;
use sync_core::transport::inflate::Inflater;
use sync_core::wire::{EnrollRequest, ErrorBody, Frame, FrameReader, SyncRequest, TokenResponse};

/// What bytes of an answer may inflate to here.
const LIMIT: usize = 1 << 20;

/// What is read is written and read as the same again; an answer says the same however it is cut.
pub(super) fn wire(bytes: &[u8]) {
    if let Some(request) = read_again::<SyncRequest>(bytes) {
        is_within_limits(&request);
    }
    read_again::<Frame>(bytes);
    let size = bytes.first().map_or(1, |first| usize::from(*first) + 1);
    assert_eq!(frames(bytes, size), frames(bytes, usize::MAX));
    assert_eq!(inflated(bytes, size), inflated(bytes, usize::MAX));
    drop(serde_json::from_slice::<EnrollRequest>(bytes));
    drop(serde_json::from_slice::<TokenResponse>(bytes));
    drop(serde_json::from_slice::<ErrorBody>(bytes));
}

fn read_again<T>(bytes: &[u8]) -> Option<T>
where
    T: for<'b> Decode<'b, ()> + Encode<()> + PartialEq + Debug,
{
    let message: T = minicbor::decode(bytes).ok()?;
    let written = minicbor::to_vec(&message).ok();
    let again = written.as_deref().and_then(|written| minicbor::decode(written).ok());
    assert_eq!(again.as_ref(), Some(&message));
    Some(message)
}

/// The frames in an answer that arrives in pieces of this size, and whether it ends well.
fn frames(bytes: &[u8], size: usize) -> (Vec<Frame>, bool) {
    let (mut reader, mut frames) = (FrameReader::default(), Vec::new());
    for piece in bytes.chunks(size) {
        reader.push(piece);
        loop {
            match reader.next_frame() {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => break,
                Err(_) => return (frames, false),
            }
        }
    }
    (frames, reader.waiting() == 0)
}

/// What a compressed answer inflates to; none if it ends badly.
fn inflated(bytes: &[u8], size: usize) -> Option<Vec<u8>> {
    let (mut inflater, mut whole) = (Inflater::zstd(LIMIT).ok()?, Vec::new());
    for piece in bytes.chunks(size) {
        inflater.push(piece, |plain| whole.extend_from_slice(plain)).ok()?;
        assert!(whole.len() <= LIMIT);
    }
    inflater.finish().ok().map(|()| whole)
}
