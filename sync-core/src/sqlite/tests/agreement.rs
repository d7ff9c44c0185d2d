//! Owns the proof that the store on disk and the one in memory are the same store.

use super::OnDisk;
use crate::ids::DocId;
use crate::search::Passage;
use crate::store::contract::*;
use crate::store::*;
use crate::time::Timestamp;
use crate::wire::{Authored, Command, Receipt};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;

const PRESENCES: [Presence; 5] =
    [Presence::Full, Presence::Stub, Presence::Damaged, Presence::Leaving, Presence::Behind];

/// Everything that a store can be asked, about every name that the random batches use.
#[derive(Debug, PartialEq)]
struct Answers {
    identity: Option<Identity>,
    cursor: Option<Vec<u8>>,
    settings: Vec<Option<Vec<u8>>>,
    documents: Vec<DocumentRow>,
    meetings: Vec<DocumentRow>,
    in_presences: Vec<Vec<DocumentRow>>,
    of_audiences: Vec<Vec<DocId>>,
    each: Vec<EachDocument>,
    drafted: Vec<DocId>,
    outbox: Vec<OutboxRow>,
    page: Vec<OutboxRow>,
    commands: Vec<Command>,
    refused: Vec<RefusedRow>,
    audiences: Vec<AudienceRow>,
    records: Vec<Vec<RecordRow>>,
    indexed: BTreeMap<DocId, u64>,
    found: Vec<Vec<(DocId, Passage)>>,
}

#[derive(Debug, PartialEq)]
struct EachDocument {
    row: Option<DocumentRow>,
    body: Body,
    partial: Option<PartialSnapshot>,
    has_drafts: bool,
    authors: Vec<Authored>,
    author: Option<Authored>,
    receipt: Option<Receipt>,
}

/// What the random passages are searched for.
const TYPED: [&str; 5] = ["ana", "a", "mere ana", "很好", "好"];

fn each(store: &dyn Store, doc: DocId) -> EachDocument {
    EachDocument {
        row: store.document(doc).unwrap(),
        body: store.body(doc).unwrap(),
        partial: store.partial(doc).unwrap(),
        has_drafts: store.has_drafts(doc).unwrap(),
        authors: store.authors(doc).unwrap(),
        author: store.author(doc, actor(2)).unwrap(),
        receipt: store.receipt(doc).unwrap(),
    }
}

fn answers(store: &dyn Store) -> Answers {
    let second = |rows: &[OutboxRow]| rows.get(1).map_or(0, |row| row.position);
    let outbox = store.outbox(0, usize::MAX).unwrap();
    Answers {
        identity: store.identity().unwrap(),
        cursor: store.cursor().unwrap(),
        settings: ["a", "b"].map(|name| store.setting(name).unwrap()).to_vec(),
        documents: store.documents(None).unwrap(),
        meetings: store.documents(Some("meeting")).unwrap(),
        in_presences: PRESENCES.map(|presence| store.documents_in(presence).unwrap()).to_vec(),
        of_audiences: (0..3).map(|n| store.documents_of(audience(n)).unwrap()).collect(),
        each: (1..=4).map(|n| each(store, doc(n))).collect(),
        drafted: store.drafted().unwrap(),
        page: store.outbox(second(&outbox), 25).unwrap(),
        outbox,
        commands: store.commands().unwrap(),
        refused: store.refused().unwrap(),
        audiences: store.audiences().unwrap(),
        records: ["person", "team"].map(|collection| store.records(collection).unwrap()).to_vec(),
        indexed: store.indexed().unwrap(),
        found: TYPED.map(|typed| found(store, typed)).to_vec(),
    }
}

fn standing() -> impl Strategy<Value = Standing> {
    select(vec![Standing::Accepted, Standing::Outbox])
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => prop::collection::vec(any::<u8>(), 0..40),
        1 => (any::<u8>(), 900_usize..20_000).prop_map(|(byte, length)| vec![byte; length]),
    ]
}

fn document_row() -> impl Strategy<Value = Write> {
    let origin = select(vec![Origin::Local, Origin::Shared]);
    (1..=4_u8, 0..3_u8, origin, select(PRESENCES.to_vec()), -9..9_i64, bytes()).prop_map(
        |(n, audience_of, origin, presence, at, summary)| {
            let audience = audience(audience_of);
            Write::Document(DocumentRow {
                audience,
                origin,
                presence,
                changed_at: Timestamp(at),
                summary,
                ..row(n)
            })
        },
    )
}

fn passages() -> impl Strategy<Value = Vec<Passage>> {
    let word = || select(vec!["Ana", "are", "mere", "很好", "好,", "anason", "ă"]);
    let text = prop::collection::vec(word(), 0..4).prop_map(|words| words.join(" "));
    prop::collection::vec((1..9_u8, text).prop_map(|(n, text)| passage(n, &text)), 0..5)
}

