//! Owns that a phone's file of every released version opens, and still shows what was written.
//!
//! The files are in `fixtures`, one for each version, made by that version. A new version's is made by
//! the first run of these tests, which then asks for it to be committed. None is ever made again.

use minicbor::bytes::ByteVec;
use std::path::PathBuf;
use sync_core::ids::{
    ActorId, AudienceId, ChangeHash, CommandId, DeviceId, DocId, OrgId, PersonId, RandomKey, ReplicaId,
    TenureId,
};
use sync_core::key::{NaturalKey, Part, Subject};
use sync_core::sqlite::SqliteStore;
use sync_core::store::{
    AudienceRow, Batch, Body, DocumentRow, Identity, Origin, PartialSnapshot, Presence, RecordRow,
    RefusedRow, Standing, Store, StoredChange, Write,
};
use sync_core::time::{Day, Timestamp};
use sync_core::wire::{Authored, Command, ErrorCode, Receipt};

const MEETING: DocId = DocId::from_bytes([1; 16]);
const WALK: DocId = DocId::from_bytes([2; 16]);
const AUDIENCE: AudienceId = AudienceId::from_bytes([3; 16]);
const PERSON: PersonId = PersonId::from_bytes([4; 16]);
const ACTOR: ActorId = ActorId::from_bytes([5; 16]);

/// The first version that keeps decisions.
const WITH_COMMANDS: u32 = 5;

fn identity() -> Identity {
    Identity {
        server_id: "floorwalk.example".into(),
        url: "https://floorwalk.example".into(),
        org: OrgId::from_bytes([6; 16]),
        person: PERSON,
        device: DeviceId::from_bytes([7; 16]),
        organisation_key: vec![4; 65],
        replica: ReplicaId::from_bytes([8; 16]),
    }
}

fn meeting() -> DocumentRow {
    DocumentRow {
        doc: MEETING,
        kind: "meeting".into(),
        key: NaturalKey {
            subject: Subject::Tenure(TenureId::from_bytes([9; 16])),
            part: Part::Day(Day::parse("2026-03-18").expect("the fixture is as it was built")),
        },
        audience: AUDIENCE,
        generation: 1,
        origin: Origin::Shared,
        presence: Presence::Full,
        changed_at: Timestamp(1_773_835_200_000),
        summary: "Wednesday, întâlnire, 会议".into(),
    }
}

fn walk() -> DocumentRow {
    DocumentRow {
        doc: WALK,
        kind: "floor_walk".into(),
        key: NaturalKey {
            subject: Subject::Person(PERSON),
            part: Part::Random(RandomKey::from_bytes([10; 16])),
        },
        origin: Origin::Local,
        presence: Presence::Stub,
        changed_at: Timestamp(-1),
        summary: Vec::new(),
        ..meeting()
    }
}

fn change(n: u8, standing: Standing) -> StoredChange {
    StoredChange { hash: ChangeHash::from_bytes([n; 32]), bytes: vec![n; 40], standing }
}

fn body() -> Body {
    Body {
        snapshot: Some(vec![11; 6000]),
        changes: vec![change(12, Standing::Accepted), change(13, Standing::Outbox)],
        drafts: vec![vec![14; 30], vec![15; 2000]],
    }
}

fn authored() -> Authored {
    Authored { actor: ACTOR, person: PERSON, received_at: Timestamp(1_773_835_300_000) }
}

fn receipt() -> Receipt {
    let heads = vec![ChangeHash::from_bytes([12; 32])];
    Receipt { doc: MEETING, heads, authors: vec![authored()], mac: ByteVec::from(vec![16; 32]) }
}

fn refused() -> RefusedRow {
    RefusedRow {
        id: 0,
        doc: WALK,
        kind: "floor_walk".into(),
        code: ErrorCode::NotAllowed,
        text: "ask about the offer".into(),
        changes: vec![vec![17; 20]],
        at: Timestamp(1_773_835_400_000),
    }
}

fn partial() -> PartialSnapshot {
    PartialSnapshot { heads: vec![ChangeHash::from_bytes([18; 32])], bytes: vec![19; 3000] }
}

fn record() -> RecordRow {
    RecordRow { collection: "person".into(), key: vec![4; 16], version: u64::MAX, body: b"{}".to_vec() }
}

fn audience() -> AudienceRow {
    AudienceRow { audience: AUDIENCE, role: "leader".into(), members: vec![PERSON] }
}

fn command() -> Command {
    Command {
        id: CommandId::from_bytes([21; 16]),
        kind: "form_group".into(),
        args: ByteVec::from(vec![22; 300]),
    }
}

