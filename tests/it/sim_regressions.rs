//! Histories in which the simulator once found a promise broken. Each is what was left after all that it did not take
//! was taken out.

use anyhow::bail;
use tests::sim::failure::Failure;
use tests::sim::history::History;
use tests::sim::op::{Fault, LastCommit, NewKind, Office, Op, Step, Verb, Way};
use tests::sim::trace::Keep;
use tests::sim::world::Size;

/// Plays it, and tells everything that happened if a promise was broken.
fn keeps_every_promise(seed: u64, steps: &[Step]) -> anyhow::Result<()> {
    let history = History { seed, size: Size::default(), steps: steps.to_vec() };
    let outcome = history.play(Keep::Lines);
    if outcome.failures.is_empty() {
        return Ok(());
    }
    let failures: Vec<String> = outcome.failures.iter().map(Failure::to_string).collect();
    bail!("{}\n{}", outcome.lines.join("\n"), failures.join("\n"))
}

#[test]
fn x11360() -> anyhow::Result<()> {
    keeps_every_promise(
        11360,
        &[
            Step { after_ms: 2752, op: Op::Office(Office::BackUp) },
            Step { after_ms: 262, op: Op::Edit { phone: 73, doc: 59, verb: Verb::ReorderStop, pick: 3659 } },
            Step { after_ms: 3666, op: Op::Fault(Fault::Damage { phone: 173, doc: 43 }) },
            Step { after_ms: 289, op: Op::Office(Office::Restore) },
            Step { after_ms: 220, op: Op::Edit { phone: 43, doc: 177, verb: Verb::AddStop, pick: 9263 } },
        ],
    )
}
#[test]
fn x10412() -> anyhow::Result<()> {
    keeps_every_promise(
        10412,
        &[
            Step {
                after_ms: 105,
                op: Op::Edit { phone: 165, doc: 197, verb: Verb::RemoveFollowUp, pick: 1808 },
            },
            Step { after_ms: 202, op: Op::Fault(Fault::Damage { phone: 235, doc: 102 }) },
            Step { after_ms: 287, op: Op::Office(Office::BackUp) },
            Step { after_ms: 3155, op: Op::Edit { phone: 72, doc: 106, verb: Verb::WriteAim, pick: 2974 } },
            Step { after_ms: 2949, op: Op::Fault(Fault::Call { phone: 97, trouble: Trouble::LoseAnswer }) },
            Step { after_ms: 79, op: Op::TakeBack { phone: 210, doc: 206, pick: 4660 } },
            Step { after_ms: 170, op: Op::Office(Office::Restore) },
            Step { after_ms: 145, op: Op::Office(Office::Enrol { person: 228 }) },
            Step {
                after_ms: 39748,
                op: Op::Edit { phone: 90, doc: 115, verb: Verb::EditFollowUp, pick: 3848 },
            },
            Step {
                after_ms: 47784,
                op: Op::Edit { phone: 176, doc: 239, verb: Verb::WriteNotes, pick: 7706 },
            },
        ],
    )
}
