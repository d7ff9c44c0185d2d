//! Owns one document's life on a phone: accepted changes, the outbox, and a chain of drafts on top.
//!
//! ```text
//!   accepted ──► outbox ──► drafts          what the person sees is all three together
//!   (server has it)  (sealed, on its way)  (typed, may still be taken back)
//! ```
//!
//! Every function changes the value in memory and returns the rows that make the same change in the
//! store. The caller commits them in one transaction and, if that fails, drops this value and loads
//! it again. Nothing here reads a clock, a store or a network.

mod alike;
pub mod chunk;
mod give_back;
mod load;

pub use alike::alike;

use crate::bug::{self, Bug};
use crate::coaching::{Kind, passages, readable_of_changes};
use crate::document::{self, Document, Edit, EditError, LoadError, Writer};
use crate::fold::{self, FoldError, Slot};
use crate::ids::{ActorId, ChangeHash, DocId};
use crate::insight::Entry;
use crate::store::{Body, DocumentRow, Standing, Write};
use crate::wire::APP_SCHEMA;
use automerge::{Automerge, Change};
use chunk::{hash_of, raw, stored};
use std::collections::BTreeSet;

/// Accepted changes in the tail above which the snapshot is written anew.
const LONG_TAIL_CHANGES: usize = 64;
/// Bytes of the tail above which the snapshot is written anew.
const LONG_TAIL_BYTES: usize = 16 << 10;

/// Why a document's history could not be used.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The stored bytes do not make a document.
    #[error("the stored body of document {doc} cannot be read")]
    Damaged {
        /// The document.
        doc: DocId,
        /// What the document format says.
        #[source]
        source: Box<LoadError>,
    },
    /// This app does not know the kind, so it only keeps the bytes.
    #[error("documents of kind {0:?} need a newer app")]
    UnknownKind(String),
    /// The edit itself was refused.
    #[error(transparent)]
    Edit(Box<EditError>),
    /// The drafts could not be made into a change.
    #[error(transparent)]
    Fold(Box<FoldError>),
}

impl From<EditError> for HistoryError {
    fn from(error: EditError) -> Self {
        Self::Edit(Box::new(error))
    }
}

impl From<FoldError> for HistoryError {
    fn from(error: FoldError) -> Self {
        Self::Fold(Box::new(error))
    }
}

/// What the server says about changes that this phone pushed.
#[derive(Debug, Clone, Default)]
pub struct Verdicts {
    /// What it has now.
    pub accepted: BTreeSet<ChangeHash>,
    /// What it will never take.
    pub refused: BTreeSet<ChangeHash>,
}

/// What a refusal leaves behind.
#[derive(Debug, Default)]
pub struct Settled {
    /// The rows to write.
    pub writes: Vec<Write>,
    /// What the author wrote and nobody else will see, if anything was refused.
    pub lost: Option<Unsent>,
}

/// Text that is not on the server, and the changes that hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    /// Readable and copyable.
    pub text: String,
    /// The raw changes.
    pub changes: Vec<Vec<u8>>,
}

/// One document as it stands on this phone.
#[derive(Debug, Clone)]
pub struct History {
    doc: DocId,
    kind: Kind,
    accepted: Automerge,
    outbox: Vec<Change>,
    drafts: Vec<Change>,
    view: Automerge,
    tail: (usize, usize),
}

impl History {
    /// A new document: its genesis, and the layers that came after it.
    pub fn create(
        row: &DocumentRow,
        kind: Kind,
        draft_actor: ActorId,
    ) -> Result<(Self, Vec<Write>), HistoryError> {
        let damaged = |source| HistoryError::Damaged { doc: row.doc, source: Box::new(source) };
        let genesis = document::genesis(kind, &row.key);
        let mut accepted = document::blank(draft_actor);
        chunk::apply(&mut accepted, std::iter::once(genesis.clone())).map_err(damaged)?;
        let outbox = document::missing_layers(&accepted, kind, &row.key, APP_SCHEMA);
        let mut writes = vec![Write::Change(row.doc, stored(&genesis, Standing::Accepted))];
        writes.extend(outbox.iter().map(|layer| Write::Change(row.doc, stored(layer, Standing::Outbox))));
        let view = accepted.clone();
        let mut history =
            Self { doc: row.doc, kind, accepted, outbox, drafts: Vec::new(), view, tail: (1, 0) };
        history.rebuild_view(draft_actor)?;
        Ok((history, writes))
    }

    /// What the person sees.
    pub fn view(&self) -> &Automerge {
        &self.view
    }

