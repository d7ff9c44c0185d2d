//! Owns stage 4: changes are tried on a copy of their document before anybody else gets them.
//!
//! What the earlier stages let through can still make a document that nobody can load again, or that two phones read
//! differently: a quarter of all mutated changes come this far, and many of them do. So the changes are applied to two
//! copies, one that was loaded from a saved document and one that was replayed change by change, as phones come to theirs in
//! these two ways; the result is saved and loaded again; and all three must have the same heads and the same content. Then
//! each operation must be one that a writer makes (`trial/operation.rs`), and each place that a change touches is held
//! against the rights of its writer.
//!
//! Pure, but not safe to run beside other work: the CRDT may panic, which is caught here, and may also end the process, take
//! all memory or never return. The server runs it in processes of their own.

mod operation;

use crate::coaching::Kind;
use crate::document::{self, Content, ContentError, Document, LoadError, READER, Touch, content, touches};
use crate::ids::{ChangeHash, PersonId};
use crate::policy::{self, Role};
use crate::wire::ErrorCode;
use automerge::{Automerge, Change, ExpandedChange};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A document as it is kept: a saved state, and the changes after it. Everything in it has been through the gate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// A saved document, if there is one.
    pub saved: Option<Vec<u8>>,
    /// The changes that are not in it, in causal order.
    pub tail: Vec<Vec<u8>>,
}

/// A change to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// The change; the stages before have let it through.
    pub bytes: Vec<u8>,
    /// Whose rights it is held against; none for what nobody wrote, and for what the server had accepted before it lost it.
    pub writer: Option<(PersonId, Role)>,
}

/// Why a change does not pass.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The CRDT does not take it, or breaks.
    #[error("it cannot be applied")]
    NotApplied(#[source] LoadError),
    /// Other heads come out than the change says.
    #[error("it leads to other heads than it says")]
    Heads,
    /// What comes out cannot be read as a whole.
    #[error("what it leaves cannot be read")]
    Unreadable(#[source] ContentError),
    /// What comes out cannot be loaded after it was saved.
    #[error("what it leaves cannot be loaded again")]
    NotLoaded(#[source] LoadError),
    /// Phones that came to it in different ways would read different things.
    #[error("copies of the document would differ")]
    Differs,
    /// It says something that no writer says there.
    #[error("an operation does not fit its place")]
    Irregular,
    /// It touches something that the document has not.
    #[error("it touches what is not there")]
    Nowhere,
    /// Its writer may not touch that place.
    #[error("its writer may not touch {}", .0.path.keys().join("/"))]
    NotAllowed(Touch),
}

impl Failure {
    /// What its sender is told.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::NotAllowed(_) => ErrorCode::NotAllowed,
            _ => ErrorCode::ChangeHarmful,
        }
    }
}

/// Two copies of one document that agree: one was loaded, one was replayed.
#[derive(Debug, Clone)]
pub struct Copies {
    loaded: Automerge,
    replayed: Automerge,
    changes: Changes,
}

/// All changes of a document: the CRDT does not keep them, and makes each anew, out of the whole document.
type Changes = BTreeMap<automerge::ChangeHash, Arc<Change>>;

impl Copies {
    /// The copies of a document that is kept so; of one that does not exist yet, empty ones.
    pub fn of(history: &History) -> Result<Self, LoadError> {
        let tail = parsed(&history.tail)?;
        let kept = match &history.saved {
            Some(saved) => document::load(saved, READER)?,
            None => document::blank(READER),
        };
        let all = document::apply(kept, tail)?;
        let changes = document::all_changes(&all)?;
        let loaded = document::load(&document::saved(&all)?, READER)?;
        let replayed = document::apply(document::blank(READER), changes.clone())?;
        Ok(Self { loaded, replayed, changes: by_hash(changes).collect() })
    }

    /// Adds further changes that have been through the gate already.
    pub fn follow(&self, tail: &[Vec<u8>]) -> Result<Self, LoadError> {
        let changes = parsed(tail)?;
        let next = |doc: &Automerge| document::apply(doc.clone(), changes.clone());
        Ok(Self { loaded: next(&self.loaded)?, replayed: next(&self.replayed)?, changes: self.and(changes) })
    }

    /// All changes, and these.
    fn and(&self, added: Vec<Change>) -> Changes {
        let mut all = self.changes.clone();
        all.extend(by_hash(added));
        all
    }

