//! Owns the hostile cases: what each pushes, and what must become of it. Measured before the gate was built: without it, each of
//! the refused ones keeps a server busy, ends it, or leaves a document that nobody can load or that two phones read differently.

use super::chunk::{Body, CHANGE, COMPRESSED, body, framed, signed, unsigned};
use super::{Fate, Ground, HERS, MINE, honest};
use anyhow::Context;
use automerge::legacy::{ElementId, Key, MarkData, ObjectId, Op, OpId, OpType};
use automerge::transaction::Transactable;
use automerge::{ActorId, Change, ExpandedChange, ObjType, ROOT, ReadDoc, ScalarValue};
use std::num::NonZeroU64;
use sync_core::document::crdt_actor;
use sync_core::wire::ErrorCode;

/// A hostile push.
pub struct Case {
    /// What is wrong with it.
    pub name: &'static str,
    /// What becomes of its last change.
    pub expected: Fate,
    /// The changes that it pushes.
    pub make: fn(&Ground) -> anyhow::Result<Vec<Vec<u8>>>,
}

const fn refused(
    name: &'static str,
    code: ErrorCode,
    make: fn(&Ground) -> anyhow::Result<Vec<Vec<u8>>>,
) -> Case {
    Case { name, expected: Err(code), make }
}

const fn harmless(name: &'static str, make: fn(&Ground) -> anyhow::Result<Vec<Vec<u8>>>) -> Case {
    Case { name, expected: Ok(()), make }
}

use ErrorCode::{
    ActorUnknown, ChangeAncestry, ChangeHarmful, ChangeMalformed, ChangeNotCanonical, ChangeOperations,
    ChangeSequence, MissingDependency, NotAllowed,
};

/// All of them.
pub const CASES: &[Case] = &[
    // What exhausts a server.
    refused("a run of 2^62 operations", ChangeMalformed, |ground| run_of_operations(ground, 1 << 62)),
    refused("a run of a million operations", ChangeMalformed, |ground| run_of_operations(ground, 1_000_000)),
    refused("a long key in many operations", ChangeMalformed, long_key),
    refused("a valid change that inflates to megabytes", ChangeMalformed, inflating),
    refused("an invalid chunk that inflates to megabytes", ChangeMalformed, inflating_to_nothing),
    refused("a thousand maps in each other", ChangeHarmful, nested),
    refused("one dependency many times", ChangeMalformed, repeated_dependency),
    refused("a saved document in the place of a change", ChangeMalformed, |g| Ok(vec![g.doc.save()])),
    refused("a change that nobody can build on", MissingDependency, orphan),
    refused("an actor of a megabyte", ChangeMalformed, |ground| actor_of(ground, 1 << 20)),
    refused("an actor of no bytes", ChangeMalformed, |ground| actor_of(ground, 0)),
    refused("bytes after the columns", ChangeMalformed, |g| {
        forged(g, |change| change.extra_bytes = vec![7; 64])
    }),
    // What panics.
    refused("a gap before the first change", ChangeSequence, |g| forged(g, |change| change.seq = 5)),
    refused("the highest number of all", ChangeMalformed, |g| forged(g, |change| change.seq = u64::MAX)),
    refused("a gap after the first change", ChangeSequence, |ground| second(ground, |change| change.seq = 3)),
    refused("a second change that forgot the first", ChangeAncestry, forgetful),
    refused("an operation in an object that is not there", ChangeMalformed, |g| {
        in_object(g, OpId(9_999, hers()))
    }),
    refused("an operation in a value", ChangeHarmful, |g| in_object(g, OpId(mood(g)?, hers()))),
    refused("an actor that nobody knows", ActorUnknown, unknown_actor),
    refused("an actor past the end of the list", ChangeMalformed, actor_index),
    refused("after an element that is not there", ChangeHarmful, after_nothing),
    refused("numbers up to the end", ChangeMalformed, |ground| start_at(ground, (1 << 32) - 1)),
    refused("a predecessor past the end", ChangeMalformed, |ground| {
        with_pred(ground, OpId(u64::MAX >> 1, hers()))
    }),
    refused("keys and elements in one object", ChangeHarmful, key_in_text),
    // What poisons.
    refused("a run of one", ChangeNotCanonical, run_of_one),
    refused("an empty column more", ChangeNotCanonical, empty_column),
    refused("an unknown column", ChangeMalformed, unknown_column),
    refused("an actor that no operation names", ChangeNotCanonical, unused_actor),
    refused("its own actor among the others", ChangeMalformed, own_actor_again),
    refused("a predecessor that is not there", ChangeHarmful, |ground| with_pred(ground, OpId(2, hers()))),
    refused("a predecessor of another key", ChangeHarmful, pred_of_other_key),
    refused("its own predecessor", ChangeHarmful, own_pred),
    refused("counting what is no counter", ChangeHarmful, increment),
    refused("operation numbers used twice", ChangeOperations, numbers_twice),
    refused("numbers from the beginning", ChangeOperations, |ground| start_at(ground, 1)),
    refused("numbers far ahead", ChangeOperations, |ground| start_at(ground, 1 << 30)),
    refused("an element that is not there", ChangeHarmful, update_nothing),
    refused("a mark that ends before it begins", ChangeHarmful, mark_backwards),
    refused("a mark in a map", ChangeHarmful, mark_in_map),
    refused("an element in a map", ChangeHarmful, element_in_map),
    refused("an insertion in a map", ChangeHarmful, |g| forged(g, one_op(|op| op.insert = true))),
    refused("an addition in the place of a character", ChangeHarmful, |g| {
        typed_as(g, |op| op.action = OpType::Increment(1))
    }),
    refused("an addition to nothing", ChangeHarmful, |g| {
        typed_as(g, |op| (op.insert, op.action) = (false, OpType::Increment(1)))
    }),
    refused("after what its writer had not seen", ChangeHarmful, after_unseen),
    refused("a table, which nobody can write into", ChangeHarmful, |g| {
        forged(g, one_op(|op| op.action = OpType::Make(ObjType::Table)))
    }),
    refused("the earliest time of all", ChangeMalformed, |g| forged(g, |change| change.time = i64::MIN)),
    refused("a checksum that is wrong", ChangeMalformed, wrong_checksum),
    refused("a number of somebody else's", ErrorCode::ActorOwned, squatting),
    refused("a number that is taken", ChangeSequence, taken),
    refused("another meaning of the document", NotAllowed, rename_document),
    refused("a container of others, deleted", NotAllowed, delete_container),
    // What is harmless by itself.
    harmless("a change of nothing", |g| forged(g, |change| change.operations.clear())),
    harmless("an empty key", |g| Ok(vec![honest(g, |tx| tx.put(ROOT, "", 1))?.raw_bytes().to_vec()])),
    harmless("not a number", |g| Ok(vec![honest(g, |tx| tx.put(ROOT, "n", f64::NAN))?.raw_bytes().to_vec()])),
];

