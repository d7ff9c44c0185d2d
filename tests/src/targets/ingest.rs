//! Owns the whole gate under fire: changes for a document that people wrote, in one push. Stage 4 runs in this process, which a
//! server would not do: a fuzzer must be told to pass over what only takes too long, or too much memory.

use crate::hostile::chunk::{CHANGE, body, framed};
use crate::legitimate::npm;
use crate::mutants::ground::Ground;
use crate::mutants::healthy;
use std::cell::OnceCell;
use sync_core::document::parse_change;
use sync_core::gate;

/// How many documents there are.
const DOCUMENTS: usize = 12;

thread_local! {
    static GROUNDS: OnceCell<Vec<Ground>> = const { OnceCell::new() };
}

/// The documents, each longer than the one before; recorded ones, so that what is kept of them stays what it was.
pub(super) fn grounds() -> anyhow::Result<Vec<Ground>> {
    npm::documents()?
        .iter()
        .take(DOCUMENTS)
        .enumerate()
        .map(|(n, written)| Ground::at(written, 1 + 3 * n))
        .collect()
}

/// A push to the document of this number: each body with its length in two bytes in front.
pub(super) fn input(document: u8, changes: &[&[u8]]) -> Option<Vec<u8>> {
    let mut input = vec![document];
    for change in changes {
        let body = body(change);
        input.extend(u16::try_from(body.len()).ok()?.to_le_bytes());
        input.extend(body);
    }
    Some(input)
}

fn chunks(mut rest: &[u8]) -> Vec<Vec<u8>> {
    let mut chunks = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk() {
        let length = usize::from(u16::from_le_bytes(*length)).min(after.len());
        chunks.push(framed(CHANGE, &after[..length]));
        rest = &after[length..];
    }
    chunks
}

/// What all stages let through harms nobody.
pub(super) fn ingest(bytes: &[u8]) {
    let Some((document, rest)) = bytes.split_first() else { return };
    GROUNDS.with(|grounds| {
        let grounds = grounds
            .get_or_init(|| self::grounds().unwrap_or_else(|error| panic!("honest work passes: {error:#}")));
        push(&grounds[usize::from(*document) % grounds.len()], &chunks(rest));
    });
}

fn push(ground: &Ground, chunks: &[Vec<u8>]) {
    let mut gated = ground.gated.clone();
    let read: Vec<_> = chunks.iter().map(|bytes| gate::read(bytes)).collect();
    let sound: Vec<_> = read.iter().map(|read| read.as_ref().ok().map(|sound| sound.bytes.clone())).collect();
    let judged = gated.judge(read, ground.rights);
    if !judged.is_to_be_tried() {
        return;
    }
    let refused = gated.settle(&judged);
    let places = sound.into_iter().enumerate();
    let accepted = places.filter(|(place, _)| !refused.iter().any(|(refused, _)| refused == place));
    let accepted = accepted.filter_map(|(_, bytes)| parse_change(&bytes?).ok());
    let checked = healthy::check(ground, &accepted.collect::<Vec<_>>(), gated);
    checked.unwrap_or_else(|error| panic!("what was let through is harmful: {error:#}"));
}
