//! Owns what part of the work it is that people talk about: business, people, process. Today the things to talk about are what says so.

use super::scale::count;
use super::shelf::{Pair, Shelf};
use crate::coaching::item::Area;
use serde::Serialize;

/// How often each part of the work came up lately.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct AreaSplit {
    /// Results and customers.
    pub business: u32,
    /// Those who do the work.
    pub people: u32,
    /// How the work is done.
    pub process: u32,
    /// Nobody said which.
    pub unsaid: u32,
}

/// How often each part of the work came up lately in the viewer's pairs.
pub fn areas(shelf: &Shelf<'_>) -> AreaSplit {
    let of_pairs = shelf.pairs().flat_map(|pair| areas_of(shelf, pair));
    let all: Vec<_> = of_pairs.collect();
    let number = |area| count(all.iter().filter(|one| **one == area));
    AreaSplit {
        business: number(Some(Area::Business)),
        people: number(Some(Area::People)),
        process: number(Some(Area::Process)),
        unsaid: number(None),
    }
}

fn areas_of(shelf: &Shelf<'_>, pair: &Pair) -> Vec<Option<Area>> {
    let days = shelf.input.thresholds.compliance_days;
    let entries = shelf.shared(pair).partnerships.iter().flat_map(|(_, facts)| &facts.backlog);
    let is_recent = |day| shelf.is_within(day, days);
    entries.filter(|entry| shelf.past_day(entry.at).is_some_and(is_recent)).map(|entry| entry.area).collect()
}

#[cfg(test)]
mod tests;
