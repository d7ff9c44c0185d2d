//! Owns background tasks: who is running, and how they are told to stop. Nothing runs that shutdown does not wait for.

use std::future::Future;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Starts tasks and stops them again.
#[derive(Debug, Clone, Default)]
pub struct Spawner {
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Spawner {
    /// Starts a task, which is to end soon after [`Spawner::stopping`] says so.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }

    /// Ends when it is time to stop.
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Whether it is time to stop.
    pub fn is_stopping(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Tells every task to stop.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Waits until all have ended, but not for ever. Tells how many have not.
    pub async fn join(&self, at_most: Duration) -> usize {
        self.tasks.close();
        match tokio::time::timeout(at_most, self.tasks.wait()).await {
            Ok(()) => 0,
            Err(_) => self.tasks.len(),
        }
    }
}
