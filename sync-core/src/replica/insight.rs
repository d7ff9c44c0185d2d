//! Owns what read models are fed with on a phone: rows of the store, the roster, and the phone's clock. Opens a document only if its
//! entry is out of date. What a viewer may read of all that is decided in `insight`, what follows from it in the models.

use super::desk::Desk;
use super::verbs::Tenure;
use super::{Replica, ReplicaError};
use crate::ids::{PersonId, TeamId, TenureId};
use crate::insight::facts::Facts;
use crate::insight::{Entry, Input, Known, Pair, Shelf, Thresholds};
use crate::store::TEAMS;
use crate::time::{Day, Timestamp, Zone};
use std::collections::BTreeMap;

/// What a phone knows at one moment.
struct Gathered {
    viewer: PersonId,
    as_of: Day,
    zone: Zone,
    pairs: Vec<Pair>,
    teams: Vec<TeamId>,
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
        let tenures = self.tenures()?;
        let zone = self.zone(&tenures)?;
        // Others work with the store while the model counts.
        let gathered = self.shared.with_desk(|desk| desk.gather(now, &tenures, zone))?;
        Ok(model(&gathered.shelf()))
    }

    /// Where days are counted: in the first of the pairs, or of the teams of who is in no pair; in UTC without either.
    fn zone(&self, tenures: &[Tenure]) -> Result<Zone, ReplicaError> {
        let running = tenures.iter().find(|tenure| tenure.until.is_none());
        let named = match running.or(tenures.first()) {
            Some(tenure) => Some(tenure.time_zone.clone()),
            None => self.teams()?.into_iter().next().map(|team| team.time_zone),
        };
        Ok(named.and_then(|name| Zone::named(&name)).unwrap_or_else(Zone::utc))
    }
}

impl Desk {
    fn gather(&mut self, now: Timestamp, tenures: &[Tenure], zone: Zone) -> Result<Gathered, ReplicaError> {
        let as_of = now.day_in(&zone).unwrap_or(Day::FIRST);
        Ok(Gathered {
            viewer: self.identity.person,
            as_of,
            pairs: tenures.iter().map(|tenure| pair(tenure, &zone, now)).collect(),
            teams: self.teams()?,
            documents: self.known()?,
            unread: BTreeMap::new(),
            thresholds: Thresholds::default(),
            zone,
        })
    }

    fn teams(&self) -> Result<Vec<TeamId>, ReplicaError> {
        let records = self.store.records(TEAMS)?;
        Ok(records.iter().filter_map(|record| TeamId::from_slice(&record.key)).collect())
    }

    /// The facts of every document that has some.
    fn known(&mut self) -> Result<Vec<Known>, ReplicaError> {
        let mut known = Vec::new();
        for kind in Facts::kinds() {
            let entries = self.entries(kind, Entry::facts_in)?.into_iter();
            known.extend(
                entries.filter_map(|(row, facts)| Some(Known { doc: row.doc, key: row.key, facts: facts? })),
            );
        }
        Ok(known)
    }
}

impl Gathered {
    fn shelf(&self) -> Shelf<'_> {
        Shelf::of(Input {
            viewer: self.viewer,
            as_of: self.as_of,
            zone: &self.zone,
            pairs: &self.pairs,
            teams: &self.teams,
            documents: &self.documents,
            absences: &[],
            unread: &self.unread,
            thresholds: &self.thresholds,
        })
    }
}

fn pair(tenure: &Tenure, zone: &Zone, now: Timestamp) -> Pair {
    // A moment that no calendar has would be as if nothing had been before today.
    let today = now.day_in(zone).unwrap_or(Day::FIRST);
    let day = |at: Timestamp| at.day_in(zone).unwrap_or(today);
    // Who leads in a leader's place does so until the hour that the day has: an end that is still to come ends nothing yet.
    let over = tenure.until.filter(|until| *until <= now);
    Pair {
        tenure: tenure.id,
        leader: tenure.leader.id,
        agent: tenure.agent.id,
        name: tenure.agent.name.clone(),
        joined: day(tenure.joined.unwrap_or(tenure.from)),
        from: day(tenure.from),
        until: over.map(day),
    }
}

#[cfg(test)]
mod tests;
