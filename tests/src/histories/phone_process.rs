//! Owns a phone that is killed while it writes and syncs: a process of its own on the phone's file, which says before
//! and after each edit where it is.

use super::crew::write;
use crate::kills::say;
use anyhow::{Context, ensure};
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use serde::{Deserialize, Serialize};
use server::clock::Clock;
use server::demo::network::Network;
use server::demo::phone::Phone;
use std::ops::Range;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use sync_core::credential::SoftwareKey;
use sync_core::ids::DocId;
use sync_core::replica::{Driver, Parts, Replica};
use sync_core::sqlite::SqliteStore;
use sync_core::sync::live::LivePolicy;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

/// The subcommand under which this program is the phone.
pub const RUN_PHONE: &str = "run-history-phone";
/// When it is killed, after its first edit began.
const BLOW_AT_MS: Range<u64> = 0..400;
/// Edits between two syncs.
const EDITS_AT_ONCE: usize = 3;
const BUDGET_MS: u64 = 1_000;

/// What the phone is to do.
#[derive(Debug, Serialize, Deserialize)]
struct Order {
    store: PathBuf,
    key: Vec<u8>,
    url: String,
    docs: Vec<DocId>,
    word: String,
    seed: u64,
}

/// What it says.
#[derive(Debug, Serialize, Deserialize)]
enum Said {
    Begin(DocId, String),
    Done(DocId, String),
}

/// What it has said until it died.
#[derive(Debug, Default)]
pub struct Written {
    /// Edits that it began.
    pub begun: Vec<(DocId, String)>,
    /// Those whose call returned.
    pub done: Vec<(DocId, String)>,
}

/// Lets a process write into these documents of a closed phone and sync with `url`, and kills it.
pub async fn write_until_killed(
    phone: &Phone,
    (url, word): (&str, &str),
    docs: &[DocId],
    dice: &mut StdRng,
) -> anyhow::Result<Written> {
    let order = Order {
        store: phone.path().to_owned(),
        key: phone.key_bytes().to_vec(),
        url: url.to_owned(),
        docs: docs.to_vec(),
        word: word.to_owned(),
        seed: dice.next_u64(),
    };
    let program = std::env::current_exe().context("this program's own file")?;
    let mut child = Command::new(program)
        .arg(RUN_PHONE)
        .arg(serde_json::to_string(&order)?)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut screen = BufReader::new(child.stdout.take().context("the child has a screen")?).lines();
    let mut written = Written::default();
    written.hear(&screen.next_line().await?.context("the phone's process ended instead of writing")?)?;
    tokio::time::sleep(Duration::from_millis(dice.random_range(BLOW_AT_MS))).await;
    ensure!(child.try_wait()?.is_none(), "the phone's process ended by itself");
    child.kill().await?;
    // What the screen shows after the kill was written before it.
    while let Some(line) = screen.next_line().await? {
        written.hear(&line)?;
    }
    Ok(written)
}

impl Written {
    /// No line is cut off by the kill: each is one write, shorter than what a pipe takes at once.
    fn hear(&mut self, line: &str) -> anyhow::Result<()> {
        match serde_json::from_str(line)? {
            Said::Begin(doc, word) => self.begun.push((doc, word)),
            Said::Done(doc, word) => self.done.push((doc, word)),
        }
        Ok(())
    }
}

/// Is the phone, until it is killed.
pub fn run(order: Option<std::ffi::OsString>) -> anyhow::Result<()> {
    let order = order.context("an order")?;
    let order: Order = serde_json::from_str(&order.to_string_lossy())?;
    tokio::runtime::Runtime::new()?.block_on(live(order))
}

async fn live(order: Order) -> anyhow::Result<()> {
    let (app, driver) = open(&order)?;
    tokio::select! {
        written = write_on(&app, &order) => written,
        () = driver.run(std::future::pending()) => anyhow::bail!("the app ended"),
    }
}

async fn write_on(app: &Replica, order: &Order) -> anyhow::Result<()> {
    for number in 0_usize.. {
        let doc = order.docs[number % order.docs.len()];
        let word = format!("{}.{number}", order.word);
        say(&serde_json::to_string(&Said::Begin(doc, word.clone()))?)?;
        write(app, doc, &word, number.is_multiple_of(2))?;
        say(&serde_json::to_string(&Said::Done(doc, word))?)?;
        if number.is_multiple_of(EDITS_AT_ONCE) {
            app.sync(BUDGET_MS).await;
        }
    }
    Ok(())
}

fn open(order: &Order) -> anyhow::Result<(Replica, Driver)> {
    let mut rng = StdRng::seed_from_u64(order.seed);
    let mut seed = [0; 32];
    rng.fill_bytes(&mut seed);
    let clock = Clock::system();
    let parts = Parts {
        store: Box::new(SqliteStore::open(&order.store)?),
        transport: Network::to(&order.url, order.seed)?,
        key: Arc::new(SoftwareKey::from_bytes(&order.key)?),
        clock: Arc::new(move || clock.now()),
        seed,
        live: LivePolicy::Ignore,
    };
    Ok(Replica::open(parts)?)
}
