use super::*;
use crate::coaching::ack::Standing;
use crate::coaching::item::Side;
use crate::coaching::meeting::Provenance;
use crate::document::fixture::{Phone, day, person, sync, this_quarter, two_phones};
use crate::document::{Document, Splice};
use crate::ids::{DocId, ItemId};
use crate::time::Timestamp;

fn maria_and_andrei() -> (Phone, Phone) {
    two_phones("feedback_log", &this_quarter())
}

fn items(phone: &Phone) -> Vec<FeedbackView> {
    view(Document::of(&phone.doc)).items
}

fn constructive(seen: &str) -> Feedback {
    Feedback::seen(FeedbackKind::Constructive, seen)
}

#[test]
fn r42_the_same_form_holds_what_both_sides_write_in_it() {
    let (mut maria, mut andrei) = maria_and_andrei();
    let whole = Feedback {
        context: "luni, 10:40".into(),
        strength: "calm cu clienții".into(),
        effect: "the customer called again".into(),
        question: "你怎么看?".into(),
        ..constructive("transferred without asking")
    };
    let id = maria.edit(|edit| add_feedback(edit, &whole));
    sync(&mut maria, &mut andrei);
    andrei.edit(|edit| edit_feedback(edit, id, FeedbackText::AgentView, &Splice::insert(0, "I was alone")));
    maria.edit(|edit| edit_feedback(edit, id, FeedbackText::Next, &Splice::insert(0, "ask first")));
    maria.edit(|edit| set_look_again(edit, id, Some(day("2026-03-20"))));
    andrei.edit(|edit| set_look_again(edit, id, Some(day("2026-03-18"))));
    sync(&mut maria, &mut andrei);
    assert_eq!(items(&maria), items(&andrei));
    let seen = &items(&maria)[0];
    let says: Vec<_> = FeedbackText::ALL.map(|field| seen.text(field)).into();
    let expected = [
        "luni, 10:40",
        "calm cu clienții",
        "transferred without asking",
        "the customer called again",
        "你怎么看?",
        "I was alone",
        "ask first",
        "",
        "",
    ];
    assert_eq!(says, expected);
    assert_eq!(seen.look_again_on, Some(day("2026-03-18")), "the earlier day, until somebody settles it");
    assert_eq!(view(Document::of(&maria.doc)).conflicts.len(), 1);
}

#[test]
fn r44_who_names_no_strength_is_asked_once_and_can_say_so() {
    let (mut maria, _) = maria_and_andrei();
    let id = maria.edit(|edit| add_feedback(edit, &constructive("interrupted the customer twice")));
    assert_eq!(items(&maria)[0].lacks, [Lack::Strength]);
    maria.edit(|edit| skip_strength(edit, id));
    assert_eq!((items(&maria)[0].lacks.len(), items(&maria)[0].strength_skipped), (0, true));
}

#[test]
fn r45_who_wants_something_changed_says_what_was_seen_or_it_stays_a_draft() {
    let (mut maria, _) = maria_and_andrei();
    let praise = maria.edit(|edit| add_feedback(edit, &Feedback::seen(FeedbackKind::Praise, "")));
    let id = maria.edit(|edit| add_feedback(edit, &Feedback { strength: "kind".into(), ..constructive(" ") }));
    assert_eq!(items(&maria)[0].id, praise);
    assert!(items(&maria)[0].lacks.is_empty(), "praise is no draft");
    assert_eq!(items(&maria)[1].lacks, [Lack::Example]);
    maria.edit(|edit| edit_feedback(edit, id, FeedbackText::Seen, &Splice::insert(0, "said no twice")));
    assert!(items(&maria)[1].lacks.is_empty());
}

