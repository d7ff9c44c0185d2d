//! Owns damage to the rows of one document: it is named, the others are not touched, and it is mended.

use super::OnDisk;
use super::damage::{DOCUMENTS, closed, is_damage, phone};
use crate::sqlite::SqliteStore;
use crate::store::contract::*;
use crate::store::*;
use rusqlite::params;

/// Changes bytes in place, as the medium would: digests and sums stay as they were.
fn wear_out(disk: &OnDisk, sql: &str) {
    let changed = disk.store.db.execute(sql, params![doc(4).as_bytes()]).unwrap();
    assert_eq!(changed, 1);
}

fn is_of_document_4<T>(read: Result<T, StoreError>) -> bool {
    matches!(read, Err(StoreError::DamagedDocument { doc: named }) if named == doc(4))
}

fn mend(disk: &mut OnDisk) {
    write(&mut disk.store, vec![Write::Mend(doc(4))]);
    disk.store.verify().unwrap();
}

#[test]
fn a_damaged_snapshot_is_mended_without_losing_what_was_not_sent() {
    let (mut disk, truth) = phone();
    wear_out(&disk, "UPDATE snapshot SET bytes = X'00' WHERE doc = ?1");
    assert!(is_of_document_4(disk.store.body(doc(4))));
    for n in (1..DOCUMENTS).filter(|n| *n != 4) {
        assert!(disk.store.body(doc(n)).unwrap() == truth.body(doc(n)).unwrap(), "{n}");
    }
    assert_eq!(disk.store.document(doc(4)).unwrap(), truth.document(doc(4)).unwrap());

    mend(&mut disk);

    let expected = Body { snapshot: None, ..truth.body(doc(4)).unwrap() };
    assert!(disk.store.body(doc(4)).unwrap() == expected);
    assert!(disk.store.outbox(0, usize::MAX).unwrap() == truth.outbox(0, usize::MAX).unwrap());
    assert_eq!(disk.store.refused().unwrap().len(), truth.refused().unwrap().len());
}

#[test]
fn a_mended_document_takes_the_servers_copy() {
    let (mut disk, truth) = phone();
    wear_out(&disk, "UPDATE snapshot SET bytes = X'00' WHERE doc = ?1");
    let damaged = DocumentRow { presence: Presence::Damaged, ..row(4) };
    write(&mut disk.store, vec![Write::Mend(doc(4)), Write::Document(damaged)]);
    let copy = vec![7; 3000];

    let snapshot = Write::Snapshot { doc: doc(4), bytes: copy.clone(), contains: vec![] };
    write(&mut disk.store, vec![snapshot, Write::Document(row(4))]);

    let expected = Body { snapshot: Some(copy), ..truth.body(doc(4)).unwrap() };
    assert!(disk.store.body(doc(4)).unwrap() == expected);
}

#[test]
fn a_damaged_draft_is_kept_raw_and_the_others_stay() {
    let (mut disk, truth) = phone();
    wear_out(
        &disk,
        "UPDATE draft SET bytes = X'0102' WHERE doc = ?1 AND position = \
        (SELECT min(position) + 2 FROM draft WHERE doc = ?1)",
    );
    assert!(is_of_document_4(disk.store.body(doc(4))));
    assert!(is_of_document_4(disk.store.drafted()));
    assert!(is_of_document_4(disk.store.has_drafts(doc(4))));

    mend(&mut disk);

    let mut expected = truth.body(doc(4)).unwrap();
    expected.drafts.remove(2);
    assert!(disk.store.body(doc(4)).unwrap() == expected);
    let kept = disk.store.refused().unwrap().remove(0);
    assert_eq!((kept.doc, kept.changes, kept.text), (doc(4), vec![vec![1, 2]], String::new()));
}

