//! Owns the stories of a hand-over, as documents.

use super::*;
use crate::coaching::ack::Standing;
use crate::coaching::earlier::Earlier;
use crate::coaching::passages;
use crate::document::fixture::{Phone, day, person, sync, the_pair, two_phones};
use crate::document::ITEM_TEXT_LIMIT;
use crate::ids::DocId;

fn shown(phone: &Phone) -> HandOverView {
    view(Document::of(&phone.doc))
}

fn meeting(text: &str) -> Brought {
    Brought {
        kind: BroughtKind::Meeting,
        title: "Întâlnire · 18 martie 2026".into(),
        day: Some(day("2026-03-18")),
        text: text.into(),
        from: Earlier::of(TenureId::from_bytes([1; 16]), DocId::from_bytes([2; 16]), None),
    }
}

#[test]
fn x10_words_that_were_refused_elsewhere_are_added_at_the_end_of_the_note() {
    let mut radu = Phone::new(1, "hand_over", &the_pair());
    radu.edit(|edit| add_to_note(edit, "Preferă diminețile. 🙂"));
    radu.edit(|edit| add_to_note(edit, "Nu i-am mai spus."));
    assert_eq!(shown(&radu).note.text, "Preferă diminețile. 🙂\n\nNu i-am mai spus.");
}

#[test]
fn d6_a_text_is_brought_whole_however_long_it_is_and_can_be_taken_back() {
    let (mut radu, mut andrei) = two_phones("hand_over", &the_pair());
    let long = "Ședință 🙂 ".repeat(2_500);
    let id = andrei.edit(|edit| add_brought(edit, &meeting(&long)));
    assert!(long.encode_utf16().count() > 2 * ITEM_TEXT_LIMIT);
    sync(&mut radu, &mut andrei);
    let seen = shown(&radu).brought.remove(0);
    assert_eq!((seen.text, seen.day, seen.removed), (long, Some(day("2026-03-18")), None));
    assert_eq!((seen.kind, seen.from), (Some(BroughtKind::Meeting), Some(meeting("").from)));

    andrei.edit(|edit| remove_brought(edit, id));
    sync(&mut radu, &mut andrei);

    assert!(shown(&radu).brought[0].removed.is_some());
    assert!(passages(Document::of(&radu.doc)).is_empty(), "what was taken back is not found");
    andrei.edit(|edit| restore_brought(edit, id));
    assert_eq!(passages(Document::of(&andrei.doc)).len(), 1);
}

#[test]
fn who_has_read_it_and_what_they_ask_shows_and_that_more_came_since() {
    let (mut maria, mut radu) = two_phones("hand_over", &the_pair());
    radu.edit(|edit| edit_note(edit, &Splice::insert(0, "Bun la telefon.")));
    sync(&mut maria, &mut radu);
    maria.edit(|edit| acknowledge(edit, Some("Din ce cauză?")));
    sync(&mut maria, &mut radu);
    let seen = shown(&radu).acks.remove(0);
    assert_eq!((seen.person, seen.question.as_deref()), (person(1), Some("Din ce cauză?")));
    assert_eq!(seen.standing, Standing::Current);
    radu.edit(|edit| add_to_note(edit, "Și în scris."));
    assert_eq!(shown(&radu).acks[0].standing, Standing::BeforeChanges { count: 1 });
    sync(&mut maria, &mut radu);
    maria.edit(|edit| acknowledge(edit, None));
    let seen = shown(&maria).acks.remove(0);
    assert_eq!((seen.standing, seen.question), (Standing::Current, None), "she asks nothing any more");
}
