//! Owns the stories of two people with two phones and no network, told at the level of documents.

use super::item::State;
use super::meeting::{self, MeetingView, NewFollowUp, NewTopic, Section, Slot};
use super::{Kind, action_plan, floor_walk, readable, readable_of_changes};
use crate::coaching::ack::Standing;
use crate::coaching::action_plan::{ActionPlanView, NewStep};
use crate::coaching::floor_walk::{NewStop, StopKind};
use crate::document::fixture::{Phone, a_plan, actor, day, my_own, person, sync, two_phones, wednesday};
use crate::document::{
    Document, EditError, Path, Position, Splice, Value, What, Writer, changes_since, edit_on_drafts, heads,
};
use crate::ids::{DocId, ItemId};
use crate::time::Timestamp;
use crate::wire::Authored;
use rand::SeedableRng;

fn maria_and_andrei_meet() -> (Phone, Phone) {
    two_phones("meeting", &wednesday())
}

fn meeting_of(phone: &Phone) -> MeetingView {
    meeting::view(Document::of(&phone.doc))
}

fn plan_of(phone: &Phone) -> ActionPlanView {
    action_plan::view(Document::of(&phone.doc))
}

fn topic(text: &str) -> NewTopic {
    NewTopic { section: Some(Section::Feedback), text: text.into(), question: None }
}

fn slot(text: &str) -> Slot {
    Slot::parse(text).unwrap()
}

/// A plan with one step, on both phones.
fn a_step_on_two_phones() -> (Phone, Phone, ItemId) {
    let (mut maria, mut andrei) = two_phones("action_plan", &a_plan());
    let step =
        NewStep { text: "listen to two calls".into(), owner: Some(person(2)), due: Some(day("2026-03-16")) };
    let step = maria.edit(|edit| action_plan::add_step(edit, &step));
    sync(&mut maria, &mut andrei);
    (maria, andrei, step)
}

fn texts(phone: &Phone) -> Vec<String> {
    meeting_of(phone).agenda.into_iter().map(|topic| topic.text).collect()
}

#[test]
fn x1_notes_in_different_places_are_both_kept_and_told_to_the_other() {
    let (mut maria, mut andrei) = maria_and_andrei_meet();
    maria.edit(|edit| meeting::edit_notes(edit, &Splice::insert(0, "Coadă lungă.\nPauze.")));
    sync(&mut maria, &mut andrei);
    let looked = heads(&maria.doc);

    maria.edit(|edit| meeting::edit_notes(edit, &Splice::insert(0, "Bună! ")));
    andrei.edit(|edit| meeting::edit_notes(edit, &Splice::insert(19, "\n我有点懒🙂.")));
    sync(&mut maria, &mut andrei);

    assert_eq!(meeting_of(&maria).notes.text, "Bună! Coadă lungă.\nPauze.\n我有点懒🙂.");
    assert_eq!(meeting_of(&maria), meeting_of(&andrei));
    let news = changes_since(&maria.doc, &looked).unwrap();
    let What::Text { inserted, removed: 0, marked: false } = &news[0].what else { panic!("{news:?}") };
    assert!(inserted.iter().any(|stretch| (stretch.start, stretch.end, stretch.by) == (25, 33, actor(2))));
}

#[test]
fn x2_no_character_is_lost_when_both_change_the_same_sentence() {
    let (mut maria, mut andrei) = maria_and_andrei_meet();
    maria.edit(|edit| meeting::edit_notes(edit, &Splice::insert(0, "the queue was long")));
    sync(&mut maria, &mut andrei);
    for (n, letter) in "ABCDEFGHIJ".chars().enumerate() {
        let at = u32::try_from(n).unwrap();
        maria.edit(|edit| meeting::edit_notes(edit, &Splice::insert(10 + at, letter)));
        andrei.edit(|edit| meeting::edit_notes(edit, &Splice::insert(10 + at, letter.to_ascii_lowercase())));
    }
    andrei.edit(|edit| meeting::edit_notes(edit, &Splice { at: 0, delete: 4, insert: String::new() }));
    sync(&mut maria, &mut andrei);

    let text = meeting_of(&maria).notes.text;
    assert_eq!(text, meeting_of(&andrei).notes.text);
    assert!(text.contains("ABCDEFGHIJ") && text.contains("abcdefghij"), "{text}");
    assert!(!text.contains("the "));
}

