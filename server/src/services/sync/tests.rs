//! Whole syncs against real Postgres, several at once: what the invariants of `docs/protocol.md` promise.

mod feed_order;
mod repair;
mod secrecy;

use super::*;
use crate::services::testing::{Copy, NOW, Office};
use crate::store::postgres::PgStore;
use crate::trial::{Place, Trials};
use minicbor::bytes::ByteVec;
use std::collections::BTreeSet;
use sync_core::document;
use sync_core::ids::{ActorId, AudienceId, ChangeHash, PersonId, ReplicaId};
use sync_core::wire::frame::DocumentHead;
use sync_core::wire::{Authored, FrameReader, PushDocument, Receipt, RevokeTarget};

fn keys() -> Keys {
    Keys {
        server_id: "server".into(),
        cursor: [1; 32],
        receipt: [2; 32],
        access: [3; 32],
        organisation: [4; 32],
    }
}

/// A phone as the protocol has it: it stores data and cursor together, and drops what it may no longer see.
#[derive(Clone)]
struct Phone {
    who: Caller,
    cursor: Option<Vec<u8>>,
    audiences: BTreeSet<AudienceId>,
    held: BTreeMap<DocId, Held>,
    receipts: BTreeMap<DocId, Receipt>,
}

/// What a phone holds of a document.
#[derive(Debug, Clone, PartialEq)]
struct Held {
    audience: AudienceId,
    saved: Vec<u8>,
    changes: Vec<Vec<u8>>,
    authors: BTreeMap<ActorId, PersonId>,
}

impl Phone {
    fn of(who: Caller) -> Self {
        let (audiences, held, receipts) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
        Self { who, cursor: None, audiences, held, receipts }
    }

    fn request(&self, push: Vec<PushDocument>) -> SyncRequest {
        SyncRequest {
            protocol: 1,
            replica: ReplicaId::from_bytes([1; 16]),
            cursor: self.cursor.clone().map(ByteVec::from),
            app_schema: APP_SCHEMA,
            max_response_bytes: 1 << 20,
            push,
            commands: vec![],
            want: vec![],
            repair: None,
            verify: false,
        }
    }

    /// Syncs until nothing is left, and tells the frames.
    async fn sync(&mut self, office: &Office, store: &PgStore, push: Vec<PushDocument>) -> Vec<Frame> {
        let mut frames = self.exchange(office, store, self.request(push)).await;
        while frames.iter().rev().any(|frame| matches!(frame, Frame::End(End { more: true, .. }))) {
            frames.retain(|frame| !matches!(frame, Frame::End(_)));
            frames.extend(self.exchange(office, store, self.request(vec![])).await);
        }
        frames
    }

    /// One request and its whole answer.
    async fn exchange(&mut self, office: &Office, store: &PgStore, request: SyncRequest) -> Vec<Frame> {
        let frames = answer(office, store, self.who, &request).await;
        frames.iter().for_each(|frame| self.take(frame));
        frames
    }

    fn take(&mut self, frame: &Frame) {
        match frame {
            Frame::Changes(changes) => {
                let held = self.hold(&changes.head, &changes.authors);
                held.changes.extend(changes.chunks.iter().map(|chunk| chunk.to_vec()));
            }
            Frame::Snapshot(part) => {
                let held = self.hold(&part.head, &part.authors);
                held.saved.truncate(part.offset as usize);
                held.saved.extend_from_slice(&part.bytes);
            }
            Frame::Revoke(revoke) => match revoke.target {
                RevokeTarget::Audience(audience) => {
                    self.audiences.remove(&audience);
                    self.held.retain(|_, held| held.audience != audience);
                }
                RevokeTarget::Document(doc) => drop(self.held.remove(&doc)),
            },
            Frame::Grant(grant) => drop(self.audiences.insert(grant.audience)),
            Frame::Receipt(receipt) => drop(self.receipts.insert(receipt.doc, receipt.clone())),
            Frame::Cursor(cursor) => self.cursor = Some(cursor.to_vec()),
            _ => {}
        }
    }

    #[track_caller]
    fn hold(&mut self, head: &DocumentHead, authors: &[Authored]) -> &mut Held {
        assert!(self.audiences.contains(&head.audience), "a document of an audience that was not granted");
        let held = self.held.entry(head.doc).or_insert_with(|| Held {
            audience: head.audience,
            saved: vec![],
            changes: vec![],
            authors: BTreeMap::new(),
        });
        held.authors.extend(authors.iter().map(|author| (author.actor, author.person)));
        held
    }

    /// The changes that a document of this phone consists of; all that they depend on is among them.
    #[track_caller]
    fn changes_of(&self, doc: DocId) -> BTreeSet<ChangeHash> {
        let held = &self.held[&doc];
        let reader = ActorId::from_bytes([0; 16]);
        let base = match &held.saved[..] {
            [] => document::blank(reader),
            saved => document::load(saved, reader).unwrap(),
        };
        let changes = held.changes.iter().map(|bytes| document::parse_change(bytes).unwrap()).collect();
        let loaded = document::apply(base, changes).unwrap();
        loaded.get_changes(&[]).iter().map(|change| ChangeHash::from_bytes(change.hash().0)).collect()
    }

    /// Every change of every document of this phone.
    fn everything(&self) -> BTreeMap<DocId, BTreeSet<ChangeHash>> {
        self.held.keys().map(|doc| (*doc, self.changes_of(*doc))).collect()
    }
}

/// The whole answer to a request.
async fn answer(office: &Office, store: &PgStore, who: Caller, request: &SyncRequest) -> Vec<Frame> {
    let counter = Counter::new(store.clone(), Trials::at(Place::Here), &keys(), office.random.clone());
    let (first, rest) = counter.apply(who, request, NOW).await.unwrap().first_group().await.unwrap();
    let mut reader = FrameReader::default();
    reader.push(&first);
    if let Some(mut rest) = rest {
        loop {
            let group = rest.next_group().await.unwrap();
            reader.push(&group.bytes);
            if group.is_last {
                break;
            }
        }
    }
    let frames: Vec<_> = std::iter::from_fn(|| reader.next_frame().unwrap()).collect();
    assert!(matches!(frames.first(), Some(Frame::Hello(_))), "Hello is first");
    assert!(matches!(frames.last(), Some(Frame::End(_))), "End is last");
    frames
}

fn rejected(frames: &[Frame]) -> Vec<sync_core::wire::ErrorCode> {
    let results = frames.iter().filter_map(|frame| match frame {
        Frame::PushResult(result) => Some(result.rejected.iter().map(|rejection| rejection.code)),
        _ => None,
    });
    results.flatten().collect()
}

/// What the tables hold of every document, whoever may see it.
async fn stored(
    office: &Office,
    docs: impl IntoIterator<Item = DocId>,
) -> BTreeMap<DocId, BTreeSet<ChangeHash>> {
    use crate::store::{Access, Changes};
    let mut tx = office.db.store.begin(crate::services::testing::ada().org, Access::Read).await.unwrap();
    let mut all = BTreeMap::new();
    for doc in docs {
        let bodies = tx.bodies_after(&[(doc, 0)]).await.unwrap();
        all.insert(doc, bodies.into_iter().map(|body| body.hash).collect());
    }
    all
}