/// Writes of a document's own rows.
fn body_write() -> impl Strategy<Value = Write> {
    let d = || (1..=4_u8).prop_map(doc);
    let h = || (1..=6_u8).prop_map(hash);
    prop_oneof![
        4 => (d(), bytes()).prop_map(|(doc, bytes)| Write::Draft(doc, bytes)),
        1 => d().prop_map(Write::ClearDrafts),
        6 => (d(), 1..=6_u8, standing())
            .prop_map(|(doc, n, standing)| Write::Change(doc, change(n, standing))),
        2 => (d(), h()).prop_map(|(doc, hash)| Write::Accepted(doc, hash)),
        1 => (d(), h()).prop_map(|(doc, hash)| Write::RemoveChange(doc, hash)),
        2 => (d(), bytes(), prop::collection::vec(h(), 0..5))
            .prop_map(|(doc, bytes, contains)| Write::Snapshot { doc, bytes, contains }),
        1 => (d(), prop::option::of((1..9_u8).prop_map(partial)))
            .prop_map(|(doc, partial)| Write::Partial(doc, partial)),
        1 => (d(), 1..4_u8, 1..4_u8).prop_map(|(doc, n, owner)| Write::Author(doc, authored(n, owner))),
        1 => (1..=4_u8, any::<u8>()).prop_map(|(n, mac)| Write::Receipt(receipt(n, mac))),
        2 => (d(), passages()).prop_map(|(doc, passages)| Write::Passages(doc, passages)),
        1 => d().prop_map(Write::Mend),
    ]
}

/// Writes that belong to no document.
fn other_write() -> impl Strategy<Value = Write> {
    let collection = || select(vec!["person", "team"]);
    let version = select(vec![0, 1, 255, 256, u64::MAX]);
    prop_oneof![
        1 => select(vec![1, 1, 1, 2]).prop_map(|n| Write::Identity(identity(n))),
        2 => (1..4_u8).prop_map(|n| Write::Command(command(n))),
        1 => (1..4_u8).prop_map(|n| Write::ForgetCommand(command(n).id)),
        2 => (1..9_u8).prop_map(|n| Write::Refused(refused(n))),
        1 => (0..30_u64).prop_map(Write::ForgetRefused),
        2 => (0..3_u8, select(vec!["leader", "agent"]))
            .prop_map(|(n, role)| Write::Audience(audience_row(n, role))),
        1 => (0..3_u8).prop_map(|n| Write::RemoveAudience(audience(n))),
        2 => (collection(), 1..4_u8, version)
            .prop_map(|(collection, key, version)| Write::Record(record(collection, key, version))),
        1 => (collection(), 1..4_u8)
            .prop_map(|(collection, key)| Write::RemoveRecord(collection.into(), vec![key])),
        1 => prop::option::of(bytes()).prop_map(Write::Cursor),
        1 => (select(vec!["a", "b"]), prop::option::of(bytes()))
            .prop_map(|(name, value)| Write::Setting(name.into(), value)),
    ]
}

fn batch() -> impl Strategy<Value = Batch> {
    let write = prop_oneof![
        5 => document_row(),
        1 => (1..=4_u8).prop_map(|n| Write::Purge(doc(n))),
        12 => body_write(),
        6 => other_write(),
    ];
    let expect = prop_oneof![
        8 => Just(vec![]),
        1 => (1..=4_u8, 0..4_u64).prop_map(|(n, generation)| vec![Expect::Generation(doc(n), generation)]),
        1 => Just(vec![Expect::Cursor(None)]),
    ];
    (expect, prop::collection::vec(write, 1..7)).prop_map(|(expect, writes)| Batch { expect, writes })
}

/// Two outcomes are the same if both did it, or both refused for the same reason.
fn outcome(result: &Result<(), StoreError>) -> String {
    result.as_ref().map_or_else(ToString::to_string, |()| "written".into())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_batches_leave_the_same_in_memory_and_on_disk(
        batches in prop::collection::vec((batch(), prop::bool::weighted(0.1)), 1..40),
    ) {
        let (mut memory, mut disk) = (MemoryStore::new(), OnDisk::hasty());
        // Most random writes need documents to be there.
        let start = Batch { expect: vec![], writes: (1..=3).map(|n| Write::Document(row(n))).collect() };
        memory.commit(&start).unwrap();
        disk.store.commit(&start).unwrap();

        for (batch, reopen) in batches {
            let (first, second) = (memory.commit(&batch), disk.store.commit(&batch));
            prop_assert_eq!(outcome(&first), outcome(&second));
            if reopen {
                disk = disk.reopened();
            }
            prop_assert_eq!(answers(&memory), answers(&disk.store));
        }
    }
}
