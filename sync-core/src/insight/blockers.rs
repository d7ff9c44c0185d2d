//! Owns what is in the way of the viewer's teams: the same again and again in one group, what lasts longest first.

use super::facts::BlockerFacts;
use super::scale::count;
use super::shelf::Shelf;
use crate::coaching::item::State;
use crate::ids::{DocId, ItemId, PersonId, TeamId};
use crate::time::Day;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A blocker that lasts longer than so many days is old (R101).
const OLD_AFTER_DAYS: i32 = 7;

/// What is in the way of a team at one place: once, or again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlockerGroup {
    /// Which team.
    pub team: TeamId,
    /// The system or the place, as it was written first; none for a blocker that names none, which stands alone.
    pub topic: Option<String>,
    /// How many people are blocked.
    pub people: u32,
    /// For how many days the oldest one lasts.
    pub age_days: i32,
    /// Whether that is too long.
    pub is_old: bool,
    /// The blockers, oldest first.
    pub blockers: Vec<Blocker>,
}

/// One blocker that nobody has taken away yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Blocker {
    /// In which document.
    pub doc: DocId,
    /// Which item of it.
    pub item: ItemId,
    /// What is in the way, in one line.
    pub text: String,
    /// Since when.
    pub since: Day,
    /// For how many days that is.
    pub age_days: i32,
    /// Who is to take it away.
    pub owner: Option<PersonId>,
    /// How far that is.
    pub state: State,
}

/// What is in the way of the viewer's teams, what lasts longest first. A blocker of one quarter that nobody took away is there
/// in the next one too.
pub fn blockers(shelf: &Shelf<'_>) -> Vec<BlockerGroup> {
    let mut groups: BTreeMap<(TeamId, Name), BlockerGroup> = BTreeMap::new();
    let mut people: BTreeMap<(TeamId, Name), BTreeSet<PersonId>> = BTreeMap::new();
    for (team, doc, facts) in open(shelf) {
        let Some(blocker) = blocker(shelf, doc, facts) else { continue };
        let key = (team, Name::of(facts));
        people.entry(key.clone()).or_default().extend(&facts.blocked);
        let new = || BlockerGroup {
            team,
            topic: facts.topic.clone(),
            people: 0,
            age_days: 0,
            is_old: false,
            blockers: Vec::new(),
        };
        groups.entry(key).or_insert_with(new).blockers.push(blocker);
    }
    let mut groups: Vec<_> =
        groups.into_iter().map(|(key, group)| counted(group, people.get(&key).map_or(0, count))).collect();
    groups
        .sort_by_key(|group| (std::cmp::Reverse(group.age_days), group.blockers.first().map(|one| one.item)));
    groups
}

/// What blockers of one group have in common: the place, however it was typed; without one, nothing but itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    Topic(String),
    Alone(ItemId),
}

impl Name {
    fn of(blocker: &BlockerFacts) -> Self {
        match blocker.topic.as_deref().map(str::trim) {
            Some(topic) if !topic.is_empty() => Self::Topic(topic.to_lowercase()),
            _ => Self::Alone(blocker.id),
        }
    }
}

fn open<'a>(shelf: &Shelf<'a>) -> impl Iterator<Item = (TeamId, DocId, &'a BlockerFacts)> {
    let all = shelf.team_blockers().iter();
    let all = all.flat_map(|(team, doc, facts)| facts.blockers.iter().map(move |one| (*team, *doc, one)));
    all.filter(|(_, _, blocker)| blocker.state < State::Done)
}

/// None of what says neither since when it is nor when it was noted.
fn blocker(shelf: &Shelf<'_>, doc: DocId, facts: &BlockerFacts) -> Option<Blocker> {
    let since = facts.since.or_else(|| shelf.day(facts.at?))?;
    Some(Blocker {
        doc,
        item: facts.id,
        text: facts.text.clone(),
        since,
        // By a phone whose clock is ahead it is there since tomorrow: it is in the way all the same.
        age_days: shelf.days_since(since).max(0),
        owner: facts.owner,
        state: facts.state,
    })
}

fn counted(mut group: BlockerGroup, people: u32) -> BlockerGroup {
    group.blockers.sort_by_key(|blocker| (blocker.since, blocker.doc, blocker.item));
    let age_days = group.blockers.first().map_or(0, |oldest| oldest.age_days);
    BlockerGroup { people, age_days, is_old: age_days > OLD_AFTER_DAYS, ..group }
}

#[cfg(test)]
mod tests;
