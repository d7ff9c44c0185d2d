//! Owns the contract that every store passes: one behaviour for each function, on an empty store.

mod body;
mod rows;
mod sample;
mod search;

use super::*;
pub(crate) use body::*;
pub(crate) use rows::*;
pub(crate) use sample::*;
pub(crate) use search::*;

/// Makes a test of every rule, each on the store that the expression makes.
macro_rules! every_rule {
    ($make:expr) => {
        $crate::store::contract::every_rule!(@ $make;
            a_new_store_is_empty
            everything_written_is_read_back_as_it_was
            a_batch_that_was_decided_on_an_older_generation_writes_nothing
            a_batch_that_was_decided_on_another_cursor_writes_nothing
            a_batch_that_fails_in_the_middle_writes_nothing
            every_write_of_a_document_raises_its_generation
            a_document_that_comes_back_after_a_purge_never_repeats_a_generation
            nothing_is_stored_for_a_document_that_has_no_row
            removing_what_is_not_there_does_nothing
            lists_show_the_newest_change_first_and_only_the_kind_asked_for
            documents_are_listed_by_how_much_of_them_is_here
            an_audience_names_its_documents
            a_purge_takes_everything_of_a_document_but_what_was_refused
            drafts_keep_the_order_in_which_they_were_made
            clearing_drafts_leaves_those_of_other_documents
            documents_with_drafts_come_oldest_draft_first
            a_change_that_is_already_there_keeps_its_place
            a_change_may_become_accepted_but_never_waits_again
            what_is_unread_becomes_accepted_and_what_waits_does_when_it_is_sent_back
            what_need_not_reach_the_disk_at_once_is_read_back_all_the_same
            an_accepted_change_leaves_the_outbox_and_keeps_its_place
            a_refused_change_is_removed
            a_snapshot_removes_the_accepted_changes_it_contains_and_no_other
            the_outbox_leaves_in_the_order_it_was_written
            the_outbox_is_read_in_pages_of_at_least_one_change
            positions_are_never_given_twice
            an_unfinished_snapshot_waits_until_it_is_removed
            a_known_actor_keeps_its_first_owner
            the_newest_receipt_replaces_the_one_before
            what_was_refused_stays_until_its_author_has_seen_to_it
            commands_wait_in_the_order_in_which_they_were_decided_until_they_are_answered
            audiences_are_replaced_and_removed
            an_older_record_never_replaces_a_newer_one
            collections_of_records_are_apart
            cursor_and_settings_are_set_and_cleared
            another_account_is_refused
            the_same_account_may_move_to_a_new_device
            an_erased_store_reads_as_new_and_takes_no_more_writes
            mending_a_sound_document_removes_nothing
            passages_are_found_by_all_of_their_words_in_the_order_in_which_they_are_read
            passages_that_are_written_again_are_found_by_what_they_say_now
            passages_are_as_of_the_generation_at_which_they_were_written
            nothing_of_a_purged_document_is_found
        );
    };
    (@ $make:expr; $($rule:ident)*) => {
        $(
            #[test]
            fn $rule() {
                $crate::store::contract::$rule(&mut $make);
            }
        )*
    };
}
pub(crate) use every_rule;

pub(crate) fn a_new_store_is_empty(store: &mut dyn Store) {
    assert_eq!(store.identity().unwrap(), None);
    assert_eq!(store.cursor().unwrap(), None);
    assert_eq!(store.setting("digest_day").unwrap(), None);
    assert_eq!(store.document(doc(1)).unwrap(), None);
    assert_eq!(store.documents(None).unwrap(), vec![]);
    assert_eq!(store.documents_in(Presence::Full).unwrap(), vec![]);
    assert_eq!(store.documents_in(Presence::Stub).unwrap(), vec![]);
    assert_eq!(store.documents_of(audience(1)).unwrap(), vec![]);
    assert_eq!(store.body(doc(1)).unwrap(), Body::default());
    assert_eq!(store.partial(doc(1)).unwrap(), None);
    assert_eq!(store.drafted().unwrap(), vec![]);
    assert!(!store.has_drafts(doc(1)).unwrap());
    assert_eq!(store.outbox(0, 1000).unwrap(), vec![]);
    assert_eq!(store.author(doc(1), actor(1)).unwrap(), None);
    assert_eq!(store.authors(doc(1)).unwrap(), vec![]);
    assert_eq!(store.receipt(doc(1)).unwrap(), None);
    assert_eq!(store.commands().unwrap(), vec![]);
    assert_eq!(store.refused().unwrap(), vec![]);
    assert_eq!(store.audiences().unwrap(), vec![]);
    assert_eq!(store.records("person").unwrap(), vec![]);
    assert_eq!(store.indexed().unwrap(), BTreeMap::new());
    assert_eq!(store.search(&Query::parse("a")).unwrap(), vec![]);
}

