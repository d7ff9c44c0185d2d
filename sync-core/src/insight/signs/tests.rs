use super::*;
use crate::coaching::meeting::{self, MeetingKind, NewTopic, Slot};
use crate::coaching::partnership::{self, BacklogKind, NewBacklogItem};
use crate::insight::fixture::{ANDREI, MARIA, Office, partnership_key};

fn signs_of(office: &Office, as_of: &str) -> Vec<Sign> {
    office.seen(as_of, worth_a_conversation).pop().map(|seen| seen.because).unwrap_or_default()
}

fn fall(office: &mut Office) {
    for (on, mood) in [("02", 4), ("09", 3), ("16", 2)] {
        office.mood(ANDREI, &format!("2026-03-{on}T09:00"), mood);
    }
}

fn move_twice(office: &mut Office) {
    let planned = office.plan(ANDREI, "2026-03-24", MeetingKind::OneOnOne);
    for at in ["2026-03-17T09:00", "2026-03-18T09:00"] {
        let to = Slot::parse("2026-03-25T10:00").unwrap();
        office.write((MARIA, at), ("meeting", planned), |edit| meeting::move_to(edit, to, 48));
    }
}

fn three_talks(office: &mut Office) {
    for on in ["2026-03-03", "2026-03-10", "2026-03-17"] {
        office.talk(ANDREI, on);
    }
}

#[test]
fn r36_two_reasons_together_are_named_and_one_alone_is_not() {
    let mut office = Office::new(1);
    fall(&mut office);
    assert_eq!(signs_of(&office, "2026-03-20"), [], "everybody has a bad week");
    move_twice(&mut office);
    let falls = Sign::MoodFalls { because: vec![MoodReason::LastSteps] };
    assert_eq!(signs_of(&office, "2026-03-20"), [falls.clone(), Sign::MeetingsMoved { moves: 2 }]);
    three_talks(&mut office);
    let nothing = Sign::NothingBrought { meetings: 3 };
    assert_eq!(signs_of(&office, "2026-03-20"), [falls, Sign::MeetingsMoved { moves: 2 }, nothing]);
}

#[test]
fn r36_the_sign_goes_when_its_reasons_do() {
    let mut office = Office::new(1);
    fall(&mut office);
    move_twice(&mut office);
    assert_eq!(signs_of(&office, "2026-04-14").len(), 0, "the moves are 28 days old");
    assert_eq!(signs_of(&office, "2026-04-13").len(), 2);
    office.mood(ANDREI, "2026-03-20T09:00", 3);
    assert_eq!(signs_of(&office, "2026-03-20"), [], "the mood rises");
}

#[test]
fn r36_what_an_agent_brings_to_the_agenda_or_the_list_is_no_sign() {
    let mut office = Office::new(1);
    fall(&mut office);
    let last = office.talk(ANDREI, "2026-02-24");
    let topic = NewTopic { section: None, text: "before".into(), question: None };
    office.write((ANDREI, "2026-02-24T09:00"), ("meeting", last), |edit| meeting::add_agenda(edit, &topic));
    three_talks(&mut office);
    assert_eq!(signs_of(&office, "2026-03-20").len(), 2, "what was brought to the meeting before is past");

    let list = ("partnership", partnership_key(ANDREI, "2026-03-01"));
    let mine = NewBacklogItem { text: "x".into(), kind: BacklogKind::Idea, area: None, before_next: false };
    office.write((MARIA, "2026-03-05T09:00"), list, |edit| partnership::add_backlog(edit, &mine));
    office.write((ANDREI, "2026-02-23T09:00"), list, |edit| partnership::add_backlog(edit, &mine));
    assert_eq!(signs_of(&office, "2026-03-20").len(), 2, "the leader's, and one of long ago");
    office.write((ANDREI, "2026-03-05T09:00"), list, |edit| partnership::add_backlog(edit, &mine));
    assert_eq!(signs_of(&office, "2026-03-20"), []);
}

#[test]
fn r36_nobody_sees_it_but_who_leads_them() {
    let mut office = Office::new(1);
    fall(&mut office);
    move_twice(&mut office);
    assert_eq!(office.seen_by(ANDREI, "2026-03-20", worth_a_conversation), []);
    let seen = office.seen("2026-03-20", worth_a_conversation);
    assert_eq!(seen.len(), 1);
}