#[test]
fn r15_a_place_in_a_call_is_an_example_too_and_goes_with_its_feedback() {
    let (mut maria, mut andrei) = maria_and_andrei();
    let id = maria.edit(|edit| add_feedback(edit, &Feedback { strength: "kind".into(), ..constructive("") }));
    let call = NewEvidence {
        system: "recorder".into(),
        conversation: "2026-03-02/417".into(),
        offset_seconds: Some(95),
        note: Some("tonul".into()),
    };
    let heard = maria.edit(|edit| add_evidence(edit, id, &call));
    assert!(items(&maria)[0].lacks.is_empty());
    sync(&mut maria, &mut andrei);
    assert_eq!(items(&andrei)[0].evidence[0].offset_seconds, Some(95));
    andrei.edit(|edit| remove_evidence(edit, (id, heard)));
    assert_eq!(items(&andrei)[0].lacks, [Lack::Example]);
    andrei.edit(|edit| restore_evidence(edit, (id, heard)));
    maria.edit(|edit| remove_feedback(edit, id));
    sync(&mut maria, &mut andrei);
    assert!(items(&andrei)[0].removed.is_some(), "whoever removes the feedback removes what it refers to");
    let endless = NewEvidence { offset_seconds: Some(u32::MAX), ..call };
    assert!(andrei.try_edit(|edit| add_evidence(edit, id, &endless)).is_err());
}

#[test]
fn r38_praise_of_another_department_is_passed_on_with_its_name() {
    let (mut maria, mut andrei) = maria_and_andrei();
    let praise = Feedback {
        source: Source::OtherDepartment,
        said_by: Some("Vânzări".into()),
        ..Feedback::seen(FeedbackKind::Praise, "saved our biggest account")
    };
    maria.edit(|edit| add_feedback(edit, &praise));
    sync(&mut maria, &mut andrei);
    let seen = &items(&andrei)[0];
    assert_eq!((seen.source, seen.said_by.as_deref()), (Source::OtherDepartment, Some("Vânzări")));
    assert_eq!(seen.by, Some(person(1)));
}

#[test]
fn r46_a_next_step_tells_who_proposed_it() {
    let (mut maria, mut andrei) = maria_and_andrei();
    let id = maria.edit(|edit| add_feedback(edit, &constructive("spoke over the customer")));
    sync(&mut maria, &mut andrei);
    andrei.edit(|edit| edit_feedback(edit, id, FeedbackText::Next, &Splice::insert(0, "wait three seconds")));
    andrei.edit(|edit| set_proposed_by(edit, id, Some(Side::Agent)));
    sync(&mut maria, &mut andrei);
    assert_eq!(items(&maria)[0].proposed_by, Some(Side::Agent));
}

#[test]
fn r49_an_acknowledgement_shows_how_much_was_changed_after_it() {
    let (mut maria, mut andrei) = maria_and_andrei();
    let id = maria.edit(|edit| add_feedback(edit, &constructive("spoke over the customer")));
    sync(&mut maria, &mut andrei);
    andrei.edit(|edit| edit_feedback(edit, id, FeedbackText::Reply, &Splice::insert(0, "da, așa a fost")));
    andrei.edit(|edit| acknowledge_feedback(edit, id));
    sync(&mut maria, &mut andrei);
    assert_eq!(items(&maria)[0].acks[0].standing, Standing::Current);
    maria.edit(|edit| edit_feedback(edit, id, FeedbackText::Outcome, &Splice::insert(0, "better")));
    maria.edit(|edit| skip_strength(edit, id));
    sync(&mut maria, &mut andrei);
    assert_eq!(items(&andrei)[0].acks[0].standing, Standing::BeforeChanges { count: 2 });
}

#[test]
fn d2_a_stop_that_is_promoted_leaves_its_words_and_nothing_of_the_walk() {
    let (mut maria, mut andrei) = maria_and_andrei();
    let stop = Provenance {
        walk: DocId::from_bytes([0x77; 16]),
        stop: ItemId::from_bytes([2; 8]),
        at: Timestamp(1_774_000_000_000),
    };
    let praise = Feedback::seen(FeedbackKind::Praise, "李娜 calmed an angry customer");
    maria.edit(|edit| add_feedback_from_walk(edit, &praise, &stop));
    sync(&mut maria, &mut andrei);
    let origin = items(&andrei)[0].origin.unwrap();
    assert_eq!((origin.token, origin.seen_at), (stop.token(), Some(stop.at)));
    assert!(!andrei.doc.save().windows(16).any(|bytes| bytes == stop.walk.as_bytes()));
}
