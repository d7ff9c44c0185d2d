//! What people are sent, read from real Postgres under the application's role.

use super::*;
use crate::services::testing::{Copy, NOW, Office, ada, grace, mallory};
use crate::store::Snapshots;
use crate::store::postgres::testing::{org, tenure_audience};
use crate::store::row::SnapshotRow;
use sqlx::PgPool;
use std::collections::BTreeMap;
use sync_core::policy::Role;
use sync_core::wire::{FrameReader, RevokeTarget};

const KEYS: ([u8; 32], [u8; 32]) = ([1; 32], [2; 32]);

/// A phone, as far as the feed can tell: a cursor, and what it was sent.
#[derive(Debug, Clone)]
struct Reading {
    who: Caller,
    cursor: Option<Vec<u8>>,
    got: Vec<Frame>,
}

impl Reading {
    fn of(who: Caller) -> Self {
        Self { who, cursor: None, got: Vec::new() }
    }

    async fn pull(&mut self, office: &Office) -> Vec<Frame> {
        self.pull_after(office, &Ingested::default(), usize::MAX).await
    }

    /// Pulls at most so many groups, as if the connection were cut after them.
    async fn pull_after(&mut self, office: &Office, ingested: &Ingested, groups: usize) -> Vec<Frame> {
        let (cursors, receipts) = (CursorKey::new(&KEYS.0), ReceiptKey::new(&KEYS.1));
        let seals = Seals { cursors: &cursors, receipts: &receipts, random: &office.random };
        let store = &office.db.store;
        let opened = open(store, &cursors, self.who, self.cursor.as_deref()).await.unwrap();
        assert_ne!(opened, Opened::Forked);
        let wishes = Wishes { max_bytes: usize::MAX, ..Wishes::default() };
        let mut pull = Pull::new(self.who, opened, ingested, wishes);
        let mut frames = Vec::new();
        for _ in 0..groups {
            let group = pull.next_group(store, seals, &[], false).await.unwrap();
            frames.extend(read(&group.bytes));
            if group.is_last {
                break;
            }
        }
        self.cursor = frames.iter().rev().find_map(cursor_of).or(self.cursor.take());
        self.got.extend(frames.clone());
        frames
    }

    /// The changes and saved documents that this phone was sent, by document: how many bytes of each.
    fn documents(&self) -> BTreeMap<DocId, BTreeSet<Vec<u8>>> {
        let mut documents: BTreeMap<DocId, BTreeSet<Vec<u8>>> = BTreeMap::new();
        for frame in &self.got {
            match frame {
                Frame::Changes(c) => {
                    documents.entry(c.head.doc).or_default().extend(c.chunks.iter().map(|b| b.to_vec()));
                }
                Frame::Snapshot(part) => {
                    documents.entry(part.head.doc).or_default().insert(part.bytes.to_vec());
                }
                _ => {}
            }
        }
        documents
    }
}

fn read(bytes: &[u8]) -> Vec<Frame> {
    let mut reader = FrameReader::default();
    reader.push(bytes);
    let frames = std::iter::from_fn(|| reader.next_frame().unwrap()).collect();
    assert_eq!(reader.waiting(), 0);
    frames
}

fn cursor_of(frame: &Frame) -> Option<Vec<u8>> {
    match frame {
        Frame::Cursor(cursor) => Some(cursor.to_vec()),
        _ => None,
    }
}

fn granted(frames: &[Frame]) -> usize {
    frames.iter().filter(|frame| matches!(frame, Frame::Grant(_))).count()
}

async fn write_meetings(office: &Office, days: std::ops::RangeInclusive<u8>) -> Vec<Copy> {
    let mut meetings = Vec::new();
    for day in days {
        let mut meeting = Copy::meeting(day, 10 + day);
        meeting.write(&format!("What we said on day {day}: {}", "words ".repeat(400)));
        office.push(ada(), &[meeting.push()]).await;
        meetings.push(meeting);
    }
    meetings
}

/// Seats so many more in the pair's audience, of whom nothing else is known.
async fn seat_more(office: &Office, many: usize) {
    let (org, audience) = (org(1), tenure_audience(org(1)));
    let seated = format!(
        "INSERT INTO audience_member (org, audience, person, role, from_at, granted_seq)
         SELECT '{org}', '{audience}', gen_random_uuid(), 'agent', now(), 1 FROM generate_series(1, {many})"
    );
    office.db.as_owner(&seated).await;
}

