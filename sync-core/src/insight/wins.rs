//! Owns small wins: what an agent got done, reached, or was praised for since the two last talked.

use super::promised::promised;
use super::recognized;
use super::scale::Link;
use super::scorecard;
use super::shelf::{Pair, Shelf};
use super::talk::talks;
use crate::coaching::feedback_log::Source;
use crate::coaching::item::{Side, State};
use crate::document::Amount;
use crate::ids::TenureId;
use crate::metric::{MetricRow, Point, Scorecard, improvements};
use crate::time::{Day, Timestamp};
use serde::Serialize;

/// What was won since the two last talked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wins {
    /// Since when: the last 1:1, or since the two are a pair.
    pub since: Day,
    /// What.
    pub wins: Vec<Win>,
}

/// One win.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Win {
    /// A figure is better than in the period before, and so much that it is worth naming.
    Gain(Point),
    /// The agent did what they had promised.
    Done {
        /// Where it stands, and when it was done.
        link: Link,
        /// What, in one line.
        text: String,
    },
    /// Somebody noted how far a goal is.
    Progress {
        /// Where it stands, and when that was.
        link: Link,
        /// What is to be reached.
        title: String,
        /// What was measured.
        value: Option<Amount>,
    },
    /// The agent was praised.
    Praise {
        /// Where it stands, and when that was.
        link: Link,
        /// For what, in one line.
        text: String,
        /// Whose words they are.
        source: Source,
        /// Who said so, if they are somebody else's.
        said_by: Option<String>,
    },
}

/// What the agent of a pair won since the two last talked, with what got better last week by these numbers of theirs; none if it is
/// none of the viewer's pairs.
pub fn wins(shelf: &Shelf<'_>, tenure: TenureId, rows: &[MetricRow]) -> Option<Wins> {
    let pair = shelf.pair(tenure)?;
    Some(of_pair(shelf, pair, scorecard::of_last_week(shelf, pair, rows).as_ref()))
}

pub(super) fn of_pair(shelf: &Shelf<'_>, pair: &Pair, card: Option<&Scorecard>) -> Wins {
    let last = talks(shelf, pair).into_iter().rfind(|talk| talk.is_one_on_one());
    let after = last.map(|talk| talk.at);
    let mut dated = done(shelf, pair, after);
    dated.extend(progress(shelf, pair, after));
    dated.extend(praise(shelf, pair, after));
    dated.extend(recognition(shelf, pair, after));
    dated.sort_by_key(|(link, _)| *link);
    let gains =
        card.map(|card| improvements(&card.lines, shelf.input.thresholds.notable_gain)).unwrap_or_default();
    let mut wins: Vec<_> = gains.into_iter().map(Win::Gain).collect();
    wins.extend(dated.into_iter().map(|(_, win)| win));
    Wins { since: last.map_or(pair.since(), |talk| talk.day), wins }
}

/// The day of something that came after the two last talked.
fn day_after(shelf: &Shelf<'_>, at: Option<Timestamp>, after: Option<Timestamp>) -> Option<Day> {
    shelf.past_day(at.filter(|at| after.is_none_or(|after| after < *at)))
}

fn done(shelf: &Shelf<'_>, pair: &Pair, after: Option<Timestamp>) -> Vec<(Link, Win)> {
    let theirs = promised(shelf, pair).into_iter().filter(|promised| promised.side == Some(Side::Agent));
    let done = theirs.filter(|promised| promised.promise.state == State::Done);
    let win = done.filter_map(|done| {
        let day = day_after(shelf, done.promise.done_at, after)?;
        let link = Link { day, doc: done.doc, item: Some(done.promise.id) };
        Some((link, Win::Done { link, text: done.promise.text.clone() }))
    });
    win.collect()
}

fn progress(shelf: &Shelf<'_>, pair: &Pair, after: Option<Timestamp>) -> Vec<(Link, Win)> {
    let sets = shelf.shared(pair).goal_sets.iter();
    let goals = sets.flat_map(|(known, set)| set.goals.iter().map(|goal| (known.doc, goal)));
    let notes = goals.flat_map(|(doc, goal)| goal.progress.iter().map(move |note| (doc, goal, note)));
    let win = notes.filter_map(|(doc, goal, note)| {
        let day = day_after(shelf, note.at, after)?;
        let link = Link { day, doc, item: Some(note.id) };
        Some((link, Win::Progress { link, title: goal.title.clone(), value: note.value }))
    });
    win.collect()
}

fn praise(shelf: &Shelf<'_>, pair: &Pair, after: Option<Timestamp>) -> Vec<(Link, Win)> {
    let win = recognized::praise(shelf, pair).filter_map(|(doc, item)| {
        let link = Link { day: day_after(shelf, item.at, after)?, doc, item: Some(item.id) };
        let (text, said_by) = (item.text.clone(), item.said_by.clone());
        Some((link, Win::Praise { link, text, source: item.source, said_by }))
    });
    win.collect()
}

/// What the team's board says of the agent, whoever wrote it there.
fn recognition(shelf: &Shelf<'_>, pair: &Pair, after: Option<Timestamp>) -> Vec<(Link, Win)> {
    let win = recognized::on_board(shelf, pair).filter_map(|(doc, one)| {
        let link = Link { day: day_after(shelf, one.at, after)?, doc, item: Some(one.id) };
        Some((link, Win::Praise { link, text: one.text.clone(), source: Source::Own, said_by: None }))
    });
    win.collect()
}

#[cfg(test)]
mod tests;