fn hers() -> ActorId {
    crdt_actor(HERS)
}

fn mine() -> ActorId {
    crdt_actor(MINE)
}

fn plain(ground: &Ground) -> anyhow::Result<Change> {
    honest(ground, |tx| tx.put(ROOT, "mine", 1))
}

fn again(mut expanded: ExpandedChange, forge: impl FnOnce(&mut ExpandedChange)) -> Vec<u8> {
    forge(&mut expanded);
    expanded.hash = None;
    Change::from(expanded).raw_bytes().to_vec()
}

fn forged(ground: &Ground, forge: impl FnOnce(&mut ExpandedChange)) -> anyhow::Result<Vec<Vec<u8>>> {
    Ok(vec![again(plain(ground)?.decode(), forge)])
}

/// An honest first change, and a forged second one.
fn second(ground: &Ground, forge: impl FnOnce(&mut ExpandedChange)) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut doc = ground.doc.clone();
    let mut changes = Vec::new();
    for key in ["one", "two"] {
        let mut tx = doc.transaction();
        tx.put(ROOT, key, 1)?;
        tx.commit();
        changes.push(doc.get_last_local_change().context("something was written")?);
    }
    Ok(vec![changes[0].raw_bytes().to_vec(), again(changes[1].decode(), forge)])
}

fn one_op(forge: impl FnOnce(&mut Op)) -> impl FnOnce(&mut ExpandedChange) {
    |change| forge(&mut change.operations[0])
}

/// The body of a change that puts one value, with heads of the document.
fn fields(ground: &Ground) -> Body {
    Body {
        deps: ground.doc.get_heads().iter().map(|head| head.0).collect(),
        actor: MINE.as_bytes().to_vec(),
        seq: 1,
        start_op: ground.doc.get_changes(&[]).iter().map(Change::max_op).max().unwrap_or_default() + 1,
        others: vec![],
        columns: vec![
            (0x15, [signed(1), vec![1, b'a']].concat()),
            (0x34, vec![1]),
            (0x42, [signed(1), vec![1]].concat()),
            (0x56, [signed(1), vec![0x14]].concat()),
            (0x57, vec![1]),
            (0x70, [signed(1), vec![0]].concat()),
        ],
    }
}

