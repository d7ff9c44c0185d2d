//! Owns the sending of whole documents: a saved document and what came after it, or all changes, whichever is smaller.

use super::readable::Readable;
use super::{Reader, frames};
use crate::cursor::Next;
use crate::store::row::{ChangeBody, DocumentRow, SnapshotRow};
use crate::store::{Stored, Transaction};
use std::collections::BTreeMap;
use sync_core::ids::DocId;
use sync_core::wire::frame::SnapshotPart;
use sync_core::wire::{Authored, CUT_BYTES, Frame};

/// Bytes of a saved document in one frame.
const PART_BYTES: u32 = CUT_BYTES as u32;
/// Changes of a large document read at a time.
const CHANGES_AT_ONCE: u64 = 256;

/// The version whose saved document is sent; 0 when all changes together are smaller.
fn saved_version(row: &DocumentRow) -> u64 {
    if row.snapshot_bytes + row.tail_bytes < row.size_bytes { row.snapshot_version } else { 0 }
}

/// Bytes of what is sent for a document.
pub(super) fn state_bytes(row: &DocumentRow) -> u64 {
    if saved_version(row) > 0 { row.snapshot_bytes + row.tail_bytes } else { row.size_bytes }
}

/// Whether the document is more than one group carries, so that cursors come in between.
pub(super) fn comes_in_pieces(row: &DocumentRow) -> bool {
    state_bytes(row) > CUT_BYTES as u64
}

/// Where such a document begins.
pub(super) fn first_piece(row: &DocumentRow) -> Next {
    match saved_version(row) {
        0 => Next::Changes { doc: row.doc, after: 0 },
        version => Next::Part { doc: row.doc, version, offset: 0 },
    }
}

impl<T: Transaction> Reader<'_, T> {
    /// Sends these documents whole, in one go.
    pub(super) async fn whole_states(&mut self, rows: &[Readable]) -> Stored<()> {
        let docs: Vec<DocId> = rows.iter().map(|row| row.doc).collect();
        let named: Vec<_> = rows
            .iter()
            .map(|row| (row.doc, saved_version(row)))
            .filter(|(_, version)| *version > 0)
            .collect();
        let snapshots = self.tx.snapshots(&named).await?;
        let snapshots: BTreeMap<DocId, SnapshotRow> = snapshots.into_iter().map(|s| (s.doc, s)).collect();
        let saved = |doc: DocId| (doc, snapshots.get(&doc).map_or(0, |snapshot| snapshot.version));
        let after: Vec<_> = docs.iter().copied().map(saved).collect();
        let mut tails = super::tail::by_document(self.tx.bodies_after(&after).await?);
        let authors = self.authors_of(&docs).await?;
        for row in rows {
            let authors = authors.get(&row.doc).map_or(&[][..], |authors| authors);
            if let Some(snapshot) = snapshots.get(&row.doc) {
                self.parts(row, snapshot, authors);
            }
            let mut tail = tails.remove(&row.doc).unwrap_or_default();
            while !tail.is_empty() {
                let rest = tail.split_off(fitting(&tail));
                self.frames.push(&frames::changes(row, tail, authors));
                tail = rest;
            }
            self.receipt(row, authors);
        }
        Ok(())
    }

    /// Sends a saved document in frames of bounded size.
    fn parts(&mut self, row: &Readable, snapshot: &SnapshotRow, authors: &[Authored]) {
        let total = u32::try_from(snapshot.bytes.len()).unwrap_or(u32::MAX);
        let mut offset = 0;
        for bytes in snapshot.bytes.chunks(PART_BYTES as usize) {
            let next = offset + u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            let of_last = if next == total { authors } else { &[] };
            self.frames.push(&part(row, snapshot.heads.clone(), (offset, total), bytes, of_last));
            offset = next;
        }
    }

    /// Sends the next piece of a large document, and says what comes after it.
    pub(super) async fn piece(&mut self, row: &Readable, at: &Next) -> Stored<Next> {
        match *at {
            Next::Part { version, offset, .. } => self.saved_piece(row, version, offset).await,
            Next::Changes { after, .. } => self.changes_piece(row, after).await,
            Next::Records | Next::RecordAfter(..) | Next::Documents | Next::DocumentAfter(_) => {
                Ok(first_piece(row))
            }
        }
    }

    async fn saved_piece(&mut self, row: &Readable, version: u64, offset: u32) -> Stored<Next> {
        let Some((snapshot, total)) = self.tx.snapshot_part(row.doc, version, offset, PART_BYTES).await?
        else {
            return Ok(begin_again(row, version));
        };
        let next = offset + u32::try_from(snapshot.bytes.len()).unwrap_or(u32::MAX);
        if next < total {
            self.frames.push(&part(row, snapshot.heads, (offset, total), &snapshot.bytes, &[]));
            return Ok(Next::Part { doc: row.doc, version, offset: next });
        }
        let authors = self.authors_of(&[row.doc]).await?.remove(&row.doc).unwrap_or_default();
        self.frames.push(&part(row, snapshot.heads, (offset, total), &snapshot.bytes, &authors));
        Ok(Next::Changes { doc: row.doc, after: version })
    }

    async fn changes_piece(&mut self, row: &Readable, after: u64) -> Stored<Next> {
        let last = row.version.min(after + CHANGES_AT_ONCE);
        let named: Vec<_> = (after + 1..=last).map(|version| (row.doc, version)).collect();
        let mut bodies = self.tx.bodies(&named).await?;
        bodies.truncate(fitting(&bodies));
        let reached = after + bodies.len() as u64;
        let authors = self.authors_of(&[row.doc]).await?.remove(&row.doc).unwrap_or_default();
        if !bodies.is_empty() {
            self.frames.push(&frames::changes(row, bodies, &authors));
        }
        if reached < row.version {
            return Ok(Next::Changes { doc: row.doc, after: reached });
        }
        self.receipt(row, &authors);
        Ok(Next::DocumentAfter(row.doc))
    }

    /// Proof of what was delivered; the phone gives it back after a restore.
    pub(super) fn receipt(&mut self, row: &Readable, authors: &[Authored]) {
        let receipt =
            self.seals.receipts.sign(self.tx.organisation(), row.doc, row.heads.clone(), authors.to_vec());
        self.frames.push(&Frame::Receipt(receipt));
    }
}

/// The saved document was replaced and forgotten while the phone was in the middle of it: the present one is sent
/// from its beginning, or all changes where there is no other.
fn begin_again(row: &DocumentRow, forgotten: u64) -> Next {
    if saved_version(row) == forgotten { Next::Changes { doc: row.doc, after: 0 } } else { first_piece(row) }
}

/// How many of these one group carries, but at least one: a change cannot be cut.
fn fitting(bodies: &[ChangeBody]) -> usize {
    let mut bytes = 0;
    let fits = |body: &&ChangeBody| {
        let is_first = bytes == 0;
        bytes += body.bytes.len();
        is_first || bytes <= CUT_BYTES
    };
    bodies.iter().take_while(fits).count()
}

fn part(
    row: &Readable,
    heads: Vec<sync_core::ids::ChangeHash>,
    (offset, total): (u32, u32),
    bytes: &[u8],
    authors: &[Authored],
) -> Frame {
    let (head, bytes, authors) = (frames::head(row), bytes.to_vec().into(), authors.to_vec());
    Frame::Snapshot(SnapshotPart { head, heads, offset, total, bytes, authors })
}
