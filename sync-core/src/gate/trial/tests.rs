use super::*;
use crate::document::fixture::{Phone, person, sync, two_phones, wednesday};
use crate::document::{Mark, Path, Splice};
use automerge::legacy::{self, OpType};
use automerge::transaction::{Transactable, Transaction};
use automerge::{
    ActorId, Automerge, AutomergeError, ExpandedChange, ObjId, ObjType, Prop, ROOT, ScalarValue,
};

fn meeting() -> Kind {
    Kind::parse("meeting").unwrap()
}

fn leader() -> Phone {
    Phone::new(1, "meeting", &wednesday())
}

fn copies_of(phone: &Phone) -> Copies {
    let changes = phone.doc.get_changes(&[]);
    let tail = changes.iter().map(|change| change.raw_bytes().to_vec()).collect();
    Copies::of(&History { saved: None, tail }).unwrap()
}

fn by(number: u8, change: &Change) -> Proposed {
    let role = if number == 1 { Role::Leader } else { Role::Agent };
    Proposed { bytes: change.raw_bytes().to_vec(), writer: Some((person(number), role)) }
}

fn typed(phone: &mut Phone, words: &str) -> Change {
    let splice = Splice { at: 0, delete: 0, insert: words.into() };
    phone.edit(|edit| crate::coaching::meeting::edit_notes(edit, &splice));
    phone.doc.get_last_local_change().unwrap()
}

/// The same change, after somebody changed what it says.
fn forged(change: &Change, forge: impl FnOnce(&mut ExpandedChange)) -> Change {
    let mut expanded = change.decode();
    forge(&mut expanded);
    expanded.hash = None;
    Change::from(expanded)
}

fn texts(copies: &Copies) -> Vec<String> {
    let read = |doc| document::Document::of(doc).text(&Path::of("notes"));
    [&copies.loaded, &copies.replayed].map(read).to_vec()
}

#[test]
fn what_people_write_passes_and_is_kept_for_the_next_one() {
    let mut phone = leader();
    let mut copies = copies_of(&phone);
    for words in ["three", "two, ", "一, "] {
        let change = typed(&mut phone, words);
        assert_eq!(copies.try_all(meeting(), &[by(1, &change)]), []);
    }
    assert_eq!(texts(&copies), ["一, two, three"; 2]);
    assert_eq!(copies.heads(), document::heads(&phone.doc));
}

/// The predecessor does not exist: the library applies this and saves a document that nobody can load.
#[test]
fn a_change_that_would_leave_an_unloadable_document_is_refused_and_the_rest_goes_on() {
    let mut phone = leader();
    let mut copies = copies_of(&phone);
    let good = typed(&mut phone, "good");
    let mut other = Phone::new(2, "meeting", &wednesday());
    let poison = forged(&typed(&mut other, "x"), |change| {
        let nobody = automerge::ActorId::from([2; 16]);
        change.operations[0].pred = vec![legacy::OpId(2, nobody)].into();
    });
    let pushed = [by(2, &poison), by(1, &good)];
    let refused = copies.try_all(meeting(), &pushed);
    assert_eq!(refused, [(0, ErrorCode::ChangeHarmful)]);
    assert_eq!(texts(&copies), ["good"; 2]);
}

#[test]
fn one_bad_change_among_many_takes_with_it_only_what_builds_on_it() {
    let (mut maria, mut andrei) = (leader(), Phone::new(2, "meeting", &wednesday()));
    let mut copies = copies_of(&maria);
    let mut pushed: Vec<_> = (0..40).map(|n| by(1, &typed(&mut maria, &format!("{n} ")))).collect();
    let first = typed(&mut andrei, "mine ");
    let bad = forged(&first, |change| {
        change.operations[0].action = OpType::Put(ScalarValue::Str("x".into()));
        change.operations[0].pred = vec![legacy::OpId(1, automerge::ActorId::from([9; 16]))].into();
    });
    let follows = forged(&typed(&mut andrei, "more "), |change| change.deps = vec![bad.hash()]);
    pushed.insert(20, by(2, &bad));
    pushed.insert(30, by(2, &follows));
    let refused = copies.try_all(meeting(), &pushed);
    assert_eq!(refused, [(20, ErrorCode::ChangeHarmful), (30, ErrorCode::DependsOnRefused)]);
    assert_eq!(texts(&copies), [maria_notes(&maria), maria_notes(&maria)]);
}

fn maria_notes(maria: &Phone) -> String {
    document::Document::of(&maria.doc).text(&Path::of("notes"))
}

