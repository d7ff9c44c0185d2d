//! Owns the stories of an agent who gets another leader, on phones without a network.

use super::*;
use crate::coaching::action_plan::{NewStep, add_step};
use crate::coaching::barometer::{Level, NewEntry, add_entry};
use crate::coaching::goal_set::{Agreement, NewCommitment, NewGoal};
use crate::coaching::hand_over::HandOverView;
use crate::coaching::item::{Side, State};
use crate::coaching::meeting::{MeetingKind, Plan, Slot};
use crate::coaching::wellbeing_log;
use crate::document::{ITEM_TEXT_LIMIT, Splice, Writer, crdt_actor, create, edit, genesis_actor, layer};
use crate::gate::proof::Proof;
use crate::gate::state::Index;
use crate::gate::{self, Judgement};
use crate::ids::{ActorId, DeviceId, PersonId};
use crate::policy::Role;
use crate::replica::Relation;
use crate::replica::fixture::{MARIA, NEXT_TENURE, NOW, RADU, SERBAN, TENURE, after_the_change, meet};
use crate::time::Quarter;
use crate::wire::ErrorCode;
use automerge::Automerge;

const DAYS: [&str; 3] = ["2026-02-04", "2026-02-18", "2026-03-04"];

fn quarter() -> Quarter {
    Quarter::parse("2026-Q1").unwrap()
}

fn talks(replica: &Replica, day: &str, is_held: bool) -> DocId {
    let slot = Slot::parse(&format!("{day}T10:00")).unwrap();
    let doc = replica.create(Kind::of(&meeting::SPEC), meeting::key(TENURE, slot.day)).unwrap();
    let plan = Plan { slot, place: None, kind: MeetingKind::OneOnOne };
    replica.edit(doc, |edit| meeting::plan(edit, &plan)).unwrap();
    if is_held {
        replica.edit(doc, |edit| meeting::begin(edit, NOW)).unwrap();
    }
    replica
        .edit(doc, |edit| meeting::edit_notes(edit, &Splice::insert(0, format!("Spus pe {day}."))))
        .unwrap();
    doc
}

/// Three held meetings, one that was not; an open goal and a reached one; a plan with an open step and a done one; how they are.
fn before(replica: &Replica) {
    for day in DAYS {
        talks(replica, day, true);
    }
    talks(replica, "2026-03-11", false);
    let goals = replica.create(Kind::of(&goal_set::SPEC), goal_set::key(TENURE, quarter())).unwrap();
    let goal = |title: &str| NewGoal {
        title: title.into(),
        why: "Clienții așteaptă".into(),
        measure: None,
        baseline: None,
        target: None,
        due: Day::parse("2026-03-31").ok(),
    };
    let open = replica.edit(goals, |edit| goal_set::add_goal(edit, &goal("Răspuns mai repede"))).unwrap();
    for (side, text) in [(Side::Agent, "Ascult două apeluri"), (Side::Leader, "Îi dau timp")] {
        let new = NewCommitment { side, text: text.into(), due: None };
        replica.edit(goals, |edit| goal_set::add_commitment(edit, open, &new)).unwrap();
    }
    let done = replica.edit(goals, |edit| goal_set::add_goal(edit, &goal("Gata"))).unwrap();
    replica.edit(goals, |edit| goal_set::set_goal_state(edit, done, GoalState::Reached)).unwrap();
    plan(replica);
    let log = replica.create(Kind::of(&wellbeing_log::SPEC), wellbeing_log::key(TENURE, quarter()));
    // Whose phone this is, the agent's log is open to the agent alone.
    if let Ok(log) = log {
        let entry = NewEntry { mood: Level::new(2).unwrap(), load: None, note: "Obosit".into() };
        drop(replica.edit(log, |edit| add_entry(edit, &entry)));
    }
}

fn plan(replica: &Replica) {
    let key = NaturalKey {
        subject: crate::key::Subject::Tenure(TENURE),
        part: crate::key::Part::Random(crate::ids::RandomKey::from_bytes([6; 16])),
    };
    let doc = replica.create(Kind::of(&action_plan::SPEC), key).unwrap();
    replica.edit(doc, |edit| action_plan::set_title(edit, "Al doilea nivel")).unwrap();
    for (text, owner, state) in [
        ("Cere acces", SERBAN, State::Doing),
        ("Caută un mentor", MARIA, State::Open),
        ("Citește ghidul", SERBAN, State::Done),
    ] {
        let new = NewStep { text: text.into(), owner: Some(owner), due: None };
        let step = replica.edit(doc, |edit| add_step(edit, &new)).unwrap();
        replica.edit(doc, |edit| action_plan::set_step_state(edit, step, state)).unwrap();
    }
}

