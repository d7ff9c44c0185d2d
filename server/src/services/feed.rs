//! Owns the answer to a sync: what is new for one person, as groups of frames that each end in a cursor.
//!
//! Groups are read by pages, each in one transaction that sees one moment, rights included; no transaction is open
//! while a page is sent. A group holds first the *tail*
//! (rows of the feed after the cursor, in the audiences that the person belongs to) and, once the tail is read to its
//! end, *backfills* (everything in an audience that the person has just come to belong to). A fresh store is nothing
//! but a person who came to belong to all of their audiences at once. The cost follows what is new: an idle sync reads
//! the person's seats, the end of the feed, and one empty range for each seat.

mod backfill;
mod frames;
mod state;
mod tail;
#[cfg(test)]
mod tests;

use crate::caller::Caller;
use crate::cursor::{Backfill, CursorKey, Next, Position};
use crate::random::Randomness;
use crate::receipt::ReceiptKey;
use crate::services::ingest::Ingested;
use crate::store::row::{DocumentRow, FeedStamp, Membership};
use crate::store::{Access, Documents, Feed, Store, Stored, Transaction};
use frames::Frames;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, VecDeque};
use sync_core::ids::{AudienceId, ChangeHash, DocId};
use sync_core::wire::frame::End;
use sync_core::wire::{CUT_BYTES, Frame};

/// The place before the first row.
const START: FeedStamp = FeedStamp { seq: 0, stamp: [0; 8] };
/// About so many bytes are read at a time.
const PAGE_BYTES: usize = 256 << 10;
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
pub async fn open(
    tx: &mut impl Feed,
    cursors: &CursorKey,
    caller: Caller,
    cursor: Option<&[u8]>,
) -> Stored<Opened> {
    let Some(cursor) = cursor else { return Ok(Opened::Fresh) };
    let Some(position) = cursors.open(caller.org, caller.person, cursor) else { return Ok(Opened::Forked) };
    for known in [Some(position.at), position.pushed].into_iter().flatten().filter(|known| *known != START) {
        if tx.stamp(known.seq).await? != Some(known.stamp) {
            return Ok(Opened::Forked);
        }
    }
    Ok(Opened::At(position))
}

/// What a client wants to be told besides what is new.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// Bodies of stubs.
    pub documents: Vec<DocId>,
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
    pushed: Option<FeedStamp>,
    wishes: Wishes,
    read_bytes: usize,
    /// The rest of the page that was read last.
    page: VecDeque<Group>,
}

/// What goes in front of a group.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Front<'a> {
    /// The hello and the verdicts.
    pub(super) frames: &'a [Frame],
    /// Verdicts need a cursor even when nothing is new.
    pub(super) needs_cursor: bool,
}

/// What is known of the moment that a page is read at.
#[derive(Debug, Default)]
struct Moment {
    /// The tail was read to its end, which stays where it is.
    is_caught_up: bool,
    /// The next documents of the first backfill, which did not fit into a group.
    ahead: VecDeque<DocumentRow>,
}

impl Pull {
    /// Begins where the cursor stands; `ingested` is what this same request pushed.
    pub fn new(caller: Caller, opened: Opened, ingested: &Ingested, wishes: Wishes) -> Self {
        let position = match opened {
            Opened::At(position) => Some(position),
            Opened::Fresh | Opened::Forked => None,
        };
        let (own, pushed) = (ingested.own.clone(), ingested.pushed);
        Self { caller, position, own, pushed, wishes, read_bytes: 0, page: VecDeque::new() }
    }

    /// The next group; a further page is read when the last one is used up.
    pub async fn next_group<S: Store>(&mut self, store: &S, seals: Seals<'_>) -> Stored<Group> {
        if let Some(group) = self.page.pop_front() {
            return Ok(group);
        }
        let tx = store.begin(self.caller.org, Access::Read).await?;
        self.next_group_at(tx, seals, Front::default()).await
    }

    /// The next group, of the page that is read at the moment that this transaction sees.
    pub(super) async fn next_group_at(
        &mut self,
        mut tx: impl Transaction,
        seals: Seals<'_>,
        front: Front<'_>,
    ) -> Stored<Group> {
        let seats = tx.memberships(self.caller.person).await?;
        let (mut front, mut moment) = (front, Moment::default());
        let end_bytes = self.read_bytes + PAGE_BYTES;
        while self.page.back().is_none_or(|group| !group.is_last) && self.read_bytes < end_bytes {
            let group = self.read_group(&mut tx, (seals, &seats), front, &mut moment).await?;
            self.page.push_back(group);
            front = Front::default();
        }
        Ok(self.page.pop_front().expect("a page holds at least one group"))
    }

