//! Owns what is overdue, on both sides: what a leader promised is overdue like what an agent promised, and both see it.

use super::promised::{PromisedIn, promised};
use super::scale::Group;
use super::shelf::{Pair, Shelf};
use crate::coaching::item::Side;
use crate::ids::{DocId, ItemId, PersonId, TenureId};
use crate::time::Day;
use serde::{Deserialize, Serialize};

/// What is overdue in the viewer's pairs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overdue {
    /// All of it, what is oldest first.
    pub items: Vec<OverdueItem>,
    /// How much of it is whose.
    pub sides: Sides,
}

/// Something overdue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OverdueItem {
    /// Until when it was to be done.
    pub due: Day,
    /// In which document.
    pub doc: DocId,
    /// Which item of it.
    pub item: ItemId,
    /// What kind of thing.
    pub what: OverdueKind,
    /// What, in one line.
    pub text: String,
    /// Of which pair.
    pub tenure: TenureId,
    /// Of which agent.
    pub person: PersonId,
    /// Whose it is; none if it is nobody's, or both's.
    pub side: Option<Side>,
    /// For how many days.
    pub days: i32,
    /// How long that is.
    pub age: Age,
}

/// What can be overdue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OverdueKind {
    /// What was promised in a meeting.
    FollowUp,
    /// A step of a plan.
    Step,
    /// A checkpoint that has passed without a word of what was seen.
    Checkpoint,
}

/// How long something is overdue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Age {
    /// 1 to 7 days.
    Week,
    /// 8 to 30 days.
    Month,
    /// More than 30 days.
    Older,
}

/// How much is overdue, by side.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sides {
    /// What agents promised.
    pub agent: Ages,
    /// What leaders promised.
    pub leader: Ages,
    /// What is nobody's, or both's.
    pub neither: Ages,
}

/// How much is overdue, by age.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ages {
    /// For 1 to 7 days.
    pub week: u32,
    /// For 8 to 30 days.
    pub month: u32,
    /// For more than 30 days.
    pub older: u32,
}

impl Age {
    const fn of(days: i32) -> Self {
        match days {
            ..=7 => Self::Week,
            8..=30 => Self::Month,
            _ => Self::Older,
        }
    }
}

impl Ages {
    /// How much it is altogether.
    pub const fn total(&self) -> u32 {
        self.week.saturating_add(self.month).saturating_add(self.older)
    }
}

/// What is overdue in the viewer's pairs.
pub fn overdue(shelf: &Shelf<'_>) -> Overdue {
    let mut items: Vec<_> = shelf.pairs().flat_map(|pair| of_pair(shelf, pair)).collect();
    items.sort_by_key(|item| (item.due, item.doc, item.item));
    Overdue { sides: sides(&items), items }
}

/// How much is overdue in the team that the viewer leads, for who leads the leaders: no names, no words.
pub fn overdue_of_team(shelf: &Shelf<'_>) -> Group<Sides> {
    let items: Vec<_> = shelf.led().flat_map(|pair| of_pair(shelf, pair)).collect();
    Group::of(shelf.led().count(), shelf.input.thresholds.group, sides(&items))
}

pub(super) fn of_pair(shelf: &Shelf<'_>, pair: &Pair) -> Vec<OverdueItem> {
    let item = |due: Option<Day>, (doc, item): (DocId, ItemId), what, text: &str, side| {
        let due = due.filter(|due| *due < shelf.input.as_of)?;
        let days = shelf.days_since(due);
        let (tenure, person, text) = (pair.tenure, pair.agent, text.to_owned());
        Some(OverdueItem { due, doc, item, what, text, tenure, person, side, days, age: Age::of(days) })
    };
    let open = promised(shelf, pair).into_iter().filter(|promised| promised.is_open);
    let promises = open.filter_map(|open| {
        let what = match open.place {
            PromisedIn::FollowUp => OverdueKind::FollowUp,
            PromisedIn::Step => OverdueKind::Step,
        };
        item(open.promise.due, (open.doc, open.promise.id), what, &open.promise.text, open.side)
    });
    let open_plans = shelf.shared(pair).plans.iter().filter(|(_, plan)| plan.closed_at.is_none());
    let passed = open_plans.flat_map(|&(doc, plan)| {
        let silent = plan.checkpoints.iter().filter(|checkpoint| !checkpoint.has_result);
        silent.filter_map(move |one| item(one.on, (doc, one.id), OverdueKind::Checkpoint, &one.text, None))
    });
    promises.chain(passed).collect()
}

pub(super) fn sides(items: &[OverdueItem]) -> Sides {
    let mut sides = Sides::default();
    for item in items {
        let ages = match item.side {
            Some(Side::Agent) => &mut sides.agent,
            Some(Side::Leader) => &mut sides.leader,
            None => &mut sides.neither,
        };
        match item.age {
            Age::Week => ages.week += 1,
            Age::Month => ages.month += 1,
            Age::Older => ages.older += 1,
        }
    }
    sides
}

#[cfg(test)]
mod tests;