    /// What the document says.
    pub fn document(&self) -> Document<'_> {
        Document::of(&self.loaded)
    }

    /// The bytes of all changes: what the copies take in memory is some times that.
    pub fn change_bytes(&self) -> usize {
        self.changes.values().map(|change| change.raw_bytes().len()).sum()
    }

    /// The heads, ascending.
    pub fn heads(&self) -> Vec<ChangeHash> {
        document::heads(&self.loaded)
    }

    /// Tries changes, in causal order: what may be kept becomes part of the copies, all else is named by its place in the
    /// list. What depends on a change that failed fails with it.
    pub fn try_all(&mut self, kind: Kind, changes: &[Proposed]) -> Vec<(usize, ErrorCode)> {
        let (next, refused) = self.tried(kind, changes);
        *self = next;
        refused
    }

    /// The same, of copies that stay what they are.
    pub fn tried(&self, kind: Kind, changes: &[Proposed]) -> (Self, Vec<(usize, ErrorCode)>) {
        let mut failed = Failed::default();
        let mut read = Vec::new();
        for (index, proposed) in changes.iter().enumerate() {
            match document::parse_change(&proposed.bytes) {
                Ok(change) => read.push(Tried { index, writer: proposed.writer, change }),
                Err(error) => failed.refused.push((index, Failure::NotApplied(error).code())),
            }
        }
        let mut copies = Cow::Borrowed(self);
        settle(&mut copies, kind, &read, &mut failed);
        failed.refused.sort_by_key(|(index, _)| *index);
        (copies.into_owned(), failed.refused)
    }

    /// The copies with these changes, if all of them pass together.
    fn with(&self, kind: Kind, changes: &[Tried]) -> Result<Self, Failure> {
        let added: Vec<Change> = changes.iter().map(|tried| tried.change.clone()).collect();
        let mut frontier = Frontier(self.loaded.get_heads().into_iter().collect());
        let heads = frontier.clone().after(&added);
        let grown = document::apply(self.loaded.clone(), added.clone()).map_err(Failure::NotApplied)?;
        let shown = agreed(&grown, &heads, None)?;
        let saved = document::saved(&grown).map_err(Failure::NotLoaded)?;
        let loaded = document::load(&saved, READER).map_err(Failure::NotLoaded)?;
        agreed(&loaded, &heads, Some(shown))?;
        let replayed = document::apply(self.replayed.clone(), added.clone()).map_err(Failure::NotApplied)?;
        agreed(&replayed, &heads, Some(shown))?;
        let all = self.and(added);
        for tried in changes {
            frontier.add(&tried.change);
            let change = document::guarded(|| Ok(tried.change.decode())).map_err(Failure::NotApplied)?;
            check_form(&grown, &all, &frontier, &change)?;
            check_rights(&grown, kind, tried.writer, &change)?;
        }
        Ok(Self { loaded, replayed, changes: all })
    }
}

/// All at once, and if that fails each half: a change that fails among many costs a few trials more.
fn settle(copies: &mut Cow<'_, Copies>, kind: Kind, changes: &[Tried], failed: &mut Failed) {
    let changes = failed.without_dependent(changes);
    if changes.is_empty() {
        return;
    }
    match (copies.with(kind, &changes), changes.as_slice()) {
        (Ok(next), _) => *copies = Cow::Owned(next),
        (Err(failure), [change]) => failed.add(change, failure.code()),
        (Err(_), several) => {
            let (left, right) = several.split_at(several.len() / 2);
            settle(copies, kind, left, failed);
            settle(copies, kind, right, failed);
        }
    }
}

/// A proposed change, read.
#[derive(Clone)]
struct Tried {
    /// Its place in the list.
    index: usize,
    writer: Option<(PersonId, Role)>,
    change: Change,
}

fn by_hash(changes: Vec<Change>) -> impl Iterator<Item = (automerge::ChangeHash, Arc<Change>)> {
    changes.into_iter().map(|change| (change.hash(), Arc::new(change)))
}

fn parsed(all: &[Vec<u8>]) -> Result<Vec<Change>, LoadError> {
    all.iter().map(|bytes| document::parse_change(bytes)).collect()
}

/// The changes of a document that nothing builds on: its heads, as they should come out.
#[derive(Clone)]
struct Frontier(BTreeSet<automerge::ChangeHash>);

impl Frontier {
    fn add(&mut self, change: &Change) {
        for dep in change.deps() {
            self.0.remove(dep);
        }
        self.0.insert(change.hash());
    }

    fn after(mut self, changes: &[Change]) -> Vec<ChangeHash> {
        changes.iter().for_each(|change| self.add(change));
        self.0.iter().map(document::change_hash).collect()
    }
}

/// What can be read in a copy, which must have these heads and show the same as another one.
fn agreed(doc: &Automerge, heads: &[ChangeHash], shown: Option<Content>) -> Result<Content, Failure> {
    if document::heads(doc) != heads {
        return Err(Failure::Heads);
    }
    let content = content(doc).map_err(Failure::Unreadable)?;
    if shown.is_some_and(|shown| shown != content) {
        return Err(Failure::Differs);
    }
    Ok(content)
}

fn check_form(
    doc: &Automerge,
    all: &Changes,
    frontier: &Frontier,
    change: &ExpandedChange,
) -> Result<(), Failure> {
    let heads: Vec<_> = frontier.0.iter().copied().collect();
    let are_regular = || Ok(operation::are_regular(doc, all, &heads, change));
    match document::guarded(are_regular).map_err(Failure::NotApplied)? {
        true => Ok(()),
        false => Err(Failure::Irregular),
    }
}

fn check_rights(
    doc: &Automerge,
    kind: Kind,
    writer: Option<(PersonId, Role)>,
    change: &ExpandedChange,
) -> Result<(), Failure> {
    let Some((person, role)) = writer else { return Ok(()) };
    let touched = document::guarded(|| Ok(touches(doc, change))).map_err(Failure::NotApplied)?;
    let forbidden = touched
        .ok_or(Failure::Nowhere)?
        .into_iter()
        .find(|touch| !policy::may_touch(role, kind, person, touch));
    forbidden.map_or(Ok(()), |touch| Err(Failure::NotAllowed(touch)))
}

/// What did not pass.
#[derive(Default)]
struct Failed {
    refused: Vec<(usize, ErrorCode)>,
    hashes: BTreeSet<automerge::ChangeHash>,
}

impl Failed {
    fn add(&mut self, tried: &Tried, code: ErrorCode) {
        self.refused.push((tried.index, code));
        self.hashes.insert(tried.change.hash());
    }

    /// These changes without those that build on one that failed.
    fn without_dependent(&mut self, changes: &[Tried]) -> Vec<Tried> {
        let mut kept = Vec::new();
        for tried in changes {
            match tried.change.deps().iter().any(|dep| self.hashes.contains(dep)) {
                true => self.add(tried, ErrorCode::DependsOnRefused),
                false => kept.push(tried.clone()),
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests;
