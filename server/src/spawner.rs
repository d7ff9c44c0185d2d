//! Owns background tasks: who is running, and how they are told to stop. Nothing runs that shutdown does not wait for.

use std::future::Future;
use std::panic::resume_unwind;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

/// How long tasks that are cut off may take until they are gone. Each ends where it waits next.
const CUTTING: Duration = Duration::from_secs(1);

/// Starts tasks and stops them again.
#[derive(Debug, Clone, Default)]
pub struct Spawner {
    tasks: TaskTracker,
    stop: CancellationToken,
    cut: CancellationToken,
}

impl Spawner {
    /// Starts a task, which is to end soon after [`Spawner::stopping`] says so.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(self.cut.clone().run_until_cancelled_owned(task));
    }

    /// Does work that goes on when whoever waits here leaves, for so long at most. None if it was cut off: its time was
    /// over, or the server's. A panic of the work is a panic here.
    pub async fn carry_through<T: Send + 'static>(
        &self,
        at_most: Duration,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let work = tokio::time::timeout(at_most, work).in_current_span();
        match self.tasks.spawn(self.cut.clone().run_until_cancelled_owned(work)).await {
            Ok(done) => done?.ok(),
            Err(ended) => ended.try_into_panic().map_or(None, |panic| resume_unwind(panic)),
        }
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

    /// Waits until all have ended, but not for ever: the others are cut off then. Tells how many.
    pub async fn join(&self, at_most: Duration) -> usize {
        self.tasks.close();
        if tokio::time::timeout(at_most, self.tasks.wait()).await.is_ok() {
            return 0;
        }
        let late = self.tasks.len();
        self.cut.cancel();
        tokio::time::timeout(CUTTING, self.tasks.wait()).await.ok();
        late
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use std::panic::AssertUnwindSafe;
    use std::pin::pin;
    use tokio::sync::oneshot;

    const SOON: Duration = Duration::from_secs(10);

    #[tokio::test]
    async fn work_goes_on_when_whoever_waited_for_it_has_left() {
        let spawner = Spawner::default();
        let ((begin, begins), (go, goes), (end, ends)) =
            (oneshot::channel(), oneshot::channel(), oneshot::channel());
        let work = async move {
            begin.send(()).unwrap();
            goes.await.unwrap();
            end.send("done").unwrap();
        };

        tokio::select! {
            _ = spawner.carry_through(SOON, work) => panic!("it waits for its word"),
            begun = begins => begun.unwrap(),
        }
        go.send(()).unwrap();

        assert_eq!(spawner.join(SOON).await, 0);
        assert_eq!(ends.await, Ok("done"));
    }

    #[tokio::test]
    async fn a_panic_of_the_work_reaches_whoever_waits_for_it() {
        let spawner = Spawner::default();
        let work = spawner.carry_through(SOON, async { panic!("of the work") });

        let panic = AssertUnwindSafe(work).catch_unwind().await.map(|_: Option<()>| ()).unwrap_err();

        assert_eq!(panic.downcast_ref(), Some(&"of the work"));
    }

    #[tokio::test(start_paused = true)]
    async fn work_has_no_more_than_its_time() {
        let (held, dropped) = oneshot::channel::<()>();
        let endless = async move {
            std::future::pending::<()>().await;
            drop(held);
        };

        let spawner = Spawner::default();
        let work = tokio::time::timeout(2 * SOON, spawner.carry_through(SOON, endless));
        assert_eq!(work.await, Ok(None));
        assert!(dropped.await.is_err(), "nothing of it is left");
    }

    #[tokio::test(start_paused = true)]
    async fn what_has_not_ended_when_the_server_has_waited_is_cut_off() {
        let spawner = Spawner::default();
        let (held, dropped) = oneshot::channel::<()>();
        spawner.spawn(async move {
            std::future::pending::<()>().await;
            drop(held);
        });
        let mut work = pin!(spawner.carry_through(Duration::MAX, std::future::pending::<()>()));
        assert_eq!(work.as_mut().now_or_never(), None);

        assert_eq!(spawner.join(SOON).await, 2);

        assert_eq!(work.now_or_never(), Some(None));
        assert!(dropped.await.is_err(), "nothing of it is left");
    }
}
