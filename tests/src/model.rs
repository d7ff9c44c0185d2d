//! Owns a database in memory that the production services run on: the statements of the store as Postgres carries
//! them out, and faults when the world asks for them. The contract (`tests/it/store_contract`) holds both to the same.
//!
//! Nothing in here is random and nothing reads a clock of its own: the world hands in the time and the faults, and a
//! runtime of one thread does the rest. So the same seed gives the same run.
//!
//! - [`transaction`]: what a transaction sees and when it waits, as READ COMMITTED and REPEATABLE READ have it.
//! - [`locks`]: rows are locked until the transaction ends; who waits longest is next; a circle is broken.
//! - [`tables`]: the rows of an organisation at one moment.
//! - [`fate`]: what may befall statements and commits.
//! - The other modules: the statements, by subject, as in the server's `store/postgres/`.

mod audience;
mod change;
mod command;
mod document;
mod fate;
mod feed;
mod group;
mod locks;
mod record;
mod refusal;
mod snapshot;
mod tables;
mod transaction;

pub use fate::{Calm, CommitVerdict, Ending, Fate, Statement, Verdict};
pub use tables::{DeviceRow, Document, Snapshot, Tables};
pub use transaction::{ModelStore, ModelTransaction};

use locks::{Locks, TxId};
use server::clock::Clock;
use server::store::row::FeedRow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use sync_core::ids::OrgId;
use sync_core::time::Timestamp;
use tokio::task::JoinSet;

/// A database that many instances of the server share.
#[derive(Clone)]
pub struct ModelDatabase(Arc<Shared>);

struct Shared {
    clock: Clock,
    fate: Box<dyn Fate>,
    state: Mutex<State>,
}

/// Everything that changes.
#[derive(Default)]
struct State {
    /// What is committed.
    organisations: BTreeMap<OrgId, Arc<Tables>>,
    locks: Locks,
    last_tx: TxId,
    /// How often a backup took the place of the database.
    restores: u64,
    /// Commits that go on although their connection is gone.
    going_on: JoinSet<()>,
}

/// The committed rows of every organisation at one moment.
#[derive(Debug, Clone)]
pub struct Backup(BTreeMap<OrgId, Arc<Tables>>);

impl Backup {
    /// What an organisation had.
    pub fn of(&self, org: OrgId) -> Option<&Tables> {
        self.0.get(&org).map(|tables| &**tables)
    }
}

impl ModelDatabase {
    /// An empty database with this clock and these faults.
    pub fn new(clock: Clock, fate: impl Fate) -> Self {
        Self(Arc::new(Shared { clock, fate: Box::new(fate), state: Mutex::default() }))
    }

    /// The database as this instance reaches it.
    pub fn instance(&self, name: &str) -> ModelStore {
        ModelStore { database: self.clone(), instance: name.into() }
    }

    /// Founds an organisation. Without this it has no feed and no audiences.
    pub fn found(&self, org: OrgId) {
        self.meddle(org, |tables| tables.feed_counter = Some(0));
    }

    /// Adds a device. Only what it replaces is ever asked.
    pub fn enrol(&self, org: OrgId, device: DeviceRow) {
        self.meddle(org, |tables| {
            tables.devices.insert(device.device, device);
        });
    }

    /// The rows of an organisation as they are committed now.
    pub fn committed(&self, org: OrgId) -> Arc<Tables> {
        self.state().committed(org)
    }

    /// The rows of the feed in the order in which they were committed.
    pub fn feed(&self, org: OrgId) -> Vec<FeedRow> {
        let tables = self.committed(org);
        let row = |seq| tables.feed.get(seq).map(|row| FeedRow::clone(row));
        tables.commit_order.iter().filter_map(row).collect()
    }

    /// How many transactions wait for a lock of another one.
    pub fn waiting(&self) -> usize {
        self.state().locks.waiting()
    }

    /// What is committed now.
    pub fn back_up(&self) -> Backup {
        Backup(self.state().organisations.clone())
    }

    /// Becomes what the backup is. Open transactions have lost their connection.
    pub fn restore(&self, backup: &Backup) {
        let mut state = self.state();
        state.organisations.clone_from(&backup.0);
        state.locks = Locks::default();
        state.restores += 1;
    }

    /// Changes rows past every transaction.
    fn meddle(&self, org: OrgId, change: impl FnOnce(&mut Tables)) {
        change(Arc::make_mut(self.state().organisations.entry(org).or_default()));
    }

    /// Lets something happen in the database that no instance waits for.
    fn go_on(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.state().going_on.spawn(work);
    }

    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    fn fate(&self) -> &dyn Fate {
        &*self.0.fate
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // What is committed is replaced in one assignment: a panic elsewhere cannot leave half of it.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn committed(&self, org: OrgId) -> Arc<Tables> {
        self.organisations.get(&org).cloned().unwrap_or_default()
    }
}

impl std::fmt::Debug for ModelDatabase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ModelDatabase")
    }
}
