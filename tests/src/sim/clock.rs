//! Owns the time of a history: it begins at a fixed moment and moves only when everybody waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use sync_core::replica::PhoneClock;
use sync_core::time::Timestamp;
use tokio::time::Instant;

/// A Saturday in March 2026.
const BEGIN: Timestamp = Timestamp(1_774_080_000_000);

/// The right time. The database has it.
#[derive(Debug, Clone, Copy)]
pub struct WorldClock {
    began: Instant,
}

impl WorldClock {
    /// Begins now.
    pub fn begin() -> Self {
        Self { began: Instant::now() }
    }

    /// The right time.
    pub fn now(&self) -> Timestamp {
        BEGIN.plus_ms(self.elapsed_ms())
    }

    /// Milliseconds since the beginning.
    pub fn elapsed_ms(&self) -> i64 {
        i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX)
    }
}

/// A phone's clock: the right time, and what it is off by.
#[derive(Debug, Clone)]
pub struct WrongClock {
    world: WorldClock,
    off_by_ms: Arc<AtomicI64>,
}

impl WrongClock {
    /// A clock that is off by so much.
    pub fn new(world: WorldClock, off_by_ms: i64) -> Self {
        Self { world, off_by_ms: Arc::new(AtomicI64::new(off_by_ms)) }
    }

    /// Somebody sets it; backwards when negative.
    pub fn jump(&self, by_ms: i64) {
        self.off_by_ms.fetch_add(by_ms, Ordering::SeqCst);
    }

    /// What it is off by.
    pub fn off_by_ms(&self) -> i64 {
        self.off_by_ms.load(Ordering::SeqCst)
    }

    /// What it shows.
    pub fn now(&self) -> Timestamp {
        self.world.now().plus_ms(self.off_by_ms())
    }

    /// As a replica takes it.
    pub fn as_phone_clock(&self) -> PhoneClock {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}
