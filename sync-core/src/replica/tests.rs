//! Stories of a desk: requests are collected, answers are stored, and nothing is lost in between.

use super::apply::GroupContext;
use super::desk::Desk;
use super::incoming::Pushed;
use super::*;
use crate::coaching::{Kind, meeting};
use crate::document::{Document, Path};
use crate::history::chunk;
use crate::ids::*;
use crate::key::{Part, Subject};
use crate::store::{MemoryStore, Presence};
use crate::sync::{CollectPlan, FollowUp, Mode};
use crate::time::Day;
use crate::wire::frame::*;
use crate::wire::{Authored, ErrorCode, Frame, Receipt, Rejection, Retry, RevokeTarget, SyncRequest};
use minicbor::bytes::ByteVec;

mod decisions;
#[cfg(feature = "sqlite")]
mod killed;
mod poison;
mod rights;
#[cfg(feature = "sqlite")]
mod search;
mod seen;
mod trouble;

const NOW: Timestamp = Timestamp(1_000);
const ORG: OrgId = OrgId::from_bytes([1; 16]);
const TENURE: TenureId = TenureId::from_bytes([2; 16]);
const BOGDAN: PersonId = PersonId::from_bytes([9; 16]);

fn wednesday() -> NaturalKey {
    NaturalKey { subject: Subject::Tenure(TENURE), part: Part::Day(Day::parse("2026-03-18").unwrap()) }
}

fn the_meeting() -> DocId {
    DocId::of(ORG, "meeting", &wednesday())
}

/// Ana's phone, seen from its desk.
struct Ana {
    desk: Desk,
}

impl Ana {
    fn new(seed: u8) -> Self {
        let identity = Identity {
            server_id: "s".into(),
            url: "http://s".into(),
            org: ORG,
            person: PersonId::from_bytes([seed; 16]),
            device: DeviceId::from_bytes([seed; 16]),
            organisation_key: vec![4; 65],
            replica: ReplicaId::from_bytes([seed; 16]),
        };
        let store = Box::new(MemoryStore::default());
        Self { desk: Desk::new(store, identity, StdRng::seed_from_u64(seed.into())) }
    }

    fn plans_wednesday(&mut self) {
        self.desk.create(Kind::of(&meeting::SPEC), wednesday(), NOW).unwrap();
    }

    fn writes(&mut self, at: usize, text: &str) {
        let splice = &mut |edit: &mut Edit<'_>| edit.splice(&Path::of("notes"), at, 0, text);
        self.desk.edit(the_meeting(), NOW, splice).unwrap();
    }

    fn notes(&mut self) -> String {
        self.desk.read(the_meeting(), |h| Document::of(h.view()).text(&Path::of("notes"))).unwrap()
    }

    fn collects(&mut self) -> SyncRequest {
        let plan = CollectPlan { max_push_bytes: 1 << 20, max_response_bytes: 1 << 20, after: 0 };
        (*self.desk.collect(&plan, NOW).unwrap().request).clone()
    }

    fn stores(&mut self, request: &SyncRequest, frames: Vec<Frame>) -> Result<FollowUp, ReplicaError> {
        let pushed = pushes_of(request);
        let after = request.cursor.clone().map(Vec::from);
        let context = GroupContext { after, pushed: &pushed, now: NOW, mode: Mode::Normal };
        self.desk.store_frames(frames, &context)
    }

    fn hears_the_end(&mut self) {
        self.desk.end_of_answer(Mode::Normal, NOW).unwrap();
    }

    fn waiting(&mut self) -> u32 {
        self.desk.pending().unwrap()
    }

    fn refused(&self) -> Vec<(ErrorCode, String)> {
        self.desk.store.refused().unwrap().into_iter().map(|row| (row.code, row.text)).collect()
    }

    fn presence(&self) -> Option<Presence> {
        self.desk.store.document(the_meeting()).unwrap().map(|row| row.presence)
    }
}

fn pushes_of(request: &SyncRequest) -> Vec<Pushed> {
    let hash = |bytes: &ByteVec| chunk::hash_of_bytes(bytes).unwrap();
    let of = |d: &crate::wire::PushDocument| {
        d.changes.iter().map(|c| Pushed { doc: d.doc, hash: hash(c) }).collect::<Vec<_>>()
    };
    request.push.iter().flat_map(of).collect()
}

fn cursor(name: &str) -> Frame {
    Frame::Cursor(name.as_bytes().to_vec().into())
}

fn head() -> DocumentHead {
    let audience = AudienceId::of(ORG, &wednesday().subject);
    DocumentHead { doc: the_meeting(), kind: "meeting".into(), key: wednesday(), audience }
}