fn everything() -> Vec<Write> {
    let body = body();
    let mut writes = vec![
        Write::Identity(identity()),
        Write::Document(meeting()),
        Write::Document(walk()),
        Write::Snapshot { doc: MEETING, bytes: body.snapshot.unwrap_or_default(), contains: vec![] },
        Write::Partial(WALK, Some(partial())),
        Write::Author(MEETING, authored()),
        Write::Receipt(receipt()),
        Write::Command(command()),
        Write::Refused(refused()),
        Write::Audience(audience()),
        Write::Record(record()),
        Write::Setting("digest_day".into(), Some(b"2026-03-18".to_vec())),
        Write::Cursor(Some(vec![20; 60])),
    ];
    writes.extend(body.changes.into_iter().map(|change| Write::Change(MEETING, change)));
    writes.extend(body.drafts.into_iter().map(|draft| Write::Draft(MEETING, draft)));
    writes
}

fn assert_everything(store: &SqliteStore, version: u32) {
    assert_eq!(store.identity().expect("the fixture is as it was built"), Some(identity()), "{version}");
    assert_eq!(
        store.documents(None).expect("the fixture is as it was built"),
        vec![meeting(), walk()],
        "{version}"
    );
    assert!(store.body(MEETING).expect("the fixture is as it was built") == body(), "{version}");
    assert_eq!(store.partial(WALK).expect("the fixture is as it was built"), Some(partial()), "{version}");
    assert_eq!(
        store.authors(MEETING).expect("the fixture is as it was built"),
        vec![authored()],
        "{version}"
    );
    assert_eq!(store.receipt(MEETING).expect("the fixture is as it was built"), Some(receipt()), "{version}");
    let decided = if version < WITH_COMMANDS { vec![] } else { vec![command()] };
    assert_eq!(store.commands().expect("the fixture is as it was built"), decided, "{version}");
    let kept = store.refused().expect("the fixture is as it was built");
    assert_eq!(kept, vec![RefusedRow { id: kept[0].id, ..refused() }], "{version}");
    assert_eq!(store.audiences().expect("the fixture is as it was built"), vec![audience()], "{version}");
    assert_eq!(store.records("person").expect("the fixture is as it was built"), vec![record()], "{version}");
    assert_eq!(
        store.setting("digest_day").expect("the fixture is as it was built"),
        Some(b"2026-03-18".to_vec()),
        "{version}"
    );
    assert_eq!(store.cursor().expect("the fixture is as it was built"), Some(vec![20; 60]), "{version}");
    assert_eq!(store.outbox(0, 1000).expect("the fixture is as it was built").len(), 1, "{version}");
    assert_eq!(store.drafted().expect("the fixture is as it was built"), vec![MEETING], "{version}");
}

fn fixture(version: u32) -> PathBuf {
    let name = format!("store-v{version}.sqlite");
    [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", &name].iter().collect()
}

/// The file of a version. Only that of this build's own version can be made, and only once.
fn released(version: u32) -> PathBuf {
    let path = fixture(version);
    if !path.exists() {
        assert_eq!(version, SqliteStore::SCHEMA, "the file of an older version is lost");
        let mut store = SqliteStore::open(&path).expect("the fixture is as it was built");
        store
            .commit(&Batch { expect: vec![], writes: everything() })
            .expect("the fixture is as it was built");
        drop(store);
        panic!("made {}: commit it, it is the file of this release", path.display());
    }
    path
}

#[test]
fn a_phone_of_every_released_version_opens_and_shows_what_was_written() {
    for version in 1..=SqliteStore::SCHEMA {
        let directory = tempfile::tempdir().expect("the fixture is as it was built");
        let path = directory.path().join("store.sqlite");
        std::fs::copy(released(version), &path).expect("the fixture is as it was built");

        let mut store = SqliteStore::open(&path).expect("the fixture is as it was built");
        assert_everything(&store, version);
        store.verify().expect("the fixture is as it was built");

        let more = vec![Write::Draft(MEETING, vec![1]), Write::Purge(WALK)];
        store.commit(&Batch { expect: vec![], writes: more }).expect("the fixture is as it was built");
        drop(store);
        let store = SqliteStore::open(&path).expect("the fixture is as it was built");
        store.verify().expect("the fixture is as it was built");
        assert_eq!(store.body(MEETING).expect("the fixture is as it was built").drafts.len(), 3);
        assert_eq!(store.document(WALK).expect("the fixture is as it was built"), None);
    }
}
