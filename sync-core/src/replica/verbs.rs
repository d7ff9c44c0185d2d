//! Owns the verbs that are the same for every kind of document: list, state, what was refused, who is who.
//! The verbs of one kind stand in its own file under `coaching`.

use super::desk::Desk;
use super::search::passages_of;
use super::{Event, Replica, ReplicaError};
use crate::coaching::{Kind, Summary};
use crate::document::Conflict;
use crate::ids::{DocId, PersonId, TeamId, TenureId};
use crate::insight::{Entry, FiguresKey, TeamFigures};
use crate::key::NaturalKey;
use crate::metric::{self, MetricRow, MonthKey};
use crate::policy::{Reader, Role};
use crate::store::{
    ACCESS_LOG, Batch, DocumentRow, Expect, Origin, Presence, RefusedRow, StoreError, TEAM_FIGURES, TEAMS,
    TENURES, Write,
};
use crate::time::Timestamp;
use crate::wire::Authored;
use automerge::Change;
use serde::Deserialize;
use std::collections::BTreeSet;

/// List entries that are kept together: a transaction for each would wait for the disk for each.
pub(super) const ENTRIES_AT_ONCE: usize = 64;

/// Where what a person wrote stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemState {
    /// Safe on this phone, not yet on the server.
    OnPhone,
    /// On the server.
    OnServer,
    /// The server did not take something; it waits under "not accepted".
    NotAccepted,
}

/// A document as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedDocument {
    /// The document.
    pub doc: DocId,
    /// The stable name of its kind.
    pub kind: String,
    /// Its natural key.
    pub key: NaturalKey,
    /// When it last changed on this phone, by the phone's clock.
    pub changed_at: Timestamp,
    /// Whether its body is here.
    pub presence: Presence,
    /// Where it stands.
    pub state: ItemState,
    /// What its kind shows in a list; empty when the body is not here.
    pub summary: Summary,
}

/// A person, as a record names them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Named {
    /// The person.
    pub id: PersonId,
    /// Their name.
    pub name: String,
}

/// A leader and an agent, as the server's roster has them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Tenure {
    /// The pair.
    #[serde(skip, default = "no_tenure")]
    pub id: TenureId,
    /// Their team.
    pub team: TeamId,
    /// Its name.
    pub team_name: String,
    /// The team's time zone, which days are counted in.
    pub time_zone: String,
    /// The leader; who leads meanwhile, if that is in another's place.
    pub leader: Named,
    /// The agent.
    pub agent: Named,
    /// When the agent joined the team; none if the server is older and does not say.
    #[serde(default)]
    pub joined: Option<Timestamp>,
    /// From when the two are a pair.
    pub from: Timestamp,
    /// Until when, once that is known. From then on the leader's phone has nothing of it.
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// In whose place the leader leads, if not in their own.
    #[serde(default)]
    pub stands_in: Option<StandIn>,
    /// The pair that came before, if the agent got another leader.
    #[serde(default)]
    pub follows: Option<Follows>,
}

/// The pair that an agent was in before they got another leader.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Follows {
    /// Which one.
    pub tenure: TenureId,
    /// Who led them there.
    pub leader: Named,
    /// Until when that leader reads and writes the hand-over; none if they lead now too.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

/// In whose place somebody leads for a time. What the three of them write meanwhile is in a pair of its own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StandIn {
    /// The pair that it stands in for.
    pub tenure: TenureId,
    /// Its leader, who reads and writes along.
    pub leader: Named,
}

/// A team, as the server's roster has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Team {
    /// Which one.
    #[serde(skip, default = "no_team")]
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// Its time zone, which days are counted in.
    pub time_zone: String,
    /// Everybody in it, and who answers for it.
    pub people: Vec<TeamMate>,
}

/// Somebody of a team.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TeamMate {
    /// Who.
    pub id: PersonId,
    /// What they are called.
    pub name: String,
    /// What they are there; none if this version of the app does not know it.
    #[serde(deserialize_with = "role")]
    pub role: Option<Role>,
}

/// That somebody who is none of those who share it was shown something about a person.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AccessEntry {
    /// When.
    pub at: Timestamp,
    /// Who; none if it is nobody of the organisation.
    pub reader: Option<Named>,
    /// As what; none if this version of the app does not know it.
    #[serde(deserialize_with = "reader")]
    pub role: Option<Reader>,
    /// The stable name of the kind of what was read.
    pub what: String,
}

fn reader<'de, D: serde::Deserializer<'de>>(word: D) -> Result<Option<Reader>, D::Error> {
    Ok(Reader::parse(&String::deserialize(word)?))
}

fn role<'de, D: serde::Deserializer<'de>>(word: D) -> Result<Option<Role>, D::Error> {
    Ok(Role::parse(&String::deserialize(word)?))
}

fn no_team() -> TeamId {
    TeamId::from_bytes([0; 16])
}

fn no_tenure() -> TenureId {
    TenureId::from_bytes([0; 16])
}