fn serbans(phone: u8) -> Replica {
    let serban = after_the_change(SERBAN, Role::Agent, phone);
    before(&serban);
    serban
}

fn offers(replica: &Replica) -> Vec<Offer> {
    replica.offered_to_bring(NEXT_TENURE, Language::Ro).unwrap()
}

fn usual(replica: &Replica) -> Vec<Bring> {
    offers(replica).into_iter().filter(|offer| offer.is_usual).map(|offer| offer.bring).collect()
}

fn bring_usual(replica: &Replica) {
    replica.bring_along(NEXT_TENURE, &usual(replica), Language::Ro).unwrap();
}

fn doc_of(spec: &'static KindSpec, key: &NaturalKey) -> DocId {
    DocId::of(crate::replica::fixture::ORG, spec.name, key)
}

fn hand_over_doc() -> DocId {
    doc_of(&hand_over::SPEC, &hand_over::key(NEXT_TENURE))
}

fn goals_doc() -> DocId {
    doc_of(&goal_set::SPEC, &goal_set::key(NEXT_TENURE, quarter()))
}

fn handed(replica: &Replica) -> HandOverView {
    replica.read(hand_over_doc(), |history| hand_over::view(Document::of(history.view()))).unwrap()
}

fn goals(replica: &Replica) -> Vec<GoalView> {
    replica.read(goals_doc(), |history| goal_set::view(Document::of(history.view())).goals).unwrap()
}

/// What the server knows of a document, and what it takes.
struct Gate {
    index: Index,
}

impl Gate {
    fn of(spec: &'static KindSpec, key: &NaturalKey) -> Self {
        let kind = Kind::of(spec);
        let mut index = Index::new(genesis_actor(kind, key));
        index.layers =
            (0..).map_while(|n| layer(kind, key, n)).map(|c| gate::read(c.raw_bytes()).unwrap()).collect();
        let mut gate = Self { index };
        let layers: Vec<_> = gate.index.layers.iter().map(|layer| layer.bytes.clone()).collect();
        assert_eq!(gate.is_sent(SERBAN, 0, &layers).refused, []);
        gate
    }

    fn is_sent(&mut self, person: PersonId, phone: u8, changes: &[Vec<u8>]) -> Judgement {
        let writer =
            gate::Writer { person, device: DeviceId::from_bytes([phone; 16]), replaced: Default::default() };
        let read = changes.iter().map(|bytes| gate::read(bytes));
        gate::judge(&mut self.index, read, &writer, &Proof::default())
    }
}

/// What waits to be sent of a document.
fn waiting(replica: &Replica, doc: DocId) -> Vec<Vec<u8>> {
    let rows = replica.shared.with_desk(|desk| desk.store.outbox(0, usize::MAX)).unwrap();
    rows.into_iter().filter(|row| row.doc == doc).map(|row| row.bytes).collect()
}

fn long_plan(replica: &Replica, steps: usize) -> DocId {
    let key = NaturalKey {
        subject: crate::key::Subject::Tenure(TENURE),
        part: crate::key::Part::Random(crate::ids::RandomKey::from_bytes([8; 16])),
    };
    let doc = replica.create(Kind::of(&action_plan::SPEC), key).unwrap();
    replica.edit(doc, |edit| action_plan::set_title(edit, "Tot")).unwrap();
    let new = NewStep { text: "ț".repeat(ITEM_TEXT_LIMIT), owner: Some(SERBAN), due: None };
    for _ in 0..steps {
        replica.edit(doc, |edit| add_step(edit, &new).map(drop)).unwrap();
    }
    doc
}