#[sqlx::test]
async fn a_grant_names_everybody_of_an_audience_unless_they_are_too_many(pool: PgPool) {
    let office = Office::open(&pool).await;
    let mut named = Vec::new();
    for more in [0, backfill::MOST_NAMED - 2, 1] {
        seat_more(&office, more).await;
        let frames = Reading::of(grace()).pull(&office).await;
        let of_the_pair = frames.iter().find_map(|frame| match frame {
            Frame::Grant(grant) if grant.audience == tenure_audience(org(1)) => Some(grant.members.len()),
            _ => None,
        });
        named.push(of_the_pair);
    }
    assert_eq!(named, [Some(2), Some(backfill::MOST_NAMED), Some(0)]);
}

#[sqlx::test]
async fn a_fresh_store_gets_everything_of_its_person_and_nothing_else(pool: PgPool) {
    let office = Office::open(&pool).await;
    let meetings = write_meetings(&office, 1..=3).await;
    let mut walk = Copy::walk(ada().person, 1, 50);
    walk.write("for Ada alone");
    office.push(ada(), &[walk.push()]).await;

    let (mut of_ada, mut of_grace, mut of_mallory) =
        (Reading::of(ada()), Reading::of(grace()), Reading::of(mallory()));
    let frames = of_ada.pull(&office).await;
    of_grace.pull(&office).await;
    of_mallory.pull(&office).await;

    assert_eq!(granted(&frames), 2);
    assert_eq!(of_ada.documents().len(), meetings.len() + 1);
    assert_eq!(of_grace.documents().len(), meetings.len());
    assert!(!of_grace.documents().contains_key(&walk.doc));
    assert!(of_mallory.documents().is_empty());
}

#[sqlx::test]
async fn when_nothing_is_new_nothing_is_sent_but_the_end(pool: PgPool) {
    let office = Office::open(&pool).await;
    write_meetings(&office, 1..=2).await;
    let mut of_grace = Reading::of(grace());
    of_grace.pull(&office).await;

    assert_eq!(of_grace.pull(&office).await, vec![Frame::End(End { more: false, digest: None })]);
}

#[sqlx::test]
async fn what_the_partner_wrote_arrives_once_with_its_author_and_a_receipt(pool: PgPool) {
    let office = Office::open(&pool).await;
    let mut of_grace = Reading::of(grace());
    of_grace.pull(&office).await;
    let mut meeting = Copy::meeting(4, 20);
    meeting.write("new");
    office.push(ada(), &[meeting.push()]).await;

    let frames = of_grace.pull(&office).await;

    let Some(Frame::Changes(changes)) = frames.first() else { panic!("{frames:?}") };
    assert_eq!(changes.head.doc, meeting.doc);
    assert!(
        changes.authors.iter().all(|author| author.person == ada().person) && !changes.authors.is_empty()
    );
    assert!(
        frames
            .iter()
            .any(|f| matches!(f, Frame::Receipt(r) if r.doc == meeting.doc && r.authors == changes.authors))
    );
    assert_eq!(of_grace.pull(&office).await.len(), 1);
}

#[sqlx::test]
async fn the_tail_leaves_out_what_this_request_pushed_and_nothing_else_of_that_person(pool: PgPool) {
    let office = Office::open(&pool).await;
    let (mut phone, mut tablet) = (Reading::of(ada()), Reading::of(ada()));
    phone.pull(&office).await;
    tablet.pull(&office).await;
    let mut meeting = Copy::meeting(4, 20);
    meeting.write("from the phone");

    let ingested = office.push(ada(), &[meeting.push()]).await;
    let frames = phone.pull_after(&office, &ingested, usize::MAX).await;
    tablet.pull(&office).await;

    let own = ingested.own.iter().filter(|(doc, _)| *doc == meeting.doc).count();
    assert!(own > 0);
    assert!(changes_in(&frames) <= 1, "at most the genesis: {frames:?}");
    assert_eq!(tablet.documents()[&meeting.doc].len(), 2);
}

#[sqlx::test]
async fn a_bootstrap_that_is_cut_after_every_group_misses_nothing_written_meanwhile(pool: PgPool) {
    let office = Office::open(&pool).await;
    let mut meetings = write_meetings(&office, 1..=28).await;
    let mut whole = Reading::of(grace());
    let mut cut = Reading::of(grace());

    let mut rounds = 0;
    loop {
        let frames = cut.pull_after(&office, &Ingested::default(), 1).await;
        if frames.iter().any(|frame| matches!(frame, Frame::End(end) if !end.more)) {
            break;
        }
        let meeting = &mut meetings[rounds % 28];
        meeting.write("meanwhile");
        office.push(ada(), &[meeting.push()]).await;
        rounds += 1;
        assert!(rounds < 200, "a bootstrap ends");
    }
    whole.pull(&office).await;

    assert!(rounds > 0, "the bootstrap takes more than one group");
    assert_eq!(cut.documents(), whole.documents());
}

