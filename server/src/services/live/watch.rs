//! Owns how this instance learns of news and revocations: it looks every few seconds, and at once when told.

use super::registry::LiveHub;
use crate::app::App;
use crate::error::Chain;
use crate::random::Randomness;
use crate::store::postgres::{FEED_CHANNEL, PgStore};
use crate::store::{Access, Feed, Store, Stored};
use futures_util::{StreamExt, stream};
use sqlx::postgres::PgListener;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use sync_core::ids::OrgId;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// How often to look without being told. A revocation is to end streams within 5 seconds even then.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// How long to gather what several say at once, and by how much instances differ in it.
const GATHER_MS: u64 = 20;
const GATHER_JITTER_MS: u64 = 80;
/// How long to wait before listening again after the connection was lost.
const LISTEN_AGAIN: Duration = Duration::from_secs(2);
/// How many organisations to look at at a time.
const LOOKS_AT_ONCE: usize = 4;

/// The organisations that somebody said have news.
#[derive(Clone, Default)]
struct Told {
    organisations: Arc<Mutex<BTreeSet<OrgId>>>,
    wake: Arc<Notify>,
}

impl Told {
    fn tell(&self, org: OrgId) {
        self.organisations.lock().unwrap_or_else(PoisonError::into_inner).insert(org);
        self.wake.notify_one();
    }

    fn take(&self) -> BTreeSet<OrgId> {
        std::mem::take(&mut *self.organisations.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Starts listening and looking; both end when the spawner stops.
pub fn start(app: &App) {
    let told = Told::default();
    let stopping = app.spawner.stopping();
    app.spawner.spawn(listen(app.store.clone(), told.clone(), stopping.clone()));
    app.spawner.spawn(look(app.live.clone(), app.store.clone(), app.random.clone(), told, stopping));
}

/// Hears what other instances say, on one connection.
async fn listen(store: PgStore, told: Told, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        let heard = stopping.run_until_cancelled(hear(&store, &told)).await;
        if let Some(Err(error)) = heard {
            tracing::warn!(%error, "not told of news for a moment; looking goes on");
        }
        stopping.run_until_cancelled(tokio::time::sleep(LISTEN_AGAIN)).await;
    }
}

async fn hear(store: &PgStore, told: &Told) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(store.pool()).await?;
    listener.listen(FEED_CHANNEL).await?;
    loop {
        let word = listener.recv().await?;
        if let Ok(org) = OrgId::parse(word.payload()) {
            told.tell(org);
        }
    }
}

async fn look(hub: LiveHub, store: PgStore, random: Randomness, told: Told, stopping: CancellationToken) {
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let is_tick = tokio::select! {
            _ = ticks.tick() => true,
            () = told.wake.notified() => false,
            () = stopping.cancelled() => return,
        };
        if !is_tick {
            let jitter = u64::from_be_bytes(random.bytes()) % GATHER_JITTER_MS;
            tokio::time::sleep(Duration::from_millis(GATHER_MS + jitter)).await;
        }
        let said = told.take();
        let organisations = if is_tick { hub.organisations() } else { said.into_iter().collect() };
        let looks = organisations.into_iter().map(|org| look_at(&hub, &store, org));
        let failed = stream::iter(looks).buffer_unordered(LOOKS_AT_ONCE).filter_map(async |seen| seen.err());
        // One line, however many organisations the database did not answer for.
        if let Some(error) = failed.fold(None, async |first, error| first.or(Some(error))).await {
            tracing::warn!(error = %Chain(&error), "did not look for news");
        }
    }
}

async fn look_at(hub: &LiveHub, store: &PgStore, org: OrgId) -> Stored<()> {
    if hub.waiting(org).is_none() {
        return Ok(());
    }
    let mut tx = store.begin(org, Access::Read).await?;
    let end = tx.feed_end().await?.map_or(0, |row| row.seq);
    // Asked after the moment that this transaction sees: whoever comes later syncs after it too.
    let Some(waiting) = hub.waiting(org) else { return Ok(()) };
    hub.end(org, &tx.revoked_among(&waiting.devices).await?);
    if end > waiting.seen {
        let news = tx.news(&waiting.people, (waiting.seen, end)).await?;
        hub.poke(org, end, &news);
    }
    Ok(())
}
