//! Owns the sheet with which somebody prepares a meeting: good things first, then little of what lacks, then what the two take along.

use super::carry::{self, Carry};
use super::number::Number;
use super::scale::count;
use super::shelf::{Pair, Shelf};
use super::talk::talks;
use super::topics::{self, TopicTrend};
use super::wins::{self, Win};
use crate::document::Amount;
use crate::ids::TenureId;
use crate::time::Day;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// What a preparation needs beside documents.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    /// The agent's numbers of the last period.
    pub numbers: &'a [Number],
    /// The stable ids of the questions that can be proposed, in their order.
    pub questions: &'a [String],
}

/// A preparation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Prep {
    /// What is good: what got better, what was won, what is on its target.
    pub positives: Vec<Positive>,
    /// How many good things are still to be found before the meeting.
    pub lacking_positives: u32,
    /// The numbers that are furthest below their target, and no more than a few.
    pub below: Vec<Below>,
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
}

/// Something good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Positive {
    /// A small win.
    Win(Win),
    /// A number is on its target.
    OnTarget {
        /// The stable name of the measure.
        measure: String,
        /// What was reached.
        actual: Amount,
    },
}

/// A number below its target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Below {
    /// The stable name of the measure.
    pub measure: String,
    /// What was reached.
    pub actual: Amount,
    /// What was to be reached.
    pub target: Amount,
    /// By how many thousandths of the target it is below it.
    pub lack: u32,
}

/// A preparation for the next meeting of a pair; none if it is none of the viewer's pairs.
pub fn prep(shelf: &Shelf<'_>, tenure: TenureId, beside: Beside<'_>) -> Option<Prep> {
    shelf.pair(tenure).map(|pair| of_pair(shelf, pair, beside))
}

fn of_pair(shelf: &Shelf<'_>, pair: &Pair, beside: Beside<'_>) -> Prep {
    let positives = positives(shelf, pair, beside.numbers);
    let carry = carry::of_pair(shelf, pair);
    let horizon = carry.next.map_or(shelf.input.as_of, |next| next.slot.day);
    let reviews = shelf.shared(pair).partnerships.iter().filter_map(|(_, facts)| facts.review_on);
    Prep {
        lacking_positives: count(positives.len()..shelf.input.thresholds.positives),
        positives,
        below: below(beside.numbers, shelf.input.thresholds.below_target),
        carry,
        last_topics: talks(shelf, pair).pop().map(|talk| talk.facts.topics.clone()).unwrap_or_default(),
        topics: topics::of_pair(shelf, pair),
        unasked: unasked(shelf, pair, beside.questions),
        review_on: reviews.max().filter(|on| *on <= horizon),
    }
}

/// A gain that is also on its target is said once, as the gain.
fn positives(shelf: &Shelf<'_>, pair: &Pair, numbers: &[Number]) -> Vec<Positive> {
    let mut positives: Vec<_> =
        wins::of_pair(shelf, pair, numbers).wins.into_iter().map(Positive::Win).collect();
    let mut on_target: Vec<_> =
        numbers.iter().filter(|number| number.is_on_target() && number.gain().is_none()).collect();
    on_target.sort_by_key(|number| &number.measure);
    positives.extend(
        on_target
            .into_iter()
            .map(|number| Positive::OnTarget { measure: number.measure.clone(), actual: number.actual }),
    );
    positives
}

fn below(numbers: &[Number], most: usize) -> Vec<Below> {
    let mut below: Vec<_> = numbers
        .iter()
        .filter_map(|number| {
            let (target, lack) = (number.target?, number.below_target()?);
            Some(Below { measure: number.measure.clone(), actual: number.actual, target, lack })
        })
        .collect();
    below.sort_by(|a, b| (Reverse(a.lack), &a.measure).cmp(&(Reverse(b.lack), &b.measure)));
    below.truncate(most);
    below
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