/// The letter that a change writes behind.
fn letter(change: &ExpandedChange) -> legacy::OpId {
    match &change.operations[0].key {
        legacy::Key::Seq(legacy::ElementId::Id(letter)) => letter.clone(),
        other => panic!("no letter: {other:?}"),
    }
}

/// Of each of these the copies agree, and only what somebody writes next, or the order in which it arrives, breaks them.
#[test]
fn an_operation_that_no_writer_makes_is_refused() {
    type Forge = fn(&mut ExpandedChange);
    let unlike: [(&str, Forge); 9] = [
        ("in the place of an edge of a mark", |change| {
            let edge = legacy::OpId(change.start_op.get() - 2, letter(change).1);
            let op = &mut change.operations[0];
            (op.key, op.pred) = (legacy::Key::Seq(legacy::ElementId::Id(edge.clone())), vec![edge].into());
            (op.insert, op.action) = (false, OpType::Put("x".into()));
        }),
        ("counting on a letter", |change| {
            let letter = letter(change);
            let op = &mut change.operations[0];
            (op.insert, op.action, op.pred) = (false, OpType::Increment(1), vec![letter].into());
        }),
        ("an element in a map", |change| change.operations[0].obj = legacy::ObjectId::Root),
        ("a key in a text", |change| change.operations[0].key = legacy::Key::Map("k".into())),
        ("an addition that is inserted", |change| change.operations[0].action = OpType::Increment(1)),
        ("an addition to nothing", |change| {
            change.operations[0].action = OpType::Increment(1);
            change.operations[0].insert = false;
        }),
        ("a table", |change| change.operations[0].action = OpType::Make(automerge::ObjType::Table)),
        ("after itself", |change| {
            let own = legacy::OpId(change.start_op.get(), change.actor_id.clone());
            change.operations[0].key = legacy::Key::Seq(legacy::ElementId::Id(own));
        }),
        ("after what its writer had not seen", |change| change.deps = vec![genesis_hash()]),
    ];
    let (mut maria, mut andrei) = two_phones("meeting", &wednesday());
    typed(&mut maria, "ab");
    maria.edit(|edit| crate::coaching::meeting::mark_notes(edit, 0..2, &Mark::Bold));
    andrei.pull(&maria);
    let copies = copies_of(&maria);
    let splice = Splice { at: 1, delete: 0, insert: "x".into() };
    andrei.edit(|edit| crate::coaching::meeting::edit_notes(edit, &splice));
    let honest = andrei.doc.get_last_local_change().unwrap();
    for (what, forge) in unlike {
        let refused = copies.clone().try_all(meeting(), &[by(2, &forged(&honest, forge))]);
        assert_eq!(refused, [(0, ErrorCode::ChangeHarmful)], "{what}");
    }
    assert_eq!(copies.clone().try_all(meeting(), &[by(2, &honest)]), []);
}

type Write = fn(&mut Transaction<'_>, &ObjId, Prop) -> Result<(), AutomergeError>;

/// What somebody writes at a place, while others write there too.
fn wrote(before: &Automerge, device: u8, (object, at): &(ObjId, Prop), write: Write) -> Change {
    let mut doc = before.clone().with_actor(ActorId::from([device; 16]));
    let mut tx = doc.transaction();
    write(&mut tx, object, at.clone()).unwrap();
    tx.commit();
    doc.get_last_local_change().unwrap()
}

/// Whoever counts where something else stands between two counters sees each of them twice.
#[test]
fn between_two_counters_nothing_else_stands_whoever_wrote_at_the_same_time() {
    let counter: Write = |tx, object, at| tx.put(object, at, ScalarValue::counter(1));
    let list: Write = |tx, object, at| tx.put_object(object, at, ObjType::List).map(drop);
    let word: Write = |tx, object, at| tx.put(object, at, "calls");
    let mut maria = leader();
    let mut tx = maria.doc.transaction();
    let days = tx.put_object(ROOT, "days", ObjType::List).unwrap();
    tx.insert(&days, 0, "Monday").unwrap();
    tx.insert(&days, 1, "Tuesday").unwrap();
    tx.delete(&days, 0).unwrap();
    tx.commit();
    let copies = copies_of(&maria);
    for place in [(ROOT, Prop::from("calls")), (days, Prop::from(0))] {
        for (writes, are_taken) in [
            ([counter, list, counter], false),
            ([counter, word, counter], false),
            ([counter, counter, word], true),
            ([list, counter, word], true),
            ([counter, counter, counter], true),
        ] {
            let writes: Vec<_> =
                (3..).zip(writes).map(|(device, write)| wrote(&maria.doc, device, &place, write)).collect();
            for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
                let pushed = order.map(|which| by(1, &writes[which]));
                let mut one_by_one = copies.clone();
                let refused: Vec<_> = pushed[..2]
                    .iter()
                    .flat_map(|one| one_by_one.try_all(meeting(), std::slice::from_ref(one)))
                    .collect();
                assert_eq!(refused, [], "what stood there is replaced");
                let expected = if are_taken { vec![] } else { vec![(0, ErrorCode::ChangeHarmful)] };
                assert_eq!(one_by_one.try_all(meeting(), &pushed[2..]), expected, "{order:?}");
            }
        }
    }
}

