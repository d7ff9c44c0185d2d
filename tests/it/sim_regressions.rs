//! Histories in which the simulator once found a promise broken. Each is what was left after all that it did not take
//! was taken out.

use anyhow::bail;
use tests::sim::failure::Failure;
use tests::sim::history::History;
use tests::sim::op::{
    Fault::*, LastCommit::*, Mishap::*, NewKind::*, Office::*, Op::*, Step, Trouble::*, Verb::*, Way::*,
};
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
            Step { after_ms: 2752, op: Office(BackUp) },
            Step { after_ms: 262, op: Edit { phone: 73, doc: 59, verb: ReorderStop, pick: 3659 } },
            Step { after_ms: 3666, op: Fault(Damage { phone: 173, doc: 43 }) },
            Step { after_ms: 289, op: Office(Restore) },
            Step { after_ms: 220, op: Edit { phone: 43, doc: 177, verb: AddStop, pick: 9263 } },
        ],
    )
}

#[test]
fn a_word_taken_back_on_a_damaged_document_of_a_restored_server_keeps_the_others() -> anyhow::Result<()> {
    keeps_every_promise(
        10412,
        &[
            Step { after_ms: 105, op: Edit { phone: 165, doc: 197, verb: RemoveFollowUp, pick: 1808 } },
            Step { after_ms: 202, op: Fault(Damage { phone: 235, doc: 102 }) },
            Step { after_ms: 287, op: Office(BackUp) },
            Step { after_ms: 3155, op: Edit { phone: 72, doc: 106, verb: WriteAim, pick: 2974 } },
            Step { after_ms: 2949, op: Fault(Call { phone: 97, trouble: LoseAnswer }) },
            Step { after_ms: 79, op: TakeBack { phone: 210, doc: 206, pick: 4660 } },
            Step { after_ms: 170, op: Office(Restore) },
            Step { after_ms: 145, op: Office(Enrol { person: 228 }) },
            Step { after_ms: 39748, op: Edit { phone: 90, doc: 115, verb: EditFollowUp, pick: 3848 } },
            Step { after_ms: 47784, op: Edit { phone: 176, doc: 239, verb: WriteNotes, pick: 7706 } },
        ],
    )
}

#[test]
fn what_waits_when_a_tenure_ends_during_an_outage_is_readable() -> anyhow::Result<()> {
    keeps_every_promise(
        34,
        &[
            Step { after_ms: 228, op: Edit { phone: 92, doc: 85, verb: WriteNotes, pick: 4246 } },
            Step { after_ms: 2323210, op: Edit { phone: 120, doc: 98, verb: UnmarkNotes, pick: 9697 } },
            Step { after_ms: 276, op: Fault(Cut { phone: 155, way: Down }) },
            Step { after_ms: 6, op: Edit { phone: 140, doc: 116, verb: EraseNotes, pick: 5412 } },
            Step { after_ms: 3675, op: Office(EndTenure { pair: 141 }) },
        ],
    )
}

#[test]
fn a_document_damaged_after_a_restore_is_given_back_all_the_same() -> anyhow::Result<()> {
    keeps_every_promise(
        24,
        &[
            Step { after_ms: 1845, op: Office(BackUp) },
            Step { after_ms: 3743, op: Edit { phone: 105, doc: 167, verb: AddAgenda, pick: 8083 } },
            Step { after_ms: 1449, op: Edit { phone: 162, doc: 33, verb: EditAgenda, pick: 9782 } },
            Step { after_ms: 112, op: Office(Restore) },
            Step { after_ms: 606, op: Fault(Damage { phone: 20, doc: 165 }) },
        ],
    )
}

#[test]
fn a_forged_change_is_not_given_back_under_another_name() -> anyhow::Result<()> {
    keeps_every_promise(
        21,
        &[
            Step { after_ms: 2934, op: Edit { phone: 102, doc: 175, verb: Acknowledge, pick: 2014 } },
            Step { after_ms: 274, op: Edit { phone: 205, doc: 185, verb: AddAgenda, pick: 1277 } },
            Step { after_ms: 286, op: Office(BackUp) },
            Step { after_ms: 49897, op: Edit { phone: 31, doc: 190, verb: SetDue, pick: 4981 } },
            Step { after_ms: 291, op: SecondProcess { phone: 147 } },
            Step { after_ms: 201, op: Edit { phone: 91, doc: 99, verb: WriteNotes, pick: 5605 } },
            Step { after_ms: 3889, op: Edit { phone: 130, doc: 169, verb: AddStop, pick: 6934 } },
            Step { after_ms: 43747, op: Edit { phone: 155, doc: 189, verb: WriteNotes, pick: 4329 } },
            Step { after_ms: 50963, op: Close { phone: 25 } },
            Step { after_ms: 34524, op: Sync { phone: 189, budget_ms: 2116 } },
            Step { after_ms: 52139, op: Fault(DieInCommit { phone: 57, after: 4, last: Written }) },
            Step { after_ms: 614501, op: Fault(Forge { phone: 167, doc: 236, pick: 2354 }) },
            Step { after_ms: 110, op: Office(Restore) },
            Step { after_ms: 4135385, op: Create { phone: 249, kind: Walk, pick: 4620 } },
        ],
    )
}

