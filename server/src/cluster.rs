//! The private Postgres cluster: a database of its own for a server that was given none.
//!
//! One command has to run the server on a machine where nobody set up a database, so the server keeps a
//! cluster in its data directory and looks after it. It is an ordinary Postgres in its safest settings, reached
//! through a Unix socket in a closed directory only: no port, no password, nothing to configure. This module
//! owns that directory and those processes; it knows nothing of tables, roles or migrations.
//!
//! ```text
//! DIRECTORY/
//!   server.lock     held by the one process that owns the cluster
//!   commands.lock   shared by commands that use a cluster which somebody else owns
//!   pg/             Postgres' data directory (pg.init/ while it is being made)
//!   s/              the socket (below /tmp when the path would be too long for one)
//!   postgres.log    what Postgres says, without the values of failed statements
//! ```
//!
//! **A start** takes the lock, decides under which account Postgres runs (root steps down to the owner of the
//! data, else `postgres`, else `nobody`), finds the programs, ends a Postgres that a killed server left, makes
//! the database if there is none, starts Postgres as a child and waits until it answers. **While it runs**, one
//! thread watches the child and starts it again if it dies. **When the server dies**, however it dies, the
//! kernel sends the child a fast shutdown.
//!
//! **The programs** are those of the release that made the data; for new data, of any release from 15 on. They
//! are looked for in the directory that was named, and nowhere else if one was; else in the server's cache, on
//! the search path, in the places of the distributions; else a packaged Postgres is fetched into the cache, if
//! `npm` is there.
//!
//! A server calls [`Cluster::open`]. A command that needs the database for a moment calls [`Cluster::join`],
//! which uses the running server's cluster, or starts it for as long as the command takes.

mod account;
mod binaries;
mod error;
mod initdb;
mod launch;
mod layout;
mod locks;
mod package;
mod postmaster;
mod supervisor;

use std::{
    ffi::OsString,
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};

pub use self::{
    error::ClusterError,
    launch::{RUN_POSTGRES, exec_postgres},
    layout::{default_cache, default_directory},
    package::FetchError,
};
use self::{layout::Layout, supervisor::Supervisor};

/// How often a command looks again while a server is starting or stopping.
const JOIN_PAUSE: Duration = Duration::from_millis(50);
/// How often before it says that the directory is in use: a minute, since a recovery may take its time.
const JOIN_TRIES: u32 = 1_200;

/// Where a cluster lies and what it is run with.
#[derive(Debug, Clone)]
pub struct Options {
    /// The data directory; made if it is missing.
    pub directory: PathBuf,
    /// A directory that holds `initdb` and `postgres`; if named, no other is used.
    pub binaries: Option<PathBuf>,
    /// The value of `PATH`, to look for programs in.
    pub search_path: Option<OsString>,
    /// Where a fetched Postgres is kept; without it nothing is ever fetched.
    pub cache: Option<PathBuf>,
    /// The program whose subcommand [`RUN_POSTGRES`] calls [`exec_postgres`].
    pub launcher: PathBuf,
}

impl Options {
    /// A cluster in this directory, run by this very program, with the Postgres that the system has.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            binaries: None,
            search_path: None,
            cache: None,
            launcher: launch::own_program(),
        }
    }
}

/// A cluster that can be used for as long as this value lives.
///
/// Dropping it stops Postgres, if this process started it, and waits for that; in asynchronous code prefer
/// [`Cluster::stop`].
#[derive(Debug)]
pub struct Cluster {
    url: String,
    hold: Hold,
}

/// What keeps the cluster running.
#[derive(Debug)]
enum Hold {
    Owner(Supervisor),
    /// The file is the lock that makes the owner's stop wait for us.
    Guest(#[expect(dead_code, reason = "held for its lock")] File),
}

impl Cluster {
    /// Own the cluster: make it if need be, start it and wait until it answers.
    ///
    /// # Errors
    /// [`ClusterError::InUse`] at once if another process owns it; else whatever stands in the way, each with
    /// what to do about it.
    pub async fn open(options: Options) -> Result<Self, ClusterError> {
        let (supervisor, url) = Supervisor::start(options).await?;
        Ok(Self { url, hold: Hold::Owner(supervisor) })
    }

    /// Use the cluster of the server that runs, or own it until this value is dropped.
    ///
    /// A server that is just starting or stopping is waited for.
    pub async fn join(options: Options) -> Result<Self, ClusterError> {
        for _ in 1..JOIN_TRIES {
            if let Some(guest) = Self::visit(&options.directory).await? {
                return Ok(guest);
            }
            match Self::open(options.clone()).await {
                Err(ClusterError::InUse { .. }) => tokio::time::sleep(JOIN_PAUSE).await,
                outcome => return outcome,
            }
        }
        Self::open(options).await
    }

    /// Use the running cluster, if one runs; its owner then waits for us before it stops.
    async fn visit(directory: &Path) -> Result<Option<Self>, ClusterError> {
        if !directory.exists() {
            return Ok(None);
        }
        let layout = Layout::existing(directory)?;
        // The lock comes before the look: in the other order the owner could stop in between.
        let locking = layout.clone();
        let guest = tokio::task::spawn_blocking(move || locking.lock_as_guest())
            .await
            .map_err(|_| ClusterError::Supervisor)??;
        let running = postmaster::is_running(&layout)?;
        Ok(running.then(|| Self { url: layout.url(), hold: Hold::Guest(guest) }))
    }

    /// The URL under which every process of this account reaches the database, as its owner.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Let go of the cluster: stop Postgres if this process started it, else merely stop using it.
    pub async fn stop(self) {
        let Hold::Owner(supervisor) = self.hold else { return };
        // It waits for Postgres. A panic in there was logged, and nothing is left to do about it here.
        let _ = tokio::task::spawn_blocking(move || drop(supervisor)).await;
    }
}

/// The URL of the cluster that runs in this directory, if one does.
///
/// For looking only: the cluster may stop at any moment. To work with it, use [`Cluster::join`].
pub fn find_running(directory: &Path) -> Result<Option<String>, ClusterError> {
    if !directory.exists() {
        return Ok(None);
    }
    let layout = Layout::existing(directory)?;
    Ok(postmaster::is_running(&layout)?.then(|| layout.url()))
}
