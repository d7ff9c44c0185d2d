//! Owns the answer to a sync: frames out of compressed bytes, one by one as they arrive.

use super::inflate::{InflateError, Inflater};
use super::{Body, Reply, TransportError};
use crate::wire::{Frame, FrameReader};

/// How much longer than asked an answer may be: the server asks itself after each document, and one change
/// may be large.
pub const SLACK_BYTES: usize = 4 << 20;
/// The longest frame: the longest change, and what goes with it.
pub const MAX_FRAME_BYTES: usize = 2 << 20;

/// An answer that is not what the protocol allows.
#[derive(Debug, thiserror::Error)]
enum BadAnswer {
    #[error("a frame of more than {MAX_FRAME_BYTES} bytes")]
    FrameTooLong,
    #[error("the content encoding is neither zstd nor none")]
    Encoding,
}

/// A frame, and how long it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrived {
    /// The frame.
    pub frame: Frame,
    /// Its length, before compression.
    pub size_bytes: usize,
}

/// The answer to a sync. Dropping it drops the transfer.
pub struct Answer {
    body: Box<dyn Body>,
    inflater: Inflater,
    reader: FrameReader,
}

impl Answer {
    /// An answer that may be about this long when inflated.
    pub(super) fn new(reply: Reply, max_response_bytes: usize) -> Result<Self, TransportError> {
        let limit = max_response_bytes.saturating_add(SLACK_BYTES);
        let inflater = match reply.header("content-encoding").map(str::to_ascii_lowercase).as_deref() {
            None | Some("identity") => Inflater::identity(limit),
            Some("zstd") => Inflater::zstd(limit).map_err(TransportError::malformed)?,
            Some(_) => return Err(TransportError::malformed(BadAnswer::Encoding)),
        };
        Ok(Self { body: reply.body, inflater, reader: FrameReader::default() })
    }

    /// The next frame; none when the answer has ended as it should.
    pub async fn next(&mut self) -> Result<Option<Arrived>, TransportError> {
        loop {
            if let Some(arrived) = self.next_whole()? {
                return Ok(Some(arrived));
            }
            let Some(piece) = self.body.next().await? else { return self.finish() };
            let reader = &mut self.reader;
            self.inflater.push(&piece, |bytes| reader.push(bytes)).map_err(TransportError::malformed)?;
        }
    }

    fn next_whole(&mut self) -> Result<Option<Arrived>, TransportError> {
        let waiting = self.reader.waiting();
        let frame = self.reader.next_frame().map_err(TransportError::malformed)?;
        if frame.is_none() && waiting > MAX_FRAME_BYTES {
            return Err(TransportError::malformed(BadAnswer::FrameTooLong));
        }
        let size_bytes = waiting - self.reader.waiting();
        Ok(frame.map(|frame| Arrived { frame, size_bytes }))
    }

    fn finish(&self) -> Result<Option<Arrived>, TransportError> {
        let cut = |error: InflateError| TransportError::Interrupted(Some(Box::new(error)));
        self.inflater.finish().map_err(cut)?;
        if self.reader.waiting() > 0 {
            return Err(TransportError::Interrupted(None));
        }
        Ok(None)
    }
}
