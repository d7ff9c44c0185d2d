//! Owns the reading of what the server sent and this phone has never read. It may be more than the CRDT can take: then
//! it panics, which is an error here, or it hangs or ends the process, which nothing in the process can catch. So a
//! note in the store says what is being read, and is taken away once that went well. Whoever finds a note does not
//! read on: the document is shown as it was before, and what came since waits, unread, and is lost to nobody.
//!
//! ```text
//!   sent ──► read, under a note ──► accepted
//!                │ the note is still there
//!                ▼
//!             behind: tried again after the next answer, one change at a time, and after an update of the app;
//!             what has ended the process three times, at once no more, but hours later, and then ever more rarely
//! ```
//!
//! The note outlives the process and not the power, so nobody waits for the disk.

use super::desk::{Desk, Opened};
use super::search::passages_of;
use super::{Event, ReplicaError};
use crate::coaching::Kind;
use crate::document::{LoadError, guarded};
use crate::history::{History, HistoryError, chunk};
use crate::ids::{ActorId, ChangeHash, DocId};
use crate::store::{Batch, Body, DocumentRow, Expect, Presence, Standing, StoreError, StoredChange, Write};
use crate::time::Timestamp;
use minicbor::{Decode, Encode};

/// Who reads. An update may read what this one cannot, so it begins anew.
pub(super) const READER: &str = env!("CARGO_PKG_VERSION");
/// So often may reading the same end the process; then it waits. Once or twice can be chance: somebody closed the app.
const MOST_DEATHS: u32 = 3;
/// So long it waits then, and twice as long after each further death: three times can be chance too, and nobody should
/// lack what was written until the next update because of that. What is no chance ends the app ever more rarely.
const FIRST_WAIT_MS: i64 = 4 * 3_600_000;
/// So often the wait is doubled: to half a year.
const MOST_DOUBLINGS: u32 = 10;
/// So many changes of one document may have done so; then nothing new is read of it either.
const MOST_SUSPECTS: usize = 3;

/// That a document is being read, or that a reading of it has not ended.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(super) struct Note {
    /// Who reads.
    #[n(0)]
    pub(super) reader: String,
    /// How many readings have begun and not ended.
    #[n(1)]
    pub(super) unended: u32,
    /// What is being read.
    #[n(2)]
    pub(super) reading: Reading,
    /// What the CRDT refused, and what builds on something that was not read.
    #[n(3)]
    pub(super) unreadable: Vec<ChangeHash>,
    /// What was being read when the process ended.
    #[n(5)]
    pub(super) suspects: Vec<ChangeHash>,
    /// Whether a saved document was passed over: the server is asked for it again.
    #[n(4)]
    pub(super) lacks_snapshot: bool,
    /// When a reading of what had not ended before was last begun.
    #[n(6)]
    pub(super) tried_at: Option<Timestamp>,
}

/// What of a document is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(super) enum Reading {
    /// Nothing at the moment.
    #[n(0)]
    Nothing,
    /// Everything.
    #[n(1)]
    All,
    /// What was there before the rest came.
    #[n(2)]
    Base,
    /// One change.
    #[n(3)]
    Change(#[n(0)] ChangeHash),
}

impl Note {
    pub(super) fn new() -> Self {
        Self {
            reader: READER.to_owned(),
            unended: 0,
            reading: Reading::Nothing,
            unreadable: Vec::new(),
            suspects: Vec::new(),
            lacks_snapshot: false,
            tried_at: None,
        }
    }

    /// Whether trying once more is worth the risk. A clock that was set back makes nobody wait.
    fn may_try(&self, now: Timestamp) -> bool {
        let (Some(more), Some(tried_at)) = (self.unended.checked_sub(MOST_DEATHS), self.tried_at) else {
            return true;
        };
        let wait = FIRST_WAIT_MS << more.min(MOST_DOUBLINGS);
        !(0..wait).contains(&now.ms_since(tried_at))
    }

    /// Whether a saved document that comes is read: none that came with what was just given up.
    fn waits_for_snapshot(&self, now: Timestamp) -> bool {
        self.lacks_snapshot && self.may_try(now) && self.reading != Reading::All
    }

