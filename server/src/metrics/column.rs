//! Owns what each column holds, by what it is called; and the columns that must not be there.

use super::FileError;
use super::cell::{Cell, folded};
use super::people::IdentifierKind;
use super::profile::Profile;
use super::table::Table;
use sync_core::metric::{KPIS, Kpi, kpi};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// The day.
    Date,
    /// Who, by a number, a login or an address.
    Person(IdentifierKind),
    /// Who, by name.
    Name,
    /// The given name alone.
    FirstName,
    /// The family name alone.
    LastName,
    /// A figure, by its place in the list.
    Figure(usize),
    /// In the long form: which figure the line is about.
    Metric,
    /// In the long form: its value.
    Value,
    /// Of how many contacts.
    Volume,
    /// Nothing for us, as somebody said.
    Ignored,
    /// Nobody knows.
    Unknown,
}

impl Holds {
    /// The word in profiles and reports.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Person(kind) => kind.as_str(),
            Self::Name => "name",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Figure(place) => KPIS[place].id,
            Self::Metric => "metric",
            Self::Value => "value",
            Self::Volume => "volume",
            Self::Ignored => "ignore",
            Self::Unknown => "unknown",
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        let others = [
            Self::Date,
            Self::Name,
            Self::FirstName,
            Self::LastName,
            Self::Metric,
            Self::Value,
            Self::Volume,
            Self::Ignored,
        ];
        let people = IdentifierKind::ALL.into_iter().map(Self::Person);
        let figures = (0..KPIS.len()).map(Self::Figure);
        others.into_iter().chain(people).chain(figures).find(|holds| holds.word() == word)
    }
}

/// In what a header says that its numbers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SaidUnit {
    Seconds,
    Milliseconds,
    Minutes,
    Percent,
}

/// One column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) header: String,
    pub(super) holds: Holds,
    pub(super) unit: Option<SaidUnit>,
}

/// What a file is shaped like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A line for each person and day, a column for each figure.
    Wide,
    /// A line for each person, day and figure.
    Long { metric: usize, value: usize },
}

/// The columns of a file.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    pub(super) all: Vec<Column>,
    pub(super) form: Form,
    pub(super) date: usize,
    pub(super) volume: Option<usize>,
}

const DATE: &[&str] = &["date", "day", "data", "ziua", "zi", "start date", "report date", "日期", "统计日期"];
const STAFF_NUMBER: &[&str] = &[
    "staff number",
    "staff no",
    "agent no",
    "agent id",
    "agent number",
    "employee id",
    "employee number",
    "employee no",
    "personnel number",
    "marca",
    "numar marca",
    "nr marca",
    "cod agent",
    "工号",
    "员工编号",
    "坐席工号",
];
const LOGIN: &[&str] =
    &["login", "login id", "username", "user name", "user id", "utilizator", "登录名", "账号", "用户名"];
const EMAIL: &[&str] =
    &["email", "e mail", "mail", "agent email", "adresa de email", "邮箱", "电子邮件", "电子邮箱"];
const NAME: &[&str] = &[
    "name",
    "agent name",
    "agent",
    "full name",
    "employee name",
    "nume",
    "nume agent",
    "nume si prenume",
    "姓名",
    "坐席姓名",
    "客服姓名",
    "员工姓名",
];
const FIRST_NAME: &[&str] = &["first name", "given name", "prenume"];
const LAST_NAME: &[&str] = &["last name", "surname", "family name", "nume de familie"];
const METRIC: &[&str] = &["metric", "kpi", "measure", "indicator", "指标"];
const VALUE: &[&str] = &["value", "valoare", "值", "数值"];
const VOLUME: &[&str] = &["volume", "volum", "count", "样本量", "数量"];

const UNITS: &[(SaidUnit, &[&str])] = &[
    (SaidUnit::Seconds, &["s", "sec", "secs", "second", "seconds", "secunde", "秒"]),
    (SaidUnit::Milliseconds, &["ms", "msec", "millisecond", "milliseconds", "milisecunde", "毫秒"]),
    (SaidUnit::Minutes, &["min", "mins", "minute", "minutes", "分钟"]),
    (SaidUnit::Percent, &["percent", "pct", "procent", "百分比"]),
];

