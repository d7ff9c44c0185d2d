//! Owns the phones under measurement: a process of their own that opens stores, syncs, writes and shows, and tells
//! what that took.

mod edit;
mod home;
mod ingest;
mod live;
mod look;
mod search;
mod sheets;
mod sync;

pub use edit::edit_offline;
pub use home::{Burst, Home};
pub use ingest::{IngestOrder, Ingested};
pub use live::{LiveOrder, Lived};
pub use search::Searched;
pub use sheets::{Sheets, Walked};
pub use sync::Synced;

use super::child::Child;
use super::verify::Prints;
use anyhow::Context;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use server::clock::Clock;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use sync_core::credential::{SoftwareKey, decode_public_key};
use sync_core::ids::ReplicaId;
use sync_core::replica::{Driver, Parts, Replica};
use sync_core::sqlite::SqliteStore;
use sync_core::store::{Batch, Identity, Store, Write};
use sync_core::sync::live::LivePolicy;
use sync_core::transport::http::{HttpSettings, HttpTransport};
use sync_core::transport::{BoxFuture, Call, NewDevice, Reply, Transport, TransportError};
use sync_core::wire::Invitation;

/// The subcommand under which this program is phones.
pub const RUN_PHONE: &str = "run-bench-phone";

/// A phone that is switched off.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PhoneFile {
    /// Its store.
    pub store: PathBuf,
    /// Its key, as the platform would keep it.
    pub key: Vec<u8>,
}

/// What phones are to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    /// Which ones; most orders are for one.
    pub phones: Vec<PhoneFile>,
    /// Where they find the server.
    pub url: String,
    /// Decides their random bytes; never the same for two orders.
    pub seed: u64,
    /// What to do.
    pub task: Task,
}

/// What to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Task {
    /// Open the app, as somebody who takes the phone out of the pocket, and let it sync. Answers [`Synced`].
    Sync,
    /// Edit so many documents once, offline. Answers how many.
    Edit(usize),
    /// Say what is in every document. Answers [`Prints`].
    Print,
    /// Show the home screen. Answers [`Home`].
    Home,
    /// Show who needs a word, and the sheet before a talk. Answers [`Sheets`].
    Sheets,
    /// Walk the floor: twelve stops. Answers [`Walked`].
    Walk,
    /// Type a sentence letter by letter. Answers [`Burst`].
    Burst,
    /// Look for something in a year of feedback that is written first. Answers [`Searched`].
    Search,
    /// Write in turn, in pairs. Answers when everybody is ready, and at the next order [`Lived`].
    Live(LiveOrder),
    /// Push as fast as possible. Answers when everything is written, and at the next order [`Ingested`].
    Ingest(IngestOrder),
}

impl Order {
    /// Has a process of its own carry it out.
    pub async fn carry_out<T: serde::de::DeserializeOwned>(&self, program: &Path) -> anyhow::Result<T> {
        let mut child = Child::start(program, RUN_PHONE)?;
        let answer = child.ask(self).await?;
        child.end().await?;
        Ok(answer)
    }

    fn phone(&self) -> anyhow::Result<&PhoneFile> {
        self.phones.first().context("the order names no phone")
    }
}

/// Is the phones.
pub fn run() -> anyhow::Result<()> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let order: Order = serde_json::from_str(&line)?;
    match &order.task {
        Task::Sync => super::answer(&one_thread()?.block_on(sync::sync(&order))?),
        Task::Edit(count) => super::answer(&edit_offline(&order, *count)?),
        Task::Print => super::answer::<Prints>(&look::prints(&order)?),
        Task::Home => super::answer(&home::show(&order)?),
        Task::Sheets => super::answer(&sheets::show(&order)?),
        Task::Walk => super::answer(&sheets::walk(&order)?),
        Task::Burst => super::answer(&home::type_burst(&order)?),
        Task::Search => super::answer(&search::search(&order)?),
        Task::Live(live) => live::run(&order, live),
        Task::Ingest(ingest) => ingest::run(&order, ingest),
    }
}

/// What one phone's app runs on.
fn one_thread() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

/// Waits for the word to begin.
fn await_word() -> anyhow::Result<()> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(())
}

/// Switches a phone on.
fn open(
    phone: &PhoneFile,
    (url, seed): (&str, u64),
    live: LivePolicy,
) -> anyhow::Result<(Replica, Driver, Arc<Watched>)> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut bytes = [0; 32];
    rng.fill_bytes(&mut bytes);
    let transport = Arc::new(Watched::to(url)?);
    let clock = Clock::system();
    let parts = Parts {
        store: Box::new(SqliteStore::open(&phone.store)?),
        transport: transport.clone(),
        key: Arc::new(SoftwareKey::from_bytes(&phone.key)?),
        clock: Arc::new(move || clock.now()),
        seed: bytes,
        live,
    };
    let (app, driver) = Replica::open(parts)?;
    Ok((app, driver, transport))
}

/// The network of a phone, which remembers when it was first used and whether the server refused anything.
#[derive(Debug)]
struct Watched {
    http: HttpTransport,
    /// CPU of this process before the first call; 0 while there was none.
    cpu_before_us: AtomicU64,
    refused: AtomicU64,
}

impl Watched {
    fn to(url: &str) -> anyhow::Result<Self> {
        let settings = HttpSettings {
            url: url.into(),
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(120),
            live_read_timeout: Duration::from_secs(90),
            user_agent: concat!("floorwalk-bench/", env!("CARGO_PKG_VERSION")).into(),
        };
        let http = HttpTransport::new(settings)?;
        Ok(Self { http, cpu_before_us: AtomicU64::new(0), refused: AtomicU64::new(0) })
    }

    fn cpu_before_us(&self) -> u64 {
        self.cpu_before_us.load(Ordering::SeqCst)
    }

    fn refused(&self) -> u64 {
        self.refused.load(Ordering::SeqCst)
    }
}

impl Transport for Watched {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        let cpu_us = super::usage::own_cpu_us();
        // A second call finds the place taken.
        let _ = self.cpu_before_us.compare_exchange(0, cpu_us, Ordering::SeqCst, Ordering::SeqCst);
        Box::pin(async move {
            let reply = self.http.call(call).await;
            let is_refused = !reply.as_ref().is_ok_and(|reply| reply.status == 200);
            self.refused.fetch_add(u64::from(is_refused), Ordering::SeqCst);
            reply
        })
    }
}

/// Makes a key and a store that is enrolled with the server at this address, and has never synced.
pub async fn enroll(
    url: &str,
    invitation: &Invitation,
    store: PathBuf,
    seed: u64,
) -> anyhow::Result<PhoneFile> {
    let mut rng = StdRng::seed_from_u64(seed);
    let key = SoftwareKey::random(&mut rng);
    let device = NewDevice { name: "A phone of the benchmark".into(), replaces: None };
    let (transport, now) = (Watched::to(url)?, Clock::system().now());
    let answer = sync_core::transport::enroll(&transport, invitation, &key, &device, now, &mut rng).await?;
    let organisation_key = decode_public_key(&answer.organisation_key).context("the key is no key")?;
    let identity = Identity {
        server_id: answer.server_id,
        url: url.into(),
        org: answer.org,
        person: answer.person,
        device: answer.device,
        organisation_key: organisation_key.to_vec(),
        replica: ReplicaId::random(&mut rng),
    };
    let batch = Batch { expect: Vec::new(), writes: vec![Write::Identity(identity)] };
    SqliteStore::open(&store)?.commit(&batch)?;
    Ok(PhoneFile { store, key: key.to_bytes().to_vec() })
}
