//! Owns getting unsent work out of a damaged file into a new one.

use super::OnDisk;
use super::damage::{closed, flips, phone};
use crate::ids::DocId;
use crate::sqlite::{Salvaged, SqliteStore, files, salvage};
use crate::store::contract::*;
use crate::store::*;
use std::path::PathBuf;

/// The page of the file's header, and of the schema.
const HEADER: std::ops::Range<usize> = 0..4096;

/// What of the unsent work is in a store, in order: the outbox, then the drafts of each document, then
/// what has no document any more.
fn unsent(store: &dyn Store) -> Vec<(DocId, Vec<u8>)> {
    let waiting = store.outbox(0, usize::MAX).unwrap().into_iter().map(|row| (row.doc, row.bytes));
    let mut with_drafts = store.drafted().unwrap();
    with_drafts.sort_unstable();
    let drafts = with_drafts.into_iter().flat_map(|doc| {
        let drafts = store.body(doc).unwrap().drafts;
        drafts.into_iter().map(move |bytes| (doc, bytes))
    });
    waiting.chain(drafts).collect()
}

/// What was kept raw, because its document's row is lost.
fn set_aside(store: &dyn Store) -> Vec<(DocId, Vec<u8>)> {
    let rows = store.refused().unwrap().into_iter().filter(|row| row.text.is_empty());
    rows.flat_map(|row| row.changes.into_iter().map(move |bytes| (row.doc, bytes))).collect()
}

fn in_order(part: &[(DocId, Vec<u8>)], whole: &[(DocId, Vec<u8>)]) -> bool {
    let mut rest = whole.iter();
    part.iter().all(|one| rest.any(|other| other == one))
}

/// A store's file in a directory of its own.
fn put(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.sqlite");
    std::fs::write(&path, bytes).unwrap();
    (directory, path)
}

fn without(bytes: &[u8], gone: std::ops::Range<usize>) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[gone].fill(0);
    bytes
}

/// Salvages damaged bytes and checks that nothing comes back but what was written, in its order. Counts
/// what came back; none if the damage hit nothing.
fn recover(damaged: &[u8], all: &[(DocId, Vec<u8>)]) -> Option<usize> {
    let (_directory, path) = put(damaged);
    let salvaged = salvage(&path, Some(&identity(1))).unwrap()?;

    let store = SqliteStore::open(&path).unwrap();
    store.verify().unwrap();
    assert_eq!(store.identity().unwrap(), Some(identity(1)));
    assert_eq!(store.cursor().unwrap(), None, "everything else comes from the server");
    assert!(std::fs::read(&salvaged.quarantine).unwrap() == damaged, "the damaged file is kept as it was");
    let (back, aside) = (unsent(&store), set_aside(&store));
    assert_eq!(salvaged.drafts + salvaged.outbox, back.len());
    assert!(in_order(&back, all));
    assert!(aside.iter().all(|one| all.contains(one)));
    Some(back.len() + aside.len())
}

/// Recovers from each of these damages; the share of the unsent work that came back, in tenths of a percent.
fn share_recovered(all: &[(DocId, Vec<u8>)], damaged: impl Iterator<Item = Vec<u8>>) -> (usize, usize) {
    let back: Vec<usize> = damaged.filter_map(|bytes| recover(&bytes, all)).collect();
    eprintln!("{} salvages, {} of {} back", back.len(), back.iter().sum::<usize>(), back.len() * all.len());
    (back.len(), back.iter().sum::<usize>() * 1000 / (back.len() * all.len()))
}

#[test]
fn a_flipped_byte_costs_at_most_the_row_it_hits() {
    let (disk, truth) = phone();
    let (all, bytes) = (unsent(&truth), closed(disk));

    let flipped = flips(&bytes, 1511).map(|(at, mask)| {
        let mut flipped = bytes.clone();
        flipped[at] ^= mask;
        flipped
    });
    let (salvages, share) = share_recovered(&all, flipped);

    assert!(salvages > 50);
    assert!(share >= 995, "{share}");
}

