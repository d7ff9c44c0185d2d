use super::*;
use crate::coaching::barometer;
use crate::coaching::{wellbeing_log, wellbeing_private};
use crate::document::fixture::{day, person};
use crate::insight::fixture::{ANDREI, Office, entry, tenure};

fn of_moods(moods: &[u8]) -> MoodTrend {
    let mut office = Office::new(1);
    for (n, mood) in moods.iter().enumerate() {
        office.mood(ANDREI, &format!("2026-03-{:02}T09:00", n + 1), *mood);
    }
    office.seen("2026-03-31", mood).remove(0)
}

#[test]
fn r34_fewer_than_three_entries_have_no_direction() {
    assert_eq!(of_moods(&[]).direction, Direction::Unknown);
    assert_eq!(of_moods(&[5, 1]).direction, Direction::Unknown);
    assert_eq!(of_moods(&[3, 3, 3]).direction, Direction::Level);
}

#[test]
fn r36_a_mood_falls_when_its_last_two_steps_go_down() {
    let seen = of_moods(&[4, 3, 2]);
    assert_eq!((seen.direction, seen.because), (Direction::Falling, vec![MoodReason::LastSteps]));
    assert_eq!(of_moods(&[4, 3, 3]).direction, Direction::Level);
    assert_eq!(of_moods(&[2, 4, 3]).direction, Direction::Level, "one step is none");
    assert_eq!(of_moods(&[2, 3, 4]).direction, Direction::Rising);
}

#[test]
fn r36_a_mood_falls_when_the_last_four_are_a_whole_step_below_the_four_before() {
    let seen = of_moods(&[4, 4, 4, 4, 3, 3, 3, 3]);
    let means = MoodReason::Means { before_tenths: 40, lately_tenths: 30 };
    assert_eq!((seen.direction, seen.because, seen.lately.len()), (Direction::Falling, vec![means], 8));
    assert_eq!(of_moods(&[4, 4, 4, 4, 3, 3, 3, 4]).direction, Direction::Level, "three quarters of a step");
    assert_eq!(of_moods(&[4, 4, 4, 3, 3, 3, 3]).direction, Direction::Level, "seven entries are too few");
    assert_eq!(of_moods(&[1, 5, 5, 5, 5, 4, 4, 4, 4]).direction, Direction::Falling, "only the last eight");
    assert_eq!(of_moods(&[3, 3, 3, 3, 4, 4, 4, 4]).direction, Direction::Rising);
    let both = of_moods(&[1, 1, 1, 1, 5, 5, 4, 3]);
    assert_eq!(both.direction, Direction::Falling, "of two directions the one that worries");
}

#[test]
fn r34_what_was_removed_or_kept_to_oneself_never_enters() {
    let mut office = Office::new(1);
    let ids: Vec<_> = [4, 3, 2]
        .iter()
        .map(|mood| office.mood(ANDREI, &format!("2026-03-0{}T09:00", 6 - mood), *mood))
        .collect();
    let shared = wellbeing_log::key(tenure(ANDREI), day("2026-03-01").quarter());
    office.write((ANDREI, "2026-03-05T09:00"), ("wellbeing_log", shared), |edit| {
        barometer::remove_entry(edit, ids[2])
    });
    let kept = wellbeing_private::key(person(ANDREI), day("2026-03-01").quarter());
    office.write((ANDREI, "2026-03-05T09:00"), ("wellbeing_private", kept), |edit| {
        barometer::add_entry(edit, &entry(1))
    });
    for viewer in [1, ANDREI] {
        let seen = office.seen_by(viewer, "2026-03-10", mood).remove(0);
        let moods: Vec<_> = seen.lately.iter().map(|point| point.mood.number()).collect();
        assert_eq!((moods, seen.direction), (vec![4, 3], Direction::Unknown));
    }
}

#[test]
fn r34_r97_the_mood_of_four_is_hidden_and_that_of_five_is_shown() {
    let mut office = Office::new(6);
    for (agent, mood) in [(2, 1), (3, 4), (4, 4), (5, 5)] {
        office.mood(agent, "2026-03-10T09:00", mood);
    }
    office.mood(2, "2026-03-11T09:00", 3);
    assert_eq!(office.seen("2026-03-18", mood_of_team), Group::TooFew);
    office.mood(6, "2026-03-11T09:00", 3);
    let shown = TeamMood { people: 5, mood_tenths: 38, load_tenths: Group::Shown(30) };
    assert_eq!(office.seen("2026-03-18", mood_of_team), Group::Shown(shown), "of each the last one");
    assert_eq!(office.seen("2026-04-07", mood_of_team), Group::TooFew, "four are 28 days old");
    assert_eq!(office.seen_by(ANDREI, "2026-03-18", mood_of_team), Group::TooFew, "an agent leads nobody");
}
