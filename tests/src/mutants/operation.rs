//! Owns the edits of a change's operations: what each does, where, and in the place of what.

use super::Edit;
use super::names::Names;
use crate::sim::dice::Dice;
use automerge::legacy::{ElementId, Key, MarkData, ObjectId, Op, OpId, OpType};
use automerge::{ExpandedChange, ObjType, ScalarValue};

/// All of them.
pub const EDITS: &[Edit] = &[
    action,
    value,
    value,
    object,
    key,
    key,
    element,
    element,
    insert,
    add_pred,
    add_pred,
    drop_pred,
    replace_pred,
    count,
    name_actor,
    exchange,
    exchange,
    repeat,
    drop_one,
    graft,
    mark_name,
    mark_edge,
];

const OBJECTS: [ObjType; 4] = [ObjType::Map, ObjType::List, ObjType::Text, ObjType::Table];
const WHOLE: [i64; 8] = [0, 1, -1, 63, i64::MAX, i64::MIN, 1 << 53, -(1 << 31)];
const WORDS: [&str; 8] = ["", "x", "xy", "懒", "👩‍👩‍👧", "\u{fffc}", "\0", "a\u{301}"];

fn any<'o>(change: &'o mut ExpandedChange, dice: &mut Dice) -> Option<&'o mut Op> {
    let place = dice.place(change.operations.len().max(1));
    change.operations.get_mut(place)
}

fn any_value(dice: &mut Dice) -> ScalarValue {
    let whole = WHOLE[dice.place(WHOLE.len())];
    match dice.below(12) {
        0 => ScalarValue::Null,
        1 => ScalarValue::Boolean(dice.happens(50)),
        2 => ScalarValue::Int(whole),
        3 => ScalarValue::Uint(whole.cast_unsigned()),
        4 => ScalarValue::F64(f64::from_bits(dice.number())),
        5 => ScalarValue::F64([f64::NAN, f64::INFINITY, -0.0, f64::MIN_POSITIVE][dice.place(4)]),
        6 => ScalarValue::Bytes(dice.bytes::<5>()[..dice.place(6)].to_vec()),
        7 => ScalarValue::counter(whole),
        8 => ScalarValue::Timestamp(whole),
        9 => ScalarValue::Unknown {
            type_code: 9 + u8::try_from(dice.below(8)).unwrap_or(0),
            bytes: vec![1; 3],
        },
        10 => ScalarValue::Str("long ".repeat(dice.place(300)).into()),
        _ => ScalarValue::Str(WORDS[dice.place(WORDS.len())].into()),
    }
}

fn any_mark(dice: &mut Dice) -> MarkData {
    let name = ["bold", "", "link", "懒"][dice.place(4)].into();
    MarkData { name, value: any_value(dice), expand: dice.happens(50) }
}

fn action(change: &mut ExpandedChange, _: &Names, dice: &mut Dice) {
    let Some(op) = any(change, dice) else { return };
    op.action = match dice.below(6) {
        0 => OpType::Make(OBJECTS[dice.place(OBJECTS.len())]),
        1 => OpType::Delete,
        2 => OpType::Increment(WHOLE[dice.place(WHOLE.len())]),
        3 => OpType::MarkBegin(any_mark(dice)),
        4 => OpType::MarkEnd(dice.happens(50)),
        _ => OpType::Put(any_value(dice)),
    };
}

fn value(change: &mut ExpandedChange, _: &Names, dice: &mut Dice) {
    let Some(op) = any(change, dice) else { return };
    op.action = match &op.action {
        OpType::Increment(_) => OpType::Increment(WHOLE[dice.place(WHOLE.len())]),
        OpType::MarkBegin(mark) => OpType::MarkBegin(MarkData { value: any_value(dice), ..mark.clone() }),
        OpType::Make(_) => OpType::Make(OBJECTS[dice.place(OBJECTS.len())]),
        OpType::Put(_) | OpType::Delete | OpType::MarkEnd(_) => OpType::Put(any_value(dice)),
    };
}

fn object(change: &mut ExpandedChange, names: &Names, dice: &mut Dice) {
    if let Some(op) = any(change, dice) {
        op.obj = names.object(dice);
    }
}

fn key(change: &mut ExpandedChange, names: &Names, dice: &mut Dice) {
    if let Some(op) = any(change, dice) {
        op.key = match &op.key {
            Key::Map(_) if dice.happens(70) => Key::Map(names.map_key(dice).into()),
            Key::Map(_) | Key::Seq(_) => names.key(dice),
        };
    }
}

