//! Owns live streams: who waits for news on this instance, when they are poked, and when a stream ends.
//!
//! A poke says that there is news, never what; the phone then syncs. Everything is decided by looking into the
//! database, every few seconds and whenever an instance says that a feed has grown. So a lost word costs seconds,
//! never news, and a revoked device's stream ends on every instance.

mod registry;
mod watch;

pub use registry::{Bounds, LiveHub, LiveStream};
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
    bounds: Bounds,
) -> Result<LiveStream, ApiError> {
    let end = store.begin(caller.org, Access::Read).await?.feed_end().await?;
    hub.open(caller, end.map_or(0, |row| row.seq), bounds).ok_or(ApiError::Unavailable(None))
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

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::StreamExt;
    use std::pin::pin;
    use sync_core::ids::{DeviceId, OrgId, PersonId};
    use tokio::time::Instant;

    fn stream(hub: &LiveHub) -> LiveStream {
        let caller = Caller {
            org: OrgId::from_bytes([1; 16]),
            person: PersonId::from_bytes([2; 16]),
            device: DeviceId::from_bytes([3; 16]),
        };
        hub.open(caller, 0, Bounds { streams: 9, streams_of_device: 9 }).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_lives_nine_to_ten_minutes_and_no_two_end_together() {
        let (hub, random, spawner) = (LiveHub::default(), Randomness::system(), Spawner::default());
        let life = async || {
            let started = Instant::now();
            let mut pokes = pin!(pokes(stream(&hub), &random, &spawner));
            assert_eq!(pokes.next().await, None);
            started.elapsed()
        };

        let lives = [life().await, life().await, life().await];

        assert!(lives.iter().all(|life| (540..=601).contains(&life.as_secs())), "{lives:?}");
        assert!(lives[0] != lives[1] || lives[1] != lives[2], "{lives:?}");
        assert_eq!(hub.count(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_ends_at_once_when_the_server_stops() {
        let (hub, random, spawner) = (LiveHub::default(), Randomness::system(), Spawner::default());
        let started = Instant::now();
        let mut pokes = pin!(pokes(stream(&hub), &random, &spawner));
        spawner.stop();

        assert_eq!(pokes.next().await, None);
        assert!(started.elapsed() < Duration::from_secs(1));
    }
}
