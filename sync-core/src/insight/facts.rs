//! Owns facts: the little of one document that read models need, and its form in the store. A phone keeps the facts of
//! each document in its row and makes them anew when that document changes, so that no screen has to load documents to count them.
//!
//! Facts follow from the document alone: not from the time, the time zone, or who reads. What was removed has left no fact, and
//! where two people's values stand, the fact is the one that lists use (the earlier day, the less finished state).

mod action_plan;
mod circumstance;
mod feedback_log;
mod floor_walk;
mod goal_set;
mod hand_over;
mod meeting;
mod org_strategy;
mod partnership;
mod private_log;
mod promise;
mod team_blockers;
mod team_board;
mod team_goals;
mod team_policy;
mod tier_note;
mod wellbeing_log;

pub use action_plan::{ActionPlanFacts, CheckpointFacts, ReviewFacts};
pub use circumstance::{CircumstanceFacts, TargetFacts};
pub use feedback_log::{FeedbackFacts, FeedbackLogFacts};
pub use floor_walk::{FloorWalkFacts, StopFacts};
pub use goal_set::{GoalFacts, GoalSetFacts, ProgressFacts};
pub use hand_over::HandOverFacts;
pub use meeting::{AgendaFacts, MeetingFacts, MoveFacts};
pub use org_strategy::{AimFacts, OrgStrategyFacts};
pub use partnership::{BacklogFacts, PartnershipFacts};
pub use private_log::{NoteFacts, PrivateLogFacts, ToRaiseFacts};
pub use promise::Promise;
pub use team_blockers::{BlockerFacts, TeamBlockersFacts};
pub use team_board::{IdeaFacts, RecognitionFacts, TeamBoardFacts};
pub use team_goals::{StandardFacts, TeamGoalFacts, TeamGoalsFacts};
pub use team_policy::{RhythmFacts, TeamPolicyFacts};
pub use tier_note::{MonthFacts, TierNoteFacts};
pub use wellbeing_log::{EntryFacts, WellbeingLogFacts};

pub use crate::coaching::ack::ReadBy;

use crate::coaching::item::is_removed;
use crate::coaching::{self, Kind, KindSpec};
use crate::document::{Document, Item, LABEL_LIMIT, Path};
use minicbor::{Decode, Encode};