/// The word is gone at the end; but a phone may get what was written before it went, and count.
#[test]
fn what_a_batch_takes_back_at_its_end_is_judged_where_it_stood() {
    let at = (ROOT, Prop::from("calls"));
    let base = leader();
    let counter: Write = |tx, object, at| tx.put(object, at, ScalarValue::counter(1));
    let first = wrote(&base.doc, 3, &at, counter);
    let word = wrote(&base.doc, 4, &at, |tx, object, at| tx.put(object, at, "many"));
    let second = wrote(&base.doc, 5, &at, counter);
    let mut all = base.doc.clone();
    all.apply_changes([word.clone()]).unwrap();
    let removal = wrote(&all, 6, &at, |tx, object, at| tx.delete(object, at));
    let pushed = [first, word, second, removal].map(|change| by(1, &change));
    assert_eq!(copies_of(&base).try_all(meeting(), &pushed), [(2, ErrorCode::ChangeHarmful)]);
}

fn genesis_hash() -> automerge::ChangeHash {
    document::genesis(meeting(), &wednesday()).hash()
}

#[test]
fn objects_nested_without_end_are_refused() {
    let mut phone = leader();
    let mut copies = copies_of(&phone);
    let mut tx = phone.doc.transaction();
    let mut inner = automerge::ROOT;
    for _ in 0..1_000 {
        inner = tx.put_object(&inner, "x", automerge::ObjType::Map).unwrap();
    }
    tx.commit();
    let nested = phone.doc.get_last_local_change().unwrap();
    assert_eq!(copies.try_all(meeting(), &[by(1, &nested)]), [(0, ErrorCode::ChangeHarmful)]);
}

/// The mark is a map, and destroying a map is what nobody may do.
#[test]
fn what_was_removed_can_be_restored_by_the_other_one() {
    let (mut maria, mut andrei) = two_phones("meeting", &wednesday());
    let topic = crate::coaching::meeting::NewTopic { section: None, text: "Calls".into(), question: None };
    let id = maria.edit(|edit| crate::coaching::meeting::add_agenda(edit, &topic));
    sync(&mut maria, &mut andrei);
    let mut copies = copies_of(&maria);
    maria.edit(|edit| crate::coaching::meeting::remove_agenda(edit, id));
    let removal = maria.doc.get_last_local_change().unwrap();
    andrei.pull(&maria);
    andrei.edit(|edit| crate::coaching::meeting::restore_agenda(edit, id));
    let restoring = andrei.doc.get_last_local_change().unwrap();

    assert_eq!(copies.try_all(meeting(), &[by(1, &removal), by(2, &restoring)]), []);
}

#[test]
fn nobody_agrees_for_somebody_else_or_destroys_what_others_write_in() {
    use automerge::ReadDoc;
    let mut maria = leader();
    let topic = crate::coaching::meeting::NewTopic { section: None, text: "Calls".into(), question: None };
    let id = maria.edit(|edit| crate::coaching::meeting::add_agenda(edit, &topic));
    let mut copies = copies_of(&maria);
    let agrees = |maria: &mut Phone, who: u8| {
        let mut tx = maria.doc.transaction();
        let acks = match tx.get(automerge::ROOT, "acks").unwrap() {
            Some((_, acks)) => acks,
            None => tx.put_object(automerge::ROOT, "acks", automerge::ObjType::Map).unwrap(),
        };
        tx.put(&acks, person(who).to_string(), 1).unwrap();
        tx.commit();
        maria.doc.get_last_local_change().unwrap()
    };
    let own = agrees(&mut maria, 1);
    assert_eq!(copies.try_all(meeting(), &[by(1, &own)]), []);
    let for_andrei = agrees(&mut maria, 2);
    assert_eq!(copies.clone().try_all(meeting(), &[by(1, &for_andrei)]), [(0, ErrorCode::NotAllowed)]);
    assert_eq!(copies.try_all(meeting(), &[by(2, &for_andrei)]), [], "he may");

    let mut tx = maria.doc.transaction();
    let (_, agenda) = tx.get(automerge::ROOT, "agenda").unwrap().unwrap();
    tx.delete(&agenda, id.to_string()).unwrap();
    tx.commit();
    let destroys = maria.doc.get_last_local_change().unwrap();
    assert_eq!(copies.clone().try_all(meeting(), &[by(1, &destroys)]), [(0, ErrorCode::NotAllowed)]);

    let mut other = Phone::new(3, "meeting", &wednesday());
    let mut tx = other.doc.transaction();
    let (_, header) = tx.get(automerge::ROOT, "header").unwrap().unwrap();
    tx.put(&header, "kind", "action_plan").unwrap();
    tx.commit();
    let renames = other.doc.get_last_local_change().unwrap();
    assert_eq!(copies.try_all(meeting(), &[by(1, &renames)]), [(0, ErrorCode::NotAllowed)]);
}

