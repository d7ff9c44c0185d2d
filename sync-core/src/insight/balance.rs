//! Owns the balance of praise and criticism that somebody got, and who proposed what came next.

use super::scale::{Group, count, per_mille};
use super::shelf::{Pair, Shelf};
use crate::coaching::feedback_log::{FeedbackKind, Source};
use crate::coaching::item::Side;
use crate::ids::{PersonId, TenureId};
use serde::{Deserialize, Serialize};

/// What feedback somebody got lately.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// Of which pair.
    pub tenure: TenureId,
    /// Who got it.
    pub person: PersonId,
    /// How often something was done well.
    pub praise: u32,
    /// How often these were the words of others, passed on.
    pub passed_on: u32,
    /// How often something was to be done in another way.
    pub constructive: u32,
    /// How often the author then named no strength.
    pub strength_skipped: u32,
    /// Whether there was less of the first than of the second.
    pub is_below_one_to_one: bool,
}

/// Who proposed what comes next, over all those that the viewer leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NextSteps {
    /// How often the agent.
    pub by_agent: u32,
    /// How often the leader.
    pub by_leader: u32,
    /// Which share the agents have, in thousandths; none of nothing.
    pub agent_share: Option<u32>,
}

/// What feedback people of a team got lately.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TeamBalance {
    /// How often something was done well.
    pub praise: u32,
    /// How often something was to be done in another way.
    pub constructive: u32,
    /// How many people got less of the first than of the second.
    pub below_one_to_one: u32,
}

/// What feedback was given in each of the viewer's pairs lately, by leader to agent.
pub fn balance(shelf: &Shelf<'_>) -> Vec<Balance> {
    shelf.pairs().map(|pair| of_pair(shelf, pair)).collect()
}

/// What feedback those got whom the viewer leads, for who leads the leaders.
pub fn balance_of_team(shelf: &Shelf<'_>) -> Group<TeamBalance> {
    let all: Vec<_> = shelf.led().map(|pair| of_pair(shelf, pair)).collect();
    let sum = |of: fn(&Balance) -> u32| all.iter().fold(0, |sum: u32, one| sum.saturating_add(of(one)));
    let numbers = TeamBalance {
        praise: sum(|one| one.praise),
        constructive: sum(|one| one.constructive),
        below_one_to_one: sum(|one| one.is_below_one_to_one.into()),
    };
    Group::of(all.len(), shelf.input.thresholds.group, numbers)
}

/// Who proposed what comes next: who asks and does not tell leaves that to the agent.
pub fn next_steps(shelf: &Shelf<'_>) -> NextSteps {
    let all: Vec<_> = shelf.led().flat_map(|pair| shelf.shared(pair).feedback.iter()).collect();
    let by = |side| count(all.iter().filter(|(_, item)| item.proposed_by == Some(side)));
    let (by_agent, by_leader) = (by(Side::Agent), by(Side::Leader));
    NextSteps { by_agent, by_leader, agent_share: per_mille(by_agent, by_agent.saturating_add(by_leader)) }
}

pub(super) fn of_pair(shelf: &Shelf<'_>, pair: &Pair) -> Balance {
    let given = shelf.shared(pair).feedback.iter().filter(|(_, item)| pair.is_by_leader(item.by));
    let is_recent = |day| shelf.is_within(day, shelf.input.thresholds.window_days);
    let lately: Vec<_> = given.filter(|(_, item)| shelf.past_day(item.at).is_some_and(is_recent)).collect();
    let of_kind = |kind| lately.iter().filter(move |(_, item)| item.kind == kind);
    let praise = count(of_kind(FeedbackKind::Praise));
    let constructive = count(of_kind(FeedbackKind::Constructive));
    Balance {
        tenure: pair.tenure,
        person: pair.agent,
        praise,
        passed_on: count(of_kind(FeedbackKind::Praise).filter(|(_, item)| item.source != Source::Own)),
        constructive,
        strength_skipped: count(
            of_kind(FeedbackKind::Constructive).filter(|(_, item)| item.strength_skipped),
        ),
        is_below_one_to_one: praise < constructive,
    }
}

#[cfg(test)]
mod tests;
