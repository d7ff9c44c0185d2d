//! Owns the rules of a document's body: drafts, changes, snapshots and the outbox.

use super::sample::*;
use crate::ids::ChangeHash;
use crate::store::*;

fn outbox_hashes(store: &dyn Store, after: u64, max_bytes: usize) -> Vec<ChangeHash> {
    store.outbox(after, max_bytes).unwrap().into_iter().map(|row| row.hash).collect()
}

pub(crate) fn drafts_keep_the_order_in_which_they_were_made(store: &mut dyn Store) {
    let draft = |n| Write::Draft(doc(1), vec![n]);
    write(store, vec![Write::Document(row(1)), draft(9), draft(1)]);
    write(store, vec![draft(5), draft(1)]);

    assert_eq!(store.body(doc(1)).unwrap().drafts, vec![vec![9], vec![1], vec![5], vec![1]]);
}

pub(crate) fn clearing_drafts_leaves_those_of_other_documents(store: &mut dyn Store) {
    let both = [1, 2].map(|n| [Write::Document(row(n)), Write::Draft(doc(n), vec![n])]).concat();
    write(store, both);

    write(store, vec![Write::ClearDrafts(doc(1)), Write::Draft(doc(1), vec![7])]);

    assert_eq!(store.body(doc(1)).unwrap().drafts, vec![vec![7]]);
    assert!(store.has_drafts(doc(1)).unwrap());
    assert_eq!(store.body(doc(2)).unwrap().drafts, vec![vec![2]]);
}

pub(crate) fn documents_with_drafts_come_oldest_draft_first(store: &mut dyn Store) {
    write(store, (1..=4).map(|n| Write::Document(row(n))).collect());
    write(store, [3, 1, 4, 3].map(|n| Write::Draft(doc(n), vec![n])).to_vec());
    assert_eq!(store.drafted().unwrap(), vec![doc(3), doc(1), doc(4)]);

    write(store, vec![Write::ClearDrafts(doc(3))]);
    assert!(!store.has_drafts(doc(3)).unwrap());
    write(store, vec![Write::ClearDrafts(doc(3)), Write::Draft(doc(3), vec![3])]);
    assert_eq!(store.drafted().unwrap(), vec![doc(1), doc(4), doc(3)]);
}

pub(crate) fn a_change_that_is_already_there_keeps_its_place(store: &mut dyn Store) {
    let add = |n| Write::Change(doc(1), change(n, Standing::Accepted));
    write(store, vec![Write::Document(row(1)), add(5), add(2)]);
    write(store, vec![add(5), add(1), add(2)]);

    let hashes: Vec<_> = store.body(doc(1)).unwrap().changes.into_iter().map(|known| known.hash).collect();
    assert_eq!(hashes, vec![hash(5), hash(2), hash(1)]);
}

pub(crate) fn a_change_may_become_accepted_but_never_waits_again(store: &mut dyn Store) {
    let add = |standing| Write::Change(doc(1), change(1, standing));
    write(store, vec![Write::Document(row(1)), Write::Document(row(2)), add(Standing::Outbox)]);
    write(store, vec![Write::Change(doc(2), change(1, Standing::Outbox))]);

    write(store, vec![add(Standing::Accepted)]);
    assert_eq!(store.body(doc(1)).unwrap().changes, vec![change(1, Standing::Accepted)]);

    write(store, vec![add(Standing::Outbox)]);
    assert_eq!(store.body(doc(1)).unwrap().changes, vec![change(1, Standing::Accepted)]);
    let waiting: Vec<_> = store.outbox(0, 1000).unwrap().into_iter().map(|row| row.doc).collect();
    assert_eq!(waiting, vec![doc(2)]);
}

pub(crate) fn what_is_unread_becomes_accepted_and_what_waits_does_when_it_is_sent_back(
    store: &mut dyn Store,
) {
    let add = |n, standing| Write::Change(doc(1), change(n, standing));
    write(store, vec![Write::Document(row(1)), add(1, Standing::Unread), add(2, Standing::Outbox)]);
    write(store, vec![add(3, Standing::Accepted), add(4, Standing::Unread), add(5, Standing::Unread)]);
    write(store, (1..=5).map(|n| add(n, Standing::Unread)).collect());

    write(store, vec![Write::Accepted(doc(1), hash(4)), add(5, Standing::Accepted)]);

    let standing = |n| if n == 1 { Standing::Unread } else { Standing::Accepted };
    let expected: Vec<_> = (1..=5).map(|n| change(n, standing(n))).collect();
    assert_eq!(store.body(doc(1)).unwrap().changes, expected);
    assert_eq!(outbox_hashes(store, 0, 1000), vec![]);
    let contains = (1..=5).map(hash).collect();
    write(store, vec![Write::Snapshot { doc: doc(1), bytes: vec![1], contains }]);
    assert_eq!(store.body(doc(1)).unwrap().changes, vec![change(1, Standing::Unread)]);
}

pub(crate) fn what_need_not_reach_the_disk_at_once_is_read_back_all_the_same(store: &mut dyn Store) {
    let batch = |expect, n| Batch { expect, writes: vec![Write::Setting("a".into(), Some(vec![n]))] };
    store.commit_unsynced(&batch(vec![], 1)).unwrap();
    let stale = store.commit_unsynced(&batch(vec![Expect::Generation(doc(1), 1)], 2));

    assert!(matches!(stale, Err(StoreError::Stale)));
    assert_eq!(store.setting("a").unwrap(), Some(vec![1]));
}

