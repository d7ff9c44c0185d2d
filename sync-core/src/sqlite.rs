//! Owns the phone's store on disk: one SQLite file with its log. All SQL of the phone is below here.
//!
//! **What is on disk is on disk.** WAL with `synchronous = FULL`: a commit that returned survives the
//! power. One batch is one IMMEDIATE transaction, which also checks what the batch expects, so two
//! processes on one file (the app and its background task) take turns, and the later one is `Stale`.
//!
//! **What is read is what was written.** Every row carries a digest, every set of rows a sum of digests
//! (`seal`, and the triggers in `migrations-sqlite`). A flipped bit in a document's own rows is damage of
//! that document; one anywhere else is damage of the store. Opening checks the schema and the
//! store's row, and after a kill the structure of all pages while the file is small; all else is checked when it is read.
//!
//! **What is encrypted is encrypted.** With a [`StoreKey`] the file and its log are SQLCipher's; temporary tables stay in
//! memory. A build without SQLCipher refuses a key.
//!
//! **What is purged is gone.** Deleted bytes are overwritten; after a purge the file is also rewritten and
//! the log emptied (`scrub`), at once or, while the other process is busy, at the next commit or opening.
//!
//! To change the schema: a new numbered file in `migrations-sqlite`, its line and the new digest in `open`, and the
//! fixture that `tests/store_versions.rs` asks for.

mod authorship;
mod body;
mod carve;
mod document;
mod error;
mod files;
mod image;
mod key;
mod mend;
mod open;
mod passage;
mod rows;
mod salvage;
mod scrub;
mod seal;
mod state;
mod verify;
mod write;

pub use key::StoreKey;
pub use salvage::{Salvaged, salvage};

use crate::ids::{ActorId, AudienceId, DocId};
use crate::search::{Passage, Query};
use crate::store::{
    AudienceRow, Batch, Body, DocumentRow, Identity, OutboxRow, PartialSnapshot, Presence, RecordRow,
    RefusedRow, Store, StoreError,
};
use crate::wire::{Authored, Command, Receipt};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use scrub::Traces;
use state::State;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A store in a file. Open it once for each process.
#[derive(Debug)]
pub struct SqliteStore {
    db: Connection,
    file: Place,
    traces: Traces,
}

/// Where the file is, and which one it was when it was opened.
#[derive(Debug)]
enum Place {
    At(PathBuf, Option<(u64, u64)>),
    Erased,
}

impl SqliteStore {
    /// The schema that this build reads and writes; older ones are migrated, newer ones refused.
    pub const SCHEMA: u32 = open::VERSION;

    /// Opens the store at this path; creates it if there is none, migrates an older one.
    ///
    /// # Errors
    /// `Newer`, `Damaged` and `Full` leave the file as it was.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_checking(path.as_ref(), open::CHECKED_BYTES, None)
    }

    /// Opens the encrypted store at this path; creates it if there is none.
    ///
    /// # Errors
    /// `WrongKey` leaves the file as it was, besides those of [`SqliteStore::open`]. `NoEncryption`: this build has none.
    pub fn open_encrypted(path: impl AsRef<Path>, key: &StoreKey) -> Result<Self, StoreError> {
        Self::open_checking(path.as_ref(), open::CHECKED_BYTES, Some(key))
    }

    /// Encrypts the store anew under another key; whatever stops that, one of the two opens it.
    ///
    /// # Errors
    /// `NoEncryption`, and those of the medium.
    pub fn replace_key(&mut self, key: &StoreKey) -> Result<(), StoreError> {
        key.replace(&self.db)
    }

    /// Removes the store at this path with everything beside it, whoever can open it: what was not sent is lost.
    ///
    /// # Errors
    /// Those of the medium.
    pub fn remove(path: impl AsRef<Path>) -> Result<(), StoreError> {
        files::remove(path.as_ref())
    }

    /// Opens the store at this path if it belongs to this account, or to nobody yet.
    ///
    /// # Errors
    /// `OtherAccount` besides those of [`SqliteStore::open`].
    pub fn open_for(path: impl AsRef<Path>, account: &Identity) -> Result<Self, StoreError> {
        let store = Self::open(path)?;
        match store.identity()? {
            Some(owner) if !owner.is_same_account(account) => Err(StoreError::OtherAccount),
            _ => Ok(store),
        }
    }

    /// Reads everything, as nobody does in daily use, to find damage before it is met.
    ///
    /// # Errors
    /// The first damage found: of a document, if it is one's own rows.
    pub fn verify(&self) -> Result<(), StoreError> {
        verify::everything(self)
    }

    fn open_checking(path: &Path, checked_bytes: u64, key: Option<&StoreKey>) -> Result<Self, StoreError> {
        files::finish_replacement(path)?;
        let db = open::open(path, checked_bytes, key)?;
        let state = State::read(&db)?;
        let traces = Traces { in_pages: state.purges != state.scrubbed, in_log: true };
        let mut store = Self { db, file: Place::At(path.to_owned(), files::number(path)), traces };
        store.traces.scrub(&mut store.db);
        Ok(store)
    }

    /// Writes the batch or nothing. Says whether a scrub is due.
    fn transact(&mut self, batch: &Batch) -> Result<bool, StoreError> {
        let Place::At(path, number) = &self.file else { return Err(StoreError::Erased) };
        let db = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if files::number(path) != *number {
            return Err(StoreError::Replaced);
        }
        open::refuse_newer(&db)?;
        let scrub_due = write::apply(&db, batch)?;
        db.commit()?;
        Ok(scrub_due)
    }

    /// What an error means. When nothing but what search finds could not be read, that is dropped, and made again by whoever
    /// decides again.
    fn judge(&self, error: StoreError) -> StoreError {
        if !passage::is_index_damage(&error) {
            return error;
        }
        self.drop_index().map_or_else(|error| error, |()| StoreError::Stale)
    }

    fn drop_index(&self) -> Result<(), StoreError> {
        let db = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        passage::reset(&db)?;
        Ok(db.commit()?)
    }

    /// Several reads that see the same moment.
    fn moment(&self) -> Result<Transaction<'_>, StoreError> {
        Ok(self.db.unchecked_transaction()?)
    }
}