fn run_of_operations(ground: &Ground, count: i64) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut forged = fields(ground);
    let run = |value: &[u8]| [signed(count), value.to_vec()].concat();
    forged.columns = vec![
        (0x15, run(&[1, b'a'])),
        (0x34, unsigned(count.unsigned_abs())),
        (0x42, run(&[1])),
        (0x56, run(&[0])),
        (0x70, run(&[0])),
    ];
    Ok(vec![framed(CHANGE, &forged.bytes())])
}

fn long_key(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut forged = fields(ground);
    let run = |value: &[u8]| [signed(20_000), value.to_vec()].concat();
    let key = [unsigned(60_000), vec![b'k'; 60_000]].concat();
    forged.columns = vec![
        (0x15, run(&key)),
        (0x34, unsigned(20_000)),
        (0x42, run(&[1])),
        (0x56, run(&[0])),
        (0x70, run(&[0])),
    ];
    Ok(vec![framed(CHANGE, &forged.bytes())])
}

fn deflated(body: &[u8]) -> anyhow::Result<Vec<u8>> {
    use std::io::Write;
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(body)?;
    Ok(framed(COMPRESSED, &encoder.finish()?))
}

fn inflating(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    let large = again(plain(ground)?.decode(), |change| change.extra_bytes = vec![0; 8 << 20]);
    Ok(vec![deflated(body(&large))?])
}

fn inflating_to_nothing(_: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    Ok(vec![deflated(&vec![0; 8 << 20])?])
}

fn nested(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    let change = honest(ground, |tx| {
        let mut inner = ROOT;
        for _ in 0..1_000 {
            inner = tx.put_object(&inner, "x", ObjType::Map)?;
        }
        Ok(())
    })?;
    Ok(vec![change.raw_bytes().to_vec()])
}

fn repeated_dependency(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut forged = fields(ground);
    forged.deps = vec![forged.deps[0]; 2_000];
    Ok(vec![framed(CHANGE, &forged.bytes())])
}

fn orphan(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    forged(ground, |change| change.deps = vec![automerge::ChangeHash([9; 32])])
}

fn actor_of(ground: &Ground, length: usize) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut forged = fields(ground);
    forged.actor = vec![7; length];
    Ok(vec![framed(CHANGE, &forged.bytes())])
}

fn forgetful(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    let heads = ground.doc.get_heads();
    second(ground, |change| change.deps = heads)
}

fn in_object(ground: &Ground, object: OpId) -> anyhow::Result<Vec<Vec<u8>>> {
    forged(ground, one_op(|op| op.obj = ObjectId::Id(object)))
}

/// The number of the operation that put the value at `mood`.
fn mood(ground: &Ground) -> anyhow::Result<u64> {
    number_of(ground, "mood")
}

fn number_of(ground: &Ground, key: &str) -> anyhow::Result<u64> {
    let (_, id) = ground.doc.get(ROOT, key)?.context("it is there")?;
    id.to_string().split('@').next().context("it has a number")?.parse().context("a number")
}

fn with_pred(ground: &Ground, pred: OpId) -> anyhow::Result<Vec<Vec<u8>>> {
    forged(ground, one_op(|op| op.pred = vec![pred].into()))
}

fn unknown_actor(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    with_pred(ground, OpId(2, ActorId::from([0x33; 16])))
}

fn actor_index(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut forged = fields(ground);
    forged.columns.pop();
    let one = |value: u8| [signed(1), vec![value]].concat();
    forged.columns.extend([(0x70, one(1)), (0x71, one(5)), (0x73, one(2))]);
    Ok(vec![framed(CHANGE, &forged.bytes())])
}

fn typed(ground: &Ground) -> anyhow::Result<ExpandedChange> {
    let notes = ground.notes()?;
    Ok(honest(ground, |tx| tx.splice_text(&notes, 3, 0, "x"))?.decode())
}

fn after_nothing(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    let nowhere = Key::Seq(ElementId::Id(OpId(mood(ground)?, hers())));
    Ok(vec![again(typed(ground)?, one_op(|op| op.key = nowhere))])
}

fn update_nothing(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    let nothing = OpId(mood(ground)?, hers());
    Ok(vec![again(
        typed(ground)?,
        one_op(|op| {
            op.insert = false;
            op.key = Key::Seq(ElementId::Id(nothing.clone()));
            op.pred = vec![nothing].into();
        }),
    )])
}

fn key_in_text(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    Ok(vec![again(
        typed(ground)?,
        one_op(|op| {
            op.insert = false;
            op.key = Key::Map("k".into());
        }),
    )])
}

