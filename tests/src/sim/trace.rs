//! Owns the trace of a history: a hash over everything that happened, and, when asked for, the words themselves.

use super::clock::WorldClock;
use std::fmt::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// A history with more events than this runs in circles.
const MOST_EVENTS: u64 = 100_000;
/// How the panic begins that ends such a history.
pub const IN_CIRCLES: &str = "in circles: ";

/// Whether the words of a trace are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Only the hash.
    Hash,
    /// Each event as a line.
    Lines,
}

/// What happened, in order. A clone writes on in the same trace.
#[derive(Debug, Clone)]
pub struct Trace {
    clock: WorldClock,
    written: Arc<Mutex<Written>>,
}

#[derive(Debug)]
struct Written {
    hash: Fnv,
    events: u64,
    lines: Option<Vec<String>>,
}

/// FNV-1a over 64 bits: enough to tell two histories apart, and nothing to set up.
#[derive(Debug, Clone, Copy)]
pub struct Fnv(u64);

impl Fnv {
    /// The hash of nothing.
    pub const fn new() -> Self {
        Self(FNV_OFFSET)
    }

    /// The hash of these bytes.
    pub fn of(bytes: &[u8]) -> u64 {
        let mut hash = Self::new();
        hash.add(bytes);
        hash.0
    }

    /// Takes in further bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(FNV_PRIME);
        }
    }
}

impl Default for Fnv {
    fn default() -> Self {
        Self::new()
    }
}

impl Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.add(text.as_bytes());
        Ok(())
    }
}

impl Trace {
    /// An empty trace.
    pub fn new(clock: WorldClock, keep: Keep) -> Self {
        let lines = (keep == Keep::Lines).then(Vec::new);
        let written = Written { hash: Fnv::new(), events: 0, lines };
        Self { clock, written: Arc::new(Mutex::new(written)) }
    }

    /// Writes down an event.
    ///
    /// # Panics
    /// When there are too many: nothing else ends tasks that go round and round.
    pub fn say(&self, event: fmt::Arguments<'_>) {
        let at = self.clock.elapsed_ms();
        let mut written = self.lock();
        written.events += 1;
        assert!(written.events <= MOST_EVENTS, "{IN_CIRCLES}{event}");
        // Hashing cannot fail.
        let _ = writeln!(written.hash, "{at} {event}");
        if let Some(lines) = &mut written.lines {
            lines.push(format!("{:>12}  {event}", Seconds(at)));
        }
    }

    /// The hash of everything so far.
    pub fn hash(&self) -> u64 {
        self.lock().hash.0
    }

    /// How many events there were.
    pub fn events(&self) -> u64 {
        self.lock().events
    }

    /// The events as lines; none unless they were kept.
    pub fn lines(&self) -> Vec<String> {
        self.lock().lines.clone().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Seconds(i64);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:03}", self.0 / 1000, self.0 % 1000);
        f.pad(&text)
    }
}
