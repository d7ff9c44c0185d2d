//! Owns how a file becomes a store: its version, its schema, its settings, and what is checked first.

use super::error::damaged;
use super::files;
use super::key::{StoreKey, without as without_key};
use super::state::State;
use crate::store::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::time::Duration;

/// One step for each released version, in order; a released step is never edited.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations-sqlite/0001_initial.sql"),
    include_str!("../../migrations-sqlite/0002_drafted.sql"),
    include_str!("../../migrations-sqlite/0003_unread.sql"),
    include_str!("../../migrations-sqlite/0004_search.sql"),
    include_str!("../../migrations-sqlite/0005_command.sql"),
];

/// The schema that this build reads and writes.
pub(super) const VERSION: u32 = MIGRATIONS.len() as u32;

/// The [`schema`] that this build makes. Written down, because making one to compare with takes a quarter of the time
/// that opening a store takes; a test says when it is another.
pub(super) const SCHEMA: &str = "84f3e9c8a3599aec28c81fab6c329e36399596f2c2447b72cb96640fe967e32f";

/// Tells our files from other SQLite files. The version is repeated in its lower half, so that a
/// flipped bit in the header does not pass for another version.
const APPLICATION: u32 = 0x464C_0000;

/// How long a write waits for the other process.
pub(super) const BUSY: Duration = Duration::from_secs(10);

/// How often the log is turned on before a store is given up as busy; each time but the last waits up to [`BUSY`].
const LOG_ATTEMPTS: usize = 20;

/// Files up to this size have the structure of every page checked when they are opened after a kill.
pub(super) const CHECKED_BYTES: u64 = 32 << 20;

/// A connection to a store of this build's version, created or migrated if need be.
pub(super) fn open(
    path: &Path,
    checked_bytes: u64,
    key: Option<&StoreKey>,
) -> Result<Connection, StoreError> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // Whoever closes a store last leaves no log. That one is there means a kill, or another process.
    let was_closed = !files::log(path).exists();
    let mut db = Connection::open_with_flags(path, flags)?;
    // Until the version is known, even closing must not touch the file.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    db.busy_timeout(BUSY)?;
    key.map_or_else(|| without_key(&db, path), |key| key.unlock(&db))?;
    version(&mut db)?;
    configure(&mut db)?;
    migrate(&mut db, MIGRATIONS)?;
    check(&mut db, if was_closed { 0 } else { checked_bytes })?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    Ok(db)
}

/// The version of a file, 0 for an empty one, if it is a store that this build can open.
pub(super) fn version(db: &mut Connection) -> Result<u32, StoreError> {
    let db = db.transaction()?;
    let number = |name| db.pragma_query_value(None, name, |row| row.get::<_, i32>(0)).map(|n| n as u32);
    let (found, application) = (number("user_version")?, number("application_id")?);
    let empty = db.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get::<_, bool>(0))?;
    if (found, application, empty) == (0, 0, true) {
        return Ok(0);
    }
    if found == 0 || application != APPLICATION + found {
        return Err(damaged("its header is not that of a store"));
    }
    if found > VERSION { Err(StoreError::Newer { found, known: VERSION }) } else { Ok(found) }
}

fn configure(db: &mut Connection) -> Result<(), StoreError> {
    db.pragma_update(None, "page_size", 4096)?;
    if keep_log(db)? != "wal" {
        return Err(StoreError::Failed("this file system cannot hold a write-ahead log".into()));
    }
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "secure_delete", true)?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    db.pragma_update(None, "cell_size_check", true)?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// Turns the write-ahead log on and tells the mode that the file is in.
///
/// Two processes that turn it on at once would each wait for the other, so SQLite fails one of them at once, without
/// the patience that it has elsewhere. Whoever fails waits for the file as a writer does, and tries again.
fn keep_log(db: &mut Connection) -> rusqlite::Result<String> {
    for _ in 0..LOG_ATTEMPTS {
        match db.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0)) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                db.transaction_with_behavior(TransactionBehavior::Exclusive)?.rollback()?;
            }
            mode => return mode,
        }
    }
    db.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))
}

