//! Owns the sorting of an answer's frames by document, before anything is decided about them.

use crate::history::Verdicts;
use crate::ids::{AudienceId, ChangeHash, DocId, GroupId, OrgId, TeamId, TenureId};
use crate::key::Subject;
use crate::store::{GROUPS, TEAMS, TENURES};
use crate::sync::Mode;
use crate::wire::frame::{
    Changes, CommandResult, DocumentHead, Erase, Grant, PushResult, Record, SnapshotPart, Stub,
};
use crate::wire::{Authored, ErrorCode, Frame, Receipt, Retry, RevokeTarget};
use std::collections::BTreeMap;

/// A change that this request pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// Its document.
    pub doc: DocId,
    /// Its hash.
    pub hash: ChangeHash,
}

/// What one answer, up to a commit point, says about one document.
#[derive(Debug, Default)]
pub(super) struct Incoming {
    pub(super) head: Option<DocumentHead>,
    pub(super) parts: Vec<SnapshotPart>,
    pub(super) chunks: Vec<Vec<u8>>,
    pub(super) authors: Vec<Authored>,
    pub(super) verdicts: Verdicts,
    pub(super) code: Option<ErrorCode>,
    pub(super) missing: Vec<ChangeHash>,
    pub(super) receipt: Option<Receipt>,
    pub(super) stub: Option<Stub>,
}

/// The frames of one commit group, sorted.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) revoked: Vec<RevokeTarget>,
    pub(super) erased: Vec<Erase>,
    pub(super) granted: Vec<Grant>,
    pub(super) records: Vec<Record>,
    pub(super) decided: Vec<CommandResult>,
    pub(super) documents: BTreeMap<DocId, Incoming>,
    pub(super) cursor: Option<Vec<u8>>,
}

impl Group {
    /// Sorts the frames; `pushed` is what these frames are the first commit point for.
    pub(super) fn sort(frames: Vec<Frame>, pushed: &[Pushed]) -> Self {
        let mut group = Self::default();
        for push in pushed {
            group.document(push.doc).verdicts.accepted.insert(push.hash);
        }
        for frame in frames {
            group.add(frame);
        }
        group
    }

    fn document(&mut self, doc: DocId) -> &mut Incoming {
        self.documents.entry(doc).or_default()
    }

    fn add(&mut self, frame: Frame) {
        match frame {
            Frame::Hello(_) | Frame::End(_) => {}
            Frame::CommandResult(result) => self.decided.push(result),
            Frame::PushResult(result) => self.document(result.doc).take_verdict(result),
            Frame::Grant(grant) => self.granted.push(grant),
            Frame::Revoke(revoke) => self.revoked.push(revoke.target),
            Frame::Erase(erase) => self.erased.push(erase),
            Frame::Snapshot(part) => {
                let incoming = self.document(part.head.doc);
                incoming.head = Some(part.head.clone());
                incoming.authors.extend(&part.authors);
                incoming.parts.push(part);
            }
            Frame::Changes(changes) => self.document(changes.head.doc).take_changes(changes),
            Frame::Stub(stub) => {
                let doc = stub.head.doc;
                self.document(doc).stub = Some(stub);
            }
            Frame::Receipt(receipt) => {
                let doc = receipt.doc;
                self.document(doc).receipt = Some(receipt);
            }
            Frame::Record(record) => self.records.push(record),
            Frame::Cursor(cursor) => self.cursor = Some(cursor.to_vec()),
        }
    }
}

impl Incoming {
    fn take_verdict(&mut self, result: PushResult) {
        for rejection in result.rejected {
            self.verdicts.accepted.remove(&rejection.hash);
            // What only builds on something refused is folded again without it, and keeps its text.
            if rejection.retry == Retry::Never && rejection.code != ErrorCode::DependsOnRefused {
                self.verdicts.refused.insert(rejection.hash);
                self.code = self.code.or(Some(rejection.code));
            }
        }
        self.missing = result.missing;
    }

    fn take_changes(&mut self, changes: Changes) {
        self.head = Some(changes.head);
        self.authors.extend(changes.authors);
        self.chunks.extend(changes.chunks.into_iter().map(Vec::from));
    }

    /// Whether the server has the document now. While it is repaired, what it had accepted before says nothing, but a
    /// receipt does.
    pub(super) fn says_server_has_it(&self, mode: Mode) -> bool {
        let has_accepted = !self.verdicts.accepted.is_empty() && mode == Mode::Normal;
        has_accepted || self.receipt.is_some()
    }

    /// Whether a body, or a part of one, arrived.
    pub(super) fn delivers(&self) -> bool {
        !self.parts.is_empty() || !self.chunks.is_empty()
    }
}

/// The audience that a record of this collection and key belongs to, when the key says so.
pub(super) fn audience_of_record(org: OrgId, collection: &str, key: &[u8]) -> Option<AudienceId> {
    let subject = match collection {
        TENURES => Subject::Tenure(TenureId::from_slice(key)?),
        TEAMS => Subject::Team(TeamId::from_slice(key)?),
        GROUPS => Subject::Group(GroupId::from_slice(key)?),
        _ => return None,
    };
    Some(AudienceId::of(org, &subject))
}
