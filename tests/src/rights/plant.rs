//! Owns words that are easy to find again, in a document of each kind where people would write them.

use anyhow::{Context, bail};
use sync_core::coaching::barometer::{self, Level, NewEntry};
use sync_core::coaching::earlier::Earlier;
use sync_core::coaching::feedback_log::{self, Feedback, FeedbackKind};
use sync_core::coaching::floor_walk::{self, NewStop, StopKind};
use sync_core::coaching::goal_set::{self, NewGoal};
use sync_core::coaching::hand_over::{self, Brought, BroughtKind};
use sync_core::coaching::meeting::{self, Section};
use sync_core::coaching::private_log::{self, NewPrivateNote};
use sync_core::coaching::team_blockers::{self, NewBlocker};
use sync_core::coaching::tier_note::{self, Month, TierText};
use sync_core::coaching::{
    Kind, PartClass, action_plan, circumstance, manager_reflection, org_strategy, partnership, team_board,
    team_goals, team_policy,
};
use sync_core::document::{Edit, EditError, Splice};
use sync_core::ids::{DocId, PersonId, RandomKey, TenureId};
use sync_core::key::Part;
use sync_core::replica::{Replica, ReplicaError};
use sync_core::time::{Day, Timestamp};

/// What all planted words begin with.
pub(super) const PLANTED: &str = "planted-";
/// How many digits follow.
const DIGITS: usize = 4;

/// The words that are planted in the document of this number.
pub(super) fn marker(number: usize) -> String {
    format!("{PLANTED}{number:0DIGITS$}")
}

/// The numbers of the documents whose words stand somewhere in these bytes.
pub(super) fn found_in(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let length = PLANTED.len() + DIGITS;
    let found = bytes.windows(length).filter(|window| window.starts_with(PLANTED.as_bytes()));
    found.filter_map(|window| str::from_utf8(&window[PLANTED.len()..]).ok()?.parse().ok())
}

/// What tells a document from others of the same kind and subject, by a number.
pub(super) fn part(kind: Kind, number: u16, about: PersonId) -> anyhow::Result<Part> {
    let first = Day::parse("2026-01-01").ok().context("the day exists")?;
    let quarter = |number: u16| first.plus_days(92 * i32::from(number)).map(Day::quarter);
    let part = match kind.spec().part {
        PartClass::Random => Some(Part::Random(RandomKey::from_bytes(u128::from(number).to_be_bytes()))),
        PartClass::DayOrRandom => first.plus_days(i32::from(number)).map(Part::Day),
        PartClass::Quarter => quarter(number).map(Part::Quarter),
        PartClass::Year => first.plus_days(366 * i32::from(number)).map(|day| Part::Year(day.year())),
        PartClass::PersonInQuarter => quarter(number).map(|quarter| Part::PersonInQuarter(about, quarter)),
        PartClass::Whole => Some(Part::Whole),
    };
    match part {
        Some(part) => Ok(part),
        None => bail!("the calendar ends before number {number}"),
    }
}

/// Writes these words.
pub(super) fn plant(
    app: &Replica,
    kind: Kind,
    (doc, about): (DocId, PersonId),
    words: &str,
) -> anyhow::Result<()> {
    let splice = Splice::insert(0, words);
    let done = match kind.name() {
        "floor_walk" => app.edit(doc, |edit| walk(edit, about, words)),
        "meeting" | "team_meeting" | "group_meeting" => {
            app.edit(doc, |edit| meeting::edit_notes(edit, &splice))
        }
        "action_plan" => app.edit(doc, |edit| action_plan::edit_aim(edit, &splice)),
        "partnership" => app.edit(doc, |edit| partnership::edit_about_me(edit, &splice)),
        "goal_set" => app.edit(doc, |edit| goal(edit, words)),
        "feedback_log" => app.edit(doc, |edit| {
            feedback_log::add_feedback(edit, &Feedback::seen(FeedbackKind::Praise, words)).map(drop)
        }),
        "private_log" => app.edit(doc, |edit| {
            let note = NewPrivateNote { text: words.to_owned(), tags: Vec::new() };
            private_log::add_private_note(edit, &note).map(drop)
        }),
        "wellbeing_log" | "wellbeing_private" => app.edit(doc, |edit| entry(edit, words)),
        "tier_note" => {
            app.edit(doc, |edit| tier_note::edit_tier_text(edit, (Month::ALL[0], TierText::ALL[0]), &splice))
        }
        "hand_over" => app.edit(doc, |edit| hand_over::add_brought(edit, &brought(doc, words)).map(drop)),
        "circumstance" => app.edit(doc, |edit| circumstance::edit_reason(edit, &splice)),
        "team_goals" => app.edit(doc, |edit| team_goals::edit_consequences(edit, &splice)),
        "team_policy" => {
            app.edit(doc, |edit| team_policy::add_question(edit, Section::Career, words).map(drop))
        }
        "org_strategy" => app.edit(doc, |edit| org_strategy::add_aim(edit, "An aim", words).map(drop)),
        "manager_reflection" => app.edit(doc, |edit| manager_reflection::add_thought(edit, words).map(drop)),
        "team_board" => app.edit(doc, |edit| team_board::add_idea(edit, words).map(drop)),
        "team_blockers" => app.edit(doc, |edit| blocker(edit, about, words)),
        unknown => bail!("nobody has said where people write in a document of kind {unknown}"),
    };
    Ok(done?)
}

/// Writes where no version of the app writes: only who may write the document at all may do that.
pub(super) fn scribble(app: &Replica, doc: DocId) -> Result<(), ReplicaError> {
    app.edit(doc, |edit| edit.put(&sync_core::document::Path::of("scribbled"), &"by hand".to_owned()))
}

fn walk(edit: &mut Edit<'_>, about: PersonId, words: &str) -> Result<(), EditError> {
    let stop = NewStop {
        person: Some(about),
        kind: StopKind::Note,
        text: words.to_owned(),
        tags: Vec::new(),
        minutes: None,
        at: Timestamp(1_774_000_000_000),
    };
    floor_walk::capture_stop(edit, &stop).map(drop)
}

fn blocker(edit: &mut Edit<'_>, about: PersonId, words: &str) -> Result<(), EditError> {
    let since = Day::parse("2026-01-01").map_err(|_| EditError::Impossible { field: "since" })?;
    let (what, topic, owner) = (words.to_owned(), None, None);
    let blocker = NewBlocker { what, topic, since, person: Some(about), owner };
    team_blockers::add_blocker(edit, &blocker).map(drop)
}

fn goal(edit: &mut Edit<'_>, words: &str) -> Result<(), EditError> {
    let (title, why) = ("A goal".to_owned(), words.to_owned());
    let goal = NewGoal { title, why, measure: None, baseline: None, target: None, due: None };
    goal_set::add_goal(edit, &goal).map(drop)
}

fn brought(doc: DocId, words: &str) -> Brought {
    let from = Earlier::of(TenureId::from_bytes([1; 16]), doc, None);
    let (kind, title, text) = (BroughtKind::Meeting, "A meeting".to_owned(), words.to_owned());
    Brought { kind, title, day: None, text, from }
}

fn entry(edit: &mut Edit<'_>, words: &str) -> Result<(), EditError> {
    let mood = Level::new(3).ok_or(EditError::Impossible { field: "mood" })?;
    barometer::add_entry(edit, &NewEntry { mood, load: None, note: words.to_owned() }).map(drop)
}
