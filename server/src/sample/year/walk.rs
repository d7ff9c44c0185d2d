//! Owns the walks of the year: two a week across the floor, and what becomes of what was seen.

use super::super::cast::Pair;
use super::super::diary::{Diary, later, moment};
use sync_core::coaching::Kind;
use sync_core::coaching::feedback_log::{self, Feedback, FeedbackKind};
use sync_core::coaching::floor_walk::{self, NewStop, StopKind};
use sync_core::coaching::meeting::Provenance;
use sync_core::ids::DocId;
use sync_core::key::NaturalKey;
use sync_core::time::{Day, Timestamp};

/// Of what a stop can be about.
const TAGS: [&str; 5] = ["opening", "hold", "notes", "system", "tone"];

pub(super) fn write(diary: &mut Diary<'_>) {
    for monday in diary.mondays() {
        for (weekday, minute) in [(1, 11 * 60), (3, 15 * 60 + 30)] {
            // Not in every week twice.
            if diary.chance(95) {
                walk(diary, later(monday, weekday), minute);
            }
        }
    }
}

fn walk(diary: &mut Diary<'_>, day: Day, minute: i64) {
    let key = floor_walk::new_key(diary.cast.leader, &mut diary.dice);
    let (start, mut at) = (moment(day, minute), moment(day, minute));
    let mut stops = Vec::new();
    for _ in 0..diary.any(6..13) {
        let pair = diary.one_of(&diary.cast.pairs);
        let stop = stop(diary, &pair, at);
        at = at.plus_ms(60_000 * i64::from(stop.minutes.unwrap_or(1)));
        stops.push((pair, stop));
    }
    promote(diary, key, (day, at), &stops);
    let seen: Vec<NewStop> = stops.into_iter().map(|(_, stop)| stop).collect();
    let counted = diary.any(0..5);
    diary.put((diary.cast.leader, at), (&floor_walk::SPEC, key), move |edit, _| {
        floor_walk::start(edit, start)?;
        for stop in &seen {
            let id = floor_walk::capture_stop(edit, stop)?;
            if stop.kind == StopKind::Coach && counted > 0 {
                floor_walk::tally(edit, id, "open question", counted)?;
            }
        }
        floor_walk::end(edit, at)
    });
}

fn stop(diary: &mut Diary<'_>, pair: &Pair, at: Timestamp) -> NewStop {
    let (kind, section) = match diary.any(0..100) {
        0..40 => (StopKind::Praise, "praise"),
        40..65 => (StopKind::Coach, "coach"),
        65..77 => (StopKind::Blocker, "blocker"),
        77..87 => (StopKind::Wellbeing, "care"),
        _ => (StopKind::Note, "remark"),
    };
    let tags = if diary.chance(40) { vec![diary.one_of(&TAGS).to_owned()] } else { Vec::new() };
    let minutes = diary.any(1..4);
    NewStop {
        person: Some(pair.agent),
        kind,
        text: diary.say(pair, section).into(),
        tags,
        minutes: Some(minutes),
        at,
    }
}

/// In the evening the first praise of the walk becomes feedback.
fn promote(diary: &mut Diary<'_>, walk: NaturalKey, (day, _): (Day, Timestamp), stops: &[(Pair, NewStop)]) {
    let praised = stops.iter().position(|(_, stop)| stop.kind == StopKind::Praise);
    let Some((number, (pair, _))) = praised.map(|number| (number, &stops[number])) else { return };
    let at = moment(day, 17 * 60 + 50);
    let log = feedback_log::key(pair.tenure, day.quarter());
    let walk_doc = DocId::of(diary.cast.org, floor_walk::SPEC.name, &walk);
    let log_doc = DocId::of(diary.cast.org, feedback_log::SPEC.name, &log);
    diary.put((diary.cast.leader, at), (&feedback_log::SPEC, log), move |edit, written| {
        let seen = written.document(Kind::of(&floor_walk::SPEC), &walk).map(floor_walk::view);
        let Some(stop) = seen.and_then(|view| view.stops.into_iter().nth(number)) else { return Ok(()) };
        let from = Provenance { walk: walk_doc, stop: stop.id, at: stop.at.unwrap_or(at) };
        let new = Feedback::seen(FeedbackKind::Praise, stop.text);
        feedback_log::add_feedback_from_walk(edit, &new, &from).map(drop)
    });
    diary.put((diary.cast.leader, at.plus_ms(1_000)), (&floor_walk::SPEC, walk), move |edit, _| {
        let ids = super::items(edit, "stops");
        ids.get(number).map_or(Ok(()), |stop| floor_walk::mark_promoted(edit, *stop, log_doc, at))
    });
}