/// What a header means, as far as we know; with the unit that it says.
pub(crate) fn meaning(header: &str) -> (Holds, Option<SaidUnit>) {
    let words = folded(header);
    let (stem, unit) = without_unit(&words);
    match (known(&words), known(stem)) {
        (Some(holds), _) => (holds, None),
        (None, Some(holds)) => (holds, unit),
        (None, None) => (Holds::Unknown, None),
    }
}

fn known(words: &str) -> Option<Holds> {
    let person = Holds::Person;
    let others = [
        (DATE, Holds::Date),
        (STAFF_NUMBER, person(IdentifierKind::StaffNumber)),
        (LOGIN, person(IdentifierKind::Login)),
        (EMAIL, person(IdentifierKind::Email)),
        (NAME, Holds::Name),
        (FIRST_NAME, Holds::FirstName),
        (LAST_NAME, Holds::LastName),
        (METRIC, Holds::Metric),
        (VALUE, Holds::Value),
        (VOLUME, Holds::Volume),
    ];
    let other = others.into_iter().find(|(aliases, _)| aliases.contains(&words)).map(|(_, holds)| holds);
    other.or_else(|| KPIS.iter().position(|kpi| kpi.aliases.contains(&words)).map(Holds::Figure))
}

fn without_unit(words: &str) -> (&str, Option<SaidUnit>) {
    let Some((stem, last)) = words.rsplit_once(' ') else { return (words, None) };
    match UNITS.iter().find(|(_, names)| names.contains(&last)) {
        Some((unit, _)) => (stem, Some(*unit)),
        None => (words, None),
    }
}

/// Whether a header means something.
pub(super) fn is_known(header: &str) -> bool {
    meaning(header).0 != Holds::Unknown
}

/// The figure that a word of the long form means.
pub(super) fn figure(metric: &str) -> Option<(usize, Option<SaidUnit>)> {
    match meaning(metric) {
        (Holds::Figure(place), unit) => Some((place, unit)),
        _ => kpi(metric).and_then(|found| Some((place_of(found)?, None))),
    }
}

fn place_of(kpi: &Kpi) -> Option<usize> {
    KPIS.iter().position(|other| other.id == kpi.id)
}

impl Columns {
    pub(super) fn of(table: &Table<'_>, profile: &Profile) -> Result<Self, FileError> {
        let all = table.header.iter().map(|header| column(header, profile)).collect::<Result<Vec<_>, _>>()?;
        refuse_two_of_one(&all)?;
        let find = |holds: Holds| all.iter().position(|column| column.holds == holds);
        let handled = kpi("handled").and_then(place_of).map(Holds::Figure);
        let form = match (find(Holds::Metric), find(Holds::Value)) {
            (Some(metric), Some(value)) => Form::Long { metric, value },
            _ => Form::Wide,
        };
        let has = |is_meant: fn(&Holds) -> bool| all.iter().any(|column| is_meant(&column.holds));
        if !has(|holds| matches!(holds, Holds::Person(_) | Holds::Name | Holds::LastName)) {
            return Err(FileError::NoColumn("who it is about"));
        }
        if form == Form::Wide && !has(|holds| matches!(holds, Holds::Figure(_))) {
            return Err(FileError::NoColumn("a figure"));
        }
        let date = find(Holds::Date).ok_or(FileError::NoColumn("the day"))?;
        Ok(Self { form, date, volume: find(Holds::Volume).or_else(|| find(handled?)), all })
    }

    /// The columns that hold numbers in this form, with the figure of each if the column says it.
    pub(super) fn numbers(&self) -> impl Iterator<Item = (usize, Option<usize>)> {
        let is_wide = self.form == Form::Wide;
        self.all.iter().enumerate().filter_map(move |(at, column)| match column.holds {
            Holds::Figure(figure) if is_wide => Some((at, Some(figure))),
            Holds::Value if !is_wide => Some((at, None)),
            Holds::Volume => Some((at, None)),
            _ => None,
        })
    }