impl Store for SqliteStore {
    fn identity(&self) -> Result<Option<Identity>, StoreError> {
        Ok(State::read(&self.db)?.identity)
    }

    fn cursor(&self) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(State::read(&self.db)?.cursor)
    }

    fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        rows::setting(&*self.moment()?, name)
    }

    fn document(&self, doc: DocId) -> Result<Option<DocumentRow>, StoreError> {
        Ok(document::find(&self.db, doc)?.map(|held| held.row))
    }

    fn documents(&self, kind: Option<&str>) -> Result<Vec<DocumentRow>, StoreError> {
        let mut rows = document::all(&*self.moment()?)?;
        rows.retain(|row| kind.is_none_or(|kind| row.kind == kind));
        rows.sort_by_key(|row| (std::cmp::Reverse(row.changed_at), row.doc));
        Ok(rows)
    }

    fn documents_in(&self, presence: Presence) -> Result<Vec<DocumentRow>, StoreError> {
        document::all_in(&*self.moment()?, presence)
    }

    fn documents_of(&self, audience: AudienceId) -> Result<Vec<DocId>, StoreError> {
        let rows = document::all(&*self.moment()?)?;
        Ok(rows.into_iter().filter(|row| row.audience == audience).map(|row| row.doc).collect())
    }

    fn body(&self, doc: DocId) -> Result<Body, StoreError> {
        body::body(&*self.moment()?, doc)
    }

    fn partial(&self, doc: DocId) -> Result<Option<PartialSnapshot>, StoreError> {
        body::partial(&*self.moment()?, doc)
    }

    fn drafted(&self) -> Result<Vec<DocId>, StoreError> {
        body::drafted(&*self.moment()?)
    }

    fn has_drafts(&self, doc: DocId) -> Result<bool, StoreError> {
        body::has_drafts(&*self.moment()?, doc)
    }

    fn outbox(&self, after: u64, max_bytes: usize) -> Result<Vec<OutboxRow>, StoreError> {
        body::outbox(&*self.moment()?, after, max_bytes)
    }

    fn author(&self, doc: DocId, actor: ActorId) -> Result<Option<Authored>, StoreError> {
        Ok(self.authors(doc)?.into_iter().find(|authored| authored.actor == actor))
    }

    fn authors(&self, doc: DocId) -> Result<Vec<Authored>, StoreError> {
        authorship::authors(&*self.moment()?, doc)
    }

    fn receipt(&self, doc: DocId) -> Result<Option<Receipt>, StoreError> {
        authorship::receipt(&*self.moment()?, doc)
    }

    fn commands(&self) -> Result<Vec<Command>, StoreError> {
        rows::commands(&*self.moment()?)
    }

    fn refused(&self) -> Result<Vec<RefusedRow>, StoreError> {
        rows::refused(&*self.moment()?)
    }

    fn audiences(&self) -> Result<Vec<AudienceRow>, StoreError> {
        rows::audiences(&*self.moment()?)
    }

    fn records(&self, collection: &str) -> Result<Vec<RecordRow>, StoreError> {
        rows::records(&*self.moment()?, collection)
    }

    fn indexed(&self) -> Result<BTreeMap<DocId, u64>, StoreError> {
        let indexed = passage::indexed(&*self.moment()?);
        indexed.map_err(|error| self.judge(error))
    }

    fn search(&self, query: &Query) -> Result<Vec<(DocId, Passage)>, StoreError> {
        let candidates = passage::candidates(&*self.moment()?, query);
        let mut found = candidates.map_err(|error| self.judge(error))?;
        found.retain(|(_, passage)| query.find(&passage.text).is_some());
        Ok(found)
    }

    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let done = self.transact(batch);
        if !self.db.is_autocommit() {
            // Even BEGIN can report a failure after it began; an open transaction would lock everybody out.
            self.db.execute_batch("ROLLBACK")?;
        }
        self.traces.in_pages |= done.map_err(|error| self.judge(error))?;
        self.traces.scrub(&mut self.db);
        Ok(())
    }

    fn commit_unsynced(&mut self, batch: &Batch) -> Result<(), StoreError> {
        // The log is written all the same, and outlives the process; only nobody waits until the disk has it.
        self.db.pragma_update(None, "synchronous", "NORMAL")?;
        let done = self.commit(batch);
        self.db.pragma_update(None, "synchronous", "FULL")?;
        done
    }

    fn erase(&mut self) -> Result<(), StoreError> {
        let Place::At(path, _) = &self.file else { return Ok(()) };
        // Closing writes the log into the file, so it comes first.
        self.db = open::in_memory()?;
        files::remove(path)?;
        self.file = Place::Erased;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