    async fn read_group(
        &mut self,
        tx: &mut impl Transaction,
        (seals, seats): (Seals<'_>, &[Membership]),
        front: Front<'_>,
        moment: &mut Moment,
    ) -> Stored<Group> {
        let before = self.position.take();
        let mut position = match &before {
            Some(position) => position.clone(),
            None => fresh(tx, seats).await?,
        };
        position.backfills.retain(|backfill| is_running(backfill, seats));
        let mut frames = Frames::default();
        front.frames.iter().for_each(|frame| frames.push(frame));
        let verdict_bytes = frames.len();
        let ahead = &mut moment.ahead;
        let mut reader = Reader { tx: &mut *tx, seals, seats, own: &self.own, ahead, frames };
        reader.wanted(&std::mem::take(&mut self.wishes.documents)).await?;
        moment.is_caught_up = moment.is_caught_up || reader.tail(&mut position).await?;
        if moment.is_caught_up {
            reader.backfills(&mut position).await?;
        }
        let mut frames = reader.frames;
        position.pushed = self.pushed.max_by_place(position.pushed).filter(|p| p.seq > position.at.seq);
        self.pushed = None;
        if front.needs_cursor || frames.len() > verdict_bytes || before.as_ref() != Some(&position) {
            frames.push(&Frame::Cursor(self.seal(seals, &position).into()));
        }
        let is_done = moment.is_caught_up && position.backfills.is_empty();
        self.position = Some(position);
        self.read_bytes += frames.len();
        let is_last = is_done || self.read_bytes >= self.wishes.max_bytes;
        if is_last {
            let digest = if is_done && self.wishes.digest { Some(digest(tx, seats).await?) } else { None };
            frames.push(&Frame::End(End { more: !is_done, digest: digest.map(Into::into) }));
        }
        Ok(Group { bytes: frames.into_bytes(), is_last })
    }

    fn seal(&self, seals: Seals<'_>, position: &Position) -> Vec<u8> {
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
    seats: &'a [Membership],
    own: &'a BTreeSet<(DocId, ChangeHash)>,
    ahead: &'a mut VecDeque<DocumentRow>,
    frames: Frames,
}

impl<T: Transaction> Reader<'_, T> {
    fn is_full(&self) -> bool {
        self.frames.len() >= CUT_BYTES
    }

    fn seat(&self, audience: AudienceId) -> Option<&Membership> {
        self.seats.iter().find(|seat| seat.audience == audience)
    }

    /// Sends whole what somebody opened. What is not theirs is passed over, as if it did not exist.
    async fn wanted(&mut self, docs: &[DocId]) -> Stored<()> {
        if docs.is_empty() {
            return Ok(());
        }
        let rows = self.tx.documents(&docs[..docs.len().min(WANTED_AT_ONCE)]).await?;
        let readable: Vec<_> = rows.into_iter().filter(|row| self.seat(row.audience).is_some()).collect();
        self.whole_states(&readable[..backfill::fitting(&readable)]).await
    }
}

/// Where a store stands that has nothing: at the end of the feed, with every audience still to come as a whole.
async fn fresh(tx: &mut impl Feed, seats: &[Membership]) -> Stored<Position> {
    let at = tx.feed_end().await?.unwrap_or(START);
    let backfills = seats.iter().map(backfill_of).collect();
    Ok(Position { at, pushed: None, backfills })
}

fn backfill_of(seat: &Membership) -> Backfill {
    Backfill { audience: seat.audience, granted_seq: seat.granted_seq, next: Next::Records }
}

fn is_running(backfill: &Backfill, seats: &[Membership]) -> bool {
    seats.iter().any(|seat| seat.audience == backfill.audience && seat.granted_seq == backfill.granted_seq)
}

/// SHA-256 over each readable document and its heads, ascending by document.
async fn digest(tx: &mut impl Documents, seats: &[Membership]) -> Stored<Vec<u8>> {
    let audiences: Vec<AudienceId> = seats.iter().map(|seat| seat.audience).collect();
    let mut hash = Sha256::new();
    for (doc, heads) in tx.heads_of(&audiences).await? {
        hash.update(doc.as_bytes());
        hash.update((heads.len() as u64).to_be_bytes());
        heads.iter().for_each(|head| hash.update(head.as_bytes()));
    }
    Ok(hash.finalize().to_vec())
}