#[test]
fn a_lost_page_costs_at_most_the_rows_it_held() {
    let (disk, truth) = phone();
    let (all, bytes) = (unsent(&truth), closed(disk));

    let lost = (0..bytes.len()).step_by(4096).map(|at| without(&bytes, at..at + 4096));
    let (salvages, share) = share_recovered(&all, lost);

    assert!(salvages > 30);
    assert!(share >= 950, "{share}");
}

#[test]
fn a_page_that_no_longer_says_what_it_holds_costs_nothing() {
    let (disk, truth) = phone();
    let (all, bytes) = (unsent(&truth), closed(disk));

    for page in (0..bytes.len()).step_by(4096) {
        assert_eq!(recover(&without(&bytes, page..page + 8), &all).unwrap_or(all.len()), all.len(), "{page}");
    }
}

/// Rows that made room for others may leave copies in the page they came from, digest and all; with
/// these rows one is still there when its draft was cleared.
#[test]
fn a_draft_that_was_cleared_does_not_come_back() {
    let (mut disk, mut truth) = (OnDisk::hasty(), MemoryStore::new());
    let mut random = 9_u32;
    let mut below = |limit: u32| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 16) % limit
    };
    let mut rows = vec![vec![Write::Identity(identity(1))]];
    for step in 0..200_u32 {
        let n = below(12) as u8;
        let size = 5 + if below(2) == 0 { below(400) } else { below(1000) } as usize;
        let bytes = step.to_be_bytes().repeat(size / 4 + 1);
        let one = match below(6) {
            0..=3 => Write::Draft(doc(n), bytes),
            4 => Write::Snapshot { doc: doc(n), bytes, contains: vec![] },
            _ => Write::ClearDrafts(doc(n)),
        };
        let summary = vec![1; 60 + size % 90];
        rows.push(vec![Write::Document(DocumentRow { summary, ..row(n) }), one]);
    }
    for writes in rows {
        write(&mut disk.store, writes.clone());
        write(&mut truth, writes);
    }
    let all = unsent(&truth);

    assert_eq!(recover(&without(&closed(disk), HEADER), &all), Some(all.len()));
}

#[test]
fn a_lost_header_costs_no_unsent_work() {
    let (disk, truth) = phone();
    let (all, bytes) = (unsent(&truth), closed(disk));

    assert_eq!(recover(&without(&bytes, HEADER), &all), Some(all.len()));
}

#[test]
fn what_was_only_in_the_log_is_brought_back_too() {
    let (disk, truth) = phone();
    let log = std::fs::read(files::log(&disk.path())).unwrap();
    let file = std::fs::read(disk.path()).unwrap();
    assert!(log.len() > file.len(), "most of it is in the log");
    let (_directory, path) = put(&without(&file, HEADER));
    // A log whose first page is sound would heal the file: it must be found without SQLite's help.
    let mut log = log;
    log[16] ^= 1;
    std::fs::write(files::log(&path), &log).unwrap();
    assert_eq!(salvage(&path, Some(&identity(1))).unwrap().map(|salvaged| salvaged.drafts), Some(0));

    log[16] ^= 1;
    let (_directory, path) = put(&without(&file, HEADER)[..100]);
    std::fs::write(files::log(&path), &log).unwrap();
    salvage(&path, Some(&identity(1))).unwrap();
    assert!(unsent(&SqliteStore::open(&path).unwrap()) == unsent(&truth));
}

/// Damages the snapshot of one document, and salvages.
fn salvage_with_one_damaged(n: u8) -> (tempfile::TempDir, SqliteStore, Salvaged) {
    let (disk, _) = phone();
    let sql = "UPDATE snapshot SET bytes = X'00' WHERE doc = ?1";
    disk.store.db.execute(sql, [doc(n).as_bytes()]).unwrap();
    let (directory, path) = put(&closed(disk));
    let salvaged = salvage(&path, None).unwrap().unwrap();
    (directory, SqliteStore::open(path).unwrap(), salvaged)
}

