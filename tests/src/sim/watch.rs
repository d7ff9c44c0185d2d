//! Owns the watch over the wire: what leaves a phone, what leaves the server, and for whom.

use super::access::AccessList;
use super::failure::{Failure, FailureKind};
use super::office::ORG;
use super::word::{holds_secret, written_by};
use crate::model::Tables;
use automerge::Change;
use server::caller::Caller;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use sync_core::history::chunk::hash_of_bytes;
use sync_core::ids::{AudienceId, ChangeHash, DocId, GroupId, PersonId, TenureId};
use sync_core::key::Subject;
use sync_core::store::GROUPS;
use sync_core::time::Timestamp;
use sync_core::wire::{Frame, FrameReader, SyncRequest};

/// How many served requests are kept, to be sent again at the end.
const KEPT_REQUESTS: usize = 12;

/// Looks at every request and every answer. A clone is the same watch.
#[derive(Clone)]
pub struct Watch {
    access: AccessList,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    failures: Vec<Failure>,
    /// Changes that were looked at; they are sent again and again.
    changes: BTreeSet<Vec<u8>>,
    /// Whose each document is, and of what kind, once anybody was told.
    documents: BTreeMap<DocId, (AudienceId, String)>,
    /// Which cursor an answer replaces by which.
    cursors: BTreeSet<(Option<Vec<u8>>, Vec<u8>)>,
    served: Vec<Served>,
    /// Something that was typed could not be taken back, so it may be sent: no secret is looked for any more.
    tolerates_secrets: bool,
}

/// A request of which everything was accepted.
#[derive(Debug, Clone)]
pub struct Served {
    /// Whose.
    pub caller: Caller,
    /// The request.
    pub request: Arc<SyncRequest>,
}

impl Watch {
    /// Compares with this list.
    pub fn new(access: AccessList) -> Self {
        Self { access, seen: Arc::default() }
    }

    /// A request leaves a phone.
    pub fn request_leaves(&self, phone: &str, request: &SyncRequest) {
        let mut seen = self.lock();
        for bytes in request.push.iter().flat_map(|document| &document.changes) {
            if !seen.changes.insert(bytes.to_vec()) {
                continue;
            }
            let text = Change::from_bytes(bytes.to_vec()).map(|change| written_by(&change));
            if !seen.tolerates_secrets && text.is_ok_and(|text| holds_secret(&text)) {
                let what = format!("{phone} sent something that was taken back");
                seen.failures.push(Failure::new(FailureKind::Leaked, what));
            }
        }
    }

    /// Something that was typed stands there still, so it may be sent.
    pub fn tolerate_secrets(&self) {
        self.lock().tolerates_secrets = true;
    }

    /// What the database has: who is in a group of it sees that.
    pub fn learn(&self, tables: &Tables) {
        self.access.learn(tables.groups.values().map(|(group, _)| group));
    }

    /// A group of an answer leaves the server. It was read since that moment, and goes on from this cursor.
    pub fn group_leaves(
        &self,
        caller: Caller,
        bytes: &[u8],
        (since, from): (Timestamp, &mut Option<Vec<u8>>),
    ) {
        let mut reader = FrameReader::default();
        reader.push(bytes);
        while let Ok(Some(frame)) = reader.next_frame() {
            self.frame_leaves(caller.person, &frame, since);
            if let Frame::Cursor(cursor) = frame {
                let before = from.replace(cursor.to_vec());
                self.lock().cursors.insert((before, cursor.to_vec()));
            }
        }
    }

    /// A phone stores a cursor in the place of another: some answer must have gone from the one to the other.
    pub fn cursor_stored(&self, phone: &str, before: Option<Vec<u8>>, cursor: &[u8]) {
        let mut seen = self.lock();
        if !seen.cursors.contains(&(before, cursor.to_vec())) {
            let what = format!("{phone} stored an answer over another cursor than it goes on from");
            seen.failures.push(Failure::new(FailureKind::Broken, what));
        }
    }

    /// A request was served; `first` is the first group of its answer. What that acknowledges must be stored.
    pub fn was_served(&self, caller: Caller, request: &Arc<SyncRequest>, (first, tables): (&[u8], &Tables)) {
        if acknowledged(request, first).any(|(doc, hash)| tables.change_of(doc, hash).is_none()) {
            let what = "a change was acknowledged that the database does not have";
            self.report(Failure::new(FailureKind::Broken, what));
        }
        if request.push.is_empty() || request.repair.is_some() || !accepts_all(first) {
            return;
        }
        let mut seen = self.lock();
        if seen.served.len() == KEPT_REQUESTS {
            seen.served.remove(0);
        }
        seen.served.push(Served { caller, request: request.clone() });
    }

