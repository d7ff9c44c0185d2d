//! Owns the disk of a phone: what is committed stays, a commit under way when the process dies is lost or done, and
//! a full disk takes nothing.

use super::trace::Trace;
use super::watch::Watch;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use sync_core::ids::{ActorId, AudienceId, DocId};
use sync_core::search::{Passage, Query};
use sync_core::store::{
    AudienceRow, Batch, Body, DocumentRow, Identity, MemoryStore, OutboxRow, PartialSnapshot, Presence,
    RecordRow, RefusedRow, Store, StoreError, Write,
};
use sync_core::wire::{Authored, Command, Receipt};

/// What a phone has on disk. A clone is the same disk.
#[derive(Debug, Clone, Default)]
pub struct Disk(Arc<Mutex<Platter>>);

#[derive(Debug, Default)]
struct Platter {
    image: MemoryStore,
    is_full: bool,
}

/// What becomes of the commit during which a process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastCommit {
    /// Nothing of it is on disk.
    Lost,
    /// All of it is, and the process never hears of it.
    Written,
}

/// When a process is going to die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fuse {
    Commits(u32, LastCommit),
    Calls(u32),
}

/// One process of an app: what it does has effects only while it lives.
#[derive(Debug)]
pub struct Life {
    is_alive: AtomicBool,
    fuse: Mutex<Option<Fuse>>,
}

/// The disk as one process has it open.
pub struct Mounted {
    disk: Disk,
    life: Arc<Life>,
    trace: Trace,
    watch: Watch,
    name: String,
}

impl Disk {
    /// A disk with this content.
    pub fn holding(image: MemoryStore) -> Self {
        Self(Arc::new(Mutex::new(Platter { image, is_full: false })))
    }

    /// A copy of everything on it.
    pub fn image(&self) -> MemoryStore {
        self.lock().image.clone()
    }

    /// Puts a copy in the place of everything.
    pub fn restore(&self, image: MemoryStore) {
        self.lock().image = image;
    }

    /// Whether it takes nothing more.
    pub fn set_full(&self, is_full: bool) {
        self.lock().is_full = is_full;
    }

    /// Makes a document unreadable.
    pub fn damage(&self, doc: DocId) {
        self.lock().image.damage(doc);
    }

    /// Looks at what is on it.
    pub fn look<T>(&self, look: impl FnOnce(&MemoryStore) -> T) -> T {
        look(&self.lock().image)
    }

    fn lock(&self) -> MutexGuard<'_, Platter> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Life {
    /// A living process.
    pub fn begin() -> Arc<Self> {
        Arc::new(Self { is_alive: AtomicBool::new(true), fuse: Mutex::new(None) })
    }

    /// Whether it lives.
    pub fn is_alive(&self) -> bool {
        self.is_alive.load(Ordering::SeqCst)
    }

    /// Dies now.
    pub fn end(&self) {
        self.is_alive.store(false, Ordering::SeqCst);
    }

    /// Dies in the commit after so many more.
    pub fn end_in_commit(&self, after: u32, last: LastCommit) {
        *self.fuse() = Some(Fuse::Commits(after, last));
    }

    /// Dies when it makes the call after so many more.
    pub fn end_in_call(&self, after: u32) {
        *self.fuse() = Some(Fuse::Calls(after));
    }

    /// Lives on, whatever was planned.
    pub fn spare(&self) {
        *self.fuse() = None;
    }

    /// A call is made: whether the process lives to see it leave.
    pub fn survives_call(&self) -> bool {
        let mut fuse = self.fuse();
        match *fuse {
            Some(Fuse::Calls(0)) => self.end(),
            Some(Fuse::Calls(left)) => *fuse = Some(Fuse::Calls(left - 1)),
            Some(Fuse::Commits(..)) | None => {}
        }
        self.is_alive()
    }

