//! Owns the tests of the store on disk: the contract, and what only a file can get wrong.

mod agreement;
mod damage;
mod full_disk;
mod mend;
mod opening;
mod purge;
mod salvage;
mod search;
mod two_processes;

use super::*;
use crate::store::contract;
use std::path::PathBuf;

/// A store in a directory that goes with it.
struct OnDisk {
    store: SqliteStore,
    directory: tempfile::TempDir,
}

impl OnDisk {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self { store: SqliteStore::open(directory.path().join("store.sqlite")).unwrap(), directory }
    }

    /// A store that a power cut could tear: for tests that write much and pull no plug.
    fn hasty() -> Self {
        let disk = Self::new();
        disk.store.db.pragma_update(None, "synchronous", "OFF").unwrap();
        disk
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("store.sqlite")
    }

    /// The same file, closed and opened again.
    fn reopened(self) -> Self {
        let (path, Self { store, directory }) = (self.path(), self);
        drop(store);
        let store = SqliteStore::open(path).unwrap();
        store.db.pragma_update(None, "synchronous", "OFF").unwrap();
        Self { store, directory }
    }
}

contract::every_rule!(OnDisk::new().store);