    /// Answers what [`Note::end`] takes back.
    fn begin(&mut self, reading: Reading, now: Timestamp) -> Option<Timestamp> {
        self.reading = reading;
        self.unended += 1;
        self.tried_at.replace(now)
    }

    /// The reading came to an end, good or bad: it keeps nothing waiting.
    fn end(&mut self, tried_before: Option<Timestamp>) {
        self.reading = Reading::Nothing;
        self.unended -= 1;
        self.tried_at = tried_before;
    }

    pub(super) fn write(&self, doc: DocId) -> Write {
        if *self == Self::new() {
            return have_read(doc);
        }
        let bytes = minicbor::to_vec(self).expect("a note encodes: writing to a vector cannot fail");
        Write::Setting(name(doc), Some(bytes))
    }
}

fn name(doc: DocId) -> String {
    format!("reading:{doc}")
}

/// Takes the note away: everything that was sent has been read, or nothing of it is here any more.
pub(super) fn have_read(doc: DocId) -> Write {
    Write::Setting(name(doc), None)
}

/// What the server sent of a document, kept as it came.
pub(super) fn unread(doc: DocId, chunks: &[Vec<u8>]) -> Vec<Write> {
    let row = |bytes: &Vec<u8>| {
        let hash = chunk::hash_of_frame(bytes)?;
        Some(Write::Change(doc, StoredChange { hash, bytes: bytes.clone(), standing: Standing::Unread }))
    };
    chunks.iter().filter_map(row).collect()
}

/// Reads: a panic is an error.
fn surviving<T>(doc: DocId, read: impl FnOnce() -> Result<T, HistoryError>) -> Result<T, HistoryError> {
    guarded(|| Ok(read())).unwrap_or_else(|source| Err(damaged(doc, source)))
}

/// Takes what was sent into a history. When that fails the history is of no use any more.
fn receive(
    history: &mut History,
    doc: DocId,
    (snapshot, chunks): (Option<&[u8]>, &[Vec<u8>]),
    actor: ActorId,
) -> Result<Vec<Write>, HistoryError> {
    surviving(doc, || {
        let chunks = chunks.iter().map(|bytes| &bytes[..]);
        let changes = chunk::parse(chunks).map_err(|source| damaged(doc, source))?;
        let writes = history.receive(snapshot, &changes, actor)?;
        history.check()?;
        Ok(writes)
    })
}

fn damaged(doc: DocId, source: LoadError) -> HistoryError {
    HistoryError::Damaged { doc, source: Box::new(source) }
}

/// Whether it is this document that cannot be read, or not with what was sent: no other one has to wait for it.
pub(super) fn is_of_the_document(error: &ReplicaError) -> bool {
    error.is_damage() || matches!(error, ReplicaError::History(_) | ReplicaError::NotHere(_))
}

impl Desk {
    /// The note about a document. Of what another version of the app noted, only that counts which is lacking.
    pub(super) fn note(&self, doc: DocId) -> Result<Option<Note>, ReplicaError> {
        let bytes = self.store.setting(&name(doc))?;
        let Some(note): Option<Note> = bytes.and_then(|bytes| minicbor::decode(&bytes).ok()) else {
            return Ok(None);
        };
        if note.reader == READER {
            return Ok(Some(note));
        }
        let lacking = Note { lacks_snapshot: note.lacks_snapshot, ..Note::new() };
        Ok(note.lacks_snapshot.then_some(lacking))
    }

    fn put_note(&mut self, doc: DocId, note: &Note) -> Result<(), ReplicaError> {
        self.jot(vec![note.write(doc)])
    }

    /// Writes what need not reach the disk at once. A full disk does not keep anybody from reading.
    fn jot(&mut self, writes: Vec<Write>) -> Result<(), ReplicaError> {
        match self.store.commit_unsynced(&Batch { expect: Vec::new(), writes }) {
            Err(StoreError::Full) => Ok(()),
            written => Ok(written?),
        }
    }

