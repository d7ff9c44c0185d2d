//! Owns the edits of what stands before a change's operations: who made it, when, after what, and its numbers.

use super::Edit;
use super::names::Names;
use crate::sim::dice::Dice;
use automerge::{ActorId, ExpandedChange};
use std::num::NonZeroU64;

/// All of them.
pub const EDITS: &[Edit] = &[
    sequence,
    start,
    start,
    add_dependency,
    drop_dependency,
    replace_dependency,
    shuffle_dependencies,
    actor,
    time,
    message,
    extra,
];

fn near(number: u64, dice: &mut Dice) -> u64 {
    let edges = [0, 1, 1 << 31, (1 << 31) - 1, u64::from(u32::MAX), u64::MAX];
    match dice.below(4) {
        0 => edges[dice.place(edges.len())],
        1 => number.saturating_sub(1 + dice.below(3)),
        _ => number.saturating_add(1 + dice.below(3)),
    }
}

fn sequence(change: &mut ExpandedChange, _: &Names, dice: &mut Dice) {
    change.seq = near(change.seq, dice);
}

fn start(change: &mut ExpandedChange, _: &Names, dice: &mut Dice) {
    change.start_op = NonZeroU64::new(near(change.start_op.get(), dice)).unwrap_or(NonZeroU64::MIN);
}

fn add_dependency(change: &mut ExpandedChange, names: &Names, dice: &mut Dice) {
    change.deps.push(names.hash(dice));
    if dice.happens(80) {
        change.deps.sort_unstable();
    }
}

fn drop_dependency(change: &mut ExpandedChange, _: &Names, dice: &mut Dice) {
    if !change.deps.is_empty() {
        change.deps.remove(dice.place(change.deps.len()));
    }
}

fn replace_dependency(change: &mut ExpandedChange, names: &Names, dice: &mut Dice) {
    if !change.deps.is_empty() {
        let place = dice.place(change.deps.len());
        change.deps[place] = names.hash(dice);
        change.deps.sort_unstable();
    }
}

fn shuffle_dependencies(change: &mut ExpandedChange, _: &Names, _: &mut Dice) {
    change.deps.reverse();
}

fn actor(change: &mut ExpandedChange, names: &Names, dice: &mut Dice) {
    change.actor_id = match dice.below(8) {
        0 => ActorId::from(vec![7; dice.place(40)]),
        _ => names.actor(dice),
    };
}

fn time(change: &mut ExpandedChange, _: &Names, dice: &mut Dice) {
    let edges = [0, -1, 1 << 53, -(1 << 53), (1 << 53) + 1, i64::MIN, i64::MAX];
    change.time = edges[dice.place(edges.len())];
}

fn message(change: &mut ExpandedChange, _: &Names, dice: &mut Dice) {
    let lengths = [0, 1, 341, 342, 70_000];
    change.message = Some("懒".repeat(lengths[dice.place(lengths.len())]));
}

/// An author, something that is almost one, or anything.
fn extra(change: &mut ExpandedChange, _: &Names, dice: &mut Dice) {
    change.extra_bytes = match dice.below(4) {
        0 => vec![1, 3, 7, 7, 7],
        1 => vec![1, 3, 7, 7],
        2 => vec![2, 0],
        _ => dice.bytes::<9>().to_vec(),
    };
}
