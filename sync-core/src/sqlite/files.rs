//! Owns the files around a store: its log and the log's index, which SQLite names after it.

use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The name of a file beside the store: the store's own, and then this.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// Deletes the store and all files beside it. The store goes last: if this is cut short, it is still
/// there to be erased again.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    for suffix in ["-shm", "-wal", ""] {
        remove_one(&beside(path, suffix))?;
    }
    Ok(())
}

fn remove_one(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