#[test]
fn what_two_restores_lost_is_given_back_with_all_that_it_builds_on() -> anyhow::Result<()> {
    keeps_every_promise(
        21,
        &[
            Step { after_ms: 274, op: Edit { phone: 205, doc: 185, verb: AddAgenda, pick: 1277 } },
            Step { after_ms: 286, op: Office(BackUp) },
            Step { after_ms: 34419, op: Office(Enrol { person: 194 }) },
            Step { after_ms: 1547307, op: Edit { phone: 91, doc: 56, verb: AddAgenda, pick: 611 } },
            Step { after_ms: 856, op: Office(Restore) },
            Step { after_ms: 163, op: Edit { phone: 69, doc: 109, verb: MarkNotes, pick: 4988 } },
            Step { after_ms: 205, op: Fault(Call { phone: 83, trouble: LoseRequest }) },
            Step { after_ms: 110, op: Office(Restore) },
            Step { after_ms: 252, op: Office(EndTenure { pair: 80 }) },
            Step { after_ms: 227, op: Edit { phone: 253, doc: 92, verb: Acknowledge, pick: 6717 } },
        ],
    )
}

#[test]
fn a_second_restore_before_all_was_given_back_takes_no_proof_away() -> anyhow::Result<()> {
    keeps_every_promise(
        415,
        &[
            Step { after_ms: 1349, op: Edit { phone: 107, doc: 154, verb: SetOwner, pick: 9784 } },
            Step { after_ms: 1361, op: FindNetwork { phone: 32 } },
            Step { after_ms: 258, op: Sync { phone: 74, budget_ms: 28874 } },
            Step { after_ms: 53023, op: Office(BackUp) },
            Step { after_ms: 176, op: Edit { phone: 134, doc: 96, verb: SetPlace, pick: 3303 } },
            Step { after_ms: 58792, op: Office(EndTenure { pair: 83 }) },
            Step { after_ms: 643, op: Edit { phone: 92, doc: 201, verb: SetOwner, pick: 1578 } },
            Step { after_ms: 2368, op: Office(Restore) },
            Step { after_ms: 229, op: Fault(DieInCommit { phone: 187, after: 3, last: Written }) },
            Step { after_ms: 0, op: Edit { phone: 47, doc: 39, verb: EditAgenda, pick: 5349 } },
            Step { after_ms: 50528, op: Office(Restore) },
        ],
    )
}

#[test]
fn a_meeting_given_back_and_then_damaged_comes_again() -> anyhow::Result<()> {
    keeps_every_promise(
        558,
        &[
            Step { after_ms: 126, op: Office(BackUp) },
            Step { after_ms: 2082, op: Fault(Clone { phone: 77 }) },
            Step { after_ms: 3429, op: Edit { phone: 49, doc: 21, verb: AddFollowUp, pick: 6075 } },
            Step { after_ms: 189, op: Suspend { phone: 72 } },
            Step { after_ms: 58948, op: Resume { phone: 72 } },
            Step { after_ms: 3749, op: Office(Restore) },
            Step { after_ms: 7, op: Edit { phone: 6, doc: 85, verb: PlanMeeting, pick: 4541 } },
            Step {
                after_ms: 56530,
                op: Fault(Database { server: 125, after: 1, mishap: LoseLateCommit { ms: 5981 } }),
            },
            Step { after_ms: 177, op: Close { phone: 24 } },
            Step { after_ms: 207, op: Fault(Damage { phone: 216, doc: 202 }) },
        ],
    )
}

