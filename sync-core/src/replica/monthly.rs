//! Owns the meeting about a month's goals: made on a phone without a network, it holds how the month before went.

use super::{Replica, ReplicaError};
use crate::coaching::Kind;
use crate::coaching::meeting::{self, LastMonth, LastMonthLine, MeetingKind, Plan, Slot};
use crate::document::{Amount, Path};
use crate::ids::{DocId, TenureId};
use crate::insight::scorecard;
use crate::metric::{Cut, Decimal, Period, ScorecardLine};

impl Replica {
    /// Plans the meeting of this pair about the goals of a month, with what was asked and reached of each figure in the month
    /// before, from the numbers on this phone. Planned again, or on both phones, it is one meeting, and gives the numbers once.
    pub fn plan_monthly_goals(
        &self,
        tenure: TenureId,
        slot: Slot,
        place: Option<&str>,
    ) -> Result<DocId, ReplicaError> {
        let agent = self.tenures()?.into_iter().find(|known| known.id == tenure).map(|known| known.agent.id);
        let agent = agent.ok_or(ReplicaError::NoPair)?;
        let month = slot.day.month().minus_months(1);
        let period = Period::of(Cut::Month, month.first_day());
        let rows = self.numbers_of(agent)?;
        let card = self.insight(|shelf| scorecard(shelf, agent, period, &rows))?;
        let card = card.ok_or(ReplicaError::NoPair)?;
        let last_month = LastMonth { month, lines: card.lines.iter().map(line).collect() };
        let doc = self.create(Kind::of(&meeting::SPEC), meeting::key(tenure, slot.day))?;
        let plan = Plan { slot, place: place.map(str::to_owned), kind: MeetingKind::MonthlyGoals };
        self.edit(doc, |edit| {
            if edit.reader().get::<Slot>(&Path::of("planned")).is_none() {
                meeting::plan(edit, &plan)?;
            }
            meeting::fill_last_month(edit, &last_month)
        })?;
        Ok(doc)
    }
}

fn line(line: &ScorecardLine) -> LastMonthLine {
    let amount = |decimal: Decimal| Amount(decimal.thousandths());
    LastMonthLine {
        kpi: line.kpi.to_owned(),
        actual: line.actual.map(|actual| amount(actual.value)),
        target: line.target.map(|target| amount(target.value)),
        is_adjusted: line.target.is_some_and(|target| target.is_adjusted),
    }
}

#[cfg(test)]
mod tests;