/// One change held all of it; the gate refused that each time, and no other way was tried.
#[test]
fn d6_a_plan_that_is_longer_than_a_change_may_be_is_brought_in_several_from_any_of_the_agents_phones() {
    let [phone, tablet] = [0, 1].map(|number| after_the_change(SERBAN, Role::Agent, number));
    let brought = [&phone, &tablet].map(|replica| {
        let bring = Bring::whole(long_plan(replica, 6));
        replica.bring_along(NEXT_TENURE, &[bring], Language::Ro).unwrap();
        let key = action_plan::brought_key(NEXT_TENURE, bring.from(TENURE));
        (key, waiting(replica, doc_of(&action_plan::SPEC, &key)))
    });
    let [(key, changes), (_, same)] = brought;
    assert_eq!(changes, same);
    assert!(changes.len() > 3, "{}", changes.len());

    let mut gate = Gate::of(&action_plan::SPEC, &key);
    assert_eq!(gate.is_sent(SERBAN, 0, &changes[..2]).refused, [], "then the phone is lost");
    assert_eq!(gate.is_sent(SERBAN, 1, &changes).refused, [], "and the tablet sends the rest");

    let doc = doc_of(&action_plan::SPEC, &key);
    let plan = phone.read(doc, |history| action_plan::view(Document::of(history.view()))).unwrap();
    let lengths: Vec<_> = plan.steps.iter().map(|step| step.text.chars().count()).collect();
    assert_eq!(lengths, [ITEM_TEXT_LIMIT; 6]);
}

#[test]
fn d6_what_the_new_pair_has_no_room_for_is_named_and_nothing_is_brought() {
    let serban = serbans(0);
    let long = long_plan(&serban, 31);
    let chosen: Vec<_> = usual(&serban);
    assert!(chosen.contains(&Bring::whole(long)));

    let refused = serban.bring_along(NEXT_TENURE, &chosen, Language::Ro);

    assert!(matches!(refused, Err(ReplicaError::NoRoom(doc)) if doc == long), "{refused:?}");
    assert!(offers(&serban).iter().all(|offer| !offer.is_brought));
    assert!(serban.list(Kind::of(&hand_over::SPEC)).unwrap().is_empty());
    let others: Vec<_> = chosen.into_iter().filter(|bring| bring.doc != long).collect();
    serban.bring_along(NEXT_TENURE, &others, Language::Ro).unwrap();
    assert_eq!(offers(&serban).iter().filter(|offer| offer.is_brought).count(), others.len());
}

/// Who led before knows the words, and writes in the hand-over too. Had they written there under the author that the agent's phones work
/// out of these words, the agent's copy would have been refused for ever.
#[test]
fn d6_who_led_before_cannot_take_the_name_under_which_the_agent_will_bring_a_text() {
    let serban = serbans(0);
    bring_usual(&serban);
    let brought = waiting(&serban, hand_over_doc());
    let authors = brought.iter().map(|bytes| gate::read(bytes).unwrap().actor);
    let key = hand_over::key(NEXT_TENURE);
    let mut gate = Gate::of(&hand_over::SPEC, &key);
    for author in authors {
        let note = noted_by(MARIA, author);
        let [refused] = gate.is_sent(MARIA, 9, &[note]).refused[..] else { panic!("it was taken") };
        assert_eq!(refused.code, ErrorCode::ActorOwned);
    }

    assert_eq!(gate.is_sent(SERBAN, 0, &brought).refused, []);

    let note = noted_by(MARIA, ActorId::from_bytes([77; 16]));
    assert_eq!(gate.is_sent(MARIA, 9, &[note]).refused, [], "under another she writes her note");
}

fn noted_by(person: PersonId, author: ActorId) -> Vec<u8> {
    let kind = Kind::of(&hand_over::SPEC);
    let mut doc = create(kind, &hand_over::key(NEXT_TENURE), u32::MAX, author).unwrap();
    assert_eq!(*doc.get_actor(), crdt_actor(author));
    let mut rng = <rand::rngs::StdRng as rand::SeedableRng>::from_seed([1; 32]);
    let mut writer = Writer { person, now: NOW, rng: &mut rng };
    let made = edit(&mut doc, &mut writer, |edit| hand_over::add_to_note(edit, "!"));
    made.unwrap().1.unwrap().raw_bytes().to_vec()
}

