//! Owns how one file writes its numbers and its days: found out from all of its cells together, because one alone does not show it.

use super::cell::Cell;
use super::column::{Columns, Form, figure};
use super::date::{DateOrder, Orders};
use super::measure::{Measure, Numbers};
use super::number::Marks;
use super::profile::Profile;
use super::table::{Line, Table};
use std::borrow::Cow;
use sync_core::metric::{DecimalMark, KPIS};

/// How a file writes.
#[derive(Debug, Clone)]
pub(super) struct Habits {
    /// What stands before the digits of a part.
    pub(super) decimal: DecimalMark,
    /// The order of day and month; none while nothing shows it.
    pub(super) order: Option<DateOrder>,
    /// How the numbers of each figure are meant.
    pub(super) measures: Vec<Measure>,
    shows_year_first: bool,
}

impl Habits {
    pub(super) fn of(table: &Table<'_>, columns: &Columns, profile: &Profile) -> Self {
        let (mut marks, mut orders) = (Marks::default(), Orders::default());
        for line in table.whole_lines() {
            if let Some(day) = text(&line, columns.date) {
                orders.look_at(&day);
            }
            for (at, _) in columns.numbers() {
                if let Some(number) = text(&line, at) {
                    marks.look_at(&number);
                }
            }
        }
        let delimiter = table.delimiter().byte();
        let decimal = profile.decimal.unwrap_or_else(|| marks.told(delimiter));
        Self {
            decimal,
            order: profile.date_order.or_else(|| orders.told(delimiter)),
            measures: measures(table, columns, decimal),
            shows_year_first: orders.shows_year_first(),
        }
    }

    /// The order for the report; none when some of the days could not be read.
    pub(super) fn shown_order(&self) -> Option<DateOrder> {
        self.order.or(self.shows_year_first.then_some(DateOrder::Ymd))
    }
}

fn measures(table: &Table<'_>, columns: &Columns, mark: DecimalMark) -> Vec<Measure> {
    let mut numbers = vec![Numbers::default(); KPIS.len()];
    for (at, place) in columns.numbers() {
        if let Some(place) = place {
            numbers[place].is_said_to_be(columns.all[at].unit);
        }
    }
    for line in table.whole_lines() {
        match columns.form {
            Form::Wide => {
                for (at, place) in columns.numbers() {
                    if let Some((place, number)) = place.zip(text(&line, at)) {
                        numbers[place].look_at(&number, mark);
                    }
                }
            }
            Form::Long { metric, value } => {
                let about = text(&line, metric).and_then(|metric| figure(&metric));
                if let Some(((place, unit), number)) = about.zip(text(&line, value)) {
                    numbers[place].is_said_to_be(unit);
                    numbers[place].look_at(&number, mark);
                }
            }
        }
    }
    numbers.iter().zip(KPIS).map(|(numbers, kpi)| numbers.told(kpi.unit)).collect()
}

fn text<'a>(line: &'a Line<'_>, at: usize) -> Option<Cow<'a, str>> {
    Cell::read(line.cells.get(at)?).text()
}
