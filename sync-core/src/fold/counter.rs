//! Increments of a chain: added into the counter when the chain made it, else one for each counter.
//! How often somebody counted up and down again is nobody's business.

use std::collections::BTreeMap;

use automerge::ScalarValue;
use automerge::legacy::{OpId, OpType};

use super::chain::is_increment;
use super::plan::{Fate, Plan, Superseded};

/// Where an increment goes.
enum Into {
    /// Nowhere: what it counted is gone.
    Nothing,
    /// Into the value of the counter that the chain set at this position.
    Counter(usize),
    /// On the wire, for these values.
    Wire(Vec<OpId>),
}

/// Leaves of the increments of a plan only what the wire needs.
pub(super) fn absorb_increments(plan: &mut Plan) {
    let superseded = Superseded::by(&plan.chain);
    let mut first_for: BTreeMap<Vec<OpId>, usize> = BTreeMap::new();
    for position in 0..plan.fates.len() {
        let OpType::Increment(by) = plan.chain.links[position].op.action else { continue };
        if plan.fates[position] == Fate::Gone {
            continue;
        }
        let first = match destination(plan, &superseded, position) {
            Into::Wire(values) => *first_for.entry(values).or_insert(position),
            Into::Counter(counter) => counter,
            Into::Nothing => {
                plan.fates[position] = Fate::Gone;
                continue;
            }
        };
        if first != position {
            add(&mut plan.chain.links[first].op.action, by);
            plan.fates[position] = Fate::Gone;
        }
    }
    drop_those_that_came_to_nothing(plan, first_for);
}

fn destination(plan: &Plan, superseded: &Superseded, increment: usize) -> Into {
    let op = &plan.chain.links[increment].op;
    let lives = |id: &&OpId| match plan.chain.position(id) {
        Some(position) => matches!(plan.fates[position], Fate::Stays | Fate::JoinsInsert(_)),
        None => !superseded.on_the_wire(id),
    };
    let values: Vec<OpId> = op.pred.iter().filter(lives).cloned().collect();
    match values.as_slice() {
        [] => Into::Nothing,
        [only] => match plan.chain.position(only) {
            Some(counter) => Into::Counter(plan.home(counter)),
            None => Into::Wire(values),
        },
        _ => Into::Wire(values),
    }
}

fn add(to: &mut OpType, by: i64) {
    match to {
        OpType::Increment(sum) => *sum = sum.wrapping_add(by),
        OpType::Put(ScalarValue::Counter(counter)) => {
            let sum = i64::from(&*counter).wrapping_add(by);
            *to = OpType::Put(ScalarValue::counter(sum));
        }
        // The verification finds that the counter differs.
        OpType::Put(_) | OpType::Make(_) | OpType::Delete | OpType::MarkBegin(_) | OpType::MarkEnd(_) => {}
    }
}

/// Drops sums of zero, but not where several values stand: there even an increment by zero settles
/// the conflict in favour of the counters.
fn drop_those_that_came_to_nothing(plan: &mut Plan, sums: BTreeMap<Vec<OpId>, usize>) {
    for (values, position) in sums {
        let op = &plan.chain.links[position].op;
        debug_assert!(is_increment(op), "only increments are summed for the wire");
        if values.len() == 1 && op.pred.len() == 1 && op.action == OpType::Increment(0) {
            plan.fates[position] = Fate::Gone;
        }
    }
}