impl Replica {
    /// The documents of a kind, newest change first. Loads only those whose list entry is out of date.
    pub fn list(&self, kind: Kind) -> Result<Vec<ListedDocument>, ReplicaError> {
        self.shared.with_desk(|desk| desk.list(kind))
    }

    /// Where a document stands.
    pub fn state(&self, doc: DocId) -> Result<ItemState, ReplicaError> {
        self.shared.with_desk(|desk| {
            let states = desk.states()?;
            let origin = desk.store.document(doc)?.map(|row| row.origin);
            states.of(doc, origin).ok_or(ReplicaError::NotFound(doc))
        })
    }

    /// The stable name of a document's kind.
    pub fn kind(&self, doc: DocId) -> Result<String, ReplicaError> {
        self.shared.with_desk(|desk| {
            let row = desk.store.document(doc)?;
            row.map(|row| row.kind).ok_or(ReplicaError::NotFound(doc))
        })
    }

    /// What the server did not take, newest first, readable and copyable.
    pub fn not_accepted(&self) -> Result<Vec<RefusedRow>, ReplicaError> {
        self.shared.with_desk(|desk| Ok(desk.store.refused()?))
    }

    /// The author has seen to something that was not accepted.
    pub fn forget_not_accepted(&self, id: u64) -> Result<(), ReplicaError> {
        self.shared.with_desk(|desk| {
            desk.events.push(Event::RefusedChanged);
            desk.write(vec![Write::ForgetRefused(id)])
        })
    }

    /// Asks for the body of a document that is only a row here; it comes with the next sync.
    pub fn want(&self, doc: DocId) -> Result<(), ReplicaError> {
        self.shared.with_desk(|desk| desk.want(doc))?;
        self.shared.tell(crate::sync::Input::Edited);
        Ok(())
    }

    /// The tenures that this person is part of.
    pub fn tenures(&self) -> Result<Vec<Tenure>, ReplicaError> {
        let records = self.shared.with_desk(|desk| desk.store.records(TENURES))?;
        let read = records.iter().filter_map(|record| {
            let tenure: Tenure = serde_json::from_slice(&record.body).ok()?;
            Some(Tenure { id: TenureId::from_slice(&record.key)?, ..tenure })
        });
        Ok(read.collect())
    }

    /// The teams that this person is in, or answers for.
    pub fn teams(&self) -> Result<Vec<Team>, ReplicaError> {
        self.shared.with_desk(|desk| desk.teams())
    }

    /// The figures of the teams that this person answers for as head of operations; of nobody else are there any here.
    pub fn team_figures(&self) -> Result<Vec<(FiguresKey, TeamFigures)>, ReplicaError> {
        let records = self.shared.with_desk(|desk| desk.store.records(TEAM_FIGURES))?;
        let read = records.iter().filter_map(|record| {
            let figures: TeamFigures = serde_json::from_slice(&record.body).ok()?;
            Some((FiguresKey::from_bytes(&record.key)?, figures))
        });
        Ok(read.collect())
    }

    /// Who was shown on the server what about this person, newest first.
    pub fn access_log(&self) -> Result<Vec<AccessEntry>, ReplicaError> {
        let records = self.shared.with_desk(|desk| desk.store.records(ACCESS_LOG))?;
        let mut read: Vec<AccessEntry> =
            records.iter().filter_map(|record| serde_json::from_slice(&record.body).ok()).collect();
        read.sort_by_key(|entry| std::cmp::Reverse(entry.at));
        Ok(read)
    }

    /// What was measured of a person, as far as this phone may have it: of the person themselves, and of whom they lead.
    pub fn numbers_of(&self, person: PersonId) -> Result<Vec<MetricRow>, ReplicaError> {
        let records = self.shared.with_desk(|desk| desk.store.records(metric::COLLECTION))?;
        let theirs = records.iter().filter_map(|record| {
            let key = MonthKey::from_bytes(&record.key).filter(|key| key.person == person)?;
            Some(metric::decode(key, &record.body))
        });
        Ok(theirs.flatten().collect())
    }

    /// Names who made each of a conflict's claims and when the server got it.
    pub fn with_authors(&self, doc: DocId, mut conflict: Conflict) -> Result<Conflict, ReplicaError> {
        let authors = self.shared.with_desk(|desk| desk.known_authors(doc))?;
        conflict.with_authors(&|actor| authors.iter().find(|a| a.actor == actor).copied());
        Ok(conflict)
    }

    /// Adds changes that were sealed before, as this phone's own edits: they are sent as they are, never folded.
    /// For replaying recorded writing, where one actor belongs to one writer for the whole recording.
    pub fn add_sealed(&self, doc: DocId, changes: &[Change]) -> Result<(), ReplicaError> {
        let now = self.shared.now();
        self.shared.with_desk(|desk| {
            let mut opened = desk.take(doc)?;
            let actor = desk.actor();
            let writes = opened.history.add_sealed(changes.to_vec(), actor)?;
            desk.finish(opened, writes, now)
        })?;
        self.shared.tell(crate::sync::Input::Edited);
        Ok(())
    }
}

