//! Owns how a figure of a scorecard stands beside the period before and its target, as people say it.

use super::{Decimal, ScorecardLine, Standing, Trend, Unit, kpi};
use serde::Serialize;
use std::cmp::Reverse;

/// As many positives as there should be at least.
const POSITIVES: usize = 2;
/// As many targets that were missed as one talk can bear.
const BELOW: usize = 2;

/// What to speak about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Points {
    /// What went well: every improvement, and if these are too few, targets that were reached and figures that held.
    pub positives: Vec<Point>,
    /// The targets that were missed by most, at most two.
    pub below: Vec<Point>,
}

/// One thing to speak about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Point {
    /// The figure.
    pub kpi: &'static str,
    /// How it stands.
    pub gap: Gap,
}

/// How a figure stands, as people say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// Better than in the period before, by so many points: "quality up 4 points". Of percent and scores.
    ImprovedByPoints(Decimal),
    /// Better than in the period before, by so many percent of it. Of times and counts.
    ImprovedByPercent(Decimal),
    /// The target was reached.
    TargetReached,
    /// As good as in the period before.
    Held,
    /// On the wrong side of the target, by so many points.
    MissedByPoints(Decimal),
    /// On the wrong side of the target, by so many percent of it: "handle time 12% above target".
    MissedByPercent(Decimal),
}

/// What got better by at least so many points or percent, what did so most first.
pub fn improvements(lines: &[ScorecardLine], at_least: Decimal) -> Vec<Point> {
    largest_first(lines.iter().filter_map(|line| improvement(line, at_least)).collect())
}

/// The targets that were missed, what is furthest from its target first.
pub fn shortfalls(lines: &[ScorecardLine]) -> Vec<Point> {
    largest_first(lines.iter().filter_map(shortfall).collect())
}

/// What is good though nothing of it got better: targets that were reached, then what is as good as before.
pub fn steady(lines: &[ScorecardLine]) -> Vec<Point> {
    let point = |line: &ScorecardLine, gap| Point { kpi: line.kpi, gap };
    let reached = |line: &&ScorecardLine| line.standing == Some(Standing::Reached);
    let reached = lines.iter().filter(reached).map(|line| point(line, Gap::TargetReached));
    let held =
        |line: &&ScorecardLine| line.standing != Some(Standing::Reached) && line.trend == Some(Trend::Steady);
    reached.chain(lines.iter().filter(held).map(|line| point(line, Gap::Held))).collect()
}

/// What to speak about where many look at numbers together: what got better, if that is too little what is good as it is, and not
/// more targets that were missed than one talk can bear.
pub fn points(lines: &[ScorecardLine]) -> Points {
    let mut positives = improvements(lines, Decimal::ZERO);
    let lacking = POSITIVES.saturating_sub(positives.len());
    let is_new = |point: &Point| positives.iter().all(|other| other.kpi != point.kpi);
    let further: Vec<_> = steady(lines).into_iter().filter(is_new).take(lacking).collect();
    positives.extend(further);
    let mut below = shortfalls(lines);
    below.truncate(BELOW);
    Points { positives, below }
}

/// Of the same size, the one that the scorecard has first.
fn largest_first(mut found: Vec<(Decimal, Point)>) -> Vec<Point> {
    found.sort_by_key(|(share, _)| Reverse(*share));
    found.into_iter().map(|(_, point)| point).collect()
}

fn improvement(line: &ScorecardLine, at_least: Decimal) -> Option<(Decimal, Point)> {
    let (change, before) = (line.change?, line.before?.value);
    let (size, share) = size(line, change, before)?;
    let (gap, by) = match size {
        Size::Points(points) => (Gap::ImprovedByPoints(points), points),
        Size::Percent(percent) => (Gap::ImprovedByPercent(percent), percent),
    };
    let is_named = line.trend == Some(Trend::Improvement) && by >= at_least;
    is_named.then_some((share, Point { kpi: line.kpi, gap }))
}

fn shortfall(line: &ScorecardLine) -> Option<(Decimal, Point)> {
    let (actual, target) = (line.actual?.value, line.target?.value);
    let (size, share) = size(line, actual.minus(target), target)?;
    let gap = match size {
        Size::Points(points) => Gap::MissedByPoints(points),
        Size::Percent(percent) => Gap::MissedByPercent(percent),
    };
    (line.standing == Some(Standing::Missed)).then_some((share, Point { kpi: line.kpi, gap }))
}

enum Size {
    Points(Decimal),
    Percent(Decimal),
}

/// How large a difference is, as people say it, and as a share of what it is measured at, to compare it with others.
/// Against nothing it is said in points, and as large as can be.
fn size(line: &ScorecardLine, difference: Decimal, of: Decimal) -> Option<(Size, Decimal)> {
    let points = Decimal::from_thousandths(difference.thousandths().saturating_abs());
    let base = i128::from(of.thousandths()).abs();
    let share = Decimal::divided(i128::from(points.thousandths()) * 100 * i128::from(Decimal::ONE), base);
    let size = match (kpi(line.kpi)?.unit, share) {
        (Unit::Seconds | Unit::Count, Some(share)) => Size::Percent(share),
        (Unit::Seconds | Unit::Count, None) | (Unit::Percent | Unit::Score, _) => Size::Points(points),
    };
    Some((size, share.unwrap_or(Decimal::from_thousandths(i64::MAX))))
}