#[sqlx::test]
async fn access_that_ends_is_told_and_access_that_begins_again_brings_everything(pool: PgPool) {
    let office = Office::open(&pool).await;
    let meetings = write_meetings(&office, 1..=2).await;
    let mut of_ada = Reading::of(ada());
    of_ada.pull(&office).await;

    office.revoke(ada()).await;
    let frames = of_ada.pull(&office).await;
    let audience = crate::store::postgres::testing::tenure_audience(ada().org);
    assert!(
        frames.iter().any(|f| matches!(f, Frame::Revoke(r) if r.target == RevokeTarget::Audience(audience)))
    );
    let mut later = Copy::meeting(9, 40);
    later.write("without the leader");
    office.push(grace(), &[later.push()]).await;
    assert!(!of_ada.pull(&office).await.iter().any(|f| matches!(f, Frame::Changes(_))));

    of_ada.got.clear();
    office.grant(ada(), Role::Leader).await;
    of_ada.pull(&office).await;
    assert_eq!(of_ada.documents().len(), meetings.len() + 1);
}

#[sqlx::test]
async fn a_cursor_of_another_person_or_of_a_lost_history_is_forked(pool: PgPool) {
    let office = Office::open(&pool).await;
    let mut of_ada = Reading::of(ada());
    of_ada.pull(&office).await;
    let key = CursorKey::new(&KEYS.0);
    let cursor = of_ada.cursor.clone().unwrap();
    let position = key.open(ada().org, ada().person, &cursor).unwrap();

    let foreign = open(&office.db.store, &key, grace(), Some(&cursor)).await.unwrap();
    let other_stamp = FeedStamp { stamp: [0xee; 8], ..position.at };
    let ahead = FeedStamp { seq: position.at.seq + 1, ..position.at };

    assert_eq!(foreign, Opened::Forked);
    for lost in [other_stamp, ahead] {
        let at = key.seal(ada().org, ada().person, &Position { at: lost, ..position.clone() }, [0; 12]);
        let pushed = Position { pushed: Some(lost), ..position.clone() };
        let pushed = key.seal(ada().org, ada().person, &pushed, [0; 12]);
        for cursor in [at, pushed] {
            assert_eq!(open(&office.db.store, &key, ada(), Some(&cursor)).await.unwrap(), Opened::Forked);
        }
    }
}

#[sqlx::test]
async fn a_large_saved_document_comes_in_parts_over_several_windows(pool: PgPool) {
    let office = Office::open(&pool).await;
    let mut meeting = Copy::meeting(4, 20);
    meeting.write("short");
    office.push(ada(), &[meeting.push()]).await;
    let saved: Vec<u8> = (0..100_000_u32).flat_map(u32::to_be_bytes).collect();
    let mut tx = office.db.store.begin(ada().org, Access::Write).await.unwrap();
    let row = tx.documents(&[meeting.doc]).await.unwrap().remove(0);
    let snapshot =
        SnapshotRow { doc: row.doc, version: row.version, heads: row.heads.clone(), bytes: saved.clone() };
    tx.insert_snapshot(&snapshot, NOW).await.unwrap();
    assert!(tx.adopt_snapshot(row.doc, row.version, saved.len() as u64).await.unwrap());
    tx.commit().await.unwrap();
    // As if all changes together were larger than the saved document.
    office.db.as_owner("UPDATE document SET size_bytes = 1000000").await;

    let mut of_grace = Reading::of(grace());
    let mut groups = 0;
    while !of_grace
        .pull_after(&office, &Ingested::default(), 1)
        .await
        .iter()
        .any(|f| matches!(f, Frame::End(_)))
    {
        groups += 1;
        assert!(groups < 100);
    }

    assert!(groups > 10);
    let mut joined = Vec::new();
    for frame in &of_grace.got {
        if let Frame::Snapshot(part) = frame {
            assert_eq!(part.offset as usize, joined.len());
            joined.extend_from_slice(&part.bytes);
        }
    }
    assert_eq!(joined, saved);
}

