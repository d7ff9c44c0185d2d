//! Owns the sheet with which somebody prepares a meeting: good things first, then little of what lacks, then what the two take along.

use super::carry::{self, Carry};
use super::scale::count;
use super::scorecard;
use super::shelf::{Pair, Shelf};
use super::talk::talks;
use super::topics::{self, TopicTrend};
use super::wins::{self, Win};
use crate::ids::{DocId, TenureId};
use crate::metric::{MetricRow, Point, Scorecard, shortfalls, steady};
use crate::time::Day;
use serde::Serialize;
use std::collections::BTreeSet;

/// What a preparation needs beside documents.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    /// What was measured of the agent: the last week that is over is looked at, beside the one before.
    pub rows: &'a [MetricRow],
    /// The stable ids of the questions that can be proposed, in their order.
    pub questions: &'a [String],
}

/// A preparation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Prep {
    /// What is good: what got better, what was won, and then what is on its target, or as good as before.
    pub positives: Vec<Positive>,
    /// How many good things are still to be found before the meeting.
    pub lacking_positives: u32,
    /// The numbers that are furthest below their target, and no more than a few.
    pub below: Vec<Point>,
    /// What the two take along.
    pub carry: Carry,
    /// What they talked about last time.
    pub last_topics: Vec<String>,
    /// What comes up again and again.
    pub topics: Vec<TopicTrend>,
    /// The questions that were not asked lately, in the order they came in.
    pub unasked: Vec<String>,
    /// When the two look at their agreement again, if that comes before the next meeting is over.
    pub review_on: Option<Day>,
    /// The hand-over to read, if there is anything in it and the two have not met yet.
    pub hand_over: Option<DocId>,
}

/// Something good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Positive {
    /// A small win.
    Win(Win),
    /// A figure is on its target, or as good as before.
    Steady(Point),
}

/// A preparation for the next meeting of a pair; none if it is none of the viewer's pairs.
pub fn prep(shelf: &Shelf<'_>, tenure: TenureId, beside: Beside<'_>) -> Option<Prep> {
    shelf.pair(tenure).map(|pair| of_pair(shelf, pair, beside))
}

fn of_pair(shelf: &Shelf<'_>, pair: &Pair, beside: Beside<'_>) -> Prep {
    let card = scorecard::of_last_week(shelf, pair, beside.rows);
    let positives = positives(shelf, pair, card.as_ref());
    let carry = carry::of_pair(shelf, pair);
    let horizon = carry.next.map_or(shelf.input.as_of, |next| next.slot.day);
    let reviews = shelf.shared(pair).partnerships.iter().filter_map(|(_, facts)| facts.review_on);
    let mut below = card.as_ref().map(|card| shortfalls(&card.lines)).unwrap_or_default();
    below.truncate(shelf.input.thresholds.below_target);
    Prep {
        lacking_positives: count(positives.len()..shelf.input.thresholds.positives),
        positives,
        below,
        carry,
        last_topics: talks(shelf, pair).pop().map(|talk| talk.facts.topics.clone()).unwrap_or_default(),
        topics: topics::of_pair(shelf, pair),
        unasked: unasked(shelf, pair, beside.questions),
        review_on: reviews.max().filter(|on| *on <= horizon),
        hand_over: hand_over(shelf, pair),
    }
}

/// It is for the first meeting of the two; later it is found among their documents.
fn hand_over(shelf: &Shelf<'_>, pair: &Pair) -> Option<DocId> {
    let there = shelf.shared(pair).hand_over.filter(|(_, facts)| facts.has_note || facts.brought > 0);
    there.filter(|_| talks(shelf, pair).is_empty()).map(|(doc, _)| doc)
}

/// A gain that is also on its target is said once, as the gain.
fn positives(shelf: &Shelf<'_>, pair: &Pair, card: Option<&Scorecard>) -> Vec<Positive> {
    let wins = wins::of_pair(shelf, pair, card).wins;
    let gained: BTreeSet<_> = wins
        .iter()
        .filter_map(|win| if let Win::Gain(point) = win { Some(point.kpi) } else { None })
        .collect();
    let steady = card.map(|card| steady(&card.lines)).unwrap_or_default().into_iter();
    let others = steady.filter(|point| !gained.contains(point.kpi)).map(Positive::Steady);
    let mut positives: Vec<_> = wins.into_iter().map(Positive::Win).collect();
    positives.extend(others);
    positives
}

/// What was not asked in the last meetings of the two.
fn unasked(shelf: &Shelf<'_>, pair: &Pair, questions: &[String]) -> Vec<String> {
    let talks = talks(shelf, pair);
    let lately = talks.iter().rev().take(shelf.input.thresholds.question_meetings);
    let asked: BTreeSet<&String> =
        lately.flat_map(|talk| &talk.facts.agenda).filter_map(|topic| topic.question.as_ref()).collect();
    questions.iter().filter(|question| !asked.contains(question)).cloned().collect()
}

#[cfg(test)]
mod tests;
