use super::*;
use crate::coaching::meeting::{self, MeetingKind, NotHeld};
use crate::coaching::partnership::Rhythm;
use crate::document::fixture::day;
use crate::insight::fixture::{ANDREI, MARIA, Office, moment};

fn verdicts(office: &Office, as_of: &str) -> Vec<Verdict> {
    office.seen(as_of, compliance)[0].due.iter().map(|due| due.verdict).collect()
}

fn every_wednesday() -> Office {
    let mut office = Office::new(1);
    office.rhythm(ANDREI, Rhythm::Weekly, "2026-03-04T10:00");
    office
}

#[test]
fn r18_a_meeting_counts_when_it_is_held_in_its_period_also_if_moved() {
    let mut office = every_wednesday();
    office.talk(ANDREI, "2026-03-04");
    office.talk(ANDREI, "2026-03-08");
    office.talk(ANDREI, "2026-03-21");
    office.hold(ANDREI, "2026-03-25", MeetingKind::MonthlyGoals, 30);
    let expected = [Verdict::Held, Verdict::Held, Verdict::Held, Verdict::Missed];
    assert_eq!(verdicts(&office, "2026-04-01"), expected, "three days early, three days late, another talk");
    let numbers = &office.seen("2026-04-01", compliance)[0].numbers;
    assert_eq!((numbers.held, numbers.missed, numbers.rate), (3, 1, Some(750)));
    office.talk(ANDREI, "2026-03-22");
    assert_eq!(verdicts(&office, "2026-04-01")[3], Verdict::Held, "and periods touch each other");
}

#[test]
fn r18_a_meeting_counts_for_the_day_on_which_it_was_held_whatever_it_was_planned_for() {
    let mut office = every_wednesday();
    let [early, moved] =
        ["2026-03-25", "2026-03-11"].map(|on| office.plan(ANDREI, on, MeetingKind::OneOnOne));
    let to = meeting::Slot::parse("2026-03-27T10:00").unwrap();
    office.write((MARIA, "2026-03-10T09:00"), ("meeting", moved), |edit| meeting::move_to(edit, to, 25));
    for (held, at) in [(early, "2026-03-06T10:00"), (moved, "2026-03-12T10:00")] {
        office.write((MARIA, at), ("meeting", held), |edit| meeting::begin(edit, moment(at)));
    }
    let expected = [Verdict::Held, Verdict::Held, Verdict::Missed, Verdict::Missed];
    assert_eq!(verdicts(&office, "2026-04-01"), expected);
}

#[test]
fn r18_a_period_that_is_not_over_is_no_miss() {
    let office = every_wednesday();
    assert_eq!(verdicts(&office, "2026-03-04"), [], "today is not due yet");
    assert_eq!(verdicts(&office, "2026-03-07"), [Verdict::Pending]);
    assert_eq!(verdicts(&office, "2026-03-08"), [Verdict::Missed]);
    assert_eq!(office.seen("2026-03-07", compliance)[0].numbers.rate, None);
}

#[test]
fn r37_only_absence_lowers_the_number_due() {
    let mut office = every_wednesday();
    assert_eq!(verdicts(&office, "2026-03-15"), [Verdict::Missed; 2]);
    let absent = office.plan(ANDREI, "2026-03-11", MeetingKind::OneOnOne);
    office.write((MARIA, "2026-03-11T09:00"), ("meeting", absent), |edit| {
        meeting::set_not_held(edit, Some(NotHeld::Absence))
    });
    assert_eq!(verdicts(&office, "2026-03-15"), [Verdict::Missed, Verdict::Excused]);
    assert_eq!(
        office.seen("2026-03-15", compliance)[0].numbers.rate,
        Some(0),
        "of those that were not excused"
    );
    office.talk(ANDREI, "2026-03-12");
    assert_eq!(verdicts(&office, "2026-03-15")[1], Verdict::Held, "and then they met all the same");
}

#[test]
fn moves_are_counted_and_late_ones_apart() {
    let mut office = every_wednesday();
    let planned = office.plan(ANDREI, "2026-03-11", MeetingKind::OneOnOne);
    for (at, hours) in [("2026-03-10T09:00", 2), ("2026-03-10T10:00", 1), ("2025-12-01T10:00", 1)] {
        let to = meeting::Slot::parse("2026-03-12T10:00").unwrap();
        office.write((MARIA, at), ("meeting", planned), |edit| meeting::move_to(edit, to, hours));
    }
    let numbers = &office.seen("2026-03-15", compliance)[0].numbers;
    assert_eq!((numbers.moves, numbers.late_moves), (2, 1));
}

#[test]
fn without_a_rhythm_or_before_the_two_were_a_pair_nothing_was_due() {
    let mut office = Office::new(1);
    assert_eq!(verdicts(&office, "2026-04-01"), []);
    office.rhythm(ANDREI, Rhythm::TwoWeekly, "2026-01-07T10:00");
    office.pairs[0].from = day("2026-03-10");
    assert_eq!(verdicts(&office, "2026-04-01"), [Verdict::Missed], "two weeks before is nobody's");
}

#[test]
fn r105_who_leads_leaders_sees_the_rate_of_five_pairs_and_of_none_by_itself() {
    let mut office = Office::new(5);
    for agent in ANDREI..ANDREI + 5 {
        office.rhythm(agent, Rhythm::Weekly, "2026-03-04T10:00");
    }
    office.talk(ANDREI, "2026-03-04");
    let Group::Shown(numbers) = office.seen("2026-03-10", compliance_of_team) else {
        panic!("five are enough")
    };
    assert_eq!((numbers.held, numbers.missed, numbers.rate), (1, 4, Some(200)));
    office.pairs.pop();
    assert_eq!(office.seen("2026-03-10", compliance_of_team), Group::TooFew);
}
