//! Owns the documents of one person on one phone: opens them from the store, edits, folds, commits.
//!
//! Everything here is local and synchronous. Each public step ends in one store transaction; when that
//! fails, what was loaded is dropped and nothing has happened.

use super::incoming::Pushed;
use super::{Event, ReplicaError};
use crate::bug::{self, Bug};
use crate::coaching::{Kind, KindSpec, SubjectClass};
use crate::document::{Edit, EditError, Touch, Writer, parse_change, touches};
use crate::history::{History, HistoryError, Settled, Unsent};
use crate::ids::{ActorId, AudienceId, ChangeHash, DocId, TenureId};
use crate::key::{NaturalKey, Subject};
use crate::policy::{self, Right, Role};
use crate::store::{
    Batch, COLLECTIONS, DocumentRow, Expect, Identity, Origin, Presence, RecordRow, RefusedRow, Store,
    StoreError, Write,
};
use crate::time::Timestamp;
use crate::wire::ErrorCode;
use crate::wire::frame::PushResult;
use rand::rngs::StdRng;
use std::collections::{BTreeMap, BTreeSet};

/// How often an edit is made again when another process wrote the document in between.
const EDIT_ATTEMPTS: usize = 8;
/// Drafts above which a document is folded without waiting for a sync.
const LONG_CHAIN: usize = 50;
/// Documents kept loaded.
const OPEN_DOCUMENTS: usize = 16;

/// The documents of one person on one phone.
pub(crate) struct Desk {
    pub(super) store: Box<dyn Store>,
    pub(super) identity: Identity,
    pub(super) rng: StdRng,
    /// Signs this process's sealed changes; replaced after every refusal.
    session: ActorId,
    /// The last change that the session has signed in each document. When the document has lost it since, because it was
    /// damaged, or came back from a restored server, the next one would take its number again.
    signed: BTreeMap<DocId, ChangeHash>,
    open: BTreeMap<DocId, Opened>,
    uses: u64,
    pub(super) events: Vec<Event>,
}

/// A loaded document, as of a generation.
pub(super) struct Opened {
    pub(super) row: DocumentRow,
    pub(super) history: History,
    /// What the store lacks of how it was read, because the disk was full: it goes ahead of whatever is stored next, which
    /// builds on it.
    pub(super) unkept: Vec<Write>,
    used: u64,
}

impl Desk {
    pub(crate) fn new(store: Box<dyn Store>, identity: Identity, mut rng: StdRng) -> Self {
        let session = session_of(&identity, &mut rng);
        let (signed, open) = (BTreeMap::new(), BTreeMap::new());
        Self { store, identity, rng, session, signed, open, uses: 0, events: Vec::new() }
    }

    pub(super) fn actor(&mut self) -> ActorId {
        ActorId::random(&mut self.rng)
    }

    /// The documents of a kind and a pair that can be read here.
    pub(super) fn documents_of(&self, spec: &KindSpec, tenure: TenureId) -> Result<Vec<DocId>, ReplicaError> {
        let of_pair = |row: &DocumentRow| row.key.subject == Subject::Tenure(tenure);
        let rows = self.store.documents(Some(spec.name))?.into_iter();
        Ok(rows.filter(|row| of_pair(row) && row.presence.is_readable()).map(|row| row.doc).collect())
    }

    /// Creates the document of this key, or finds the one that is there.
    pub(crate) fn create(
        &mut self,
        kind: Kind,
        key: NaturalKey,
        now: Timestamp,
    ) -> Result<DocId, ReplicaError> {
        if !kind.admits(&key) {
            return Err(ReplicaError::KeyNotAllowed);
        }
        let doc = DocId::of(self.identity.org, kind.name(), &key);
        if self.store.document(doc)?.is_some() {
            return Ok(doc);
        }
        // Also of a kind that everybody writes who has it: who led before has nothing of it to begin.
        let role = self.role_in(AudienceId::of(self.identity.org, &key.subject))?;
        if role.is_some_and(|role| policy::only_reads(role, kind)) {
            return Err(ReplicaError::OnlyRead);
        }
        let row = DocumentRow {
            doc,
            kind: kind.name().into(),
            key,
            audience: AudienceId::of(self.identity.org, &key.subject),
            generation: 0,
            origin: Origin::Local,
            presence: Presence::Full,
            changed_at: now,
            summary: Vec::new(),
        };
        let actor = self.actor();
        let (history, writes) = History::create(&row, kind, actor)?;
        self.finish(self.opened(row, history), writes, now)?;
        Ok(doc)
    }

    /// [`Self::role_in`], for a kind that not everybody writes.
    fn restricted_role(&self, kind: Kind, audience: AudienceId) -> Result<Option<Role>, ReplicaError> {
        if policy::everybody_writes(kind) {
            return Ok(None);
        }
        self.role_in(audience)
    }

    /// What this person is in an audience. None while the phone has not been told: then the server judges.
    fn role_in(&self, audience: AudienceId) -> Result<Option<Role>, ReplicaError> {
        let seat = self.store.audiences()?.into_iter().find(|row| row.audience == audience);
        Ok(seat.and_then(|row| Role::parse(&row.role)))
    }