/// Creates a new store, or takes an older one up by one step after the other, each in a transaction of
/// its own. Another process may have done so in the meantime.
pub(super) fn migrate(db: &mut Connection, steps: &[&str]) -> Result<(), StoreError> {
    loop {
        let next = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        match current_version(&next)? as usize {
            0 => create(&next, steps)?,
            version if version < steps.len() => apply(&next, steps, version)?,
            _ => return Ok(()),
        }
        next.commit()?;
    }
}

fn create(db: &Transaction<'_>, steps: &[&str]) -> rusqlite::Result<()> {
    (0..steps.len()).try_for_each(|step| apply(db, steps, step))?;
    State::create(db)
}

fn apply(db: &Transaction<'_>, steps: &[&str], step: usize) -> rusqlite::Result<()> {
    db.execute_batch(&without_comments(steps[step]))?;
    let version = step as u32 + 1;
    db.pragma_update(None, "application_id", APPLICATION + version)?;
    db.pragma_update(None, "user_version", version)
}

/// The other process may be a newer build that has migrated the file since this one opened it.
pub(super) fn refuse_newer(db: &Connection) -> Result<(), StoreError> {
    let found = current_version(db)?;
    if found > VERSION { Err(StoreError::Newer { found, known: VERSION }) } else { Ok(()) }
}

fn current_version(db: &Connection) -> rusqlite::Result<u32> {
    db.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// The statements alone: a comment may be improved without changing the schema that files hold.
fn without_comments(sql: &str) -> String {
    let lines = sql.lines().map(|line| line.split("--").next().unwrap_or_default().trim());
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What must hold before anything is read: the schema is ours, after a kill the pages hang together (skipped for a
/// large file, where it would eat a background window), and the one row about the store is what was written. All
/// other rows are checked whenever they are read, so that opening costs the same however many there are.
fn check(db: &mut Connection, checked_bytes: u64) -> Result<(), StoreError> {
    let db = db.transaction()?;
    if schema(&db)? != SCHEMA || is_auto_vacuum(&db)? {
        return Err(damaged("its schema"));
    }
    if size(&db)? <= checked_bytes {
        check_structure(&db)?;
    }
    State::read(&db).map(drop)
}

fn is_auto_vacuum(db: &Connection) -> rusqlite::Result<bool> {
    db.pragma_query_value(None, "auto_vacuum", |row| row.get(0))
}

fn size(db: &Connection) -> rusqlite::Result<u64> {
    let pages: u32 = db.pragma_query_value(None, "page_count", |row| row.get(0))?;
    Ok(u64::from(pages) * 4096)
}

/// SHA-256 of everything that the schema says.
pub(super) fn schema(db: &Connection) -> rusqlite::Result<String> {
    let sql = "SELECT type, name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name";
    let mut statement = db.prepare(sql)?;
    let mut query = statement.query([])?;
    let mut hash = Sha256::new();
    while let Some(row) = query.next()? {
        for column in 0..3 {
            let text: String = row.get(column)?;
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
    }
    Ok(hex::encode(hash.finalize()))
}

/// An empty store without a file.
pub(super) fn in_memory() -> rusqlite::Result<Connection> {
    let mut db = Connection::open_in_memory()?;
    let all = db.transaction()?;
    create(&all, MIGRATIONS)?;
    all.commit()?;
    Ok(db)
}

/// That every page hangs together with the others. Says nothing of what is in the rows.
pub(super) fn check_structure(db: &Connection) -> Result<(), StoreError> {
    // Two, because the index of words may be one of them: it is made again when it is asked and cannot answer.
    let mut check = db.prepare("PRAGMA quick_check(2)")?;
    let verdicts: Vec<String> = check.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let of_words = |verdict: &str| verdict.contains("FTS5 table") || verdict.starts_with("fts5: ");
    let is_fine = |verdict: &String| verdict == "ok" || of_words(verdict);
    if verdicts.iter().all(is_fine) { Ok(()) } else { Err(damaged("its pages")) }
}
