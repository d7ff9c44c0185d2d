//! Owns what somebody sees of one person's numbers for a period: what was reached, what was asked, and how it moves.

use super::{Better, Decimal, KPIS, Kpi, KpiId, MetricRow, Period, RollUp, Weighting, roll_up};
use crate::ids::PersonId;
use crate::time::Day;
use serde::Serialize;
use std::collections::BTreeMap;

/// What is asked of a person. Of a figure that is added up it is asked for the whole of a period.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Targets {
    /// On ordinary days.
    pub usual: BTreeMap<KpiId, Decimal>,
    /// On days when circumstances ask for something else. It ends by itself.
    pub overrides: Vec<Override>,
}

/// Another target for some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Of which figure.
    pub kpi: KpiId,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// What is asked instead.
    pub target: Decimal,
}

/// One person's numbers for a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scorecard {
    /// Whose.
    pub person: PersonId,
    /// For when.
    pub period: Period,
    /// One for each figure that has a number or a target, in the order of [`KPIS`].
    pub lines: Vec<ScorecardLine>,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScorecardLine {
    /// Which.
    pub kpi: &'static str,
    /// Which way is better.
    pub better: Better,
    /// What was reached, and of how many contacts.
    pub actual: Option<RollUp>,
    /// What was reached in the period before.
    pub before: Option<RollUp>,
    /// By how much it has grown since then; negative when it fell.
    pub change: Option<Decimal>,
    /// Whether that is better or worse.
    pub trend: Option<Trend>,
    /// What was asked.
    pub target: Option<Target>,
    /// Whether that was reached.
    pub standing: Option<Standing>,
}

/// What was asked for a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Target {
    /// In the unit of the figure.
    pub value: Decimal,
    /// Whether circumstances changed it on any day of the period: shown as "adjusted".
    pub is_adjusted: bool,
}

/// Where a figure is going.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    /// To the better side.
    Improvement,
    /// Nowhere.
    Steady,
    /// To the worse side.
    Decline,
}

/// Where a figure stands beside its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// At it, or on its better side.
    Reached,
    /// On its worse side.
    Missed,
}

/// The numbers of one person for a period, beside the period before. `rows` may hold more than that: other people and days are
/// passed over, and nobody is compared with anybody.
pub fn scorecard(person: PersonId, period: Period, rows: &[MetricRow], targets: &Targets) -> Scorecard {
    let theirs: Vec<&MetricRow> = rows.iter().filter(|row| row.person == person).collect();
    Scorecard { person, period, lines: lines_of(period, &theirs, targets) }
}

/// All these numbers as one, whosever they are. What is counted adds up, and so is asked of all together.
pub fn lines(period: Period, rows: &[MetricRow], targets: &Targets) -> Vec<ScorecardLine> {
    lines_of(period, &rows.iter().collect::<Vec<_>>(), targets)
}

fn lines_of(period: Period, rows: &[&MetricRow], targets: &Targets) -> Vec<ScorecardLine> {
    KPIS.iter().filter_map(|kpi| line(kpi, period, rows, targets)).collect()
}

fn line(kpi: &'static Kpi, period: Period, rows: &[&MetricRow], targets: &Targets) -> Option<ScorecardLine> {
    let of = |period: Period| -> Vec<&MetricRow> {
        let is_meant = |row: &&MetricRow| row.kpi.as_str() == kpi.id && period.contains(row.day);
        rows.iter().copied().filter(is_meant).collect()
    };
    let now = of(period);
    let actual = roll_up(kpi, now.iter().copied());
    let before = period.before().and_then(|before| roll_up(kpi, of(before)));
    let target = targets.for_period(kpi, period, &now, actual.as_ref());
    if actual.is_none() && target.is_none() {
        return None;
    }
    let change = actual.zip(before).map(|(now, before)| now.value.minus(before.value));
    Some(ScorecardLine {
        kpi: kpi.id,
        better: kpi.better,
        trend: change.map(|change| trend(kpi.better, change)),
        standing: actual.zip(target).map(|(actual, target)| standing(kpi.better, actual.value, target.value)),
        actual,
        before,
        change,
        target,
    })
}

fn trend(better: Better, change: Decimal) -> Trend {
    match (better, change.cmp(&Decimal::ZERO)) {
        (_, std::cmp::Ordering::Equal) => Trend::Steady,
        (Better::Up, std::cmp::Ordering::Greater) | (Better::Down, std::cmp::Ordering::Less) => {
            Trend::Improvement
        }
        (Better::Up, std::cmp::Ordering::Less) | (Better::Down, std::cmp::Ordering::Greater) => {
            Trend::Decline
        }
    }
}

fn standing(better: Better, actual: Decimal, target: Decimal) -> Standing {
    let is_reached = match better {
        Better::Up => actual >= target,
        Better::Down => actual <= target,
    };
    if is_reached { Standing::Reached } else { Standing::Missed }
}

impl Targets {
    /// What is asked for a period: of what was asked on its days, each day weighing as in the actual number. Who reaches the
    /// target of each day then reaches that of the period, also when it changed on the way.
    fn for_period(
        &self,
        kpi: &Kpi,
        period: Period,
        rows: &[&MetricRow],
        actual: Option<&RollUp>,
    ) -> Option<Target> {
        let weight = |row: &MetricRow, by: Weighting| match by {
            Weighting::ByVolume => row.volume.unwrap_or(0),
            Weighting::Unweighted | Weighting::Sum => 1,
        };
        let days: Vec<(Day, u32)> = match actual.map(|actual| actual.weighting) {
            Some(by @ (Weighting::ByVolume | Weighting::Unweighted)) => {
                rows.iter().map(|row| (row.day, weight(row, by))).collect()
            }
            Some(Weighting::Sum) | None => period.days().map(|day| (day, 1)).collect(),
        };
        self.mean(kpi.id, days.into_iter().filter(|(_, weight)| *weight > 0))
    }

    /// None when nothing is asked on one of the days.
    fn mean(&self, kpi: &str, days: impl Iterator<Item = (Day, u32)>) -> Option<Target> {
        let (mut sum, mut weights, mut is_adjusted) = (0, 0, false);
        for (day, weight) in days {
            let asked = self.on(kpi, day)?;
            sum += i128::from(asked.value.thousandths()) * i128::from(weight);
            weights += i128::from(weight);
            is_adjusted |= asked.is_adjusted;
        }
        Decimal::divided(sum, weights).map(|value| Target { value, is_adjusted })
    }

    /// Of several for one day, the one that began last holds; whatever the order they come in.
    fn on(&self, kpi: &str, day: Day) -> Option<Target> {
        let is_meant = |other: &&Override| other.kpi.as_str() == kpi && other.from <= day && day <= other.to;
        let other =
            self.overrides.iter().filter(is_meant).max_by_key(|other| (other.from, other.to, other.target));
        let usual = || self.usual.iter().find(|(of, _)| of.as_str() == kpi).map(|(_, target)| *target);
        match other {
            Some(other) => Some(Target { value: other.target, is_adjusted: true }),
            None => usual().map(|value| Target { value, is_adjusted: false }),
        }
    }
}