    /// Refuses here what the server would refuse later, when the words are gone from the screen.
    fn check_touches(&self, opened: &Opened, writes: &[Write]) -> Result<(), ReplicaError> {
        let kind = opened.history.kind();
        let Some(role) = self.restricted_role(kind, opened.row.audience)? else { return Ok(()) };
        let may_touch = |touch: &Touch| policy::may_touch(role, kind, self.identity.person, touch);
        for write in writes {
            let Write::Draft(doc, draft) = write else { continue };
            let change = parse_change(draft)
                .map_err(|source| HistoryError::Damaged { doc: *doc, source: Box::new(source) })?;
            let touched = touches(opened.history.view(), &change.decode());
            if touched.is_none_or(|touched| !touched.iter().all(may_touch)) {
                let writes_all_else = policy::right(role, kind) == Some(Right::Write);
                let of_group = writes_all_else && kind.spec().subject == SubjectClass::Group;
                return Err(if of_group { ReplicaError::AboutOnePerson } else { ReplicaError::OnlyRead });
            }
        }
        Ok(())
    }

    /// Reads a document as the person sees it.
    pub(crate) fn read<T>(
        &mut self,
        doc: DocId,
        look: impl FnOnce(&History) -> T,
    ) -> Result<T, ReplicaError> {
        let opened = self.take(doc)?;
        let value = look(&opened.history);
        self.keep(opened);
        Ok(value)
    }

