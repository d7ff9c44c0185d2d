//! Owns the rules of everything that is read as a list or by name.

use super::sample::*;
use crate::ids::DocId;
use crate::store::*;
use crate::time::Timestamp;

pub(crate) fn lists_show_the_newest_change_first_and_only_the_kind_asked_for(store: &mut dyn Store) {
    let at = |n, moment| Write::Document(DocumentRow { changed_at: Timestamp(moment), ..row(n) });
    write(store, vec![at(1, 5), at(2, -7), at(3, 5), at(4, 9)]);

    let shown = |kind| -> Vec<DocId> {
        store.documents(kind).unwrap().into_iter().map(|document| document.doc).collect()
    };
    assert_eq!(shown(None), vec![doc(4), doc(1), doc(3), doc(2)]);
    assert_eq!(shown(Some("meeting")), vec![doc(4), doc(2)]);
    assert_eq!(shown(Some("meet")), vec![]);
}

pub(crate) fn documents_are_listed_by_how_much_of_them_is_here(store: &mut dyn Store) {
    let put = |n, presence| Write::Document(DocumentRow { presence, ..row(n) });
    write(store, vec![put(3, Presence::Stub), put(1, Presence::Stub), put(2, Presence::Full)]);
    write(store, vec![put(4, Presence::Damaged), put(5, Presence::Leaving), put(6, Presence::Stub)]);
    write(store, vec![put(8, Presence::Behind), put(9, Presence::Behind)]);
    write(store, vec![put(3, Presence::Leaving), put(7, Presence::Stub), Write::Purge(doc(6))]);
    write(store, vec![Write::Purge(doc(9))]);

    let listed = |presence| -> Vec<DocId> {
        store.documents_in(presence).unwrap().into_iter().map(|document| document.doc).collect()
    };
    assert_eq!(listed(Presence::Full), vec![doc(2)]);
    assert_eq!(listed(Presence::Stub), vec![doc(1), doc(7)]);
    assert_eq!(listed(Presence::Damaged), vec![doc(4)]);
    assert_eq!(listed(Presence::Behind), vec![doc(8)]);
    assert_eq!(listed(Presence::Leaving), vec![doc(3), doc(5)]);
}

pub(crate) fn an_audience_names_its_documents(store: &mut dyn Store) {
    write(store, (1..=7).rev().map(|n| Write::Document(row(n))).collect());
    write(store, vec![Write::Document(DocumentRow { audience: audience(2), ..row(4) })]);

    assert_eq!(store.documents_of(audience(1)).unwrap(), vec![doc(1), doc(7)]);
    assert_eq!(store.documents_of(audience(2)).unwrap(), vec![doc(2), doc(4), doc(5)]);
}

pub(crate) fn a_known_actor_keeps_its_first_owner(store: &mut dyn Store) {
    write(store, vec![Write::Document(row(1)), Write::Document(row(2))]);
    write(store, vec![Write::Author(doc(1), authored(3, 1)), Write::Author(doc(1), authored(2, 1))]);
    write(store, vec![Write::Author(doc(1), authored(3, 9)), Write::Author(doc(2), authored(3, 9))]);

    assert_eq!(store.authors(doc(1)).unwrap(), vec![authored(2, 1), authored(3, 1)]);
    assert_eq!(store.author(doc(1), actor(3)).unwrap(), Some(authored(3, 1)));
    assert_eq!(store.author(doc(2), actor(3)).unwrap(), Some(authored(3, 9)));
    assert_eq!(store.author(doc(2), actor(2)).unwrap(), None);
}

pub(crate) fn the_newest_receipt_replaces_the_one_before(store: &mut dyn Store) {
    write(store, vec![Write::Document(row(1)), Write::Receipt(receipt(1, 1))]);
    write(store, vec![Write::Receipt(receipt(1, 2))]);

    assert_eq!(store.receipt(doc(1)).unwrap(), Some(receipt(1, 2)));
}

