//! Owns what happens before anything is read: versions, accounts, and files that are not ours.

use super::OnDisk;
use crate::sqlite::{SqliteStore, open};
use crate::store::contract::*;
use crate::store::*;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Every file in a directory, byte for byte. The log's index is scratch: every reader writes there.
fn files(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let paths = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let kept = paths.filter(|path| !path.to_string_lossy().ends_with("-shm"));
    kept.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

/// Copies a store while it is open, log included, as a kill would leave it.
fn left_by_a_kill(disk: &OnDisk) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for (path, bytes) in files(disk.directory.path()) {
        std::fs::write(copy.path().join(path.file_name().unwrap()), bytes).unwrap();
    }
    copy
}

#[test]
fn what_was_written_is_there_when_the_store_is_opened_again() {
    let mut disk = OnDisk::new();
    everything_written_is_read_back_as_it_was(&mut disk.store);

    let disk = disk.reopened();

    assert_eq!(disk.store.body(doc(1)).unwrap().drafts, vec![vec![3; 4]]);
    assert_eq!(disk.store.identity().unwrap(), Some(identity(1)));
}

#[test]
fn what_a_kill_left_in_the_log_is_there_when_the_store_is_opened_again() {
    let mut disk = OnDisk::new();
    everything_written_is_read_back_as_it_was(&mut disk.store);
    let copy = left_by_a_kill(&disk);

    let store = SqliteStore::open(copy.path().join("store.sqlite")).unwrap();

    assert_eq!(store.body(doc(1)).unwrap(), disk.store.body(doc(1)).unwrap());
}

#[test]
fn a_store_of_a_newer_version_is_refused_and_not_touched() {
    let mut disk = OnDisk::new();
    everything_written_is_read_back_as_it_was(&mut disk.store);
    let newer = "PRAGMA user_version = 7; PRAGMA application_id = 0x464C0007; CREATE TABLE later (x)";
    disk.store.db.execute_batch(newer).unwrap();
    let copy = left_by_a_kill(&disk);
    let before = files(copy.path());
    assert_eq!(before.len(), 2, "the log is there");

    let refused = SqliteStore::open(copy.path().join("store.sqlite"));

    assert!(matches!(refused, Err(StoreError::Newer { found: 7, known: open::VERSION })), "{refused:?}");
    assert!(files(copy.path()) == before);
}

#[test]
fn a_store_that_another_process_migrates_takes_no_more_writes_from_this_one() {
    let mut disk = OnDisk::new();
    Connection::open(disk.path()).unwrap().pragma_update(None, "user_version", open::VERSION + 1).unwrap();

    let refused = disk.store.commit(&Batch { expect: vec![], writes: vec![Write::Cursor(Some(vec![1]))] });

    assert!(
        matches!(refused, Err(StoreError::Newer { found, .. }) if found == open::VERSION + 1),
        "{refused:?}"
    );
}

#[test]
fn a_store_opens_for_its_own_account_only() {
    let disk = OnDisk::new();
    let open = |n| SqliteStore::open_for(disk.path(), &identity(n));
    write(&mut open(1).unwrap(), vec![Write::Identity(identity(1))]);

    assert!(matches!(open(2), Err(StoreError::OtherAccount)));
    let moved = Identity { device: crate::ids::DeviceId::from_bytes([9; 16]), ..identity(1) };
    assert!(SqliteStore::open_for(disk.path(), &moved).is_ok());
}

#[test]
fn a_file_that_is_no_store_is_called_damaged_and_not_touched() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.sqlite");
    let foreign = |path: &Path| Connection::open(path).unwrap().execute_batch("CREATE TABLE a (b)").unwrap();
    let text = |path: &Path| std::fs::write(path, "a shopping list, not a store at all".repeat(99)).unwrap();
    for make in [&foreign as &dyn Fn(&Path), &text] {
        make(&path);
        let before = files(directory.path());

        let refused = SqliteStore::open(&path);

        assert!(matches!(refused, Err(StoreError::Damaged { .. })), "{refused:?}");
        assert!(files(directory.path()) == before);
        std::fs::remove_file(&path).unwrap();
    }
}

#[test]
fn a_version_that_contradicts_itself_is_damage_and_not_a_newer_version() {
    let disk = OnDisk::new();
    disk.store.db.pragma_update(None, "user_version", 129).unwrap();

    let refused = SqliteStore::open(disk.path());

    assert!(matches!(refused, Err(StoreError::Damaged { .. })), "{refused:?}");
}

#[test]
fn a_store_whose_triggers_are_gone_is_called_damaged() {
    let disk = OnDisk::new();
    disk.store.db.execute_batch("DROP TRIGGER draft_added").unwrap();
    let path = disk.path();

    let refused = SqliteStore::open(path);

    assert!(matches!(refused, Err(StoreError::Damaged { what: "its schema", .. })), "{refused:?}");
}

#[test]
fn the_digest_that_is_written_down_is_that_of_the_schema_that_this_build_makes() {
    let made = open::schema(&open::in_memory().unwrap()).unwrap();
    assert_eq!(open::SCHEMA, made);
}

#[test]
fn an_erased_store_leaves_no_file() {
    let mut disk = OnDisk::new();
    everything_written_is_read_back_as_it_was(&mut disk.store);
    assert_ne!(files(disk.directory.path()).len(), 0);

    disk.store.erase().unwrap();

    assert_eq!(std::fs::read_dir(disk.directory.path()).unwrap().count(), 0);
}

#[test]
fn the_settings_that_keep_what_was_written_are_on() {
    let mut disk = OnDisk::new();
    let stale = Batch { expect: vec![Expect::Generation(doc(1), 1)], writes: vec![] };
    disk.store.commit_unsynced(&Batch::default()).unwrap();
    assert!(disk.store.commit_unsynced(&stale).is_err());
    let number = |name| disk.store.db.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
    let mode: String = disk.store.db.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();

    assert_eq!(mode, "wal");
    let names = ["synchronous", "foreign_keys", "secure_delete", "temp_store", "cell_size_check"];
    assert_eq!(names.map(number), [2, 1, 1, 2, 1]);
    assert!(number("busy_timeout") > 1000);
}

#[test]
fn a_step_to_a_newer_schema_is_taken_whole_or_not_at_all() {
    let mut disk = OnDisk::new();
    write(&mut disk.store, vec![Write::Cursor(Some(vec![1]))]);
    let db = &mut disk.store.db;
    let version = |db: &Connection| {
        let tables = "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'later%'";
        let number = |sql| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        (number("PRAGMA user_version"), number("PRAGMA application_id"), number(tables))
    };
    let good = "CREATE TABLE later (x ANY) STRICT; -- why\nCREATE TABLE later_still (y ANY) STRICT;";
    let bad = "CREATE TABLE later_at_last (z ANY) STRICT; INSERT INTO nowhere VALUES (1);";

    let until_now = open::MIGRATIONS;
    let version_of = |steps: i64| until_now.len() as i64 + steps;

    let failed = open::migrate(db, &[until_now, &[good, bad]].concat());
    assert!(matches!(failed, Err(StoreError::Failed(_))));
    assert_eq!(version(db), (version_of(1), 0x464C_0000 + version_of(1), 2));

    open::migrate(db, &[until_now, &[good, "DROP TABLE later;"]].concat()).unwrap();
    assert_eq!(version(db), (version_of(2), 0x464C_0000 + version_of(2), 1));
    assert_eq!(disk.store.cursor().unwrap(), Some(vec![1]));
}
