//! Owns the sending of a whole audience: who is in it, its records, then its documents, over as many groups as it takes.

use super::Reader;
use super::readable::Readable;
use super::state::{comes_in_pieces, first_piece, state_bytes};
use crate::cursor::{Backfill, Next, Position};
use crate::store::row::RecordRow;
use crate::store::{Stored, Transaction};
use sync_core::ids::DocId;
use sync_core::wire::frame::{Grant, Record};
use sync_core::wire::{CUT_BYTES, Frame};

/// A grant names the members of an audience up to so many: everybody of a large organisation is of no use to a phone.
pub(super) const MOST_NAMED: usize = 200;
/// Records read at a time.
const RECORDS: u32 = 128;
/// Documents read at a time.
const DOCUMENTS: u32 = 64;

impl<T: Transaction> Reader<'_, T> {
    /// Sends of the unfinished backfills, in order, as much as fits.
    pub(super) async fn backfills(&mut self, position: &mut Position) -> Stored<()> {
        while !self.is_full() {
            let Some(backfill) = position.backfills.first_mut() else { return Ok(()) };
            match self.step(backfill).await? {
                Some(next) => backfill.next = next,
                None => drop(position.backfills.remove(0)),
            }
        }
        Ok(())
    }

    /// Sends the next items of one backfill; none when it is finished.
    async fn step(&mut self, backfill: &Backfill) -> Stored<Option<Next>> {
        match &backfill.next {
            Next::Records => {
                self.grant(backfill).await?;
                self.records(backfill, None).await.map(Some)
            }
            Next::RecordAfter(collection, key) => {
                self.records(backfill, Some((collection, key))).await.map(Some)
            }
            Next::Documents => self.documents(backfill, None).await,
            Next::DocumentAfter(doc) => self.documents(backfill, Some(*doc)).await,
            Next::Part { doc, .. } | Next::Changes { doc, .. } => {
                match self.readable(&[*doc]).await?.first() {
                    Some(row) => self.piece(row, &backfill.next).await.map(Some),
                    None => Ok(Some(Next::DocumentAfter(*doc))),
                }
            }
        }
    }

    async fn grant(&mut self, backfill: &Backfill) -> Stored<()> {
        let Some(role) = self.seats.of(backfill.audience).map(|seat| seat.role) else { return Ok(()) };
        let members = self.tx.members(&[backfill.audience]).await?;
        let mut members: Vec<_> = members.into_iter().map(|(_, person)| person).collect();
        if members.len() > MOST_NAMED {
            members.clear();
        }
        let grant = Grant { audience: backfill.audience, role: role.as_str().into(), members };
        self.frames.push(&Frame::Grant(grant));
        Ok(())
    }

    async fn records(&mut self, backfill: &Backfill, after: Option<(&str, &[u8])>) -> Stored<Next> {
        let records = self.tx.records(backfill.audience, after, RECORDS).await?;
        let next = match records.last() {
            Some(last) if records.len() == RECORDS as usize => {
                Next::RecordAfter(last.collection.clone(), last.key.clone())
            }
            _ => Next::Documents,
        };
        records
            .into_iter()
            .filter(|record| {
                record.body.is_some() && self.seats.may_have(backfill.audience, &record.collection)
            })
            .for_each(|r| self.frames.push(&self::record(r)));
        Ok(next)
    }

    async fn documents(&mut self, backfill: &Backfill, after: Option<DocId>) -> Stored<Option<Next>> {
        let rows = self.tx.documents_of(backfill.audience, after, DOCUMENTS).await?;
        let Some(last) = rows.last().map(|row| row.doc) else { return Ok(None) };
        let readable = self.seats.readable(rows);
        if let Some(first) = readable.first().filter(|first| comes_in_pieces(first)) {
            return Ok(Some(first_piece(first)));
        }
        let (now, later) = readable.split_at(fitting(&readable));
        self.whole_states(now).await?;
        let reached = if later.is_empty() { Some(last) } else { now.last().map(|row| row.doc) };
        Ok(reached.map(Next::DocumentAfter))
    }
}

/// How many of these documents fit one group: at least one, if there is one, and no further one that comes in pieces.
pub(super) fn fitting(rows: &[Readable]) -> usize {
    let mut bytes = 0;
    let fits = |row: &&Readable| {
        bytes += state_bytes(row);
        bytes <= CUT_BYTES as u64 && !comes_in_pieces(row)
    };
    rows.iter().take_while(fits).count().max(1).min(rows.len())
}

/// A record as it travels.
pub(super) fn record(row: RecordRow) -> Frame {
    let RecordRow { collection, key, version, body } = row;
    let body = body.map(|body| body.into_bytes().into());
    Frame::Record(Record { collection, key: key.into(), version, body })
}