    /// What the server has, as far as this phone knows.
    pub fn accepted(&self) -> &Automerge {
        &self.accepted
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether anything here is not on the server.
    pub fn has_unsent(&self) -> bool {
        !self.outbox.is_empty() || !self.drafts.is_empty()
    }

    /// Whether the server has anything of it but the beginning that each of its kind has.
    pub fn has_accepted(&self) -> bool {
        self.accepted.get_changes_meta(&[]).len() > 1
    }

    /// How many drafts wait to be folded.
    pub fn draft_count(&self) -> usize {
        self.drafts.len()
    }

    /// Makes one edit, as one draft. Nothing happens when the edit is refused or changes nothing.
    pub fn edit<T>(
        &mut self,
        writer: &mut Writer<'_>,
        make: impl FnOnce(&mut Edit<'_>) -> Result<T, EditError>,
    ) -> Result<(T, Vec<Write>), HistoryError> {
        let (value, change) = match self.drafts.is_empty() {
            true => document::edit(&mut self.view, writer, make)?,
            false => document::edit_on_drafts(&mut self.view, writer, make)?,
        };
        let writes = change.map(|change| self.keep_draft(change)).into_iter().collect();
        Ok((value, writes))
    }

    fn keep_draft(&mut self, change: Change) -> Write {
        let write = Write::Draft(self.doc, change.raw_bytes().to_vec());
        self.drafts.push(change);
        write
    }

    /// The last sealed change that waits to be sent.
    pub fn last_sealed(&self) -> Option<ChangeHash> {
        self.outbox.last().map(hash_of)
    }

    /// Whether a sealed change is in here, on the server or not yet.
    pub fn holds(&self, hash: ChangeHash) -> bool {
        self.outbox.iter().any(|change| hash_of(change) == hash)
            || self.accepted.get_change_meta_by_hash(&raw(&hash)).is_some()
    }

    /// Makes the drafts into sealed changes in the outbox. What was typed and taken back is in none of them.
    pub fn fold(&mut self, session: ActorId, draft_actor: ActorId) -> Result<Vec<Write>, HistoryError> {
        if self.drafts.is_empty() {
            return Ok(Vec::new());
        }
        let wire = self.wire()?;
        let folded = fold::fold(&wire, &self.drafts, &slot_in(&wire, session))?;
        let mut writes = vec![Write::ClearDrafts(self.doc)];
        writes.extend(folded.changes.iter().map(|c| Write::Change(self.doc, stored(c, Standing::Outbox))));
        self.outbox.extend(folded.changes);
        self.drafts.clear();
        self.rebuild_view(draft_actor)?;
        Ok(writes)
    }

    /// Takes in what others wrote. Drafts are rebased first, so that none is ever made on a natural merge.
    pub fn receive(
        &mut self,
        snapshot: Option<&[u8]>,
        changes: &[Change],
        draft_actor: ActorId,
    ) -> Result<Vec<Write>, HistoryError> {
        let mut writes: Vec<Write> =
            changes.iter().map(|c| Write::Change(self.doc, stored(c, Standing::Accepted))).collect();
        let old_wire = if self.drafts.is_empty() { None } else { Some(self.wire()?) };
        let mut delivered: BTreeSet<ChangeHash> = changes.iter().map(hash_of).collect();
        if let Some(bytes) = snapshot {
            delivered.extend(self.merge_snapshot(bytes, draft_actor)?);
        }
        writes.extend(self.promote(changes)?);
        self.apply_accepted(changes)?;
        if snapshot.is_some() {
            writes.push(self.proven_snapshot().map_err(|source| self.damaged(source))?);
        }
        writes.extend(self.drop_sent(&delivered));
        if let Some(old_wire) = old_wire {
            writes.extend(self.rebase(&old_wire, draft_actor)?);
        }
        self.rebuild_view(draft_actor)?;
        Ok(writes)
    }

    /// What the server's changes build on is on the server, also when its answer to our push was lost.
    fn promote(&mut self, changes: &[Change]) -> Result<Vec<Write>, HistoryError> {
        let built_on = |own: &Change| changes.iter().any(|change| change.deps().contains(&own.hash()));
        let Some(last) = self.outbox.iter().rposition(built_on) else { return Ok(Vec::new()) };
        let promoted: Vec<Change> = self.outbox.drain(..=last).collect();
        self.apply_accepted(&promoted)?;
        Ok(promoted.iter().map(|c| Write::Accepted(self.doc, hash_of(c))).collect())
    }

    fn rebase(&mut self, old_wire: &Automerge, draft_actor: ActorId) -> Result<Vec<Write>, HistoryError> {
        let new_wire = self.wire()?;
        let rebased = fold::rebase(old_wire, &self.drafts, &new_wire, &slot_in(&new_wire, draft_actor))?;
        self.drafts = rebased.changes;
        let drafts = self.drafts.iter().map(|c| Write::Draft(self.doc, c.raw_bytes().to_vec()));
        Ok(std::iter::once(Write::ClearDrafts(self.doc)).chain(drafts).collect())
    }

    /// Applies the server's verdicts. What it refused, and only that, leaves the document. Of what these foreign actors
    /// wrote, and this phone gives back, nothing is ever folded into something of this person's.
    pub fn settle(
        &mut self,
        verdicts: &Verdicts,
        foreign: &BTreeSet<ActorId>,
        draft_actor: ActorId,
    ) -> Result<Settled, HistoryError> {
        let (accepted, waiting): (Vec<_>, Vec<_>) = std::mem::take(&mut self.outbox)
            .into_iter()
            .partition(|c| verdicts.accepted.contains(&hash_of(c)));
        let mut writes: Vec<Write> =
            accepted.iter().map(|c| Write::Change(self.doc, stored(c, Standing::Accepted))).collect();
        self.outbox = waiting;
        self.apply_accepted(&accepted)?;
        let mut lost = None;
        if self.outbox.iter().any(|c| verdicts.refused.contains(&hash_of(c))) {
            let (more, left_out) = self.leave_out(&verdicts.refused, foreign, draft_actor)?;
            writes.extend(more);
            lost = Some(left_out);
        }
        self.rebuild_view(draft_actor)?;
        Ok(Settled { writes, lost })
    }

    /// Folds what waits behind a refused change again on what is below it, without the refused operations.
    fn leave_out(
        &mut self,
        refused: &BTreeSet<ChangeHash>,
        foreign: &BTreeSet<ActorId>,
        draft_actor: ActorId,
    ) -> Result<(Vec<Write>, Unsent), HistoryError> {
        let is_refused = |change: &Change| refused.contains(&hash_of(change));
        let is_bad = |change: &Change| is_refused(change) || is_by(change, foreign);
        let first = self.outbox.iter().position(is_refused).unwrap_or(self.outbox.len());
        let (bad, rest): (Vec<_>, Vec<_>) = self.outbox.split_off(first).into_iter().partition(is_bad);
        let mut writes: Vec<Write> =
            bad.iter().chain(&rest).map(|c| Write::RemoveChange(self.doc, hash_of(c))).collect();
        let mut later: Vec<Change> = rest.into_iter().chain(std::mem::take(&mut self.drafts)).collect();
        if bug::is_on(Bug::RebuildAtServerHeads) {
            later.clear();
        }
        let wire = self.wire()?;
        let kept = fold::fold_without(&wire, &bad, &later, &slot_in(&wire, draft_actor))?;
        self.drafts = kept.folded.changes;
        writes.push(Write::ClearDrafts(self.doc));
        writes.extend(self.drafts.iter().map(|c| Write::Draft(self.doc, c.raw_bytes().to_vec())));
        // Nothing is lost without a word, also not what others wrote and was given back behind it.
        let text = match bad.iter().all(is_refused) {
            true => chunk::readable_left_out(&kept.left_out),
            false => chunk::readable(&Body {
                changes: bad.iter().map(|change| stored(change, Standing::Outbox)).collect(),
                ..Body::default()
            }),
        };
        Ok((writes, Unsent { text, changes: bad.iter().map(|c| c.raw_bytes().to_vec()).collect() }))
    }

    /// Gives up everything unsent: the document becomes what the server has.
    pub fn park(&mut self, draft_actor: ActorId) -> Result<Settled, HistoryError> {
        if !self.has_unsent() {
            return Ok(Settled::default());
        }
        let lost = self.unsent();
        let mut writes: Vec<Write> =
            self.outbox.iter().map(|c| Write::RemoveChange(self.doc, hash_of(c))).collect();
        writes.push(Write::ClearDrafts(self.doc));
        self.outbox.clear();
        self.drafts.clear();
        self.rebuild_view(draft_actor)?;
        Ok(Settled { writes, lost: Some(lost) })
    }

    /// What here is not on the server.
    pub fn unsent(&self) -> Unsent {
        let changes = self.outbox.iter().chain(&self.drafts).map(|c| c.raw_bytes().to_vec()).collect();
        Unsent { text: readable_of_changes(&self.accepted, &self.view), changes }
    }

    /// Does once what screens, lists and syncs do with a document that was just read: some load that cannot be used.
    pub fn check(&self) -> Result<(), HistoryError> {
        let all_of_it = || {
            document::content(&self.view).map_err(|_| LoadError::Broken)?;
            document::use_once(&self.accepted)?;
            let _ = (self.entry(), passages(Document::of(&self.view)));
            Ok(())
        };
        document::guarded(all_of_it).map_err(|source| self.damaged(source))
    }

    /// What its row holds of it, for lists and read models.
    pub fn entry(&self) -> Vec<u8> {
        Entry::of(self.kind, Document::of(&self.view)).to_bytes()
    }

    /// Adds changes that were sealed elsewhere, as this phone's own: they go to the outbox as they are.
    pub fn add_sealed(
        &mut self,
        changes: Vec<Change>,
        draft_actor: ActorId,
    ) -> Result<Vec<Write>, HistoryError> {
        let mut writes = self.fold(draft_actor, draft_actor)?;
        chunk::apply(&mut self.view, changes.iter().cloned()).map_err(|source| self.damaged(source))?;
        writes.extend(changes.iter().map(|c| Write::Change(self.doc, stored(c, Standing::Outbox))));
        self.outbox.extend(changes);
        Ok(writes)
    }

    /// A fresh snapshot, when the tail of accepted changes has grown long.
    pub fn compact(&mut self) -> Option<Write> {
        let (changes, bytes) = self.tail;
        let long = changes > LONG_TAIL_CHANGES || bytes > LONG_TAIL_BYTES;
        // One that cannot be saved, or loaded again, stays as it came.
        if long { self.proven_snapshot().ok() } else { None }
    }

    /// A snapshot takes the place of the changes in it, so it is loaded once before it does.
    fn proven_snapshot(&mut self) -> Result<Write, LoadError> {
        let write = document::guarded(|| Ok(self.snapshot_write()))?;
        if let Write::Snapshot { bytes, .. } = &write {
            let again = document::load(bytes, document::READER)?;
            if again.get_heads() != self.accepted.get_heads() {
                return Err(LoadError::Broken);
            }
        }
        Ok(write)
    }

    fn snapshot_write(&mut self) -> Write {
        self.tail = (0, 0);
        let contains =
            self.accepted.get_changes_meta(&[]).iter().map(|m| ChangeHash::from_bytes(m.hash.0)).collect();
        Write::Snapshot { doc: self.doc, bytes: self.accepted.save(), contains }
    }

    /// Takes in a snapshot. Answers what is in it of what waits to be sent.
    fn merge_snapshot(&mut self, bytes: &[u8], actor: ActorId) -> Result<BTreeSet<ChangeHash>, HistoryError> {
        let mut theirs = document::load(bytes, actor).map_err(|source| self.damaged(source))?;
        let there = self.waiting_in(&theirs);
        chunk::merge(&mut self.accepted, &mut theirs).map_err(|source| self.damaged(source))?;
        Ok(there)
    }

    /// What of the outbox is in a document.
    fn waiting_in(&self, doc: &Automerge) -> BTreeSet<ChangeHash> {
        let waiting = self.outbox.iter().map(hash_of);
        waiting.filter(|hash| doc.get_change_meta_by_hash(&raw(hash)).is_some()).collect()
    }

    fn apply_accepted(&mut self, changes: &[Change]) -> Result<(), HistoryError> {
        self.tail.0 += changes.len();
        self.tail.1 += changes.iter().map(|c| c.raw_bytes().len()).sum::<usize>();
        chunk::apply(&mut self.accepted, changes.iter().cloned()).map_err(|source| self.damaged(source))
    }

    /// Takes out of the outbox what has come back from the server: a lost answer, or another copy of this phone. What
    /// is sent again after a restore may be among the accepted changes and is not back for that.
    fn drop_sent(&mut self, delivered: &BTreeSet<ChangeHash>) -> Vec<Write> {
        let is_sent = |change: &Change| delivered.contains(&hash_of(change));
        let (sent, waiting): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.outbox).into_iter().partition(is_sent);
        self.outbox = waiting;
        sent.iter().map(|change| Write::Accepted(self.doc, hash_of(change))).collect()
    }

    fn wire(&self) -> Result<Automerge, HistoryError> {
        let mut wire = self.accepted.clone();
        chunk::apply(&mut wire, self.outbox.iter().cloned()).map_err(|source| self.damaged(source))?;
        Ok(wire)
    }

    fn rebuild_view(&mut self, draft_actor: ActorId) -> Result<(), HistoryError> {
        let mut view = document::fork(&self.accepted, draft_actor);
        chunk::apply(&mut view, self.outbox.iter().chain(&self.drafts).cloned())
            .map_err(|source| self.damaged(source))?;
        self.view = view;
        Ok(())
    }

    fn damaged(&self, source: LoadError) -> HistoryError {
        HistoryError::Damaged { doc: self.doc, source: Box::new(source) }
    }
}

fn is_by(change: &Change, actors: &BTreeSet<ActorId>) -> bool {
    ActorId::from_slice(change.actor_id().to_bytes()).is_some_and(|actor| actors.contains(&actor))
}

/// The next place of this actor in this document.
fn slot_in(doc: &Automerge, actor: ActorId) -> Slot {
    let actor = document::crdt_actor(actor);
    let last = doc.get_changes_meta(&[]).iter().filter(|m| *m.actor == actor).map(|m| m.seq).max();
    Slot { actor, seq: last.unwrap_or(0) + 1 }
}

#[cfg(test)]
mod tests;
