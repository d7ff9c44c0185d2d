//! Owns the clock of a story: it runs as the system's does, and a chapter can set it. Server and phones share it.

use crate::clock::Clock;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use sync_core::time::Timestamp;

/// A clock that can be set.
#[derive(Debug, Clone)]
pub struct StoryClock {
    system: Clock,
    ahead_ms: Arc<AtomicI64>,
}

impl StoryClock {
    /// A clock that shows this now.
    pub fn showing(at: Timestamp) -> Self {
        let clock = Self { system: Clock::system(), ahead_ms: Arc::default() };
        clock.set(at);
        clock
    }

    /// Sets it.
    pub fn set(&self, at: Timestamp) {
        self.ahead_ms.store(at.ms_since(self.system.now()), Ordering::SeqCst);
    }

    /// What it shows.
    pub fn now(&self) -> Timestamp {
        self.system.now().plus_ms(self.ahead_ms.load(Ordering::SeqCst))
    }

    /// What server and phones look at.
    pub fn clock(&self) -> Clock {
        let clock = self.clone();
        Clock::from_fn(move || clock.now())
    }
}
