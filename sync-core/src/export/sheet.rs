//! Owns lists as CSV (RFC 4180): steps, goals, meetings and numbers, a line for each. A cell that a spreadsheet would take for a formula
//! is prefixed, so that what somebody wrote is never carried out.

use super::Reader;
use super::goals::{measure_text, number};
use crate::coaching::action_plan::ActionPlanView;
use crate::coaching::goal_set::GoalSetView;
use crate::coaching::meeting::MeetingView;
use crate::content::{Heading, Label, Labelled};
use crate::ids::PersonId;
use crate::metric::{Cut, MetricRow, Period, Targets, kpi, scorecard, show_in};
use std::collections::BTreeSet;

/// Whether a file begins with the mark by which spreadsheets know UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrderMark {
    /// It does: for spreadsheets.
    With,
    /// It does not: for programs.
    Without,
}

/// A list: its first line names the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet(Vec<Vec<String>>);

impl Sheet {
    fn new(reader: &Reader<'_>, columns: &[Heading]) -> Self {
        Self(vec![columns.iter().map(|column| column.text(reader.language)).collect()])
    }

    fn line(&mut self, cells: impl IntoIterator<Item = Option<String>>) {
        self.0.push(cells.into_iter().map(Option::unwrap_or_default).collect());
    }

    /// The file.
    pub fn to_bytes(&self, mark: ByteOrderMark) -> Vec<u8> {
        let mut bytes = match mark {
            ByteOrderMark::With => "\u{feff}".as_bytes().to_vec(),
            ByteOrderMark::Without => Vec::new(),
        };
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut bytes);
        for line in &self.0 {
            writer.write_record(line.iter().map(|cell| safe(cell))).expect("a vector takes every line");
        }
        writer.flush().expect("a vector takes every line");
        drop(writer);
        bytes
    }
}

/// A cell that no spreadsheet takes for a formula. A number is none, also below zero.
fn safe(cell: &str) -> String {
    let is_number = cell.parse::<f64>().is_ok();
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula && !is_number { format!("'{cell}") } else { cell.to_owned() }
}

/// The steps of plans that were not removed.
pub fn steps(plans: &[ActionPlanView], reader: &Reader<'_>) -> Sheet {
    use Heading::{Due, Owner, Plan, State, Step};
    let mut sheet = Sheet::new(reader, &[Plan, Step, Owner, Due, State]);
    for plan in plans {
        for step in plan.steps.iter().filter(|step| step.removed.is_none()) {
            sheet.line([
                Some(plan.title.clone()),
                Some(step.text.clone()),
                step.owner.map(|owner| reader.name(owner)),
                step.due.map(|due| due.to_string()),
                Some(step.state.label(reader.language)),
            ]);
        }
    }
    sheet
}

/// The goals that were not removed.
pub fn goals(sets: &[GoalSetView], reader: &Reader<'_>) -> Sheet {
    use Heading::{Agreement, Baseline, Due, Goal, Measure, State, Target, Why};
    let mut sheet = Sheet::new(reader, &[Goal, Why, Measure, Baseline, Target, Due, State, Agreement]);
    for goal in sets.iter().flat_map(|set| &set.goals).filter(|goal| goal.removed.is_none()) {
        let amount = |amount| number(amount, reader.language);
        sheet.line([
            Some(goal.title.clone()),
            Some(goal.why.clone()),
            goal.measure.as_ref().map(|measure| measure_text(measure, reader.language)),
            goal.baseline.map(amount),
            goal.target.map(amount),
            goal.due.map(|due| due.to_string()),
            Some(goal.state.label(reader.language)),
            Some(goal.agreement.label(reader.language)),
        ]);
    }
    sheet
}

/// The meetings of a pair: when they were planned, and what became of them.
pub fn cadence(meetings: &[MeetingView], reader: &Reader<'_>) -> Sheet {
    use Heading::{Began, Kind, Minutes, MovedTimes, State, When};
    let mut sheet = Sheet::new(reader, &[When, Kind, State, Began, Minutes, MovedTimes]);
    for meeting in meetings {
        let held = meeting.held;
        let minutes = held.and_then(|held| Some(held.end?.ms_since(held.start?).max(0) / 60_000));
        let state = match (meeting.not_held, held) {
            (Some(why), _) => why.label(reader.language),
            (None, Some(_)) => Label::Held.text(reader.language),
            (None, None) => Label::Planned.text(reader.language),
        };
        sheet.line([
            meeting.planned.map(|slot| slot.to_string()),
            Some(meeting.kind.label(reader.language)),
            Some(state),
            held.and_then(|held| held.start).map(|start| reader.moment(start)),
            minutes.map(|minutes| minutes.to_string()),
            Some(meeting.moves.len().to_string()),
        ]);
    }
    sheet
}

/// What was reached in each month of which there are numbers of this person.
pub fn scorecard_sheet(person: PersonId, rows: &[MetricRow], reader: &Reader<'_>) -> Sheet {
    use Heading::{Actual, Figure, Month, Volume};
    let mut sheet = Sheet::new(reader, &[Month, Figure, Actual, Volume]);
    let months: BTreeSet<_> = rows.iter().map(|row| Period::of(Cut::Month, row.day)).collect();
    for month in months {
        for line in scorecard(person, month, rows, &Targets::default()).lines {
            let (Some(actual), Some(known)) = (line.actual, kpi(line.kpi)) else { continue };
            sheet.line([
                Some(month.to_string()),
                Some(known.names.of(reader.language).to_owned()),
                Some(show_in(known, actual.value, reader.language)),
                Some(actual.volume.to_string()),
            ]);
        }
    }
    sheet
}
