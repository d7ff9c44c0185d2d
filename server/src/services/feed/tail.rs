//! Owns the reading of the feed after a cursor: rows become frames, grouped by document.

use super::{Reader, frames};
use crate::cursor::Position;
use crate::store::row::{ChangeBody, Event, FeedStamp, Membership, TailRow};
use crate::store::{Stored, Transaction};
use std::collections::{BTreeMap, BTreeSet};
use sync_core::bug::{self, Bug};
use sync_core::ids::{AudienceId, DocId};
use sync_core::wire::frame::{Erase, Revoke};
use sync_core::wire::{Authored, CUT_BYTES, Frame, RevokeTarget};

/// Rows read at a time.
const ROWS: u32 = 512;

/// What a stretch of rows says, sorted.
#[derive(Debug, Default)]
struct Stretch {
    changes: Vec<(DocId, u64)>,
    /// The highest version of each document in it, own changes included.
    reached: BTreeMap<DocId, u64>,
    records: BTreeSet<(AudienceId, String, Vec<u8>)>,
    endings: Vec<Frame>,
    size_bytes: u64,
    last: Option<FeedStamp>,
}

impl<T: Transaction> Reader<'_, T> {
    /// Sends what is after the position, as much as fits; true when that was all.
    pub(super) async fn tail(&mut self, position: &mut Position) -> Stored<bool> {
        let after = |seat: &Membership| (seat.audience, seat.granted_seq.max(position.at.seq));
        let ranges: Vec<_> = self.seats.iter().map(after).collect();
        let rows = self.tx.tail(&ranges, ROWS).await?;
        let is_last_page = rows.len() < ROWS as usize;
        let count = rows.len();
        let mut stretch = Stretch::default();
        let mut taken = 0;
        for row in rows {
            if stretch.size_bytes >= CUT_BYTES as u64 {
                break;
            }
            taken += 1;
            self.take(row, position, &mut stretch);
        }
        let is_caught_up = is_last_page && taken == count;
        let end = if is_caught_up { self.tx.feed_end().await? } else { stretch.last };
        position.at = end.unwrap_or(position.at);
        if bug::is_on(Bug::OwnLeftOut) {
            self.leave_out_own(&mut stretch).await?;
        }
        self.send(stretch).await?;
        Ok(is_caught_up)
    }

    fn take(&self, row: TailRow, position: &mut Position, stretch: &mut Stretch) {
        stretch.last = Some(row.at);
        match row.event {
            Event::Change { doc, version } => {
                let is_ahead =
                    position.backfills.iter().any(|b| b.audience == row.audience && b.next.is_before(doc));
                if is_ahead {
                    return;
                }
                stretch.reached.insert(doc, version);
                let (hash, size) = row.change.expect("a change row names its change: the query joins it");
                if !self.own.contains(&(doc, hash)) {
                    stretch.changes.push((doc, version));
                    stretch.size_bytes += size;
                }
            }
            Event::Grant { audience, .. } => {
                position.backfills.retain(|backfill| backfill.audience != audience);
                let seat = self.seats.of(audience).filter(|seat| seat.granted_seq == row.at.seq);
                position.backfills.extend(seat.map(super::backfill_of));
            }
            Event::Revoke { audience, reason } => {
                position
                    .backfills
                    .retain(|backfill| backfill.audience != audience || self.seats.of(audience).is_some());
                let target = RevokeTarget::Audience(audience);
                stretch.endings.push(Frame::Revoke(Revoke { target, reason }));
            }
            Event::Record { collection, key } => {
                stretch.records.insert((row.audience, collection, key));
            }
            Event::Erase { doc } => stretch.endings.push(Frame::Erase(Erase { doc, replacement: None })),
        }
    }

    /// What [`Bug::OwnLeftOut`] does.
    async fn leave_out_own(&mut self, stretch: &mut Stretch) -> Stored<()> {
        let bodies = self.tx.bodies(&stretch.changes).await?;
        let named: Vec<_> = bodies.iter().map(|body| (body.doc, body.hash)).collect();
        let own = self.tx.stored_by(self.person, &named).await?;
        let is_own = |body: &&ChangeBody| own.iter().any(|(_, hash, _)| *hash == body.hash);
        let own: Vec<_> = bodies.iter().filter(is_own).map(|body| (body.doc, body.version)).collect();
        stretch.changes.retain(|change| !own.contains(change));
        Ok(())
    }

    async fn send(&mut self, mut stretch: Stretch) -> Stored<()> {
        stretch.endings.iter().for_each(|frame| self.frames.push(frame));
        let may_have = |(audience, collection, _): &(AudienceId, String, Vec<u8>)| {
            self.seats.may_have(*audience, collection)
        };
        let named: Vec<_> = stretch.records.into_iter().filter(may_have).collect();
        if !named.is_empty() {
            let records = self.tx.named_records(&named).await?;
            records.into_iter().for_each(|(_, record)| self.frames.push(&super::backfill::record(record)));
        }
        // A receipt may be due although the last change of its document is the phone's own, and is not sent.
        let due = self.unproven.iter().filter(|doc| stretch.reached.contains_key(doc)).copied();
        let docs: BTreeSet<DocId> = stretch.changes.iter().map(|(doc, _)| *doc).chain(due).collect();
        if docs.is_empty() {
            return Ok(());
        }
        let rows = self.readable(&docs.into_iter().collect::<Vec<_>>()).await?;
        let docs: Vec<DocId> = rows.iter().map(|row| row.doc).collect();
        stretch.changes.retain(|(doc, _)| docs.contains(doc));
        let mut bodies = by_document(self.tx.bodies(&stretch.changes).await?);
        let authors = self.authors_of(&docs).await?;
        for row in rows {
            let of_document = authors.get(&row.doc).map_or(&[][..], |authors| authors);
            if let Some(sent) = bodies.remove(&row.doc) {
                self.frames.push(&frames::changes(&row, sent, of_document));
            }
            if stretch.reached.get(&row.doc) == Some(&row.version) {
                self.unproven.remove(&row.doc);
                self.receipt(&row, of_document);
            } else {
                self.unproven.insert(row.doc);
            }
        }
        Ok(())
    }
}

/// The bodies of each document, in the order of its changes.
pub(super) fn by_document(bodies: Vec<ChangeBody>) -> BTreeMap<DocId, Vec<ChangeBody>> {
    let mut sorted: BTreeMap<DocId, Vec<ChangeBody>> = BTreeMap::new();
    for body in bodies {
        sorted.entry(body.doc).or_default().push(body);
    }
    sorted
}

impl<T: Transaction> Reader<'_, T> {
    pub(super) async fn authors_of(&mut self, docs: &[DocId]) -> Stored<BTreeMap<DocId, Vec<Authored>>> {
        let mut authors: BTreeMap<DocId, Vec<Authored>> = BTreeMap::new();
        for (doc, author) in self.tx.authors(docs).await? {
            authors.entry(doc).or_default().push(author);
        }
        Ok(authors)
    }
}