/// An agent's modified client writes into what others noted, in their name, and what the leader alone may say: each such change is
/// refused by itself, and everybody else's goes on.
#[test]
fn x11_who_writes_into_somebody_elses_entry_is_refused_with_that_change_and_others_go_on() {
    use crate::coaching::item::State;
    use crate::coaching::team_blockers::{self, NewBlocker};
    use crate::document::fixture::{a_team, day};
    let kind = Kind::parse("team_blockers").unwrap();
    let (mut maria, mut andrei) = two_phones("team_blockers", &a_team());
    let new = |what: &str| {
        let what = what.to_owned();
        NewBlocker { what, topic: None, since: day("2026-03-10"), person: None, owner: None }
    };
    let last = |phone: &Phone| phone.doc.get_last_local_change().unwrap();
    let by = |number, phone: &Phone| {
        let role = if number == 1 { Role::Leader } else { Role::Member };
        Proposed { bytes: last(phone).raw_bytes().to_vec(), writer: Some((person(number), role)) }
    };
    let mut copies = copies_of(&maria);
    let of_maria = maria.edit(|edit| team_blockers::add_blocker(edit, &new("the lift")));
    let mut pushed = vec![by(1, &maria)];
    andrei.pull(&maria);

    let own = andrei.edit(|edit| team_blockers::add_blocker(edit, &new("the CRM")));
    pushed.push(by(2, &andrei));
    let honest = andrei.doc.clone();
    let too = Splice::insert(0, "no, ");
    type Forge = Box<dyn Fn(&mut Phone)>;
    let hostile: [Forge; 4] = [
        Box::new(move |andrei| andrei.edit(|edit| team_blockers::edit_blocker(edit, of_maria, &too))),
        Box::new(move |andrei| {
            andrei.edit(|edit| team_blockers::set_blocker_state(edit, of_maria, State::Done))
        }),
        Box::new(move |andrei| andrei.edit(|edit| team_blockers::remove_blocker(edit, of_maria))),
        Box::new(move |andrei| {
            andrei.person = person(1);
            andrei.edit(|edit| team_blockers::add_blocker(edit, &new("in her name")));
            andrei.person = person(2);
        }),
    ];
    for (n, forge) in hostile.iter().enumerate() {
        andrei.doc = document::fork(&honest, document::fixture::actor(4 + u8::try_from(n).unwrap()));
        forge(&mut andrei);
        pushed.push(by(2, &andrei));
    }
    andrei.doc = document::fork(&honest, document::fixture::actor(9));
    andrei.edit(|edit| team_blockers::set_blocker_state(edit, own, State::Doing));
    pushed.push(by(2, &andrei));
    andrei.edit(|edit| team_blockers::set_blocks_me(edit, of_maria, true));
    pushed.push(by(2, &andrei));
    maria.edit(|edit| team_blockers::edit_blocker(edit, of_maria, &Splice::insert(0, "again ")));
    pushed.push(by(1, &maria));

    let refused = copies.try_all(kind, &pushed);

    assert_eq!(refused, [2, 3, 4, 5].map(|index| (index, ErrorCode::NotAllowed)));
    let seen = team_blockers::view(document::Document::of(&copies.loaded)).blockers;
    let said: Vec<_> = seen.iter().map(|one| (one.what.as_str(), one.state, one.blocked.len())).collect();
    assert_eq!(said, [("again the lift", State::Open, 1), ("the CRM", State::Doing, 0)]);
}

#[test]
fn copies_follow_what_others_added_meanwhile() {
    let mut phone = leader();
    let copies = copies_of(&phone);
    let change = typed(&mut phone, "new").raw_bytes().to_vec();
    let followed = copies.follow(&[change]).unwrap();
    assert_eq!(followed.heads(), document::heads(&phone.doc));
    let saved = History { saved: Some(phone.doc.save_nocompress()), tail: vec![] };
    assert_eq!(texts(&Copies::of(&saved).unwrap()), texts(&followed));
}
