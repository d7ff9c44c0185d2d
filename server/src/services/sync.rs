//! Owns the order of a sync: the cursor is opened first, then the commands and the push are applied, then what is
//! new is read. The answer's first group is made before anything is sent, so that a failure still has a status.
//!
//! Applying and reading are two steps, because only the first is worth finishing for a client that has left.

use super::command::{Decided, carry_out};
use super::feed::{self, Group, Opened, Pull, Seals, Wishes};
use super::ingest::{self, Evidence, IngestError, Ingested, Means, Push};
use crate::caller::Caller;
use crate::cursor::CursorKey;
use crate::random::Randomness;
use crate::receipt::ReceiptKey;
use crate::store::{Store, Stored};
use crate::trial::Trials;
use crate::vault::Keys;
use std::collections::BTreeMap;
use std::sync::Arc;
use sync_core::ids::DocId;
use sync_core::time::Timestamp;
use sync_core::wire::frame::{End, Hello, HistoryState};
use sync_core::wire::{
    APP_SCHEMA, CUT_BYTES, Frame, Limits, MAX_CHANGE_BYTES, MAX_COMMANDS, MAX_REQUEST_BYTES, Repair,
    SyncRequest,
};

/// Changes and documents in one request: far more than an honest phone sends in its window, and more than one document
/// may have, for after a restore it is given back as a whole.
pub const MAX_CHANGES: usize = 24_000;
/// Receipts for one document, each of which is followed through what is pushed: more than an honest phone shows.
const MAX_RECEIPTS: usize = 8;
/// The largest answer, whatever the client asks for.
const MAX_ANSWER_BYTES: usize = 8 << 20;
/// The oldest schema still read.
const MIN_SCHEMA: u32 = 1;

/// What every sync of a server is made with.
#[derive(Clone)]
pub struct Counter<S> {
    store: S,
    trials: Trials,
    random: Randomness,
    server_id: String,
    seals: Arc<(CursorKey, ReceiptKey)>,
}

/// What a request brought is applied; nothing of what is new is read yet.
pub struct Applied<S> {
    /// How the answer begins.
    first: Vec<Frame>,
    needs_cursor: bool,
    /// None if the beginning is all.
    answer: Option<Answer<S>>,
}

/// An answer in the making: the groups after the first one, as the client takes them.
pub struct Answer<S> {
    counter: Counter<S>,
    pull: Pull,
}

/// What a client shows that gives back what the server lost.
#[derive(Debug, Default)]
struct Shown {
    /// Whether the server did lose history.
    is_restored: bool,
    evidence: BTreeMap<DocId, Vec<Evidence>>,
}

impl<S: Store> Counter<S> {
    /// A counter at this database, trying changes there, sealing with these keys.
    pub fn new(store: S, trials: Trials, keys: &Keys, random: Randomness) -> Self {
        let seals = Arc::new((CursorKey::new(&keys.cursor), ReceiptKey::new(&keys.receipt)));
        Self { store, trials, random, server_id: keys.server_id.clone(), seals }
    }

    /// Applies what a request brings.
    pub async fn apply(
        self,
        caller: Caller,
        request: &SyncRequest,
        now: Timestamp,
    ) -> Result<Applied<S>, IngestError> {
        let cursor = request.cursor.as_ref().map(|cursor| &cursor[..]);
        let opened = feed::open(&self.store, &self.seals.0, caller, cursor).await?;
        if opened == Opened::Forked {
            return Ok(Applied { first: self.forked(now), needs_cursor: false, answer: None });
        }
        // What is decided may be what the documents of the same request need: a group and its first meeting.
        let decided = Decided { caller, now, random: &self.random };
        let commands = carry_out(&self.store, decided, &request.commands).await?;
        let Shown { is_restored, evidence } = self.shown(caller, request.repair.as_ref()).await?;
        let push = Push { caller, documents: &request.push, evidence: &evidence, now };
        let means = Means { store: &self.store, trials: &self.trials, random: &self.random };
        let ingested = ingest::ingest(&means, &push).await?;
        let pull = Pull::new(caller, opened, &ingested, wishes(request, is_restored));
        let needs_cursor = is_worth_a_cursor(request, &ingested);
        let mut first = vec![self.hello(HistoryState::Same, now)];
        first.extend(ingested.results.into_iter().map(Frame::PushResult));
        first.extend(commands.into_iter().map(Frame::CommandResult));
        Ok(Applied { first, needs_cursor, answer: Some(Answer { counter: self, pull }) })
    }

