//! Owns what read models are fed with on a phone: rows of the store, the roster, and the phone's clock. Opens a document only if its
//! entry is out of date. What a viewer may read of all that is decided in `insight`, what follows from it in the models.

use super::desk::Desk;
use super::verbs::{self, Tenure};
use super::{Replica, ReplicaError};
use crate::ids::{PersonId, TenureId};
use crate::insight::facts::Facts;
use crate::insight::{Entry, Input, Known, Pair, Shelf, Team, Thresholds};
use crate::key::Subject;
use crate::policy::Role;
use crate::store::DocumentRow;
use crate::time::{Day, Timestamp, Zone};
use std::collections::BTreeMap;

/// What a phone knows at one moment.
pub(super) struct Gathered {
    viewer: PersonId,
    as_of: Day,
    zone: Zone,
    pairs: Vec<Pair>,
    teams: Vec<Team>,
    documents: Vec<Known>,
    unread: BTreeMap<TenureId, u32>,
    thresholds: Thresholds,
}

impl Replica {
    /// What a read model finds in what this phone has, now, for whom the phone belongs to: `insight(insight::overview)`.
    ///
    /// Days are those of the first of the person's teams. Of what cannot be read at the moment nothing is counted.
    pub fn insight<T>(&self, model: impl FnOnce(&Shelf<'_>) -> T) -> Result<T, ReplicaError> {
        let now = self.shared.now();
        let (tenures, teams) = (self.tenures()?, self.teams()?);
        let zone = zone(&tenures, &teams);
        // Others work with the store while the model counts.
        let gathered = self.shared.with_desk(|desk| desk.gather(now, (&tenures, &teams), zone))?;
        Ok(model(&gathered.shelf()))
    }
}

impl Desk {
    pub(super) fn gather(
        &mut self,
        now: Timestamp,
        (tenures, teams): (&[Tenure], &[verbs::Team]),
        zone: Zone,
    ) -> Result<Gathered, ReplicaError> {
        let as_of = now.day_in(&zone).unwrap_or(Day::FIRST);
        let known = self.known()?;
        let unread = unread_by_pair(self.unseen(known.iter().map(|(row, _)| row))?);
        let document = |(row, facts): (DocumentRow, Facts)| Known { doc: row.doc, key: row.key, facts };
        Ok(Gathered {
            viewer: self.identity.person,
            as_of,
            pairs: tenures.iter().map(|tenure| pair(tenure, &zone, now)).collect(),
            teams: teams.iter().map(team).collect(),
            documents: known.into_iter().map(document).collect(),
            unread,
            thresholds: Thresholds::default(),
            zone,
        })
    }

    /// Every document that has facts, with them.
    fn known(&mut self) -> Result<Vec<(DocumentRow, Facts)>, ReplicaError> {
        let mut known = Vec::new();
        for kind in Facts::kinds() {
            let entries = self.entries(kind, Entry::facts_in)?.into_iter();
            known.extend(entries.filter_map(|(row, facts)| Some((row, facts?))));
        }
        Ok(known)
    }
}

impl Gathered {
    pub(super) fn shelf(&self) -> Shelf<'_> {
        Shelf::of(Input {
            viewer: self.viewer,
            as_of: self.as_of,
            zone: &self.zone,
            pairs: &self.pairs,
            teams: &self.teams,
            documents: &self.documents,
            unread: &self.unread,
            thresholds: &self.thresholds,
        })
    }
}

/// What of all that is in the documents of pairs, and of which.
fn unread_by_pair(unseen: Vec<(&DocumentRow, u32)>) -> BTreeMap<TenureId, u32> {
    let mut unread = BTreeMap::new();
    for (row, changes) in unseen {
        if let Subject::Tenure(tenure) = row.key.subject {
            let sum: &mut u32 = unread.entry(tenure).or_default();
            *sum = sum.saturating_add(changes);
        }
    }
    unread
}

/// Where days are counted: in the first of the pairs, or of the teams of who is in no pair; in UTC without either.
pub(super) fn zone(tenures: &[Tenure], teams: &[verbs::Team]) -> Zone {
    let running = tenures.iter().find(|tenure| tenure.until.is_none());
    let of_pair = running.or(tenures.first()).map(|tenure| &tenure.time_zone);
    let named = of_pair.or(teams.first().map(|team| &team.time_zone));
    named.and_then(|name| Zone::named(name)).unwrap_or_else(Zone::utc)
}

fn team(team: &verbs::Team) -> Team {
    let mut sorted = Team { id: team.id, leaders: Vec::new(), agents: Vec::new(), others: Vec::new() };
    for mate in &team.people {
        match mate.role {
            Some(Role::Leader | Role::Acting) => sorted.leaders.push(mate.id),
            Some(Role::Member | Role::Agent) => sorted.agents.push(mate.id),
            Some(Role::Head | Role::Hr | Role::Party | Role::Own | Role::Predecessor) | None => {
                sorted.others.push(mate.id);
            }
        }
    }
    sorted
}

fn pair(tenure: &Tenure, zone: &Zone, now: Timestamp) -> Pair {
    // A moment that no calendar has would be as if nothing had been before today.
    let today = now.day_in(zone).unwrap_or(Day::FIRST);
    let day = |at: Timestamp| at.day_in(zone).unwrap_or(today);
    // Who leads in a leader's place does so until the hour that the day has: an end that is still to come ends nothing yet.
    let over = tenure.until.filter(|until| *until <= now);
    Pair {
        tenure: tenure.id,
        team: tenure.team,
        leader: tenure.leader.id,
        agent: tenure.agent.id,
        name: tenure.agent.name.clone(),
        joined: day(tenure.joined.unwrap_or(tenure.from)),
        from: day(tenure.from),
        until: over.map(day),
    }
}

#[cfg(test)]
mod chance;
#[cfg(test)]
mod tests;
