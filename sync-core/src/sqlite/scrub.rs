//! Owns that no byte of what was purged stays in the file or its log.

use super::passage;
use super::state::State;
use crate::store::StoreError;
use rusqlite::{Connection, TransactionBehavior};
use std::time::Duration;

/// Where bytes of what was purged may still be.
#[derive(Debug)]
pub(super) struct Traces {
    /// SQLite overwrites deleted bytes (`secure_delete`), but not the copies that stay behind in the gaps
    /// of a page when rows move to its neighbour. Only rewriting the file removes those.
    pub in_pages: bool,
    /// The log holds pages as they were before.
    pub in_log: bool,
}

impl Traces {
    /// Removes them, as far as that is possible now. It waits for nobody and its failure is no failure of
    /// what was committed: what is left is removed the next time.
    pub(super) fn scrub(&mut self, db: &mut Connection) {
        if !self.in_pages && !self.in_log {
            return;
        }
        // Setting a number on an open connection cannot fail; if it did, we would only wait longer.
        let patient = |db: &Connection, wait| db.busy_timeout(wait).is_ok();
        patient(db, Duration::ZERO);
        if self.in_pages && rewrite(db).is_ok() {
            *self = Self { in_pages: false, in_log: true };
        }
        if self.in_log && !self.in_pages {
            self.in_log = !matches!(empty_log(db), Ok(true));
        }
        patient(db, super::open::BUSY);
    }
}

/// Writes every row anew, and notes which purges have no traces any more: those before it began.
fn rewrite(db: &mut Connection) -> Result<(), StoreError> {
    let scrubbed = State::read(db)?.purges;
    forget_words(db)?;
    db.execute_batch("VACUUM")?;
    let done = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let state = State { scrubbed, ..State::read(&done)? };
    state.write(&done)?;
    Ok(done.commit()?)
}

/// Takes the words of what was purged out of the index; all of it if it cannot be read.
fn forget_words(db: &mut Connection) -> Result<(), StoreError> {
    let words = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    match passage::rebuild(&words) {
        Err(error) if passage::is_index_damage(&error) => passage::reset(&words)?,
        rebuilt => rebuilt?,
    }
    Ok(words.commit()?)
}

/// Moves the log into the file and cuts it to nothing; not while another process reads.
fn empty_log(db: &Connection) -> rusqlite::Result<bool> {
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| Ok(row.get::<_, i64>(0)? == 0))
}
