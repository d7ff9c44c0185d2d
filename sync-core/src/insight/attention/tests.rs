use super::*;
use crate::coaching::feedback_log::FeedbackKind;
use crate::coaching::floor_walk::{self, StopKind};
use crate::coaching::meeting::{MeetingKind, Provenance};
use crate::coaching::{action_plan, feedback_log};
use crate::document::fixture::{day, person};
use crate::insight::fixture::{ANDREI, MARIA, Office, doc, moment};
use crate::time::Timestamp;

const TODAY: &str = "2026-03-18";
const HIGH: u8 = ANDREI;
const STEADY: u8 = ANDREI + 3;
const LOW: u8 = ANDREI + 9;

/// Twelve agents: three high, six steady, three low.
fn twelve() -> Office {
    let mut office = Office::new(12);
    for agent in ANDREI..ANDREI + 12 {
        let tier = match agent {
            ..STEADY => Tier::High,
            STEADY..LOW => Tier::Steady,
            _ => Tier::Low,
        };
        office.tier(agent, "2026-03-02", tier);
    }
    office
}

fn spend(office: &mut Office, minutes: [i64; 3]) {
    for (agent, minutes) in [HIGH, STEADY, LOW].into_iter().zip(minutes) {
        office.hold(agent, "2026-03-10", MeetingKind::OneOnOne, minutes);
    }
}

fn of_level(seen: &Attention, tier: Tier) -> &LevelShare {
    seen.levels.iter().find(|level| level.tier == Some(tier)).unwrap()
}

#[test]
fn r60_minutes_of_20_40_540_are_ninety_percent_and_red() {
    let mut office = twelve();
    spend(&mut office, [20, 40, 540]);
    let seen = office.seen(TODAY, attention);
    let low = of_level(&seen, Tier::Low);
    assert_eq!((low.minutes, low.time_share, low.head_share), (540, Some(900), Some(250)));
    assert_eq!((low.ratio_tenths, seen.colour), (Some(36), Some(Colour::Red)));
    assert_eq!(of_level(&seen, Tier::High).time_share, Some(33), "cut, not rounded");
}

#[test]
fn r60_minutes_of_120_240_240_are_forty_percent_and_green() {
    let mut office = twelve();
    spend(&mut office, [120, 240, 240]);
    let seen = office.seen(TODAY, attention);
    let low = of_level(&seen, Tier::Low);
    assert_eq!((low.time_share, low.ratio_tenths, seen.colour), (Some(400), Some(16), Some(Colour::Green)));
}

#[test]
fn r60_each_limit_belongs_to_the_stronger_colour() {
    for (minutes, colour) in [
        // By their share of the time: two people, one of each level.
        ([30, 0, 70], Colour::Red),
        ([31, 0, 69], Colour::Amber),
        ([45, 0, 55], Colour::Amber),
        ([46, 0, 54], Colour::Green),
    ] {
        let mut office = Office::new(2);
        office.tier(ANDREI, TODAY, Tier::High);
        office.tier(ANDREI + 1, TODAY, Tier::Low);
        office.hold(ANDREI, "2026-03-10", MeetingKind::OneOnOne, minutes[0]);
        office.hold(ANDREI + 1, "2026-03-10", MeetingKind::OneOnOne, minutes[2]);
        assert_eq!(office.seen(TODAY, attention).colour, Some(colour), "{minutes:?}");
    }
    for (minutes, ratio, colour) in [
        // By how much more it is than their share of the team.
        ([0, 150, 250], 25, Colour::Red),
        ([0, 151, 249], 24, Colour::Amber),
        ([0, 220, 180], 18, Colour::Amber),
        ([0, 221, 179], 17, Colour::Green),
    ] {
        let mut office = twelve();
        spend(&mut office, minutes);
        let seen = office.seen(TODAY, attention);
        assert_eq!(of_level(&seen, Tier::Low).ratio_tenths, Some(ratio));
        assert_eq!(seen.colour, Some(colour), "{minutes:?}");
    }
    assert_eq!(twelve().seen(TODAY, attention).colour, None, "of no time there is nothing to say");
}

#[test]
fn r60_who_had_no_contact_for_fourteen_days_is_named_whatever_their_level() {
    let mut office = twelve();
    for (agent, on) in [(HIGH, "2026-03-05"), (STEADY, "2026-03-04"), (LOW, "2026-01-10")] {
        office.talk(agent, on);
    }
    let seen = office.seen(TODAY, attention);
    assert!(!seen.without_contact.contains(&person(HIGH)), "thirteen days");
    assert!(seen.without_contact.contains(&person(STEADY)), "fourteen days");
    assert!(seen.without_contact.contains(&person(HIGH + 1)), "never");
    let low = seen.people.iter().find(|one| one.person == person(LOW)).unwrap();
    assert_eq!((low.minutes, low.last_contact, low.days_without), (0, Some(day("2026-01-10")), 67));

    office.pairs[1].joined = day("2026-03-10");
    let seen = office.seen(TODAY, attention);
    assert!(!seen.without_contact.contains(&person(HIGH + 1)), "who joined last week is not forgotten yet");
}