pub(crate) fn an_accepted_change_leaves_the_outbox_and_keeps_its_place(store: &mut dyn Store) {
    let add = |n| Write::Change(doc(1), change(n, Standing::Outbox));
    write(store, vec![Write::Document(row(1)), add(1), add(2)]);

    write(store, vec![Write::Accepted(doc(1), hash(1)), Write::Accepted(doc(1), hash(3))]);
    write(store, vec![Write::Accepted(doc(2), hash(2))]);

    let expected = vec![change(1, Standing::Accepted), change(2, Standing::Outbox)];
    assert_eq!(store.body(doc(1)).unwrap().changes, expected);
    assert_eq!(outbox_hashes(store, 0, 1000), vec![hash(2)]);
}

pub(crate) fn a_refused_change_is_removed(store: &mut dyn Store) {
    let add = |n| Write::Change(doc(1), change(n, Standing::Outbox));
    write(store, vec![Write::Document(row(1)), add(1), add(2)]);

    write(store, vec![Write::RemoveChange(doc(1), hash(1))]);

    assert_eq!(store.body(doc(1)).unwrap().changes, vec![change(2, Standing::Outbox)]);
    assert_eq!(outbox_hashes(store, 0, 1000), vec![hash(2)]);
}

pub(crate) fn a_snapshot_removes_the_accepted_changes_it_contains_and_no_other(store: &mut dyn Store) {
    let accepted = |n| Write::Change(doc(1), change(n, Standing::Accepted));
    write(store, vec![Write::Document(row(1)), accepted(1), accepted(2)]);
    write(store, vec![Write::Change(doc(1), change(3, Standing::Outbox)), Write::Draft(doc(1), vec![1])]);
    let snapshot =
        |n| Write::Snapshot { doc: doc(1), bytes: vec![n; 3], contains: vec![hash(1), hash(3), hash(4)] };

    write(store, vec![snapshot(1)]);
    write(store, vec![snapshot(2)]);

    let body = store.body(doc(1)).unwrap();
    assert_eq!(body.snapshot, Some(vec![2; 3]));
    assert_eq!(body.changes, vec![change(2, Standing::Accepted), change(3, Standing::Outbox)]);
    assert_eq!(body.drafts, vec![vec![1]]);
}

pub(crate) fn the_outbox_leaves_in_the_order_it_was_written(store: &mut dyn Store) {
    write(store, vec![Write::Document(row(1)), Write::Document(row(2))]);
    for n in [9, 4, 6, 1] {
        write(store, vec![Write::Change(doc(n % 2 + 1), change(n, Standing::Outbox))]);
        write(store, vec![Write::Change(doc(1), change(n + 100, Standing::Accepted))]);
    }

    let waiting = store.outbox(0, 1000).unwrap();

    let seen: Vec<_> = waiting.iter().map(|row| (row.doc, row.hash, row.bytes.clone())).collect();
    assert_eq!(seen, [9, 4, 6, 1].map(|n| (doc(n % 2 + 1), hash(n), vec![n; 10])).to_vec());
    assert!(waiting.is_sorted_by(|a, b| a.position < b.position));
}

pub(crate) fn the_outbox_is_read_in_pages_of_at_least_one_change(store: &mut dyn Store) {
    write(store, vec![Write::Document(row(1))]);
    write(store, (1..=5).map(|n| Write::Change(doc(1), change(n, Standing::Outbox))).collect());

    assert_eq!(outbox_hashes(store, 0, 30), vec![hash(1), hash(2), hash(3)]);
    assert_eq!(outbox_hashes(store, 0, 29), vec![hash(1), hash(2)]);
    assert_eq!(outbox_hashes(store, 0, 0), vec![hash(1)]);
    let third = store.outbox(0, 30).unwrap()[2].position;
    assert_eq!(outbox_hashes(store, third, usize::MAX), vec![hash(4), hash(5)]);
    assert_eq!(outbox_hashes(store, u64::MAX, 30), vec![]);
}

pub(crate) fn positions_are_never_given_twice(store: &mut dyn Store) {
    let wait = |n| Write::Change(doc(1), change(n, Standing::Outbox));
    write(store, vec![Write::Document(row(1)), wait(1), wait(2)]);
    let last = store.outbox(0, 1000).unwrap()[1].position;

    write(store, vec![Write::RemoveChange(doc(1), hash(2)), Write::RemoveChange(doc(1), hash(1)), wait(2)]);
    assert_eq!(outbox_hashes(store, last, 1000), vec![hash(2)]);

    let last = store.outbox(0, 1000).unwrap()[0].position;
    write(store, vec![Write::Purge(doc(1))]);
    write(store, vec![Write::Document(row(1)), wait(3)]);
    assert_eq!(outbox_hashes(store, last, 1000), vec![hash(3)]);
}

pub(crate) fn an_unfinished_snapshot_waits_until_it_is_removed(store: &mut dyn Store) {
    write(store, vec![Write::Document(row(1)), Write::Partial(doc(1), Some(partial(1)))]);
    write(store, vec![Write::Partial(doc(1), Some(partial(2)))]);
    assert_eq!(store.partial(doc(1)).unwrap(), Some(partial(2)));
    assert_eq!(store.body(doc(1)).unwrap(), Body::default());

    write(store, vec![Write::Partial(doc(1), None)]);
    assert_eq!(store.partial(doc(1)).unwrap(), None);
}
