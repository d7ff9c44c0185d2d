//! Owns what is asked of somebody, as goals and circumstances say, and so what stands on their scorecard.

use super::shelf::{Pair, Shelf};
use crate::coaching::goal_set::GoalState;
use crate::document::Amount;
use crate::ids::{PersonId, TeamId};
use crate::metric::{self, Cut, Decimal, KpiId, MetricRow, Override, Period, Scorecard, Targets};
use crate::time::{Day, Quarter};
use std::collections::BTreeMap;

/// The scorecard of somebody for a period; none unless it is the viewer's own, or that of whom they lead. `rows` is what was measured of
/// them: that a phone has it says that it may.
///
/// What is asked of them is what their own goals of the quarter say, and else what those of their team say; on the days of a
/// circumstance, what that says. It ends by itself.
pub fn scorecard(
    shelf: &Shelf<'_>,
    person: PersonId,
    period: Period,
    rows: &[MetricRow],
) -> Option<Scorecard> {
    let pairs: Vec<&Pair> = shelf.pairs().filter(|pair| pair.agent == person).collect();
    let is_open = person == shelf.input.viewer || !pairs.is_empty();
    is_open.then(|| metric::scorecard(person, period, rows, &targets(shelf, &pairs, period)))
}

/// What a talk is prepared with: the last week that is over.
pub(super) fn of_last_week(shelf: &Shelf<'_>, pair: &Pair, rows: &[MetricRow]) -> Option<Scorecard> {
    scorecard(shelf, pair.agent, Period::of(Cut::Week, shelf.input.as_of).before()?, rows)
}

/// What is asked of everybody of a team of the viewer's in a period, as the goals of its quarter say.
pub fn team_targets(shelf: &Shelf<'_>, team: TeamId, period: Period) -> Targets {
    Targets { usual: usual(asked_of(shelf, team, quarter(period))), overrides: Vec::new() }
}

fn targets(shelf: &Shelf<'_>, pairs: &[&Pair], period: Period) -> Targets {
    let quarter = quarter(period);
    let of_teams = pairs.iter().flat_map(|pair| asked_of(shelf, pair.team, quarter));
    let asked = own_targets(shelf, pairs, quarter).chain(of_teams);
    Targets { usual: usual(asked), overrides: overrides(shelf, pairs) }
}

fn quarter(period: Period) -> Quarter {
    period.days().last().unwrap_or(period.first_day()).quarter()
}

/// Of several for one figure the first.
fn usual<'s>(asked: impl Iterator<Item = (&'s str, Amount)>) -> BTreeMap<KpiId, Decimal> {
    let mut usual = BTreeMap::new();
    for (kpi, target) in asked {
        if let Ok(kpi) = KpiId::parse(kpi) {
            usual.entry(kpi).or_insert(decimal(target));
        }
    }
    usual
}

/// What the goals of the pair ask. A draft asks nothing yet, and what was agreed to be left nothing any more.
fn own_targets<'s>(
    shelf: &'s Shelf<'_>,
    pairs: &'s [&Pair],
    quarter: Quarter,
) -> impl Iterator<Item = (&'s str, Amount)> {
    let sets = pairs.iter().flat_map(|pair| &shelf.shared(pair).goal_sets);
    let of_quarter = sets.filter(move |(known, _)| known.key.part.quarter() == Some(quarter));
    let goals = of_quarter.flat_map(|(_, set)| &set.goals);
    let asked = goals.filter(|goal| goal.missing.is_empty() && goal.state != GoalState::Dropped);
    asked.filter_map(|goal| Some((goal.kpi.as_deref()?, goal.target?)))
}

fn asked_of<'s>(
    shelf: &'s Shelf<'_>,
    team: TeamId,
    quarter: Quarter,
) -> impl Iterator<Item = (&'s str, Amount)> {
    let documents = shelf.of_team(team).into_iter().flat_map(|team| &team.goals);
    let of_quarter = documents.filter(move |(known, _)| known.key.part.quarter() == Some(quarter));
    let goals = of_quarter.flat_map(|(_, facts)| &facts.goals).filter(|goal| !goal.is_put_away);
    goals.filter_map(|goal| Some((goal.kpi.as_deref()?, goal.target?)))
}

fn overrides(shelf: &Shelf<'_>, pairs: &[&Pair]) -> Vec<Override> {
    let circumstances = pairs.iter().flat_map(|pair| &shelf.shared(pair).circumstances);
    let during = circumstances.filter_map(|facts| Some((facts.from?, facts.until?, &facts.targets)));
    let of = |from: Day, to: Day, (kpi, target): (&str, Amount)| {
        Some(Override { kpi: KpiId::parse(kpi).ok()?, from, to, target: decimal(target) })
    };
    during
        .flat_map(|(from, to, targets)| {
            targets.iter().filter_map(move |one| of(from, to, (&one.kpi, one.target)))
        })
        .collect()
}

const fn decimal(amount: Amount) -> Decimal {
    Decimal::from_thousandths(amount.0)
}

#[cfg(test)]
mod tests;
