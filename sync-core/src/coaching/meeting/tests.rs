use super::*;
use crate::document::fixture::{Phone, sync, two_phones, wednesday};
use crate::document::{Document, Field, Splice, Value};

fn maria_and_andrei() -> (Phone, Phone) {
    two_phones("meeting", &wednesday())
}

fn shown(phone: &Phone) -> MeetingView {
    view(Document::of(&phone.doc))
}

fn at(hour: u16) -> Slot {
    Slot::parse(&format!("2026-03-18T{hour:02}:00")).unwrap()
}

#[test]
fn r22_a_meeting_is_moved_and_never_cancelled() {
    for word in ["cancelled", "busy", ""] {
        assert_eq!(NotHeld::from_value(&Value::Words(word.into())), None, "{word}");
    }
    let (mut maria, _) = maria_and_andrei();
    maria.edit(|edit| plan(edit, &Plan { slot: at(9), place: None, kind: MeetingKind::OneOnOne }));
    for (hour, notice) in [(10, 48), (11, 2)] {
        maria.edit(|edit| move_to(edit, at(hour), notice));
        assert!(!shown(&maria).is_moved_often);
    }
    maria.edit(|edit| move_to(edit, at(12), 1));
    let seen = shown(&maria);
    assert!(seen.is_moved_often, "three moves in a row");
    assert_eq!(seen.moves.iter().map(|moved| moved.is_late).collect::<Vec<_>>(), [false, false, true]);
    assert_eq!((seen.planned, seen.not_held), (Some(at(12)), None));
}

#[test]
fn r30_every_character_that_two_people_type_offline_is_there_for_both() {
    let (mut maria, mut andrei) = maria_and_andrei();
    maria.edit(|edit| edit_notes(edit, &Splice::insert(0, "Coada a fost lungă.\nMâine încercăm altfel.")));
    sync(&mut maria, &mut andrei);
    let letters = |first: char, count: u32| {
        (0..count).map(move |n| char::from_u32(u32::from(first) + n).unwrap()).collect::<Vec<_>>()
    };
    // 200 each in places of their own, and 40 each in the first sentence. Everybody's letters are their own.
    let (hers, his) = (letters('\u{4e00}', 240), letters('\u{5e00}', 240));
    for (n, letter) in (0..).zip(&hers) {
        let place = if n < 200 { n } else { 205 + n - 200 };
        maria.edit(|edit| edit_notes(edit, &Splice::insert(place, *letter)));
    }
    for (n, letter) in (0..).zip(&his) {
        let end = u32::try_from(shown(&andrei).notes.text.chars().count()).unwrap();
        let place = if n < 200 { end } else { 5 + n - 200 };
        andrei.edit(|edit| edit_notes(edit, &Splice::insert(place, *letter)));
    }
    sync(&mut maria, &mut andrei);

    let text = shown(&maria).notes.text;
    assert_eq!(text, shown(&andrei).notes.text);
    let lost: Vec<_> = hers.iter().chain(&his).filter(|letter| text.matches(**letter).count() != 1).collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert_eq!(text.chars().count(), 480 + "Coada a fost lungă.\nMâine încercăm altfel.".chars().count());
}