    fn hello(&self, history: HistoryState, now: Timestamp) -> Frame {
        let limits = Limits {
            request_bytes: MAX_REQUEST_BYTES as u32,
            change_bytes: MAX_CHANGE_BYTES as u32,
            changes: MAX_CHANGES as u32,
        };
        let (min_schema, max_schema) = (MIN_SCHEMA, APP_SCHEMA);
        let server_id = self.server_id.clone();
        Frame::Hello(Hello { server_time: now, server_id, limits, min_schema, max_schema, history })
    }

    /// Nothing of the request is applied: the client starts from nothing and gives back what it can prove.
    fn forked(&self, now: Timestamp) -> Vec<Frame> {
        vec![self.hello(HistoryState::Forked, now), Frame::End(End { more: false, digest: None })]
    }

    /// Receipts count while the store's old cursor proves that this server lost history.
    async fn shown(&self, caller: Caller, repair: Option<&Repair>) -> Stored<Shown> {
        let Some(repair) = repair else { return Ok(Shown::default()) };
        let forked = feed::open(&self.store, &self.seals.0, caller, Some(&repair.forked_cursor)).await?;
        let was_sealed_here = self.seals.0.open(caller.org, caller.person, &repair.forked_cursor).is_some();
        let is_restored = was_sealed_here && forked == Opened::Forked;
        let judge = |receipt: &sync_core::wire::Receipt| {
            let genuine = is_restored && self.seals.1.is_genuine(caller.org, receipt);
            if genuine { Evidence::Genuine(receipt.clone()) } else { Evidence::Worthless(receipt.clone()) }
        };
        let mut evidence: BTreeMap<DocId, Vec<Evidence>> = BTreeMap::new();
        for receipt in &repair.docs {
            let shown = evidence.entry(receipt.doc).or_default();
            if shown.len() < MAX_RECEIPTS {
                shown.push(judge(receipt));
            }
        }
        Ok(Shown { is_restored, evidence })
    }
}

impl<S: Store> Applied<S> {
    /// Makes the first group of the answer. No further group if that was all.
    pub async fn first_group(self) -> Stored<(Vec<u8>, Option<Answer<S>>)> {
        let Some(mut answer) = self.answer else { return Ok((encoded(&self.first), None)) };
        let group = answer.group(self.first, self.needs_cursor).await?;
        Ok((group.bytes, (!group.is_last).then_some(answer)))
    }
}

impl<S: Store> Answer<S> {
    /// The next group.
    pub async fn next_group(&mut self) -> Stored<Group> {
        self.group(Vec::new(), false).await
    }

    async fn group(&mut self, first: Vec<Frame>, needs_cursor: bool) -> Stored<Group> {
        let Counter { store, random, seals, .. } = &self.counter;
        let seals = Seals { cursors: &seals.0, receipts: &seals.1, random };
        self.pull.next_group(store, seals, &first, needs_cursor).await
    }
}

/// Whether a request names no more than is worked on at once. Its bytes alone do not bound that: a few of them can
/// name a document.
pub fn is_within_limits(request: &SyncRequest) -> bool {
    let changes: usize = request.push.iter().map(|document| document.changes.len()).sum();
    let receipts = request.repair.as_ref().map_or(0, |repair| repair.docs.len());
    let documents = request.push.len() + request.want.len() + receipts;
    changes + documents <= MAX_CHANGES && request.commands.len() <= MAX_COMMANDS
}

/// Accepted changes leave the client's outbox in the transaction that stores a cursor.
fn is_worth_a_cursor(request: &SyncRequest, ingested: &Ingested) -> bool {
    !request.push.is_empty() || !request.commands.is_empty() || ingested.pushed.is_some()
}

fn wishes(request: &SyncRequest, gives_back: bool) -> Wishes {
    let asked = request.max_response_bytes as usize;
    Wishes {
        documents: request.want.clone(),
        proofs: request.push.iter().map(|pushed| pushed.doc).filter(|_| gives_back).collect(),
        digest: request.verify,
        max_bytes: asked.clamp(CUT_BYTES, MAX_ANSWER_BYTES),
    }
}

fn encoded(frames: &[Frame]) -> Vec<u8> {
    let encode = |frame| minicbor::to_vec(frame).expect("writing to a vector cannot fail");
    frames.iter().flat_map(encode).collect()
}

impl<S> std::fmt::Debug for Counter<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Counter({})", self.server_id)
    }
}

#[cfg(test)]
mod tests;