    /// What nobody knows, in the order of the file.
    pub(super) fn unknown(&self) -> impl Iterator<Item = (usize, &Column)> {
        self.all.iter().enumerate().filter(|(_, column)| column.holds == Holds::Unknown)
    }

    /// Never a file with customers' names, addresses or numbers: nothing of them would be stored, but they would go through our
    /// hands, and into the file of rejected lines.
    pub(super) fn refuse_customers(&self, table: &Table<'_>) -> Result<(), FileError> {
        let suspects = self
            .unknown()
            .filter(|(at, column)| says_customer(&column.header) || holds_addresses(table, *at));
        let found: Vec<String> = suspects.map(|(_, column)| column.header.clone()).collect();
        if found.is_empty() { Ok(()) } else { Err(FileError::Customers(found)) }
    }
}

fn column(header: &str, profile: &Profile) -> Result<Column, FileError> {
    let (by_name, unit) = meaning(header);
    let said = profile.columns.iter().find(|(of, _)| folded(of) == folded(header));
    let holds = match said {
        Some((_, word)) => Holds::of_word(word).ok_or_else(|| FileError::Profile(word.clone()))?,
        None => by_name,
    };
    let unit = unit.or_else(|| without_unit(&folded(header)).1);
    Ok(Column { header: header.to_owned(), holds, unit })
}

fn refuse_two_of_one(all: &[Column]) -> Result<(), FileError> {
    for (at, column) in all.iter().enumerate() {
        let may_repeat = matches!(column.holds, Holds::Ignored | Holds::Unknown);
        let before = all[..at].iter().find(|other| other.holds == column.holds && !may_repeat);
        if let Some(before) = before {
            let (first, second) = (before.header.clone(), column.header.clone());
            return Err(FileError::TwoColumns { what: column.holds.word(), first, second });
        }
    }
    Ok(())
}

const NUMBERS_OF_PHONES: &[&str] = &[
    "phone",
    "telephone",
    "telefon",
    "mobile",
    "mobil",
    "tel",
    "msisdn",
    "ani",
    "cli",
    "callerid",
    "电话",
    "手机",
    "来电",
];
const CUSTOMERS: &[&str] = &["customer", "client", "clientului", "caller", "apelant", "客户", "顾客"];
const WHAT_CUSTOMERS_HAVE: &[&str] = &[
    "email", "mail", "name", "nume", "number", "numar", "id", "address", "adresa", "姓名", "邮箱", "号码",
    "地址",
];

/// Chinese has no spaces, so a word is looked for anywhere in it.
fn says_customer(header: &str) -> bool {
    let words = folded(header);
    let has = |list: &[&str]| {
        list.iter().any(|word| {
            words.split(' ').any(|other| other == *word) || (!word.is_ascii() && words.contains(word))
        })
    };
    has(NUMBERS_OF_PHONES) || (has(CUSTOMERS) && has(WHAT_CUSTOMERS_HAVE))
}

/// How many cells are looked at.
const LOOKED_AT: usize = 200;

/// Whether most cells of a column look like addresses or telephone numbers.
fn holds_addresses(table: &Table<'_>, at: usize) -> bool {
    let cells = table.whole_lines().take(LOOKED_AT).filter_map(|line| {
        let text = Cell::read(line.cells.get(at)?).text()?.into_owned();
        Some(is_address(&text) || is_phone(&text))
    });
    let (mut all, mut found) = (0_u32, 0_u32);
    for is_one in cells {
        all += 1;
        found += u32::from(is_one);
    }
    found * 2 > all
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
}

/// As it is dialled: with + or 0 in front. Other long numbers are ids of calls.
fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_dialled = text.chars().all(|c| c.is_ascii_digit() || "+ -().".contains(c));
    is_dialled && text.starts_with(['+', '0', '(']) && (9..=15).contains(&digits)
}
