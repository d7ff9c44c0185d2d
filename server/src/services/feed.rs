//! Owns the answer to a sync: what is new for one person, as groups of frames that each end in a cursor.
//!
//! Each group is read in one transaction that sees one moment, rights included. A group holds first the *tail*
//! (rows of the feed after the cursor, in the audiences that the person belongs to) and, once the tail is read to its
//! end, *backfills* (everything in an audience that the person has just come to belong to). A fresh store is nothing
//! but a person who came to belong to all of their audiences at once. The cost follows what is new: an idle sync reads
//! the person's seats, the end of the feed, and one empty range for each seat.

mod backfill;
mod frames;
mod readable;
mod state;
mod tail;
#[cfg(test)]
mod tests;

use crate::caller::Caller;
use crate::cursor::{Backfill, CursorKey, Next, Position};
use crate::random::Randomness;
use crate::receipt::ReceiptKey;
use crate::services::ingest::Ingested;
use crate::services::membership::ENDED;
use crate::store::row::{FeedStamp, Membership};
use crate::store::{Access, Audiences, Documents, Feed, Store, Stored, Transaction};
use frames::Frames;
use readable::{Readable, Seats};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use sync_core::bug::{self, Bug};
use sync_core::ids::{AudienceId, ChangeHash, DocId, PersonId};
use sync_core::wire::frame::{End, Revoke};
use sync_core::wire::{CUT_BYTES, Frame, RevokeTarget};

/// The place before the first row.
const START: FeedStamp = FeedStamp { seq: 0, stamp: [0; 8] };
/// So many bodies of stubs are sent at a time; the rest stay wanted.
const WANTED_AT_ONCE: usize = 32;

/// What reading the feed needs besides the database.
#[derive(Debug, Clone, Copy)]
pub struct Seals<'a> {
    /// Seals cursors.
    pub cursors: &'a CursorKey,
    /// Signs receipts.
    pub receipts: &'a ReceiptKey,
    /// For nonces.
    pub random: &'a Randomness,
}

/// What a request's cursor turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// There was none.
    Fresh,
    /// It belongs to this history.
    At(Position),
    /// It does not, or nobody can tell.
    Forked,
}

/// Opens a cursor, and looks whether the rows it stands on are still there.
pub async fn open<S: Store>(
    store: &S,
    cursors: &CursorKey,
    caller: Caller,
    cursor: Option<&[u8]>,
) -> Stored<Opened> {
    let Some(cursor) = cursor else { return Ok(Opened::Fresh) };
    let Some(position) = cursors.open(caller.org, caller.person, cursor) else { return Ok(Opened::Forked) };
    let mut tx = store.begin(caller.org, Access::Read).await?;
    for known in [Some(position.at), position.pushed].into_iter().flatten().filter(|known| *known != START) {
        match tx.stamp(known.seq).await? {
            Some(stamp) if stamp == known.stamp || bug::is_on(Bug::NoStamp) => {}
            _ => return Ok(Opened::Forked),
        }
    }
    Ok(Opened::At(position))
}

/// What a client wants to be told besides what is new.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// Bodies of stubs.
    pub documents: Vec<DocId>,
    /// Documents whose receipts are wanted whether or not anything is new in them: whoever gives back what others wrote
    /// must be able to do so again.
    pub proofs: Vec<DocId>,
    /// A digest of everything that the person may read.
    pub digest: bool,
    /// How many bytes of frames the answer may hold; one group is always sent.
    pub max_bytes: usize,
}

/// One group of an answer, encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The frames.
    pub bytes: Vec<u8>,
    /// Whether the answer ends here.
    pub is_last: bool,
}

/// The reading of one answer, group by group.
#[derive(Debug)]
pub struct Pull {
    caller: Caller,
    position: Option<Position>,
    own: BTreeSet<(DocId, ChangeHash)>,
    /// Documents of which something was sent, and whose receipt is still to come.
    unproven: BTreeSet<DocId>,
    pushed: Option<FeedStamp>,
    wishes: Wishes,
    sent_bytes: usize,
}

impl Pull {
    /// Begins where the cursor stands; `ingested` is what this same request pushed.
    pub fn new(caller: Caller, opened: Opened, ingested: &Ingested, wishes: Wishes) -> Self {
        let position = match opened {
            Opened::At(position) => Some(position),
            Opened::Fresh | Opened::Forked => None,
        };
        let (own, pushed) = (ingested.own.clone(), ingested.pushed);
        Self { caller, position, own, unproven: BTreeSet::new(), pushed, wishes, sent_bytes: 0 }
    }