#[test]
fn x3_two_due_dates_are_both_shown_and_one_tap_settles_them_on_both_phones() {
    let (mut maria, mut andrei, step) = a_step_on_two_phones();
    andrei.edit(|edit| action_plan::set_step_due(edit, step, Some(day("2026-03-21"))));
    maria.edit(|edit| action_plan::set_step_due(edit, step, Some(day("2026-03-14"))));
    maria.edit(|edit| action_plan::set_step_state(edit, step, State::Done));
    andrei.edit(|edit| action_plan::set_step_state(edit, step, State::Doing));
    sync(&mut maria, &mut andrei);

    let mut plan = plan_of(&maria);
    assert_eq!(plan, plan_of(&andrei));
    assert_eq!(plan.steps[0].due, Some(day("2026-03-14")), "lists use the earlier date");
    assert_eq!(plan.steps[0].state, State::Doing, "and the less finished state");
    let received_at = Timestamp(5);
    plan.with_authors(&|who| {
        (who == actor(2)).then_some(Authored { actor: who, person: person(2), received_at })
    });
    let due = plan.conflicts.iter().find(|conflict| conflict.path.keys()[2] == "due").unwrap();
    let chip: Vec<_> =
        due.claims.iter().map(|claim| (claim.value.clone(), claim.person, claim.received_at)).collect();
    let words = |text: &str| Value::Words(text.into());
    assert_eq!(
        chip,
        [(words("2026-03-14"), None, None), (words("2026-03-21"), Some(person(2)), Some(received_at))]
    );

    maria.edit(|edit| edit.settle(&due.path, &words("2026-03-21")));
    let refused = maria.try_edit(|edit| edit.settle(&due.path, &words("2026-04-01")));
    assert!(refused.is_err(), "only what stands there can be chosen");
    maria.edit(|edit| action_plan::set_step_state(edit, step, State::Done));
    sync(&mut maria, &mut andrei);

    for phone in [&maria, &andrei] {
        assert_eq!(plan_of(phone).conflicts, []);
        assert_eq!(plan_of(phone).steps[0].due, Some(day("2026-03-21")));
        assert_eq!(plan_of(phone).steps[0].state, State::Done);
    }
}

#[test]
fn x3_an_emptied_date_beside_a_new_one_is_a_conflict_and_two_equal_ones_are_none() {
    let (mut maria, mut andrei, step) = a_step_on_two_phones();
    maria.edit(|edit| action_plan::set_step_due(edit, step, None));
    andrei.edit(|edit| action_plan::set_step_due(edit, step, Some(day("2026-03-21"))));
    sync(&mut maria, &mut andrei);
    assert_eq!(plan_of(&maria).conflicts[0].claims[0].value, Value::Nothing);
    assert_eq!(plan_of(&maria).steps[0].due, Some(day("2026-03-21")));

    maria.edit(|edit| action_plan::set_step_due(edit, step, Some(day("2026-03-22"))));
    andrei.edit(|edit| action_plan::set_step_due(edit, step, Some(day("2026-03-22"))));
    sync(&mut maria, &mut andrei);
    assert_eq!(plan_of(&maria).conflicts, []);
}

#[test]
fn x4_a_step_that_is_done_says_that_its_text_changed_since() {
    let (mut maria, mut andrei, step) = a_step_on_two_phones();
    maria.edit(|edit| action_plan::set_step_state(edit, step, State::Done));
    assert!(!plan_of(&maria).steps[0].text_changed_since_done);
    andrei.edit(|edit| action_plan::edit_step(edit, step, &Splice::insert(19, " of Ioana's")));
    sync(&mut maria, &mut andrei);
    for phone in [&maria, &andrei] {
        let view = &plan_of(phone).steps[0];
        assert_eq!((view.text.as_str(), view.state), ("listen to two calls of Ioana's", State::Done));
        assert!(view.text_changed_since_done);
    }
}

