use super::*;
use crate::coaching::meeting::{Origin, Provenance};
use crate::coaching::summary::Summary;
use crate::document::fixture::{Phone, a_team, person, sync, two_phones};
use crate::document::{Document, Path, Splice};
use crate::ids::{DocId, ItemId};
use crate::time::Timestamp;

/// Maria, who leads, and Andrei, who is of the team.
fn maria_and_andrei() -> (Phone, Phone) {
    two_phones("team_board", &a_team())
}

fn shown(phone: &Phone) -> TeamBoardView {
    view(Document::of(&phone.doc))
}

fn thanks(did_what: &str) -> NewRecognition {
    let made_possible = "Nobody had to call back".into();
    NewRecognition { whom: person(2), did_what: did_what.into(), made_possible }
}

#[test]
fn r89_a_recognition_that_does_not_say_what_somebody_did_stays_a_draft() {
    let (mut maria, _) = maria_and_andrei();
    let id = maria.edit(|edit| add_recognition(edit, &thanks("  ")));
    assert!(shown(&maria).recognitions[0].is_draft);

    let text = (id, RecognitionText::DidWhat);
    maria.edit(|edit| edit_recognition(edit, text, &Splice::insert(0, "He listened to the end")));
    let seen = &shown(&maria).recognitions[0];
    assert!(!seen.is_draft);
    assert_eq!((seen.whom, seen.by), (Some(person(2)), Some(person(1))));
    assert_eq!(seen.did_what.trim(), "He listened to the end");
    assert_eq!(seen.made_possible, "Nobody had to call back");
}

#[test]
fn r89_only_the_person_says_whether_their_name_may_be_said_in_front_of_the_team() {
    let (mut maria, mut andrei) = maria_and_andrei();
    let id = maria.edit(|edit| add_recognition(edit, &thanks("listened")));
    maria.edit(|edit| set_may_be_said(edit, id, true));
    let said = |phone: &Phone| shown(phone).recognitions[0].may_be_said;
    assert_eq!(said(&maria), None, "what others say is not about them");
    sync(&mut maria, &mut andrei);
    andrei.edit(|edit| set_may_be_said(edit, id, false));
    assert_eq!(said(&andrei), Some(false));
    andrei.edit(|edit| set_may_be_said(edit, id, true));
    sync(&mut maria, &mut andrei);
    assert_eq!(said(&maria), Some(true));

    maria.edit(|edit| set_recognized(edit, id, person(3)));
    assert_eq!(said(&maria), None, "another one has said nothing");
    andrei.edit(|edit| set_recognized(edit, id, person(1)));
    sync(&mut maria, &mut andrei);
    assert_eq!((said(&maria), shown(&maria).conflicts.len()), (None, 1), "nobody knows who is meant");
}

#[test]
fn r93_an_idea_waits_until_it_is_answered_and_the_last_answer_holds() {
    let (mut maria, mut andrei) = maria_and_andrei();
    let idea = andrei.edit(|edit| add_idea(edit, "A quiet hour on Mondays"));
    andrei.edit(|edit| edit_idea(edit, idea, &Splice::insert(0, "Try: ")));
    sync(&mut maria, &mut andrei);
    let waiting = |phone: &Phone| view::summarise(Document::of(&phone.doc)).open;
    assert_eq!((waiting(&maria), shown(&maria).ideas[0].at), (1, Some(andrei.now)));

    let answer = |answer| NewDecision { idea, answer, why: "two weeks first".into() };
    maria.edit(|edit| decide_idea(edit, &answer(Answer::Later)));
    let last = maria.edit(|edit| decide_idea(edit, &answer(Answer::Trial)));
    maria.edit(|edit| edit_decision(edit, last, &Splice::insert(0, "Yes, ")));
    sync(&mut maria, &mut andrei);
    let seen = &shown(&andrei).ideas[0];
    assert_eq!((waiting(&andrei), seen.by, seen.decisions.len()), (0, Some(person(2)), 2));
    let last = &seen.decisions[1];
    assert_eq!((last.answer, last.why.as_str(), last.by), (Answer::Trial, "Yes, two weeks first", Some(person(1))));

    andrei.edit(|edit| remove_idea(edit, idea));
    assert_eq!(view::summarise(Document::of(&andrei.doc)), Summary::default());
    andrei.edit(|edit| restore_idea(edit, idea));
    assert!(shown(&andrei).ideas[0].removed.is_none());
    let nothing = NewDecision { idea: ItemId::from_bytes([1; 8]), ..answer(Answer::Declined) };
    assert!(maria.try_edit(|edit| decide_idea(edit, &nothing)).is_err(), "there is no such idea");
}

#[test]
fn d2_a_stop_that_becomes_a_recognition_leaves_its_words_and_nothing_of_the_walk() {
    let (mut maria, mut andrei) = maria_and_andrei();
    let walk = DocId::from_bytes([0x77; 16]);
    let stop = Provenance { walk, stop: ItemId::from_bytes([0x66; 8]), at: Timestamp(5) };
    let id = maria.edit(|edit| add_recognition_from_walk(edit, &thanks("listened"), &stop));
    sync(&mut maria, &mut andrei);
    let seen = shown(&andrei).recognitions.remove(0);
    assert_eq!(seen.origin, Some(Origin { token: stop.token(), seen_at: Some(Timestamp(5)) }));
    let sent: Vec<u8> = andrei.doc.get_changes(&[]).iter().flat_map(|c| c.raw_bytes().to_vec()).collect();
    assert!(!sent.windows(16).any(|window| window == walk.as_bytes()));

    maria.edit(|edit| remove_recognition(edit, id));
    assert!(shown(&maria).recognitions[0].removed.is_some());
    maria.edit(|edit| restore_recognition(edit, id));
    maria.edit(|edit| edit.put(&Path::of("recognitions").item(id).key("by"), &person(2)));
    let seen = shown(&maria).recognitions.remove(0);
    assert_eq!((seen.removed, seen.by), (None, None), "in the name of somebody else");
}