    /// The server's history is another one: what was served before is new to it.
    pub fn forget_served(&self) {
        self.lock().served.clear();
    }

    /// Requests of which everything was accepted.
    pub fn served(&self) -> Vec<Served> {
        self.lock().served.clone()
    }

    /// What was wrong so far.
    pub fn take_failures(&self) -> Vec<Failure> {
        std::mem::take(&mut self.lock().failures)
    }

    /// Adds something that was wrong.
    pub fn report(&self, failure: Failure) {
        self.lock().failures.push(failure);
    }

    fn frame_leaves(&self, person: PersonId, frame: &Frame, since: Timestamp) {
        let Some((about, audience, kind)) = self.audience_of(frame) else { return };
        if !self.access.may_see((person, audience), kind.as_deref(), since) {
            let what = format!("{person:?} was told about {about} of {audience:?}");
            self.report(Failure::new(FailureKind::Leaked, what));
        }
    }

    /// What a frame is about, who may know of it, and its kind if it is a document; none when it says nothing about either.
    fn audience_of(&self, frame: &Frame) -> Option<(String, AudienceId, Option<String>)> {
        let head = match frame {
            Frame::Snapshot(part) => &part.head,
            Frame::Changes(changes) => &changes.head,
            Frame::Stub(stub) => &stub.head,
            Frame::Grant(grant) => return Some(("members".into(), grant.audience, None)),
            Frame::Record(record) if record.collection == "tenure" => {
                let tenure = TenureId::from_slice(&record.key)?;
                return Some(("a tenure".into(), AudienceId::of(ORG, &Subject::Tenure(tenure)), None));
            }
            Frame::Record(record) if record.collection == GROUPS => {
                let group = GroupId::from_slice(&record.key)?;
                return Some(("a group".into(), AudienceId::of(ORG, &Subject::Group(group)), None));
            }
            Frame::Receipt(receipt) => return self.known(receipt.doc),
            Frame::PushResult(result) if result.server_heads.is_some() => return self.known(result.doc),
            // The end of something is told to whoever had it.
            Frame::Hello(_)
            | Frame::Revoke(_)
            | Frame::PushResult(_)
            | Frame::CommandResult(_)
            | Frame::Erase(_)
            | Frame::Record(_)
            | Frame::Cursor(_)
            | Frame::End(_) => return None,
        };
        self.lock().documents.insert(head.doc, (head.audience, head.kind.clone()));
        Some((format!("{:?}", head.doc), head.audience, Some(head.kind.clone())))
    }

    fn known(&self, doc: DocId) -> Option<(String, AudienceId, Option<String>)> {
        let (audience, kind) = self.lock().documents.get(&doc)?.clone();
        Some((format!("{doc:?}"), audience, Some(kind)))
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an answer acknowledges: everything that was pushed and that it does not name as rejected.
fn acknowledged(request: &SyncRequest, first: &[u8]) -> impl Iterator<Item = (DocId, ChangeHash)> {
    let (mut rejected, mut is_judged) = (BTreeSet::new(), false);
    let mut reader = FrameReader::default();
    reader.push(first);
    while let Ok(Some(frame)) = reader.next_frame() {
        match frame {
            Frame::PushResult(result) => {
                rejected.extend(result.rejected.iter().map(|row| (result.doc, row.hash)));
            }
            Frame::Cursor(_) => is_judged = true,
            _ => {}
        }
    }
    let pushed = request.push.iter().filter(move |_| is_judged).flat_map(|pushed| {
        let hashes = pushed.changes.iter().filter_map(|bytes| hash_of_bytes(bytes));
        hashes.map(|hash| (pushed.doc, hash))
    });
    pushed.filter(move |change| !rejected.contains(change))
}

fn accepts_all(first: &[u8]) -> bool {
    let mut reader = FrameReader::default();
    reader.push(first);
    while let Ok(Some(frame)) = reader.next_frame() {
        match frame {
            Frame::PushResult(result) if !result.rejected.is_empty() => return false,
            Frame::Cursor(_) => return true,
            _ => {}
        }
    }
    true
}