pub(crate) fn everything_written_is_read_back_as_it_was(store: &mut dyn Store) {
    let batch = vec![
        Write::Identity(identity(1)),
        Write::Document(row(1)),
        Write::Snapshot { doc: doc(1), bytes: vec![1; 9000], contains: vec![] },
        Write::Change(doc(1), change(1, Standing::Accepted)),
        Write::Change(doc(1), change(2, Standing::Outbox)),
        Write::Draft(doc(1), vec![3; 4]),
        Write::Partial(doc(1), Some(partial(4))),
        Write::Author(doc(1), authored(1, 1)),
        Write::Receipt(receipt(1, 1)),
        Write::Passages(doc(1), vec![passage(1, "aproape gata")]),
        Write::Command(command(1)),
        Write::Refused(refused(1)),
        Write::Audience(audience_row(1, "leader")),
        Write::Record(record("person", 1, u64::MAX)),
        Write::Cursor(Some(vec![])),
        Write::Setting("digest_day".into(), Some(vec![0])),
    ];

    write(store, batch);

    assert_eq!(store.identity().unwrap(), Some(identity(1)));
    assert_eq!(store.document(doc(1)).unwrap(), Some(DocumentRow { generation: 1, ..row(1) }));
    let body = Body {
        snapshot: Some(vec![1; 9000]),
        changes: vec![change(1, Standing::Accepted), change(2, Standing::Outbox)],
        drafts: vec![vec![3; 4]],
    };
    assert_eq!(store.body(doc(1)).unwrap(), body);
    assert_eq!(store.partial(doc(1)).unwrap(), Some(partial(4)));
    assert_eq!(store.author(doc(1), actor(1)).unwrap(), Some(authored(1, 1)));
    assert_eq!(store.receipt(doc(1)).unwrap(), Some(receipt(1, 1)));
    assert_eq!(found(store, "gata"), vec![(doc(1), passage(1, "aproape gata"))]);
    assert_eq!(store.commands().unwrap(), vec![command(1)]);
    let kept = store.refused().unwrap();
    assert_eq!(kept, vec![RefusedRow { id: kept[0].id, ..refused(1) }]);
    assert_eq!(store.audiences().unwrap(), vec![audience_row(1, "leader")]);
    assert_eq!(store.records("person").unwrap(), vec![record("person", 1, u64::MAX)]);
    assert_eq!(store.cursor().unwrap(), Some(vec![]));
    assert_eq!(store.setting("digest_day").unwrap(), Some(vec![0]));
}

pub(crate) fn a_batch_that_was_decided_on_an_older_generation_writes_nothing(store: &mut dyn Store) {
    write(store, vec![Write::Document(row(1))]);
    write(store, vec![Write::Document(row(1))]);
    let draft = |generation| Batch {
        expect: vec![Expect::Generation(doc(2), 0), Expect::Generation(doc(1), generation)],
        writes: vec![Write::Cursor(Some(vec![1])), Write::Draft(doc(1), vec![1])],
    };

    for wrong in [0, 1, 3] {
        assert!(matches!(store.commit(&draft(wrong)), Err(StoreError::Stale)), "{wrong}");
    }
    assert_eq!(store.body(doc(1)).unwrap(), Body::default());
    assert_eq!(store.cursor().unwrap(), None);

    store.commit(&draft(2)).unwrap();
    assert_eq!(store.body(doc(1)).unwrap().drafts, vec![vec![1]]);
}

