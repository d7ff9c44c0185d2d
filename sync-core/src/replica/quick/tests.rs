use super::*;
use crate::coaching::feedback_log::{FeedbackText, FeedbackView, Lack};
use crate::coaching::floor_walk::{NewStop, capture_stop, new_key};
use crate::replica::fixture::{MARIA, NOW, SERBAN, meet, offline};
use rand::SeedableRng;
use rand::rngs::StdRng;

fn feedback(replica: &Replica, doc: DocId) -> Vec<FeedbackView> {
    replica.read(doc, |history| feedback_log::view(Document::of(history.view())).items).unwrap()
}

fn private(replica: &Replica, doc: DocId) -> Vec<(String, Vec<String>)> {
    let notes = replica.read(doc, |history| private_log::view(Document::of(history.view())).notes).unwrap();
    notes.into_iter().map(|note| (note.text, note.tags)).collect()
}

fn a_stop(maria: &Replica, kind: StopKind) -> (DocId, ItemId) {
    let mut rng = StdRng::seed_from_u64(7);
    let walk = maria.create(Kind::of(&floor_walk::SPEC), new_key(MARIA, &mut rng)).unwrap();
    let stop = NewStop {
        person: Some(SERBAN),
        kind,
        text: "A lăsat clientul să termine.".into(),
        tags: Vec::new(),
        minutes: None,
        at: NOW,
    };
    (walk, maria.edit(walk, |edit| capture_stop(edit, &stop)).unwrap())
}

#[test]
fn r47_one_call_and_one_sentence_in_airplane_mode_are_feedback_on_disk() {
    let maria = offline(MARIA, &[]);

    let noted = maria.note(SERBAN, QuickKind::Praise, "A rămas calm cu un client supărat.").unwrap();

    let items = feedback(&maria, noted.doc);
    assert_eq!(items.len(), 1, "the document of the quarter was made with it");
    assert_eq!((items[0].id, items[0].by, items[0].kind), (noted.item, Some(MARIA), FeedbackKind::Praise));
    assert_eq!(items[0].text(FeedbackText::Seen), "A rămas calm cu un client supărat.");
    assert!(noted.is_shared && items[0].lacks.is_empty());
    assert!(maria.shared.with_desk(|desk| desk.store.drafted()).unwrap().contains(&noted.doc), "on disk");
}

#[test]
fn r47_what_both_note_offline_is_one_log_on_both_phones() {
    let (maria, serban) = (offline(MARIA, &[]), offline(SERBAN, &[]));
    let hers = maria.note(SERBAN, QuickKind::Praise, "Bine ascultat.").unwrap();
    let his = serban.note(MARIA, QuickKind::Praise, "Mi-ați dat timp.").unwrap();
    assert_eq!(hers.doc, his.doc);

    let (on_hers, on_his) = meet(&maria, &serban, hers.doc);

    for seen in [on_hers, on_his] {
        let items = feedback_log::view(Document::of(&seen)).items;
        let texts: Vec<&str> = items.iter().map(|item| item.text(FeedbackText::Seen)).collect();
        assert_eq!(texts.len(), 2);
        assert!(texts.contains(&"Bine ascultat.") && texts.contains(&"Mi-ați dat timp."));
    }
}

#[test]
fn r42_a_quick_entry_and_a_stop_of_a_walk_have_the_same_fields_as_any_feedback() {
    let maria = offline(MARIA, &[]);
    let quick = maria.note(SERBAN, QuickKind::Constructive, "A vorbit peste client.").unwrap();
    let (walk, stop) = a_stop(&maria, StopKind::Coach);
    let promoted = maria.take_over_stop(walk, stop).unwrap();
    assert_eq!(quick.doc, promoted.doc);

    let items = feedback(&maria, quick.doc);

    for item in &items {
        let fields: Vec<FeedbackText> = item.texts.iter().map(|text| text.field).collect();
        assert_eq!(fields, FeedbackText::ALL);
        assert_eq!((item.kind, &item.lacks[..]), (FeedbackKind::Constructive, &[Lack::Strength][..]));
    }
    assert_eq!(items.iter().filter(|item| item.origin.is_some()).count(), 1);
}

#[test]
fn r47_a_stop_that_is_taken_over_twice_is_there_once_and_the_walk_knows() {
    let maria = offline(MARIA, &[]);
    let (walk, stop) = a_stop(&maria, StopKind::Praise);

    let first = maria.take_over_stop(walk, stop).unwrap();
    let second = maria.take_over_stop(walk, stop).unwrap();

    assert_eq!(first, second);
    assert_eq!(feedback(&maria, first.doc).len(), 1);
    let view = maria.read(walk, |history| floor_walk::view(Document::of(history.view()))).unwrap();
    assert_eq!(view.stops[0].promoted.iter().map(|to| to.to).collect::<Vec<_>>(), [first.doc]);
}

#[test]
fn r47_a_private_note_and_one_about_how_somebody_is_stay_with_their_author() {
    let maria = offline(MARIA, &[]);
    let private_note = maria.note(SERBAN, QuickKind::Private, "De întrebat despre tură.").unwrap();
    let wellbeing = maria.note(SERBAN, QuickKind::Wellbeing, "Pare obosit.").unwrap();

    assert!(!private_note.is_shared && !wellbeing.is_shared);
    assert_eq!(private_note.doc, wellbeing.doc);
    let row = maria.shared.with_desk(|desk| desk.store.document(private_note.doc)).unwrap().unwrap();
    assert_eq!(row.key.subject, crate::key::Subject::Person(MARIA), "nobody else has her own audience");
    let expected = [
        ("De întrebat despre tură.".to_owned(), Vec::new()),
        ("Pare obosit.".to_owned(), vec!["wellbeing".to_owned()]),
    ];
    assert_eq!(private(&maria, private_note.doc), expected);
}

#[test]
fn feedback_needs_a_pair_and_a_blocker_is_nobodys_feedback() {
    let maria = offline(MARIA, &[]);
    let stranger = PersonId::from_bytes([99; 16]);
    assert!(matches!(maria.note(stranger, QuickKind::Praise, "Bine"), Err(ReplicaError::NoPair)));
    maria.note(stranger, QuickKind::Private, "Cine este?").unwrap();
    let (walk, stop) = a_stop(&maria, StopKind::Blocker);
    assert!(matches!(maria.take_over_stop(walk, stop), Err(ReplicaError::KeyNotAllowed)));
}

#[test]
fn a_sentence_belongs_to_the_quarter_of_the_team_s_clock() {
    let maria = offline(MARIA, &[]);
    let pair = maria.pair_with(SERBAN).unwrap();
    // Half past ten in the evening in Greenwich, past midnight in Bucharest.
    let last_evening = Timestamp(1_774_996_200_000);
    assert_eq!(last_evening.to_string(), "2026-03-31T22:30:00Z");
    assert_eq!(day_of(last_evening, pair.as_ref()).unwrap().to_string(), "2026-04-01");
    assert_eq!(day_of(last_evening, None).unwrap().to_string(), "2026-03-31");
}
