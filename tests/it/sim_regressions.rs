//! Histories in which the simulator once found a promise broken. Each is what was left after all that it did not take
//! was taken out.

use anyhow::bail;
use tests::sim::failure::Failure;
use tests::sim::history::History;
use tests::sim::op::{Fault, LastCommit, Mishap, NewKind, Office, Op, Step, Trouble, Verb, Way};
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
fn x198() -> anyhow::Result<()> {
    keeps_every_promise(
        198,
        &[
            Step { after_ms: 295, op: Op::Fault(Fault::Clone { phone: 184 }) },
            Step { after_ms: 26, op: Op::Office(Office::Enrol { person: 91 }) },
            Step { after_ms: 6391615, op: Op::Office(Office::BackUp) },
            Step { after_ms: 151, op: Op::Edit { phone: 61, doc: 226, verb: Verb::AddAgenda, pick: 8251 } },
            Step { after_ms: 3903, op: Op::Fault(Fault::Clone { phone: 90 }) },
            Step {
                after_ms: 3641,
                op: Op::Fault(Fault::DieInCommit { phone: 189, after: 4, last: LastCommit::Written }),
            },
            Step { after_ms: 296, op: Op::Edit { phone: 61, doc: 231, verb: Verb::WriteNotes, pick: 5260 } },
            Step { after_ms: 2580, op: Op::FindNetwork { phone: 133 } },
            Step { after_ms: 929, op: Op::Office(Office::Restore) },
            Step { after_ms: 2202, op: Op::Edit { phone: 173, doc: 80, verb: Verb::WriteNotes, pick: 5709 } },
            Step { after_ms: 29306, op: Op::Edit { phone: 21, doc: 231, verb: Verb::AddStop, pick: 3725 } },
            Step { after_ms: 207, op: Op::Office(Office::EndTenure { pair: 24 }) },
        ],
    )
}