#[test]
fn x5_what_was_written_in_a_removed_step_is_readable_after_restore() {
    let (mut maria, mut andrei, step) = a_step_on_two_phones();
    maria.edit(|edit| action_plan::remove_step(edit, step));
    let removed = |phone: &Phone| plan_of(phone).steps[0].removed;
    assert_eq!(removed(&maria).map(|removal| removal.edited_since), Some(false));
    andrei.edit(|edit| action_plan::edit_step(edit, step, &Splice::insert(0, "first ")));
    sync(&mut maria, &mut andrei);

    let removal = removed(&andrei).unwrap();
    assert_eq!((removal.by, removal.edited_since), (Some(person(1)), true));
    andrei.edit(|edit| action_plan::restore_step(edit, step));
    sync(&mut maria, &mut andrei);

    assert_eq!(removed(&maria), None);
    assert_eq!(plan_of(&maria).steps[0].text, "first listen to two calls");
}

#[test]
fn x6_the_same_meeting_created_by_both_is_one_with_both_agendas_and_notes() {
    let (mut maria, mut andrei) = maria_and_andrei_meet();
    let plan = meeting::Plan {
        slot: slot("2026-03-18T10:00"),
        place: Some("Sala 2".into()),
        kind: meeting::MeetingKind::OneOnOne,
    };
    for phone in [&mut maria, &mut andrei] {
        phone.edit(|edit| meeting::plan(edit, &plan));
    }
    for n in 0..3 {
        maria.edit(|edit| meeting::add_agenda(edit, &topic(&format!("Maria {n}"))));
        andrei.edit(|edit| meeting::add_agenda(edit, &topic(&format!("Andrei {n}"))));
    }
    maria.edit(|edit| meeting::edit_notes(edit, &Splice::insert(0, "Salut.")));
    andrei.edit(|edit| meeting::edit_notes(edit, &Splice::insert(0, "你好。")));
    maria.edit(|edit| meeting::edit_section_notes(edit, Section::Career, &Splice::insert(0, "lead?")));
    andrei.edit(|edit| meeting::edit_section_notes(edit, Section::Career, &Splice::insert(0, "not yet")));
    let follow_up = |text: &str| NewFollowUp { text: text.into(), owner: None, due: None };
    maria.edit(|edit| meeting::add_follow_up(edit, &follow_up("send the plan")));
    andrei.edit(|edit| meeting::add_follow_up(edit, &follow_up("read the plan")));
    maria.edit(|edit| meeting::add_topic(edit, "queue"));
    andrei.edit(|edit| meeting::add_topic(edit, "pauze"));
    sync(&mut maria, &mut andrei);

    let view = meeting_of(&maria);
    assert_eq!(view, meeting_of(&andrei));
    let mut agenda = texts(&maria);
    agenda.sort();
    assert_eq!(agenda, ["Andrei 0", "Andrei 1", "Andrei 2", "Maria 0", "Maria 1", "Maria 2"]);
    assert!(view.notes.text.contains("Salut.") && view.notes.text.contains("你好。"));
    let career = &view.sections.iter().find(|section| section.section == Section::Career).unwrap().notes.text;
    assert!(career.contains("lead?") && career.contains("not yet"), "{career}");
    assert_eq!(view.follow_ups.len(), 2);
    assert_eq!(view.topics, ["pauze", "queue"]);
    assert_eq!((view.planned, view.conflicts), (Some(plan.slot), vec![]), "both planned the same hour");
}