#[test]
fn a_walk_given_back_before_its_phone_died_and_damaged_comes_again() -> anyhow::Result<()> {
    keeps_every_promise(
        914,
        &[
            Step { after_ms: 15, op: Create { phone: 188, kind: Meeting, pick: 2020 } },
            Step { after_ms: 245, op: Create { phone: 14, kind: Walk, pick: 3690 } },
            Step { after_ms: 35531, op: Create { phone: 34, kind: Plan, pick: 1635 } },
            Step { after_ms: 55, op: Edit { phone: 180, doc: 104, verb: WriteNotes, pick: 8302 } },
            Step { after_ms: 10834, op: Edit { phone: 139, doc: 74, verb: SetPlace, pick: 4833 } },
            Step { after_ms: 726, op: Edit { phone: 203, doc: 94, verb: WriteSection, pick: 1852 } },
            Step { after_ms: 1753, op: Edit { phone: 61, doc: 191, verb: AddCheckpoint, pick: 8247 } },
            Step { after_ms: 4052499, op: Edit { phone: 152, doc: 188, verb: EditCheckpoint, pick: 1694 } },
            Step { after_ms: 62, op: Fault(Call { phone: 134, trouble: LoseAnswer }) },
            Step { after_ms: 600, op: Edit { phone: 34, doc: 38, verb: WriteNotes, pick: 2996 } },
            Step { after_ms: 3107, op: Edit { phone: 164, doc: 38, verb: AddStop, pick: 8837 } },
            Step { after_ms: 3024, op: Office(BackUp) },
            Step { after_ms: 5257, op: Create { phone: 24, kind: Plan, pick: 8243 } },
            Step { after_ms: 160, op: Edit { phone: 100, doc: 64, verb: ReorderStop, pick: 8774 } },
            Step { after_ms: 37268, op: Fault(Call { phone: 106, trouble: Portal }) },
            Step { after_ms: 249, op: Office(Restore) },
            Step { after_ms: 22998, op: Edit { phone: 189, doc: 29, verb: EraseNotes, pick: 2202 } },
            Step { after_ms: 25057, op: Fault(Damage { phone: 134, doc: 66 }) },
            Step { after_ms: 178, op: Edit { phone: 249, doc: 145, verb: SetOwner, pick: 9814 } },
            Step { after_ms: 10, op: Edit { phone: 89, doc: 164, verb: SetOwner, pick: 1530 } },
            Step { after_ms: 161, op: Fault(DieInCommit { phone: 254, after: 4, last: Lost }) },
            Step { after_ms: 246, op: Edit { phone: 11, doc: 96, verb: AddStop, pick: 3184 } },
            Step { after_ms: 5515773, op: Edit { phone: 249, doc: 180, verb: MarkNotes, pick: 4074 } },
        ],
    )
}

#[test]
fn a_document_given_back_by_its_author_and_then_damaged_comes_again() -> anyhow::Result<()> {
    keeps_every_promise(
        1005,
        &[
            Step { after_ms: 5312362, op: Fault(Clone { phone: 101 }) },
            Step { after_ms: 29, op: Office(BackUp) },
            Step { after_ms: 279, op: Edit { phone: 137, doc: 64, verb: Tally, pick: 7994 } },
            Step { after_ms: 71, op: Sync { phone: 173, budget_ms: 28803 } },
            Step { after_ms: 271, op: Office(Enrol { person: 217 }) },
            Step { after_ms: 140, op: Office(Restore) },
            Step { after_ms: 51190, op: Fault(Clone { phone: 49 }) },
            Step { after_ms: 2371, op: Fault(DieInCommit { phone: 246, after: 4, last: Lost }) },
            Step { after_ms: 37, op: FindNetwork { phone: 134 } },
            Step { after_ms: 295, op: Fault(Damage { phone: 206, doc: 8 }) },
            Step { after_ms: 3030, op: Edit { phone: 214, doc: 215, verb: AddTopic, pick: 1499 } },
            Step { after_ms: 525, op: Fault(Database { server: 182, after: 2, mishap: DieInUndoneCommit }) },
        ],
    )
}

#[test]
fn a_topic_that_was_removed_before_access_ended_need_not_be_readable() -> anyhow::Result<()> {
    keeps_every_promise(
        1144,
        &[
            Step { after_ms: 20930, op: Office(EndTenure { pair: 57 }) },
            Step { after_ms: 1481, op: Fault(Clone { phone: 200 }) },
            Step { after_ms: 256, op: Edit { phone: 12, doc: 204, verb: AddTopic, pick: 5692 } },
            Step { after_ms: 251, op: Edit { phone: 96, doc: 30, verb: RemoveTopic, pick: 8998 } },
        ],
    )
}

