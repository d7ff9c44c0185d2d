//! Owns what the phone's system gives: time, randomness, and threads for what goes on in the background. Nothing else here
//! asks for them.

use crate::error::ClientError;
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use sync_core::time::Timestamp;
use tokio::runtime::Runtime;
use tokio::task::AbortHandle;

/// How often to look whether what is waited for has come.
const POLL: Duration = Duration::from_millis(2);

/// The phone's clock.
#[expect(clippy::disallowed_methods, reason = "this is where time comes in")]
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Fresh randomness that can move between threads.
#[expect(clippy::disallowed_methods, reason = "this is where randomness comes in")]
pub(crate) fn rng() -> StdRng {
    StdRng::from_rng(&mut rand::rng())
}

static LIVE: AtomicU32 = AtomicU32::new(0);

/// How many objects of this library the app holds: clients, observations, tokens, cursors, keys, answers that
/// are under way. For a test that looks
/// whether an app lets go of what it does not need any more.
#[uniffi::export]
pub fn live_objects() -> u32 {
    LIVE.load(Ordering::SeqCst)
}

/// Part of each object that is handed to the app; counted for as long as it lives.
pub(crate) struct Counted(());

impl Default for Counted {
    fn default() -> Self {
        LIVE.fetch_add(1, Ordering::SeqCst);
        Self(())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A moment until which something is waited for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    #[expect(clippy::disallowed_methods, reason = "this is where time comes in")]
    pub(crate) fn in_ms(ms: u64) -> Self {
        Self(Instant::now().checked_add(Duration::from_millis(ms)))
    }

    #[expect(clippy::disallowed_methods, reason = "this is where time comes in")]
    fn is_over(self) -> bool {
        self.0.is_some_and(|at| Instant::now() >= at)
    }

    /// Asks again and again; none when the time was up first.
    pub(crate) fn wait<T>(self, mut probe: impl FnMut() -> Option<T>) -> Option<T> {
        loop {
            match probe() {
                Some(found) => return Some(found),
                None if self.is_over() => return None,
                None => std::thread::sleep(POLL),
            }
        }
    }
}

/// One for the whole process: two threads that sync, whoever calls.
pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(2).thread_name("floorwalk").enable_all();
        builder.build().expect("starts: without threads no app runs")
    })
}

/// Lets work go on on our own threads, whoever polls this; dropping it abandons the work.
pub(crate) async fn on_runtime<T: Send + 'static>(
    work: impl Future<Output = Result<T, ClientError>> + Send + 'static,
) -> Result<T, ClientError> {
    struct Abandoned(AbortHandle);
    impl Drop for Abandoned {
        fn drop(&mut self) {
            self.0.abort();
        }
    }
    let task = runtime().spawn(work);
    let _abandoned = Abandoned(task.abort_handle());
    task.await.map_err(ClientError::fault)?
}