#[test]
fn x7_two_moves_are_two_moves_and_the_time_is_pending_until_settled() {
    let (mut maria, mut andrei) = maria_and_andrei_meet();
    let plan =
        meeting::Plan { slot: slot("2026-03-18T10:00"), place: None, kind: meeting::MeetingKind::OneOnOne };
    maria.edit(|edit| meeting::plan(edit, &plan));
    sync(&mut maria, &mut andrei);
    maria.edit(|edit| meeting::move_to(edit, slot("2026-03-19T10:00"), 24));
    andrei.edit(|edit| meeting::move_to(edit, slot("2026-03-18T15:30"), 1));
    sync(&mut maria, &mut andrei);

    let view = meeting_of(&maria);
    assert_eq!(view, meeting_of(&andrei));
    let mut moves: Vec<_> = view
        .moves
        .iter()
        .map(|m| (m.by, m.from.unwrap().to_string(), m.to.unwrap().to_string(), m.notice_hours))
        .collect();
    moves.sort();
    let from = || "2026-03-18T10:00".to_owned();
    assert_eq!(
        moves,
        [
            (Some(person(1)), from(), "2026-03-19T10:00".into(), Some(24)),
            (Some(person(2)), from(), "2026-03-18T15:30".into(), Some(1)),
        ]
    );
    assert!(view.move_pending);
    assert_eq!(view.planned, Some(slot("2026-03-18T15:30")), "until then the earlier one");

    let conflict = &view.conflicts[0];
    andrei.edit(|edit| edit.settle(&conflict.path, &Value::Words("2026-03-19T10:00".into())));
    sync(&mut maria, &mut andrei);
    let view = meeting_of(&maria);
    assert_eq!(
        (view.move_pending, view.planned, view.moves.len()),
        (false, Some(slot("2026-03-19T10:00")), 2)
    );
}

#[test]
fn x8_the_same_promise_in_different_words_is_two_promises() {
    let (mut maria, mut andrei) = maria_and_andrei_meet();
    let follow_up = |text: &str| NewFollowUp { text: text.into(), owner: Some(person(1)), due: None };
    maria.edit(|edit| meeting::add_follow_up(edit, &follow_up("order a headset")));
    andrei.edit(|edit| meeting::add_follow_up(edit, &follow_up("get a new headset")));
    sync(&mut maria, &mut andrei);
    let mut promised: Vec<String> =
        meeting_of(&andrei).follow_ups.into_iter().map(|item| item.text).collect();
    promised.sort();
    assert_eq!(promised, ["get a new headset", "order a headset"]);
}

#[test]
fn x9_an_acknowledgement_says_before_how_many_changes_it_was_given() {
    let (mut maria, mut andrei) = maria_and_andrei_meet();
    maria.edit(|edit| meeting::edit_notes(edit, &Splice::insert(0, "agreed: two calls")));
    sync(&mut maria, &mut andrei);
    let standing = |phone: &Phone| {
        let acks = meeting_of(phone).acks;
        assert_eq!((acks.len(), acks[0].person), (1, person(2)));
        acks[0].standing
    };

    andrei.edit(meeting::acknowledge);
    assert_eq!(standing(&andrei), Standing::Current);
    maria.edit(|edit| meeting::edit_notes(edit, &Splice::insert(8, "three or ")));
    maria.edit(|edit| meeting::add_agenda(edit, &topic("one more thing")));
    sync(&mut maria, &mut andrei);

    assert_eq!(standing(&maria), Standing::BeforeChanges { count: 2 });
    assert_eq!(standing(&andrei), Standing::BeforeChanges { count: 2 });
    andrei.edit(meeting::acknowledge);
    assert_eq!(standing(&andrei), Standing::Current);
}

