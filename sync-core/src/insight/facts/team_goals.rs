//! Owns the facts of what a team is to reach, and of what good work is there.

use super::{heading, kept};
use crate::coaching::ack::{ReadBy, read_by};
use crate::coaching::item::is_removed;
use crate::coaching::link::Link;
use crate::coaching::measure::{self, Measure, MeasureKind};
use crate::document::{Amount, Document, Item, Path};
use crate::ids::ItemId;
use crate::time::Day;
use minicbor::{Decode, Encode};

const GOALS: &str = "goals";
const STANDARDS: &str = "standards";

/// What read models need of the goals and standards of a team.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TeamGoalsFacts {
    /// The goals, in their order, with those that were put away: what supports them stays where it is.
    #[n(0)]
    pub goals: Vec<TeamGoalFacts>,
    /// The standards, in their order.
    #[n(1)]
    pub standards: Vec<StandardFacts>,
}

/// A goal of a team.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TeamGoalFacts {
    /// Which one.
    #[n(0)]
    pub id: ItemId,
    /// What is to be reached.
    #[n(1)]
    pub title: String,
    /// The stable name of the key figure that it is measured by, if it is by one.
    #[n(2)]
    pub kpi: Option<String>,
    /// How much is to be reached.
    #[n(3)]
    pub target: Option<Amount>,
    /// Until when: the earlier day, while two people's days stand.
    #[n(4)]
    pub due: Option<Day>,
    /// Which aim of the organisation it supports.
    #[n(5)]
    pub supports: Option<Link>,
    /// Who has read it.
    #[n(6)]
    pub read_by: Vec<ReadBy>,
    /// Whether it was put away.
    #[n(7)]
    pub is_put_away: bool,
}

/// A standard.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct StandardFacts {
    /// Which one.
    #[n(0)]
    pub id: ItemId,
    /// What good work is, in one line.
    #[n(1)]
    pub statement: String,
    /// Who has read it.
    #[n(2)]
    pub read_by: Vec<ReadBy>,
}

pub(super) fn read(doc: Document<'_>) -> TeamGoalsFacts {
    TeamGoalsFacts {
        goals: doc.items(&Path::of(GOALS)).iter().map(|item| goal(doc, item)).collect(),
        standards: kept(doc, STANDARDS).iter().map(|item| standard(doc, item)).collect(),
    }
}

fn goal(doc: Document<'_>, item: &Item<'_>) -> TeamGoalFacts {
    let fields = item.fields();
    TeamGoalFacts {
        id: item.id,
        title: fields.get(&Path::of("title")).unwrap_or_default(),
        kpi: measure::of(fields).and_then(kpi_of),
        target: fields.get(&Path::of("target")),
        due: fields.least(&Path::of("due")),
        supports: fields.get(&Path::of("supports")),
        read_by: read_by(doc, &Path::of(GOALS).item(item.id)),
        is_put_away: is_removed(fields),
    }
}

fn standard(doc: Document<'_>, item: &Item<'_>) -> StandardFacts {
    StandardFacts {
        id: item.id,
        statement: heading(item.fields(), "text"),
        read_by: read_by(doc, &Path::of(STANDARDS).item(item.id)),
    }
}

/// The key figure that something is measured by.
pub(super) fn kpi_of(measure: Measure) -> Option<String> {
    match measure.kind {
        MeasureKind::Kpi => Some(measure.what),
        MeasureKind::Count | MeasureKind::Behaviour => None,
    }
}
