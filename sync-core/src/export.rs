//! Owns what people take with them: a document as Markdown that reads well, and as JSON that programs read; lists as CSV. Pure: what
//! is exported, the names of people and the language come in, texts come out. Whose documents those are is decided by who calls.
//!
//! Each kind of document has its page here, made from the same view that screens show, so that nothing is left out that a screen has.
//! The form of the JSON is published: `docs/export.md`.

mod board;
mod closing;
mod feedback;
mod goals;
mod meeting;
mod own;
mod page;
mod pair;
mod plan;
mod sheet;
mod team;

pub use sheet::{ByteOrderMark, Sheet, cadence, goals as goal_sheet, scorecard_sheet, steps};

use crate::coaching::{self as kinds, Kind, KindSpec};
use crate::content::{Heading, Language, kind_name};
use crate::document::Document;
use crate::ids::{DocId, PersonId};
use crate::key::{NaturalKey, Part, Subject};
use crate::time::{Timestamp, Zone};
use page::Page;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The version of the JSON that is written: raised when a field goes or means something else, not when one comes.
pub const VERSION: u32 = 1;

/// For whom something is exported.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// The language of headings, days and numbers. What people wrote stays as it is.
    pub language: Language,
    /// The time zone of moments.
    pub zone: &'a Zone,
    /// What people are called; whoever is not here is somebody.
    pub names: &'a BTreeMap<PersonId, String>,
}

/// A document to export.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// Which one.
    pub doc: DocId,
    /// Its kind.
    pub kind: Kind,
    /// What it is about.
    pub key: NaturalKey,
    /// When it last changed on this phone, by the phone's clock.
    pub changed_at: Timestamp,
    /// The document.
    pub document: Document<'a>,
}

/// How a kind of document is exported.
struct Form {
    spec: &'static KindSpec,
    /// Writes everything below the title.
    page: fn(&mut Page<'_>, Document<'_>),
    /// The view, as JSON.
    state: fn(Document<'_>) -> Value,
}

macro_rules! forms {
    ($($kind:ident: $view:path => $page:path),* $(,)?) => {
        /// One for each kind: a test fails while one is missing.
        static FORMS: &[Form] = &[$(Form {
            spec: &kinds::$kind::SPEC,
            page: |page, document| $page(page, &$view(document)),
            state: |document| json_of(&$view(document)),
        }),*];
    };
}

forms! {
    floor_walk: kinds::floor_walk::view => own::floor_walk,
    meeting: kinds::meeting::view => meeting::meeting,
    action_plan: kinds::action_plan::view => plan::action_plan,
    partnership: kinds::partnership::view => pair::partnership,
    goal_set: kinds::goal_set::view => goals::goal_set,
    feedback_log: kinds::feedback_log::view => feedback::feedback_log,
    private_log: kinds::private_log::view => own::private_log,
    wellbeing_log: kinds::barometer::view => own::barometer,
    wellbeing_private: kinds::barometer::view => own::barometer,
    tier_note: kinds::tier_note::view => own::tier_note,
    circumstance: kinds::circumstance::view => pair::circumstance,
    team_goals: kinds::team_goals::view => team::team_goals,
    team_policy: kinds::team_policy::view => team::team_policy,
    org_strategy: kinds::org_strategy::view => team::org_strategy,
    team_blockers: kinds::team_blockers::view => board::team_blockers,
    team_board: kinds::team_board::view => board::team_board,
    team_meeting: kinds::meeting::view => meeting::meeting,
    group_meeting: kinds::meeting::view => meeting::meeting,
    manager_reflection: kinds::manager_reflection::view => own::manager_reflection,
    hand_over: kinds::hand_over::view => pair::hand_over,
}

fn form(kind: Kind) -> Option<&'static Form> {
    FORMS.iter().find(|form| form.spec.name == kind.name())
}

/// The document as Markdown (CommonMark): readable headings in the reader's language, what people wrote as it is.
pub fn markdown(source: &Source<'_>, reader: &Reader<'_>) -> String {
    let mut page = Page::new(reader);
    page.title(&title(source.kind, &source.key, reader));
    match form(source.kind) {
        Some(form) => (form.page)(&mut page, source.document),
        // No kind of this build: whoever asks for it still gets what was written.
        None => page.prose(&kinds::readable(source.document)),
    }
    page.finish()
}

