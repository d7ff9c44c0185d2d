//! Owns what one line says, and what becomes of it beside the lines before it.

use super::Settings;
use super::cell::{Cell, folded};
use super::column::{Columns, Form, Holds, SaidUnit, figure};
use super::date;
use super::habit::Habits;
use super::measure::Measure;
use super::people::{Called, Directory};
use super::report::{Caution, Reason, Reject, Report, Sample, Warning};
use super::table::{Line, Table};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use sync_core::ids::PersonId;
use sync_core::metric::{Decimal, KPIS, Kpi, KpiId, MetricRow};
use sync_core::time::Day;

/// Reads the lines of one file.
pub(super) struct Reader<'a> {
    pub(super) settings: &'a Settings,
    pub(super) people: &'a Directory,
    pub(super) columns: &'a Columns,
    pub(super) habits: &'a Habits,
}

/// What a good line says.
struct Said {
    person: PersonId,
    day: Day,
    values: Vec<Value>,
    warnings: Vec<(usize, Caution)>,
    /// A word of the column of figures that means nothing to us.
    unknown: Option<String>,
}

/// One number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Value {
    /// The place of its figure in the list.
    figure: usize,
    value: Decimal,
    volume: Option<u32>,
}

/// A column, none for the whole line, and what is wrong there.
type Fault = (Option<usize>, Reason);

type Seen = HashMap<(PersonId, Day, usize), (Decimal, Option<u32>)>;

/// How many lines are shown as they were understood.
const SAMPLES: usize = 5;
/// What stands where a person or a day would, on a line that adds the others up.
const TOTALS: &[&str] = &[
    "total",
    "totals",
    "grand total",
    "total general",
    "sum",
    "suma",
    "average",
    "avg",
    "medie",
    "media",
    "summary",
    "合计",
    "总计",
    "小计",
    "平均",
];

