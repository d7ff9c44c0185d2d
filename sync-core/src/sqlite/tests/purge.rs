//! Owns the proof that what was purged is in no byte of the file or its log.

use super::OnDisk;
use crate::store::contract::*;
use crate::store::*;
use proptest::prelude::*;

/// Text that a search finds wherever a part of it was left: each marker is unique to one document.
fn marked(n: u8, part: u32, length: usize) -> Vec<u8> {
    let marker = format!("<secret of {n:03}>{part:06}");
    marker.bytes().cycle().take(length).collect()
}

fn traces(disk: &OnDisk, n: u8) -> usize {
    let files = std::fs::read_dir(disk.directory.path()).unwrap().map(|entry| entry.unwrap().path());
    let markers = [format!("secret of {n:03}"), format!("wordof{n:03}")];
    let in_file = |file| {
        let bytes = std::fs::read(file).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        markers.iter().map(|marker| text.matches(marker.as_str()).count()).sum::<usize>()
    };
    files.map(in_file).sum()
}

/// One more row of a document, small or large, in one of its tables; some remove an earlier one.
fn add(disk: &mut OnDisk, n: u8, part: u32, size: usize) {
    let (bytes, name) = (marked(n, part, size), hash((part % 200) as u8));
    let change = StoredChange { hash: name, bytes: bytes.clone(), standing: Standing::Accepted };
    let one = match part % 7 {
        0 | 1 => Write::Change(doc(n), change),
        2 | 3 => Write::Draft(doc(n), bytes),
        4 => Write::Snapshot { doc: doc(n), bytes, contains: vec![hash(((part + 196) % 200) as u8)] },
        5 => Write::Partial(doc(n), Some(PartialSnapshot { heads: vec![], bytes })),
        _ => Write::ClearDrafts(doc(n)),
    };
    let row = DocumentRow { summary: marked(n, part, 60 + size % 90), ..row(n) };
    let words = (0..4).map(|at| format!("wordof{n:03}no{}", part + at)).collect::<Vec<_>>().join(" ");
    let passages = Write::Passages(doc(n), vec![passage(1, &words), passage(2, &format!("{words} again"))]);
    write(&mut disk.store, vec![Write::Document(row), one, passages]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn nothing_of_a_purged_document_is_left_in_any_file(
        rows in prop::collection::vec((0..12_u8, prop_oneof![5_usize..400, 400_usize..9000]), 30..200),
    ) {
        let mut disk = OnDisk::hasty();
        for (part, (n, size)) in rows.iter().enumerate() {
            add(&mut disk, *n, part as u32, *size);
        }
        for n in 0..12 {
            prop_assert!(traces(&disk, n) > 0 || rows.iter().all(|(written, _)| *written != n));
            write(&mut disk.store, vec![Write::Purge(doc(n))]);
            prop_assert_eq!(traces(&disk, n), 0);
        }
    }
}

/// Rows that make room for others leave copies of themselves in the page they came from, which are not
/// overwritten when the rows are deleted in their new place. They were found there, with these rows.
#[test]
fn nothing_is_left_where_rows_made_room_for_others() {
    let mut disk = OnDisk::hasty();
    let mut random = 1_u32;
    let mut below = |limit: u32| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 16) % limit
    };
    for part in 0..150 {
        let (n, size) = (below(12) as u8, if below(2) == 0 { 5 + below(400) } else { 400 + below(8600) });
        add(&mut disk, n, part, size as usize);
    }
    for n in 0..12 {
        write(&mut disk.store, vec![Write::Purge(doc(n))]);
        assert_eq!((n, traces(&disk, n)), (n, 0));
    }
}

#[test]
fn what_another_reader_kept_in_the_log_goes_with_the_next_commit() {
    let mut disk = OnDisk::new();
    add(&mut disk, 2, 0, 300);
    let reader = rusqlite::Connection::open(disk.path()).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM draft").unwrap();

    write(&mut disk.store, vec![Write::Purge(doc(2))]);
    assert!(traces(&disk, 2) > 0, "the reader still sees the document");
    drop(reader);
    write(&mut disk.store, vec![Write::Cursor(None)]);

    assert_eq!(traces(&disk, 2), 0);
}

#[test]
fn a_purge_that_was_killed_before_the_scrub_is_scrubbed_when_the_store_is_opened() {
    let mut disk = OnDisk::new();
    add(&mut disk, 2, 0, 300);
    add(&mut disk, 3, 0, 300);
    let purge = Batch { expect: vec![], writes: vec![Write::Purge(doc(2))] };
    let killed = disk.store.db.transaction().unwrap();
    crate::sqlite::write::apply(&killed, &purge).unwrap();
    killed.commit().unwrap();
    assert!(traces(&disk, 2) > 0);
    assert_ne!(scrubs(&disk), (1, 1));

    let disk = disk.reopened();

    assert_eq!((traces(&disk, 2), scrubs(&disk)), (0, (1, 1)));
    assert!(traces(&disk, 3) > 0);
}

/// How many purges there were, and how many were scrubbed.
fn scrubs(disk: &OnDisk) -> (i64, i64) {
    let sql = "SELECT purges, scrubbed FROM store";
    disk.store.db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}