fn start_at(ground: &Ground, number: u64) -> anyhow::Result<Vec<Vec<u8>>> {
    let start = NonZeroU64::new(number).context("numbers begin with one")?;
    forged(ground, |change| change.start_op = start)
}

fn run_of_one(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    Ok(vec![framed(CHANGE, &fields(ground).bytes())])
}

fn empty_column(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    let change = again(plain(ground)?.decode(), |change| change.operations.clear());
    let mut body = body(&change).to_vec();
    anyhow::ensure!(body.pop() == Some(0), "no columns");
    body.extend([1, 0x34, 0]);
    Ok(vec![framed(CHANGE, &body)])
}

fn unknown_column(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut forged = fields(ground);
    forged.columns.push((0x102, vec![1, 2, 3]));
    Ok(vec![framed(CHANGE, &forged.bytes())])
}

fn unused_actor(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut forged = fields(ground);
    forged.others = vec![HERS.as_bytes().to_vec()];
    Ok(vec![framed(CHANGE, &forged.bytes())])
}

fn own_actor_again(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut forged = fields(ground);
    forged.others = vec![MINE.as_bytes().to_vec()];
    Ok(vec![framed(CHANGE, &forged.bytes())])
}

fn pred_of_other_key(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    let change = honest(ground, |tx| tx.put(ROOT, "mood", 9))?.decode();
    let other = OpId(number_of(ground, "other")?, hers());
    Ok(vec![again(change, one_op(|op| op.pred = vec![other].into()))])
}

fn own_pred(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    forged(ground, |change| {
        let own = OpId(change.start_op.get(), mine());
        change.operations[0].pred = vec![own].into();
    })
}

fn numbers_twice(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    let first = plain(ground)?.start_op();
    second(ground, |change| change.start_op = first)
}

fn bold(ground: &Ground) -> anyhow::Result<ExpandedChange> {
    let notes = ground.notes()?;
    let mark = automerge::marks::Mark::new("b".into(), true, 1, 4);
    Ok(honest(ground, |tx| tx.mark(&notes, mark, automerge::marks::ExpandMark::After))?.decode())
}

fn mark_backwards(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    Ok(vec![again(bold(ground)?, |change| change.operations.reverse())])
}

fn mark_in_map(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    let data = MarkData { name: "b".into(), value: ScalarValue::Boolean(true), expand: false };
    forged(ground, one_op(|op| op.action = OpType::MarkBegin(data)))
}

fn element_in_map(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    let mood = OpId(mood(ground)?, hers());
    forged(ground, one_op(|op| op.key = Key::Seq(ElementId::Id(mood))))
}

fn typed_as(ground: &Ground, forge: impl FnOnce(&mut Op)) -> anyhow::Result<Vec<Vec<u8>>> {
    Ok(vec![again(typed(ground)?, one_op(forge))])
}

/// A phone that gets what it builds on, and not yet what it names, cannot apply it.
fn after_unseen(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    let first = ground.doc.get_changes(&[]).first().map(Change::hash);
    Ok(vec![again(typed(ground)?, |change| change.deps = first.into_iter().collect())])
}

fn wrong_checksum(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut bytes = plain(ground)?.raw_bytes().to_vec();
    bytes[4] ^= 1;
    Ok(vec![bytes])
}

/// The next change of Ada's session, before she has made it.
fn squatting(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    let next = ground.doc.get_changes(&[]).iter().filter(|change| change.actor_id() == &hers()).count();
    forged(ground, |change| {
        change.actor_id = hers();
        change.seq = next as u64 + 1;
    })
}

fn taken(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    let first = plain(ground)?;
    let other = again(first.decode(), one_op(|op| op.key = Key::Map("another".into())));
    Ok(vec![first.raw_bytes().to_vec(), other])
}

fn rename_document(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    let (_, header) = ground.doc.get(ROOT, "header")?.context("a document has a header")?;
    Ok(vec![honest(ground, |tx| tx.put(&header, "kind", "action_plan"))?.raw_bytes().to_vec()])
}

fn delete_container(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    Ok(vec![honest(ground, |tx| tx.delete(ROOT, "agenda"))?.raw_bytes().to_vec()])
}

fn increment(ground: &Ground) -> anyhow::Result<Vec<Vec<u8>>> {
    let mood = OpId(mood(ground)?, hers());
    forged(
        ground,
        one_op(|op| {
            op.action = OpType::Increment(1);
            op.key = Key::Map("mood".into());
            op.pred = vec![mood].into();
        }),
    )
}