#[test]
fn x9_on_drafts_an_acknowledgement_and_a_review_ask_to_fold_first() {
    let (mut maria, _, _) = a_step_on_two_phones();
    let mut rng = rand::rngs::SmallRng::seed_from_u64(1);
    let mut writer = Writer { person: person(1), now: Timestamp(1), rng: &mut rng };
    let review =
        edit_on_drafts(&mut maria.doc, &mut writer, |edit| action_plan::add_review(edit, "on track"));
    assert!(matches!(review, Err(EditError::FoldFirst)));
    let ack =
        edit_on_drafts(&mut maria.doc, &mut writer, |edit| super::ack::acknowledge(edit, &Path::root()));
    assert!(matches!(ack, Err(EditError::FoldFirst)));
    let step = edit_on_drafts(&mut maria.doc, &mut writer, |edit| action_plan::set_title(edit, "calm calls"));
    assert!(step.is_ok());
}

#[test]
fn x9_another_acknowledgement_a_comment_and_a_new_order_leave_an_acknowledgement_standing() {
    let (mut maria, mut andrei) = maria_and_andrei_meet();
    maria.edit(|edit| meeting::edit_notes(edit, &Splice::insert(0, "agreed")));
    let first = maria.edit(|edit| meeting::add_agenda(edit, &topic("first")));
    maria.edit(|edit| meeting::add_agenda(edit, &topic("second")));
    sync(&mut maria, &mut andrei);
    andrei.edit(meeting::acknowledge);
    maria.edit(meeting::acknowledge);
    let comment = crate::document::Mark::Comment(ItemId::from_bytes([3; 8]), "ok?".into());
    maria.edit(|edit| meeting::mark_notes(edit, 0..6, &comment));
    maria.edit(|edit| meeting::reorder_agenda(edit, first, Position::Last));
    sync(&mut maria, &mut andrei);
    assert!(meeting_of(&andrei).acks.iter().all(|ack| ack.standing == Standing::Current));
}

#[test]
fn x9_an_acknowledgement_of_a_state_that_is_not_known_here_cannot_be_verified() {
    let (mut maria, mut andrei) = maria_and_andrei_meet();
    maria.edit(|edit| meeting::edit_notes(edit, &Splice::insert(0, "agreed")));
    sync(&mut maria, &mut andrei);
    andrei.edit(meeting::acknowledge);
    let path = Path::of("acks").key(&person(2).to_string());
    let ack: Vec<u8> = Document::of(&andrei.doc).get(&path).unwrap();

    // Another meeting, in which the heads of the first one mean nothing.
    let mut other = Phone::new(2, "meeting", &a_plan());
    other.edit(|edit| edit.put(&path, &ack));
    assert_eq!(meeting_of(&other).acks[0].standing, Standing::CannotBeVerified);
    other.edit(|edit| edit.put(&path, &b"no acknowledgement".to_vec()));
    assert_eq!(meeting_of(&other).acks[0].standing, Standing::CannotBeVerified);
}

#[test]
fn x13_an_order_changed_on_both_is_the_same_on_both_without_a_question() {
    let (mut maria, mut andrei) = maria_and_andrei_meet();
    let [a, b, _c] = ["a", "b", "c"].map(|text| maria.edit(|edit| meeting::add_agenda(edit, &topic(text))));
    sync(&mut maria, &mut andrei);
    maria.edit(|edit| meeting::reorder_agenda(edit, a, Position::Last));
    andrei.edit(|edit| meeting::reorder_agenda(edit, a, Position::After(b)));
    andrei.edit(|edit| meeting::reorder_agenda(edit, b, Position::Last));
    sync(&mut maria, &mut andrei);
    assert_eq!(texts(&maria), texts(&andrei));
    assert_eq!(texts(&maria).len(), 3);
    assert_eq!(meeting_of(&maria).conflicts, []);
}

