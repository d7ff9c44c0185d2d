//! Histories in which the simulator once found a promise broken. Each is what was left after all that it did not take
//! was taken out.

use anyhow::bail;
use tests::sim::failure::Failure;
use tests::sim::history::History;
use tests::sim::op::{Fault, LastCommit, NewKind, Office, Op, Step, Trouble, Verb, Way};
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
fn an_edit_of_a_damaged_walk_that_the_restored_server_never_had_is_kept() -> anyhow::Result<()> {
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
fn a_word_taken_back_on_a_damaged_document_of_a_restored_server_keeps_the_others() -> anyhow::Result<()> {
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

#[test]
fn what_waits_when_a_tenure_ends_during_an_outage_is_readable() -> anyhow::Result<()> {
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
fn a_document_damaged_after_a_restore_is_given_back_all_the_same() -> anyhow::Result<()> {
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
fn a_forged_change_is_not_given_back_under_another_name() -> anyhow::Result<()> {
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

#[test]
fn what_two_restores_lost_is_given_back_with_all_that_it_builds_on() -> anyhow::Result<()> {
    keeps_every_promise(
        21,
        &[
            Step { after_ms: 274, op: Op::Edit { phone: 205, doc: 185, verb: Verb::AddAgenda, pick: 1277 } },
            Step { after_ms: 286, op: Op::Office(Office::BackUp) },
            Step { after_ms: 34419, op: Op::Office(Office::Enrol { person: 194 }) },
            Step { after_ms: 1547307, op: Op::Edit { phone: 91, doc: 56, verb: Verb::AddAgenda, pick: 611 } },
            Step { after_ms: 856, op: Op::Office(Office::Restore) },
            Step { after_ms: 163, op: Op::Edit { phone: 69, doc: 109, verb: Verb::MarkNotes, pick: 4988 } },
            Step {
                after_ms: 205,
                op: Op::Fault(Fault::Call { phone: 83, trouble: Trouble::LoseRequest }),
            },
            Step { after_ms: 110, op: Op::Office(Office::Restore) },
            Step { after_ms: 252, op: Op::Office(Office::EndTenure { pair: 80 }) },
            Step { after_ms: 227, op: Op::Edit { phone: 253, doc: 92, verb: Verb::Acknowledge, pick: 6717 } },
        ],
    )
}
