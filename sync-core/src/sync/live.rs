//! Owns when the live stream of pokes is open. The stream only speeds things up: a sync follows each time
//! it opens, since news may have come while it was closed, and each time it cannot be opened, since only
//! an exchange can tell why (a revoked device learns it there).

use super::backoff::{Backoff, FLOOR_MS};
use super::{Effect, StreamId};
use crate::time::Timestamp;
use rand::{Rng, RngExt};

/// The longest wait before a stream that ended is opened again: a server that restarts closes thousands
/// at once, and they should not come back in one second.
pub const REOPEN_MS: i64 = 10_000;

/// Whether to listen for pokes at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LivePolicy {
    /// Keep a stream open while awake and online.
    Follow,
    /// Never: a background task, a tool.
    Ignore,
}

/// The live stream.
#[derive(Debug)]
pub(super) struct Live {
    policy: LivePolicy,
    stream: Option<StreamId>,
    opened: bool,
    count: u64,
    backoff: Backoff,
}

impl Live {
    pub fn new(policy: LivePolicy) -> Self {
        Self { policy, stream: None, opened: false, count: 0, backoff: Backoff::default() }
    }

    /// Whether this is the stream that is wanted now.
    pub fn is_current(&self, stream: StreamId) -> bool {
        self.stream == Some(stream)
    }

    /// When to open one, if it should be and is not.
    pub fn due(&self, now: Timestamp) -> Option<Timestamp> {
        let wanted = self.policy == LivePolicy::Follow && self.stream.is_none();
        wanted.then(|| self.backoff.until().unwrap_or(now))
    }

    /// Opens a stream.
    pub fn open(&mut self, server_offset_ms: i64, out: &mut Vec<Effect>) {
        self.count += 1;
        let stream = StreamId(self.count);
        self.stream = Some(stream);
        self.opened = false;
        out.push(Effect::Listen { stream, server_offset_ms });
    }

    /// The server tells news from here on.
    pub fn opened(&mut self) {
        self.opened = true;
        self.backoff.succeeded();
    }

    /// Whether the server tells news now.
    pub fn is_open(&self) -> bool {
        self.stream.is_some() && self.opened
    }

    /// The stream is gone.
    pub fn ended(&mut self, now: Timestamp, retry_after_ms: Option<u64>, rng: &mut impl Rng) {
        self.stream = None;
        if self.opened {
            let wait = rng.random_range(FLOOR_MS..=REOPEN_MS);
            self.backoff.pause(now, wait, rng);
        } else {
            self.backoff.failed(now, rng);
        }
        if let Some(ms) = retry_after_ms {
            self.backoff.impose(now, ms, rng);
        }
    }

    /// Closes the stream: nobody is there to hear it.
    pub fn close(&mut self, out: &mut Vec<Effect>) {
        if let Some(stream) = self.stream.take() {
            out.push(Effect::Unlisten { stream });
        }
    }

    /// The network is another one: what was waited for is no longer the same.
    pub fn cut_short(&mut self) {
        self.backoff.cut_short();
    }
}