/// What the server would tell somebody else about this push.
fn relayed(request: &SyncRequest) -> Frame {
    let chunks = request.push.iter().flat_map(|d| d.changes.clone()).collect::<Vec<_>>();
    let genesis = crate::document::genesis(Kind::of(&meeting::SPEC), &wednesday());
    let mut all: Vec<ByteVec> = vec![genesis.raw_bytes().to_vec().into()];
    all.extend(chunks);
    let authors = all.iter().skip(1).map(|bytes| {
        let change = chunk::parse([&bytes[..]].into_iter()).unwrap().remove(0);
        Authored {
            actor: ActorId::from_slice(change.actor_id().to_bytes()).unwrap(),
            person: BOGDAN,
            received_at: NOW,
        }
    });
    let authors = authors.collect();
    Frame::Changes(Changes { head: head(), chunks: all, authors })
}

fn refusal(request: &SyncRequest, code: ErrorCode) -> Frame {
    let rejected =
        pushes_of(request).iter().map(|p| Rejection { hash: p.hash, code, retry: Retry::Never }).collect();
    Frame::PushResult(PushResult { doc: the_meeting(), rejected, missing: Vec::new(), server_heads: None })
}

fn revoked() -> Frame {
    let target = RevokeTarget::Audience(AudienceId::of(ORG, &wednesday().subject));
    Frame::Revoke(Revoke { target, reason: "tenure_ended".into() })
}

#[test]
fn fifty_edits_offline_leave_as_one_change_and_only_with_the_cursor() {
    let mut ana = Ana::new(1);
    ana.plans_wednesday();
    for _ in 0..50 {
        ana.writes(0, "x");
    }

    let request = ana.collects();
    assert_eq!(pushes_of(&request).len(), 1);
    assert_eq!(ana.waiting(), 1, "nothing is acknowledged before an answer is stored");
    ana.stores(&request, vec![cursor("c1")]).unwrap();

    assert_eq!(ana.waiting(), 0);
    assert_eq!(ana.notes(), "x".repeat(50));
    assert!(ana.collects().push.is_empty());
}

#[test]
fn the_same_bytes_are_sent_again_when_the_answer_was_lost() {
    let mut ana = Ana::new(1);
    ana.plans_wednesday();
    ana.writes(0, "first ");
    let first = ana.collects();
    ana.writes(6, "second");

    let again = ana.collects();

    assert_eq!(again.push[0].changes[0], first.push[0].changes[0]);
    assert_eq!(again.push[0].changes.len(), 2);
    assert!(again.push[0].create.is_some());
}

#[test]
fn an_answer_that_comes_too_late_changes_nothing() {
    let mut ana = Ana::new(1);
    ana.plans_wednesday();
    ana.writes(0, "hello");
    let old = ana.collects();
    ana.stores(&old, vec![cursor("c1")]).unwrap();

    let late = ana.stores(&old, vec![revoked(), cursor("c0")]);

    assert!(matches!(late, Err(ReplicaError::Store(StoreError::Stale))));
    assert_eq!(ana.notes(), "hello");
    assert_eq!(ana.desk.store.cursor().unwrap(), Some(b"c1".to_vec()));
}

#[test]
fn both_sides_of_a_wednesday_meet_in_one_document() {
    let (mut ana, mut bogdan) = (Ana::new(1), Ana::new(9));
    for side in [&mut ana, &mut bogdan] {
        side.plans_wednesday();
    }
    ana.writes(0, "Ana's point. ");
    bogdan.writes(0, "Bogdan's point. ");
    let (from_ana, from_bogdan) = (ana.collects(), bogdan.collects());

    ana.stores(&from_ana, vec![relayed(&from_bogdan), cursor("a1")]).unwrap();
    bogdan.stores(&from_bogdan, vec![relayed(&from_ana), cursor("b1")]).unwrap();

    assert_eq!(ana.notes(), bogdan.notes());
    assert!(ana.notes().contains("Ana's point.") && ana.notes().contains("Bogdan's point."));
}

#[test]
fn a_document_that_nobody_looks_at_is_stored_without_being_read() {
    let (mut ana, mut bogdan) = (Ana::new(1), Ana::new(9));
    bogdan.plans_wednesday();
    bogdan.writes(0, "for later");
    let (request, push) = (ana.collects(), bogdan.collects());

    ana.stores(&request, vec![relayed(&push), cursor("a1")]).unwrap();

    assert!(!ana.desk.is_open(the_meeting()));
    assert_eq!(ana.notes(), "for later");
}

