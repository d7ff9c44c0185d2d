//! Owns what only a file can get wrong about search: words that stay behind, and an index that cannot be read.

use super::OnDisk;
use crate::search::{Query, VERSION};
use crate::store::contract::*;
use crate::store::*;

fn with_a_passage() -> OnDisk {
    let mut disk = OnDisk::hasty();
    everything_written_is_read_back_as_it_was(&mut disk.store);
    disk
}

/// What is kept for search was dropped, everything else is there, and search works once it is written again.
#[track_caller]
fn is_made_again(mut disk: OnDisk) {
    assert!(matches!(disk.store.search(&Query::parse("gata")), Err(StoreError::Stale)));
    assert!(disk.store.indexed().unwrap().is_empty());
    assert_eq!(disk.store.body(doc(1)).unwrap().drafts, vec![vec![3; 4]]);
    write(&mut disk.store, vec![Write::Passages(doc(1), vec![passage(1, "gata")])]);
    assert_eq!(found(&disk.store, "gata").len(), 1);
    disk.store.verify().unwrap();
}

#[test]
fn an_index_of_words_that_cannot_be_read_is_dropped_and_no_document_with_it() {
    let disk = with_a_passage();
    disk.store.db.execute_batch("UPDATE word_data SET block = x'00' WHERE id > 10").unwrap();
    is_made_again(disk.reopened());
}

#[test]
fn an_index_of_words_that_lost_a_part_keeps_nobody_from_opening_the_store() {
    let disk = with_a_passage();
    disk.store.db.execute_batch("DELETE FROM word_data WHERE id > 10").unwrap();
    let disk = disk.reopened();
    disk.store.verify().unwrap();
    assert_eq!(disk.store.body(doc(1)).unwrap().drafts, vec![vec![3; 4]]);
}

#[test]
fn a_passage_that_changed_by_itself_is_never_shown() {
    let disk = with_a_passage();
    disk.store.db.execute_batch("UPDATE passage SET text = 'gata?'").unwrap();
    is_made_again(disk);
}

#[test]
fn a_note_of_when_a_document_was_indexed_that_changed_by_itself_is_not_believed() {
    let disk = with_a_passage();
    disk.store.db.execute_batch("UPDATE indexed SET generation = 77").unwrap();
    assert!(matches!(disk.store.indexed(), Err(StoreError::Stale)));
    assert!(disk.store.indexed().unwrap().is_empty());
}

#[test]
fn what_cannot_be_read_when_passages_are_written_is_made_again_with_the_next_try() {
    let mut disk = with_a_passage();
    disk.store.db.execute_batch("UPDATE passage SET text = 'gata?'").unwrap();
    let again = Batch { expect: vec![], writes: vec![Write::Passages(doc(1), vec![passage(1, "iar")])] };
    assert!(matches!(disk.store.commit(&again), Err(StoreError::Stale)));
    disk.store.commit(&again).unwrap();
    assert_eq!((found(&disk.store, "iar").len(), found(&disk.store, "gata").len()), (1, 0));
}

#[test]
fn what_another_version_of_the_app_told_apart_in_another_way_is_made_again() {
    let mut disk = with_a_passage();
    let other = Write::Setting("search_version".into(), Some(vec![VERSION + 1]));
    write(&mut disk.store, vec![Write::Document(row(2)), other]);

    assert!(disk.store.indexed().unwrap().is_empty());
    assert_eq!(found(&disk.store, "gata"), vec![]);
    write(&mut disk.store, vec![Write::Passages(doc(2), vec![passage(2, "gata")])]);
    assert_eq!(found(&disk.store, "gata"), vec![(doc(2), passage(2, "gata"))]);
    assert_eq!(disk.store.indexed().unwrap().len(), 1);
}

/// The index of words of a purged passage leads nowhere, also before the file is rewritten, and when its number is given again.
#[test]
fn a_word_that_stayed_behind_finds_nothing() {
    let mut disk = with_a_passage();
    let put = |writes| Batch { expect: vec![], writes };
    let killed = disk.store.db.transaction().unwrap();
    crate::sqlite::write::apply(&killed, &put(vec![Write::Document(row(2)), Write::Purge(doc(1))])).unwrap();
    crate::sqlite::write::apply(&killed, &put(vec![Write::Passages(doc(2), vec![passage(1, "iar")])]))
        .unwrap();
    killed.commit().unwrap();

    assert_eq!((found(&disk.store, "gata").len(), found(&disk.store, "iar").len()), (0, 1));
    let disk = disk.reopened();
    assert_eq!((found(&disk.store, "gata").len(), found(&disk.store, "iar").len()), (0, 1));
}

#[test]
fn what_was_edited_is_all_that_is_written_again() {
    let mut disk = with_a_passage();
    let texts = |last: &str| vec![passage(1, "unu"), passage(2, "doi"), passage(3, last)];
    write(&mut disk.store, vec![Write::Passages(doc(1), texts("trei"))]);
    let before = disk.store.db.total_changes();
    write(&mut disk.store, vec![Write::Passages(doc(1), texts("trei"))]);
    let same = disk.store.db.total_changes() - before;
    write(&mut disk.store, vec![Write::Passages(doc(1), texts("patru"))]);
    let one = disk.store.db.total_changes() - before - same;
    assert!(same <= 2 && one > same, "{same} rows when nothing changed, {one} when one did");
    assert_eq!(found(&disk.store, "patru").len(), 1);
}