#[test]
fn d1_a_walk_of_twelve_stops_is_captured_and_one_is_promoted_without_telling_of_the_walk() {
    let mut maria = Phone::new(1, "floor_walk", &my_own());
    let at = |minute: i64| Timestamp(1_773_824_400_000 + minute * 60_000);
    let stop = |n: i64| NewStop {
        person: Some(person(2)),
        kind: if n == 3 { StopKind::Coach } else { StopKind::Praise },
        text: format!("oprirea {n} 懒"),
        tags: vec!["coadă".into()],
        minutes: Some(3),
        at: at(n),
    };
    maria.edit(|edit| floor_walk::start(edit, at(0)));
    let stops: Vec<ItemId> =
        (0..12).map(|n| maria.edit(|edit| floor_walk::capture_stop(edit, &stop(n)))).collect();
    maria.edit(|edit| floor_walk::edit_stop(edit, stops[3], &Splice::insert(0, "Andrei: ")));
    maria.edit(|edit| floor_walk::tally(edit, stops[3], "asked an open question", 3));
    maria.edit(|edit| floor_walk::remove_stop(edit, stops[0]));
    maria.edit(|edit| floor_walk::untag_stop(edit, stops[1], "coadă"));
    maria.edit(|edit| floor_walk::end(edit, at(12)));

    let walk = floor_walk::view(Document::of(&maria.doc));
    assert_eq!(walk.stops.iter().map(|stop| stop.id).collect::<Vec<_>>(), stops);
    assert!(walk.stops[0].removed.is_some() && walk.stops[1].tags.is_empty());
    let coach = &walk.stops[3];
    assert_eq!(
        (coach.text.as_str(), coach.kind, coach.minutes),
        ("Andrei: oprirea 3 懒", StopKind::Coach, Some(3))
    );
    assert_eq!((coach.tallies[0].name.as_str(), coach.tallies[0].count), ("asked an open question", 3));
    assert!(maria.doc.save().len() < 20_000);

    let (walk_id, meeting_id) = (DocId::from_bytes([0x77; 16]), DocId::from_bytes([0x78; 16]));
    let mut hers = Phone::new(1, "meeting", &wednesday());
    let provenance = meeting::Provenance { walk: walk_id, stop: stops[3], at: coach.at.unwrap() };
    hers.edit(|edit| meeting::add_agenda_from_walk(edit, &topic(&coach.text), &provenance));
    maria.edit(|edit| floor_walk::mark_promoted(edit, stops[3], meeting_id, at(13)));

    let shared = meeting_of(&hers).agenda.remove(0);
    assert_eq!(shared.text, "Andrei: oprirea 3 懒");
    assert_eq!(
        shared.origin.map(|origin| (origin.token, origin.seen_at)),
        Some((provenance.token(), coach.at))
    );
    let holds = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    let sent =
        hers.doc.get_changes(&[]).iter().flat_map(|change| change.raw_bytes().to_vec()).collect::<Vec<u8>>();
    assert!(holds(&sent, "oprirea 3".as_bytes()) && !holds(&sent, walk_id.as_bytes()));
    let promoted = &floor_walk::view(Document::of(&maria.doc)).stops[3].promoted;
    assert_eq!((promoted[0].to, promoted[0].at), (meeting_id, Some(at(13))));

    let summary = Kind::parse("floor_walk").unwrap().summarise(Document::of(&maria.doc));
    assert_eq!((summary.items, summary.open, summary.finished, summary.began), (11, 10, true, Some(at(0))));
    assert_eq!(super::Summary::from_bytes(&summary.to_bytes()), summary);
    assert_eq!(super::Summary::from_bytes(b"of another version"), super::Summary::default());
}

#[test]
fn a_review_is_followed_by_exactly_what_changed_since() {
    let (mut maria, mut andrei, step) = a_step_on_two_phones();
    let review = maria.edit(|edit| action_plan::add_review(edit, "on track"));
    let changed = |phone: &Phone| {
        let doc = Document::of(&phone.doc);
        let changed = action_plan::changed_since_review(doc, review).unwrap();
        changed.into_iter().map(|item| item.path.keys().last().unwrap().clone()).collect::<Vec<_>>()
    };
    assert_eq!(changed(&maria), Vec::<String>::new());
    sync(&mut maria, &mut andrei);
    andrei.edit(|edit| action_plan::set_step_state(edit, step, State::Doing));
    andrei.edit(|edit| action_plan::set_step_due(edit, step, Some(day("2026-03-20"))));
    maria.edit(|edit| action_plan::edit_aim(edit, &Splice::insert(0, "calm calls")));
    maria.edit(|edit| action_plan::edit_review(edit, review, &Splice::insert(8, "!")));
    sync(&mut maria, &mut andrei);
    assert_eq!(changed(&maria), ["aim", "due", "state"]);
    assert_eq!(changed(&andrei), ["aim", "due", "state"]);
    andrei.edit(|edit| action_plan::set_step_state(edit, step, State::Done));
    assert_eq!(changed(&andrei), ["aim", "due", "state"], "when it was done is no change of its own");
}

