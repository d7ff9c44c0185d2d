//! Owns the meeting about a month's goals: made on a phone without a network, it holds how the month before went.

use super::desk::Desk;
use super::{Replica, ReplicaError};
use crate::coaching::circumstance::{self, CircumstanceView, Measured};
use crate::coaching::goal_set::{self, GoalSetView};
use crate::coaching::measure::MeasureKind;
use crate::coaching::meeting::{self, LastMonth, LastMonthLine, MeetingKind, Plan, Slot};
use crate::coaching::{Kind, KindSpec};
use crate::document::{Amount, Document, Path};
use crate::ids::{DocId, TenureId};
use crate::key::{NaturalKey, Subject};
use crate::metric::{Cut, Decimal, KpiId, Override, Period, ScorecardLine, Targets, scorecard};
use crate::time::Month;

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
        let doc = self.create(Kind::of(&meeting::SPEC), meeting::key(tenure, slot.day))?;
        let month = slot.day.month().minus_months(1);
        let targets = self.shared.with_desk(|desk| targets(desk, tenure, month))?;
        let period = Period::of(Cut::Month, month.first_day());
        let card = scorecard(agent, period, &self.numbers_of(agent)?, &targets);
        let last_month = LastMonth { month, lines: card.lines.iter().map(line).collect() };
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

/// What was asked of the agent of this pair in this month: the targets of their own goals, and what circumstances made of them.
fn targets(desk: &mut Desk, tenure: TenureId, month: Month) -> Result<Targets, ReplicaError> {
    let key = goal_set::key(tenure, month.first_day().quarter());
    let goals = DocId::of(desk.identity.org, goal_set::SPEC.name, &key);
    let mut targets = Targets::default();
    match desk.read(goals, |history| goal_set::view(Document::of(history.view()))) {
        Ok(view) => targets.usual = usual(&view).collect(),
        Err(ReplicaError::NotFound(_) | ReplicaError::NotHere(_)) => {}
        Err(error) => return Err(error),
    }
    for doc in documents_of(desk, &circumstance::SPEC, tenure)? {
        let view = desk.read(doc, |history| circumstance::view(Document::of(history.view())))?;
        targets.overrides.extend(overrides(&view));
    }
    Ok(targets)
}

fn usual(goals: &GoalSetView) -> impl Iterator<Item = (KpiId, Decimal)> {
    let kept = goals.goals.iter().filter(|goal| goal.removed.is_none());
    kept.filter_map(|goal| {
        let measure = goal.measure.as_ref().filter(|measure| measure.kind == MeasureKind::Kpi)?;
        Some((KpiId::parse(&measure.what).ok()?, Decimal::from_thousandths(goal.target?.0)))
    })
}

fn overrides(view: &CircumstanceView) -> impl Iterator<Item = Override> {
    let kept = view.exceptions.iter().filter(|exception| exception.removed.is_none());
    kept.filter_map(|exception| {
        let (period, target) = (view.period?, Decimal::from_thousandths(exception.target?.0));
        let Some(Measured::Kpi { name }) = &exception.measured else { return None };
        Some(Override { kpi: KpiId::parse(name).ok()?, from: period.from, to: period.until, target })
    })
}

/// The documents of a kind and a pair that can be read here.
pub(super) fn documents_of(
    desk: &Desk,
    spec: &KindSpec,
    tenure: TenureId,
) -> Result<Vec<DocId>, ReplicaError> {
    let is_of = |key: &NaturalKey| key.subject == Subject::Tenure(tenure);
    let rows = desk.store.documents(Some(spec.name))?.into_iter();
    Ok(rows.filter(|row| is_of(&row.key) && row.presence.is_readable()).map(|row| row.doc).collect())
}

#[cfg(test)]
mod tests;
