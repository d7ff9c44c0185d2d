use super::*;
use crate::document::fixture::{Phone, a_team, day, person, sync, two_phones};
use crate::ids::DocId;

/// Maria, who leads, and Andrei, who is of the team.
fn maria_and_andrei() -> (Phone, Phone) {
    two_phones("team_blockers", &a_team())
}

fn shown(phone: &Phone) -> TeamBlockersView {
    view(Document::of(&phone.doc))
}

fn slow_crm() -> NewBlocker {
    let (what, topic) = ("The CRM takes a minute for each customer".into(), Some("CRM".into()));
    NewBlocker { what, topic, since: day("2026-03-10"), person: Some(person(2)), owner: None }
}

#[test]
fn r101_a_blocker_says_what_since_when_who_is_blocked_who_takes_it_away_and_how_far_that_is() {
    let (mut maria, mut andrei) = maria_and_andrei();
    let blocker = andrei.edit(|edit| add_blocker(edit, &slow_crm()));
    sync(&mut maria, &mut andrei);
    maria.edit(|edit| set_blocker_owner(edit, blocker, Some(person(3))));
    maria.edit(|edit| set_blocker_state(edit, blocker, State::Doing));
    maria.edit(|edit| edit_blocker_notes(edit, blocker, &Splice::insert(0, "Ticket 12 is open.")));
    sync(&mut maria, &mut andrei);

    let seen = &shown(&andrei).blockers[0];
    assert_eq!((seen.what.as_str(), seen.topic.as_deref()), (slow_crm().what.as_str(), Some("CRM")));
    assert_eq!((seen.since, seen.blocked.as_slice()), (Some(day("2026-03-10")), &[person(2)][..]));
    assert_eq!((seen.owner, seen.state, seen.by), (Some(person(3)), State::Doing, Some(person(2))));
    assert_eq!(seen.notes, "Ticket 12 is open.");
    let summary = summarise(Document::of(&maria.doc));
    assert_eq!((summary.items, summary.open), (1, 1));
    andrei.edit(|edit| set_blocker_state(edit, blocker, State::Done));
    assert_eq!(summarise(Document::of(&andrei.doc)).open, 0);
}

#[test]
fn r101_whoever_is_blocked_too_says_so_and_nobody_says_it_for_them() {
    let (mut maria, mut andrei) = maria_and_andrei();
    let new = NewBlocker { person: None, ..slow_crm() };
    let blocker = maria.edit(|edit| add_blocker(edit, &new));
    assert_eq!(shown(&maria).blockers[0].blocked, []);
    sync(&mut maria, &mut andrei);
    maria.edit(|edit| set_blocks_me(edit, blocker, true));
    andrei.edit(|edit| set_blocks_me(edit, blocker, true));
    sync(&mut maria, &mut andrei);
    assert_eq!(shown(&maria).blockers[0].blocked, [person(1), person(2)]);
    andrei.edit(|edit| set_blocks_me(edit, blocker, false));
    assert_eq!(shown(&andrei).blockers[0].blocked, [person(1)]);
}

/// Its key says whose an entry is: another name in it names nobody.
#[test]
fn x11_an_entry_in_the_name_of_somebody_else_has_no_author() {
    let (mut maria, _) = maria_and_andrei();
    let blocker = maria.edit(|edit| add_blocker(edit, &slow_crm()));
    assert_eq!(shown(&maria).blockers[0].by, Some(person(1)));
    maria.edit(|edit| edit.put(&Path::of(ITEMS).item(blocker).key("by"), &person(2)));
    assert_eq!(shown(&maria).blockers[0].by, None);
}

#[test]
fn d2_a_stop_that_becomes_a_blocker_leaves_its_words_and_nothing_of_the_walk() {
    let (mut maria, mut andrei) = maria_and_andrei();
    let walk = DocId::from_bytes([0x77; 16]);
    let stop = Provenance { walk, stop: ItemId::from_bytes([0x66; 8]), at: Timestamp(5) };
    let blocker = maria.edit(|edit| add_blocker_from_walk(edit, &slow_crm(), &stop));
    sync(&mut maria, &mut andrei);
    let seen = shown(&andrei).blockers.remove(0);
    assert_eq!(seen.origin, Some(Origin { token: stop.token(), seen_at: Some(Timestamp(5)) }));
    let sent: Vec<u8> = andrei.doc.get_changes(&[]).iter().flat_map(|c| c.raw_bytes().to_vec()).collect();
    assert!(!sent.windows(16).any(|window| window == walk.as_bytes()));

    maria.edit(|edit| remove_blocker(edit, blocker));
    assert_eq!(summarise(Document::of(&maria.doc)), Summary::default());
    maria.edit(|edit| restore_blocker(edit, blocker));
    assert!(shown(&maria).blockers[0].removed.is_none());
}

#[test]
fn two_days_since_when_stand_until_somebody_settles_them_and_the_earlier_counts() {
    let (mut maria, mut andrei) = maria_and_andrei();
    let blocker = andrei.edit(|edit| add_blocker(edit, &slow_crm()));
    sync(&mut maria, &mut andrei);
    maria.edit(|edit| set_blocker_since(edit, blocker, day("2026-03-02")));
    andrei.edit(|edit| set_blocker_since(edit, blocker, day("2026-03-04")));
    sync(&mut maria, &mut andrei);
    let seen = shown(&maria);
    assert_eq!((seen.blockers[0].since, seen.conflicts.len()), (Some(day("2026-03-02")), 1));
    andrei.edit(|edit| edit_blocker(edit, blocker, &Splice::insert(0, "Since Monday: ")));
    assert!(shown(&andrei).blockers[0].what.starts_with("Since Monday: The CRM"));
}