/// What waits and what was refused, by document.
pub(super) struct States {
    waiting: BTreeSet<DocId>,
    refused: BTreeSet<DocId>,
}

impl States {
    /// None of a document that is not here. One that was made here goes to the server with its first edit.
    pub(super) fn of(&self, doc: DocId, origin: Option<Origin>) -> Option<ItemState> {
        if self.refused.contains(&doc) {
            return Some(ItemState::NotAccepted);
        }
        Some(match origin? {
            Origin::Local => ItemState::OnPhone,
            Origin::Shared if self.waiting.contains(&doc) => ItemState::OnPhone,
            Origin::Shared => ItemState::OnServer,
        })
    }
}

impl Desk {
    /// Who is behind each actor of a document: what came with others' changes, and, for what this phone pushed, what the
    /// server proved to have.
    fn known_authors(&self, doc: DocId) -> Result<Vec<Authored>, ReplicaError> {
        let mut authors = self.store.authors(doc)?;
        authors.extend(self.store.receipt(doc)?.into_iter().flat_map(|receipt| receipt.authors));
        Ok(authors)
    }

    pub(super) fn teams(&self) -> Result<Vec<Team>, ReplicaError> {
        let records = self.store.records(TEAMS)?;
        let read = records.iter().filter_map(|record| {
            let team: Team = serde_json::from_slice(&record.body).ok()?;
            Some(Team { id: TeamId::from_slice(&record.key)?, ..team })
        });
        Ok(read.collect())
    }

    pub(super) fn states(&self) -> Result<States, ReplicaError> {
        let mut waiting: BTreeSet<DocId> = self.store.drafted()?.into_iter().collect();
        waiting.extend(self.store.outbox(0, usize::MAX)?.iter().map(|row| row.doc));
        let refused = self.store.refused()?.iter().map(|row| row.doc).collect();
        Ok(States { waiting, refused })
    }

    pub(super) fn list(&mut self, kind: Kind) -> Result<Vec<ListedDocument>, ReplicaError> {
        let states = self.states()?;
        let listed = self.entries(kind, Entry::summary_in)?.into_iter().map(|(row, summary)| {
            let state = states.of(row.doc, Some(row.origin)).unwrap_or(ItemState::OnPhone);
            let DocumentRow { doc, kind, key, changed_at, presence, .. } = row;
            ListedDocument {
                doc,
                kind,
                key,
                changed_at,
                presence,
                state,
                summary: summary.unwrap_or_default(),
            }
        });
        Ok(listed.collect())
    }

    /// The rows of a kind, newest change first, each with what `read` finds in its entry. Where that is nothing the entry is
    /// made anew and kept, if the document can be read.
    pub(super) fn entries<T>(
        &mut self,
        kind: Kind,
        read: fn(&[u8]) -> Option<T>,
    ) -> Result<Vec<(DocumentRow, Option<T>)>, ReplicaError> {
        let (mut entries, mut made) = (Vec::new(), Batch::default());
        for row in self.store.documents(Some(kind.name()))? {
            let found = match read(&row.summary) {
                None if row.presence.is_readable() => read(&self.fresh_entry(row.doc, read, &mut made)?),
                found => found,
            };
            entries.push((row, found));
            if made.writes.len() >= ENTRIES_AT_ONCE {
                self.keep_entries(&std::mem::take(&mut made))?;
            }
        }
        self.keep_entries(&made)?;
        Ok(entries)
    }

    /// The entry of a document, made anew and added to what is to be kept; empty if the document cannot be read.
    fn fresh_entry<T>(
        &mut self,
        doc: DocId,
        read: fn(&[u8]) -> Option<T>,
        made: &mut Batch,
    ) -> Result<Vec<u8>, ReplicaError> {
        let Some(mut opened) = self.take_if_readable(doc)? else { return Ok(Vec::new()) };
        if read(&opened.row.summary).is_some() {
            // Reading what nobody had read has kept it.
            return Ok(opened.row.summary);
        }
        let changed_at = opened.row.changed_at;
        made.expect.push(Expect::Generation(doc, opened.row.generation));
        made.writes.push(self.next_row(&mut opened, changed_at));
        made.writes.push(passages_of(&opened));
        made.writes.extend(opened.history.compact());
        Ok(opened.row.summary)
    }

    /// Keeps list entries, and snapshots of what has a long tail. Where that cannot be they are made again next time:
    /// when another process wrote meanwhile, or the disk is full.
    pub(super) fn keep_entries(&mut self, made: &Batch) -> Result<(), ReplicaError> {
        if made.writes.is_empty() {
            return Ok(());
        }
        match self.store.commit(made) {
            Ok(()) | Err(StoreError::Stale | StoreError::Full) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