pub(crate) fn a_batch_that_was_decided_on_another_cursor_writes_nothing(store: &mut dyn Store) {
    write(store, vec![Write::Cursor(Some(vec![1]))]);
    let advance = |from: Option<Vec<u8>>| Batch {
        expect: vec![Expect::Cursor(from)],
        writes: vec![Write::Cursor(Some(vec![2]))],
    };

    for wrong in [None, Some(vec![]), Some(vec![2])] {
        assert!(matches!(store.commit(&advance(wrong)), Err(StoreError::Stale)));
    }
    assert_eq!(store.cursor().unwrap(), Some(vec![1]));

    store.commit(&advance(Some(vec![1]))).unwrap();
    assert_eq!(store.cursor().unwrap(), Some(vec![2]));
}

pub(crate) fn a_batch_that_fails_in_the_middle_writes_nothing(store: &mut dyn Store) {
    write(store, vec![Write::Document(row(1)), Write::Draft(doc(1), vec![1])]);
    let writes = vec![
        Write::ClearDrafts(doc(1)),
        Write::Purge(doc(1)),
        Write::Cursor(Some(vec![1])),
        Write::Draft(doc(9), vec![1]),
        Write::Setting("after".into(), Some(vec![1])),
    ];

    let failed = store.commit(&Batch { expect: vec![], writes });

    assert!(matches!(failed, Err(StoreError::NoDocument(missing)) if missing == doc(9)));
    assert_eq!(store.body(doc(1)).unwrap().drafts, vec![vec![1]]);
    assert_eq!(store.document(doc(1)).unwrap().unwrap().generation, 1);
    assert_eq!((store.cursor().unwrap(), store.setting("after").unwrap()), (None, None));
}

pub(crate) fn every_write_of_a_document_raises_its_generation(store: &mut dyn Store) {
    write(store, vec![Write::Document(DocumentRow { generation: 77, ..row(1) })]);
    assert_eq!(store.document(doc(1)).unwrap().unwrap().generation, 1);

    write(store, vec![Write::Document(row(1)), Write::Document(row(1)), Write::Draft(doc(1), vec![])]);
    assert_eq!(store.document(doc(1)).unwrap().unwrap().generation, 3);
}

pub(crate) fn a_document_that_comes_back_after_a_purge_never_repeats_a_generation(store: &mut dyn Store) {
    write(store, vec![Write::Document(row(1)), Write::Document(row(1)), Write::Document(row(2))]);
    write(store, vec![Write::Purge(doc(1)), Write::Purge(doc(2))]);
    let gone = Batch { expect: vec![Expect::Generation(doc(1), 0)], writes: vec![Write::Document(row(1))] };

    store.commit(&gone).unwrap();

    assert_eq!(store.document(doc(1)).unwrap().unwrap().generation, 3);
}

pub(crate) fn nothing_is_stored_for_a_document_that_has_no_row(store: &mut dyn Store) {
    let homeless = [
        Write::Draft(doc(1), vec![1]),
        Write::Change(doc(1), change(1, Standing::Outbox)),
        Write::Snapshot { doc: doc(1), bytes: vec![], contains: vec![] },
        Write::Partial(doc(1), Some(partial(1))),
        Write::Author(doc(1), authored(1, 1)),
        Write::Receipt(receipt(1, 1)),
        Write::Passages(doc(1), vec![]),
    ];
    for one in homeless {
        let refused = store.commit(&Batch { expect: vec![], writes: vec![one.clone()] });
        assert!(matches!(refused, Err(StoreError::NoDocument(missing)) if missing == doc(1)), "{one:?}");
    }
    a_new_store_is_empty(store);
}

