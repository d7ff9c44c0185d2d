//! Owns the rules of what search finds.

use super::sample::*;
use crate::store::*;

/// Two documents in use, one of them in two languages.
fn two_documents(store: &mut dyn Store) {
    let feedback = ["Șerban a rămas calm", "客户很满意,投诉处理得很好", "asked an open question"];
    let feedback = feedback.iter().zip(1..).map(|(text, n)| passage(n, text)).collect();
    let notes = vec![passage(9, "talked to Şerban about the headset\nand an open door")];
    write(store, vec![Write::Document(row(1)), Write::Passages(doc(1), feedback)]);
    write(store, vec![Write::Document(row(2)), Write::Passages(doc(2), notes)]);
}

fn places(store: &dyn Store, typed: &str) -> Vec<(DocId, String)> {
    let last = |passage: Passage| passage.place.keys()[1].clone();
    found(store, typed).into_iter().map(|(doc, passage)| (doc, last(passage))).collect()
}

pub(crate) fn passages_are_found_by_all_of_their_words_in_the_order_in_which_they_are_read(
    store: &mut dyn Store,
) {
    two_documents(store);
    let in_first = |n: &str| (doc(1), n.to_owned());
    let in_second = || (doc(2), "9".to_owned());
    for (typed, expected) in [
        ("serban", vec![in_first("1"), in_second()]),
        ("ȘERBAN talked", vec![in_second()]),
        ("open", vec![in_first("3"), in_second()]),
        ("open que", vec![in_first("3")]),
        ("que open", vec![]),
        ("a", vec![in_first("1"), in_first("3"), in_second()]),
        ("投诉处理", vec![in_first("2")]),
        ("好", vec![in_first("2")]),
        ("处诉", vec![]),
        ("", vec![]),
        ("\" OR NOT *", vec![]),
        ("word", vec![]),
        ("about the headset and", vec![in_second()]),
    ] {
        assert_eq!(places(store, typed), expected, "{typed}");
    }
}

pub(crate) fn passages_that_are_written_again_are_found_by_what_they_say_now(store: &mut dyn Store) {
    two_documents(store);
    let now = vec![passage(1, "Șerban a întrebat"), passage(3, "asked an open question")];

    write(store, vec![Write::Passages(doc(1), now.clone())]);
    write(store, vec![Write::Passages(doc(1), now)]);

    assert_eq!(places(store, "calm"), vec![]);
    assert_eq!(places(store, "投诉"), vec![]);
    assert_eq!(places(store, "intrebat"), vec![(doc(1), "1".into())]);
    assert_eq!(places(store, "question"), vec![(doc(1), "3".into())]);
    assert_eq!(places(store, "headset"), vec![(doc(2), "9".into())]);
    write(store, vec![Write::Passages(doc(1), vec![])]);
    assert_eq!(places(store, "serban"), vec![(doc(2), "9".into())]);
}

pub(crate) fn passages_are_as_of_the_generation_at_which_they_were_written(store: &mut dyn Store) {
    let at = |generation| BTreeMap::from([(doc(1), generation)]);
    write(store, vec![Write::Document(row(1)), Write::Document(row(1)), Write::Passages(doc(1), vec![])]);
    assert_eq!(store.indexed().unwrap(), at(2));
    write(store, vec![Write::Document(row(1)), Write::Document(row(2))]);
    assert_eq!(store.indexed().unwrap(), at(2), "the document has moved on, and says so");
    write(store, vec![Write::Passages(doc(1), vec![passage(1, "x")]), Write::Document(row(1))]);
    assert_eq!(store.indexed().unwrap(), at(3));
}

pub(crate) fn nothing_of_a_purged_document_is_found(store: &mut dyn Store) {
    two_documents(store);

    write(store, vec![Write::Purge(doc(1))]);

    assert_eq!(places(store, "serban"), vec![(doc(2), "9".into())]);
    assert_eq!(places(store, "calm"), vec![]);
    assert_eq!(store.indexed().unwrap(), BTreeMap::from([(doc(2), 1)]));
    write(store, vec![Write::Document(row(1))]);
    assert_eq!(places(store, "calm"), vec![]);
    write(store, vec![Write::Passages(doc(1), vec![passage(4, "calm again")])]);
    assert_eq!(places(store, "calm"), vec![(doc(1), "4".into())]);
}
