//! Owns stage 2: the library reads a change and writes it again, and the bytes must be the same.
//!
//! A change that is written otherwise than the library writes it gets another hash when the document is saved,
//! and then nobody can load the document.

use super::chunk::Chunk;
use super::{Refusal, Sound};
use crate::ids::{ActorId, ChangeHash};
use crate::wire::{ErrorCode, Retry};
use automerge::Change;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Reads a change whose frame is right.
pub fn read(chunk: Chunk) -> Result<Sound, Refusal> {
    let refusal = |code| Refusal { hash: chunk.hash, code, retry: Retry::Never };
    // The library panics on some bytes. Nothing outlives this call, so nothing is left half changed.
    let parsed = catch_unwind(AssertUnwindSafe(|| rewrite(&chunk.bytes)));
    let Some((change, rewritten)) = parsed.ok().flatten() else {
        return Err(refusal(ErrorCode::ChangeMalformed));
    };
    if rewritten != chunk.bytes || change.hash().0 != *chunk.hash.as_bytes() {
        return Err(refusal(ErrorCode::ChangeNotCanonical));
    }
    Sound::of(&change).ok_or(refusal(ErrorCode::ChangeMalformed))
}

fn rewrite(bytes: &[u8]) -> Option<(Change, Vec<u8>)> {
    let change = Change::from_bytes(bytes.to_vec()).ok()?;
    let again = Change::from(change.decode());
    Some((change, again.raw_bytes().to_vec()))
}

impl Sound {
    /// What the server needs to know of a change that we made ourselves; none when an actor is not sixteen bytes.
    pub fn of(change: &Change) -> Option<Self> {
        let actor = |id: &automerge::ActorId| ActorId::from_slice(id.to_bytes());
        let start_op = change.start_op().get();
        Some(Self {
            hash: ChangeHash::from_bytes(change.hash().0),
            actor: actor(change.actor_id())?,
            seq: change.seq(),
            start_op,
            max_op: start_op.checked_add(change.len() as u64)?.checked_sub(1)?,
            deps: change.deps().iter().map(|dep| ChangeHash::from_bytes(dep.0)).collect(),
            others: change.other_actor_ids().iter().map(actor).collect::<Option<_>>()?,
            bytes: change.raw_bytes().to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::read as through_both;
    use super::*;
    use automerge::transaction::{CommitOptions, Transactable};
    use automerge::{AutoCommit, ObjType, ROOT, ScalarValue};

    fn document(actor: u8) -> AutoCommit {
        AutoCommit::new().with_actor(automerge::ActorId::from([actor; 16]))
    }

    /// Two people who write text, marks, counters and lists into the same document.
    fn real_changes() -> Vec<Change> {
        let mut ada = document(1);
        let text = ada.put_object(ROOT, "text", ObjType::Text).unwrap();
        ada.splice_text(&text, 0, 0, "hello 你好 👋").unwrap();
        ada.put(ROOT, "count", ScalarValue::counter(1)).unwrap();
        ada.commit();
        let mut grace = ada.fork().with_actor(automerge::ActorId::from([2; 16]));
        grace.splice_text(&text, 5, 2, "!").unwrap();
        grace.increment(ROOT, "count", 5).unwrap();
        let list = grace.put_object(ROOT, "list", ObjType::List).unwrap();
        grace.insert(&list, 0, 1).unwrap();
        grace.commit();
        ada.put(ROOT, "done", true).unwrap();
        let bold = automerge::marks::Mark::new("bold".into(), true, 0, 3);
        ada.mark(&text, bold, automerge::marks::ExpandMark::Both).unwrap();
        ada.merge(&mut grace).unwrap();
        ada.delete(ROOT, "done").unwrap();
        ada.empty_change(CommitOptions::default());
        ada.get_changes(&[]).into_iter().collect()
    }

    /// A chunk with this body and the right length and checksum.
    fn wrapped(body: &[u8]) -> Vec<u8> {
        let mut tail = vec![1];
        let mut length = body.len();
        while length >= 0x80 {
            tail.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
            length >>= 7;
        }
        tail.push(u8::try_from(length).unwrap());
        tail.extend(body);
        let hash = <sha2::Sha256 as sha2::Digest>::digest(&tail);
        [&[0x85, 0x6f, 0x4a, 0x83], &hash[..4], &tail].concat()
    }

    fn body_length(chunk: &[u8]) -> usize {
        if chunk[9] & 0x80 == 0 {
            chunk[9].into()
        } else {
            usize::from(chunk[9] & 0x7f) | usize::from(chunk[10]) << 7
        }
    }

    #[test]
    fn what_people_write_passes_unchanged() {
        let changes = real_changes();
        assert!(changes.len() >= 4);
        for change in changes {
            let sound = through_both(change.raw_bytes()).unwrap();
            assert_eq!(sound.bytes, change.raw_bytes());
            assert_eq!(sound.hash.as_bytes(), &change.hash().0);
            assert_eq!(sound.max_op + 1 - sound.start_op, change.len() as u64);
        }
    }

    #[test]
    fn an_actor_of_another_length_is_refused() {
        let mut short = AutoCommit::new().with_actor(automerge::ActorId::from([1; 8]));
        short.put(ROOT, "a", 1).unwrap();
        let change = short.get_last_local_change().unwrap();

        let refusal = through_both(change.raw_bytes()).unwrap_err();

        assert_eq!(refusal.code, ErrorCode::ChangeMalformed);
        assert_eq!(refusal.hash.as_bytes(), &change.hash().0);
    }

    /// The last byte of the body of an empty change counts its columns; with one more, empty column the library
    /// reads the same change and writes it without.
    #[test]
    fn an_encoding_that_the_library_does_not_write_is_refused() {
        let mut doc = document(1);
        doc.empty_change(CommitOptions::default().with_time(0));
        let change = doc.get_changes(&[]).remove(0);
        let mut body = change.raw_bytes()[10..].to_vec();
        assert_eq!(body.pop(), Some(0), "no columns");
        body.extend([1, 0x34, 0]);
        let bytes = wrapped(&body);
        assert!(Change::from_bytes(bytes.clone()).is_ok(), "the library alone would take it");

        assert_eq!(through_both(&bytes).unwrap_err().code, ErrorCode::ChangeNotCanonical);
    }

    /// Grace's change names Ada's operations by her place in a list of actors. Without the list, the library
    /// looks behind its end.
    #[test]
    fn a_panic_of_the_library_is_a_refusal() {
        let change = real_changes().into_iter().find(|change| !change.other_actor_ids().is_empty()).unwrap();
        let bytes = change.raw_bytes();
        let frame = bytes.len() - body_length(bytes);
        let ada = [&[1, 16][..], &[1; 16]].concat();
        let list = bytes.windows(ada.len()).rposition(|window| window == ada).unwrap();
        let body = [&bytes[frame..list], &[0], &bytes[list + ada.len()..]].concat();

        let refusal = through_both(&wrapped(&body)).unwrap_err();

        assert_eq!(refusal.code, ErrorCode::ChangeMalformed);
    }
}