#[test]
fn a_plan_says_what_is_incomplete_decided_and_closed() {
    let (mut maria, _, step) = a_step_on_two_phones();
    maria.edit(|edit| action_plan::set_title(edit, "Apeluri mai calme"));
    maria.edit(|edit| action_plan::set_kind(edit, action_plan::PlanKind::Improvement));
    maria.edit(|edit| action_plan::add_resource(edit, step, "call library"));
    let without_day = NewStep { text: "ask Priya".into(), owner: Some(person(1)), due: None };
    maria.edit(|edit| action_plan::add_step(edit, &without_day));
    let checkpoint = maria.edit(|edit| action_plan::add_checkpoint(edit, day("2026-03-30"), "handle time"));
    maria.edit(|edit| action_plan::edit_result(edit, checkpoint, &Splice::insert(0, "6:20")));
    maria.edit(action_plan::close);

    let plan = plan_of(&maria);
    assert_eq!(plan.steps.iter().map(|step| step.incomplete).collect::<Vec<_>>(), [false, true]);
    assert_eq!(plan.steps[0].resources[0].label, "call library");
    assert_eq!(
        (plan.checkpoints[0].on, plan.checkpoints[0].look_at.as_str(), plan.checkpoints[0].result.as_str()),
        (Some(day("2026-03-30")), "handle time", "6:20")
    );
    assert_eq!(plan.closed.map(|closed| closed.by), Some(Some(person(1))));
    let summary = Kind::parse("action_plan").unwrap().summarise(Document::of(&maria.doc));
    assert_eq!((summary.title.as_str(), summary.kind.as_str()), ("Apeluri mai calme", "improvement"));
    assert_eq!(
        (summary.day, summary.items, summary.open, summary.finished),
        (Some(day("2026-03-16")), 2, 2, true)
    );

    maria.edit(action_plan::reopen);
    assert_eq!(plan_of(&maria).closed, None);
}

#[test]
fn what_was_refused_can_be_read_and_copied_in_the_words_it_was_written_in() {
    let (mut maria, mut andrei) = maria_and_andrei_meet();
    maria.edit(|edit| meeting::edit_notes(edit, &Splice::insert(0, "Shared words.")));
    sync(&mut maria, &mut andrei);
    let accepted = andrei.doc.clone();
    andrei.edit(|edit| meeting::edit_notes(edit, &Splice::insert(13, " Șapte懒🙂 mine.")));
    andrei.edit(|edit| meeting::add_agenda(edit, &topic("my topic")));
    andrei.edit(|edit| meeting::set_place(edit, Some("Sala 2")));
    andrei.edit(|edit| meeting::add_topic(edit, "pauze"));
    andrei.edit(meeting::acknowledge);

    let refused = readable_of_changes(&accepted, &andrei.doc);
    assert_eq!(refused, "section: feedback\nmy topic\n Șapte懒🙂 mine.\nplace: Sala 2\npauze");
    let all = readable(Document::of(&andrei.doc));
    assert!(all.contains("Shared words. Șapte懒🙂 mine.") && all.contains("my topic"), "{all}");
    let elsewhere = Phone::new(1, "meeting", &a_plan());
    assert_eq!(readable_of_changes(&elsewhere.doc, &andrei.doc), all, "without a common past: everything");
}
