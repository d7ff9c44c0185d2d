use super::*;
use crate::coaching::feedback_log::FeedbackKind;
use crate::coaching::floor_walk::StopKind;
use crate::coaching::private_log::{self, NewPrivateNote};
use crate::coaching::tier_note::Tier;
use crate::document::fixture::{day, person};
use crate::insight::fixture::{ANDREI, MARIA, Office, tenure};

fn kinds(office: &Office, viewer: u8) -> Vec<HappenedKind> {
    let seen = office.seen_by(viewer, "2026-03-18", |shelf| timeline(shelf, tenure(ANDREI))).unwrap();
    seen.iter().map(|one| one.what).collect()
}

#[test]
fn r72_an_agents_timeline_lacks_what_only_their_leader_has() {
    let mut office = Office::new(1);
    office.talk(ANDREI, "2026-03-02");
    office.mood(ANDREI, "2026-03-03T09:00", 4);
    office.stop(ANDREI, "2026-03-04T09:00", StopKind::Praise, None);
    office.feedback((MARIA, "2026-03-05T09:00"), ANDREI, FeedbackKind::Praise);
    let key = private_log::key(person(MARIA), person(ANDREI), day("2026-03-06").quarter());
    let note = NewPrivateNote { text: "moves house".into(), tags: Vec::new() };
    office.write((MARIA, "2026-03-06T09:00"), ("private_log", key), |edit| {
        private_log::add_private_note(edit, &note)
    });
    office.tier(ANDREI, "2026-03-07", Tier::Steady);
    office.talk(ANDREI, "2026-03-20");
    use HappenedKind::{Feedback, Meeting, Mood, PrivateNote, Stop, Tier as Decided};
    assert_eq!(kinds(&office, MARIA), [Decided, Meeting, Mood, Stop, Feedback, PrivateNote]);
    assert_eq!(kinds(&office, ANDREI), [Meeting, Mood, Feedback]);
    office.pairs[0].until = Some(day("2026-03-18"));
    assert_eq!(kinds(&office, ANDREI).len(), 3, "he keeps what they shared, and she does not");
    assert_eq!(office.seen("2026-03-18", |shelf| timeline(shelf, tenure(ANDREI))), None);
    assert_eq!(office.seen_by(9, "2026-03-18", |shelf| timeline(shelf, tenure(ANDREI))), None);
}
