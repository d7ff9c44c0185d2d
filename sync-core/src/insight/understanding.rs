//! Owns who has read what a team is to reach and what good work is: goals and standards are understood, not only sent.

use super::facts::ReadBy;
use super::scale::count;
use super::shelf::{Shelf, Team};
use crate::ids::{DocId, ItemId, PersonId, TeamId};
use crate::time::Day;
use serde::Serialize;
use std::collections::BTreeSet;

/// How far something is understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Understanding {
    /// In which team.
    pub team: TeamId,
    /// What it is.
    pub what: UnderstoodKind,
    /// In which document.
    pub doc: DocId,
    /// Which item of it.
    pub item: ItemId,
    /// What it says, in one line.
    pub text: String,
    /// How many agents the team has.
    pub people: u32,
    /// How many of them have read it as it stands: "10 of 12".
    pub read: u32,
    /// How many have read an earlier version.
    pub read_earlier: u32,
    /// How many of those who have read either ask something about it.
    pub asked: u32,
    /// The first day on which somebody read it as it stands.
    pub version_of: Option<Day>,
    /// The same by person, for who leads the team; nothing for others.
    pub by_person: Vec<HasRead>,
}

/// What can be read and understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnderstoodKind {
    /// An aim of the organisation.
    Aim,
    /// A goal of the team.
    Goal,
    /// A standard of the team.
    Standard,
}

/// Whether somebody has read something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HasRead {
    /// Who.
    pub person: PersonId,
    /// Which version.
    pub version: Version,
    /// What they ask about it.
    pub question: Option<String>,
}

/// Which version of something somebody has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Version {
    /// None.
    Unread,
    /// One from before it was changed.
    Earlier,
    /// That which stands there.
    Current,
}

/// How far the aims of this year, and the goals and standards of this quarter, are understood in the viewer's teams.
pub fn understanding(shelf: &Shelf<'_>) -> Vec<Understanding> {
    shelf.teams().flat_map(|team| of_team(shelf, team)).collect()
}

fn of_team(shelf: &Shelf<'_>, team: &Team) -> Vec<Understanding> {
    let today = shelf.input.as_of;
    let strategies =
        shelf.strategies().iter().filter(|(known, _)| known.key.part.year() == Some(today.year()));
    let aims = strategies.flat_map(|(known, facts)| facts.aims.iter().map(move |aim| (known.doc, aim)));
    let mut all: Vec<_> = aims
        .map(|(doc, aim)| {
            understood(shelf, team, UnderstoodKind::Aim, (doc, aim.id), (&aim.title, &aim.read_by))
        })
        .collect();
    let documents = shelf.of_team(team.id).into_iter().flat_map(|of_team| &of_team.goals);
    for (known, facts) in documents.filter(|(known, _)| known.key.part.quarter() == Some(today.quarter())) {
        let of = |what, item, said| understood(shelf, team, what, (known.doc, item), said);
        let kept = facts.goals.iter().filter(|goal| !goal.is_put_away);
        all.extend(kept.map(|goal| of(UnderstoodKind::Goal, goal.id, (&goal.title, &goal.read_by))));
        let standards = facts.standards.iter();
        all.extend(standards.map(|one| of(UnderstoodKind::Standard, one.id, (&one.statement, &one.read_by))));
    }
    all
}

fn understood(
    shelf: &Shelf<'_>,
    team: &Team,
    what: UnderstoodKind,
    (doc, item): (DocId, ItemId),
    (text, read_by): (&str, &[ReadBy]),
) -> Understanding {
    let agents: BTreeSet<PersonId> = team.agents.iter().copied().collect();
    let by_person: Vec<_> = agents.iter().map(|agent| has_read(*agent, read_by)).collect();
    let number = |is: fn(&HasRead) -> bool| count(by_person.iter().filter(|one| is(one)));
    let current = read_by.iter().filter(|read| read.is_current && agents.contains(&read.person));
    Understanding {
        team: team.id,
        what,
        doc,
        item,
        text: text.to_owned(),
        people: count(&by_person),
        read: number(|one| one.version == Version::Current),
        read_earlier: number(|one| one.version == Version::Earlier),
        asked: number(|one| one.question.is_some()),
        version_of: current.filter_map(|read| shelf.day(read.at?)).min(),
        by_person: if team.leaders.contains(&shelf.input.viewer) { by_person } else { Vec::new() },
    }
}

fn has_read(person: PersonId, read_by: &[ReadBy]) -> HasRead {
    let Some(read) = read_by.iter().find(|read| read.person == person) else {
        return HasRead { person, version: Version::Unread, question: None };
    };
    let version = if read.is_current { Version::Current } else { Version::Earlier };
    HasRead { person, version, question: read.question.clone() }
}

#[cfg(test)]
mod tests;