#[test]
fn r60_stops_feedback_and_reviews_stand_for_their_minutes_and_28_days_count() {
    let mut office = Office::new(1);
    office.stop(ANDREI, "2026-03-10T09:00", StopKind::Praise, None);
    office.stop(ANDREI, "2026-03-10T09:10", StopKind::Coach, Some(7));
    office.stop(ANDREI + 1, "2026-03-10T09:20", StopKind::Coach, Some(100));
    office.feedback((MARIA, "2026-03-11T09:00"), ANDREI, FeedbackKind::Praise);
    office.feedback((ANDREI, "2026-03-11T09:00"), ANDREI, FeedbackKind::Praise);
    let plan = Office::plan_key(ANDREI, 1);
    office.write((MARIA, "2026-03-12T09:00"), ("action_plan", plan), |edit| {
        action_plan::add_review(edit, "on track")
    });
    office.hold(ANDREI, "2026-02-19", MeetingKind::MonthlyGoals, 40);
    office.hold(ANDREI, "2026-02-18", MeetingKind::MonthlyGoals, 400);
    let seen = office.seen(TODAY, attention);
    assert_eq!(seen.people[0].minutes, 3 + 7 + 2 + 5 + 40);
    assert_eq!((seen.contacts, seen.not_about_problems), (5, 4), "a stop to coach is about a problem");
    assert_eq!(seen.not_about_problems_share, Some(800));
}

#[test]
fn r60_a_meeting_that_nobody_ended_or_that_took_a_night_counts_as_half_an_hour() {
    let mut office = Office::new(1);
    office.hold(ANDREI, "2026-03-10", MeetingKind::OneOnOne, 12 * 60);
    office.hold(ANDREI, "2026-03-11", MeetingKind::OneOnOne, 12 * 60 + 1);
    let begun = office.plan(ANDREI, "2026-03-12", MeetingKind::OneOnOne);
    office.write((MARIA, "2026-03-12T10:00"), ("meeting", begun), |edit| {
        crate::coaching::meeting::begin(edit, moment("2026-03-12T10:00"))
    });
    assert_eq!(office.seen(TODAY, attention).people[0].minutes, 720 + 30 + 30);
}

#[test]
fn a_stop_that_became_feedback_is_one_contact_with_the_time_of_both() {
    let mut office = Office::new(1);
    let (walk, stop) = office.stop(ANDREI, "2026-03-10T09:00", StopKind::Coach, Some(4));
    let provenance = Provenance { walk: doc("floor_walk", &walk), stop, at: Timestamp(0) };
    let given = feedback_log::Feedback::seen(FeedbackKind::Praise, "asked twice");
    let key = feedback_log::key(crate::insight::fixture::tenure(ANDREI), day(TODAY).quarter());
    office.write((MARIA, "2026-03-10T09:05"), ("feedback_log", key), |edit| {
        feedback_log::add_feedback_from_walk(edit, &given, &provenance)
    });
    let seen = office.seen(TODAY, attention);
    assert_eq!((seen.contacts, seen.people[0].minutes), (1, 6));
    office
        .write((MARIA, "2026-03-11T09:00"), ("floor_walk", walk), |edit| floor_walk::remove_stop(edit, stop));
    let seen = office.seen(TODAY, attention);
    assert_eq!(
        (seen.contacts, seen.people[0].minutes),
        (1, 2),
        "what was promoted stays when the stop is gone"
    );
}

#[test]
fn a_level_is_the_one_that_was_decided_last_and_who_has_none_counts_in_the_team() {
    let mut office = Office::new(2);
    office.tier(ANDREI, "2025-12-05", Tier::Low);
    office.tier(ANDREI, "2026-02-05", Tier::High);
    office.tier(ANDREI, "2026-04-05", Tier::Low);
    office.hold(ANDREI, "2026-03-10", MeetingKind::OneOnOne, 60);
    office.hold(ANDREI + 1, "2026-03-10", MeetingKind::OneOnOne, 20);
    let seen = office.seen(TODAY, attention);
    assert_eq!(seen.people.iter().map(|one| one.tier).collect::<Vec<_>>(), [Some(Tier::High), None]);
    assert_eq!(of_level(&seen, Tier::High).time_share, Some(750));
    let without = seen.levels.iter().find(|level| level.tier.is_none()).unwrap();
    assert_eq!((without.people, without.time_share), (1, Some(250)));
    assert_eq!(office.seen("2026-04-01", attention).people[0].tier, Some(Tier::Low));
}

#[test]
fn r105_who_leads_leaders_sees_shares_of_a_team_and_neither_names_nor_levels() {
    let mut office = twelve();
    spend(&mut office, [20, 40, 540]);
    let Group::Shown(seen) = office.seen(TODAY, attention_of_team) else { panic!("twelve are enough") };
    let expected = TeamAttention {
        low_share: Some(900),
        colour: Some(Colour::Red),
        without_contact: 9,
        not_about_problems_share: Some(1000),
    };
    assert_eq!(seen, expected);
    office.pairs.truncate(4);
    assert_eq!(office.seen(TODAY, attention_of_team), Group::TooFew);
}