#[test]
fn d6_an_agent_is_offered_what_was_shared_and_usually_brings_two_meetings_and_what_is_open() {
    let offered = offers(&serbans(0));
    let shown: Vec<_> =
        offered.iter().map(|offer| (offer.kind, offer.title.as_str(), offer.is_usual)).collect();
    assert_eq!(
        shown,
        [
            (BringKind::Meeting, "Întâlnire · 04.03.2026", true),
            (BringKind::Meeting, "Întâlnire · 18.02.2026", true),
            (BringKind::Meeting, "Întâlnire · 04.02.2026", false),
            (BringKind::Goal, "Răspuns mai repede", true),
            (BringKind::Plan, "Al doilea nivel", true),
        ]
    );
    assert!(offered.iter().all(|offer| !offer.is_brought));
}

#[test]
fn d6_what_is_brought_is_there_as_text_and_goals_and_steps_go_on_to_be_agreed_anew() {
    let serban = serbans(0);
    bring_usual(&serban);

    let texts = handed(&serban).brought;
    assert_eq!(texts.len(), 2);
    assert!(texts[0].text.starts_with("# Întâlnire · 04.03.2026"), "{}", texts[0].text);
    assert!(texts[0].text.contains("Spus pe 2026-03-04."), "{}", texts[0].text);
    assert!(texts.iter().all(|one| one.from.is_some_and(|from| from.tenure == TENURE)));
    let goal = goals(&serban).remove(0);
    assert_eq!((goal.title.as_str(), goal.why.as_str()), ("Răspuns mai repede", "Clienții așteaptă"));
    assert_eq!(goal.from.map(|from| from.tenure), Some(TENURE));
    assert!(goal.acks.is_empty() && goal.agreement != Agreement::Agreed);
    let promised: Vec<_> = goal.commitments.iter().map(|one| (one.side, one.text.as_str())).collect();
    assert_eq!(
        promised,
        [(Some(Side::Agent), "Ascult două apeluri")],
        "what a leader promised was that leader's"
    );
    let plans = serban.list(Kind::of(&action_plan::SPEC)).unwrap();
    let key = plans.iter().find(|plan| plan.key.subject == crate::key::Subject::Tenure(NEXT_TENURE)).unwrap();
    let plan = serban.read(key.doc, |history| action_plan::view(Document::of(history.view()))).unwrap();
    let steps: Vec<_> = plan.steps.iter().map(|step| (step.text.as_str(), step.owner, step.state)).collect();
    assert_eq!(steps, [("Cere acces", Some(SERBAN), State::Doing), ("Caută un mentor", None, State::Open)]);
    assert_eq!(plan.from.map(|from| from.tenure), Some(TENURE));
}

#[test]
fn d6_brought_twice_it_is_there_once_and_what_was_taken_back_comes_back() {
    let serban = serbans(0);
    let chosen = usual(&serban);
    for _ in 0..2 {
        serban.bring_along(NEXT_TENURE, &chosen, Language::Ro).unwrap();
    }
    assert_eq!((handed(&serban).brought.len(), goals(&serban).len()), (2, 1));
    let first = handed(&serban).brought[0].id;
    serban.edit(hand_over_doc(), |edit| hand_over::remove_brought(edit, first)).unwrap();
    let goal = goals(&serban)[0].id;
    serban.edit(goals_doc(), |edit| goal_set::remove_goal(edit, goal)).unwrap();
    assert_eq!(offers(&serban).iter().filter(|offer| offer.is_brought).count(), 2, "a meeting and the plan");

    serban.bring_along(NEXT_TENURE, &chosen, Language::Ro).unwrap();

    let (texts, goals) = (handed(&serban).brought, goals(&serban));
    assert_eq!((texts.len(), goals.len()), (2, 1));
    assert!(texts.iter().all(|one| one.removed.is_none()) && goals[0].removed.is_none());
}

#[test]
fn d6_two_phones_of_the_agent_that_have_not_met_bring_it_once_and_lose_no_word() {
    let (phone, tablet) = (serbans(0), serbans(1));
    // What the two have of the earlier pair is the same: they have both synced it.
    let seen = |replica: &Replica| {
        let day = Day::parse(DAYS[2]).unwrap();
        doc_of(&meeting::SPEC, &meeting::key(TENURE, day)) == offers(replica)[0].bring.doc
    };
    assert!(seen(&phone) && seen(&tablet));
    let meetings =
        |replica: &Replica| offers(replica).into_iter().take(2).map(|offer| offer.bring).collect::<Vec<_>>();
    for replica in [&phone, &tablet] {
        replica.bring_along(NEXT_TENURE, &meetings(replica), Language::Ro).unwrap();
    }
    let texts = |doc: &Automerge| hand_over::view(Document::of(doc)).brought.len();
    let (one, other) = meet(&phone, &tablet, hand_over_doc());
    assert_eq!((texts(&one), texts(&other)), (2, 2));
}