    /// The next group. `first` goes in front of it: the verdicts, which need a cursor even when nothing is new.
    pub async fn next_group<S: Store>(
        &mut self,
        store: &S,
        seals: Seals<'_>,
        first: &[Frame],
        needs_cursor: bool,
    ) -> Stored<Group> {
        let mut tx = store.begin(self.caller.org, Access::Read).await?;
        let seats = Seats::new(tx.memberships(self.caller.person).await?);
        let before = self.position.take();
        let mut position = match &before {
            Some(position) => position.clone(),
            None => fresh(&mut tx, &seats).await?,
        };
        position.backfills.retain(|backfill| is_running(backfill, &seats));
        let mut frames = Frames::default();
        first.iter().for_each(|frame| frames.push(frame));
        let verdict_bytes = frames.len();
        let (person, own, unproven) = (self.caller.person, &self.own, &mut self.unproven);
        let mut reader = Reader { tx: &mut tx, seals, person, seats: &seats, own, unproven, frames };
        if before.is_none() {
            reader.endings().await?;
        }
        reader.wanted(&std::mem::take(&mut self.wishes.documents)).await?;
        reader.proofs(&std::mem::take(&mut self.wishes.proofs)).await?;
        let is_caught_up = reader.tail(&mut position).await?;
        if is_caught_up {
            reader.backfills(&mut position).await?;
        }
        let mut frames = reader.frames;
        position.pushed = self.pushed.max_by_place(position.pushed).filter(|p| p.seq > position.at.seq);
        self.pushed = None;
        if needs_cursor || frames.len() > verdict_bytes || before.as_ref() != Some(&position) {
            frames.push(&Frame::Cursor(self.seal(seals, &position).into()));
        }
        let is_done = is_caught_up && position.backfills.is_empty();
        self.position = Some(position);
        self.sent_bytes += frames.len();
        let is_last = is_done || self.sent_bytes >= self.wishes.max_bytes;
        if is_last {
            let digest =
                if is_done && self.wishes.digest { Some(digest(&mut tx, &seats).await?) } else { None };
            frames.push(&Frame::End(End { more: !is_done, digest: digest.map(Into::into) }));
        }
        Ok(Group { bytes: frames.into_bytes(), is_last })
    }

    fn seal(&self, seals: Seals<'_>, position: &Position) -> Vec<u8> {
        let bare = Position { backfills: Vec::new(), ..position.clone() };
        let position = if bug::is_on(Bug::NoBackfill) { &bare } else { position };
        seals.cursors.seal(self.caller.org, self.caller.person, position, seals.random.bytes())
    }
}

trait LaterPlace {
    fn max_by_place(self, other: Self) -> Self;
}

impl LaterPlace for Option<FeedStamp> {
    fn max_by_place(self, other: Self) -> Self {
        self.into_iter().chain(other).max_by_key(|known| known.seq)
    }
}

/// What the parts of a group are read with.
struct Reader<'a, T> {
    tx: &'a mut T,
    seals: Seals<'a>,
    person: PersonId,
    seats: &'a Seats,
    own: &'a BTreeSet<(DocId, ChangeHash)>,
    unproven: &'a mut BTreeSet<DocId>,
    frames: Frames,
}

impl<T: Transaction> Reader<'_, T> {
    fn is_full(&self) -> bool {
        self.frames.len() >= CUT_BYTES
    }

    /// Those of these documents that the person may be told of.
    async fn readable(&mut self, docs: &[DocId]) -> Stored<Vec<Readable>> {
        Ok(self.seats.readable(self.tx.documents(docs).await?))
    }

    /// Sends the receipts of documents as they are now.
    async fn proofs(&mut self, docs: &[DocId]) -> Stored<()> {
        if docs.is_empty() {
            return Ok(());
        }
        let authors = self.authors_of(docs).await?;
        for row in self.readable(docs).await? {
            self.receipt(&row, authors.get(&row.doc).map_or(&[][..], |authors| authors));
        }
        Ok(())
    }

    /// Tells a store that begins anew what its person has lost: it may still hold what it got before its cursor was
    /// lost, or before the server was restored, and the row that said so lies behind it.
    async fn endings(&mut self) -> Stored<()> {
        for audience in self.tx.ended_seats(self.person).await? {
            let target = RevokeTarget::Audience(audience);
            self.frames.push(&Frame::Revoke(Revoke { target, reason: ENDED.to_owned() }));
        }
        Ok(())
    }

    /// Sends whole what somebody opened. What is not theirs is passed over, as if it did not exist.
    async fn wanted(&mut self, docs: &[DocId]) -> Stored<()> {
        if docs.is_empty() {
            return Ok(());
        }
        let readable = self.readable(&docs[..docs.len().min(WANTED_AT_ONCE)]).await?;
        self.whole_states(&readable[..backfill::fitting(&readable)]).await
    }
}

/// Where a store stands that has nothing: at the end of the feed, with every audience still to come as a whole.
async fn fresh(tx: &mut impl Feed, seats: &Seats) -> Stored<Position> {
    let at = tx.feed_end().await?.unwrap_or(START);
    let backfills = seats.iter().map(backfill_of).collect();
    Ok(Position { at, pushed: None, backfills })
}

fn backfill_of(seat: &Membership) -> Backfill {
    Backfill { audience: seat.audience, granted_seq: seat.granted_seq, next: Next::Records }
}

fn is_running(backfill: &Backfill, seats: &Seats) -> bool {
    seats.of(backfill.audience).is_some_and(|seat| seat.granted_seq == backfill.granted_seq)
}

/// SHA-256 over each readable document and its heads, ascending by document.
async fn digest(tx: &mut impl Documents, seats: &Seats) -> Stored<Vec<u8>> {
    let audiences: Vec<AudienceId> = seats.iter().map(|seat| seat.audience).collect();
    let mut hash = Sha256::new();
    for row in tx.heads_of(&audiences).await?.into_iter().filter(|row| seats.may_compare(row)) {
        hash.update(row.doc.as_bytes());
        hash.update((row.heads.len() as u64).to_be_bytes());
        row.heads.iter().for_each(|head| hash.update(head.as_bytes()));
    }
    Ok(hash.finalize().to_vec())
}
