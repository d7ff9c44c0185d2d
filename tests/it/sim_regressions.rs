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
fn x34() -> anyhow::Result<()> {
    keeps_every_promise(
        34,
        &[
            Step { after_ms: 228, op: Op::Edit { phone: 92, doc: 85, verb: Verb::WriteNotes, pick: 4246 } },
            Step {
                after_ms: 2323210,
                op: Op::Edit { phone: 120, doc: 98, verb: Verb::UnmarkNotes, pick: 9697 },
            },
            Step { after_ms: 276, op: Op::Fault(Fault::Cut { phone: 155, way: Way::Down }) },
            Step { after_ms: 6, op: Op::Edit { phone: 140, doc: 116, verb: Verb::EraseNotes, pick: 5412 } },
            Step { after_ms: 3675, op: Op::Office(Office::EndTenure { pair: 141 }) },
        ],
    )
}
#[test]
fn x24() -> anyhow::Result<()> {
    keeps_every_promise(
        24,
        &[
            Step { after_ms: 1845, op: Op::Office(Office::BackUp) },
            Step { after_ms: 3743, op: Op::Edit { phone: 105, doc: 167, verb: Verb::AddAgenda, pick: 8083 } },
            Step { after_ms: 1449, op: Op::Edit { phone: 162, doc: 33, verb: Verb::EditAgenda, pick: 9782 } },
            Step { after_ms: 112, op: Op::Office(Office::Restore) },
            Step { after_ms: 606, op: Op::Fault(Fault::Damage { phone: 20, doc: 165 }) },
        ],
    )
}
#[test]
fn x21() -> anyhow::Result<()> {
    keeps_every_promise(
        21,
        &[
            Step {
                after_ms: 2934,
                op: Op::Edit { phone: 102, doc: 175, verb: Verb::Acknowledge, pick: 2014 },
            },
            Step { after_ms: 274, op: Op::Edit { phone: 205, doc: 185, verb: Verb::AddAgenda, pick: 1277 } },
            Step { after_ms: 286, op: Op::Office(Office::BackUp) },
            Step { after_ms: 49897, op: Op::Edit { phone: 31, doc: 190, verb: Verb::SetDue, pick: 4981 } },
            Step { after_ms: 291, op: Op::SecondProcess { phone: 147 } },
            Step { after_ms: 201, op: Op::Edit { phone: 91, doc: 99, verb: Verb::WriteNotes, pick: 5605 } },
            Step { after_ms: 3889, op: Op::Edit { phone: 130, doc: 169, verb: Verb::AddStop, pick: 6934 } },
            Step {
                after_ms: 43747,
                op: Op::Edit { phone: 155, doc: 189, verb: Verb::WriteNotes, pick: 4329 },
            },
            Step { after_ms: 50963, op: Op::Close { phone: 25 } },
            Step { after_ms: 34524, op: Op::Sync { phone: 189, budget_ms: 2116 } },
            Step {
                after_ms: 52139,
                op: Op::Fault(Fault::DieInCommit { phone: 57, after: 4, last: LastCommit::Written }),
            },
            Step { after_ms: 614501, op: Op::Fault(Fault::Forge { phone: 167, doc: 236, pick: 2354 }) },
            Step { after_ms: 110, op: Op::Office(Office::Restore) },
            Step { after_ms: 4135385, op: Op::Create { phone: 249, kind: NewKind::Walk, pick: 4620 } },
        ],
    )
}
