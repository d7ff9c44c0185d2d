//! Bad changes, pushed to a document that two people share. What each does to a document stands in `sync-core/src/gate` and
//! in `tests/src/hostile`; here they come over the wire, and the server's verdict is the whole effect.

use crate::bad_inputs::{PLAIN, ZSTD, compressed, encoded, frames, request, send};
use crate::device::{Answer, Device};
use crate::watched::Watched;
use automerge::legacy::{Key, ObjectId, OpId, OpType};
use automerge::transaction::{Transactable, Transaction};
use automerge::{ActorId, Automerge, Change, ExpandedChange, ObjType, ROOT, ReadDoc};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use std::num::NonZeroU64;
use sync_core::coaching::Kind;
use sync_core::document;
use sync_core::ids::DocId;
use sync_core::key::{NaturalKey, Part, Subject};
use sync_core::time::Day;
use sync_core::wire::{Create, ErrorCode, Frame, PushDocument, Retry, SyncRequest};

const ANAS: sync_core::ids::ActorId = sync_core::ids::ActorId::from_bytes([0x11; 16]);
const BOBS: sync_core::ids::ActorId = sync_core::ids::ActorId::from_bytes([0x22; 16]);
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];

type Verdicts = Vec<(ErrorCode, Retry)>;

/// A meeting of Ana and Bob as somebody has it.
struct Meeting {
    doc: DocId,
    create: Create,
    content: Automerge,
}

impl Meeting {
    /// On a day of March.
    fn on(watched: &Watched, day: i8) -> Self {
        let part = Part::Day(Day::new(2026, 3, day).unwrap());
        let key = NaturalKey { subject: Subject::Tenure(watched.tenure), part };
        let doc = DocId::of(watched.ana.enrolled.as_ref().unwrap().org, "meeting", &key);
        let content = document::create(Kind::parse("meeting").unwrap(), &key, 1, ANAS).unwrap();
        Self { doc, create: Create { kind: "meeting".into(), key }, content }
    }

    /// One that Ana has written in and pushed, as Bob has it.
    async fn written(watched: &Watched, day: i8) -> Self {
        let mut meeting = Self::on(watched, day);
        let changes = [1, 2, 3].map(|mood| meeting.write("mood", mood).raw_bytes().to_vec());
        let verdicts = meeting.push(watched, &watched.ana, changes.to_vec()).await;
        assert_eq!(verdicts, []);
        meeting.content = document::fork(&meeting.content, BOBS);
        meeting
    }

    fn write(&mut self, name: &str, value: i64) -> Change {
        written(&mut self.content, |tx| tx.put(ROOT, name, value).unwrap())
    }

