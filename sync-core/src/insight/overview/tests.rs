use super::*;
use crate::coaching::feedback_log::FeedbackKind;
use crate::coaching::floor_walk::StopKind;
use crate::coaching::meeting::{self, MeetingKind, Slot};
use crate::coaching::partnership::{self, BacklogKind, NewBacklogItem, Rhythm};
use crate::coaching::tier_note::Tier;
use crate::insight::fixture::{ANDREI, MARIA, Office, doc, partnership_key, tenure};

const TODAY: &str = "2026-03-18";

fn reasons(office: &Office, as_of: &str) -> Vec<NeedsAWord> {
    office.seen(as_of, overview).rows[0].needs_a_word.clone()
}

#[test]
fn the_home_screen_tells_of_each_person_when_what_and_how_much() {
    let mut office = Office::new(2);
    office.unread.insert(tenure(ANDREI), 4);
    office.rhythm(ANDREI, Rhythm::Weekly, "2026-03-04T10:00");
    let last = office.talk(ANDREI, "2026-03-11");
    let next = office.plan(ANDREI, "2026-03-19", MeetingKind::OneOnOne);
    office.follow_up(last, "order a headset", MARIA, Some("2026-03-12"));
    office.follow_up(last, "listen", ANDREI, Some("2026-03-20"));
    office.follow_up(last, "read", ANDREI, Some("2026-03-01"));
    office.step(Office::plan_key(ANDREI, 1), "nobody's", 9, None);
    for (on, mood) in [("09", 3), ("10", 4), ("11", 4)] {
        office.mood(ANDREI, &format!("2026-03-{on}T09:00"), mood);
    }
    let seen = office.seen(TODAY, overview);
    let [row, other] = seen.rows.as_slice() else { panic!() };
    assert_eq!((row.name.as_str(), row.unread, other.unread), ("agent 2", 4, 0));
    assert_eq!((row.since_last.days, row.since_last.colour), (7, Colour::Green));
    assert_eq!(
        row.next,
        Some(Next { slot: Slot::parse("2026-03-19T10:00").unwrap(), doc: Some(doc("meeting", &next)) })
    );
    assert_eq!((row.open_of_agent, row.open_of_leader, row.open_of_neither), (2, 1, 1));
    assert_eq!((row.overdue.agent.month, row.overdue.leader.week), (1, 1));
    assert_eq!(
        (row.mood.as_ref().map(|last| last.mood.number()), row.direction),
        (Some(4), Direction::Level)
    );
    assert_eq!(row.needs_a_word, [NeedsAWord::LeaderOverdue]);
    assert_eq!(other.needs_a_word, [NeedsAWord::LongSinceLast, NeedsAWord::WithoutContact]);
}

#[test]
fn each_reason_for_a_word_comes_and_goes_by_itself() {
    let mut office = Office::new(1);
    office.talk(ANDREI, "2026-03-17");
    assert_eq!(reasons(&office, TODAY), []);
    let list = ("partnership", partnership_key(ANDREI, TODAY));
    let new = NewBacklogItem { text: "x".into(), kind: BacklogKind::Topic, area: None, before_next: true };
    office.write((ANDREI, "2026-03-18T08:00"), list, |edit| partnership::add_backlog(edit, &new));
    assert_eq!(reasons(&office, TODAY), [NeedsAWord::CannotWait]);
    office.feedback((MARIA, "2026-03-18T08:00"), ANDREI, FeedbackKind::Constructive);
    assert_eq!(reasons(&office, TODAY), [NeedsAWord::CannotWait, NeedsAWord::LittlePraise]);
    for at in ["2026-03-18T08:01", "2026-03-18T08:02"] {
        office.stop(ANDREI, at, StopKind::Coach, None);
    }
    let three = [NeedsAWord::CannotWait, NeedsAWord::OnlyProblems, NeedsAWord::LittlePraise];
    assert_eq!(reasons(&office, TODAY), three);
    for (hour, mood) in [(8, 4), (9, 3), (10, 2)] {
        office.mood(ANDREI, &format!("2026-03-18T{hour:02}:00"), mood);
    }
    let planned = office.plan(ANDREI, "2026-03-24", MeetingKind::OneOnOne);
    for _ in 0..2 {
        let to = Slot::parse("2026-03-25T10:00").unwrap();
        office
            .write((MARIA, "2026-03-18T09:00"), ("meeting", planned), |edit| meeting::move_to(edit, to, 48));
    }
    assert_eq!(reasons(&office, TODAY)[3..], [NeedsAWord::MoodFalls, NeedsAWord::EarlySigns]);
}

#[test]
fn r67_an_agents_home_screen_shows_what_their_leader_owes_them_and_no_reasons_about_themselves() {
    let mut office = Office::new(2);
    office.tier(ANDREI, TODAY, Tier::Low);
    let last = office.talk(ANDREI, "2026-01-11");
    office.follow_up(last, "order a headset", MARIA, Some("2026-03-12"));
    let seen = office.seen_by(ANDREI, TODAY, overview);
    let [row] = seen.rows.as_slice() else { panic!("nobody else is on it") };
    assert_eq!((row.viewer_is, row.overdue.leader.week, row.needs_a_word.len()), (Side::Agent, 1, 0));
    assert_eq!(row.since_last.colour, Colour::Red);
}
