//! Owns frames on their way out: encoded at once, so that their size is known.

use super::readable::Readable;
use crate::store::row::ChangeBody;
use sync_core::ids::ActorId;
use sync_core::wire::frame::{Changes, DocumentHead};
use sync_core::wire::{Authored, Frame};

/// Encoded frames.
#[derive(Debug, Default)]
pub(super) struct Frames(Vec<u8>);

impl Frames {
    pub(super) fn push(&mut self, frame: &Frame) {
        minicbor::encode(frame, &mut self.0).expect("writing to a vector cannot fail");
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// What a document is, as it travels with every body.
pub(super) fn head(row: &Readable) -> DocumentHead {
    DocumentHead { doc: row.doc, kind: row.kind.clone(), key: row.key, audience: row.audience }
}

/// Changes of one document, with those who wrote them.
pub(super) fn changes(row: &Readable, bodies: Vec<ChangeBody>, authors: &[Authored]) -> Frame {
    let wrote = |actor: ActorId| bodies.iter().any(|body| body.actor == actor);
    let authors = authors.iter().filter(|author| wrote(author.actor)).copied().collect();
    let chunks = bodies.into_iter().map(|body| body.bytes.into()).collect();
    Frame::Changes(Changes { head: head(row), chunks, authors })
}
