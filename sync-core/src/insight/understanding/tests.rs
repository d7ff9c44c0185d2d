use super::*;
use crate::coaching::team_goals;
use crate::document::Splice;
use crate::document::fixture::{day, person};
use crate::insight::fixture::{ANDREI, HEAD, MARIA, Office, TEAM};
use crate::key::NaturalKey;

fn of_team() -> (&'static str, NaturalKey) {
    ("team_goals", team_goals::key(TEAM, day("2026-03-02").quarter()))
}

/// A standard that ten of twelve have read on 3 March, one of whom asks something.
fn office() -> (Office, ItemId) {
    let mut office = Office::new(12);
    let standard = office.write((MARIA, "2026-03-02T09:00"), of_team(), |edit| {
        team_goals::add_standard(edit, "calls are calm")
    });
    for agent in ANDREI..ANDREI + 10 {
        let question = (agent == ANDREI).then_some("also on Mondays?");
        office.write((agent, "2026-03-03T09:00"), of_team(), |edit| {
            team_goals::acknowledge_standard(edit, standard, question)
        });
    }
    (office, standard)
}

fn seen(office: &Office, viewer: u8) -> Understanding {
    office.seen_by(viewer, "2026-03-18", understanding).remove(0)
}

#[test]
fn r07_ten_of_twelve_have_read_the_version_of_3_march_and_one_asked_a_question() {
    let (office, standard) = office();
    let seen = seen(&office, MARIA);
    assert_eq!(
        (seen.what, seen.item, seen.text.as_str()),
        (UnderstoodKind::Standard, standard, "calls are calm")
    );
    assert_eq!((seen.people, seen.read, seen.read_earlier, seen.asked), (12, 10, 0, 1));
    assert_eq!(seen.version_of, Some(day("2026-03-03")));
    let asks = seen.by_person.iter().find(|one| one.question.is_some()).unwrap();
    assert_eq!((asks.person, asks.question.as_deref()), (person(ANDREI), Some("also on Mondays?")));
}

#[test]
fn r07_when_the_standard_is_edited_they_have_read_an_earlier_version() {
    let (mut office, standard) = office();
    let splice = Splice { at: 14, delete: 0, insert: " and short".into() };
    office.write((MARIA, "2026-03-10T09:00"), of_team(), |edit| {
        team_goals::edit_standard(edit, standard, &splice)
    });
    let seen = seen(&office, MARIA);
    assert_eq!((seen.people, seen.read, seen.read_earlier, seen.version_of), (12, 0, 10, None));
}

#[test]
fn r07_who_answers_for_the_team_and_who_is_in_it_see_how_many_and_not_who() {
    let (office, _) = office();
    for viewer in [HEAD, ANDREI] {
        let seen = seen(&office, viewer);
        assert_eq!((seen.read, seen.by_person.len()), (10, 0), "{viewer}");
    }
}