#[test]
fn a_plan_given_back_in_a_slow_request_and_then_damaged_comes_again() -> anyhow::Result<()> {
    keeps_every_promise(
        1363,
        &[
            Step { after_ms: 191, op: Office(BackUp) },
            Step { after_ms: 1605, op: SecondProcess { phone: 30 } },
            Step { after_ms: 2141, op: Edit { phone: 170, doc: 55, verb: EditStep, pick: 4628 } },
            Step { after_ms: 2503, op: Fault(Call { phone: 95, trouble: SlowRequest { ms: 1929 } }) },
            Step { after_ms: 117, op: Office(Restore) },
            Step { after_ms: 4152969, op: Resume { phone: 38 } },
            Step { after_ms: 247, op: Fault(Damage { phone: 250, doc: 54 }) },
        ],
    )
}

#[test]
fn what_is_forged_on_top_of_something_forged_stays_readable() -> anyhow::Result<()> {
    keeps_every_promise(
        392,
        &[
            Step { after_ms: 3740, op: Edit { phone: 184, doc: 192, verb: WriteSection, pick: 5926 } },
            Step { after_ms: 2010589, op: Edit { phone: 3, doc: 21, verb: MarkNotes, pick: 9284 } },
            Step { after_ms: 102, op: Fault(Forge { phone: 182, doc: 246, pick: 4771 }) },
            Step { after_ms: 27, op: Fault(Forge { phone: 22, doc: 230, pick: 4523 }) },
        ],
    )
}

#[test]
fn nobody_forges_what_the_server_has_and_the_phone_has_not() -> anyhow::Result<()> {
    keeps_every_promise(
        7513,
        &[
            Step { after_ms: 887, op: Office(Enrol { person: 39 }) },
            Step { after_ms: 2938, op: Edit { phone: 0, doc: 233, verb: MarkNotes, pick: 3560 } },
            Step { after_ms: 0, op: Office(BackUp) },
            Step { after_ms: 100, op: Edit { phone: 206, doc: 173, verb: AddTopic, pick: 4989 } },
            Step { after_ms: 2814, op: Sync { phone: 179, budget_ms: 772 } },
            Step { after_ms: 167, op: Office(Restore) },
            Step { after_ms: 2503, op: Fault(LockKey { phone: 230, is_locked: true }) },
            Step { after_ms: 728, op: Edit { phone: 90, doc: 173, verb: WriteNotes, pick: 6225 } },
            Step { after_ms: 44606, op: Fault(Clone { phone: 195 }) },
            Step { after_ms: 28707, op: Office(ChangeLeader { pair: 187, leader: 37 }) },
            Step { after_ms: 1811285, op: Edit { phone: 138, doc: 128, verb: MarkNotes, pick: 3413 } },
            Step { after_ms: 100, op: Fault(Forge { phone: 107, doc: 50, pick: 8283 }) },
        ],
    )
}

#[test]
fn what_a_restored_server_says_of_the_roster_is_newer_than_what_a_phone_knew() -> anyhow::Result<()> {
    keeps_every_promise(
        36,
        &[
            Step { after_ms: 167, op: Sync { phone: 11, budget_ms: 1170 } },
            Step { after_ms: 0, op: Office(BackUp) },
            Step { after_ms: 100, op: Edit { phone: 25, doc: 59, verb: ReorderStep, pick: 35 } },
            Step { after_ms: 25996, op: Office(EndTenure { pair: 189 }) },
            Step { after_ms: 7035212, op: Office(Restore) },
        ],
    )
}