pub(crate) fn what_was_refused_stays_until_its_author_has_seen_to_it(store: &mut dyn Store) {
    write(store, vec![Write::Refused(RefusedRow { id: 3, ..refused(1) }), Write::Refused(refused(2))]);

    let kept = store.refused().unwrap();
    assert_eq!([kept[0].doc, kept[1].doc], [doc(2), doc(1)]);
    assert!(kept[0].id > kept[1].id);

    write(store, vec![Write::ForgetRefused(kept[0].id)]);
    assert_eq!(store.refused().unwrap(), kept[1..]);
    write(store, vec![Write::Refused(refused(3))]);
    assert!(store.refused().unwrap()[0].id > kept[0].id);
}

pub(crate) fn commands_wait_in_the_order_in_which_they_were_decided_until_they_are_answered(
    store: &mut dyn Store,
) {
    write(store, [7, 3].map(|n| Write::Command(command(n))).to_vec());
    let again = Command { kind: "something else".into(), ..command(7) };
    write(store, vec![Write::Command(command(5)), Write::Command(again)]);
    assert_eq!(store.commands().unwrap(), [7, 3, 5].map(command));

    write(store, vec![Write::ForgetCommand(command(3).id), Write::ForgetCommand(command(9).id)]);
    assert_eq!(store.commands().unwrap(), [7, 5].map(command));
    write(store, vec![Write::ForgetCommand(command(7).id), Write::Command(command(7))]);
    assert_eq!(store.commands().unwrap(), [5, 7].map(command));
}

pub(crate) fn audiences_are_replaced_and_removed(store: &mut dyn Store) {
    write(store, [3, 1, 2].map(|n| Write::Audience(audience_row(n, "agent"))).to_vec());
    write(store, vec![Write::Audience(audience_row(2, "leader")), Write::RemoveAudience(audience(1))]);

    assert_eq!(store.audiences().unwrap(), vec![audience_row(2, "leader"), audience_row(3, "agent")]);
}

pub(crate) fn an_older_record_never_replaces_a_newer_one(store: &mut dyn Store) {
    let named = |version, body: &[u8]| {
        Write::Record(RecordRow { body: body.to_vec(), ..record("person", 1, version) })
    };
    write(store, vec![named(256, b"new"), named(255, b"old")]);
    assert_eq!(store.records("person").unwrap()[0].body, b"new");

    write(store, vec![named(256, b"again"), named(u64::MAX, b"last"), named(1 << 62, b"late")]);
    assert_eq!(store.records("person").unwrap()[0].body, b"last");
}

pub(crate) fn collections_of_records_are_apart(store: &mut dyn Store) {
    let people = [2, 1].map(|n| Write::Record(record("person", n, 1)));
    write(store, people.into_iter().chain([Write::Record(record("team", 1, 1))]).collect());
    assert_eq!(store.records("person").unwrap(), vec![record("person", 1, 1), record("person", 2, 1)]);

    write(store, vec![Write::RemoveRecord("person".into(), vec![1])]);
    assert_eq!(store.records("person").unwrap(), vec![record("person", 2, 1)]);
    assert_eq!(store.records("team").unwrap(), vec![record("team", 1, 1)]);
}

pub(crate) fn cursor_and_settings_are_set_and_cleared(store: &mut dyn Store) {
    let set = |name: &str, value: Option<&[u8]>| Write::Setting(name.into(), value.map(<[u8]>::to_vec));
    write(store, vec![Write::Cursor(Some(vec![1])), set("a", Some(b"x")), set("b", Some(b""))]);
    write(store, vec![Write::Cursor(None), set("a", Some(b"y"))]);
    assert_eq!(store.cursor().unwrap(), None);
    assert_eq!(store.setting("a").unwrap(), Some(b"y".to_vec()));

    write(store, vec![set("a", None)]);
    assert_eq!(store.setting("a").unwrap(), None);
    assert_eq!(store.setting("b").unwrap(), Some(vec![]));
}
