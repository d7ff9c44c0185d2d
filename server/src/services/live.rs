//! Owns live streams: who waits for news on this instance, when they are poked, and when a stream ends.
//!
//! A poke says that there is news, never what; the phone then syncs. Everything is decided by looking into the
//! database, every few seconds and whenever an instance says that a feed has grown. So a lost word costs seconds,
//! never news, and a revoked device's stream ends on every instance.

mod registry;
mod watch;

pub use registry::{LiveHub, LiveStream};
pub use watch::start;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::random::Randomness;
use crate::spawner::Spawner;
use crate::store::postgres::PgStore;
use crate::store::{Access, Feed, Store};
use futures_util::Stream;
use std::time::Duration;

/// How long a stream lives: ten minutes, less up to one, so that streams of one moment do not all come back at once.
const LIFE: Duration = Duration::from_secs(600);
const LIFE_JITTER_MS: u64 = 60_000;

/// Opens a stream for this caller: it is poked for whatever the feed gets from now on.
pub async fn subscribe(
    hub: &LiveHub,
    store: &PgStore,
    caller: Caller,
    limits: registry::Bounds,
) -> Result<LiveStream, ApiError> {
    let end = store.begin(caller.org, Access::Read).await?.feed_end().await?;
    hub.open(caller, end.map_or(0, |row| row.seq), limits).ok_or(ApiError::Unavailable(None))
}

/// The pokes of a stream, until it is revoked, its life is over, or the server stops.
pub fn pokes(stream: LiveStream, random: &Randomness, spawner: &Spawner) -> impl Stream<Item = ()> + use<> {
    let jitter = u64::from_be_bytes(random.bytes()) % LIFE_JITTER_MS;
    let over = Box::pin(tokio::time::sleep(LIFE - Duration::from_millis(jitter)));
    let stopping = spawner.stopping();
    futures_util::stream::unfold((stream, over, stopping), |(mut stream, mut over, stopping)| async move {
        let poke = tokio::select! {
            poke = stream.poke() => poke,
            () = over.as_mut() => None,
            () = stopping.cancelled() => None,
        };
        poke.map(|()| ((), (stream, over, stopping)))
    })
}

pub use registry::Bounds;
