//! Owns the rows that the rules are told with: small numbers name documents, people and changes.

use crate::document::Path;
use crate::key::{Part, Subject};
use crate::store::*;
use crate::time::Day;
use minicbor::bytes::ByteVec;

pub(crate) fn doc(n: u8) -> DocId {
    DocId::from_bytes([n; 16])
}

pub(crate) fn audience(n: u8) -> AudienceId {
    AudienceId::from_bytes([n; 16])
}

pub(crate) fn hash(n: u8) -> ChangeHash {
    ChangeHash::from_bytes([n; 32])
}

pub(crate) fn person(n: u8) -> PersonId {
    PersonId::from_bytes([n; 16])
}

pub(crate) fn actor(n: u8) -> ActorId {
    ActorId::from_bytes([n; 16])
}

pub(crate) fn identity(n: u8) -> Identity {
    Identity {
        server_id: "floorwalk.test".into(),
        url: "https://floorwalk.test".into(),
        org: OrgId::from_bytes([1; 16]),
        person: person(n),
        device: DeviceId::from_bytes([n; 16]),
        organisation_key: vec![4; 65],
        replica: ReplicaId::from_bytes([n; 16]),
    }
}

pub(crate) fn row(n: u8) -> DocumentRow {
    DocumentRow {
        doc: doc(n),
        kind: if n.is_multiple_of(2) { "meeting" } else { "floor_walk" }.into(),
        key: NaturalKey {
            subject: Subject::Person(person(n)),
            part: Part::Day(Day::new(2026, 3, 18).unwrap()),
        },
        audience: audience(n % 3),
        generation: 0,
        origin: Origin::Local,
        presence: Presence::Full,
        changed_at: Timestamp(i64::from(n)),
        summary: vec![n; 5],
    }
}

pub(crate) fn change(n: u8, standing: Standing) -> StoredChange {
    StoredChange { hash: hash(n), bytes: vec![n; 10], standing }
}

pub(crate) fn partial(n: u8) -> PartialSnapshot {
    PartialSnapshot { heads: vec![hash(n), hash(n + 1)], bytes: vec![n; 20] }
}

pub(crate) fn authored(n: u8, owner: u8) -> Authored {
    Authored { actor: actor(n), person: person(owner), received_at: Timestamp(1000 + i64::from(n)) }
}

pub(crate) fn receipt(n: u8, mac: u8) -> Receipt {
    Receipt {
        doc: doc(n),
        heads: vec![hash(n)],
        authors: vec![authored(n, 1)],
        mac: ByteVec::from(vec![mac; 32]),
    }
}

pub(crate) fn command(n: u8) -> Command {
    Command {
        id: CommandId::from_bytes([n; 16]),
        kind: "form_group".into(),
        args: ByteVec::from(vec![n; 40]),
    }
}

pub(crate) fn refused(n: u8) -> RefusedRow {
    RefusedRow {
        id: 0,
        doc: doc(n),
        kind: "meeting".into(),
        code: ErrorCode::NotAllowed,
        text: format!("întâlnire 会议 {n}"),
        changes: vec![vec![n; 7], vec![]],
        at: Timestamp(-5),
    }
}

pub(crate) fn audience_row(n: u8, role: &str) -> AudienceRow {
    AudienceRow { audience: audience(n), role: role.into(), members: vec![person(2), person(1)] }
}

pub(crate) fn record(collection: &str, key: u8, version: u64) -> RecordRow {
    RecordRow { collection: collection.into(), key: vec![key], version, body: vec![key; 3] }
}

pub(crate) fn passage(n: u8, text: &str) -> Passage {
    Passage { place: Path::of("items").key(&n.to_string()), text: text.into() }
}

pub(crate) fn found(store: &dyn Store, typed: &str) -> Vec<(DocId, Passage)> {
    store.search(&Query::parse(typed)).unwrap()
}

#[track_caller]
pub(crate) fn write(store: &mut dyn Store, writes: Vec<Write>) {
    store.commit(&Batch { expect: vec![], writes }).unwrap();
}
