//! Owns colours, shares, and what is shown of a group.

use crate::ids::{DocId, ItemId};
use crate::time::Day;
use serde::{Deserialize, Serialize};

/// How much something wants to be looked at. It is about time, never about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// As it should be.
    Green,
    /// Soon.
    Amber,
    /// Now.
    Red,
}

/// Numbers of a group, shown only if it is large enough that they tell of nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group<T> {
    /// Too few people.
    TooFew,
    /// Enough.
    Shown(T),
}

impl<T> Group<T> {
    /// The numbers, if so many people are as many as it needs.
    pub(super) fn of(people: usize, needed: usize, numbers: T) -> Self {
        if people >= needed { Self::Shown(numbers) } else { Self::TooFew }
    }
}

/// Where something stands, so that a tap leads there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Link {
    /// On which day it was.
    pub day: Day,
    /// In which document.
    pub doc: DocId,
    /// Which item of it.
    pub item: Option<ItemId>,
}

/// A share in thousandths; none of nothing. Cut and never rounded up: what is shown as 69.9 % is below 70 %.
pub(super) fn per_mille(part: u32, whole: u32) -> Option<u32> {
    let share = (u64::from(part) * 1000).checked_div(u64::from(whole))?;
    Some(u32::try_from(share).unwrap_or(u32::MAX))
}

/// How many there are.
pub(super) fn count<T>(all: impl IntoIterator<Item = T>) -> u32 {
    u32::try_from(all.into_iter().count()).unwrap_or(u32::MAX)
}