pub(crate) fn removing_what_is_not_there_does_nothing(store: &mut dyn Store) {
    let nothing = vec![
        Write::Purge(doc(1)),
        Write::Mend(doc(1)),
        Write::ClearDrafts(doc(1)),
        Write::Accepted(doc(1), hash(1)),
        Write::RemoveChange(doc(1), hash(1)),
        Write::Partial(doc(1), None),
        Write::ForgetCommand(command(1).id),
        Write::ForgetRefused(1),
        Write::ForgetRefused(u64::MAX),
        Write::RemoveAudience(audience(1)),
        Write::RemoveRecord("person".into(), vec![1]),
        Write::Setting("digest_day".into(), None),
        Write::Cursor(None),
    ];
    write(store, nothing);
    a_new_store_is_empty(store);
}

pub(crate) fn a_purge_takes_everything_of_a_document_but_what_was_refused(store: &mut dyn Store) {
    everything_written_is_read_back_as_it_was(store);
    write(store, vec![Write::Document(row(2)), Write::Draft(doc(2), vec![2])]);

    write(store, vec![Write::Purge(doc(1))]);

    let gone = |store: &dyn Store| {
        assert_eq!(store.document(doc(1)).unwrap(), None);
        assert_eq!(store.body(doc(1)).unwrap(), Body::default());
        assert_eq!(store.partial(doc(1)).unwrap(), None);
        assert_eq!(store.authors(doc(1)).unwrap(), vec![]);
        assert_eq!(store.receipt(doc(1)).unwrap(), None);
        assert_eq!(store.outbox(0, 1000).unwrap(), vec![]);
        assert_eq!(store.drafted().unwrap(), vec![doc(2)]);
        assert_eq!(store.documents(None).unwrap().len(), 1);
    };
    gone(store);
    assert_eq!(store.refused().unwrap().len(), 1);
    assert_eq!(store.commands().unwrap().len(), 1);

    write(store, vec![Write::Document(row(1))]);
    assert_eq!(store.body(doc(1)).unwrap(), Body::default());
    assert_eq!(store.authors(doc(1)).unwrap(), vec![]);
}

pub(crate) fn another_account_is_refused(store: &mut dyn Store) {
    write(store, vec![Write::Identity(identity(1))]);
    let others = [
        identity(2),
        Identity { org: OrgId::from_bytes([9; 16]), ..identity(1) },
        Identity { server_id: "other.test".into(), ..identity(1) },
    ];
    for other in others {
        let writes = vec![Write::Cursor(Some(vec![1])), Write::Identity(other)];
        let refused = store.commit(&Batch { expect: vec![], writes });
        assert!(matches!(refused, Err(StoreError::OtherAccount)));
    }
    assert_eq!(store.identity().unwrap(), Some(identity(1)));
    assert_eq!(store.cursor().unwrap(), None);
}

pub(crate) fn the_same_account_may_move_to_a_new_device(store: &mut dyn Store) {
    let moved = Identity { device: DeviceId::from_bytes([8; 16]), url: "https://new".into(), ..identity(1) };
    write(store, vec![Write::Identity(identity(1))]);
    write(store, vec![Write::Identity(moved.clone())]);
    assert_eq!(store.identity().unwrap(), Some(moved));
}

pub(crate) fn mending_a_sound_document_removes_nothing(store: &mut dyn Store) {
    everything_written_is_read_back_as_it_was(store);
    let before = (store.document(doc(1)).unwrap(), store.body(doc(1)).unwrap());

    write(store, vec![Write::Mend(doc(1))]);

    assert_eq!((store.document(doc(1)).unwrap(), store.body(doc(1)).unwrap()), before);
    assert_eq!(store.partial(doc(1)).unwrap(), Some(partial(4)));
    assert_eq!(store.authors(doc(1)).unwrap(), vec![authored(1, 1)]);
    assert_eq!(store.receipt(doc(1)).unwrap(), Some(receipt(1, 1)));
}

pub(crate) fn an_erased_store_reads_as_new_and_takes_no_more_writes(store: &mut dyn Store) {
    everything_written_is_read_back_as_it_was(store);

    store.erase().unwrap();

    a_new_store_is_empty(store);
    let write = Batch { expect: vec![], writes: vec![Write::Cursor(Some(vec![1]))] };
    assert!(matches!(store.commit(&write), Err(StoreError::Erased)));
    store.erase().unwrap();
    a_new_store_is_empty(store);
}
