//! Owns pairs of phones that write in turn, each as soon as the other's words are on its screen.

use super::super::usage;
use super::edit::write_at_end;
use super::{Order, PhoneFile, await_word, open};
use anyhow::{Context, bail, ensure};
use serde::{Deserialize, Serialize};
use std::future::pending;
use sync_core::coaching::{Kind, meeting};
use sync_core::document::{Document, Path};
use sync_core::ids::{DocId, OrgId};
use sync_core::key::NaturalKey;
use sync_core::replica::{Event, Replica, ReplicaError, Subscription};
use sync_core::sync::Outcome;
use sync_core::sync::live::LivePolicy;
use tokio::task::JoinSet;

/// Longer than any sync of the benchmark takes.
const BUDGET_MS: u64 = 60_000;

/// Who meets, and how much is said.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LiveOrder {
    /// The key of each pair's meeting, in CBOR; the phones of pair `n` are the `2n`th and the next one.
    pub keys: Vec<Vec<u8>>,
    /// Edits of each pair that are measured.
    pub edits: usize,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Lived {
    /// From an edit to the moment when the partner's phone shows it, ascending.
    pub latencies_us: Vec<u64>,
    /// From the first edit to the last.
    pub wall_us: u64,
    /// CPU of all phones together.
    pub cpu_us: u64,
}

/// A phone with its app open.
struct Open {
    app: Replica,
    events: Subscription,
}

pub(super) fn run(order: &Order, live: &LiveOrder) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let mut drivers = JoinSet::new();
    let pairs = runtime.block_on(gather(order, live, &mut drivers))?;
    super::super::answer(&pairs.len())?;
    await_word()?;
    let lived = runtime.block_on(converse(pairs, live.edits))?;
    super::super::answer(&lived)
}

/// Opens all phones and lets each pair exchange two words: then everybody's stream is open, and everybody has the
/// meeting.
async fn gather(
    order: &Order,
    live: &LiveOrder,
    drivers: &mut JoinSet<()>,
) -> anyhow::Result<Vec<(Open, Open, DocId)>> {
    ensure!(order.phones.len() == 2 * live.keys.len(), "two phones for each pair");
    let mut gathering = JoinSet::new();
    for (number, (pair, key)) in order.phones.chunks(2).zip(&live.keys).enumerate() {
        let seed = order.seed + 2 * number as u64;
        let (first, second) =
            (switch_on(&pair[0], order, seed, drivers)?, switch_on(&pair[1], order, seed + 1, drivers)?);
        let key: NaturalKey = minicbor::decode(key).context("a natural key")?;
        gathering.spawn(greet(first, second, key));
    }
    let mut pairs = Vec::new();
    while let Some(greeted) = gathering.join_next().await {
        pairs.push(greeted??);
    }
    Ok(pairs)
}

fn switch_on(phone: &PhoneFile, order: &Order, seed: u64, drivers: &mut JoinSet<()>) -> anyhow::Result<Open> {
    let (app, driver, _) = open(phone, (&order.url, seed), LivePolicy::Follow)?;
    let events = app.subscribe();
    drivers.spawn(driver.run(pending()));
    Ok(Open { app, events })
}

async fn greet(mut first: Open, mut second: Open, key: NaturalKey) -> anyhow::Result<(Open, Open, DocId)> {
    let kind = Kind::of(&meeting::SPEC);
    for phone in [&mut first, &mut second] {
        // One sync at the start, and one when the stream is open.
        phone.until_synced().await?;
        phone.until_synced().await?;
    }
    let doc = first.app.create(kind, key)?;
    ensure!(doc == DocId::of(first.org(), kind.name(), &key));
    let words = ["Hello. ", "Hello to you. "];
    first.say(doc, words[0]).await?;
    second.until_shown(doc, words[0]).await?;
    second.say(doc, words[1]).await?;
    first.until_shown(doc, words[1]).await?;
    Ok((first, second, doc))
}

async fn converse(pairs: Vec<(Open, Open, DocId)>, edits: usize) -> anyhow::Result<Lived> {
    let (began_us, cpu_before_us) = (usage::now_us(), usage::own_cpu_us());
    let mut talking = JoinSet::new();
    for (first, second, doc) in pairs {
        talking.spawn(talk(first, second, doc, edits));
    }
    let mut latencies_us = Vec::new();
    while let Some(talked) = talking.join_next().await {
        latencies_us.extend(talked??);
    }
    let (wall_us, cpu_us) = (usage::now_us() - began_us, usage::own_cpu_us() - cpu_before_us);
    latencies_us.sort_unstable();
    Ok(Lived { latencies_us, wall_us, cpu_us })
}

async fn talk(mut first: Open, mut second: Open, doc: DocId, edits: usize) -> anyhow::Result<Vec<u64>> {
    let mut latencies_us = Vec::new();
    for edit in 0..edits {
        let (speaker, listener) = if edit % 2 == 0 { (&first, &mut second) } else { (&second, &mut first) };
        let words = format!("Word number {edit}. ");
        let said_us = usage::now_us();
        let (said, shown) = tokio::join!(speaker.say(doc, &words), listener.until_shown(doc, &words));
        said?;
        shown?;
        latencies_us.push(usage::now_us() - said_us);
    }
    Ok(latencies_us)
}

impl Open {
    fn org(&self) -> OrgId {
        self.app.identity().org
    }

    /// One edit, one change: it leaves at once.
    async fn say(&self, doc: DocId, words: &str) -> anyhow::Result<()> {
        write_at_end(&self.app, doc, words)?;
        match self.app.sync(BUDGET_MS).await {
            Outcome::UpToDate { pending: 0 } => Ok(()),
            outcome => bail!("an edit was not pushed: {outcome:?}"),
        }
    }

    async fn until_synced(&mut self) -> anyhow::Result<()> {
        while self.next_event().await? != Event::Synced {}
        Ok(())
    }

    async fn until_shown(&mut self, doc: DocId, words: &str) -> anyhow::Result<()> {
        while !self.shows(doc, words)? {
            self.next_event().await?;
        }
        Ok(())
    }

    fn shows(&self, doc: DocId, words: &str) -> anyhow::Result<bool> {
        let looked = self.app.read(doc, |history| Document::of(history.view()).text(&Path::of("notes")));
        match looked {
            Ok(notes) => Ok(notes.contains(words)),
            Err(ReplicaError::NotFound(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn next_event(&mut self) -> anyhow::Result<Event> {
        self.events.next().await.context("the phone is switched off")
    }
}
