//! Owns how well a pair keeps to its rhythm: of the meetings that were due, which were held, whenever in their period that was.

use super::scale::{Group, count, per_mille};
use super::shelf::{Pair, Shelf};
use super::talk::{Agreed, agreed, is_in_period, talks};
use crate::coaching::meeting::Slot;
use crate::coaching::partnership::{Rhythm, occurrences};
use crate::ids::{DocId, PersonId, TenureId};
use crate::time::{Day, Timestamp};
use serde::{Deserialize, Serialize};

/// How well a pair keeps to its rhythm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compliance {
    /// Which pair.
    pub tenure: TenureId,
    /// Which agent.
    pub person: PersonId,
    /// The meetings that were due, oldest first; none if the two agreed no rhythm.
    pub due: Vec<Due>,
    /// What came of them.
    pub numbers: Numbers,
}

/// A meeting that was due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// When, by the rhythm.
    pub slot: Slot,
    /// What came of it.
    pub verdict: Verdict,
    /// The meeting that was held for it.
    pub held: Option<DocId>,
}

/// What came of a meeting that was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// One was held in its period.
    Held,
    /// None was.
    Missed,
    /// None was, because somebody was absent.
    Excused,
    /// None was so far, and its period is not over.
    Pending,
}

/// What came of meetings that were due.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Numbers {
    /// How many were held.
    pub held: u32,
    /// How many were missed.
    pub missed: u32,
    /// How many were excused.
    pub excused: u32,
    /// The share that was held of those that were not excused, in thousandths.
    pub rate: Option<u32>,
    /// How often a meeting was moved.
    pub moves: u32,
    /// How often with hardly any notice.
    pub late_moves: u32,
}

/// How well each of the viewer's pairs keeps to its rhythm.
pub fn compliance(shelf: &Shelf<'_>) -> Vec<Compliance> {
    shelf.pairs().map(|pair| of_pair(shelf, pair)).collect()
}

/// How well a team keeps to its rhythms, for who leads the leaders: of enough pairs, and of no pair by itself.
pub fn compliance_of_team(shelf: &Shelf<'_>) -> Group<Numbers> {
    let pairs: Vec<_> = shelf.led().map(|pair| of_pair(shelf, pair)).collect();
    let sum = pairs.iter().fold(Numbers::default(), |sum, pair| sum.plus(&pair.numbers));
    Group::of(pairs.len(), shelf.input.thresholds.group, sum.rated())
}

fn of_pair(shelf: &Shelf<'_>, pair: &Pair) -> Compliance {
    let due = agreed(shelf, pair).map(|agreed| due(shelf, pair, agreed)).unwrap_or_default();
    let number = |verdict| count(due.iter().filter(|due| due.verdict == verdict));
    let (moves, late_moves) = moves(shelf, pair);
    let (held, missed) = (number(Verdict::Held), number(Verdict::Missed));
    let numbers =
        Numbers { held, missed, excused: number(Verdict::Excused), rate: None, moves, late_moves }.rated();
    Compliance { tenure: pair.tenure, person: pair.agent, due, numbers }
}

impl Numbers {
    fn plus(self, other: &Self) -> Self {
        Self {
            held: self.held.saturating_add(other.held),
            missed: self.missed.saturating_add(other.missed),
            excused: self.excused.saturating_add(other.excused),
            rate: None,
            moves: self.moves.saturating_add(other.moves),
            late_moves: self.late_moves.saturating_add(other.late_moves),
        }
    }

    fn rated(self) -> Self {
        Self { rate: per_mille(self.held, self.held.saturating_add(self.missed)), ..self }
    }
}

/// The meetings that were due lately, by the rhythm that the two have now.
fn due(shelf: &Shelf<'_>, pair: &Pair, agreed: Agreed) -> Vec<Due> {
    let today = shelf.input.as_of;
    let Some(from) = today.plus_days(-shelf.input.thresholds.compliance_days) else { return Vec::new() };
    let all = occurrences(agreed.rhythm, agreed.first, from.max(pair.from), today);
    let is_pair = |slot: &Slot| pair.until.is_none_or(|until| slot.day < until);
    all.filter(is_pair).map(|slot| judge(shelf, pair, slot, agreed.rhythm)).collect()
}

fn judge(shelf: &Shelf<'_>, pair: &Pair, slot: Slot, rhythm: Rhythm) -> Due {
    let is_in_period = |day| is_in_period(day, slot, rhythm);
    let one_on_ones = talks(shelf, pair).into_iter().filter(|talk| talk.is_one_on_one());
    let held = one_on_ones.into_iter().find(|talk| is_in_period(talk.day)).map(|talk| talk.doc);
    let is_over = slot.day < shelf.input.as_of && !is_in_period(shelf.input.as_of);
    let verdict = match held {
        Some(_) => Verdict::Held,
        None if is_excused(shelf, pair, is_in_period) => Verdict::Excused,
        None if is_over => Verdict::Missed,
        None => Verdict::Pending,
    };
    Due { slot, verdict, held }
}

/// The two noted that a meeting of the period was not held: there is no other reason for that than that somebody was absent or has left.
fn is_excused(shelf: &Shelf<'_>, pair: &Pair, is_in_period: impl Fn(Day) -> bool) -> bool {
    shelf.shared(pair).meetings.iter().any(|(_, facts)| {
        facts.not_held.is_some() && facts.planned.is_some_and(|slot| is_in_period(slot.day))
    })
}

/// How often the meetings of a pair were moved lately, and how often with hardly any notice.
fn moves(shelf: &Shelf<'_>, pair: &Pair) -> (u32, u32) {
    let thresholds = shelf.input.thresholds;
    let lately = moves_within(shelf, pair, thresholds.compliance_days);
    let late =
        lately.iter().filter(|notice| notice.is_some_and(|hours| hours < thresholds.late_notice_hours));
    (count(&lately), count(late))
}

/// The hours of notice of every move of the last so many days.
pub(super) fn moves_within(shelf: &Shelf<'_>, pair: &Pair, days: i32) -> Vec<Option<i64>> {
    let is_recent = |at: Option<Timestamp>| shelf.past_day(at).is_some_and(|day| shelf.is_within(day, days));
    let moves = shelf.shared(pair).meetings.iter().flat_map(|(_, facts)| &facts.moves);
    moves.filter(|moved| is_recent(moved.at)).map(|moved| moved.notice_hours).collect()
}

#[cfg(test)]
mod tests;
