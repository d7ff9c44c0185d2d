//! Owns the directory that lies outside every database backup: the keys, and the ledger of revocations.
//!
//! A backup of the database brings back what was revoked since; the ledger takes it away again. Keys that were
//! in the backup would let whoever holds it speak as the server. All instances share one vault.

mod keys;
mod ledger;
mod organisation_key;

pub use keys::{AccessKey, Keys};
pub use ledger::{Ledger, LedgerEntry};
pub use organisation_key::OrganisationKey;

use crate::random::Randomness;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why the vault cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The database was used before, and its keys are not here.
    #[error(
        "the database belongs to server {server_id}, but {path} does not exist. Without its keys every phone would lose \
         its place and every device its access. Give the right directory with --vault, or restore it from your copy"
    )]
    KeysLost {
        /// Where the keys should be.
        path: PathBuf,
        /// The server that the database names.
        server_id: String,
    },
    /// These are the keys of another server.
    #[error(
        "{path} holds the keys of server {found}, but the database belongs to server {expected}. \
         Give the vault that belongs to this database with --vault"
    )]
    KeysForeign {
        /// Where the keys are.
        path: PathBuf,
        /// Whose they are.
        found: String,
        /// Whose the database is.
        expected: String,
    },
    /// Others may read it.
    #[error("{path} can be read by others (mode {mode:o}): run chmod go-rwx on it")]
    Exposed {
        /// The directory or file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A key is guessable.
    #[error("{path} holds a key that is not random: {which}. Restore the file from your copy")]
    KeyWeak {
        /// Where the keys are.
        path: PathBuf,
        /// The name of the key.
        which: &'static str,
    },
    /// A file of the vault is not what this version writes.
    #[error("{path} line {line} is not readable. Restore the file from your copy; do not delete it")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What the parser said; it never repeats the content.
        #[source]
        source: UnreadableLine,
    },
    /// The file system refused.
    #[error("{path}: {doing} failed")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What was tried.
        doing: &'static str,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
}

/// Where a line stops making sense; the line itself may be a secret and is left out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the expected JSON (column {column})")]
pub struct UnreadableLine {
    /// The column, from 1.
    pub column: usize,
}

impl From<serde_json::Error> for UnreadableLine {
    fn from(error: serde_json::Error) -> Self {
        Self { column: error.column() }
    }
}

/// The opened directory.
#[derive(Debug, Clone)]
pub struct Vault {
    keys: Keys,
    ledger: Arc<Ledger>,
}

impl Vault {
    /// Opens the vault of the server that the database names; a database that names none is new, and may get new keys.
    pub fn open(dir: &Path, database_names: Option<&str>, random: &Randomness) -> Result<Self, VaultError> {
        ensure_private_dir(dir)?;
        let keys = keys::load_or_create(dir, database_names, random)?;
        let ledger = Ledger::open(&dir.join("ledger"), random.clone())?;
        Ok(Self { keys, ledger: Arc::new(ledger) })
    }

    /// The server's secrets.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// What was taken away.
    pub fn ledger(&self) -> &Arc<Ledger> {
        &self.ledger
    }
}

/// Creates the directory with mode 0700, or checks that nobody else can read an existing one.
fn ensure_private_dir(dir: &Path) -> Result<(), VaultError> {
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.map_err(io_error(dir, "creating the directory"))?;
    ensure_private(dir)
}

fn ensure_private(path: &Path) -> Result<(), VaultError> {
    let metadata = std::fs::metadata(path).map_err(io_error(path, "reading its mode"))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(VaultError::Exposed { path: path.to_owned(), mode });
    }
    Ok(())
}

/// A new file is only there after a crash when its directory was synced too.
fn sync_dir(dir: &Path) -> Result<(), VaultError> {
    std::fs::File::open(dir).and_then(|d| d.sync_all()).map_err(io_error(dir, "syncing the directory"))
}

fn io_error(path: &Path, doing: &'static str) -> impl FnOnce(std::io::Error) -> VaultError {
    let path = path.to_owned();
    move |source| VaultError::Io { path, doing, source }
}
