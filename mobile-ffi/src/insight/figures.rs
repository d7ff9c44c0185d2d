//! Owns what numbers say as an app sees it: scorecards, wins, and the sheet with which a talk is prepared.

use crate::insight::home::DatedLink;
use sync_core::coaching::feedback_log::Source;
use sync_core::document::Amount;
use sync_core::ids::{DocId, PersonId};
use sync_core::insight::{self, Carry, TopicTrend};
use sync_core::metric::{self, Better, Cut, Decimal, Gap, RollUp, Trend, Weighting};
use sync_core::time::Day;

// An exact number in thousandths: 87,500 is 87.5.
uniffi::custom_type!(Decimal, i64, {
    remote,
    try_lift: |thousandths| Ok(Decimal::from_thousandths(thousandths)),
    lower: |number| number.thousandths(),
});

/// How time is cut.
#[uniffi::remote(Enum)]
pub enum Cut {
    /// From Monday to Sunday.
    Week,
    /// A month of the calendar.
    Month,
    /// Three of them.
    Quarter,
    /// A year of the calendar.
    Year,
}

/// Which way is better.
#[uniffi::remote(Enum)]
pub enum Better {
    /// More is better.
    Up,
    /// Less is better.
    Down,
}

/// Where a figure is going.
#[uniffi::remote(Enum)]
pub enum Trend {
    /// To the better side.
    Improvement,
    /// Nowhere.
    Steady,
    /// To the worse side.
    Decline,
}

/// How days come together.
#[uniffi::remote(Enum)]
pub enum Weighting {
    /// Added up: the figure counts something.
    Sum,
    /// Each day counts as much as contacts were had on it.
    ByVolume,
    /// Each day counts the same, because a source does not tell how many contacts it had: to be shown beside the number.
    Unweighted,
}

/// One number for many days.
#[uniffi::remote(Record)]
pub struct RollUp {
    /// In the unit of the figure.
    pub value: Decimal,
    /// How the days came together.
    pub weighting: Weighting,
    /// Of how many contacts, as far as the sources tell.
    pub volume: u64,
    /// Of how many rows.
    pub rows: u64,
}

/// Where a figure stands beside its target.
pub type TargetStanding = metric::Standing;
/// Where a figure stands beside its target.
#[uniffi::remote(Enum)]
pub enum TargetStanding {
    /// At it, or on its better side.
    Reached,
    /// On its worse side.
    Missed,
}

/// What was asked for a period.
pub type ScorecardTarget = metric::Target;
/// What was asked for a period.
#[uniffi::remote(Record)]
pub struct ScorecardTarget {
    /// In the unit of the figure.
    pub value: Decimal,
    /// Whether circumstances changed it on any day of the period: shown as "adjusted".
    pub is_adjusted: bool,
}

/// How a figure stands, as people say it.
#[uniffi::remote(Enum)]
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

/// One figure to speak about.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FigurePoint {
    /// The stable name of the figure.
    pub kpi: String,
    /// How it stands.
    pub gap: Gap,
}

/// One person's numbers for a period.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Scorecard {
    /// Whose.
    pub person: PersonId,
    /// The first day of the period.
    pub from: Day,
    /// What the period is called: `2026-W10`, `2026-03`, `2026-Q1`, `2026`.
    pub period: String,
    /// One for each figure that has a number or a target.
    pub lines: Vec<ScorecardLine>,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ScorecardLine {
    /// The stable name of the figure.
    pub kpi: String,
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
    pub target: Option<ScorecardTarget>,
    /// Whether that was reached.
    pub standing: Option<TargetStanding>,
}

/// What was won since the two last talked.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Wins {
    /// Since when: the last 1:1, or since the two are a pair.
    pub since: Day,
    /// What.
    pub wins: Vec<Win>,
}