impl Reader<'_> {
    /// The rows of all good lines; the report hears of every line.
    pub(super) fn read(&self, table: &Table<'_>, report: &mut Report) -> Vec<MetricRow> {
        let words: Vec<KpiId> =
            KPIS.iter().map(|kpi| KpiId::parse(kpi.id).expect("a figure of ours has a word")).collect();
        let (mut rows, mut seen) = (Vec::new(), Seen::new());
        for line in table.lines().filter(|line| !line.is_blank()) {
            report.lines += 1;
            if self.is_total(&line) {
                report.skipped_totals.push(line.number);
                continue;
            }
            let said =
                self.line(&line, table).and_then(|said| fresh(&said, &mut seen).map(|new| (said, new)));
            match said {
                Ok((said, new)) => {
                    self.accept(&line, &said, &new, report);
                    rows.extend(new.iter().map(|value| self.row(&said, value, &words)));
                }
                Err(faults) => self.reject(&line, &faults, report),
            }
        }
        rows.extend(self.handled(&seen, &rows, &words));
        rows
    }

    fn line(&self, line: &Line<'_>, table: &Table<'_>) -> Result<Said, Vec<Fault>> {
        if !line.has_columns(self.columns.all.len()) {
            return Err(vec![(None, Reason::WrongFieldCount)]);
        }
        let is_long = |cell: &str| cell.len() > table.longest_cell || cell.contains(['\n', '\r']);
        if let Some(at) = line.cells.iter().position(is_long) {
            return Err(vec![(Some(at), Reason::CellTooLong)]);
        }
        let (person, day) = (self.person(line), self.day(line));
        let mut faults: Vec<Fault> =
            [person.as_ref().err(), day.as_ref().err()].into_iter().flatten().copied().collect();
        let mut warnings = Vec::new();
        let (values, unknown) = match self.columns.form {
            Form::Wide => (self.wide(line, &mut faults, &mut warnings), None),
            Form::Long { metric, value } => match figure_of(line, metric) {
                Ok(about) => (self.long(line, (about, value), &mut faults, &mut warnings), None),
                Err(word) => (Vec::new(), Some(word)),
            },
        };
        match (person, day) {
            (Ok(person), Ok(day)) if faults.is_empty() => Ok(Said { person, day, values, warnings, unknown }),
            _ => Err(faults),
        }
    }

    fn wide(
        &self,
        line: &Line<'_>,
        faults: &mut Vec<Fault>,
        warnings: &mut Vec<(usize, Caution)>,
    ) -> Vec<Value> {
        let mut values = Vec::new();
        for (at, place) in self.columns.numbers() {
            let Some(figure) = place else { continue };
            match self.number(line, at, self.habits.measures[figure], warnings) {
                Ok(Some(value)) => values.push((at, figure, value)),
                Ok(None) => {}
                Err(fault) => faults.push(fault),
            }
        }
        let of_figure = self.columns.volume.and_then(|volume| values.iter().find(|(at, ..)| *at == volume));
        let volume = match of_figure {
            Some((.., value)) => whole(*value),
            None => self.volume(line, faults, warnings),
        };
        values.into_iter().map(|(_, figure, value)| Value { figure, value, volume }).collect()
    }

    fn long(
        &self,
        line: &Line<'_>,
        (figure, at): (usize, usize),
        faults: &mut Vec<Fault>,
        warnings: &mut Vec<(usize, Caution)>,
    ) -> Vec<Value> {
        let volume = self.volume(line, faults, warnings);
        match self.number(line, at, self.habits.measures[figure], warnings) {
            Ok(value) => value.map(|value| Value { figure, value, volume }).into_iter().collect(),
            Err(fault) => {
                faults.push(fault);
                Vec::new()
            }
        }
    }

    /// Of how many contacts, from a column that is no figure of this form.
    fn volume(
        &self,
        line: &Line<'_>,
        faults: &mut Vec<Fault>,
        warnings: &mut Vec<(usize, Caution)>,
    ) -> Option<u32> {
        let at = self.columns.volume?;
        let is_figure_here = self.columns.form == Form::Wide && self.columns.all[at].holds != Holds::Volume;
        if is_figure_here {
            return None;
        }
        match self.number(line, at, Measure::Count, warnings) {
            Ok(value) => value.and_then(whole),
            Err(fault) => {
                faults.push(fault);
                None
            }
        }
    }

    /// What a cell says; none when it says nothing.
    fn number(
        &self,
        line: &Line<'_>,
        at: usize,
        measure: Measure,
        warnings: &mut Vec<(usize, Caution)>,
    ) -> Result<Option<Decimal>, Fault> {
        let text = match Cell::read(&line.cells[at]) {
            Cell::Text(text) => text,
            Cell::Missing => return Ok(None),
            Cell::SpreadsheetError => {
                warnings.push((at, Caution::SpreadsheetErrorAsMissing));
                return Ok(None);
            }
        };
        let value = measure.parse(&text, self.habits.decimal).map_err(|reason| (Some(at), reason))?;
        if measure.is_odd(&text, value) {
            warnings.push((at, Caution::FractionAmongPercents));
        }
        Ok(Some(value))
    }

    fn day(&self, line: &Line<'_>) -> Result<Day, Fault> {
        let at = self.columns.date;
        let wrong = |reason| (Some(at), reason);
        let text = Cell::read(&line.cells[at]).text().ok_or(wrong(Reason::MissingDate))?;
        let day = date::parse(&text, self.habits.order).map_err(wrong)?;
        // Somewhere it is tomorrow already.
        let is_over = day.days_since(self.settings.today) <= 1;
        is_over.then_some(day).ok_or(wrong(Reason::DateInFuture))
    }

    /// By the surest thing that the line says. Whoever is not known by that is not looked for by their name: a number that
    /// means nobody is a mistake to be shown, not a reason to take the next best person.
    fn person(&self, line: &Line<'_>) -> Result<PersonId, Fault> {
        let mut first = None;
        for kind in super::IdentifierKind::ALL {
            let Some(at) = self.columns.find(Holds::Person(kind)) else { continue };
            first.get_or_insert(at);
            let Some(text) = Cell::read(&line.cells[at]).text() else { continue };
            if self.people.knows(kind) {
                let known = self.people.identified(kind, &text);
                return known.ok_or((Some(at), Reason::UnknownPerson));
            }
        }
        let (at, name) = match self.name(line) {
            Some(found) => found,
            None => return Err((first, Reason::MissingPerson)),
        };
        match self.people.called(&name) {
            Some(Called::One(person)) => Ok(person),
            Some(Called::Several) => Err((Some(at), Reason::AmbiguousPerson)),
            None => Err((Some(at), Reason::UnknownPerson)),
        }
    }

    fn name(&self, line: &Line<'_>) -> Option<(usize, String)> {
        let text = |holds| {
            let at = self.columns.find(holds)?;
            Some((at, Cell::read(&line.cells[at]).text()?.into_owned()))
        };
        text(Holds::Name).or_else(|| {
            let (at, last) = text(Holds::LastName)?;
            let first = text(Holds::FirstName).map(|(_, first)| first).unwrap_or_default();
            Some((at, format!("{first} {last}")))
        })
    }

    fn is_total(&self, line: &Line<'_>) -> bool {
        let is_who_or_when = |(at, _): &(usize, &str)| {
            self.columns.all.get(*at).is_some_and(|column| {
                let holds = column.holds;
                *at == 0 || matches!(holds, Holds::Date | Holds::Person(_) | Holds::Name | Holds::LastName)
            })
        };
        let mut cells = line.cells.iter().enumerate().filter(is_who_or_when).map(|(_, cell)| folded(cell));
        cells.any(|cell| TOTALS.contains(&cell.as_str()))
    }

    fn accept(&self, line: &Line<'_>, said: &Said, new: &[Value], report: &mut Report) {
        if let Some(word) = &said.unknown {
            if !report.unknown_columns.contains(word) {
                report.unknown_columns.push(word.clone());
            }
            return;
        }
        if new.is_empty() && !said.values.is_empty() {
            report.duplicates.push(line.number);
            return;
        }
        report.accepted_lines.push(line.number);
        let header = |at: usize| self.columns.all[at].header.clone();
        let warnings = said.warnings.iter();
        report.warnings.extend(warnings.map(|(at, reason)| Warning {
            line: line.number,
            column: header(*at),
            reason: *reason,
        }));
        if report.sample.len() < SAMPLES {
            report.sample.push(Sample {
                line: line.number,
                person: self.people.name(said.person).to_owned(),
                day: said.day,
                values: new.iter().map(|value| (kpi(value).id, value.value.to_string())).collect(),
                volume: new.first().and_then(|value| value.volume),
            });
        }
    }

    fn reject(&self, line: &Line<'_>, faults: &[Fault], report: &mut Report) {
        let original = self.without_ignored(line);
        report.rejects.extend(faults.iter().map(|(at, reason)| Reject {
            line: line.number,
            column: at.map(|at| self.columns.all[at].header.clone()).unwrap_or_default(),
            reason: *reason,
            original: original.clone(),
        }));
    }

    /// The line as it stands; without what somebody had ignored, which may be customers' numbers.
    fn without_ignored(&self, line: &Line<'_>) -> String {
        if self.columns.find(Holds::Ignored).is_none() {
            return line.original.to_owned();
        }
        let is_shown =
            |at: usize| self.columns.all.get(at).is_some_and(|column| column.holds != Holds::Ignored);
        let cells = line.cells.iter().enumerate().map(|(at, cell)| if is_shown(at) { cell } else { "" });
        cells.collect::<Vec<_>>().join(",")
    }

    fn row(&self, said: &Said, value: &Value, words: &[KpiId]) -> MetricRow {
        MetricRow {
            person: said.person,
            day: said.day,
            kpi: words[value.figure].clone(),
            source: self.settings.source.clone(),
            value: value.value,
            volume: value.volume,
        }
    }

    /// How many contacts somebody handled, where the file says it only as the volume of their handle time.
    fn handled(&self, seen: &Seen, rows: &[MetricRow], words: &[KpiId]) -> Vec<MetricRow> {
        let place = |id| KPIS.iter().position(|kpi| kpi.id == id);
        let (Some(handled), Some(time)) = (place("handled"), place("handle_time")) else { return Vec::new() };
        let times = rows.iter().filter(|row| row.kpi == words[time]);
        let missing = times.filter(|row| !seen.contains_key(&(row.person, row.day, handled)));
        let counted = missing.filter_map(|row| {
            let value = Decimal::whole(i32::try_from(row.volume?).ok()?);
            Some(MetricRow { kpi: words[handled].clone(), value, ..row.clone() })
        });
        counted.collect()
    }
}

