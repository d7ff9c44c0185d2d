use super::*;
use crate::coaching::meeting::MeetingKind;
use crate::coaching::partnership::{self, BacklogKind, NewBacklogItem};
use crate::document::fixture::person;
use crate::insight::fixture::{ANDREI, MARIA, Office, doc, moment, partnership_key};

fn flag(office: &mut Office, who: (u8, &str), agent: u8, text: &str, before_next: bool) -> ItemId {
    let new = NewBacklogItem { text: text.into(), kind: BacklogKind::Request, area: None, before_next };
    office.write(who, ("partnership", partnership_key(agent, "2026-03-01")), |edit| {
        partnership::add_backlog(edit, &new)
    })
}

fn texts(questions: &[OpenQuestion]) -> Vec<&str> {
    questions.iter().map(|question| question.text.as_str()).collect()
}

#[test]
fn r24_what_an_agent_flagged_is_in_the_leaders_list_with_its_time_oldest_first() {
    let mut office = Office::new(2);
    flag(&mut office, (ANDREI, "2026-03-10T09:00"), ANDREI, "headset", true);
    flag(&mut office, (ANDREI + 1, "2026-03-08T22:30"), ANDREI + 1, "program de sâmbătă", true);
    flag(&mut office, (ANDREI, "2026-03-09T09:00"), ANDREI, "can wait", false);
    flag(&mut office, (MARIA, "2026-03-09T09:00"), ANDREI, "hers", true);
    let seen = office.seen("2026-03-12", open_questions);
    assert_eq!(texts(&seen), ["program de sâmbătă", "headset"]);
    assert_eq!((seen[0].since, seen[0].age_days), (moment("2026-03-08T22:30"), 3), "the 9th, in Bucharest");
    assert_eq!(seen[1].by, Some(person(ANDREI)));
    assert_eq!(texts(&office.seen_by(ANDREI, "2026-03-12", open_questions)), ["hers"]);
    assert_eq!(office.seen("2026-03-01", open_questions)[1].age_days, 0, "by a phone that is ahead");
}

#[test]
fn r24_it_leaves_the_list_when_the_two_talked_about_it_or_it_can_wait() {
    let mut office = Office::new(1);
    let [a, b, c] =
        ["a", "b", "c"].map(|text| flag(&mut office, (ANDREI, "2026-03-10T09:00"), ANDREI, text, true));
    let list = ("partnership", partnership_key(ANDREI, "2026-03-01"));
    let who = (ANDREI, "2026-03-10T10:00");
    let planned = office.plan(ANDREI, "2026-03-11", MeetingKind::OneOnOne);
    office.write(who, list, |edit| partnership::bring_backlog(edit, a, doc("meeting", &planned)));
    assert_eq!(office.seen("2026-03-12", open_questions).len(), 3, "planned is not talked about");
    office.hold(ANDREI, "2026-03-11", MeetingKind::OneOnOne, 20);
    office.write(who, list, |edit| partnership::set_before_next(edit, b, false));
    assert_eq!(texts(&office.seen("2026-03-12", open_questions)), ["c"]);
    office.write(who, list, |edit| partnership::remove_backlog(edit, c));
    assert_eq!(office.seen("2026-03-12", open_questions), []);
}