/// A long day's writing that no job has saved yet: each window gets further all the same.
#[sqlx::test]
async fn a_large_document_that_was_never_saved_comes_in_pieces_over_several_windows(pool: PgPool) {
    let office = Office::open(&pool).await;
    let mut meeting = Copy::meeting(4, 20);
    for paragraph in 0..60 {
        meeting.write(&format!("paragraph {paragraph}: {}", "words ".repeat(800)));
    }
    office.push(ada(), &[meeting.push()]).await;

    let mut of_grace = Reading::of(grace());
    let mut windows = Vec::new();
    loop {
        let frames = of_grace.pull_after(&office, &Ingested::default(), 1).await;
        windows.push(changes_in(&frames));
        if windows.len() == 3 {
            meeting.write("meanwhile");
            office.push(ada(), &[meeting.push()]).await;
        }
        if frames.iter().any(|frame| matches!(frame, Frame::End(_))) {
            break;
        }
    }

    assert!(windows.len() > 5 && windows.iter().all(|changes| *changes < 20), "{windows:?}");
    assert_eq!(windows.iter().sum::<usize>(), 62, "each change once, the genesis too: {windows:?}");
    assert_eq!(of_grace.documents()[&meeting.doc].len(), 62);
    let receipts = of_grace.got.iter().filter(|f| matches!(f, Frame::Receipt(r) if r.doc == meeting.doc));
    assert_eq!(receipts.count(), 1, "proof of the whole comes with its last piece");
}

fn changes_in(frames: &[Frame]) -> usize {
    frames.iter().map(|f| if let Frame::Changes(c) = f { c.chunks.len() } else { 0 }).sum()
}

/// The phone slept for more than a week in the middle of a large saved document, which is gone since.
#[sqlx::test]
async fn a_saved_document_that_was_forgotten_meanwhile_begins_again(pool: PgPool) {
    let office = Office::open(&pool).await;
    let meetings = write_meetings(&office, 1..=1).await;
    let (key, doc) = (CursorKey::new(&KEYS.0), meetings[0].doc);
    let mut of_grace = Reading::of(grace());
    of_grace.pull(&office).await;
    let mut position = key.open(grace().org, grace().person, of_grace.cursor.as_ref().unwrap()).unwrap();
    let mut tx = office.db.store.begin(grace().org, Access::Read).await.unwrap();
    let seats = tx.memberships(grace().person).await.unwrap();
    drop(tx);
    let shared = seats.iter().find(|seat| seat.role == Role::Agent).unwrap();
    position.backfills =
        vec![Backfill { next: Next::Part { doc, version: 1, offset: 9 }, ..backfill_of(shared) }];
    of_grace.cursor = Some(key.seal(grace().org, grace().person, &position, [0; 12]));
    of_grace.got.clear();

    of_grace.pull(&office).await;

    assert_eq!(of_grace.documents()[&doc].len(), 2);
}

#[sqlx::test]
async fn a_wanted_document_of_a_stranger_is_answered_like_one_that_does_not_exist(pool: PgPool) {
    let office = Office::open(&pool).await;
    let meetings = write_meetings(&office, 1..=1).await;
    let (cursors, receipts) = (CursorKey::new(&KEYS.0), ReceiptKey::new(&KEYS.1));
    let seals = Seals { cursors: &cursors, receipts: &receipts, random: &office.random };
    let mut answers = Vec::new();
    for wanted in [meetings[0].doc, DocId::from_bytes([0xdd; 16])] {
        let wishes =
            Wishes { documents: vec![wanted], digest: true, max_bytes: usize::MAX, ..Wishes::default() };
        let mut pull = Pull::new(mallory(), Opened::Fresh, &Ingested::default(), wishes);
        let frames = read(&pull.next_group(&office.db.store, seals, &[], false).await.unwrap().bytes);
        answers.push(frames.into_iter().filter(|frame| cursor_of(frame).is_none()).collect::<Vec<_>>());
    }
    assert_eq!(answers[0], answers[1]);
}

/// A phone that began anew after a restore kept what its owner had lost meanwhile: the row that said so lay behind it.
#[sqlx::test]
async fn a_store_that_begins_anew_is_told_what_has_ended(pool: PgPool) {
    let office = Office::open(&pool).await;
    office.revoke(ada()).await;

    let told = Reading::of(ada()).pull(&office).await;

    let gone = RevokeTarget::Audience(tenure_audience(org(1)));
    assert!(told.iter().any(|frame| matches!(frame, Frame::Revoke(revoke) if revoke.target == gone)));
    let told = Reading::of(grace()).pull(&office).await;
    assert!(!told.iter().any(|frame| matches!(frame, Frame::Revoke(_))));
}
