//! Owns how a team does things: how often it meets for what, how many may be away from the queue at once, when its leader's door is
//! open, and the questions that it adds to the bank. Who leads writes it, the team reads it.

use super::item::{self, Conflicts, Removal, is_removed};
use super::meeting::Section;
use super::summary::{Summary, count};
use super::words::words;
use super::{KindSpec, Layer, PartClass, Shape, SubjectClass, Writers};
use crate::document::{Conflict, Document, Edit, EditError, Item, Path, Position, Splice};
use crate::ids::{ItemId, TeamId};
use crate::key::{NaturalKey, Part, Subject};
use crate::time::{Day, Quarter};
use serde::Serialize;

/// What the rules of a team are made of.
pub static SPEC: KindSpec = KindSpec {
    name: "team_policy",
    subject: SubjectClass::Team,
    part: PartClass::Whole,
    writers: Writers::Leaders,
    layers: &[Layer {
        schema: 1,
        containers: &[
            (LIMITS, Shape::Map),
            (OPEN_HOURS, Shape::Map),
            (QUESTIONS, Shape::Map),
            (RHYTHMS, Shape::Map),
        ],
    }],
    summarise,
};

const LIMITS: &str = "limits";
const OPEN_HOURS: &str = "open_hours";
const QUESTIONS: &str = "questions";
const RHYTHMS: &str = "rhythms";
const MINUTES_OF_A_DAY: u16 = 24 * 60;

words! {
    /// What a team does again and again.
    Practice {
        /// The talk of leader and agent.
        OneOnOne = "one_on_one",
        /// Setting and reviewing the goals of a month.
        MonthlyGoals = "monthly_goals",
        /// Looking at the action plan.
        PlanReview = "plan_review",
        /// Looking at the team's numbers together.
        TeamData = "team_data",
        /// The evaluation.
        Evaluation = "evaluation",
    }
}

words! {
    /// How often.
    Every {
        /// Every week.
        Week = "week",
        /// Every second week.
        TwoWeeks = "two_weeks",
        /// Every month.
        Month = "month",
        /// Every quarter.
        Quarter = "quarter",
        /// Every half-year.
        HalfYear = "half_year",
    }
}

impl Every {
    /// Days from one time to the next, as near as whole days come.
    pub const fn days(self) -> i32 {
        match self {
            Self::Week => 7,
            Self::TwoWeeks => 14,
            Self::Month => 30,
            Self::Quarter => 91,
            Self::HalfYear => 182,
        }
    }

    /// The last day of the stretch of the calendar that this day is in, when time is cut so. Weeks end on Sunday, and every second
    /// one of them ends two.
    pub fn last_day(self, day: Day) -> Day {
        let sunday = day.monday().plus_days(6).unwrap_or(day);
        match self {
            Self::Week => sunday,
            Self::TwoWeeks if sunday.days_since(Day::FIRST) / 7 % 2 == 0 => sunday,
            Self::TwoWeeks => sunday.plus_days(7).unwrap_or(sunday),
            Self::Month => day.month().last_day(),
            Self::Quarter => day.quarter().last_day(),
            Self::HalfYear => half_year_end(day.quarter()),
        }
    }
}

/// The last day of the half-year of a quarter.
fn half_year_end(quarter: Quarter) -> Day {
    let next = || quarter.last_day().plus_days(1).map(|day| day.quarter().last_day());
    if quarter.last_day().month().number() % 6 == 0 { quarter.last_day() } else { next().unwrap_or(quarter.last_day()) }
}

impl Practice {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 5] =
        [Self::OneOnOne, Self::MonthlyGoals, Self::PlanReview, Self::TeamData, Self::Evaluation];

    /// How often a team does it that has not said so.
    pub const fn usual(self) -> Every {
        match self {
            Self::OneOnOne => Every::TwoWeeks,
            Self::MonthlyGoals | Self::PlanReview | Self::TeamData => Every::Month,
            Self::Evaluation => Every::Quarter,
        }
    }
}

/// When the leader's door is open, each week, in the team's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OpenHours {
    /// The day of the week: Monday is 1, Sunday is 7 (ISO 8601).
    pub weekday: u8,
    /// From when, in minutes since midnight.
    pub from: u16,
    /// Until when, in minutes since midnight.
    pub until: u16,
}

impl OpenHours {
    fn is_possible(self) -> bool {
        (1..=7).contains(&self.weekday) && self.from < self.until && self.until <= MINUTES_OF_A_DAY
    }
}

/// The rules of a team, as screens show them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TeamPolicyView {
    /// How often the team does what, in the order of the form.
    pub rhythms: Vec<RhythmView>,
    /// How many may be away from the queue at once: the fewer, while two people's numbers stand.
    pub off_queue_at_once: Option<u32>,
    /// When the leader's door is open, with what was removed.
    pub open_hours: Vec<OpenHoursView>,
    /// The team's own questions, with those that were removed.
    pub questions: Vec<TeamQuestionView>,
    /// Values that wait for somebody to settle them.
    pub conflicts: Vec<Conflict>,
}

/// How often the team does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RhythmView {
    /// What.
    pub practice: Practice,
    /// How often: the more frequent, while two people's rhythms stand.
    pub every: Every,
    /// Whether the team has said so, or it is the usual.
    pub is_own: bool,
}

/// Some open hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenHoursView {
    /// Which ones.
    pub id: ItemId,
    /// When; none if another version of the app wrote something else.
    pub hours: Option<OpenHours>,
    /// Whether they were removed.
    pub removed: Option<Removal>,
}

/// One of the team's own questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TeamQuestionView {
    /// Which one.
    pub id: ItemId,
    /// The block of a meeting that it belongs to.
    pub section: Option<Section>,
    /// What it asks.
    pub text: String,
    /// Whether it was removed.
    pub removed: Option<Removal>,
}

