//! Owns the sending of whole documents: a saved document and what came after it, or all changes, whichever is smaller.

use super::{Reader, frames};
use crate::cursor::Next;
use crate::store::row::{DocumentRow, SnapshotRow};
use crate::store::{Stored, Transaction};
use std::collections::BTreeMap;
use sync_core::ids::DocId;
use sync_core::wire::frame::SnapshotPart;
use sync_core::wire::{Authored, CUT_BYTES, Frame};

/// Bytes of a saved document in one frame.
const PART_BYTES: u32 = CUT_BYTES as u32;

/// The version whose saved document is sent; 0 when all changes together are smaller.
fn saved_version(row: &DocumentRow) -> u64 {
    if row.snapshot_bytes + row.tail_bytes < row.size_bytes { row.snapshot_version } else { 0 }
}

/// Bytes of what is sent for a document.
pub(super) fn state_bytes(row: &DocumentRow) -> u64 {
    if saved_version(row) > 0 { row.snapshot_bytes + row.tail_bytes } else { row.size_bytes }
}

/// Whether the saved document needs several frames, with cursors between them.
pub(super) fn comes_in_parts(row: &DocumentRow) -> bool {
    saved_version(row) > 0 && row.snapshot_bytes > u64::from(PART_BYTES)
}

impl<T: Transaction> Reader<'_, T> {
    /// Sends these documents whole, in one go.
    pub(super) async fn whole_states(&mut self, rows: &[DocumentRow]) -> Stored<()> {
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
            if let Some(tail) = tails.remove(&row.doc) {
                self.frames.push(&frames::changes(row, tail, authors));
            }
            self.receipt(row, authors);
        }
        Ok(())
    }

    /// Sends a saved document in frames of bounded size.
    fn parts(&mut self, row: &DocumentRow, snapshot: &SnapshotRow, authors: &[Authored]) {
        let total = u32::try_from(snapshot.bytes.len()).unwrap_or(u32::MAX);
        let mut offset = 0;
        for bytes in snapshot.bytes.chunks(PART_BYTES as usize) {
            let next = offset + u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            let of_last = if next == total { authors } else { &[] };
            self.frames.push(&part(row, snapshot.heads.clone(), (offset, total), bytes, of_last));
            offset = next;
        }
    }

    /// Sends one part of a large saved document, and says what comes next.
    pub(super) async fn one_part(&mut self, row: &DocumentRow, at: Option<(u64, u32)>) -> Stored<Next> {
        let (version, offset) = at.unwrap_or((saved_version(row), 0));
        let Some((snapshot, total)) = self.tx.snapshot_part(row.doc, version, offset, PART_BYTES).await?
        else {
            return self.begin_again(row, version).await;
        };
        let next = offset + u32::try_from(snapshot.bytes.len()).unwrap_or(u32::MAX);
        if next < total {
            self.frames.push(&part(row, snapshot.heads, (offset, total), &snapshot.bytes, &[]));
            return Ok(Next::Part { doc: row.doc, version, offset: next });
        }
        let authors = self.authors_of(&[row.doc]).await?.remove(&row.doc).unwrap_or_default();
        self.frames.push(&part(row, snapshot.heads, (offset, total), &snapshot.bytes, &authors));
        let tail = self.tx.bodies_after(&[(row.doc, version)]).await?;
        if !tail.is_empty() {
            self.frames.push(&frames::changes(row, tail, &authors));
        }
        self.receipt(row, &authors);
        Ok(Next::DocumentAfter(row.doc))
    }

    /// The saved document was replaced and forgotten while the phone was in the middle of it: the present one is sent
    /// from its beginning, or everything at once where there is none in parts.
    async fn begin_again(&mut self, row: &DocumentRow, forgotten: u64) -> Stored<Next> {
        let present = saved_version(row);
        if comes_in_parts(row) && present != forgotten {
            return Ok(Next::Part { doc: row.doc, version: present, offset: 0 });
        }
        self.whole_states(std::slice::from_ref(row)).await?;
        Ok(Next::DocumentAfter(row.doc))
    }

    /// Proof of what was delivered; the phone gives it back after a restore.
    pub(super) fn receipt(&mut self, row: &DocumentRow, authors: &[Authored]) {
        let receipt =
            self.seals.receipts.sign(self.tx.organisation(), row.doc, row.heads.clone(), authors.to_vec());
        self.frames.push(&Frame::Receipt(receipt));
    }
}

fn part(
    row: &DocumentRow,
    heads: Vec<sync_core::ids::ChangeHash>,
    (offset, total): (u32, u32),
    bytes: &[u8],
    authors: &[Authored],
) -> Frame {
    let (head, bytes, authors) = (frames::head(row), bytes.to_vec().into(), authors.to_vec());
    Frame::Snapshot(SnapshotPart { head, heads, offset, total, bytes, authors })
}
