use super::*;
use crate::coaching::team_blockers::{self, NewBlocker};
use crate::document::fixture::{day, person};
use crate::insight::fixture::{ANDREI, MARIA, Office, TEAM};

fn note(office: &mut Office, who: u8, what: &str, topic: Option<&str>, since: &str) -> ItemId {
    let (topic, since) = (topic.map(str::to_owned), day(since));
    let new = NewBlocker { what: what.into(), topic, since, person: Some(person(who)), owner: None };
    let key = team_blockers::key(TEAM, since.quarter());
    office.write((who, &format!("{since}T09:00")), ("team_blockers", key), |edit| {
        team_blockers::add_blocker(edit, &new)
    })
}

fn seen(office: &Office, as_of: &str) -> Vec<BlockerGroup> {
    office.seen(as_of, blockers)
}

#[test]
fn r101_the_same_again_is_one_group_and_what_lasts_longer_than_seven_days_is_old() {
    let mut office = Office::new(2);
    note(&mut office, ANDREI, "no parking", None, "2026-03-06");
    note(&mut office, ANDREI, "The CRM is slow", Some("CRM"), "2026-03-04");
    note(&mut office, ANDREI + 1, "CRM down at noon", Some(" crm"), "2026-03-10");
    note(&mut office, ANDREI, "a bulb", Some(" "), "2026-03-11");
    let groups = seen(&office, "2026-03-12");
    let texts: Vec<Vec<_>> =
        groups.iter().map(|group| group.blockers.iter().map(|one| one.text.as_str()).collect()).collect();
    assert_eq!(texts, [vec!["The CRM is slow", "CRM down at noon"], vec!["no parking"], vec!["a bulb"]]);
    let of: Vec<_> = groups.iter().map(|group| (group.age_days, group.is_old, group.people)).collect();
    assert_eq!(of, [(8, true, 2), (6, false, 1), (1, false, 1)]);
    assert!(!seen(&office, "2026-03-11")[0].is_old, "seven days are not too long yet");
    assert_eq!(groups[0].topic.as_deref(), Some("CRM"));
}

#[test]
fn r101_what_was_taken_away_or_removed_is_gone_and_what_is_left_of_last_quarter_is_not() {
    let mut office = Office::new(1);
    let [done, removed] = ["done", "removed"].map(|what| note(&mut office, ANDREI, what, None, "2026-03-10"));
    note(&mut office, ANDREI, "old", None, "2025-12-20");
    let key = ("team_blockers", team_blockers::key(TEAM, day("2026-03-10").quarter()));
    let who = (MARIA, "2026-03-11T09:00");
    office.write(who, key, |edit| team_blockers::set_blocker_state(edit, done, State::Done));
    office.write(who, key, |edit| team_blockers::remove_blocker(edit, removed));
    let groups = seen(&office, "2026-03-12");
    assert_eq!(groups.iter().map(|group| group.age_days).collect::<Vec<_>>(), [82]);
    assert_eq!(office.seen_by(9, "2026-03-12", blockers), [], "of another team");
}
