//! Owns one sync of one phone: from the opening of the app to the moment when it has nothing more to do.

use super::super::usage;
use super::{Order, PhoneFile, open_in_stages};
use anyhow::{bail, ensure};
use serde::{Deserialize, Serialize};
use std::future::pending;
use sync_core::replica::{Event, Subscription};
use sync_core::sqlite::SqliteStore;
use sync_core::store::Store;
use sync_core::sync::live::LivePolicy;

/// What a sync took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Synced {
    /// From the opening of the store to the end of the sync.
    pub wall_us: u64,
    /// CPU of the process, its start included.
    pub cpu_us: u64,
    /// The part of it before the phone called the server.
    pub cpu_before_us: u64,
    /// Of that part: the start of the process.
    pub cpu_start_us: u64,
    /// Of that part: the network stack.
    pub cpu_network_us: u64,
    /// Of that part: opening the store.
    pub cpu_store_us: u64,
    /// The most memory it held.
    pub peak_kib: u64,
    /// Changes and drafted documents that the server does not have.
    pub waiting: usize,
}

/// An app that is opened syncs by itself: nobody asks for it here, so there is one sync and no other.
pub(super) async fn sync(order: &Order) -> anyhow::Result<Synced> {
    let began_us = usage::now_us();
    let phone = order.phone()?;
    let ((app, driver, network), stages) =
        open_in_stages(phone, (&order.url, order.seed), LivePolicy::Ignore)?;
    let events = app.subscribe();
    tokio::select! {
        () = driver.run(pending()) => bail!("the driver ended"),
        ended = until_synced(events) => ended?,
    }
    let wall_us = usage::now_us() - began_us;
    let usage::Usage { cpu_us, peak_kib, .. } = usage::own()?;
    ensure!(network.refused() == 0, "the server refused a request");
    Ok(Synced {
        wall_us,
        cpu_us,
        cpu_before_us: network.cpu_before_us(),
        cpu_start_us: stages.started_us,
        cpu_network_us: stages.network_us - stages.started_us,
        cpu_store_us: stages.store_us - stages.network_us,
        peak_kib,
        waiting: waiting(phone)?,
    })
}

async fn until_synced(mut events: Subscription) -> anyhow::Result<()> {
    loop {
        match events.next().await {
            Some(Event::Synced) => return Ok(()),
            Some(Event::Wiped) | None => bail!("the phone does not sync any more"),
            Some(_) => {}
        }
    }
}

fn waiting(phone: &PhoneFile) -> anyhow::Result<usize> {
    let store = SqliteStore::open(&phone.store)?;
    Ok(store.outbox(0, usize::MAX)?.len() + store.drafted()?.len())
}
