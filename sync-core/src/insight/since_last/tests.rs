use super::*;
use crate::coaching::meeting::{self, MeetingKind, NotHeld};
use crate::coaching::partnership::Rhythm;
use crate::document::fixture::day;
use crate::insight::fixture::{ANDREI, MARIA, Office, doc};

fn andreis(office: &Office, as_of: &str) -> SinceLast {
    office.seen(as_of, since_last).remove(0)
}

#[test]
fn r18_up_to_the_rhythm_is_green_up_to_half_as_much_more_is_amber_and_then_it_is_red() {
    let mut office = Office::new(1);
    office.rhythm(ANDREI, Rhythm::TwoWeekly, "2026-01-07");
    office.talk(ANDREI, "2026-03-02");
    for (as_of, days, colour) in [
        ("2026-03-02", 0, Colour::Green),
        ("2026-03-16", 14, Colour::Green),
        ("2026-03-17", 15, Colour::Amber),
        ("2026-03-23", 21, Colour::Amber),
        ("2026-03-24", 22, Colour::Red),
    ] {
        let seen = andreis(&office, as_of);
        assert_eq!((seen.days, seen.cadence_days, seen.colour), (days, 14, colour), "{as_of}");
    }
    office.rhythm(ANDREI, Rhythm::Weekly, "2026-01-07");
    assert_eq!(
        andreis(&office, "2026-03-12").colour,
        Colour::Amber,
        "10 days are at most one and a half weeks"
    );
    assert_eq!(andreis(&office, "2026-03-13").colour, Colour::Red);
}

#[test]
fn who_never_met_counts_from_joining_or_from_becoming_a_pair() {
    let mut office = Office::new(1);
    office.pairs[0].joined = day("2026-02-01");
    let seen = andreis(&office, "2026-03-14");
    assert_eq!((seen.last, seen.days, seen.colour), (None, 41, Colour::Red));
    office.pairs[0].from = day("2026-03-10");
    assert_eq!(andreis(&office, "2026-03-14").days, 4);
}

#[test]
fn r18_only_a_one_on_one_that_was_held_counts_and_its_end_decides_the_day() {
    let mut office = Office::new(1);
    let held = office.talk(ANDREI, "2026-03-02");
    office.hold(ANDREI, "2026-03-04", MeetingKind::MonthlyGoals, 30);
    office.plan(ANDREI, "2026-03-05", MeetingKind::OneOnOne);
    office.talk(ANDREI, "2026-03-20");
    let absent = office.talk(ANDREI, "2026-03-06");
    office.write((ANDREI, "2026-03-06T12:00"), ("meeting", absent), |edit| {
        meeting::set_not_held(edit, Some(NotHeld::Absence))
    });
    let seen = andreis(&office, "2026-03-09");
    assert_eq!(seen.last.map(|last| (last.day, last.doc)), Some((day("2026-03-02"), doc("meeting", &held))));

    // Ended at 23:30 in UTC: that is the next day in Bucharest.
    let late = office.plan(ANDREI, "2026-03-08", MeetingKind::Coaching);
    let end = crate::insight::fixture::moment("2026-03-08T23:30");
    office.write((MARIA, "2026-03-08T23:30"), ("meeting", late), |edit| meeting::end(edit, end));
    assert_eq!(andreis(&office, "2026-03-09").days, 0);
}

#[test]
fn r67_both_of_a_pair_see_the_same_and_nobody_sees_another_pair() {
    let mut office = Office::new(2);
    office.talk(ANDREI, "2026-03-02");
    let marias = office.seen("2026-03-09", since_last);
    let andreis = office.seen_by(ANDREI, "2026-03-09", since_last);
    assert_eq!((marias.len(), andreis.as_slice()), (2, &marias[..1]));
    office.pairs[0].until = Some(day("2026-03-09"));
    assert_eq!(office.seen("2026-03-09", since_last), marias[1..], "she leads him no more");
    assert_eq!(office.seen_by(ANDREI, "2026-03-09", since_last), [], "nor does he wait for her");
}