/// What read models need of one document.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Facts {
    /// Of how two people work together.
    #[n(0)]
    Partnership(#[n(0)] PartnershipFacts),
    /// Of a meeting.
    #[n(1)]
    Meeting(#[n(0)] MeetingFacts),
    /// Of the feedback of a quarter.
    #[n(2)]
    FeedbackLog(#[n(0)] FeedbackLogFacts),
    /// Of the goals of a quarter.
    #[n(3)]
    GoalSet(#[n(0)] GoalSetFacts),
    /// Of an action plan.
    #[n(4)]
    ActionPlan(#[n(0)] ActionPlanFacts),
    /// Of a floor walk.
    #[n(5)]
    FloorWalk(#[n(0)] FloorWalkFacts),
    /// Of how somebody says they are, as far as they share it.
    #[n(6)]
    WellbeingLog(#[n(0)] WellbeingLogFacts),
    /// Of what a leader thinks of how somebody does.
    #[n(7)]
    TierNote(#[n(0)] TierNoteFacts),
    /// Of what somebody notes for themselves about somebody else.
    #[n(8)]
    PrivateLog(#[n(0)] PrivateLogFacts),
    /// Of what is in a team's way.
    #[n(9)]
    TeamBlockers(#[n(0)] TeamBlockersFacts),
    /// Of the board of a team.
    #[n(10)]
    TeamBoard(#[n(0)] TeamBoardFacts),
    /// Of what is different for somebody for a while.
    #[n(11)]
    Circumstance(#[n(0)] CircumstanceFacts),
    /// Of what a team is to reach.
    #[n(12)]
    TeamGoals(#[n(0)] TeamGoalsFacts),
    /// Of how a team does things.
    #[n(13)]
    TeamPolicy(#[n(0)] TeamPolicyFacts),
    /// Of what the organisation wants to reach.
    #[n(14)]
    OrgStrategy(#[n(0)] OrgStrategyFacts),
    /// Of what goes along when an agent gets another leader.
    #[n(15)]
    HandOver(#[n(0)] HandOverFacts),
}

/// The version of what is counted, and how. Raised with every change of either: older rows are then made anew.
pub const VERSION: u32 = 4;

/// Facts, as the store has them.
#[derive(Encode, Decode)]
#[cbor(map)]
struct Row<F> {
    #[n(0)]
    version: u32,
    #[n(1)]
    facts: F,
}

type Read = fn(Document<'_>) -> Facts;

/// How the facts of each kind are read. A kind that is not here has none: no read model needs it. What somebody keeps to
/// themselves of how they are (`wellbeing_private`) stays out for ever.
static READERS: [(&KindSpec, Read); 16] = [
    (&coaching::partnership::SPEC, |doc| Facts::Partnership(partnership::read(doc))),
    (&coaching::meeting::SPEC, |doc| Facts::Meeting(meeting::read(doc))),
    (&coaching::feedback_log::SPEC, |doc| Facts::FeedbackLog(feedback_log::read(doc))),
    (&coaching::goal_set::SPEC, |doc| Facts::GoalSet(goal_set::read(doc))),
    (&coaching::action_plan::SPEC, |doc| Facts::ActionPlan(action_plan::read(doc))),
    (&coaching::floor_walk::SPEC, |doc| Facts::FloorWalk(floor_walk::read(doc))),
    (&coaching::wellbeing_log::SPEC, |doc| Facts::WellbeingLog(wellbeing_log::read(doc))),
    (&coaching::tier_note::SPEC, |doc| Facts::TierNote(tier_note::read(doc))),
    (&coaching::private_log::SPEC, |doc| Facts::PrivateLog(private_log::read(doc))),
    (&coaching::team_blockers::SPEC, |doc| Facts::TeamBlockers(team_blockers::read(doc))),
    (&coaching::team_board::SPEC, |doc| Facts::TeamBoard(team_board::read(doc))),
    (&coaching::circumstance::SPEC, |doc| Facts::Circumstance(circumstance::read(doc))),
    (&coaching::team_goals::SPEC, |doc| Facts::TeamGoals(team_goals::read(doc))),
    (&coaching::team_policy::SPEC, |doc| Facts::TeamPolicy(team_policy::read(doc))),
    (&coaching::org_strategy::SPEC, |doc| Facts::OrgStrategy(org_strategy::read(doc))),
    (&coaching::hand_over::SPEC, |doc| Facts::HandOver(hand_over::read(doc))),
];

impl Facts {
    /// The kinds that have some.
    pub fn kinds() -> impl Iterator<Item = Kind> {
        READERS.iter().map(|(spec, _)| Kind::of(spec))
    }

    /// The facts of this document of this kind; none if no read model needs any.
    pub fn of(kind: Kind, doc: Document<'_>) -> Option<Self> {
        READERS.iter().find(|(spec, _)| Kind::of(spec) == kind).map(|(_, read)| read(doc))
    }

    /// Their form in the store.
    pub fn to_bytes(&self) -> Vec<u8> {
        let row = Row { version: VERSION, facts: self };
        minicbor::to_vec(&row).expect("facts encode: writing to a vector cannot fail")
    }

    /// The facts in these bytes; none if another version of the app wrote them: they are to be made anew.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let row: Row<Self> = minicbor::decode(bytes).ok()?;
        (row.version == VERSION).then_some(row.facts)
    }
}

/// The items of a collection that were not removed, in their order.
fn kept<'a>(doc: Document<'a>, collection: &str) -> Vec<Item<'a>> {
    let mut items = doc.items(&Path::of(collection));
    items.retain(|item| !is_removed(item.fields()));
    items
}

/// What a list shows of a text: its first line with anything in it, as long as a label may be.
fn heading(doc: Document<'_>, text: &str) -> String {
    let text = doc.text(&Path::of(text));
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    line.chars().take(LABEL_LIMIT).collect()
}

#[cfg(test)]
mod tests;
