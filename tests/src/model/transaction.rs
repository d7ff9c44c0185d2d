//! Owns what a transaction sees, holds and leaves behind. What each statement does stands in the file of its subject.
//!
//! A transaction works on a copy of the rows and remembers each step that changed it. Before a statement, if somebody
//! has committed since, the copy is made anew and the steps are taken again: that is READ COMMITTED, and the locks see
//! to it that a step taken again does the same. The commit puts the copy in the place of the committed rows. Copies
//! share what they do not change.

use super::ModelDatabase;
use super::fate::{CommitVerdict, Ending, Statement, Verdict};
use super::locks::{Asked, Key, TxId};
use super::tables::Tables;
use server::store::{Access, Store, StoreError, Stored, Transaction};
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;
use sync_core::ids::OrgId;
use sync_core::time::Timestamp;
use tokio::time::{sleep, timeout};

/// How long a statement waits for a lock; the server asks the same of Postgres.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

/// The database as one instance of the server reaches it.
#[derive(Debug, Clone)]
pub struct ModelStore {
    pub(super) database: ModelDatabase,
    pub(super) instance: Arc<str>,
}

/// A transaction of one organisation.
pub struct ModelTransaction {
    store: ModelStore,
    org: OrgId,
    access: Access,
    id: TxId,
    /// How often the database had been restored when this began.
    restores: u64,
    /// The committed rows that `view` was made from.
    base: Arc<Tables>,
    /// What this transaction sees: its base, and its own steps.
    view: Arc<Tables>,
    steps: Vec<Step>,
    /// After a failure nothing works any more, and nothing will be written.
    has_failed: bool,
}

type Step = Box<dyn Fn(&mut Tables) + Send + Sync>;

impl Store for ModelStore {
    type Tx = ModelTransaction;

    async fn begin(&self, org: OrgId, access: Access) -> Stored<ModelTransaction> {
        self.suffer(org, "begin").await?;
        let mut state = self.database.state();
        state.last_tx += 1;
        let (id, restores, base) = (state.last_tx, state.restores, state.committed(org));
        let (store, view) = (self.clone(), base.clone());
        Ok(ModelTransaction {
            store,
            org,
            access,
            id,
            restores,
            base,
            view,
            steps: vec![],
            has_failed: false,
        })
    }

    async fn organisations(&self) -> Stored<Vec<OrgId>> {
        let state = self.database.state();
        let founded = |tables: &Tables| tables.feed_counter.is_some();
        Ok(state.organisations.iter().filter(|(_, tables)| founded(tables)).map(|(org, _)| *org).collect())
    }
}

impl ModelStore {
    async fn suffer(&self, org: OrgId, name: &'static str) -> Stored<()> {
        let statement = Statement { instance: &self.instance, org, name };
        match self.database.fate().of_statement(statement) {
            Verdict::GoOn => {}
            Verdict::Delay(by) => sleep(by).await,
            Verdict::Fail => return Err(retryable("the connection broke")),
            Verdict::Crash => pending().await,
        }
        Ok(())
    }
}

impl ModelTransaction {
    /// Every statement begins with this: it reaches the database, or does not, and sees what is committed by then.
    pub(super) async fn statement(&mut self, name: &'static str) -> Stored<&Tables> {
        if self.has_failed {
            return Err(StoreError::Failed("the transaction has failed before".into()));
        }
        self.store.suffer(self.org, name).await.map_err(|error| self.fail(error))?;
        self.refresh().map_err(|error| self.fail(error))?;
        Ok(&self.view)
    }

    /// Locks these one after the other, until the transaction ends, and sees what is committed by then.
    pub(super) async fn hold(&mut self, keys: Vec<Key>) -> Stored<&Tables> {
        if self.access == Access::Read {
            return Err(self.fail(StoreError::Failed("the transaction may only read".into())));
        }
        for key in keys {
            let asked = self.store.database.state().locks.ask(self.id, self.org, key);
            wait(asked).await.map_err(|error| self.fail(error))?;
        }
        self.refresh().map_err(|error| self.fail(error))?;
        Ok(&self.view)
    }

    /// Changes rows that are held.
    pub(super) fn step(&mut self, step: impl Fn(&mut Tables) + Send + Sync + 'static) {
        step(Arc::make_mut(&mut self.view));
        self.steps.push(Box::new(step));
    }