#[test]
fn a_document_that_is_whole_comes_back_whole_and_another_is_marked_damaged() {
    let (_directory, store, salvaged) = salvage_with_one_damaged(4);
    let (_, truth) = phone();

    assert_eq!(salvaged.documents, [1, 2, 4, 6, 8, 10].map(doc));
    assert_eq!(store.document(doc(4)).unwrap().unwrap().presence, Presence::Damaged);
    let expected = Body { snapshot: None, ..truth.body(doc(4)).unwrap() };
    assert!(store.body(doc(4)).unwrap() == expected);
    assert_eq!(store.document(doc(6)).unwrap().unwrap().presence, Presence::Full);
    assert!(store.body(doc(6)).unwrap() == truth.body(doc(6)).unwrap());
    assert_eq!(store.document(doc(3)).unwrap(), None, "it has nothing unsent and comes from the server");
    assert_eq!(store.refused().unwrap().len(), truth.refused().unwrap().len());
    assert_eq!(store.setting("digest_day").unwrap(), truth.setting("digest_day").unwrap());
}

#[test]
fn a_sound_store_is_not_salvaged() {
    let (disk, _) = phone();
    let (directory, path) = put(&closed(disk));

    assert_eq!(salvage(&path, Some(&identity(1))).unwrap(), None);

    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn another_accounts_damaged_store_is_left_where_it_is() {
    let (disk, _) = phone();
    let damaged = without(&closed(disk), HEADER);
    let (_directory, path) = put(&damaged);

    assert!(matches!(salvage(&path, Some(&identity(2))), Err(StoreError::OtherAccount)));

    assert!(std::fs::read(&path).unwrap() == damaged);
}

#[test]
fn nothing_is_put_back_for_whoever_comes_next_if_the_owner_is_not_known() {
    let mut disk = OnDisk::new();
    write(&mut disk.store, vec![Write::Document(row(1)), Write::Draft(doc(1), vec![1; 50])]);
    let (_directory, path) = put(&without(&closed(disk), HEADER));

    let salvaged = salvage(&path, None).unwrap().unwrap();

    assert_eq!((salvaged.identity, salvaged.drafts), (None, 0));
    a_new_store_is_empty(&mut SqliteStore::open(&path).unwrap());
    assert!(salvaged.quarantine.exists());
}

#[test]
fn a_salvage_that_was_killed_after_the_damaged_file_was_moved_is_completed_when_the_store_is_opened() {
    let (disk, truth) = phone();
    let (_directory, path) = put(&without(&closed(disk), HEADER));
    let salvaged = salvage(&path, None).unwrap().unwrap();
    // As if killed before the last step, with the log of the damaged file still in its old place.
    let replacement = path.with_extension("sqlite.salvaged");
    std::fs::rename(&path, &replacement).unwrap();
    std::fs::write(files::log(&path), b"the log of another file").unwrap();

    let store = SqliteStore::open(&path).unwrap();

    assert!(unsent(&store) == unsent(&truth));
    assert!(!replacement.exists());
    assert_eq!(std::fs::read(files::log(&salvaged.quarantine)).unwrap(), b"the log of another file");
}

#[test]
fn the_process_that_still_holds_the_damaged_file_writes_nothing_more_to_it() {
    let (mut disk, _) = phone();
    let path = disk.path();
    std::fs::rename(&path, path.with_extension("damaged-1")).unwrap();
    drop(SqliteStore::open(&path).unwrap());

    let lost = disk.store.commit(&Batch { expect: vec![], writes: vec![Write::Draft(doc(1), vec![1])] });

    assert!(matches!(lost, Err(StoreError::Replaced)), "{lost:?}");
}

#[test]
fn erasing_takes_what_was_moved_aside_with_it() {
    let (disk, _) = phone();
    let (directory, path) = put(&without(&closed(disk), HEADER));
    salvage(&path, None).unwrap().unwrap();

    SqliteStore::open(&path).unwrap().erase().unwrap();

    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}
