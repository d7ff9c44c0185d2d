//! Owns one sync as an app asks for it: how long, how it ended, and how to stop waiting.

use crate::client::Client;
use crate::error::ClientError;
use crate::system::Counted;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use sync_core::sync::Outcome;
use tokio::sync::Notify;

/// How a sync ended. Whatever it says: what was stored until then stays, and the next one goes on there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum SyncOutcome {
    /// The server has nothing more, and everything that waited was sent once.
    UpToDate {
        /// What the server did not take for now; it is sent again later.
        pending: u32,
    },
    /// The time was up.
    BudgetExhausted {
        /// What still waits.
        pending: u32,
    },
    /// The server was not reached, or the connection was lost. The client tries again by itself.
    Offline,
    /// The token was cancelled.
    Cancelled,
}

/// Stops the waiting for a sync. A Kotlin coroutine and a Swift task have one that follows their own cancellation: see the
/// layers of the two languages.
#[derive(uniffi::Object, Default)]
pub struct CancelToken {
    is_cancelled: AtomicBool,
    cancelled: Notify,
    _counted: Counted,
}

#[uniffi::export]
impl CancelToken {
    /// A token for one call, or for several.
    #[uniffi::constructor]
    pub fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// Ends every call that it was given to, now and later.
    pub fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::SeqCst);
        self.cancelled.notify_waiters();
    }

    /// Whether `cancel` was called.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::SeqCst)
    }
}

impl CancelToken {
    async fn wait(&self) {
        let cancelled = self.cancelled.notified();
        tokio::pin!(cancelled);
        cancelled.as_mut().enable();
        if !self.is_cancelled() {
            cancelled.await;
        }
    }
}

#[uniffi::export]
impl Client {
    /// Syncs now, for at most this long. A background task of iOS has 20 seconds, sometimes two: both are enough to get on.
    pub async fn sync(
        &self,
        budget_ms: u64,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<SyncOutcome, ClientError> {
        let (replica, mut running) = self.running()?;
        let cancelled = async {
            match &cancel {
                Some(token) => token.wait().await,
                None => std::future::pending().await,
            }
        };
        let outcome = tokio::select! {
            outcome = replica.sync(budget_ms) => outcome,
            () = cancelled => return Ok(SyncOutcome::Cancelled),
            // Nothing is ever sent: it closes when the driver ends.
            _ = running.changed() => return Err(ClientError::Asleep),
        };
        if let Some(error) = ClientError::of_outcome(&outcome) {
            return Err(error);
        }
        Ok(match outcome {
            Outcome::UpToDate { pending } => SyncOutcome::UpToDate { pending },
            Outcome::BudgetExhausted { pending } => SyncOutcome::BudgetExhausted { pending },
            _ => SyncOutcome::Offline,
        })
    }
}
