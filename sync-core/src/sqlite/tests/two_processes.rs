//! Owns two connections on one file: the app and its background task.

use super::OnDisk;
use crate::sqlite::SqliteStore;
use crate::store::contract::*;
use crate::store::*;
use std::thread;

fn draft(n: u8, generation: u64, bytes: Vec<u8>) -> Batch {
    Batch {
        expect: vec![Expect::Generation(doc(n), generation)],
        writes: vec![Write::Document(row(n)), Write::Draft(doc(n), bytes)],
    }
}

#[test]
fn what_one_process_commits_the_other_sees() {
    let mut app = OnDisk::new();
    let background = SqliteStore::open(app.path()).unwrap();

    everything_written_is_read_back_as_it_was(&mut app.store);

    assert_eq!(background.body(doc(1)).unwrap(), app.store.body(doc(1)).unwrap());
    assert_eq!(background.cursor().unwrap(), app.store.cursor().unwrap());
}

#[test]
fn the_process_that_decided_on_what_the_other_has_changed_is_stale() {
    let mut app = OnDisk::new();
    let mut background = SqliteStore::open(app.path()).unwrap();
    write(&mut app.store, vec![Write::Document(row(1)), Write::Cursor(Some(vec![1]))]);

    app.store.commit(&draft(1, 1, b"app".to_vec())).unwrap();
    assert!(matches!(background.commit(&draft(1, 1, b"background".to_vec())), Err(StoreError::Stale)));
    background.commit(&draft(1, 2, b"again".to_vec())).unwrap();

    assert_eq!(app.store.body(doc(1)).unwrap().drafts, vec![b"app".to_vec(), b"again".to_vec()]);
}

#[test]
fn two_processes_may_create_the_store_at_once() {
    for _ in 0..20 {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("store.sqlite");
        let open = || {
            let mut store = SqliteStore::open(&path).unwrap();
            write(&mut store, vec![Write::Refused(refused(1))]);
        };
        thread::scope(|scope| [0; 3].map(|_| scope.spawn(open)).map(|one| one.join().unwrap()));

        assert_eq!(SqliteStore::open(&path).unwrap().refused().unwrap().len(), 3);
    }
}

/// Reads the generation, decides, commits; when stale, again. No edit may be lost or doubled by it.
#[test]
fn edits_of_two_processes_at_once_all_survive() {
    let mut app = OnDisk::hasty();
    write(&mut app.store, vec![Write::Document(row(1))]);
    let path = app.path();
    let edit_25_times = |name: u8| {
        let mut store = SqliteStore::open(&path).unwrap();
        for edit in 0..25 {
            while let Err(error) = {
                let generation = store.document(doc(1)).unwrap().unwrap().generation;
                store.commit(&draft(1, generation, vec![name, edit]))
            } {
                assert!(matches!(error, StoreError::Stale), "{error:?}");
            }
        }
    };

    thread::scope(|scope| {
        [1, 2, 3].map(|name| scope.spawn(move || edit_25_times(name))).map(|one| one.join().unwrap())
    });

    let drafts = app.store.body(doc(1)).unwrap().drafts;
    for name in [1, 2, 3] {
        let of_one: Vec<u8> = drafts.iter().filter(|draft| draft[0] == name).map(|draft| draft[1]).collect();
        assert_eq!(of_one, (0..25).collect::<Vec<u8>>());
    }
    assert_eq!(app.store.document(doc(1)).unwrap().unwrap().generation, 76);
}
