//! Owns phones that push as fast as they can: everything is written first, then all of them sync at once.

use super::super::usage;
use super::super::workload::{self, Author};
use super::{Order, PhoneFile, await_word, open};
use anyhow::{Context, bail, ensure};
use serde::{Deserialize, Serialize};
use std::future::pending;
use sync_core::coaching::{Kind, meeting};
use sync_core::ids::TenureId;
use sync_core::replica::Replica;
use sync_core::sync::Outcome;
use sync_core::sync::live::LivePolicy;
use tokio::task::JoinSet;

/// Longer than all pushes together take.
const BUDGET_MS: u64 = 600_000;

/// What each phone writes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IngestOrder {
    /// The pair whose meetings each phone writes in.
    pub tenures: Vec<TenureId>,
    /// Meetings of each phone.
    pub documents: usize,
    /// Edits of each meeting.
    pub edits: usize,
}

/// What the pushing took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Ingested {
    /// From the first request until every phone's outbox is empty.
    pub wall_us: u64,
    /// CPU of all phones together.
    pub cpu_us: u64,
    /// The most memory that all phones together held.
    pub peak_kib: u64,
}

pub(super) fn run(order: &Order, ingest: &IngestOrder) -> anyhow::Result<()> {
    ensure!(order.phones.len() == ingest.tenures.len(), "a pair for each phone");
    let runtime = tokio::runtime::Runtime::new()?;
    // Each knows its people and where it stands: what follows is pushing alone.
    runtime.block_on(push(order, 0))?;
    let mut written = 0;
    for (number, (phone, tenure)) in order.phones.iter().zip(&ingest.tenures).enumerate() {
        written += write(phone, (order, number as u64), *tenure, ingest)?;
    }
    super::super::answer(&written)?;
    await_word()?;
    let pushed = runtime.block_on(push(order, 2))?;
    super::super::answer(&pushed)
}

/// Fills the outbox; answers how many changes wait in it.
fn write(
    phone: &PhoneFile,
    (order, number): (&Order, u64),
    tenure: TenureId,
    ingest: &IngestOrder,
) -> anyhow::Result<usize> {
    let seed = order.seed + 3 * number + 1;
    let (app, _driver, _) = open(phone, (&order.url, seed), LivePolicy::Ignore)?;
    let mut author = Author::new(app.identity().person, seed);
    let mut count = 0;
    for number in 0..ingest.documents {
        let key = workload::key(&[tenure], number)?;
        let written = author.write(app.identity().org, key, ingest.edits)?;
        app.create(Kind::of(&meeting::SPEC), key)?;
        app.add_sealed(written.doc, &written.changes)?;
        count += written.changes.len();
    }
    Ok(count)
}

/// Switches all phones on and lets them sync; `turn` tells one time from another.
async fn push(order: &Order, turn: u64) -> anyhow::Result<Ingested> {
    let (began_us, cpu_before_us) = (usage::now_us(), usage::own_cpu_us());
    let (mut drivers, mut syncs) = (JoinSet::new(), JoinSet::new());
    for (number, phone) in order.phones.iter().enumerate() {
        let seed = order.seed + 3 * number as u64 + turn;
        let (app, driver, _) = open(phone, (&order.url, seed), LivePolicy::Ignore)?;
        drivers.spawn(driver.run(pending()));
        syncs.spawn(drain(app));
    }
    while let Some(drained) = syncs.join_next().await {
        drained.context("a phone failed")??;
    }
    let (wall_us, cpu_us) = (usage::now_us() - began_us, usage::own_cpu_us() - cpu_before_us);
    Ok(Ingested { wall_us, cpu_us, peak_kib: usage::own()?.peak_kib })
}

async fn drain(app: Replica) -> anyhow::Result<()> {
    match app.sync(BUDGET_MS).await {
        Outcome::UpToDate { pending: 0 } => Ok(()),
        outcome => bail!("a phone did not push everything: {outcome:?}"),
    }
}