impl Columns {
    fn find(&self, holds: Holds) -> Option<usize> {
        self.all.iter().position(|column| column.holds == holds)
    }
}

fn kpi(value: &Value) -> &'static Kpi {
    &KPIS[value.figure]
}

fn whole(value: Decimal) -> Option<u32> {
    u32::try_from(value.thousandths() / Decimal::ONE).ok()
}

/// The figure that a line of the long form is about; else its word.
fn figure_of(line: &Line<'_>, at: usize) -> Result<usize, String> {
    let word = Cell::read(&line.cells[at]).text().unwrap_or_default();
    figure(&word).map(|(place, _): (usize, Option<SaidUnit>)| place).ok_or_else(|| word.into_owned())
}

/// The values that no line before said. None of the line when one of them said something else.
fn fresh(said: &Said, seen: &mut Seen) -> Result<Vec<Value>, Vec<Fault>> {
    let key = |value: &Value| (said.person, said.day, value.figure);
    let differs =
        |value: &Value| seen.get(&key(value)).is_some_and(|before| *before != (value.value, value.volume));
    if said.values.iter().any(differs) {
        return Err(vec![(None, Reason::ConflictingDuplicate)]);
    }
    let mut new = Vec::new();
    for value in &said.values {
        if let Entry::Vacant(place) = seen.entry(key(value)) {
            place.insert((value.value, value.volume));
            new.push(*value);
        }
    }
    Ok(new)
}