    /// The document of these rows.
    pub(super) fn open_body(&mut self, row: DocumentRow, body: &Body) -> Result<Opened, ReplicaError> {
        let has_news = body.standing(Standing::Unread).next().is_some();
        let is_read = !has_news && (!row.summary.is_empty() || !body.has_base());
        let is_known = Kind::parse(&row.kind).is_some();
        if !is_known || (is_read && row.presence == Presence::Full) {
            return self.open_read(row, body);
        }
        match (self.note(row.doc)?, row.presence) {
            (None, _) => self.read_all(row, body),
            (Some(_), Presence::Behind) => self.open_read(row, body),
            (Some(note), _) => self.fall_behind(row, body, note),
        }
    }

    fn open_read(&mut self, row: DocumentRow, body: &Body) -> Result<Opened, ReplicaError> {
        let actor = self.actor();
        let history = History::load(&row, body, actor)?;
        Ok(self.opened(row, history))
    }

    /// Reads everything for the first time.
    fn read_all(&mut self, row: DocumentRow, body: &Body) -> Result<Opened, ReplicaError> {
        let (note, actor) = (Note { unended: 1, reading: Reading::All, ..Note::new() }, self.actor());
        self.put_note(row.doc, &note)?;
        let read = surviving(row.doc, || {
            let (history, writes) = History::load_all(&row, body, actor)?;
            history.check()?;
            Ok((history, writes))
        });
        match read {
            Ok((history, writes)) => {
                let opened = self.opened(DocumentRow { presence: Presence::Full, ..row }, history);
                let note = have_read(opened.row.doc);
                self.keep_read(opened, writes, note)
            }
            Err(_) => self.fall_behind(row, body, note),
        }
    }