/// The key of the rules of this team.
pub const fn key(team: TeamId) -> NaturalKey {
    NaturalKey { subject: Subject::Team(team), part: Part::Whole }
}

/// Says how often the team does something; none is as usual.
pub fn set_rhythm(edit: &mut Edit<'_>, practice: Practice, every: Option<Every>) -> Result<(), EditError> {
    edit.put_or_clear(&Path::of(RHYTHMS).key(practice.word()), every.as_ref())
}

/// Says how many may be away from the queue at once.
pub fn set_off_queue(edit: &mut Edit<'_>, at_once: Option<u32>) -> Result<(), EditError> {
    if at_once == Some(0) {
        return Err(EditError::Impossible { field: "how many may be away at once" });
    }
    edit.put_or_clear(&Path::of(LIMITS).key("off_queue"), at_once.map(i64::from).as_ref())
}

/// Opens the leader's door each week.
pub fn add_open_hours(edit: &mut Edit<'_>, hours: OpenHours) -> Result<ItemId, EditError> {
    if !hours.is_possible() {
        return Err(EditError::Impossible { field: "open hours" });
    }
    let (id, path) = edit.add_item(&Path::of(OPEN_HOURS))?;
    for (key, value) in [("weekday", i64::from(hours.weekday)), ("from", hours.from.into()), ("until", hours.until.into())] {
        edit.put(&path.key(key), &value)?;
    }
    Ok(id)
}

/// Takes open hours back; they can be restored.
pub fn remove_open_hours(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(OPEN_HOURS), id)
}

/// Brings open hours back.
pub fn restore_open_hours(edit: &mut Edit<'_>, id: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(OPEN_HOURS), id)
}

/// Adds a question to those of the bank.
pub fn add_question(edit: &mut Edit<'_>, section: Section, text: &str) -> Result<ItemId, EditError> {
    let (id, path) = edit.add_item(&Path::of(QUESTIONS))?;
    edit.put(&path.key("section"), &section)?;
    edit.add_text(&path.key("text"), text)?;
    Ok(id)
}

/// Edits what a question asks.
pub fn edit_question(edit: &mut Edit<'_>, question: ItemId, splice: &Splice) -> Result<(), EditError> {
    item::edit_text(edit, QUESTIONS, question, splice)
}

/// Removes a question; it can be restored.
pub fn remove_question(edit: &mut Edit<'_>, question: ItemId) -> Result<(), EditError> {
    edit.remove(&Path::of(QUESTIONS), question)
}

/// Brings a question back.
pub fn restore_question(edit: &mut Edit<'_>, question: ItemId) -> Result<(), EditError> {
    edit.restore(&Path::of(QUESTIONS), question)
}

/// Puts a question elsewhere in the order.
pub fn reorder_question(edit: &mut Edit<'_>, question: ItemId, to: Position) -> Result<(), EditError> {
    edit.reorder(&Path::of(QUESTIONS), question, to)
}

/// The rules, as screens show them.
pub fn view(doc: Document<'_>) -> TeamPolicyView {
    let off_queue: Option<i64> = doc.least(&Path::of(LIMITS).key("off_queue"));
    TeamPolicyView {
        rhythms: Practice::ALL.map(|practice| rhythm_view(doc, practice)).into(),
        off_queue_at_once: off_queue.and_then(|at_once| u32::try_from(at_once).ok()),
        open_hours: views(doc, OPEN_HOURS, open_hours_view),
        questions: views(doc, QUESTIONS, question_view),
        conflicts: conflicts(doc),
    }
}

fn views<T>(doc: Document<'_>, collection: &str, view: fn(ItemId, Document<'_>) -> T) -> Vec<T> {
    doc.items(&Path::of(collection)).iter().map(|item| view(item.id, item.fields())).collect()
}

fn summarise(doc: Document<'_>) -> Summary {
    let questions = doc.items(&Path::of(QUESTIONS));
    let kept = questions.iter().map(Item::fields).filter(|question| !is_removed(*question));
    Summary { items: count(kept), conflicts: count(conflicts(doc)), ..Summary::default() }
}

fn rhythm_view(doc: Document<'_>, practice: Practice) -> RhythmView {
    let own: Option<Every> = doc.least(&Path::of(RHYTHMS).key(practice.word()));
    RhythmView { practice, every: own.unwrap_or(practice.usual()), is_own: own.is_some() }
}

fn open_hours_view(id: ItemId, fields: Document<'_>) -> OpenHoursView {
    let number = |key| fields.get::<i64>(&Path::of(key));
    let hours = || {
        Some(OpenHours {
            weekday: number("weekday")?.try_into().ok()?,
            from: number("from")?.try_into().ok()?,
            until: number("until")?.try_into().ok()?,
        })
    };
    OpenHoursView { id, hours: hours().filter(|hours| hours.is_possible()), removed: Removal::of(fields) }
}

fn question_view(id: ItemId, fields: Document<'_>) -> TeamQuestionView {
    TeamQuestionView {
        id,
        section: fields.get(&Path::of("section")),
        text: fields.text(&Path::of("text")),
        removed: Removal::of(fields),
    }
}

fn conflicts(doc: Document<'_>) -> Vec<Conflict> {
    let mut conflicts = Conflicts::default();
    for practice in Practice::ALL {
        conflicts.look_at::<Every>(doc, &Path::of(RHYTHMS).key(practice.word()));
    }
    conflicts.look_at::<i64>(doc, &Path::of(LIMITS).key("off_queue"));
    conflicts.found()
}

#[cfg(test)]
mod tests;
