//! Owns compression on the client's side: what leaves, and what arrives piece by piece within limits.

use std::io;
use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation, OutBuffer};

/// The largest window that a sender may make us keep, as a power of two: 4 MiB.
pub const WINDOW_LOG_MAX: u32 = 22;
/// Fast enough for a phone; higher levels gain little on changes that are compressed already.
const LEVEL: i32 = 3;
/// How much is inflated at a time.
const STEP_BYTES: usize = 64 << 10;

/// Why bytes were not inflated.
#[derive(Debug, thiserror::Error)]
pub enum InflateError {
    /// They inflate to more than was allowed.
    #[error("more than {limit} bytes after decompression")]
    TooLarge {
        /// What was allowed.
        limit: usize,
    },
    /// They are no zstd, or ask for too large a window.
    #[error("the compressed bytes cannot be read")]
    Malformed(#[source] io::Error),
    /// They end in the middle.
    #[error("the compressed bytes end too early")]
    Truncated,
}

/// Compresses the body of a request.
pub fn compress(bytes: &[u8]) -> io::Result<Vec<u8>> {
    zstd::bulk::compress(bytes, LEVEL)
}

/// Inflates what arrives in pieces of any size. Gives out everything that a piece completes, so that what
/// the sender has flushed can be used at once.
pub struct Inflater {
    /// None when the bytes are sent as they are.
    decoder: Option<Decoder<'static>>,
    limit: usize,
    produced: usize,
    is_complete: bool,
}

impl Inflater {
    /// For bytes that are sent as they are.
    pub fn identity(limit: usize) -> Self {
        Self { decoder: None, limit, produced: 0, is_complete: true }
    }

    /// For zstd.
    pub fn zstd(limit: usize) -> Result<Self, InflateError> {
        let mut decoder = Decoder::new().map_err(InflateError::Malformed)?;
        decoder.set_parameter(DParameter::WindowLogMax(WINDOW_LOG_MAX)).map_err(InflateError::Malformed)?;
        Ok(Self { decoder: Some(decoder), limit, produced: 0, is_complete: true })
    }

    /// Takes the next piece and gives what it inflates to, in pieces.
    pub fn push(&mut self, piece: &[u8], mut give: impl FnMut(&[u8])) -> Result<(), InflateError> {
        let Some(mut decoder) = self.decoder.take() else {
            self.count(piece.len())?;
            give(piece);
            return Ok(());
        };
        let outcome = self.inflate(&mut decoder, piece, &mut give);
        self.decoder = Some(decoder);
        outcome
    }

    /// Checks, at the end, that nothing is missing.
    pub fn finish(&self) -> Result<(), InflateError> {
        if self.is_complete { Ok(()) } else { Err(InflateError::Truncated) }
    }

    fn inflate(
        &mut self,
        decoder: &mut Decoder<'static>,
        piece: &[u8],
        give: &mut impl FnMut(&[u8]),
    ) -> Result<(), InflateError> {
        let mut input = InBuffer::around(piece);
        let mut step = vec![0; STEP_BYTES];
        loop {
            let had_input = input.pos() < piece.len();
            let mut output = OutBuffer::around(step.as_mut_slice());
            let wanted = decoder.run(&mut input, &mut output).map_err(InflateError::Malformed)?;
            let written = output.pos();
            // Zero is also what a decoder says that has nothing to do.
            if had_input || written > 0 {
                self.is_complete = wanted == 0;
            }
            self.count(written)?;
            give(&step[..written]);
            if input.pos() == piece.len() && written < STEP_BYTES {
                return Ok(());
            }
        }
    }

    fn count(&mut self, bytes: usize) -> Result<(), InflateError> {
        self.produced = self.produced.saturating_add(bytes);
        if self.produced > self.limit { Err(InflateError::TooLarge { limit: self.limit }) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn inflate(pieces: &[&[u8]], limit: usize) -> Result<Vec<u8>, InflateError> {
        let mut inflater = Inflater::zstd(limit)?;
        let mut whole = Vec::new();
        for piece in pieces {
            inflater.push(piece, |bytes| whole.extend_from_slice(bytes))?;
        }
        inflater.finish().map(|()| whole)
    }

    fn noise(len: usize) -> Vec<u8> {
        (0..len).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
    }

    #[test]
    fn what_was_flushed_is_there_before_the_rest_arrives() {
        let mut encoder = zstd::stream::Encoder::new(Vec::new(), 3).unwrap();
        encoder.write_all(b"first group").unwrap();
        encoder.flush().unwrap();
        let first = encoder.get_ref().clone();
        encoder.write_all(b"second group").unwrap();
        let rest = encoder.finish().unwrap().split_off(first.len());

        let (mut inflater, mut arrived) = (Inflater::zstd(1_000).unwrap(), Vec::new());
        inflater.push(&first, |bytes| arrived.extend_from_slice(bytes)).unwrap();
        assert_eq!(arrived, b"first group");
        assert!(matches!(inflater.finish(), Err(InflateError::Truncated)));
        inflater.push(&rest, |bytes| arrived.extend_from_slice(bytes)).unwrap();
        assert_eq!(arrived, b"first groupsecond group");
        inflater.finish().unwrap();
    }

    #[test]
    fn bytes_survive_however_they_are_cut() {
        for len in [0, 1, STEP_BYTES - 1, STEP_BYTES, STEP_BYTES + 1, 5 * STEP_BYTES] {
            let (plain, packed) = (noise(len), compress(&noise(len)).unwrap());
            for size in [1, 7, 4_096, usize::MAX] {
                let pieces: Vec<&[u8]> = packed.chunks(size.min(packed.len())).collect();
                assert!(inflate(&pieces, len).unwrap() == plain, "{len} bytes in pieces of {size}");
            }
        }
    }

    #[test]
    fn two_compressed_parts_in_a_row_are_one_stream() {
        let (a, b) = (compress(b"one").unwrap(), compress(b"two").unwrap());
        assert_eq!(inflate(&[&[a, b].concat()], 6).unwrap(), b"onetwo");
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = compress(&vec![0; 64 << 20]).unwrap();
        assert!(bomb.len() < 10_000);
        let (mut inflater, mut given) = (Inflater::zstd(1 << 20).unwrap(), 0);
        let outcome = inflater.push(&bomb, |bytes| given += bytes.len());
        assert!(matches!(outcome, Err(InflateError::TooLarge { limit }) if limit == 1 << 20));
        assert!(given <= 1 << 20);
    }

    #[test]
    fn a_window_that_would_fill_the_memory_is_refused() {
        let mut encoder = zstd::stream::Encoder::new(Vec::new(), 3).unwrap();
        encoder.window_log(WINDOW_LOG_MAX + 3).unwrap();
        encoder.write_all(&noise(64)).unwrap();
        let packed = encoder.finish().unwrap();
        assert!(matches!(inflate(&[&packed], 1 << 20), Err(InflateError::Malformed(_))));
    }

    #[test]
    fn other_bytes_are_refused() {
        assert!(matches!(inflate(&[b"<html>login</html>"], 1_000), Err(InflateError::Malformed(_))));
    }
}
