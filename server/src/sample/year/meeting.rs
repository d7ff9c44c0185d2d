//! Owns the talks of the year: each week one of each pair, now and then moved or not held.

use super::super::cast::Pair;
use super::super::diary::{Diary, later, moment};
use super::items;
use sync_core::coaching::item::State;
use sync_core::coaching::meeting::{self, MeetingKind, NewFollowUp, NewTopic, NotHeld, Plan, Section, Slot};
use sync_core::coaching::tier_note::Tier;
use sync_core::content::{self, QuestionId};
use sync_core::document::{EditError, Path, Splice};
use sync_core::ids::PersonId;
use sync_core::key::NaturalKey;
use sync_core::time::Day;

/// Of what a talk can be about, when it is looked for again.
const TOPICS: [&str; 6] = ["quality", "queue", "shifts", "tools", "training", "team"];
/// So many days before the last one Mihai had his last talk.
pub const FORGOTTEN_DAYS: i32 = 41;
/// Who was forgotten, in the order of the cast.
const FORGOTTEN: usize = 2;

/// One talk before it is put down.
struct Talk {
    key: NaturalKey,
    day: Day,
    minute: u16,
    kind: MeetingKind,
}

pub(super) fn write(diary: &mut Diary<'_>, number: usize) {
    let pair = diary.cast.pairs[number];
    let silent_since = later(diary.settings.until, -FORGOTTEN_DAYS);
    for (week, monday) in diary.mondays().into_iter().enumerate() {
        let talk = talk(&pair, (number, week), monday);
        if number == FORGOTTEN && talk.day > silent_since {
            break;
        }
        plan(diary, &pair, &talk);
        prepare(diary, &pair, &talk);
        match diary.any(0..100) {
            0..3 => skip(diary, &talk),
            3..9 => {
                let moved = shift(diary, talk);
                hold(diary, &pair, &moved);
            }
            _ => hold(diary, &pair, &talk),
        }
    }
}

/// Tuesday to Thursday, four pairs a day; the first of a month is about its goals, the third about the plan.
fn talk(pair: &Pair, (number, week): (usize, usize), monday: Day) -> Talk {
    let day = later(monday, 1 + (number % 3) as i32);
    let kind = match (week, day.day_of_month()) {
        (0, _) => MeetingKind::KickOff,
        (_, 1..=7) => MeetingKind::MonthlyGoals,
        (_, 15..=21) => MeetingKind::PlanReview,
        _ => MeetingKind::OneOnOne,
    };
    let minute = 9 * 60 + 45 * (number / 3) as u16;
    Talk { key: meeting::key(pair.tenure, day), day, minute, kind }
}

fn plan(diary: &mut Diary<'_>, pair: &Pair, talk: &Talk) {
    let begin = moment(diary.settings.first_monday(), 8 * 60 + 30);
    let at = moment(later(talk.day, -8), 16 * 60).max(begin);
    let plan = Plan {
        slot: Slot { day: talk.day, minute: Some(talk.minute) },
        place: Some(if diary.chance(80) { "Room 3" } else { "Video" }.to_owned()),
        kind: talk.kind,
    };
    let block = content::situation_of(pair.who.tier);
    let questions: Vec<QuestionId> = QuestionId::ALL.to_vec();
    let (one, other) = (diary.one_of(&questions), diary.one_of(&block.questions().collect::<Vec<_>>()));
    let asker = pair.who.language;
    let topics = [one.topic(asker), other.topic(asker)];
    diary.put((diary.cast.leader, at), (&meeting::SPEC, talk.key), move |edit, _| {
        meeting::plan(edit, &plan)?;
        topics.iter().try_for_each(|topic| meeting::add_agenda(edit, topic).map(drop))
    });
}

/// The agent brings what they have.
fn prepare(diary: &mut Diary<'_>, pair: &Pair, talk: &Talk) {
    if !diary.chance(70) {
        return;
    }
    let text = diary.say(pair, "topic").to_owned();
    let section = diary.one_of(&[None, Some(Section::Career), Some(Section::Feedback)]);
    let topic = NewTopic { section, text, question: None };
    let at = moment(later(talk.day, -1), 17 * 60 + 20);
    diary.put((pair.agent, at), (&meeting::SPEC, talk.key), move |edit, _| {
        meeting::add_agenda(edit, &topic).map(drop)
    });
}

