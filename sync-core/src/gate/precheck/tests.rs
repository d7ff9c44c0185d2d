//! Each check with what it lets through and what it does not. Bodies are built field by field.

use super::*;
use automerge::marks::{ExpandMark, Mark};
use automerge::transaction::Transactable;
use automerge::{AutoCommit, ObjType, ROOT, ScalarValue};

/// A change chunk's body in the making: as it is, one operation that puts a value at a key.
#[derive(Clone)]
struct Body {
    dependencies: Vec<[u8; 32]>,
    actor: Vec<u8>,
    seq: u64,
    start_op: u64,
    time: Vec<u8>,
    message: Vec<u8>,
    others: Vec<Vec<u8>>,
    columns: Vec<(u64, Vec<u8>)>,
    footer: Vec<u8>,
}

impl Body {
    fn plain() -> Self {
        Self {
            dependencies: vec![[1; 32], [2; 32]],
            actor: vec![5; 16],
            seq: 1,
            start_op: 7,
            time: vec![0],
            message: vec![],
            others: vec![vec![4; 16]],
            columns: vec![
                (KEY_STRING, vec![1, 1, b'a']),
                (INSERT, vec![1]),
                (ACTION, vec![1, 1]),
                (VALUE_KIND, vec![1, 0x13]),
                (VALUE, vec![9]),
                (PREDECESSOR_COUNT, vec![1, 1]),
                (PREDECESSOR_ACTOR, vec![1, 1]),
                (PREDECESSOR_COUNTER, vec![1, 3]),
            ],
            footer: vec![],
        }
    }

    /// The same with this column in place of its own.
    fn column(mut self, specification: u64, data: &[u8]) -> Self {
        self.columns.retain(|(known, _)| *known != specification);
        self.columns.push((specification, data.to_vec()));
        self.columns.sort_by_key(|(known, _)| *known);
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut body = unsigned(self.dependencies.len() as u64);
        self.dependencies.iter().for_each(|dependency| body.extend(dependency));
        body.extend(prefixed(&self.actor));
        body.extend([unsigned(self.seq), unsigned(self.start_op), self.time.clone()].concat());
        body.extend(prefixed(&self.message));
        body.extend(unsigned(self.others.len() as u64));
        self.others.iter().for_each(|other| body.extend(prefixed(other)));
        body.extend(unsigned(self.columns.len() as u64));
        let named = self.columns.iter().flat_map(|(spec, data)| [*spec, data.len() as u64]);
        body.extend(named.flat_map(unsigned));
        self.columns.iter().for_each(|(_, data)| body.extend(data));
        body.extend(&self.footer);
        body
    }

    #[track_caller]
    fn passes(&self) {
        assert_eq!(check(&self.bytes()), Ok(()));
    }

    #[track_caller]
    fn fails(&self, at: Check) {
        assert_eq!(check(&self.bytes()), Err(at));
    }
}