#[test]
fn an_app_that_dies_again_and_again_while_it_stores_what_it_has_read_lacks_nothing_in_the_end()
-> anyhow::Result<()> {
    keeps_every_promise(
        55,
        &[
            Step { after_ms: 60, op: Fault(Database { server: 31, after: 1, mishap: DieInUndoneCommit }) },
            Step { after_ms: 52, op: Edit { phone: 75, doc: 15, verb: SetPlace, pick: 9284 } },
            Step { after_ms: 2074, op: Sync { phone: 101, budget_ms: 724 } },
            Step { after_ms: 209, op: Edit { phone: 95, doc: 24, verb: MarkNotes, pick: 979 } },
            Step { after_ms: 0, op: Office(BackUp) },
            Step { after_ms: 100, op: Edit { phone: 229, doc: 48, verb: SetStep, pick: 9391 } },
            Step { after_ms: 2000, op: Office(Restore) },
            Step { after_ms: 7117522, op: Edit { phone: 22, doc: 24, verb: AddAgenda, pick: 2123 } },
            Step { after_ms: 0, op: Office(BackUp) },
            Step { after_ms: 100, op: Edit { phone: 185, doc: 167, verb: EditCheckpoint, pick: 5297 } },
            Step { after_ms: 0, op: Sync { phone: 185, budget_ms: 20000 } },
            Step { after_ms: 2000, op: Office(Restore) },
            Step { after_ms: 0, op: Fault(DieInCommit { phone: 185, after: 3, last: Lost }) },
            Step { after_ms: 0, op: Sync { phone: 185, budget_ms: 20000 } },
            Step { after_ms: 2792, op: Fault(LockKey { phone: 167, is_locked: false }) },
            Step { after_ms: 100, op: Edit { phone: 175, doc: 84, verb: WriteSection, pick: 8365 } },
            Step { after_ms: 0, op: Fault(DieInCommit { phone: 175, after: 4, last: Written }) },
            Step { after_ms: 2000, op: Office(Restore) },
            Step { after_ms: 233, op: Fault(Call { phone: 235, trouble: CutAnswer { after_bytes: 2690 } }) },
            Step { after_ms: 2157, op: Fault(Call { phone: 170, trouble: LoseAnswer }) },
            Step { after_ms: 0, op: Sync { phone: 160, budget_ms: 20000 } },
            Step { after_ms: 702, op: Suspend { phone: 25 } },
            Step { after_ms: 45120, op: Edit { phone: 132, doc: 208, verb: MarkNotes, pick: 6675 } },
            Step { after_ms: 4410, op: Fault(DieInCommit { phone: 205, after: 4, last: Written }) },
            Step { after_ms: 100, op: Sync { phone: 0, budget_ms: 20000 } },
            Step { after_ms: 2000, op: Sync { phone: 4, budget_ms: 20000 } },
        ],
    )
}

#[test]
fn what_was_read_while_the_disk_was_full_is_kept_with_what_is_written_on_top_of_it() -> anyhow::Result<()> {
    keeps_every_promise(
        1080,
        &[
            Step { after_ms: 267, op: Edit { phone: 52, doc: 229, verb: AddFollowUp, pick: 2584 } },
            Step { after_ms: 2651, op: Sync { phone: 40, budget_ms: 1800 } },
            Step { after_ms: 2571, op: Edit { phone: 245, doc: 18, verb: WriteNotes, pick: 2962 } },
            Step { after_ms: 33893, op: Edit { phone: 223, doc: 171, verb: AddStep, pick: 3018 } },
            Step { after_ms: 0, op: Office(BackUp) },
            Step { after_ms: 26, op: Fault(Clone { phone: 232 }) },
            Step { after_ms: 1701, op: Fault(FillDisk { phone: 179 }) },
            Step { after_ms: 74, op: Edit { phone: 254, doc: 81, verb: WriteNotes, pick: 3037 } },
            Step { after_ms: 2932, op: Fault(Poison { phone: 221, doc: 176, pick: 4763 }) },
            Step { after_ms: 3722, op: Fault(FreeDisk { phone: 179 }) },
            Step { after_ms: 31741, op: Edit { phone: 28, doc: 147, verb: EditFeedback, pick: 5517 } },
            Step { after_ms: 1688617, op: Create { phone: 12, kind: Feedback, pick: 3077 } },
            Step { after_ms: 294, op: Office(Restore) },
            Step { after_ms: 39515, op: Edit { phone: 23, doc: 140, verb: WriteNotes, pick: 8447 } },
        ],
    )
}