/// What a document is called in the reader's language: its kind, and which of them it is.
pub fn title(kind: Kind, key: &NaturalKey, reader: &Reader<'_>) -> String {
    let which = match key.part {
        Part::Day(day) => Some(crate::content::format::day(day, reader.language)),
        Part::Quarter(quarter) => Some(quarter.to_string()),
        Part::Year(year) => Some(year.to_string()),
        Part::PersonInQuarter(about, quarter) => Some(format!("{} · {quarter}", reader.name(about))),
        Part::Random(_) | Part::Whole => None,
    };
    std::iter::once(kind_name(kind, reader.language)).chain(which).collect::<Vec<_>>().join(" · ")
}

/// A document as JSON: which one it is, and its current state.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExportedDocument {
    /// The version of this form.
    pub v: u32,
    /// Which document.
    pub doc: DocId,
    /// The stable name of its kind.
    pub kind: String,
    /// Whose it is: `person:ID`, `tenure:ID`, `team:ID`, `organisation`.
    pub subject: String,
    /// Which of theirs: a day, a quarter, a year; none for those that are random, or the only one.
    pub part: Option<String>,
    /// The person that it is about, if it is somebody's own about somebody else.
    pub about: Option<PersonId>,
    /// When it last changed on the phone, in UTC.
    pub changed_at: String,
    /// What it says now: the fields of its view.
    pub state: Value,
}

/// The document as JSON.
pub fn json(source: &Source<'_>) -> ExportedDocument {
    ExportedDocument {
        v: VERSION,
        doc: source.doc,
        kind: source.kind.name().to_owned(),
        subject: subject(&source.key.subject),
        part: part(&source.key.part),
        about: source.key.part.about(),
        changed_at: source.changed_at.to_string(),
        state: form(source.kind).map_or(Value::Null, |form| (form.state)(source.document)),
    }
}

fn json_of(view: &impl Serialize) -> Value {
    serde_json::to_value(view).expect("a view is JSON: nothing in it has a key that is no word")
}

fn subject(subject: &Subject) -> String {
    match subject {
        Subject::Person(person) => format!("person:{person}"),
        Subject::Tenure(tenure) => format!("tenure:{tenure}"),
        Subject::Team(team) => format!("team:{team}"),
        Subject::Organisation => "organisation".to_owned(),
        Subject::Group(group) => format!("group:{group}"),
    }
}

fn part(part: &Part) -> Option<String> {
    match part {
        Part::Day(day) => Some(day.to_string()),
        Part::Quarter(quarter) | Part::PersonInQuarter(_, quarter) => Some(quarter.to_string()),
        Part::Year(year) => Some(year.to_string()),
        Part::Random(_) | Part::Whole => None,
    }
}

/// A line of the index of what somebody takes with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexLine {
    /// What the document is called.
    pub title: String,
    /// When it last changed on the phone.
    pub changed_at: Timestamp,
    /// Everybody who can see it, as what; nobody is listed of what everybody sees.
    pub seen_by: Vec<String>,
    /// Whether its body is on the phone.
    pub is_here: bool,
}

/// The index of what somebody takes with them, as Markdown.
pub fn index(lines: &[IndexLine], reader: &Reader<'_>) -> String {
    let mut page = Page::new(reader);
    page.title(&Heading::MyData.text(reader.language));
    for line in lines {
        let seen_by = match line.seen_by.as_slice() {
            [] => Heading::Everybody.text(reader.language),
            people => people.join(", "),
        };
        let changed = page.named(Heading::LastChanged, Some(reader.moment(line.changed_at)));
        let seen = page.named(Heading::WhoSees, Some(seen_by));
        let missing = (!line.is_here).then(|| Heading::NotHere.text(reader.language));
        page.item(&line.title, vec![changed, seen, missing], None);
    }
    page.finish()
}

/// A name for the file of a document: the same each time, without letters that some system cannot have in a name.
pub fn file_stem(source_kind: &str, key: &NaturalKey, doc: DocId) -> String {
    let short: String = doc.to_string().chars().take(8).collect();
    let which = part(&key.part).map(|part| format!("-{part}")).unwrap_or_default();
    format!("{}{which}-{short}", source_kind.replace('_', "-"))
}

#[cfg(test)]
mod tests;
