//! What people write passes all stages of the gate: a gate that refuses honest work loses it.

use anyhow::ensure;
use automerge::Change;
use sync_core::gate;
use sync_core::gate::trial::Proposed;
use tests::legitimate::{LONG_PUSH, SHORT_PUSH, npm, ours, push, recorded};
use tests::sim::op::NewKind;

#[test]
fn every_change_that_the_npm_package_makes_passes() -> anyhow::Result<()> {
    let mut passed = 0;
    for written in npm::documents()? {
        passed += push(&written, 1)?;
    }
    ensure!(passed >= 1_000, "{passed} changes were recorded");
    Ok(())
}

#[test]
fn a_compressed_change_is_the_same_change() -> anyhow::Result<()> {
    let mut compressed = 0;
    for Proposed { bytes, .. } in npm::documents()?.into_iter().flat_map(|written| written.changes) {
        let mut change = Change::from_bytes(bytes.clone())?;
        let short = change.bytes().into_owned();
        compressed += usize::from(short != bytes);
        ensure!(gate::read(&short) == gate::read(&bytes), "{}", hex::encode(&bytes));
    }
    ensure!(compressed > 100, "the library compresses only {compressed}");
    Ok(())
}

/// The other session is the same in Latin letters alone; `scripts/mutants.sh` pushes both.
#[test]
fn what_two_people_wrote_at_once_key_by_key_passes() -> anyhow::Result<()> {
    let [_, in_several_scripts] = recorded::SESSIONS;
    let passed = push(&recorded::session(in_several_scripts)?, LONG_PUSH)?;
    ensure!(passed > 3_700, "the session has {passed} changes");
    Ok(())
}

/// Each kind has verbs of its own. `scripts/mutants.sh` makes ten thousand edits.
fn use_every_verb(kind: NewKind) -> anyhow::Result<()> {
    push(&ours::document(kind, 1, 120)?, SHORT_PUSH)?;
    Ok(())
}

#[test]
fn what_people_do_to_a_meeting_passes() -> anyhow::Result<()> {
    use_every_verb(NewKind::Meeting)
}

#[test]
fn what_people_do_to_a_plan_passes() -> anyhow::Result<()> {
    use_every_verb(NewKind::Plan)
}

#[test]
fn what_people_do_to_a_walk_passes() -> anyhow::Result<()> {
    use_every_verb(NewKind::Walk)
}

#[test]
fn what_people_do_to_a_partnership_to_goals_and_to_feedback_passes() -> anyhow::Result<()> {
    [NewKind::Partnership, NewKind::Goals, NewKind::Feedback].into_iter().try_for_each(use_every_verb)
}

#[test]
fn what_people_do_when_an_agent_gets_another_leader_passes_and_what_leaders_note_for_themselves()
-> anyhow::Result<()> {
    [NewKind::HandOver, NewKind::Together, NewKind::Reflection].into_iter().try_for_each(use_every_verb)
}