    /// Keeps how a document was read, with what its kind shows in a list. Where that cannot be it is read again next
    /// time, when another process wrote meanwhile, or kept with what is stored next, when the disk is full.
    fn keep_read(
        &mut self,
        mut opened: Opened,
        mut writes: Vec<Write>,
        note: Write,
    ) -> Result<Opened, ReplicaError> {
        let (doc, generation) = (opened.row.doc, opened.row.generation);
        let changed_at = opened.row.changed_at;
        let row = self.next_row(&mut opened, changed_at);
        writes.extend(opened.history.compact());
        // The row goes first, or there is nothing that the others belong to.
        writes.splice(0..0, [row, note.clone(), passages_of(&opened)]);
        let batch = Batch { expect: vec![Expect::Generation(doc, generation)], writes };
        match self.store.commit_unsynced(&batch) {
            Ok(()) => Ok(opened),
            Err(StoreError::Stale | StoreError::Full) => {
                opened.row.generation = generation;
                self.jot(vec![note])?;
                // Not its passages: by then it may say something else.
                let later = batch.writes.into_iter().skip(1);
                opened.unkept = later.filter(|write| !matches!(write, Write::Passages(..))).collect();
                Ok(opened)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// An earlier reading has not ended: opens the document as it was before, if it was.
    fn fall_behind(&mut self, row: DocumentRow, body: &Body, mut note: Note) -> Result<Opened, ReplicaError> {
        let has_news = body.standing(Standing::Unread).next().is_some();
        if !has_news || !body.has_base() || note.reading == Reading::Base {
            return self.set_apart(row, &note);
        }
        // It was read before, or came whole and unread itself.
        note.reading = Reading::Base;
        self.put_note(row.doc, &note)?;
        let opened = self.open_read(DocumentRow { presence: Presence::Behind, ..row }, body)?;
        note.reading = Reading::Nothing;
        self.events.push(Event::DocumentChanged(opened.row.doc));
        let note = note.write(opened.row.doc);
        self.keep_read(opened, Vec::new(), note)
    }

    /// Nothing of the document was read before: it waits as it is for the end of the next answer.
    fn set_apart(&mut self, row: DocumentRow, note: &Note) -> Result<Opened, ReplicaError> {
        let doc = row.doc;
        let expect = vec![Expect::Generation(doc, row.generation)];
        let apart = DocumentRow { presence: Presence::Damaged, summary: Vec::new(), ..row };
        let writes = vec![Write::Document(apart), note.write(doc)];
        match self.store.commit_unsynced(&Batch { expect, writes }) {
            Ok(()) | Err(StoreError::Stale | StoreError::Full) => {}
            Err(error) => return Err(error.into()),
        }
        self.forget(doc);
        self.events.push(Event::DocumentChanged(doc));
        Err(ReplicaError::NotHere(doc))
    }

    /// Takes what the server sent into a loaded document; or, if an earlier reading has not ended, keeps it unread.
    pub(super) fn take_in(
        &mut self,
        opened: &mut Opened,
        snapshot: Option<&[u8]>,
        chunks: &[Vec<u8>],
        now: Timestamp,
    ) -> Result<Vec<Write>, ReplicaError> {
        let doc = opened.row.doc;
        let mut note = match self.note(doc)? {
            None => Note::new(),
            Some(note) if snapshot.is_some() && note.waits_for_snapshot(now) => note,
            Some(mut note) => {
                note.lacks_snapshot |= snapshot.is_some();
                if note.reading == Reading::All {
                    note.reading = Reading::Nothing;
                }
                opened.row.presence = Presence::Behind;
                return Ok(unread(doc, chunks).into_iter().chain([note.write(doc)]).collect());
            }
        };
        note.begin(Reading::All, now);
        self.put_note(doc, &note)?;
        let actor = self.actor();
        let mut writes = receive(&mut opened.history, doc, (snapshot, chunks), actor)?;
        writes.push(have_read(doc));
        Ok(writes)
    }

    /// What was read is not stored after all, for a reason that is not in it.
    pub(super) fn read_for_nothing(&mut self, documents: &[Opened]) {
        let read = documents.iter().filter(|opened| opened.row.presence == Presence::Full);
        // Whoever finds a note that is left reads again after the next answer.
        let _ = self.jot(read.map(|opened| have_read(opened.row.doc)).collect());
    }

    /// Tries once more to read what could not be read.
    pub(super) fn catch_up_all(&mut self, now: Timestamp) -> Result<(), ReplicaError> {
        for row in self.store.documents_in(Presence::Behind)? {
            match self.catch_up(row.doc, now) {
                // Another process was faster, or its rows are damaged: that is seen to elsewhere.
                Ok(()) | Err(ReplicaError::Store(StoreError::Stale)) => {}
                Err(error) if is_of_the_document(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Reads, one by one, what a document could not be read with.
    fn catch_up(&mut self, doc: DocId, now: Timestamp) -> Result<(), ReplicaError> {
        let Some(mut note) = self.note(doc)? else {
            // It has been read since, or the app was updated.
            self.forget(doc);
            let opened = self.take(doc)?;
            self.keep(opened);
            return Ok(());
        };
        if let Reading::Change(hash) = note.reading {
            note.suspects.push(hash);
            note.reading = Reading::Nothing;
            self.put_note(doc, &note)?;
        }
        while let Some(change) = self.next_to_read(doc, &note, now)? {
            note.suspects.retain(|suspect| *suspect != change.hash);
            self.read_one(doc, &change, &mut note, now)?;
            if !note.unreadable.is_empty() && !note.unreadable.contains(&change.hash) {
                let body = self.store.body(doc)?;
                let may_go_on =
                    body.standing(Standing::Unread).filter(|next| chunk::builds_on(&next.bytes, change.hash));
                let may_go_on: Vec<_> = may_go_on.map(|next| next.hash).collect();
                note.unreadable.retain(|hash| !may_go_on.contains(hash));
            }
        }
        self.catch_up_ended(doc, &note, now)
    }

    /// The next change that is worth trying. What ended the process comes last: it takes nothing else along.
    fn next_to_read(
        &mut self,
        doc: DocId,
        note: &Note,
        now: Timestamp,
    ) -> Result<Option<StoredChange>, ReplicaError> {
        let body = self.mended(|store| store.body(doc))?;
        let (suspects, others): (Vec<_>, Vec<_>) = body
            .standing(Standing::Unread)
            .filter(|change| !note.unreadable.contains(&change.hash))
            .partition(|change| note.suspects.contains(&change.hash));
        let others = others.into_iter().filter(|_| note.suspects.len() < MOST_SUSPECTS);
        let suspects = suspects.into_iter().filter(|_| note.may_try(now));
        Ok(others.chain(suspects).next().cloned())
    }

    fn read_one(
        &mut self,
        doc: DocId,
        change: &StoredChange,
        note: &mut Note,
        now: Timestamp,
    ) -> Result<(), ReplicaError> {
        let mut opened = self.take(doc)?;
        let tried_before = note.begin(Reading::Change(change.hash), now);
        self.put_note(doc, note)?;
        let actor = self.actor();
        let sent = (None, &[change.bytes.clone()][..]);
        // What is saved of it is loaded once, too: that is reading as well.
        let read = receive(&mut opened.history, doc, sent, actor)
            .map(|writes| writes.into_iter().chain(opened.history.compact()).collect::<Vec<_>>());
        note.end(tried_before);
        if read.is_err() {
            note.unreadable.push(change.hash);
            self.forget(doc);
        }
        // Before anything is stored: what ends the process from here on is not the reading.
        self.put_note(doc, note)?;
        let Ok(mut writes) = read else { return Ok(()) };
        // Under the name, too, that it waited under: or it would be next for ever.
        writes.push(Write::Accepted(doc, change.hash));
        self.finish(opened, writes, now)
    }

    /// Nothing waits any more: the document is whole again.
    fn catch_up_ended(&mut self, doc: DocId, note: &Note, now: Timestamp) -> Result<(), ReplicaError> {
        let waits = self.store.body(doc)?.standing(Standing::Unread).next().is_some();
        if waits || note.lacks_snapshot {
            return Ok(());
        }
        let mut opened = self.take(doc)?;
        opened.row.presence = Presence::Full;
        self.finish(opened, vec![have_read(doc)], now)
    }

    /// Whether the body that has arrived of a document can be read.
    pub(super) fn can_be_read(
        &mut self,
        row: &DocumentRow,
        body: &Body,
        now: Timestamp,
    ) -> Result<bool, ReplicaError> {
        if !body.has_base() {
            return Ok(false);
        }
        let mut note = self.note(row.doc)?.unwrap_or_else(Note::new);
        if !note.may_try(now) {
            return Ok(false);
        }
        let tried_before = note.begin(Reading::All, now);
        self.put_note(row.doc, &note)?;
        let actor = self.actor();
        let read = surviving(row.doc, || {
            let history = History::load(row, body, actor)?;
            history.check()
        });
        match read {
            Err(HistoryError::Damaged { source, .. }) if matches!(*source, LoadError::Broken) => Ok(false),
            read => {
                note.end(tried_before);
                self.put_note(row.doc, &note)?;
                Ok(read.is_ok())
            }
        }
    }

    /// Whether reading a document has ended the process so often that it has to wait.
    fn has_to_wait(&self, doc: DocId, now: Timestamp) -> Result<bool, ReplicaError> {
        Ok(self.note(doc)?.is_some_and(|note| !note.may_try(now)))
    }

    /// Documents that another answer may mend. Not those that have to wait, nor those that have come and wait for the end
    /// of the answer: asked for again they would fill every window of a slow line, and the end never came.
    pub(super) fn worth_asking_for(&self, now: Timestamp) -> Result<Vec<DocId>, ReplicaError> {
        let mut wanted = Vec::new();
        for row in self.store.documents_in(Presence::Damaged)? {
            if !self.has_to_wait(row.doc, now)? && !self.has_come(row.doc) {
                wanted.push(row.doc);
            }
        }
        for row in self.store.documents_in(Presence::Behind)? {
            if self.note(row.doc)?.is_some_and(|note| note.lacks_snapshot && note.may_try(now)) {
                wanted.push(row.doc);
            }
        }
        Ok(wanted)
    }

    pub(super) fn has_come(&self, doc: DocId) -> bool {
        self.store.body(doc).is_ok_and(|body| body.snapshot.is_some())
    }
}