fn skip(diary: &mut Diary<'_>, talk: &Talk) {
    let at = moment(talk.day, i64::from(talk.minute));
    diary.put((diary.cast.leader, at), (&meeting::SPEC, talk.key), |edit, _| {
        meeting::set_not_held(edit, Some(NotHeld::Absence))
    });
}

/// A day later, said two days before; now and then in the last hour.
fn shift(diary: &mut Diary<'_>, talk: Talk) -> Talk {
    let moved = Talk { day: later(talk.day, 1), ..talk };
    let notice = if diary.chance(80) { 44 } else { 1 };
    let at = moment(talk.day, i64::from(talk.minute) - notice * 60);
    let to = Slot { day: moved.day, minute: Some(moved.minute) };
    diary.put((diary.cast.leader, at), (&meeting::SPEC, moved.key), move |edit, _| {
        meeting::move_to(edit, to, notice)
    });
    moved
}

fn hold(diary: &mut Diary<'_>, pair: &Pair, talk: &Talk) {
    let start = moment(talk.day, i64::from(talk.minute) + diary.any(0..4));
    let end = start.plus_ms(60_000 * minutes(diary, pair.who.tier));
    let notes = format!("{} {}", diary.say(pair, "notes"), diary.say(pair, "notes"));
    let blocks = [
        (Section::Rapport, diary.say(pair, "rapport")),
        (Section::Career, diary.say(pair, "career")),
        (Section::Feedback, diary.say(pair, "feedback_talk")),
        (Section::Wellbeing, diary.say(pair, "wellbeing")),
    ];
    let blocks: Vec<_> = blocks.into_iter().filter(|_| diary.chance(60)).collect();
    let topic = diary.one_of(&TOPICS);
    let promises = promises(diary, pair, talk.day);
    diary.put((diary.cast.leader, end), (&meeting::SPEC, talk.key), move |edit, _| {
        meeting::begin(edit, start)?;
        meeting::edit_notes(edit, &Splice::insert(0, notes.clone()))?;
        for (section, text) in &blocks {
            meeting::edit_section_notes(edit, *section, &Splice::insert(0, *text))?;
        }
        meeting::add_topic(edit, topic)?;
        promises.iter().try_for_each(|promise| meeting::add_follow_up(edit, promise).map(drop))?;
        meeting::end(edit, end)
    });
    follow_up(diary, pair, talk);
}

/// Those who need help get the most of the time, as it happens.
fn minutes(diary: &mut Diary<'_>, tier: Tier) -> i64 {
    match tier {
        Tier::High => diary.any(10..16),
        Tier::Steady => diary.any(15..26),
        Tier::Low => diary.any(55..76),
    }
}

fn promises(diary: &mut Diary<'_>, pair: &Pair, day: Day) -> Vec<NewFollowUp> {
    let sides = [(pair.agent, "promise_agent", 75), (diary.cast.leader, "promise_leader", 60)];
    let mut promises = Vec::new();
    for (owner, section, percent) in sides {
        if diary.chance(percent) {
            let due = later(day, diary.any(3..12));
            let text = diary.say(pair, section).to_owned();
            promises.push(NewFollowUp { text, owner: Some(owner), due: Some(due) });
        }
    }
    promises
}

/// The agent says that they have read it; each side does what it promised, mostly.
fn follow_up(diary: &mut Diary<'_>, pair: &Pair, talk: &Talk) {
    if diary.chance(70) {
        let at = moment(talk.day, 18 * 60 + 5);
        diary.put((pair.agent, at), (&meeting::SPEC, talk.key), |edit, _| meeting::acknowledge(edit));
    }
    for owner in [pair.agent, diary.cast.leader] {
        if diary.chance(88) {
            let at = moment(later(talk.day, diary.any(2..9)), 15 * 60);
            let place = (&meeting::SPEC, talk.key);
            diary.put((owner, at), place, move |edit, _| keep_promises(edit, owner));
        }
    }
}

fn keep_promises(edit: &mut sync_core::document::Edit<'_>, owner: PersonId) -> Result<(), EditError> {
    for id in items(edit, "follow_ups") {
        let whose = edit.reader().get::<PersonId>(&Path::of("follow_ups").item(id).key("owner"));
        if whose == Some(owner) {
            meeting::set_follow_up_state(edit, id, State::Done)?;
        }
    }
    Ok(())
}
