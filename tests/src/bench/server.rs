//! Owns the server under measurement: a process of its own that tells, when asked, what it has cost.

use super::child::Child;
use super::profile::{Entry, Profile};
use super::usage::{self, Usage};
use anyhow::Context;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};
use server::app::Limits;
use server::clock::Clock;
use server::random::Randomness;
use server::startup::{Setup, open};
use server::store::postgres::PoolSettings;
use server::trial::{Place, Workers};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// The subcommand under which this program is the server.
pub const RUN_SERVER: &str = "run-bench-server";
/// How often to look whether a server is at rest, and how often in a row it must be.
const LOOK_EVERY: Duration = Duration::from_millis(40);
const QUIET_LOOKS: u32 = 4;
/// CPU between two looks below which it is at rest.
const AT_REST_US: u64 = 100;
/// How often to try what a question costs.
const TRIALS: u32 = 3;
const MOST_LOOKS: u32 = 500;

/// What a server is to be.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ServerOrder {
    /// Its database.
    pub database_url: String,
    /// Its vault.
    pub vault: PathBuf,
    /// Decides its random bytes.
    pub seed: u64,
    /// Whether to count statements.
    pub profiled: bool,
}

/// What a running server is asked.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum Question {
    Usage,
    ForgetPeak,
    Statements,
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens.
    pub url: String,
    /// CPU that a measurement costs it: its own share of being asked before and after.
    pub asking_us: u64,
}

impl Server {
    /// Starts one.
    pub async fn start(program: &Path, order: &ServerOrder) -> anyhow::Result<Self> {
        let mut child = Child::start(program, RUN_SERVER)?;
        let url = child.ask(order).await.context("the server did not come up")?;
        let mut server = Self { child, url, asking_us: 0 };
        server.asking_us = server.cost_of_asking_us().await?;
        Ok(server)
    }

    /// What it has cost so far.
    async fn usage(&mut self) -> anyhow::Result<Usage> {
        self.child.ask(&Question::Usage).await
    }

    /// Waits until it does nothing, and tells what it has cost so far. Looked at from outside: a server that is asked
    /// is not at rest.
    pub async fn at_rest(&mut self) -> anyhow::Result<Usage> {
        let process = PathBuf::from(format!("/proc/{}", self.child.id()?));
        let (mut last, mut quiet) = (usage::of_threads_us(&process)?, 0);
        for _ in 0..MOST_LOOKS {
            if quiet == QUIET_LOOKS {
                break;
            }
            tokio::time::sleep(LOOK_EVERY).await;
            let now = usage::of_threads_us(&process)?;
            quiet = if now.abs_diff(last) < AT_REST_US { quiet + 1 } else { 0 };
            last = now;
        }
        self.usage().await
    }

    /// What two questions in a row cost: the one that a measurement begins with, and the one that it ends with.
    async fn cost_of_asking_us(&mut self) -> anyhow::Result<u64> {
        let mut costs = Vec::new();
        let mut last = self.at_rest().await?;
        for _ in 0..TRIALS {
            let now = self.at_rest().await?;
            costs.push(now.cpu_us - last.cpu_us);
            last = now;
        }
        Ok(costs.into_iter().min().unwrap_or(0))
    }

    /// Lets its peak of memory begin anew.
    pub async fn forget_peak(&mut self) -> anyhow::Result<()> {
        self.child.ask(&Question::ForgetPeak).await
    }

    /// What its statements took, the longest first; empty unless it is profiled.
    pub async fn statements(&mut self) -> anyhow::Result<Vec<Entry>> {
        self.child.ask(&Question::Statements).await
    }

    /// Stops it, as an operator would.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.child.end().await
    }
}

/// Is the server, until nobody asks any more.
pub fn run() -> anyhow::Result<()> {
    tokio::runtime::Runtime::new()?.block_on(serve())
}

async fn serve() -> anyhow::Result<()> {
    let mut orders = BufReader::new(tokio::io::stdin()).lines();
    let order: ServerOrder = serde_json::from_str(&orders.next_line().await?.context("no order")?)?;
    let profile = if order.profiled { Some(Profile::start()?) } else { None };
    let app = open(setup(&order)).await?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    super::answer(&format!("http://{}", listener.local_addr()?))?;
    let stop = CancellationToken::new();
    let mut serving = JoinSet::new();
    serving.spawn(server::serve(listener, app.clone(), stop.clone()));
    while let Some(line) = orders.next_line().await? {
        match serde_json::from_str(&line)? {
            Question::Usage => super::answer(&usage::own()?)?,
            Question::ForgetPeak => super::answer(&usage::forget_peak()?)?,
            Question::Statements => {
                super::answer(&profile.as_ref().map(Profile::take).unwrap_or_default())?;
            }
        }
    }
    stop.cancel();
    while serving.join_next().await.is_some() {}
    app.store.close().await;
    Ok(())
}

fn setup(order: &ServerOrder) -> Setup {
    Setup {
        database_url: order.database_url.clone().into(),
        vault: order.vault.clone(),
        pool: PoolSettings::default(),
        limits: Limits::default(),
        trials: Place::Workers(Workers::of_this_program()),
        trusted_proxies: Vec::new(),
        clock: Clock::system(),
        random: Randomness::from_rng(StdRng::seed_from_u64(order.seed)),
    }
}
