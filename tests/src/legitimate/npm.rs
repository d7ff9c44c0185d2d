//! Owns the changes that the npm package made: recorded once (`tests/npm`), so that nobody needs npm to check them.

use crate::gated::Written;
use anyhow::Context;
use sync_core::coaching::{Kind, meeting};
use sync_core::gate::trial::Proposed;

const RECORDING: &[u8] = include_bytes!("../../fixtures/npm-changes.bin");

/// All recorded documents. They are none of our kinds; they pass as meetings because nobody's rights are asked.
///
/// # Errors
/// If the recording is torn.
pub fn documents() -> anyhow::Result<Vec<Written>> {
    let mut rest = RECORDING;
    let mut documents = Vec::new();
    while !rest.is_empty() {
        documents.push(document(&mut rest).context("the recording ends in the middle of a document")?);
    }
    Ok(documents)
}

/// The first change of each document has an actor of its own, as our genesis has.
fn document(rest: &mut &[u8]) -> Option<Written> {
    let count = number(rest)?;
    let mut changes = (0..count).map(|_| change(rest)).collect::<Option<Vec<_>>>()?.into_iter();
    let layers = vec![changes.next()?];
    let changes = changes.map(|bytes| Proposed { bytes, writer: None }).collect();
    Some(Written { kind: Kind::of(&meeting::SPEC), layers, changes })
}

fn change(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let length = usize::try_from(number(rest)?).ok()?;
    let (change, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(change.to_vec())
}

fn number(rest: &mut &[u8]) -> Option<u32> {
    let (bytes, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(u32::from_le_bytes(*bytes))
}
