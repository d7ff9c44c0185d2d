//! Owns the facts of an action plan.

use super::promise::{self, Promise};
use super::{heading, kept};
use crate::coaching::action_plan::Decision;
use crate::document::{Document, Item, Path};
use crate::ids::{ItemId, PersonId};
use crate::time::{Day, Timestamp};
use minicbor::{Decode, Encode};

/// What read models need of an action plan.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ActionPlanFacts {
    /// When it was closed, if it is.
    #[n(0)]
    pub closed_at: Option<Timestamp>,
    /// The steps, in their order.
    #[n(1)]
    pub steps: Vec<Promise>,
    /// The checkpoints, in their order.
    #[n(2)]
    pub checkpoints: Vec<CheckpointFacts>,
    /// The reviews, oldest first.
    #[n(3)]
    pub reviews: Vec<ReviewFacts>,
}

/// A checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CheckpointFacts {
    /// Which one.
    #[n(0)]
    pub id: ItemId,
    /// What to look at, in one line.
    #[n(1)]
    pub text: String,
    /// On which day: the earlier one, while two people's days stand.
    #[n(2)]
    pub on: Option<Day>,
    /// Whether somebody said what was seen, or what was decided.
    #[n(3)]
    pub has_result: bool,
}

/// A review.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ReviewFacts {
    /// Which one.
    #[n(0)]
    pub id: ItemId,
    /// When.
    #[n(1)]
    pub at: Option<Timestamp>,
    /// Who noted it.
    #[n(2)]
    pub by: Option<PersonId>,
}

pub(super) fn read(doc: Document<'_>) -> ActionPlanFacts {
    ActionPlanFacts {
        closed_at: doc.get(&Path::of("closed").key("at")),
        steps: kept(doc, "steps").iter().map(promise::read).collect(),
        checkpoints: kept(doc, "checkpoints").iter().map(checkpoint).collect(),
        reviews: kept(doc, "reviews").iter().map(review).collect(),
    }
}

fn checkpoint(item: &Item<'_>) -> CheckpointFacts {
    let fields = item.fields();
    let is_decided = fields.get::<Decision>(&Path::of("decision")).is_some();
    CheckpointFacts {
        id: item.id,
        text: heading(fields, "look_at"),
        on: fields.least(&Path::of("on")),
        has_result: is_decided || !fields.text(&Path::of("result")).trim().is_empty(),
    }
}

fn review(item: &Item<'_>) -> ReviewFacts {
    let fields = item.fields();
    ReviewFacts { id: item.id, at: fields.get(&Path::of("at")), by: fields.get(&Path::of("by")) }
}