    /// What the transaction saw last.
    pub(super) fn view(&self) -> &Tables {
        &self.view
    }

    /// Whether a row may be held without waiting.
    pub(super) fn is_free(&self, key: Key) -> bool {
        !self.store.database.state().locks.is_held_by_another(self.id, self.org, key)
    }

    /// The database's clock.
    pub(super) fn now(&self) -> Timestamp {
        self.store.database.now()
    }

    /// An error ends the transaction: it holds nothing from here on.
    pub(super) fn fail(&mut self, error: StoreError) -> StoreError {
        self.has_failed = true;
        self.store.database.state().locks.release(self.id);
        error
    }

    /// Takes a key that must be unique. A transaction that has taken it before is waited for.
    pub(super) async fn take_key(&mut self, key: Key, is_taken: impl Fn(&Tables) -> bool) -> Stored<()> {
        if is_taken(&self.view) || is_taken(self.hold(vec![key]).await?) {
            return Err(self.fail(StoreError::Conflict("there is such a row already".into())));
        }
        Ok(())
    }

    /// Refuses a row that belongs to another one, unless that is there.
    pub(super) fn demand(&mut self, is_there: bool, what: &'static str) -> Stored<()> {
        if is_there { Ok(()) } else { Err(self.fail(StoreError::Failed(what.into()))) }
    }

    fn refresh(&mut self) -> Stored<()> {
        let state = self.store.database.state();
        if state.restores != self.restores {
            return Err(retryable("the database was restored"));
        }
        let committed = state.committed(self.org);
        drop(state);
        if self.access == Access::Write && !Arc::ptr_eq(&committed, &self.base) {
            self.view = committed.clone();
            self.base = committed;
            self.steps.iter().for_each(|step| step(Arc::make_mut(&mut self.view)));
        }
        Ok(())
    }

    /// Commits: from here on everybody sees it.
    fn finish(mut self) -> Stored<()> {
        if self.has_failed || self.steps.is_empty() {
            return Ok(());
        }
        self.refresh().map_err(|_| unknown())?;
        self.store.database.state().organisations.insert(self.org, self.view.clone());
        Ok(())
    }

    /// Ends as it must, while nobody listens.
    fn end(self, ending: Ending) {
        match ending {
            Ending::RolledBack => drop(self),
            Ending::Committed => drop(self.finish()),
            Ending::CommittedAfter(by) => {
                let database = self.store.database.clone();
                database.go_on(async move {
                    sleep(by).await;
                    drop(self.finish());
                });
            }
        }
    }
}

impl Transaction for ModelTransaction {
    fn organisation(&self) -> OrgId {
        self.org
    }

    async fn commit(self) -> Stored<()> {
        let statement = Statement { instance: &self.store.instance, org: self.org, name: "commit" };
        match self.store.database.fate().of_commit(statement) {
            CommitVerdict::GoOn => self.finish(),
            CommitVerdict::Late(by) => {
                sleep(by).await;
                self.finish()
            }
            CommitVerdict::Refuse => Err(retryable("the commit was refused")),
            CommitVerdict::Lose(ending) => {
                self.end(ending);
                Err(unknown())
            }
            CommitVerdict::Crash(ending) => {
                self.end(ending);
                pending().await
            }
        }
    }
}

impl Drop for ModelTransaction {
    fn drop(&mut self) {
        self.store.database.state().locks.release(self.id);
    }
}

impl std::fmt::Debug for ModelTransaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ModelTransaction({} of {})", self.id, self.store.instance)
    }
}

async fn wait(asked: Asked) -> Stored<()> {
    match asked {
        Asked::Granted => Ok(()),
        Asked::Deadlock => Err(retryable("deadlock")),
        Asked::Queued(told) => match timeout(LOCK_TIMEOUT, told).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(retryable("the database was restored")),
            Err(_) => Err(retryable("somebody held the lock for too long")),
        },
    }
}

fn retryable(why: &'static str) -> StoreError {
    StoreError::Retryable(why.into())
}

fn unknown() -> StoreError {
    StoreError::OutcomeUnknown("the connection broke".into())
}
