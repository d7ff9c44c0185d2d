//! Owns stage 4 of the gate as the server runs it: changes are tried on a copy of their document, in processes of their own.
//!
//! What the CRDT does with changes that the earlier stages let through is not safe to have beside other work: it may end the
//! process, take all memory, or never return. So the same program runs again as a worker that can be spared: with a limit of
//! memory, a deadline, no secrets in its environment, no core dumps. What is decided about a change is decided in
//! `sync_core::gate::trial`; here is only where that happens, and what follows when a worker dies of it.
//!
//! ```text
//! session      one document's changes: try, and load first what is missing; a batch that kills its worker is tried in parts
//!  ├ process   one worker from outside: started when needed, asked, replaced when it died or hung
//!  └ workbench what is asked of a worker: documents that it keeps loaded, and the trial itself
//! ```
//!
//! Documents keep to one worker each, so that it has them loaded already. A worker that somebody ended from outside is no
//! verdict on what it was doing: that is done again.

mod frame;
mod process;
mod session;
mod workbench;
pub mod worker;

use crate::store::row::FactsRow;
use crate::store::{StoreError, Stored};
use process::Process;
pub use session::is_trying_here;
use std::collections::hash_map::DefaultHasher;
use std::ffi::OsString;
use std::future::Future;
use std::hash::{Hash, Hasher};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use sync_core::coaching::Kind;
use sync_core::gate::trial::{History, Proposed};
use sync_core::ids::{ChangeHash, DocId};
use sync_core::wire::{ErrorCode, Retry};
use tokio::sync::Mutex;
use workbench::Workbench;

/// Where changes are tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In worker processes.
    Workers(Workers),
    /// In this process, so that a simulated run is the same each time. Hostile changes can end it.
    Here,
}

/// How workers are run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workers {
    /// The program that becomes a worker, when its first argument is [`worker::RUN_WORKER`].
    pub program: PathBuf,
    /// How many.
    pub count: usize,
    /// The address space of each, in bytes. The largest document takes a third of the default.
    pub memory_bytes: u64,
    /// How much CPU one order may take, in seconds. Honest changes take milliseconds; what takes more is a verdict.
    pub cpu_seconds: u64,
    /// How long one order may take. A machine that is busy or asleep is no verdict.
    pub patience: Duration,
}

impl Workers {
    /// A worker for each core, made of this very program.
    pub fn of_this_program() -> Self {
        Self {
            program: own_program(),
            count: std::thread::available_parallelism().map_or(2, usize::from),
            memory_bytes: 3 << 30,
            cpu_seconds: 10,
            patience: Duration::from_secs(60),
        }
    }
}

/// The file of this program, in a spelling that can be executed even when a new version has taken its place.
fn own_program() -> PathBuf {
    let link = PathBuf::from("/proc/self/exe");
    if link.exists() {
        link
    } else {
        std::env::current_exe().unwrap_or_else(|_| OsString::from("server").into())
    }
}

/// Changes to try on one document, and what the document is.
#[derive(Debug, Clone)]
pub struct Job {
    /// The document.
    pub doc: DocId,
    /// Its kind.
    pub kind: Kind,
    /// How many changes it has; 0 for a document that does not exist yet.
    pub version: u64,
    /// Its heads, ascending; none if nobody knows what they are to be.
    pub heads: Option<Vec<ChangeHash>>,
    /// Its highest operation number: about how much memory it takes.
    pub max_op: u64,
    /// What is to be tried, in causal order.
    pub changes: Vec<Candidate>,
}

/// A change to try.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its hash.
    pub hash: ChangeHash,
    /// What it builds on.
    pub deps: Vec<ChangeHash>,
    /// Its bytes, and who answers for it.
    pub proposed: Proposed,
}

/// What came of a trial.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tried {
    /// The changes that do not pass; whatever is not named passes together with all others that are not.
    pub failed: Vec<Failed>,
    /// If all pass, the facts of what the document is with them.
    pub facts: Option<FactsRow>,
}

/// A change that does not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failed {
    /// Its hash.
    pub hash: ChangeHash,
    /// Why.
    pub code: ErrorCode,
    /// Whether it may pass another time.
    pub retry: Retry,
}

/// Where a document's kept history comes from.
pub trait Source: Send {
    /// What the document has after this version; with 0, all of it.
    fn history(&mut self, after: u64) -> impl Future<Output = Stored<History>> + Send;
}

/// Why nothing could be said of any change.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// No worker can be started.
    #[error("no worker could be started to try changes")]
    NoWorker(#[source] std::io::Error),
    /// The document does not load as the database describes it.
    #[error("the document does not load as the database describes it")]
    Unloadable,
    /// What a worker answered is no answer to what it was asked.
    #[error("a worker answered something else than it was asked")]
    Confused,
    /// Workers were ended from outside again and again, or got nothing done.
    #[error("workers were ended from outside again and again, or got nothing done")]
    Disturbed,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Tries changes. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Trials(Arc<Benches>);

#[derive(Debug)]
enum Benches {
    Here(Mutex<Workbench>),
    Workers(Vec<Mutex<Process>>),
}

impl Trials {
    /// Tries changes there. Workers are started when there is something to try.
    pub fn at(place: Place) -> Self {
        Self(Arc::new(match place {
            Place::Here => Benches::Here(Mutex::default()),
            Place::Workers(workers) => {
                let processes = (0..workers.count.max(1)).map(|_| Mutex::new(Process::new(workers.clone())));
                Benches::Workers(processes.collect())
            }
        }))
    }

    /// How many documents are tried at the same time.
    pub fn width(&self) -> usize {
        match &*self.0 {
            Benches::Here(_) => 1,
            Benches::Workers(processes) => processes.len(),
        }
    }

    /// Which changes do not pass, and what the document is if all do.
    pub async fn try_changes(&self, job: &Job, source: &mut impl Source) -> Result<Tried, TrialError> {
        match &*self.0 {
            Benches::Here(bench) => session::run(&mut *bench.lock().await, job, source).await,
            Benches::Workers(processes) => {
                let mut process = processes[place_of(job.doc, processes.len())].lock().await;
                session::run(&mut *process, job, source).await
            }
        }
    }
}

/// A document keeps to one worker.
fn place_of(doc: DocId, count: usize) -> usize {
    let mut hasher = DefaultHasher::new();
    doc.hash(&mut hasher);
    (hasher.finish() % count as u64) as usize
}
