//! Owns what is noted in between: feedback, what a leader keeps for themselves, how agents are, and what a leader thinks of each.

use super::super::cast::Pair;
use super::super::diary::{Diary, later, moment};
use super::items;
use sync_core::coaching::barometer::{self, Level, NewEntry};
use sync_core::coaching::feedback_log::{self, Feedback, FeedbackKind, FeedbackText, Source};
use sync_core::coaching::item::Side;
use sync_core::coaching::private_log::{self, NewPrivateNote};
use sync_core::coaching::tier_note::{self, Diagnosis, Month, Tier, TierText};
use sync_core::coaching::{wellbeing_log, wellbeing_private};
use sync_core::document::{Edit, EditError, Splice};
use sync_core::time::Day;

pub(super) fn write(diary: &mut Diary<'_>, number: usize) {
    let pair = diary.cast.pairs[number];
    let mut before = None;
    for (week, monday) in diary.mondays().into_iter().enumerate() {
        for weekday in [0, 2] {
            let day = later(monday, weekday + diary.any(0..2));
            feedback(diary, &pair, day);
        }
        if (week + number).is_multiple_of(2) {
            private_note(diary, &pair, later(monday, 4));
        }
        mood(diary, &pair, later(monday, 4));
        if before != Some(monday.month()) {
            think(diary, &pair, later(monday, 3));
            before = Some(monday.month());
        }
    }
}

/// Between two talks, most of it good.
fn feedback(diary: &mut Diary<'_>, pair: &Pair, day: Day) {
    if !diary.chance(70) {
        return;
    }
    let key = feedback_log::key(pair.tenure, day.quarter());
    let is_praise = diary.chance(66);
    let new = new_feedback(diary, pair, is_praise);
    let next = (!is_praise).then(|| diary.say(pair, "next"));
    let look_again = later(day, diary.any(7..21));
    let at = moment(day, diary.any(9 * 60..17 * 60));
    diary.put((diary.cast.leader, at), (&feedback_log::SPEC, key), move |edit, _| {
        let id = feedback_log::add_feedback(edit, &new)?;
        if let Some(next) = next {
            feedback_log::edit_feedback(edit, id, FeedbackText::Next, &Splice::insert(0, next))?;
            feedback_log::set_look_again(edit, id, Some(look_again))?;
        }
        Ok(())
    });
    if diary.chance(50) {
        answer(diary, pair, day);
    }
}

fn new_feedback(diary: &mut Diary<'_>, pair: &Pair, is_praise: bool) -> Feedback {
    let context = diary.say(pair, "context").to_owned();
    let effect = diary.say(pair, "effect").to_owned();
    if is_praise {
        let source = if diary.chance(12) { Source::OtherDepartment } else { Source::Own };
        let said_by = (source == Source::OtherDepartment).then(|| "Billing, second floor".to_owned());
        let praise = Feedback::seen(FeedbackKind::Praise, diary.say(pair, "praise"));
        return Feedback { source, said_by, context, effect, ..praise };
    }
    Feedback {
        context,
        strength: diary.say(pair, "strength").to_owned(),
        question: diary.say(pair, "question").to_owned(),
        ..Feedback::seen(FeedbackKind::Constructive, diary.say(pair, "coach"))
    }
}

/// The agent says something to the last piece of feedback, and that they have read it.
fn answer(diary: &mut Diary<'_>, pair: &Pair, day: Day) {
    let place = (&feedback_log::SPEC, feedback_log::key(pair.tenure, day.quarter()));
    let reply = diary.say(pair, "reply");
    let at = moment(day, 18 * 60 + diary.any(0..90));
    diary.put((pair.agent, at), place, move |edit, _| {
        let Some(last) = items(edit, "items").pop() else { return Ok(()) };
        feedback_log::edit_feedback(edit, last, FeedbackText::Reply, &Splice::insert(0, reply))?;
        feedback_log::set_proposed_by(edit, last, Some(Side::Agent))
    });
    diary.put((pair.agent, at.plus_ms(60_000)), place, |edit, _| {
        items(edit, "items").pop().map_or(Ok(()), |last| feedback_log::acknowledge_feedback(edit, last))
    });
}

fn private_note(diary: &mut Diary<'_>, pair: &Pair, day: Day) {
    let key = private_log::key(diary.cast.leader, pair.agent, day.quarter());
    let new = NewPrivateNote { text: diary.say_to_leader("private").to_owned(), tags: Vec::new() };
    let raise = diary.chance(20).then(|| diary.say_to_leader("raise"));
    let at = moment(day, 18 * 60 + 10);
    diary.put((diary.cast.leader, at), (&private_log::SPEC, key), move |edit, _| {
        private_log::add_private_note(edit, &new)?;
        raise.map_or(Ok(()), |text| private_log::add_to_raise(edit, text).map(drop))
    });
}

/// On Fridays; now and then what is nobody's business but their own.
fn mood(diary: &mut Diary<'_>, pair: &Pair, day: Day) {
    if !diary.chance(85) {
        return;
    }
    let at = moment(day, 16 * 60 + diary.any(0..100));
    let level = |number: u8| Level::new(number).expect("the scale has these numbers");
    let is_kept = diary.chance(6);
    let new = NewEntry {
        mood: level(if is_kept { diary.any(1..3) } else { diary.any(2..6) }),
        load: Some(level(diary.any(2..6))),
        note: diary.say(pair, if is_kept { "kept" } else { "mood" }).to_owned(),
    };
    let place = if is_kept {
        (&wellbeing_private::SPEC, wellbeing_private::key(pair.agent, day.quarter()))
    } else {
        (&wellbeing_log::SPEC, wellbeing_log::key(pair.tenure, day.quarter()))
    };
    diary.put((pair.agent, at), place, move |edit, _| barometer::add_entry(edit, &new).map(drop));
}

/// Once a month: how somebody does, why, and what would change that.
fn think(diary: &mut Diary<'_>, pair: &Pair, day: Day) {
    let key = tier_note::key(diary.cast.leader, pair.agent, day.quarter());
    let tier = pair.who.tier;
    let reasons = match tier {
        Tier::High => "tier_high",
        Tier::Steady => "tier_steady",
        Tier::Low => "tier_low",
    };
    let texts = [
        (TierText::Reasons, diary.say_to_leader(reasons)),
        (TierText::Evidence, diary.say_to_leader("evidence")),
        (TierText::ChangeMind, diary.say_to_leader("change_mind")),
    ];
    let choices = [Diagnosis::Skill, Diagnosis::Environment, Diagnosis::NotKnown];
    let diagnosis = (tier == Tier::Low).then(|| diary.one_of(&choices));
    let month = Month::of(day);
    diary.put((diary.cast.leader, moment(day, 18 * 60 + 30)), (&tier_note::SPEC, key), move |edit, _| {
        tier_note::set_tier(edit, month, Some(tier))?;
        tier_note::set_diagnosis(edit, month, diagnosis)?;
        tier_note::set_tier_review(edit, month, Some(later(day, 28)))?;
        texts.iter().try_for_each(|text| write_text(edit, month, *text))
    });
}

fn write_text(edit: &mut Edit<'_>, month: Month, (field, text): (TierText, &str)) -> Result<(), EditError> {
    tier_note::edit_tier_text(edit, (month, field), &Splice::insert(0, text))
}