#[test]
fn what_nobody_had_read_yet_is_given_back_to_a_restored_server_once_it_is_read() -> anyhow::Result<()> {
    keeps_every_promise(
        3444,
        &[
            Step { after_ms: 0, op: Office(BackUp) },
            Step { after_ms: 729, op: Edit { phone: 4, doc: 245, verb: AddAgenda, pick: 9909 } },
            Step { after_ms: 183, op: Office(EndTenure { pair: 195 }) },
            Step { after_ms: 6241836, op: Edit { phone: 146, doc: 92, verb: AddStep, pick: 9217 } },
            Step { after_ms: 28105, op: Sync { phone: 59, budget_ms: 1648 } },
            Step { after_ms: 247, op: Edit { phone: 99, doc: 181, verb: Review, pick: 8488 } },
            Step { after_ms: 3985, op: Office(EndTenure { pair: 17 }) },
            Step { after_ms: 276, op: Fault(DieInCommit { phone: 6, after: 4, last: Lost }) },
            Step { after_ms: 1224, op: Days { count: 90 } },
            Step { after_ms: 252, op: Edit { phone: 0, doc: 230, verb: RemoveStop, pick: 8151 } },
            Step { after_ms: 1452705, op: Fault(Poison { phone: 90, doc: 204, pick: 2691 }) },
            Step { after_ms: 37943, op: Office(Restore) },
            Step { after_ms: 10987, op: Edit { phone: 186, doc: 221, verb: EraseNotes, pick: 1255 } },
            Step { after_ms: 291, op: Edit { phone: 91, doc: 40, verb: AddCommitment, pick: 112 } },
            Step { after_ms: 49889, op: Fault(Database { server: 124, after: 2, mishap: LoseDoneCommit }) },
        ],
    )
}

#[test]
fn what_was_read_before_and_could_not_be_when_the_rest_came_is_given_back_to_a_restored_server()
-> anyhow::Result<()> {
    keeps_every_promise(
        102,
        &[
            Step { after_ms: 43, op: Create { phone: 207, kind: Meeting, pick: 388 } },
            Step { after_ms: 1, op: Create { phone: 114, kind: Walk, pick: 9180 } },
            Step { after_ms: 256, op: Create { phone: 93, kind: Plan, pick: 9249 } },
            Step { after_ms: 2914, op: Create { phone: 66, kind: Meeting, pick: 134 } },
            Step { after_ms: 36, op: Edit { phone: 23, doc: 32, verb: EditCheckpoint, pick: 5971 } },
            Step { after_ms: 169, op: Edit { phone: 130, doc: 95, verb: EditBlocker, pick: 8574 } },
            Step { after_ms: 1068, op: Edit { phone: 222, doc: 25, verb: Acknowledge, pick: 1070 } },
            Step { after_ms: 1764, op: Edit { phone: 61, doc: 96, verb: AddPrivate, pick: 2995 } },
            Step { after_ms: 254, op: Edit { phone: 180, doc: 11, verb: ReadTeamGoal, pick: 4365 } },
            Step { after_ms: 114, op: Office(ChangeLeader { pair: 145, leader: 231 }) },
            Step { after_ms: 153, op: Edit { phone: 160, doc: 115, verb: AddGoal, pick: 4917 } },
            Step { after_ms: 1321, op: Edit { phone: 169, doc: 228, verb: MarkNotes, pick: 7293 } },
            Step { after_ms: 1083, op: Edit { phone: 250, doc: 171, verb: SetGoal, pick: 949 } },
            Step { after_ms: 1793, op: Edit { phone: 224, doc: 170, verb: PlanMeeting, pick: 7316 } },
            Step { after_ms: 10, op: Edit { phone: 31, doc: 137, verb: SetStep, pick: 9289 } },
            Step { after_ms: 148, op: Edit { phone: 223, doc: 13, verb: WriteNotes, pick: 9628 } },
            Step { after_ms: 266, op: Edit { phone: 240, doc: 223, verb: SetStep, pick: 2127 } },
            Step { after_ms: 1203, op: Edit { phone: 157, doc: 102, verb: SetGoal, pick: 4809 } },
            Step { after_ms: 2889, op: Edit { phone: 171, doc: 119, verb: AddStop, pick: 7222 } },
            Step { after_ms: 12306, op: SecondProcess { phone: 191 } },
            Step { after_ms: 0, op: Office(BackUp) },
            Step { after_ms: 100, op: Edit { phone: 176, doc: 145, verb: RemoveStop, pick: 8780 } },
            Step { after_ms: 0, op: Fault(DieInCommit { phone: 176, after: 3, last: Lost }) },
            Step { after_ms: 2000, op: Office(Restore) },
            Step { after_ms: 3197617, op: Sync { phone: 63, budget_ms: 20337 } },
        ],
    )
}

#[test]
fn who_led_before_begins_no_meeting_with_the_next_pair_which_no_server_would_take() -> anyhow::Result<()> {
    keeps_every_promise(
        1,
        &[
            Step { after_ms: 0, op: Office(PassOn { pair: 95, leader: 41 }) },
            Step { after_ms: 300, op: Edit { phone: 110, doc: 74, verb: WriteNotes, pick: 5383 } },
        ],
    )
}
