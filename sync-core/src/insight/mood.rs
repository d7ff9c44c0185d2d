//! Owns how the mood that people share develops. What they keep to themselves never enters: it has no facts.

use super::scale::{Group, Link, count};
use super::shelf::{Pair, Shelf};
use crate::coaching::barometer::Level;
use crate::ids::{PersonId, TenureId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// How the mood of somebody develops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MoodTrend {
    /// Of which pair.
    pub tenure: TenureId,
    /// Whose.
    pub person: PersonId,
    /// The last entries, oldest first: what the direction follows from.
    pub lately: Vec<MoodPoint>,
    /// Which way it goes.
    pub direction: Direction,
    /// What made it so.
    pub because: Vec<MoodReason>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MoodPoint {
    /// How they felt: 1 is bad, 5 is good.
    pub mood: Level,
    /// How much it was: 1 is too little, 3 is right, 5 is too much.
    pub load: Option<Level>,
    /// When, and where it stands.
    pub link: Link,
}

/// Which way a mood goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// There are too few entries to tell.
    Unknown,
    /// Down.
    Falling,
    /// Neither.
    Level,
    /// Up.
    Rising,
}

/// What made a direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MoodReason {
    /// The last two steps went the same way.
    LastSteps,
    /// The mean of the last entries is a whole step away from that of as many before.
    Means {
        /// Before, in tenths.
        before_tenths: u32,
        /// Lately, in tenths.
        lately_tenths: u32,
    },
}

/// How a group is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamMood {
    /// How many people said how they are.
    pub people: u32,
    /// The mean of how they feel, in tenths.
    pub mood_tenths: u32,
    /// The mean of how much it is, in tenths; hidden if too few said it.
    pub load_tenths: Group<u32>,
}

/// How the mood in each of the viewer's pairs develops, as far as the agents share it.
pub fn mood(shelf: &Shelf<'_>) -> Vec<MoodTrend> {
    shelf.pairs().map(|pair| of_pair(shelf, pair)).collect()
}

/// How those are whom the viewer leads: of each the last entry, if it is not old. Hidden if too few said it.
pub fn mood_of_team(shelf: &Shelf<'_>) -> Group<TeamMood> {
    let (needed, days) = (shelf.input.thresholds.group, shelf.input.thresholds.window_days);
    let last = shelf.led().filter_map(|pair| points(shelf, pair).pop());
    let lately: Vec<_> = last.filter(|point| shelf.is_within(point.link.day, days)).collect();
    let moods: Vec<_> = lately.iter().map(|point| point.mood).collect();
    let loads: Vec<_> = lately.iter().filter_map(|point| point.load).collect();
    let numbers = TeamMood {
        people: count(&moods),
        mood_tenths: mean_tenths(&moods),
        load_tenths: Group::of(loads.len(), needed, mean_tenths(&loads)),
    };
    Group::of(moods.len(), needed, numbers)
}

pub(super) fn of_pair(shelf: &Shelf<'_>, pair: &Pair) -> MoodTrend {
    let thresholds = shelf.input.thresholds;
    let mut lately = points(shelf, pair);
    let looked_at = thresholds.mood_entries.max(thresholds.mood_mean_entries * 2);
    lately.drain(..lately.len().saturating_sub(looked_at));
    let moods: Vec<_> = lately.iter().map(|point| point.mood).collect();
    let is_known = moods.len() >= thresholds.mood_entries;
    let reasons =
        |way| if is_known { reasons(&moods, thresholds.mood_mean_entries, way) } else { Vec::new() };
    let (falling, rising) = (reasons(Way::Down), reasons(Way::Up));
    // What points both ways is a mood that falls: the other mistake would be worse.
    let (direction, because) = match (falling.is_empty(), rising.is_empty()) {
        (false, _) => (Direction::Falling, falling),
        (true, false) => (Direction::Rising, rising),
        (true, true) if is_known => (Direction::Level, Vec::new()),
        (true, true) => (Direction::Unknown, Vec::new()),
    };
    MoodTrend { tenure: pair.tenure, person: pair.agent, lately, direction, because }
}

#[derive(Clone, Copy)]
enum Way {
    Down,
    Up,
}

fn reasons(moods: &[Level], entries: usize, way: Way) -> Vec<MoodReason> {
    let goes = |from: u32, to: u32, by: u32| match way {
        Way::Down => to + by <= from,
        Way::Up => from + by <= to,
    };
    let number = |level: &Level| u32::from(level.number());
    let steps =
        matches!(moods, [.., a, b, c] if goes(number(a), number(b), 1) && goes(number(b), number(c), 1));
    let mut reasons: Vec<_> = steps.then_some(MoodReason::LastSteps).into_iter().collect();
    if let Some((before, lately)) = halves(moods, entries) {
        let sum = |moods: &[Level]| moods.iter().map(number).sum::<u32>();
        if goes(sum(before), sum(lately), count(lately)) {
            let (before_tenths, lately_tenths) = (mean_tenths(before), mean_tenths(lately));
            reasons.push(MoodReason::Means { before_tenths, lately_tenths });
        }
    }
    reasons
}

/// The last so many, and as many before; none if there are not so many.
fn halves(moods: &[Level], entries: usize) -> Option<(&[Level], &[Level])> {
    let begin = moods.len().checked_sub(entries * 2)?;
    Some(moods[begin..].split_at(entries)).filter(|_| entries > 0)
}

/// The mean in tenths, rounded; zero of nothing.
fn mean_tenths(levels: &[Level]) -> u32 {
    let sum: u32 = levels.iter().map(|level| u32::from(level.number())).sum();
    (sum * 20 + count(levels)).checked_div(count(levels) * 2).unwrap_or(0)
}

/// Every entry with a mood until today, oldest first.
fn points(shelf: &Shelf<'_>, pair: &Pair) -> Vec<MoodPoint> {
    let entries = shelf.shared(pair).wellbeing.iter();
    let point = |(doc, entry): &(_, &super::facts::EntryFacts)| {
        let link = Link { day: shelf.past_day(entry.at)?, doc: *doc, item: Some(entry.id) };
        Some((entry.at?, MoodPoint { mood: entry.mood?, load: entry.load, link }))
    };
    let mut points: Vec<(Timestamp, MoodPoint)> = entries.filter_map(point).collect();
    points.sort_by_key(|(at, point)| (*at, point.link));
    points.into_iter().map(|(_, point)| point).collect()
}

#[cfg(test)]
mod tests;
