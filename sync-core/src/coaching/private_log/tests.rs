use super::*;
use crate::document::fixture::{Phone, about_andrei, day, person, sync, two_phones};
use crate::ids::{AudienceId, DocId, OrgId};

fn remember(text: &str) -> NewPrivateNote {
    NewPrivateNote { text: text.into(), tags: vec!["family".into()] }
}

fn shown(phone: &Phone) -> PrivateLogView {
    view(Document::of(&phone.doc))
}

#[test]
fn r112_what_a_leader_wants_to_remember_of_somebody_is_the_leaders_alone() {
    let org = OrgId::from_bytes([1; 16]);
    let key = key(person(1), person(2), day("2026-03-18").quarter());
    assert_eq!(AudienceId::of(org, &key.subject), AudienceId::of(org, &Subject::Person(person(1))));
    assert_ne!(DocId::of(org, SPEC.name, &key), DocId::of(org, super::super::tier_note::SPEC.name, &key));
}

#[test]
fn r112_notes_of_two_phones_of_their_author_both_stay() {
    let (mut phone, mut tablet) = two_phones("private_log", &about_andrei());
    let id = phone.edit(|edit| add_private_note(edit, &remember("fiica lui, Mara, începe școala")));
    tablet.edit(|edit| add_private_note(edit, &remember("他喜欢早班")));
    sync(&mut phone, &mut tablet);
    assert_eq!(shown(&phone), shown(&tablet));
    assert_eq!(shown(&phone).notes.len(), 2);
    phone.edit(|edit| tag_private_note(edit, id, "school"));
    phone.edit(|edit| untag_private_note(edit, id, "family"));
    phone.edit(|edit| edit_private_note(edit, id, &Splice::insert(0, "15.9.: ")));
    let note = shown(&phone).notes.into_iter().find(|note| note.id == id).unwrap();
    assert_eq!((note.text.as_str(), note.tags), ("15.9.: fiica lui, Mara, începe școala", vec!["school".to_owned()]));
}

#[test]
fn what_waits_to_be_raised_is_open_until_it_was_raised_or_removed() {
    let mut maria = Phone::new(1, "private_log", &about_andrei());
    let late = maria.edit(|edit| add_to_raise(edit, "three late starts"));
    let shift = maria.edit(|edit| add_to_raise(edit, "asked for the early shift"));
    let open = |phone: &Phone| summarise(Document::of(&phone.doc)).open;
    assert_eq!(open(&maria), 2);
    maria.edit(|edit| set_raised(edit, late, true));
    assert_eq!((open(&maria), shown(&maria).to_raise[0].raised_at), (1, Some(maria.now)));
    maria.edit(|edit| remove_to_raise(edit, shift));
    assert_eq!(open(&maria), 0);
    maria.edit(|edit| restore_to_raise(edit, shift));
    maria.edit(|edit| set_raised(edit, late, false));
    maria.edit(|edit| reorder_to_raise(edit, shift, Position::First));
    assert_eq!((open(&maria), shown(&maria).to_raise[0].id), (2, shift));
}

#[test]
fn what_was_seen_on_a_walk_can_be_kept_to_oneself() {
    let mut maria = Phone::new(1, "private_log", &about_andrei());
    let stop = Provenance {
        walk: DocId::from_bytes([7; 16]),
        stop: ItemId::from_bytes([2; 8]),
        at: Timestamp(1_774_000_000_000),
    };
    maria.edit(|edit| add_private_note_from_walk(edit, &remember("looked tired"), &stop));
    let origin = shown(&maria).notes[0].origin.unwrap();
    assert_eq!((origin.token, origin.seen_at), (stop.token(), Some(stop.at)));
}