fn unsigned(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

fn prefixed(bytes: &[u8]) -> Vec<u8> {
    [&unsigned(bytes.len() as u64), bytes].concat()
}

/// A run of this many; a positive signed number has a zero before its sign.
fn run(count: u64, value: &[u8]) -> Vec<u8> {
    let mut bytes = unsigned(count);
    if bytes.last().is_some_and(|last| last & 0x40 != 0) {
        *bytes.last_mut().unwrap() |= 0x80;
        bytes.push(0);
    }
    [&bytes, value].concat()
}

#[test]
fn what_people_write_passes() {
    Body::plain().passes();
    let mut ada = AutoCommit::new().with_actor(automerge::ActorId::from([1; 16]));
    let text = ada.put_object(ROOT, "text", ObjType::Text).unwrap();
    ada.splice_text(&text, 0, 0, "ședință 你好 👋").unwrap();
    ada.put(ROOT, "count", ScalarValue::counter(1)).unwrap();
    ada.commit();
    let mut grace = ada.fork().with_actor(automerge::ActorId::from([2; 16]));
    grace.splice_text(&text, 3, 4, "!").unwrap();
    grace.increment(ROOT, "count", -5).unwrap();
    let list = grace.put_object(ROOT, "list", ObjType::List).unwrap();
    (0..40).for_each(|at| grace.insert(&list, at, "again and again").unwrap());
    ada.mark(&text, Mark::new("bold".into(), true, 0, 3), ExpandMark::Both).unwrap();
    ada.split_block(&text, 2).unwrap();
    ada.merge(&mut grace).unwrap();
    ada.delete(ROOT, "list").unwrap();

    let changes = ada.get_changes(&[]);
    assert!(changes.len() >= 4);
    for change in changes {
        assert_eq!(check(super::super::chunk::read(change.raw_bytes()).unwrap().body()), Ok(()));
    }
}

/// 98 bytes that keep the library busy for ever: every column is one run of 2^62 rows.
#[test]
fn a_hundred_bytes_that_say_many_operations_are_refused_at_once() {
    let forever = 1 << 62;
    Body::plain()
        .column(KEY_STRING, &run(forever, &[1, b'a']))
        .column(ACTION, &run(forever, &[1]))
        .column(VALUE_KIND, &run(forever, &[0]))
        .column(VALUE, &[])
        .column(PREDECESSOR_COUNT, &run(forever, &[0]))
        .fails(Check::Operations);
    let most = Body::plain().column(ACTION, &run(MAX_OPERATIONS, &[1]));
    most.passes();
    most.column(ACTION, &run(MAX_OPERATIONS + 1, &[1])).fails(Check::Operations);
}

/// 60 kilobytes that make the library allocate more than a gigabyte.
#[test]
fn a_long_key_that_stands_in_many_operations_is_refused() {
    let key = prefixed(&vec![b'k'; 60_000]);
    let many = |count| Body::plain().column(ACTION, &run(20_000, &[1])).column(KEY_STRING, &run(count, &key));
    many(MAX_EXPANDED_BYTES / 60_000).passes();
    many(MAX_EXPANDED_BYTES / 60_000 + 1).fails(Check::Keys);
    let marks = Body::plain().column(ACTION, &run(20_000, &[7])).column(MARK_NAME, &run(20_000, &key));
    marks.fails(Check::MarkNames);
}

#[test]
fn a_column_with_more_rows_than_operations_is_refused() {
    for (specification, column, at) in [
        (OBJECT_ACTOR, run(2, &[0]), Check::Objects),
        (OBJECT_COUNTER, run(2, &[1]), Check::Objects),
        (KEY_ACTOR, run(2, &[0]), Check::Keys),
        (KEY_COUNTER, run(2, &[1]), Check::Keys),
        (KEY_STRING, run(2, &[1, b'a']), Check::Keys),
        (INSERT, vec![1, 1], Check::Flags),
        (EXPAND, vec![0, 2], Check::Flags),
        (VALUE_KIND, [run(1, &[0x13]), run(1, &[0])].concat(), Check::Values),
        (PREDECESSOR_COUNT, [run(1, &[1]), run(1, &[0])].concat(), Check::Predecessors),
        (MARK_NAME, run(2, &[1, b'b']), Check::MarkNames),
    ] {
        Body::plain().column(specification, &column).fails(at);
    }
}

/// Each made the library look behind the end of a list, or count past what its counters hold.
#[test]
fn a_number_that_leads_nowhere_is_refused() {
    for (specification, column, at) in [
        (OBJECT_ACTOR, run(1, &[2]), Check::Objects),
        (OBJECT_COUNTER, run(1, &unsigned(8)), Check::Objects),
        (KEY_ACTOR, run(1, &[2]), Check::Keys),
        (KEY_COUNTER, run(1, &[0x7f]), Check::Keys),
        (KEY_COUNTER, run(1, &[8]), Check::Keys),
        (VALUE_KIND, run(1, &[0x1a]), Check::Values),
        (VALUE_KIND, run(1, &[0x23]), Check::Values),
        (PREDECESSOR_ACTOR, run(1, &[2]), Check::Predecessors),
        (PREDECESSOR_COUNTER, run(1, &[8]), Check::Predecessors),
        (PREDECESSOR_COUNT, run(1, &[2]), Check::Predecessors),
        (PREDECESSOR_COUNT, run(1, &unsigned(u64::MAX)), Check::Predecessors),
    ] {
        Body::plain().column(specification, &column).fails(at);
    }
}

#[test]
fn columns_that_are_unknown_compressed_or_out_of_order_are_refused() {
    for unknown in [0x21, 0x23, 0x4a, 0x80, 0xb0, 1 << 40] {
        Body::plain().column(unknown, &[]).fails(Check::Columns);
    }
    let mut swapped = Body::plain();
    swapped.columns.swap(0, 1);
    swapped.fails(Check::Columns);
    let mut twice = Body::plain();
    twice.columns.insert(0, twice.columns[0].clone());
    twice.fails(Check::Columns);
    let mut cut = Body::plain().bytes();
    cut.pop();
    assert_eq!(check(&cut), Err(Check::Columns));
}

#[test]
fn numbers_out_of_range_are_refused() {
    for wrong in [0, MAX_NUMBER, u64::MAX] {
        Body { seq: wrong, ..Body::plain() }.fails(Check::Sequence);
        Body { start_op: wrong, ..Body::plain() }.fails(Check::StartOperation);
    }
    let last = Body { start_op: MAX_NUMBER - 1, ..Body::plain() };
    last.passes();
    last.column(ACTION, &run(2, &[1])).fails(Check::Operations);
    // The smallest time, which overflows when another one is taken from it.
    let earliest = [[0x80; 9].to_vec(), vec![0x7f]].concat();
    Body { time: earliest, ..Body::plain() }.fails(Check::Time);
}

#[test]
fn dependencies_and_actors_that_are_too_many_or_not_ascending_are_refused() {
    let numbered = |count: u16| {
        (0..count).map(|n| {
            let mut bytes = [0; 32];
            bytes[..2].copy_from_slice(&n.to_be_bytes());
            bytes
        })
    };
    let dependent = |count| Body { dependencies: numbered(count).collect(), ..Body::plain() };
    dependent(128).passes();
    dependent(129).fails(Check::Dependencies);
    Body { dependencies: vec![[1; 32], [1; 32]], ..Body::plain() }.fails(Check::Dependencies);
    Body { dependencies: vec![[2; 32], [1; 32]], ..Body::plain() }.fails(Check::Dependencies);

    let naming =
        |count| Body { others: numbered(count).map(|n| n[..16].to_vec()).collect(), ..Body::plain() };
    naming(512).passes();
    naming(513).fails(Check::OtherActors);
    Body { others: vec![vec![5; 16]], ..Body::plain() }.fails(Check::OtherActors);
    Body { others: vec![vec![4; 15]], ..Body::plain() }.fails(Check::OtherActors);
    for length in [0, 15, 17, 1_000_000] {
        Body { actor: vec![5; length], ..Body::plain() }.fails(Check::Actor);
    }
}

#[test]
fn a_message_that_is_long_or_no_text_is_refused() {
    Body { message: vec![b'm'; MAX_MESSAGE_BYTES], ..Body::plain() }.passes();
    Body { message: vec![b'm'; MAX_MESSAGE_BYTES + 1], ..Body::plain() }.fails(Check::Message);
    Body { message: vec![0xff], ..Body::plain() }.fails(Check::Message);
}

/// On a later change it makes the library fail, and the document can never be loaded again.
#[test]
fn an_author_stands_on_an_actors_first_change_and_nothing_else_follows() {
    let named = Body { footer: vec![1, 2, b'm', b'e'], ..Body::plain() };
    named.passes();
    Body { seq: 2, ..named }.fails(Check::Footer);
    for wrong in [vec![0], vec![2, 1, b'x'], vec![1, 9, b'x'], vec![1, 1, b'x', 0], vec![1; 1_000]] {
        Body { footer: wrong, ..Body::plain() }.fails(Check::Footer);
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_get_an_answer(body: Vec<u8>) {
        let _ = check(&body);
    }

    #[test]
    fn any_byte_of_a_real_body_may_be_any_other(at: proptest::sample::Index, value: u8) {
        let mut body = Body::plain().bytes();
        let at = at.index(body.len());
        body[at] = value;
        let _ = check(&body);
    }
}
