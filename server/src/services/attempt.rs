//! Owns how often something may be tried: counted in the database, so that a limit is one limit however many instances there are.

use crate::error::ApiError;
use crate::store::postgres::PgStore;
use crate::store::row::account::AttemptWindow;
use crate::store::{Access, Store, Transaction};
use sync_core::ids::OrgId;
use sync_core::time::Timestamp;

const MINUTE_MS: i64 = 60_000;
/// How far back attempts count.
pub(super) const WINDOW_MS: i64 = 10 * MINUTE_MS;
/// Attempts are counted outside every organisation: who guesses also chooses the organisation in what they guess.
pub(super) const NOBODY: OrgId = OrgId::from_bytes([0; 16]);

/// An attempt that was counted.
pub(super) struct Attempt {
    windows: Vec<AttemptWindow>,
}

impl Attempt {
    /// Counts it in each bucket, or refuses it when there were more than the bucket's limit. A refused one is not counted: whoever
    /// goes on trying does not lock out the others behind the same address for longer.
    pub(super) async fn count(
        store: &PgStore,
        now: Timestamp,
        buckets: Vec<(String, i64)>,
    ) -> Result<Self, ApiError> {
        let minute = Timestamp(now.0 - now.0.rem_euclid(MINUTE_MS));
        let since = minute.plus_ms(MINUTE_MS - WINDOW_MS);
        let (mut tx, mut windows) = (store.begin(NOBODY, Access::Write).await?, Vec::new());
        for (bucket, limit) in buckets {
            let window = AttemptWindow { bucket, minute, since };
            if tx.count_attempt(&window).await? > limit {
                return Err(ApiError::RateLimited { retry_after_seconds: 60 });
            }
            windows.push(window);
        }
        tx.commit().await?;
        Ok(Self { windows })
    }

    /// Takes it back: it succeeded.
    pub(super) async fn forgive(self, store: &PgStore) -> Result<(), ApiError> {
        let mut tx = store.begin(NOBODY, Access::Write).await?;
        for window in &self.windows {
            tx.forgive_attempt(window).await?;
        }
        Ok(tx.commit().await?)
    }
}