#[test]
fn a_refused_change_goes_to_not_accepted_and_the_queue_does_not_loop() {
    let (mut ana, mut bogdan) = (Ana::new(1), Ana::new(9));
    ana.plans_wednesday();
    ana.writes(0, "not allowed");
    bogdan.plans_wednesday();
    bogdan.writes(0, "Bogdan stays. ");
    let (request, push) = (ana.collects(), bogdan.collects());

    let frames = vec![refusal(&request, ErrorCode::ChangeMalformed), relayed(&push), cursor("a1")];
    ana.stores(&request, frames).unwrap();

    assert_eq!(ana.notes(), "Bogdan stays. ");
    assert_eq!(ana.refused(), vec![(ErrorCode::ChangeMalformed, "not allowed".into())]);
    assert!(ana.collects().push.is_empty());
}

#[test]
fn what_was_written_behind_a_refused_change_is_sent_without_it_once_and_then_parked() {
    let mut ana = Ana::new(1);
    ana.plans_wednesday();
    ana.writes(0, "refused ");
    let first = ana.collects();
    ana.writes(8, "behind it");
    ana.stores(&first, vec![refusal(&first, ErrorCode::ChangeMalformed), cursor("a1")]).unwrap();

    let second = ana.collects();
    assert_eq!(ana.notes(), "behind it");
    ana.stores(&second, vec![refusal(&second, ErrorCode::ChangeMalformed), cursor("a2")]).unwrap();

    assert_eq!(ana.refused().len(), 2);
    assert_eq!(ana.notes(), "");
    assert!(ana.collects().push.is_empty());
}

#[test]
fn when_access_ends_the_body_goes_at_once_and_unsent_text_stays_readable() {
    let (mut ana, mut bogdan) = (Ana::new(1), Ana::new(9));
    bogdan.plans_wednesday();
    bogdan.writes(0, "secret of Bogdan. ");
    let (request, push) = (ana.collects(), bogdan.collects());
    ana.stores(&request, vec![relayed(&push), cursor("a1")]).unwrap();
    ana.writes(0, "unsent of Ana. ");

    let request = ana.collects();
    let gone = vec![refusal(&request, ErrorCode::NotFound), revoked(), cursor("a2")];
    ana.stores(&request, gone).unwrap();
    assert!(matches!(
        ana.desk.read(the_meeting(), |_| ()),
        Err(ReplicaError::NotHere(_) | ReplicaError::NotFound(_))
    ));
    ana.hears_the_end();

    assert_eq!(ana.presence(), None);
    let refused = ana.refused();
    assert_eq!(refused.len(), 1);
    assert!(refused[0].1.contains("unsent of Ana."));
    assert!(!refused[0].1.contains("secret of Bogdan"));
}

#[test]
fn a_document_that_moves_to_another_audience_keeps_what_was_unsent() {
    let (mut ana, mut bogdan) = (Ana::new(1), Ana::new(9));
    bogdan.plans_wednesday();
    bogdan.writes(0, "shared. ");
    let (request, push) = (ana.collects(), bogdan.collects());
    ana.stores(&request, vec![relayed(&push), cursor("a1")]).unwrap();
    ana.writes(0, "unsent. ");
    bogdan.writes(0, "meanwhile. ");
    let more = bogdan.collects();

    let request = SyncRequest { cursor: Some(b"a1".to_vec().into()), push: Vec::new(), ..ana.collects() };
    ana.stores(&request, vec![revoked(), relayed(&more), cursor("a2")]).unwrap();
    ana.hears_the_end();

    assert_eq!(ana.presence(), Some(Presence::Full));
    for words in ["shared. ", "unsent. ", "meanwhile. "] {
        assert!(ana.notes().contains(words), "{words}");
    }
    assert!(ana.refused().is_empty());
    assert_eq!(ana.waiting(), 1);
}

#[test]
fn an_erased_document_leaves_nothing_not_even_what_was_refused() {
    let mut ana = Ana::new(1);
    ana.plans_wednesday();
    ana.writes(0, "about somebody");
    let request = ana.collects();
    ana.stores(&request, vec![refusal(&request, ErrorCode::ChangeMalformed), cursor("a1")]).unwrap();
    ana.writes(0, "more about somebody");

    let request = ana.collects();
    let erase = Frame::Erase(Erase { doc: the_meeting(), replacement: None });
    ana.stores(&request, vec![erase, cursor("a2")]).unwrap();
    ana.hears_the_end();

    assert_eq!(ana.presence(), None);
    assert!(ana.refused().is_empty());
    assert_eq!(ana.waiting(), 0);
}

