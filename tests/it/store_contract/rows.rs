//! Owns the rows that rules are tried with.

use server::store::Transaction;
use server::store::row::{ActorRow, Advance, ChangeRow, DocumentRow, Event, FeedRow, FeedStamp, NewDocument};
use sync_core::ids::{
    ActorId, AudienceId, ChangeHash, DeviceId, DocId, OrgId, PersonId, RandomKey, TeamId, TenureId,
};
use sync_core::key::{NaturalKey, Part, Subject};
use sync_core::time::Timestamp;

/// The organisation of all rules.
pub(super) const ORG: OrgId = OrgId::from_bytes([1; 16]);
/// The team of all rules.
pub(super) const TEAM: TeamId = TeamId::from_bytes([3; 16]);
/// What the model's clock says. The other moments are far enough away for the clock of any real database.
pub(super) const NOW: Timestamp = Timestamp(1_800_000_000_000);
pub(super) const LONG_AGO: Timestamp = Timestamp(1_000_000);
pub(super) const FAR_AHEAD: Timestamp = Timestamp(4_000_000_000_000);

pub(super) fn person(number: u8) -> PersonId {
    PersonId::from_bytes([100 + number; 16])
}

pub(super) fn actor(number: u8) -> ActorId {
    ActorId::from_bytes([150 + number; 16])
}

pub(super) fn device(number: u8) -> DeviceId {
    DeviceId::from_bytes([50 + number; 16])
}

pub(super) fn hash(number: u64) -> ChangeHash {
    ChangeHash::from_bytes([number as u8; 32])
}

pub(super) fn own_subject() -> Subject {
    Subject::Person(person(1))
}

/// The audience of person 1 alone.
pub(super) fn own() -> AudienceId {
    AudienceId::of(ORG, &own_subject())
}

pub(super) fn pair_subject() -> Subject {
    Subject::Tenure(TenureId::from_bytes([200; 16]))
}

/// The audience of a tenure.
pub(super) fn pair() -> AudienceId {
    AudienceId::of(ORG, &pair_subject())
}

/// A floor walk of person 1, with one change of 120 bytes.
pub(super) fn document(number: u8) -> DocumentRow {
    let part = Part::Random(RandomKey::from_bytes([number; 16]));
    let key = NaturalKey { subject: own_subject(), part };
    DocumentRow {
        doc: DocId::of(ORG, "floor_walk", &key),
        kind: "floor_walk".into(),
        key,
        audience: own(),
        version: 1,
        max_op: 3,
        heads: vec![hash(1)],
        size_bytes: 120,
        snapshot_version: 0,
        snapshot_bytes: 0,
        tail_bytes: 120,
    }
}

/// A document that was created long ago.
pub(super) fn new(row: &DocumentRow) -> NewDocument {
    NewDocument { row: row.clone(), facts: None, at: LONG_AGO }
}

/// The next state of a document, one change of a thousand bytes further.
pub(super) fn advance(doc: DocId, version: u64) -> Advance {
    Advance {
        doc,
        version,
        max_op: version * 10 + 2,
        heads: vec![hash(version)],
        added_bytes: 1000,
        facts: None,
        at: LONG_AGO,
    }
}

/// A change of actor 1 that depends on the one before it; longer than that by a byte.
pub(super) fn change(doc: DocId, version: u64) -> ChangeRow {
    ChangeRow {
        doc,
        version,
        seq: 10 + version,
        hash: hash(version),
        actor: actor(1),
        actor_seq: version,
        start_op: version * 10,
        max_op: version * 10 + 2,
        deps: (1..version).next_back().map(hash).into_iter().collect(),
        bytes: vec![7; 20 + version as usize],
        person: Some(person(1)),
        device: Some(device(1)),
        received_at: LONG_AGO,
    }
}

/// Actor 1, owned by person 1.
pub(super) fn owner(doc: DocId) -> ActorRow {
    let (actor, person, device) = (actor(1), person(1), Some(device(1)));
    ActorRow { doc, actor, person, device, received_at: Timestamp(1_700_000_000_001) }
}

/// A row of the feed.
pub(super) fn fed(seq: u64, audience: AudienceId, event: Event) -> FeedRow {
    FeedRow { at: FeedStamp { seq, stamp: [seq as u8; 8] }, audience, event, time: LONG_AGO }
}

/// Something that can be said of any record.
pub(super) fn news(key: u8) -> Event {
    Event::Record { collection: "team".into(), key: vec![key] }
}

/// Inserts document 1 and tells its id.
pub(super) async fn one_document(tx: &mut impl Transaction) -> anyhow::Result<DocId> {
    Ok(tx.insert_documents(&[new(&document(1))]).await?[0])
}

/// Inserts document 1, its actor and its first changes.
pub(super) async fn with_changes(tx: &mut impl Transaction, count: u64) -> anyhow::Result<Vec<ChangeRow>> {
    let doc = one_document(tx).await?;
    let rows: Vec<_> = (1..=count).map(|version| change(doc, version)).collect();
    tx.insert_actors(&[owner(doc)]).await?;
    tx.insert_changes(&rows).await?;
    Ok(rows)
}

/// Takes the next place of the feed and fills it.
pub(super) async fn tell(
    tx: &mut impl Transaction,
    audience: AudienceId,
    event: Event,
) -> anyhow::Result<u64> {
    let seq = tx.advance_feed(1).await?;
    tx.append_feed(&[fed(seq, audience, event)]).await?;
    Ok(seq)
}