#[test]
fn a_damaged_change_in_the_outbox_is_kept_raw_and_no_longer_stops_the_others() {
    for wear in ["bytes = X'0102'", "hash = X'03'", "standing = 0", "position = 999", "digest = digest + 1"] {
        let (mut disk, truth) = phone();
        let of_all = truth.outbox(0, usize::MAX).unwrap();
        let damaged = of_all.iter().find(|row| row.doc == doc(4)).unwrap();
        disk.store.db.execute_batch("DROP TRIGGER change_changed").unwrap();
        let sql = format!("UPDATE change SET {wear} WHERE doc = ?1 AND position = {}", damaged.position);
        wear_out(&disk, &sql);
        assert!(is_damage(&disk.store.outbox(0, usize::MAX).unwrap_err()), "{wear}");
        assert!(is_of_document_4(disk.store.body(doc(4))), "{wear}");

        mend(&mut disk);

        let left = disk.store.outbox(0, usize::MAX).unwrap();
        assert_eq!(left.len(), of_all.len() - 1, "{wear}");
        assert!(left.iter().all(|row| of_all.contains(row)), "{wear}");
        assert_eq!(disk.store.refused().unwrap()[0].changes.len(), 1, "{wear}");
    }
}

/// A flip in the file itself, unlike an UPDATE, leaves the index as it was.
#[test]
fn a_change_that_the_index_no_longer_fits_is_mended() {
    let (disk, truth) = phone();
    let waiting = truth.outbox(0, usize::MAX).unwrap();
    let damaged = waiting.iter().find(|row| row.doc == doc(4)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.sqlite");
    let mut bytes = closed(disk);
    let row = bytes.windows(damaged.bytes.len()).position(|window| window == damaged.bytes).unwrap();
    bytes[row + damaged.bytes.len() + 3] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let mut mended = OnDisk { store: SqliteStore::open(&path).unwrap(), directory };
    assert!(is_of_document_4(mended.store.outbox(0, usize::MAX)));

    mend(&mut mended);

    let left = mended.store.outbox(0, usize::MAX).unwrap();
    assert!(waiting.iter().filter(|row| *row != damaged).eq(&left));
    assert_eq!(mended.store.refused().unwrap()[0].changes, vec![damaged.bytes.clone()]);
}

#[test]
fn damaged_authors_receipts_and_partial_snapshots_are_mended() {
    let wears = [
        "UPDATE author SET received_at = 1 WHERE doc = ?1 AND actor = X'04040404040404040404040404040404'",
        "UPDATE receipt SET body = X'00' WHERE doc = ?1",
        "UPDATE partial SET heads = X'00' WHERE doc = ?1",
    ];
    for wear in wears {
        let (mut disk, _) = phone();
        write(&mut disk.store, vec![Write::Partial(doc(4), Some(partial(4)))]);
        wear_out(&disk, wear);
        assert!(is_of_document_4(disk.store.verify()), "{wear}");

        mend(&mut disk);

        assert!(!disk.store.authors(doc(4)).unwrap().is_empty(), "{wear}");
    }
}

#[test]
fn a_row_that_vanished_is_damage_of_its_document() {
    let (mut disk, truth) = phone();
    disk.store.db.execute_batch("DROP TRIGGER draft_removed").unwrap();
    wear_out(
        &disk,
        "DELETE FROM draft WHERE doc = ?1 AND position = (SELECT min(position) FROM draft WHERE doc = ?1)",
    );
    assert!(is_of_document_4(disk.store.body(doc(4))));
    assert!(is_of_document_4(disk.store.drafted()));

    mend(&mut disk);

    assert!(disk.store.body(doc(4)).unwrap().drafts == truth.body(doc(4)).unwrap().drafts[1..]);
}

#[test]
fn nothing_is_removed_from_a_file_whose_pages_do_not_hang_together() {
    let (disk, _) = phone();
    wear_out(&disk, "UPDATE snapshot SET bytes = X'00' WHERE doc = ?1");
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.sqlite");
    let mut bytes = closed(disk);
    let last = bytes.len() - 4096;
    bytes[last..].fill(0xaa);
    std::fs::write(&path, bytes).unwrap();
    let mut store = SqliteStore::open_checking(&path, 0, None).unwrap();

    let refused = store.commit(&Batch { expect: vec![], writes: vec![Write::Mend(doc(4))] });

    assert!(matches!(refused, Err(StoreError::Damaged { .. })), "{refused:?}");
}