    /// A change as Bob would make it next.
    fn honest(&self, write: impl FnOnce(&mut Transaction<'_>)) -> Change {
        written(&mut self.content.clone(), write)
    }

    fn next(&self) -> Change {
        self.honest(|tx| tx.put(ROOT, "mine", 1).unwrap())
    }

    /// The next one, forged.
    fn forged(&self, forge: impl FnOnce(&mut ExpandedChange)) -> Vec<u8> {
        let mut change = self.next().decode();
        forge(&mut change);
        change.hash = None;
        Change::from(change).raw_bytes().to_vec()
    }

    /// The number of the operation that put the mood.
    fn mood(&self) -> u64 {
        let (_, id) = self.content.get(ROOT, "mood").unwrap().unwrap();
        id.to_string().split('@').next().unwrap().parse().unwrap()
    }

    /// The next change with so many operations, said in a hundred bytes.
    fn run(&self, operations: u64) -> Vec<u8> {
        let next = self.next();
        let run = |value: &[u8]| [signed(operations), value.to_vec()].concat();
        let columns = [
            (0x15, run(&[1, b'a'])),
            (0x34, unsigned(operations)),
            (0x42, run(&[1])),
            (0x56, run(&[0])),
            (0x70, run(&[0])),
        ];
        let mut body = unsigned(next.deps().len() as u64);
        next.deps().iter().for_each(|dep| body.extend(dep.0));
        body.extend(
            [&[16][..], BOBS.as_bytes(), &[1], &unsigned(next.start_op().get()), &[0, 0, 0, 5]].concat(),
        );
        columns.iter().for_each(|(name, data)| body.extend([*name, u8::try_from(data.len()).unwrap()]));
        columns.iter().for_each(|(_, data)| body.extend(data));
        framed(1, &body)
    }

    async fn push(&self, watched: &Watched, who: &Device, changes: Vec<Vec<u8>>) -> Verdicts {
        let changes = changes.into_iter().map(Into::into).collect();
        let push = vec![PushDocument { doc: self.doc, create: Some(self.create.clone()), changes }];
        let body = compressed(&encoded(&SyncRequest { push, ..request::request() }));
        verdicts_in(&send(&watched.server, who, &[PLAIN, ZSTD], body).await)
    }
}

#[track_caller]
fn verdicts_in(answer: &Answer) -> Verdicts {
    let results = frames(answer).into_iter().filter_map(|frame| match frame {
        Frame::PushResult(result) => Some(result.rejected),
        _ => None,
    });
    results.flatten().map(|rejected| (rejected.code, rejected.retry)).collect()
}

fn written(content: &mut Automerge, write: impl FnOnce(&mut Transaction<'_>)) -> Change {
    let mut tx = content.transaction();
    write(&mut tx);
    tx.commit();
    content.get_last_local_change().unwrap()
}

/// A chunk with this body, its length and its checksum.
fn framed(kind: u8, body: &[u8]) -> Vec<u8> {
    framed_with(kind, &unsigned(body.len() as u64), body)
}

fn framed_with(kind: u8, length: &[u8], body: &[u8]) -> Vec<u8> {
    let covered = [&[kind], length, body].concat();
    [&MAGIC, &Sha256::digest(&covered)[..4], &covered].concat()
}

fn body(chunk: &[u8]) -> &[u8] {
    let length = chunk[9..].iter().take_while(|byte| **byte & 0x80 != 0).count() + 1;
    &chunk[9 + length..]
}

/// An unsigned number, LEB128.
fn unsigned(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// A positive number, signed LEB128.
fn signed(value: u64) -> Vec<u8> {
    let mut bytes = unsigned(value);
    if bytes[bytes.len() - 1] & 0x40 != 0 {
        let last = bytes.len() - 1;
        bytes[last] |= 0x80;
        bytes.push(0);
    }
    bytes
}

fn deflated(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, body).unwrap();
    framed(2, &encoder.finish().unwrap())
}

fn bad_frames(meeting: &Meeting) -> Vec<(u8, &'static str, Vec<u8>)> {
    let good = meeting.next().raw_bytes().to_vec();
    let with = |at: usize, bit: u8| {
        let mut bytes = good.clone();
        bytes[at] ^= bit;
        bytes
    };
    let long = |length: u64| framed_with(1, &unsigned(length), body(&good));
    let twice = [unsigned(body(&good).len() as u64 | 1 << 7)[..1].to_vec(), vec![0]].concat();
    vec![
        (73, "no bytes", vec![]),
        (73, "one byte", vec![0x85]),
        (73, "a frame of nothing", framed(1, &[])),
        (74, "another magic", with(0, 1)),
        (75, "another checksum", with(4, 1)),
        (76, "a length of two to the 63rd", long(1 << 63)),
        (76, "a length that is one too long", long(body(&good).len() as u64 + 1)),
        (76, "a length that is one too short", long(body(&good).len() as u64 - 1)),
        (76, "a length in more bytes than it needs", framed_with(1, &twice, body(&good))),
        (77, "a document's kind", framed(0, body(&good))),
        (77, "a compressed change that is not", framed(2, body(&good))),
        (77, "a bundle's kind", framed(3, body(&good))),
        (77, "a kind of nothing", framed(255, body(&good))),
        (78, "eight MiB of nothing in it", deflated(&vec![0; 8 << 20])),
        (79, "a saved document", meeting.content.save()),
        (79, "two to the 62nd operations", meeting.run(1 << 62)),
        (79, "a million operations", meeting.run(1_000_000)),
    ]
}

fn bad_contents(meeting: &Meeting) -> Vec<(u8, &'static str, Vec<u8>)> {
    let op =
        |forge: fn(&mut automerge::legacy::Op)| meeting.forged(|change| forge(&mut change.operations[0]));
    let text = meeting.honest(|tx| tx.put(ROOT, "mine", "abc").unwrap()).raw_bytes().to_vec();
    let at = text.windows(3).position(|bytes| bytes == b"abc").unwrap();
    let surrogate = [&text[..at], b"\xed\xa0\x80", &text[at + 3..]].concat();
    vec![
        (83, "the highest number of all", meeting.forged(|change| change.seq = u64::MAX)),
        (87, "an actor of no bytes", meeting.forged(|change| change.actor_id = ActorId::from(&[][..]))),
        (87, "an actor of a KiB", meeting.forged(|change| change.actor_id = ActorId::from(vec![7; 1024]))),
        (88, "operations up to the end", meeting.forged(|change| change.start_op = number(u32::MAX.into()))),
        (89, "in an object that is not there", op(|op| op.obj = ObjectId::Id(OpId(9999, bobs())))),
        (90, "a predecessor past the end", op(|op| op.pred = vec![OpId(u64::MAX >> 1, bobs())].into())),
        (92, "half of a surrogate pair", framed(1, body(&surrogate))),
        (94, "the earliest time of all", meeting.forged(|change| change.time = i64::MIN)),
        (94, "the latest time of all", meeting.forged(|change| change.time = i64::MAX)),
        (95, "a message of two KiB", meeting.forged(|change| change.message = Some("m".repeat(2048)))),
        (95, "a message of a MiB", meeting.forged(|change| change.message = Some("m".repeat(1 << 20)))),
        (95, "bytes behind the operations", meeting.forged(|change| change.extra_bytes = vec![7; 64])),
    ]
}

fn out_of_place(meeting: &Meeting, other: &Meeting) -> Vec<(u8, &'static str, Vec<u8>, ErrorCode, Retry)> {
    use ErrorCode::{ActorOwned, ActorUnknown, ChangeOperations, ChangeSequence, MissingDependency};
    let others = other.content.get_heads();
    let stranger = OpId(2, ActorId::from([0x33; 16]));
    let named = meeting.forged(|change| change.operations[0].pred = vec![stranger].into());
    let as_ana = meeting.forged(|change| {
        change.actor_id = ActorId::from(*ANAS.as_bytes());
        change.seq = 4;
    });
    let start = |number_of| meeting.forged(|change| change.start_op = number(number_of));
    vec![
        (
            80,
            "on what nobody has",
            meeting.forged(|change| change.deps = vec![automerge::ChangeHash([9; 32])]),
            MissingDependency,
            Retry::Later,
        ),
        (
            81,
            "on a change of another document",
            meeting.forged(|change| change.deps = others),
            MissingDependency,
            Retry::Later,
        ),
        (96, "of another document", other.next().raw_bytes().to_vec(), MissingDependency, Retry::Later),
        (
            83,
            "a fifth change before the first",
            meeting.forged(|change| change.seq = 5),
            ChangeSequence,
            Retry::Never,
        ),
        (86, "under Ana's actor", as_ana, ActorOwned, Retry::Never),
        (88, "numbers from the beginning", start(1), ChangeOperations, Retry::Never),
        (88, "numbers far ahead", start(1 << 30), ChangeOperations, Retry::Never),
        (90, "an actor that nobody knows", named, ActorUnknown, Retry::Never),
    ]
}

fn bobs() -> ActorId {
    ActorId::from(*BOBS.as_bytes())
}

fn number(value: u64) -> NonZeroU64 {
    NonZeroU64::new(value).unwrap()
}

#[sqlx::test(migrations = false)]
async fn bytes_that_are_no_change_are_refused_and_nothing_else_happens(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let meeting = Meeting::written(&watched, 18).await;
    for (number, what, bytes) in [bad_frames(&meeting), bad_contents(&meeting)].concat() {
        let what = format!("{number}: {what}");
        let verdicts = watched.endures(&what, meeting.push(&watched, &watched.bob, vec![bytes])).await;
        assert_eq!(verdicts, [(ErrorCode::ChangeMalformed, Retry::Never)], "{what}");
    }
    watched.finish();
}

#[sqlx::test(migrations = false)]
async fn a_change_that_does_not_follow_is_refused_and_nothing_else_happens(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let meeting = Meeting::written(&watched, 18).await;
    let other = Meeting::written(&watched, 19).await;
    for (number, what, bytes, code, retry) in out_of_place(&meeting, &other) {
        let what = format!("{number}: {what}");
        let verdicts = watched.endures(&what, meeting.push(&watched, &watched.bob, vec![bytes])).await;
        assert_eq!(verdicts, [(code, retry)], "{what}");
    }
    let fresh = Meeting::on(&watched, 20);
    let misplaced = vec![meeting.next().raw_bytes().to_vec()];
    let verdicts =
        watched.endures("96: in a new document", fresh.push(&watched, &watched.bob, misplaced)).await;
    assert_eq!(verdicts, [(ErrorCode::MissingDependency, Retry::Later)]);
    watched.finish();
}

#[sqlx::test(migrations = false)]
async fn what_is_pushed_again_has_no_effect_and_what_takes_its_number_is_refused(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let meeting = Meeting::written(&watched, 18).await;
    let push = async |changes| meeting.push(&watched, &watched.bob, changes).await;
    let first = meeting.next().raw_bytes().to_vec();
    assert_eq!(push(vec![first.clone()]).await, []);
    let rival = meeting.honest(|tx| tx.put(ROOT, "theirs", 2).unwrap()).raw_bytes().to_vec();
    let taken = [(ErrorCode::ChangeSequence, Retry::Never)];

    let none = watched.endures("71: no change", push(vec![])).await;
    let same = watched.endures("85: the same", push(vec![first.clone(), first])).await;
    let other = watched.endures("84: another of that number", push(vec![rival])).await;

    assert_eq!((none, same, other), (vec![], vec![], taken.to_vec()));
    watched.finish();
}

#[sqlx::test(migrations = false)]
async fn as_many_bad_changes_as_a_request_may_hold_are_refused_one_by_one(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let meeting = Meeting::written(&watched, 18).await;
    let junk = (0..23_000_u32).map(|n| n.to_be_bytes().to_vec()).collect();

    let verdicts = watched.endures("72: so much junk", meeting.push(&watched, &watched.bob, junk)).await;

    assert_eq!(verdicts, vec![(ErrorCode::ChangeMalformed, Retry::Never); 23_000]);
    let nobodys = |n: u32| {
        let doc = DocId::from_bytes(sync_core::ids::derive("test", &[&n.to_be_bytes()]));
        PushDocument { doc, create: None, changes: vec![vec![0x85].into()] }
    };
    let push = (0..11_500).map(nobodys).collect();
    let body = compressed(&encoded(&SyncRequest { push, ..request::request() }));
    let sent = send(&watched.server, &watched.bob, &[PLAIN, ZSTD], body);
    let answer = watched.endures("72: so many documents that nobody has", sent).await;
    assert_eq!(verdicts_in(&answer), vec![(ErrorCode::NotFound, Retry::Never); 11_500]);
    watched.finish();
}

#[sqlx::test(migrations = false)]
async fn one_bad_change_of_a_hundred_takes_none_along(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let mut meeting = Meeting::written(&watched, 18).await;
    let mut changes: Vec<_> = (0..99).map(|n| meeting.write("mine", n).raw_bytes().to_vec()).collect();
    changes.insert(50, vec![0x85]);

    let verdicts =
        watched.costs_little("102: one of a hundred", meeting.push(&watched, &watched.bob, changes)).await;

    assert_eq!(verdicts, [(ErrorCode::ChangeMalformed, Retry::Never)]);
    let stored = watched.server.db_text("SELECT version::text FROM document").await;
    assert_eq!(stored.as_deref(), Some("103"), "genesis, three of Ana's, ninety-nine of Bob's");
    watched.finish();
}

/// What means nothing to this version is kept, and read leniently.
#[sqlx::test(migrations = false)]
async fn a_valid_change_of_what_nobody_reads_is_taken(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let meeting = Meeting::written(&watched, 19).await;
    let list = meeting.honest(|tx| drop(tx.put_object(ROOT, "title", ObjType::List).unwrap()));
    let pushed = meeting.push(&watched, &watched.bob, vec![list.raw_bytes().to_vec()]);
    let verdicts = watched.costs_little("97: a title that is a list", pushed).await;
    assert_eq!(verdicts, []);
    watched.finish();
}

#[sqlx::test(migrations = false)]
async fn counting_what_is_no_counter_is_refused(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let meeting = Meeting::written(&watched, 18).await;
    let (mood, anas) = (meeting.mood(), ActorId::from(*ANAS.as_bytes()));
    let count = meeting.forged(|change| {
        let op = &mut change.operations[0];
        op.action = OpType::Increment(1);
        op.key = Key::Map("mood".into());
        op.pred = vec![OpId(mood, anas)].into();
    });
    let pushed = meeting.push(&watched, &watched.bob, vec![count]);
    let verdicts = watched.costs_little("91: counting what is no counter", pushed).await;
    assert_eq!(verdicts, [(ErrorCode::ChangeHarmful, Retry::Never)]);
    watched.finish();
}
