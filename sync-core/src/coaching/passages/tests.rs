//! Stories of what of a document can be searched for.

use super::*;
use crate::coaching::feedback_log::{
    Feedback, FeedbackKind, FeedbackText, add_feedback, edit_feedback, remove_feedback,
};
use crate::coaching::floor_walk::{NewStop, StopKind, capture_stop};
use crate::document::fixture::{Phone, my_own, this_quarter, wednesday};
use crate::document::{Mark, Splice};
use crate::ids::ItemId;

fn texts(phone: &Phone) -> Vec<String> {
    passages(Document::of(&phone.doc)).into_iter().map(|passage| passage.text).collect()
}

#[test]
fn a_piece_of_feedback_is_one_passage_with_all_that_both_wrote_in_it() {
    let mut maria = Phone::new(1, "feedback_log", &this_quarter());
    let new = Feedback {
        said_by: Some("Facturare".into()),
        effect: "客户又打来了".into(),
        ..Feedback::seen(FeedbackKind::Praise, "a rămas calm")
    };
    let first = maria.edit(|edit| add_feedback(edit, &new));
    let second = maria.edit(|edit| add_feedback(edit, &Feedback::seen(FeedbackKind::Praise, "listened")));
    maria.edit(|edit| edit_feedback(edit, first, FeedbackText::Reply, &Splice::insert(0, "mulțumesc")));

    let found = passages(Document::of(&maria.doc));

    let items = Path::of("items");
    let places: Vec<_> = found.iter().map(|passage| passage.place.clone()).collect();
    assert_eq!(places, [items.item(first), items.item(second)]);
    let mut lines: Vec<_> = found[0].text.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["Facturare", "a rămas calm", "mulțumesc", "客户又打来了"], "and no stable word");
}

#[test]
fn what_was_removed_is_not_there() {
    let mut maria = Phone::new(1, "feedback_log", &this_quarter());
    let id = maria.edit(|edit| add_feedback(edit, &Feedback::seen(FeedbackKind::Praise, "listened")));
    assert_eq!(texts(&maria), ["listened"]);
    maria.edit(|edit| remove_feedback(edit, id));
    assert_eq!(texts(&maria), Vec::<String>::new());
}

#[test]
fn notes_and_comments_on_them_are_found_where_they_stand() {
    let mut maria = Phone::new(1, "meeting", &wednesday());
    let notes = Path::of("notes");
    maria.edit(|edit| edit.splice(&notes, 0, 0, "talked about shifts"));
    let comment = Mark::Comment(ItemId::from_bytes([1; 8]), "which ones?".into());
    maria.edit(|edit| edit.mark(&notes, 0..6, &comment));
    let found = passages(Document::of(&maria.doc));
    assert_eq!(found, [Passage { place: notes, text: "talked about shifts\nwhich ones?".into() }]);
}

#[test]
fn tags_are_found_with_what_they_hang_on() {
    let mut maria = Phone::new(1, "floor_walk", &my_own());
    let (at, kind) = (maria.now, StopKind::Blocker);
    let (person, minutes, text) = (None, None, "a noisy line".into());
    let stop = NewStop { person, kind, text, tags: vec!["căști".into()], minutes, at };
    maria.edit(|edit| capture_stop(edit, &stop));
    assert_eq!(texts(&maria).len(), 1);
    assert!(texts(&maria)[0].contains("căști") && texts(&maria)[0].contains("a noisy line"));
}
