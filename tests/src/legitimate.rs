//! Owns changes that the gate must let through, every one: made by another library, by people at a keyboard, and by the app.

pub mod npm;
pub mod ours;
pub mod recorded;

use crate::gated::{Gated, Written};
use crate::kills::say;
use crate::sim::op::NewKind;
use anyhow::{Context, ensure};
use sync_core::ids::PersonId;
use sync_core::policy::Role;

const LEADER: PersonId = PersonId::from_bytes([1; 16]);
const AGENT: PersonId = PersonId::from_bytes([2; 16]);
/// The two who write a document of a tenure.
const PAIR: [(PersonId, Role); 2] = [(LEADER, Role::Leader), (AGENT, Role::Agent)];

/// What somebody does to one document in some weeks.
const EDITS_OF_A_DOCUMENT: u32 = 200;
/// What a phone pushes at once.
pub const SHORT_PUSH: usize = 4;
/// What it pushes after a long time without a network.
pub const LONG_PUSH: usize = 250;

/// Pushes both recorded sessions, and so many edits of all kinds.
///
/// # Errors
/// Unless all of it passes.
pub fn play(seed: u64, edits: u32) -> anyhow::Result<()> {
    let mut changes = 0;
    for name in recorded::SESSIONS {
        changes += push(&recorded::session(name)?, LONG_PUSH).context(name)?;
    }
    for (number, kind) in (0..edits.div_ceil(EDITS_OF_A_DOCUMENT)).zip(NewKind::ALL.into_iter().cycle()) {
        let written = ours::document(kind, seed.wrapping_add(number.into()), EDITS_OF_A_DOCUMENT)?;
        changes += push(&written, SHORT_PUSH).with_context(|| format!("{kind:?} {number}, seed {seed}"))?;
    }
    Ok(say(&format!(
        "honest edits {edits} sessions {} changes {changes} refused 0",
        recorded::SESSIONS.len()
    ))?)
}

/// Pushes a document, so many changes at once; how many it has.
///
/// # Errors
/// Unless all of it passes.
pub fn push(written: &Written, at_once: usize) -> anyhow::Result<usize> {
    let mut gated = Gated::begin(written.kind, &written.layers)?;
    for changes in written.changes.chunks(at_once) {
        let refused = gated.push(changes);
        let first = refused.first().map(|(place, _)| hex::encode(&changes[*place].bytes));
        ensure!(refused.is_empty(), "honest work is refused: {refused:?} {first:?}");
    }
    Ok(written.layers.len() + written.changes.len())
}
