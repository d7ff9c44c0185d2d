//! Owns what of a scorecard a leader takes into a talk: what went well first, and not more than two things that did not.

use super::{Decimal, Scorecard, ScorecardLine, Standing, Trend, Unit, kpi};
use serde::Serialize;

/// As many positives as there should be at least.
const POSITIVES: usize = 2;
/// As many targets that were missed as one talk can bear.
const BELOW: usize = 2;

/// What to speak about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Prep {
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

/// What to speak about with the person of this scorecard.
pub fn prep(card: &Scorecard) -> Prep {
    points(&card.lines)
}

/// What to speak about, of these lines.
pub fn points(lines: &[ScorecardLine]) -> Prep {
    let mut positives = largest_first(lines.iter().filter_map(improvement).collect());
    let further = [reached as fn(&ScorecardLine) -> Option<Gap>, held];
    for gap in further {
        for point in lines.iter().filter_map(|line| gap(line).map(|gap| Point { kpi: line.kpi, gap })) {
            if positives.len() < POSITIVES && positives.iter().all(|other| other.kpi != point.kpi) {
                positives.push(point);
            }
        }
    }
    let mut below = largest_first(lines.iter().filter_map(shortfall).collect());
    below.truncate(BELOW);
    Prep { positives, below }
}

/// Of the same size, the one that the scorecard has first.
fn largest_first(mut found: Vec<(Decimal, Point)>) -> Vec<Point> {
    found.sort_by_key(|(share, _)| std::cmp::Reverse(*share));
    found.into_iter().map(|(_, point)| point).collect()
}

fn improvement(line: &ScorecardLine) -> Option<(Decimal, Point)> {
    let (change, before) = (line.change?, line.before?.value);
    let (size, share) = size(line, change, before)?;
    let gap = match size {
        Size::Points(points) => Gap::ImprovedByPoints(points),
        Size::Percent(percent) => Gap::ImprovedByPercent(percent),
    };
    (line.trend == Some(Trend::Improvement)).then_some((share, Point { kpi: line.kpi, gap }))
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

fn reached(line: &ScorecardLine) -> Option<Gap> {
    (line.standing == Some(Standing::Reached)).then_some(Gap::TargetReached)
}

fn held(line: &ScorecardLine) -> Option<Gap> {
    (line.trend == Some(Trend::Steady)).then_some(Gap::Held)
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
