use super::*;
use crate::coaching::floor_walk::StopKind;
use crate::coaching::{meeting, private_log};
use crate::document::fixture::{day, person};
use crate::insight::fixture::{ANDREI, MARIA, Office, doc, tenure};
use crate::key::NaturalKey;

fn trends(office: &Office, viewer: u8, as_of: &str) -> Vec<TopicTrend> {
    office.seen_by(viewer, as_of, |shelf| topics(shelf, tenure(ANDREI))).unwrap()
}

fn talk_about(office: &mut Office, on: &str, topics: &[&str]) -> NaturalKey {
    let talk = office.talk(ANDREI, on);
    for topic in topics {
        office.write((MARIA, &format!("{on}T10:10")), ("meeting", talk), |edit| {
            meeting::add_topic(edit, topic)
        });
    }
    talk
}

#[test]
fn r35_a_topic_of_three_of_the_last_five_meetings_is_named_once_with_its_places() {
    let mut office = Office::new(1);
    let days = ["2026-02-18", "2026-02-25", "2026-03-04", "2026-03-11", "2026-03-18"];
    let of_day = [&["queue", "pauze"][..], &[], &["queue"], &[], &["queue"]];
    let talks: Vec<_> =
        days.iter().zip(of_day).map(|(on, topics)| talk_about(&mut office, on, topics)).collect();
    let seen = trends(&office, MARIA, "2026-03-20");
    let [queue] = seen.as_slice() else { panic!("one mention is none: {seen:?}") };
    assert_eq!((queue.topic.as_str(), queue.lately, queue.is_partly_private), ("queue", 3, false));
    assert_eq!(queue.because, [TopicReason::Often]);
    let expected = [0, 2, 4].map(|n: usize| (day(days[n]), doc("meeting", &talks[n])));
    assert_eq!(queue.links.iter().map(|link| (link.day, link.doc)).collect::<Vec<_>>(), expected);
    assert_eq!(trends(&office, ANDREI, "2026-03-20"), seen, "shared topics are the agent's too");

    talk_about(&mut office, "2026-03-25", &[]);
    assert_eq!(trends(&office, MARIA, "2026-03-26"), [], "now it is two of the last five");
}

#[test]
fn r35_a_topic_that_came_up_eight_weeks_ago_and_again_lately_is_still_open() {
    let mut office = Office::new(1);
    talk_about(&mut office, "2026-01-10", &["queue", "shifts"]);
    talk_about(&mut office, "2026-02-25", &["queue"]);
    assert_eq!(trends(&office, MARIA, "2026-03-06"), [], "55 days");
    let seen = trends(&office, MARIA, "2026-03-07");
    assert_eq!(seen.iter().map(|one| one.topic.as_str()).collect::<Vec<_>>(), ["queue"], "56 days");
    assert_eq!((&seen[0].because[..], seen[0].first), (&[TopicReason::Long][..], day("2026-01-10")));
    for on in ["2026-03-08", "2026-03-09", "2026-03-10", "2026-03-11", "2026-03-12"] {
        talk_about(&mut office, on, &[]);
    }
    assert_eq!(trends(&office, MARIA, "2026-03-14"), [], "five meetings without it");
}

#[test]
fn r35_what_a_leader_noted_for_themselves_counts_once_for_the_next_meeting_and_for_them_alone() {
    let mut office = Office::new(1);
    talk_about(&mut office, "2026-03-04", &["queue"]);
    office.stop(ANDREI, "2026-03-09T09:00", StopKind::Note, None);
    let key = private_log::key(person(MARIA), person(ANDREI), day("2026-03-10").quarter());
    let note = private_log::NewPrivateNote { text: "again".into(), tags: vec!["queue".into()] };
    office.write((MARIA, "2026-03-10T09:00"), ("private_log", key), |edit| {
        private_log::add_private_note(edit, &note)
    });
    talk_about(&mut office, "2026-03-11", &[]);
    assert_eq!(trends(&office, MARIA, "2026-03-12"), [], "a stop and a note of one week are one mention");
    talk_about(&mut office, "2026-03-18", &["queue"]);
    let seen = trends(&office, MARIA, "2026-03-20");
    assert_eq!((seen[0].lately, seen[0].is_partly_private, seen[0].links.len()), (3, true, 4));
    assert_eq!(trends(&office, ANDREI, "2026-03-20"), [], "two shared mentions are none");
}