    /// A commit is made: how the process dies in it, if it does.
    fn last_commit(&self) -> Option<LastCommit> {
        let mut fuse = self.fuse();
        match *fuse {
            Some(Fuse::Commits(0, last)) => {
                self.end();
                Some(last)
            }
            Some(Fuse::Commits(left, last)) => {
                *fuse = Some(Fuse::Commits(left - 1, last));
                None
            }
            Some(Fuse::Calls(_)) | None => None,
        }
    }

    fn fuse(&self) -> MutexGuard<'_, Option<Fuse>> {
        self.fuse.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Mounted {
    /// Opens the disk for a process of this name.
    pub fn new(disk: Disk, life: Arc<Life>, (trace, watch): (Trace, Watch), name: String) -> Self {
        Self { disk, life, trace, watch, name }
    }

    fn read<T>(&self, read: impl FnOnce(&MemoryStore) -> Result<T, StoreError>) -> Result<T, StoreError> {
        if !self.life.is_alive() {
            return Err(dead());
        }
        read(&self.disk.lock().image)
    }

    fn write(&self, batch: &Batch) -> Result<(), StoreError> {
        if !self.life.is_alive() {
            return Err(dead());
        }
        let mut platter = self.disk.lock();
        if platter.is_full {
            return Err(StoreError::Full);
        }
        match self.life.last_commit() {
            None => self.write_on(&mut platter.image, batch),
            Some(last) => {
                if last == LastCommit::Written {
                    self.write_on(&mut platter.image, batch)?;
                }
                Err(dead())
            }
        }
    }

    fn write_on(&self, image: &mut MemoryStore, batch: &Batch) -> Result<(), StoreError> {
        let before = image.cursor().ok().flatten();
        image.commit(batch)?;
        for write in &batch.writes {
            if let Write::Cursor(Some(cursor)) = write {
                self.watch.cursor_stored(&self.name, before.clone(), cursor);
            }
        }
        Ok(())
    }
}

impl Store for Mounted {
    fn identity(&self) -> Result<Option<Identity>, StoreError> {
        self.read(Store::identity)
    }

    fn cursor(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(Store::cursor)
    }

    fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|image| image.setting(name))
    }

    fn document(&self, doc: DocId) -> Result<Option<DocumentRow>, StoreError> {
        self.read(|image| image.document(doc))
    }

    fn documents(&self, kind: Option<&str>) -> Result<Vec<DocumentRow>, StoreError> {
        self.read(|image| image.documents(kind))
    }

    fn documents_in(&self, presence: Presence) -> Result<Vec<DocumentRow>, StoreError> {
        self.read(|image| image.documents_in(presence))
    }

    fn documents_of(&self, audience: AudienceId) -> Result<Vec<DocId>, StoreError> {
        self.read(|image| image.documents_of(audience))
    }

    fn body(&self, doc: DocId) -> Result<Body, StoreError> {
        self.read(|image| image.body(doc))
    }

    fn partial(&self, doc: DocId) -> Result<Option<PartialSnapshot>, StoreError> {
        self.read(|image| image.partial(doc))
    }

    fn drafted(&self) -> Result<Vec<DocId>, StoreError> {
        self.read(Store::drafted)
    }

    fn has_drafts(&self, doc: DocId) -> Result<bool, StoreError> {
        self.read(|image| image.has_drafts(doc))
    }

    fn outbox(&self, after: u64, max_bytes: usize) -> Result<Vec<OutboxRow>, StoreError> {
        self.read(|image| image.outbox(after, max_bytes))
    }

    fn author(&self, doc: DocId, actor: ActorId) -> Result<Option<Authored>, StoreError> {
        self.read(|image| image.author(doc, actor))
    }

    fn authors(&self, doc: DocId) -> Result<Vec<Authored>, StoreError> {
        self.read(|image| image.authors(doc))
    }

    fn receipt(&self, doc: DocId) -> Result<Option<Receipt>, StoreError> {
        self.read(|image| image.receipt(doc))
    }

    fn commands(&self) -> Result<Vec<Command>, StoreError> {
        self.read(Store::commands)
    }

    fn refused(&self) -> Result<Vec<RefusedRow>, StoreError> {
        self.read(Store::refused)
    }

    fn audiences(&self) -> Result<Vec<AudienceRow>, StoreError> {
        self.read(Store::audiences)
    }

    fn records(&self, collection: &str) -> Result<Vec<RecordRow>, StoreError> {
        self.read(|image| image.records(collection))
    }

    fn indexed(&self) -> Result<BTreeMap<DocId, u64>, StoreError> {
        self.read(Store::indexed)
    }

    fn search(&self, query: &Query) -> Result<Vec<(DocId, Passage)>, StoreError> {
        self.read(|image| image.search(query))
    }

    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let done = self.write(batch);
        let outcome = match &done {
            Ok(()) => "done",
            Err(StoreError::Stale) => "stale",
            Err(StoreError::Full) => "full",
            Err(_) => "failed",
        };
        let name = &self.name;
        self.trace.say(format_args!("{name} commit {outcome}: {}", Described(batch)));
        done
    }

    fn erase(&mut self) -> Result<(), StoreError> {
        if !self.life.is_alive() {
            return Err(dead());
        }
        self.trace.say(format_args!("{} erased", self.name));
        self.disk.lock().image.erase()
    }
}