#[test]
fn d6_what_is_not_offered_is_not_brought_and_nobody_brings_it_for_the_agent() {
    let serban = serbans(0);
    let how = Bring::whole(doc_of(&wellbeing_log::SPEC, &wellbeing_log::key(TENURE, quarter())));
    let not_held =
        Bring::whole(doc_of(&meeting::SPEC, &meeting::key(TENURE, Day::parse("2026-03-11").unwrap())));
    for wrong in [how, not_held] {
        let chosen = [usual(&serban)[0], wrong];
        let refused = serban.bring_along(NEXT_TENURE, &chosen, Language::Ro);
        assert!(matches!(refused, Err(ReplicaError::NotFound(doc)) if doc == wrong.doc));
        assert!(serban.list(Kind::of(&hand_over::SPEC)).unwrap().is_empty(), "all or none");
    }
    for (person, role) in [(RADU, Role::Leader), (MARIA, Role::Predecessor)] {
        let phone = after_the_change(person, role, 0);
        assert!(matches!(phone.offered_to_bring(NEXT_TENURE, Language::Ro), Err(ReplicaError::NoPair)));
    }
    assert!(
        matches!(serban.offered_to_bring(TENURE, Language::Ro), Err(ReplicaError::NoPair)),
        "the first pair"
    );
}

#[test]
fn d6_who_led_before_writes_the_note_without_a_network_and_nothing_else_of_the_pair() {
    let maria = after_the_change(MARIA, Role::Predecessor, 0);
    let doc = maria.create(Kind::of(&hand_over::SPEC), hand_over::key(NEXT_TENURE)).unwrap();
    maria.edit(doc, |edit| hand_over::add_to_note(edit, "Preferă diminețile.")).unwrap();
    let brought = Brought {
        kind: BroughtKind::Meeting,
        title: "Întâlnire".into(),
        day: None,
        text: "text".into(),
        from: Earlier::of(TENURE, doc, None),
    };
    let refused = maria.edit(doc, |edit| hand_over::add_brought(edit, &brought));
    assert!(matches!(refused, Err(ReplicaError::OnlyRead)));
    let key = wellbeing_log::key(NEXT_TENURE, quarter());
    assert!(matches!(maria.create(Kind::of(&wellbeing_log::SPEC), key), Err(ReplicaError::OnlyRead)));
    let key = meeting::key(NEXT_TENURE, Day::parse("2026-03-18").unwrap());
    let begun = maria.create(Kind::of(&meeting::SPEC), key);
    assert!(matches!(begun, Err(ReplicaError::OnlyRead)), "it would wait for a server that takes none");

    let radu = after_the_change(RADU, Role::Leader, 0);
    let made = radu.create(Kind::of(&hand_over::SPEC), hand_over::key(NEXT_TENURE));
    assert!(matches!(made, Err(ReplicaError::OnlyRead)), "the new leader reads it");
    let serban = serbans(0);
    bring_usual(&serban);
    let refused = serban.edit(hand_over_doc(), |edit| hand_over::add_to_note(edit, "eu"));
    assert!(matches!(refused, Err(ReplicaError::OnlyRead)), "the agent does not write the note");
}

#[test]
fn d6_the_agent_sees_that_who_led_before_can_see_the_hand_over_and_no_meeting() {
    let serban = serbans(0);
    bring_usual(&serban);
    let data = serban.my_data(Language::Ro).unwrap();
    let seen_by = |kind: &str| {
        let of_pair = |known: &&crate::replica::MyDocument| {
            known.kind == kind && known.seen_by.iter().any(|seen| seen.person == RADU)
        };
        let known = data.iter().find(of_pair).unwrap();
        assert_eq!(known.relation, Relation::AboutMe);
        known.seen_by.iter().map(|seen| (seen.person, seen.role)).collect::<Vec<_>>()
    };
    let two = [(RADU, Some(Role::Leader)), (SERBAN, Some(Role::Agent))];
    assert_eq!(seen_by("goal_set"), two);
    assert_eq!(seen_by("hand_over"), [two[0], two[1], (MARIA, Some(Role::Predecessor))]);
}
