use super::*;
use crate::coaching::barometer::{self, NewEntry};
use crate::coaching::feedback_log::FeedbackKind;
use crate::coaching::goal_set::{self, NewGoal};
use crate::coaching::meeting::{self, MeetingKind, Slot};
use crate::coaching::partnership::Rhythm;
use crate::coaching::tier_note::Tier;
use crate::coaching::wellbeing_log;
use crate::document::fixture::{day, person};
use crate::insight::fixture::{ANDREI, MARIA, Office, entry, tenure};

const TODAY: &str = "2026-03-20";

/// A team of which there is something to count, in every document a word that is nobody else's business.
fn team(agents: u8) -> Office {
    let mut office = Office::new(agents);
    for agent in ANDREI..ANDREI + agents {
        office.rhythm(agent, Rhythm::TwoWeekly, "2026-03-04T10:00");
        let held = office.talk(agent, "2026-03-04");
        office.follow_up(held, "secret promise", agent, Some("2026-03-10"));
        let planned = office.plan(agent, "2026-03-18", MeetingKind::OneOnOne);
        office.write((MARIA, "2026-03-17T10:00"), ("meeting", planned), |edit| {
            meeting::move_to(edit, Slot::parse("2026-03-19T10:00").unwrap(), 1)
        });
        office.feedback((MARIA, "2026-03-11T10:00"), agent, FeedbackKind::Praise);
        office.tier(agent, "2026-03-11", if agent == ANDREI { Tier::Low } else { Tier::High });
        let key = wellbeing_log::key(tenure(agent), day(TODAY).quarter());
        let how = NewEntry { note: "secret worry".into(), ..entry(4) };
        office.write((agent, "2026-03-12T10:00"), ("wellbeing_log", key), |edit| {
            barometer::add_entry(edit, &how)
        });
    }
    office
}

#[test]
fn r105_heads_see_how_a_team_keeps_its_rhythm_where_its_time_goes_and_what_is_overdue() {
    let seen = team(5).seen(TODAY, figures);

    let Group::Shown(kept) = &seen.compliance else { panic!("{seen:?}") };
    assert_eq!((kept.held, kept.missed, kept.rate), (5, 0, Some(1000)));
    assert_eq!((kept.moves, kept.late_moves), (5, 5));
    let Group::Shown(attention) = &seen.attention else { panic!("{seen:?}") };
    assert_eq!(attention.low_share, Some(200), "one of five, of whom each got as much");
    let Group::Shown(overdue) = &seen.overdue else { panic!("{seen:?}") };
    assert_eq!((overdue.agent.month, overdue.leader.month), (5, 0));
    let Group::Shown(mood) = &seen.mood else { panic!("{seen:?}") };
    assert_eq!((mood.people, mood.mood_tenths), (5, 40));
    let Group::Shown(feedback) = &seen.feedback else { panic!("{seen:?}") };
    assert_eq!((feedback.praise, feedback.constructive), (5, 0));
    assert_eq!(seen.pairs, 5);
}

#[test]
fn r105_of_fewer_than_five_pairs_nothing_is_said() {
    let seen = team(4).seen(TODAY, figures);
    assert_eq!(seen.compliance, Group::TooFew);
    assert_eq!(seen.attention, Group::TooFew);
    assert_eq!(seen.overdue, Group::TooFew);
    assert_eq!((seen.mood, seen.feedback, seen.goals), (Group::TooFew, Group::TooFew, Group::TooFew));
}

#[test]
fn r97_of_four_people_the_mood_is_hidden_and_of_five_it_is_shown() {
    assert_eq!(team(4).seen(TODAY, figures).mood, Group::TooFew);
    assert!(matches!(team(5).seen(TODAY, figures).mood, Group::Shown(_)));
}

#[test]
fn figures_hold_no_name_no_level_and_no_word_of_anybody() {
    let text = serde_json::to_string(&team(5).seen(TODAY, figures)).unwrap();
    for word in
        ["secret", "agent 2", "high", "steady", &person(ANDREI).to_string(), &tenure(ANDREI).to_string()]
    {
        assert!(!text.contains(word), "{word}: {text}");
    }
}

#[test]
fn goals_are_known_by_title_and_state_and_not_by_whose_they_are() {
    let mut office = team(5);
    for (agent, title) in [(ANDREI + 1, "Ask first"), (ANDREI, "Write shorter notes")] {
        let key = goal_set::key(tenure(agent), day(TODAY).quarter());
        let new = NewGoal {
            title: title.into(),
            why: "secret reason".into(),
            measure: None,
            baseline: None,
            target: None,
            due: None,
        };
        office.write((MARIA, "2026-03-12T10:00"), ("goal_set", key), |edit| goal_set::add_goal(edit, &new));
    }
    let seen = office.seen(TODAY, figures);
    let titles: Vec<_> = seen.titles.iter().map(|goal| (goal.title.as_str(), goal.state)).collect();
    assert_eq!(titles, [("Ask first", GoalState::Active), ("Write shorter notes", GoalState::Active)]);
}

#[test]
fn figures_read_back_as_they_were_written() {
    for office in [team(4), team(5)] {
        let seen = office.seen(TODAY, figures);
        let text = serde_json::to_string(&seen).unwrap();
        assert_eq!(serde_json::from_str::<TeamFigures>(&text).unwrap(), seen);
    }
    let key = FiguresKey { team: TeamId::from_bytes([1; 16]), leader: person(MARIA) };
    assert_eq!(FiguresKey::from_bytes(&key.to_bytes()), Some(key));
    assert_eq!(FiguresKey::from_bytes(&[1; 31]), None);
}
