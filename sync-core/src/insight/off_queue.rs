//! Owns whether a talk would take too many away from the queue at once. A hint for who plans it, never a bar.

use super::shelf::{Pair, Shelf};
use crate::coaching::meeting::Slot;
use crate::ids::{DocId, PersonId, TenureId};
use serde::Serialize;

/// How long a talk keeps somebody from the queue, as far as this hint goes.
const HALF_HOUR: u16 = 30;

/// That a talk would take too many away at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OffQueue {
    /// How many the team lets be away at once.
    pub at_once: u32,
    /// The talks of others that are planned for the same time, as far as the viewer may know of them.
    pub others: Vec<OtherTalk>,
}

/// A talk of somebody else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct OtherTalk {
    /// When.
    pub slot: Slot,
    /// With which agent.
    pub person: PersonId,
    /// What they are called.
    pub name: String,
    /// Which meeting.
    pub doc: DocId,
}

/// Whether a talk of this pair at this time would take more people of the team away than it lets be away at once; none if it would
/// not, and where the team has said nothing, or nobody the hour.
pub fn off_queue(shelf: &Shelf<'_>, tenure: TenureId, slot: Slot) -> Option<OffQueue> {
    let pair = shelf.pair(tenure)?;
    let at_once = shelf.of_team(pair.team)?.policy?.off_queue_at_once?;
    let of_team = shelf.pairs().filter(|other| other.team == pair.team && other.agent != pair.agent);
    let mut others: Vec<_> = of_team.flat_map(|other| at_the_same_time(shelf, other, slot)).collect();
    others.sort();
    let mut away: Vec<PersonId> = others.iter().map(|other| other.person).collect();
    away.sort();
    away.dedup();
    (away.len() >= at_once as usize).then_some(OffQueue { at_once, others })
}

fn at_the_same_time(shelf: &Shelf<'_>, pair: &Pair, slot: Slot) -> Vec<OtherTalk> {
    let overlaps = |other: &Slot| {
        other.day == slot.day
            && matches!((other.minute, slot.minute), (Some(a), Some(b)) if a.abs_diff(b) < HALF_HOUR)
    };
    let meetings = shelf.shared(pair).meetings.iter();
    let ahead = meetings.filter(|(_, facts)| facts.end.is_none() && facts.not_held.is_none());
    let same = ahead.filter_map(|(known, facts)| Some((known.doc, facts.planned.filter(overlaps)?)));
    same.map(|(doc, slot)| OtherTalk { slot, person: pair.agent, name: pair.name.clone(), doc }).collect()
}

#[cfg(test)]
mod tests;
