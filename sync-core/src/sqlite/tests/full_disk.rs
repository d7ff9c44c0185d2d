//! Owns what happens when there is no room, or a batch is cut short at any of its steps.

use super::OnDisk;
use crate::store::contract::*;
use crate::store::*;

fn limit_pages(disk: &OnDisk, pages: i64) {
    disk.store.db.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).unwrap();
}

fn pages(disk: &OnDisk) -> i64 {
    disk.store.db.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap()
}

/// Two documents with everything, and a batch that touches every table.
fn before_and_batch() -> (OnDisk, Batch) {
    let mut disk = OnDisk::hasty();
    everything_written_is_read_back_as_it_was(&mut disk.store);
    let put = |n| DocumentRow { summary: vec![n; 3000], ..row(n) };
    let writes = vec![
        Write::Document(put(1)),
        Write::Accepted(doc(1), hash(2)),
        Write::ClearDrafts(doc(1)),
        Write::Draft(doc(1), vec![9; 6000]),
        Write::Document(put(2)),
        Write::Change(doc(2), StoredChange { bytes: vec![1; 20_000], ..change(7, Standing::Outbox) }),
        Write::Snapshot { doc: doc(1), bytes: vec![2; 30_000], contains: vec![hash(1), hash(2)] },
        Write::Partial(doc(2), Some(PartialSnapshot { heads: vec![], bytes: vec![3; 9000] })),
        Write::Author(doc(2), authored(5, 5)),
        Write::Receipt(receipt(2, 2)),
        Write::Refused(refused(2)),
        Write::Audience(audience_row(2, "agent")),
        Write::Record(RecordRow { body: vec![4; 5000], ..record("person", 1, u64::MAX) }),
        Write::Setting("digest_day".into(), Some(vec![5; 5000])),
        Write::Cursor(Some(vec![6; 2000])),
    ];
    (disk, Batch { expect: vec![Expect::Cursor(Some(vec![]))], writes })
}

fn everything(store: &dyn Store) -> impl PartialEq + use<> {
    let each =
        |n| (store.body(doc(n)).unwrap(), store.partial(doc(n)).unwrap(), store.receipt(doc(n)).unwrap());
    (
        (store.documents(None).unwrap(), each(1), each(2), store.authors(doc(2)).unwrap()),
        (store.outbox(0, usize::MAX).unwrap(), store.drafted().unwrap(), store.refused().unwrap()),
        (store.audiences().unwrap(), store.records("person").unwrap(), store.cursor().unwrap()),
        (store.setting("digest_day").unwrap(), store.identity().unwrap()),
    )
}

#[test]
fn a_full_disk_refuses_the_batch_whole_and_takes_it_when_there_is_room() {
    let (mut disk, batch) = before_and_batch();
    let (before, first) = (everything(&disk.store), pages(&disk));
    let mut refusals = 0;
    limit_pages(&disk, first);
    while let Err(error) = disk.store.commit(&batch) {
        assert!(matches!(error, StoreError::Full), "{error:?}");
        assert!(everything(&disk.store) == before);
        refusals += 1;
        limit_pages(&disk, first + refusals);
    }

    assert!(refusals > 10, "the batch needs room: {refusals}");
    let after = everything(&disk.store);
    assert!(after != before);
    assert!(everything(&disk.reopened().store) == after);
}

#[test]
fn a_batch_that_is_stopped_at_any_of_its_steps_leaves_nothing() {
    let (mut disk, batch) = before_and_batch();
    let before = everything(&disk.store);
    let mut stopped = 0;
    while everything(&disk.store) == before {
        stop_after(&disk, stopped + 1);
        let outcome = disk.store.commit(&batch);
        disk.store.db.progress_handler(0, None::<fn() -> bool>).unwrap();
        assert!(disk.store.db.is_autocommit(), "a transaction is left open at step {stopped}");
        stopped += u32::from(outcome.is_err());
    }

    // The last stop comes when COMMIT is done already: then all of it is there.
    let (mut whole, _) = before_and_batch();
    whole.store.commit(&batch).unwrap();
    assert!(everything(&disk.store) == everything(&whole.store));
    assert!(stopped > 1000, "the batch has many steps: {stopped}");
}

/// Interrupts, once, what runs after so many looks of the database's machine at whether to go on.
fn stop_after(disk: &OnDisk, looks: u32) {
    let mut looked = 0;
    let stop = move || {
        looked += 1;
        looked == looks
    };
    disk.store.db.progress_handler(1, Some(stop)).unwrap();
}

#[test]
fn a_commit_that_fails_at_the_last_moment_leaves_nothing() {
    let (mut disk, batch) = before_and_batch();
    let before = everything(&disk.store);
    disk.store.db.commit_hook(Some(|| true)).unwrap();

    assert!(matches!(disk.store.commit(&batch), Err(StoreError::Failed(_))));
    disk.store.db.commit_hook(None::<fn() -> bool>).unwrap();

    assert!(everything(&disk.store) == before);
    disk.store.commit(&batch).unwrap();
}
