//! Owns the bound on what processes do: whoever works on and on while no time passes runs in circles.

use super::clock::WorldClock;
use super::failure::{Failure, FailureKind};
use super::watch::Watch;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// Nobody is woken so often in one millisecond for a good reason.
const MOST_WAKES_AT_ONCE: u32 = 20_000;

/// Counts how often somebody is woken. A clone counts on.
#[derive(Clone)]
pub struct Effort {
    clock: WorldClock,
    watch: Watch,
    count: Arc<Mutex<(i64, u32)>>,
}

impl Effort {
    /// Counts by this clock; whoever runs in circles is reported.
    pub fn new(clock: WorldClock, watch: Watch) -> Self {
        Self { clock, watch, count: Arc::new(Mutex::new((-1, 0))) }
    }

    /// The same work, that stands still once it runs in circles.
    pub fn bound<F: Future<Output = ()> + Send + 'static>(&self, name: String, work: F) -> Bound {
        Bound { name, effort: self.clone(), work: Box::pin(work), has_stopped: false }
    }

    /// Who is told of whoever runs in circles.
    pub fn watch(&self) -> Watch {
        self.watch.clone()
    }

    fn is_too_much(&self) -> bool {
        let now = self.clock.elapsed_ms();
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        *count = if count.0 == now { (now, count.1 + 1) } else { (now, 1) };
        count.1 > MOST_WAKES_AT_ONCE
    }
}

/// Work with a bound.
pub struct Bound {
    name: String,
    effort: Effort,
    work: Pin<Box<dyn Future<Output = ()> + Send>>,
    has_stopped: bool,
}

impl Future for Bound {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.has_stopped {
            return Poll::Pending;
        }
        if self.effort.is_too_much() {
            self.has_stopped = true;
            let what = format!("{} runs in circles", self.name);
            self.effort.watch.report(Failure::new(FailureKind::Stuck, what));
            return Poll::Pending;
        }
        self.work.as_mut().poll(context)
    }
}