fn element(change: &mut ExpandedChange, names: &Names, dice: &mut Dice) {
    if let Some(op) = any(change, dice) {
        op.key = names.element(dice);
    }
}

fn insert(change: &mut ExpandedChange, _: &Names, dice: &mut Dice) {
    if let Some(op) = any(change, dice) {
        op.insert = !op.insert;
    }
}

fn preds(op: &Op) -> Vec<OpId> {
    op.pred.iter().cloned().collect()
}

fn add_pred(change: &mut ExpandedChange, names: &Names, dice: &mut Dice) {
    let Some(op) = any(change, dice) else { return };
    let mut pred = preds(op);
    pred.push(match &op.key {
        Key::Seq(ElementId::Id(element)) if dice.happens(50) => element.clone(),
        Key::Seq(_) | Key::Map(_) => names.operation(dice),
    });
    op.pred = pred.into();
}

fn drop_pred(change: &mut ExpandedChange, _: &Names, dice: &mut Dice) {
    let Some(op) = any(change, dice) else { return };
    let mut pred = preds(op);
    if !pred.is_empty() {
        pred.remove(dice.place(pred.len()));
    }
    op.pred = pred.into();
}

fn replace_pred(change: &mut ExpandedChange, names: &Names, dice: &mut Dice) {
    let Some(op) = any(change, dice) else { return };
    let mut pred = preds(op);
    if let Some(place) = pred.len().checked_sub(1) {
        pred[dice.place(place + 1)] = names.operation(dice);
    }
    op.pred = pred.into();
}

/// One of the operations that an operation names.
fn named<'o>(op: &'o mut Op, dice: &mut Dice) -> Option<&'o mut OpId> {
    let is_of_object = dice.happens(50);
    match (&mut op.obj, &mut op.key) {
        (ObjectId::Root, Key::Seq(ElementId::Id(id))) => Some(id),
        (ObjectId::Id(id), Key::Seq(ElementId::Id(element))) => Some(if is_of_object { id } else { element }),
        (ObjectId::Id(id), Key::Seq(ElementId::Head) | Key::Map(_)) => Some(id),
        (ObjectId::Root, Key::Seq(ElementId::Head) | Key::Map(_)) => None,
    }
}

fn count(change: &mut ExpandedChange, _: &Names, dice: &mut Dice) {
    let up = dice.happens(50);
    if let Some(OpId(number, _)) = any(change, dice).and_then(|op| named(op, dice)) {
        *number = if up { number.saturating_add(1) } else { number.saturating_sub(1) };
    }
}

fn name_actor(change: &mut ExpandedChange, names: &Names, dice: &mut Dice) {
    if let Some(OpId(_, actor)) = any(change, dice).and_then(|op| named(op, dice)) {
        *actor = names.actor(dice);
    }
}

/// The end of a mark before its beginning, an element before the one that it follows.
fn exchange(change: &mut ExpandedChange, _: &Names, dice: &mut Dice) {
    let length = change.operations.len();
    if length > 1 {
        let (one, other) = (dice.place(length), dice.place(length));
        change.operations.swap(one, other);
    }
}

fn repeat(change: &mut ExpandedChange, _: &Names, dice: &mut Dice) {
    if let Some(op) = any(change, dice).cloned() {
        let times = dice.place(3) + 1;
        let place = dice.place(change.operations.len());
        change.operations.splice(place..place, std::iter::repeat_n(op, times));
    }
}

fn drop_one(change: &mut ExpandedChange, _: &Names, dice: &mut Dice) {
    if !change.operations.is_empty() {
        let place = dice.place(change.operations.len());
        change.operations.remove(place);
    }
}

/// An operation of its own, somewhere else in the document.
fn graft(change: &mut ExpandedChange, names: &Names, dice: &mut Dice) {
    if let Some(op) = any(change, dice).cloned() {
        let moved = Op { obj: names.object(dice), key: names.key(dice), ..op };
        change.operations.push(moved);
    }
}

fn mark_name(change: &mut ExpandedChange, _: &Names, dice: &mut Dice) {
    let data = any_mark(dice);
    let marks = change.operations.iter_mut().filter(|op| matches!(op.action, OpType::MarkBegin(_)));
    for op in marks {
        op.action = OpType::MarkBegin(data.clone());
    }
}

/// A mark without its beginning, or without its end.
fn mark_edge(change: &mut ExpandedChange, _: &Names, dice: &mut Dice) {
    let keeps_begin = dice.happens(50);
    change.operations.retain(|op| match op.action {
        OpType::MarkBegin(_) => keeps_begin,
        OpType::MarkEnd(_) => !keeps_begin,
        _ => true,
    });
}
