//! Owns the recorded editing sessions as changes: what two people wrote into one text at the same time, key by key.

use super::PAIR;
use crate::gated::Written;
use anyhow::Context;
use server::demo::recording::Recording;
use std::path::Path;
use sync_core::coaching::{Kind, meeting};
use sync_core::document::{crdt_actor, genesis};
use sync_core::gate::trial::Proposed;
use sync_core::ids::{ActorId, TenureId};
use sync_core::time::Day;

/// The recordings, in the folder of this crate.
pub const SESSIONS: [&str; 2] = ["data/friendsforever.json.gz", "data/friendsforever-unicode.json.gz"];

/// One session, written into the notes of a meeting.
///
/// # Errors
/// If the recording cannot be read.
pub fn session(name: &str) -> anyhow::Result<Written> {
    let recording = Recording::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join(name))?;
    let kind = Kind::of(&meeting::SPEC);
    let day = Day::parse("2026-03-18").ok().context("the day exists")?;
    let first = genesis(kind, &meeting::key(TenureId::from_bytes([3; 16]), day));
    let number = |writer: usize| u8::try_from(writer).context("few people write");
    let actor = |writer| Ok(crdt_actor(ActorId::from_bytes([number(writer)? + 1; 16])));
    let actors = (0..recording.num_agents).map(actor).collect::<anyhow::Result<Vec<_>>>()?;
    let written = recording.write(&first, "notes", &actors)?;
    let proposed = written.into_iter().map(|written| Proposed {
        bytes: written.change.raw_bytes().to_vec(),
        // One person's phones: what two people push takes turns.
        writer: Some(PAIR[0]),
    });
    Ok(Written { kind, layers: vec![first.raw_bytes().to_vec()], changes: proposed.collect() })
}
