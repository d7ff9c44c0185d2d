use super::*;
use crate::coaching::team_board::{self, NewRecognition};
use crate::document::fixture::{day, person};
use crate::insight::fixture::{ANDREI, MARIA, Office, TEAM};

fn thank(office: &mut Office, who: u8, agent: u8, on: &str, did_what: &str) {
    let new = NewRecognition { whom: person(agent), did_what: did_what.into(), made_possible: String::new() };
    let key = ("team_board", team_board::key(TEAM, day(on).quarter()));
    office.write((who, &format!("{on}T09:00")), key, |edit| team_board::add_recognition(edit, &new));
}

#[test]
fn r89_recognition_is_counted_for_each_person_in_the_team_and_between_the_two() {
    let mut office = Office::new(3);
    thank(&mut office, MARIA, ANDREI, "2026-03-02", "took a shift");
    thank(&mut office, ANDREI + 1, ANDREI, "2026-03-09", "called back");
    thank(&mut office, MARIA, ANDREI, "2026-03-10", "  ");
    thank(&mut office, ANDREI, ANDREI, "2026-03-10", "was great");
    thank(&mut office, MARIA, ANDREI + 1, "2025-11-01", "long ago");
    office.feedback((MARIA, "2026-03-05T09:00"), ANDREI + 1, FeedbackKind::Praise);
    office.feedback((MARIA, "2026-03-06T09:00"), ANDREI + 1, FeedbackKind::Constructive);

    let seen = office.seen("2026-03-12", recognized);

    let counts: Vec<_> = seen.iter().map(|one| (one.person, one.in_team, one.in_private, one.last)).collect();
    let [andrei, elena, third] = [ANDREI, ANDREI + 1, ANDREI + 2].map(person);
    assert_eq!(
        counts,
        [
            (andrei, 2, 0, Some(day("2026-03-09"))),
            (elena, 0, 1, Some(day("2026-03-05"))),
            (third, 0, 0, None)
        ]
    );
    assert_eq!(office.seen_by(ANDREI, "2026-03-12", recognized), [], "for who leads");
}