fn dead() -> StoreError {
    StoreError::Failed("the process is dead".into())
}

/// A batch in few words: what kind of rows, of which document, how long.
struct Described<'b>(&'b Batch);

impl std::fmt::Display for Described<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for write in &self.0.writes {
            match write {
                Write::Identity(_) => f.write_str("identity ")?,
                Write::Document(row) => write!(f, "document {:?} {:?} ", row.doc, row.presence)?,
                Write::Purge(doc) => write!(f, "purge {doc:?} ")?,
                Write::Mend(doc) => write!(f, "mend {doc:?} ")?,
                Write::Draft(_, bytes) => write!(f, "draft {} ", bytes.len())?,
                Write::ClearDrafts(_) => f.write_str("no-drafts ")?,
                Write::Change(_, row) => write!(f, "{:?} {:?} ", row.standing, row.hash)?,
                Write::Accepted(_, hash) => write!(f, "accepted {hash:?} ")?,
                Write::RemoveChange(_, hash) => write!(f, "remove {hash:?} ")?,
                Write::Snapshot { bytes, .. } => write!(f, "snapshot {} ", bytes.len())?,
                Write::Partial(_, part) => write!(f, "partial {:?} ", part.as_ref().map(|p| p.bytes.len()))?,
                Write::Author(_, author) => write!(f, "author {:?} ", author.actor)?,
                Write::Receipt(receipt) => write!(f, "receipt {} ", receipt.heads.len())?,
                Write::Passages(doc, all) => write!(f, "passages {doc:?} {} ", all.len())?,
                Write::Command(command) => write!(f, "command {:?} ", command.id)?,
                Write::ForgetCommand(id) => write!(f, "answered {id:?} ")?,
                Write::Refused(row) => write!(f, "refused {} ", row.code)?,
                Write::ForgetRefused(_) => f.write_str("seen-to ")?,
                Write::Audience(row) => write!(f, "audience {:?} ", row.audience)?,
                Write::RemoveAudience(audience) => write!(f, "no-audience {audience:?} ")?,
                Write::Record(row) => write!(f, "record {} ", row.version)?,
                Write::RemoveRecord(..) => f.write_str("no-record ")?,
                Write::Cursor(cursor) => write!(f, "cursor {:?} ", cursor.as_ref().map(Vec::len))?,
                Write::Setting(name, value) => write!(f, "{name}={:?} ", value.as_ref().map(Vec::len))?,
            }
        }
        Ok(())
    }
}