    /// Makes one edit. When this returns, the edit is on disk.
    pub(crate) fn edit<T>(
        &mut self,
        doc: DocId,
        now: Timestamp,
        make: &mut dyn FnMut(&mut Edit<'_>) -> Result<T, EditError>,
    ) -> Result<T, ReplicaError> {
        for _ in 0..EDIT_ATTEMPTS {
            let mut opened = self.take(doc)?;
            let mut writer = Writer { person: self.identity.person, now, rng: &mut self.rng };
            let (value, writes) = match opened.history.edit(&mut writer, &mut *make) {
                // It names the state that the person sees: drafts have no name that others will know.
                Err(HistoryError::Edit(refused)) if matches!(*refused, EditError::FoldFirst) => {
                    self.fold(doc, now)?;
                    continue;
                }
                made => made?,
            };
            // What is refused stays in no memory: the document is loaded anew.
            self.check_touches(&opened, &writes)?;
            let long = opened.history.draft_count() > LONG_CHAIN;
            match self.finish(opened, writes, now) {
                Ok(()) => {
                    if long {
                        // The edit is on disk, whatever becomes of this: the next request folds what is left.
                        let _ = self.fold(doc, now);
                    }
                    return Ok(value);
                }
                Err(ReplicaError::Store(StoreError::Stale)) => continue,
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Stale.into())
    }

    /// Seals a document's drafts into the outbox.
    pub(crate) fn fold(&mut self, doc: DocId, now: Timestamp) -> Result<(), ReplicaError> {
        let mut opened = self.take(doc)?;
        if self.signed.get(&doc).is_some_and(|last| !opened.history.holds(*last)) {
            self.begin_session();
        }
        let (session, actor) = (self.session, self.actor());
        let writes = opened.history.fold(session, actor)?;
        if !writes.is_empty() {
            self.signed.extend(opened.history.last_sealed().map(|last| (doc, last)));
        }
        self.finish(opened, writes, now)
    }

    /// Signs as somebody new from here on.
    pub(super) fn begin_session(&mut self) {
        self.session = self.actor();
        self.signed.clear();
    }

    /// Loads a document, or takes the loaded one if the store has not moved past it.
    pub(super) fn take(&mut self, doc: DocId) -> Result<Opened, ReplicaError> {
        let row = self.store.document(doc)?.ok_or(ReplicaError::NotFound(doc))?;
        if !row.presence.is_readable() {
            return Err(ReplicaError::NotHere(doc));
        }
        match self.open.remove(&doc) {
            Some(opened) if opened.row.generation == row.generation => Ok(opened),
            _ => self.load(row),
        }
    }

    /// The same; none if it cannot be read at the moment.
    pub(super) fn take_if_readable(&mut self, doc: DocId) -> Result<Option<Opened>, ReplicaError> {
        match self.take(doc) {
            Ok(opened) => Ok(Some(opened)),
            Err(ReplicaError::NotHere(_)) => Ok(None),
            Err(error) if error.is_damage() => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn load(&mut self, row: DocumentRow) -> Result<Opened, ReplicaError> {
        let body = self.store.body(row.doc).map_err(ReplicaError::from);
        match body.and_then(|body| self.open_body(row.clone(), &body)) {
            Ok(opened) => Ok(opened),
            Err(error) if error.is_damage() => {
                self.set_out_of_order(&row)?;
                Err(error)
            }
            Err(error) => Err(error),
        }
    }

    /// The actors in a document that belong to others.
    pub(super) fn foreign_actors(&self, doc: DocId) -> Result<BTreeSet<ActorId>, ReplicaError> {
        let authors = self.store.authors(doc)?.into_iter();
        let foreign = authors.filter(|author| author.person != self.identity.person);
        Ok(foreign.map(|author| author.actor).collect())
    }

    /// Commits what was done to one document, with its row, and keeps it loaded.
    pub(super) fn finish(
        &mut self,
        mut opened: Opened,
        mut writes: Vec<Write>,
        now: Timestamp,
    ) -> Result<(), ReplicaError> {
        if writes.is_empty() {
            self.keep(opened);
            return Ok(());
        }
        writes.extend(opened.history.compact());
        self.commit_one(&mut opened, writes, now)?;
        self.events.push(Event::DocumentChanged(opened.row.doc));
        self.keep(opened);
        Ok(())
    }

    fn commit_one(
        &mut self,
        opened: &mut Opened,
        mut writes: Vec<Write>,
        now: Timestamp,
    ) -> Result<(), ReplicaError> {
        let expect = vec![Expect::Generation(opened.row.doc, opened.row.generation)];
        let row = self.next_row(opened, now);
        writes.splice(0..0, std::iter::once(row).chain(std::mem::take(&mut opened.unkept)));
        if bug::is_on(Bug::TwoTransactions) {
            let later = writes.split_off(writes.len().div_ceil(2));
            self.store.commit(&Batch { expect, writes })?;
            return self.write(later);
        }
        Ok(self.store.commit(&Batch { expect, writes })?)
    }

    /// The row that goes with a change to a loaded document.
    pub(super) fn next_row(&mut self, opened: &mut Opened, now: Timestamp) -> Write {
        opened.row.changed_at = now;
        opened.row.summary = opened.history.entry();
        let write = Write::Document(opened.row.clone());
        opened.row.generation += 1;
        write
    }

    /// Every record, whatever it shows.
    pub(super) fn all_records(&self) -> Result<Vec<RecordRow>, StoreError> {
        let mut all = Vec::new();
        for collection in COLLECTIONS {
            all.extend(self.store.records(collection)?);
        }
        Ok(all)
    }

    /// Commits rows that no decision could be too late for.
    pub(super) fn write(&mut self, writes: Vec<Write>) -> Result<(), ReplicaError> {
        Ok(self.store.commit(&Batch { expect: Vec::new(), writes })?)
    }

    pub(super) fn opened(&self, row: DocumentRow, history: History) -> Opened {
        Opened { row, history, unkept: Vec::new(), used: 0 }
    }

    pub(super) fn keep(&mut self, mut opened: Opened) {
        self.uses += 1;
        opened.used = self.uses;
        self.open.insert(opened.row.doc, opened);
        if self.open.len() > OPEN_DOCUMENTS {
            let oldest = self.open.iter().min_by_key(|(_, o)| o.used).map(|(doc, _)| *doc);
            oldest.map(|doc| self.open.remove(&doc));
        }
    }

    /// What [`Bug::OutboxClearedAtVerdict`] does.
    pub(super) fn clear_outbox(&mut self, pushed: &[Pushed], verdict: &PushResult) {
        let is_accepted = |change: &&Pushed| {
            change.doc == verdict.doc && verdict.rejected.iter().all(|refused| refused.hash != change.hash)
        };
        let accepted = pushed.iter().filter(is_accepted);
        let accepted = accepted.map(|change| Write::Accepted(change.doc, change.hash)).collect();
        // A mistake reports nothing.
        let _ = self.write(accepted);
    }

    /// Leaves nothing of this person on the phone.
    pub(super) fn erase(&mut self) -> Result<(), ReplicaError> {
        self.open.clear();
        Ok(self.store.erase()?)
    }

    pub(super) fn forget(&mut self, doc: DocId) {
        self.open.remove(&doc);
    }

    pub(super) fn is_open(&self, doc: DocId) -> bool {
        self.open.contains_key(&doc)
    }

    /// The row that keeps what was refused until its author has seen to it.
    pub(super) fn refused_row(row: &DocumentRow, code: ErrorCode, unsent: Unsent, now: Timestamp) -> Write {
        Write::Refused(RefusedRow {
            id: 0,
            doc: row.doc,
            kind: row.kind.clone(),
            code,
            text: unsent.text,
            changes: unsent.changes,
            at: now,
        })
    }

    /// Rows for a verdict: what changed, and what was lost by it.
    pub(super) fn settled_writes(
        row: &DocumentRow,
        settled: Settled,
        code: ErrorCode,
        now: Timestamp,
    ) -> Vec<Write> {
        let lost = settled.lost.map(|unsent| Self::refused_row(row, code, unsent, now));
        settled.writes.into_iter().chain(lost).collect()
    }
}

/// Who signs what this process seals.
fn session_of(identity: &Identity, rng: &mut StdRng) -> ActorId {
    if bug::is_on(Bug::ReusedActor) {
        return ActorId::from_bytes(*identity.replica.as_bytes());
    }
    ActorId::random(rng)
}

impl From<HistoryError> for ReplicaError {
    fn from(error: HistoryError) -> Self {
        ReplicaError::History(Box::new(error))
    }
}