#[test]
fn a_large_state_arrives_in_parts_over_several_windows() {
    let (mut ana, mut bogdan) = (Ana::new(1), Ana::new(9));
    bogdan.plans_wednesday();
    bogdan.writes(0, "a long story");
    bogdan.collects();
    let saved = bogdan.desk.read(the_meeting(), |h| h.view().save()).unwrap();
    let part = |range: std::ops::Range<usize>| {
        Frame::Snapshot(SnapshotPart {
            head: head(),
            heads: Vec::new(),
            offset: u32::try_from(range.start).unwrap(),
            total: u32::try_from(saved.len()).unwrap(),
            bytes: saved[range].to_vec().into(),
            authors: Vec::new(),
        })
    };

    let first = ana.collects();
    ana.stores(&first, vec![part(0..50), cursor("a1")]).unwrap();
    let second = ana.collects();
    ana.stores(&second, vec![part(50..saved.len()), cursor("a2")]).unwrap();

    assert_eq!(ana.notes(), "a long story");
}

#[test]
fn a_missing_part_is_noticed_and_nothing_is_stored() {
    let mut ana = Ana::new(1);
    let part = SnapshotPart {
        head: head(),
        heads: Vec::new(),
        offset: 10,
        total: 20,
        bytes: vec![0; 10].into(),
        authors: Vec::new(),
    };

    let request = ana.collects();
    let stored = ana.stores(&request, vec![Frame::Snapshot(part), cursor("a1")]);

    assert!(matches!(stored, Err(ReplicaError::BadAnswer(_))));
    assert_eq!(ana.desk.store.cursor().unwrap(), None);
}

#[test]
fn a_restored_server_gets_back_what_it_lost_with_proof_of_who_wrote_it() {
    let (mut ana, mut bogdan) = (Ana::new(1), Ana::new(9));
    bogdan.plans_wednesday();
    bogdan.writes(0, "from Bogdan. ");
    let (request, push) = (ana.collects(), bogdan.collects());
    let heads = pushes_of(&push).iter().map(|p| p.hash).collect();
    let receipt = Receipt { doc: the_meeting(), heads, authors: Vec::new(), mac: vec![7; 32].into() };
    ana.stores(&request, vec![relayed(&push), Frame::Receipt(receipt.clone()), cursor("a1")]).unwrap();
    ana.writes(0, "from Ana. ");
    let request = ana.collects();
    ana.stores(&request, vec![cursor("a2")]).unwrap();

    ana.desk.fork(Some(b"a2".to_vec())).unwrap();
    let empty = ana.collects();
    assert_eq!(empty.cursor, None);
    ana.stores(&empty, vec![cursor("r1")]).unwrap();
    assert_eq!(ana.desk.end_of_answer(Mode::Repair, NOW).unwrap(), FollowUp::SendAgain);

    let repair = ana.collects();
    assert_eq!(pushes_of(&repair).len(), 2, "both texts go back");
    assert!(repair.push[0].create.is_some());
    assert_eq!(repair.repair.as_ref().unwrap().docs, vec![receipt]);
    assert_eq!(repair.repair.unwrap().forked_cursor, ByteVec::from(b"a2".to_vec()));
}

#[test]
fn what_the_server_misses_is_sent_ahead_of_what_needs_it() {
    let mut ana = Ana::new(1);
    ana.plans_wednesday();
    ana.writes(0, "one ");
    let first = ana.collects();
    ana.stores(&first, vec![cursor("a1")]).unwrap();
    ana.writes(4, "two");
    let second = ana.collects();
    let (lost, pushed) = (pushes_of(&first)[0].hash, pushes_of(&second)[0].hash);
    let verdict = PushResult {
        doc: the_meeting(),
        rejected: vec![Rejection { hash: pushed, code: ErrorCode::MissingDependency, retry: Retry::Later }],
        missing: vec![lost],
        server_heads: None,
    };

    let follow_up = ana.stores(&second, vec![Frame::PushResult(verdict), cursor("a2")]).unwrap();

    assert_eq!(follow_up, FollowUp::SendAgain);
    let order: Vec<ChangeHash> = pushes_of(&ana.collects()).iter().map(|p| p.hash).collect();
    assert_eq!(order, vec![lost, pushed]);
}

#[test]
fn an_acknowledgement_names_a_state_that_others_will_know() {
    let mut ana = Ana::new(1);
    ana.plans_wednesday();
    ana.writes(0, "agreed: two calls");
    ana.desk.edit(the_meeting(), NOW, &mut meeting::acknowledge).unwrap();
    let push = ana.collects();
    assert_eq!(pushes_of(&push).len(), 2, "what was agreed, and then the agreement");

    let mut bogdan = Ana::new(9);
    let request = bogdan.collects();
    bogdan.stores(&request, vec![relayed(&push), cursor("b1")]).unwrap();

    let acks = bogdan.desk.read(the_meeting(), |h| meeting::view(Document::of(h.view())).acks).unwrap();
    assert_eq!(acks[0].standing, crate::coaching::ack::Standing::Current);
}