/// One win.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Win {
    /// A figure is better than in the period before, and so much that it is worth naming.
    Gain {
        /// Which, and by how much.
        point: FigurePoint,
    },
    /// The agent did what they had promised.
    Done {
        /// Where it stands, and when it was done.
        link: DatedLink,
        /// What, in one line.
        text: String,
    },
    /// Somebody noted how far a goal is.
    Progress {
        /// Where it stands, and when that was.
        link: DatedLink,
        /// What is to be reached.
        title: String,
        /// What was measured.
        value: Option<Amount>,
    },
    /// The agent was praised.
    Praise {
        /// Where it stands, and when that was.
        link: DatedLink,
        /// For what, in one line.
        text: String,
        /// Whose words they are.
        source: Source,
        /// Who said so, if they are somebody else's.
        said_by: Option<String>,
    },
}

/// A preparation.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Prep {
    /// What is good: what got better, what was won, and then what is on its target, or as good as before.
    pub positives: Vec<Positive>,
    /// How many good things are still to be found before the meeting.
    pub lacking_positives: u32,
    /// The numbers that are furthest below their target, and no more than a few.
    pub below: Vec<FigurePoint>,
    /// What the two take along.
    pub carry: Carry,
    /// What they talked about last time.
    pub last_topics: Vec<String>,
    /// What comes up again and again.
    pub topics: Vec<TopicTrend>,
    /// The ids of the questions of the bank that were not asked lately, in its order.
    pub unasked: Vec<String>,
    /// When the two look at their agreement again, if that comes before the next meeting is over.
    pub review_on: Option<Day>,
    /// The hand-over to read, if there is anything in it and the two have not met yet.
    pub hand_over: Option<DocId>,
}

/// Something good.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Positive {
    /// A small win.
    Won {
        /// Which.
        win: Win,
    },
    /// A figure is on its target, or as good as before.
    SteadyFigure {
        /// Which, and how.
        point: FigurePoint,
    },
}

impl From<metric::Point> for FigurePoint {
    fn from(point: metric::Point) -> Self {
        Self { kpi: point.kpi.to_owned(), gap: point.gap }
    }
}

impl From<metric::Scorecard> for Scorecard {
    fn from(card: metric::Scorecard) -> Self {
        Self {
            person: card.person,
            from: card.period.first_day(),
            period: card.period.to_string(),
            lines: card.lines.into_iter().map(ScorecardLine::from).collect(),
        }
    }
}

impl From<metric::ScorecardLine> for ScorecardLine {
    fn from(line: metric::ScorecardLine) -> Self {
        let metric::ScorecardLine { kpi, better, actual, before, change, trend, target, standing } = line;
        Self { kpi: kpi.to_owned(), better, actual, before, change, trend, target, standing }
    }
}

impl From<insight::Wins> for Wins {
    fn from(wins: insight::Wins) -> Self {
        Self { since: wins.since, wins: wins.wins.into_iter().map(Win::from).collect() }
    }
}

impl From<insight::Win> for Win {
    fn from(win: insight::Win) -> Self {
        match win {
            insight::Win::Gain(point) => Self::Gain { point: point.into() },
            insight::Win::Done { link, text } => Self::Done { link, text },
            insight::Win::Progress { link, title, value } => Self::Progress { link, title, value },
            insight::Win::Praise { link, text, source, said_by } => {
                Self::Praise { link, text, source, said_by }
            }
        }
    }
}

impl From<insight::Positive> for Positive {
    fn from(positive: insight::Positive) -> Self {
        match positive {
            insight::Positive::Win(win) => Self::Won { win: win.into() },
            insight::Positive::Steady(point) => Self::SteadyFigure { point: point.into() },
        }
    }
}

impl From<insight::Prep> for Prep {
    fn from(prep: insight::Prep) -> Self {
        Self {
            positives: prep.positives.into_iter().map(Positive::from).collect(),
            lacking_positives: prep.lacking_positives,
            below: prep.below.into_iter().map(FigurePoint::from).collect(),
            carry: prep.carry,
            last_topics: prep.last_topics,
            topics: prep.topics,
            unasked: prep.unasked,
            review_on: prep.review_on,
            hand_over: prep.hand_over,
        }
    }
}
