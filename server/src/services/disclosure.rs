//! Owns showing somebody on the server what is about a person and not theirs, and the access log that this is written in first.
//!
//! Whatever reads documents on the server to show them asks for an [`Entered`], which only [`Office::enter_read`] makes: so no such read is
//! without its entry. Phones read through the feed, by the seats that people have; what the server does with documents by itself (the
//! gate, saving them) shows nobody anything.

use super::appointment;
use super::compaction;
use super::roster::{Office, PersonName, RosterError};
use crate::store::postgres::{PgStore, PgTransaction};
use crate::store::row::AccessRow;
use crate::store::{Access, Store, StoreError, Stored, Transaction};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use sync_core::coaching::{Kind, circumstance, readable};
use sync_core::document::{Document, LoadError};
use sync_core::ids::{AccessId, AudienceId, DocId, OrgId, PersonId, TenureId};
use sync_core::key::{NaturalKey, Subject};
use sync_core::policy::{self, Appointment, Condition, Reader};
use sync_core::store::ACCESS_LOG;
use sync_core::time::Timestamp;

/// Why somebody was shown nothing.
#[derive(Debug, thiserror::Error)]
pub enum DisclosureError {
    /// Who asks answers for no team of the person.
    #[error("this person is neither head of operations nor HR partner of a team that the other one is in")]
    NoOffice,
    /// Nobody with that office is ever shown this.
    #[error("{0:?} is shown no document of this kind")]
    NeverShown(Reader),
    /// It was not entered, so it was not shown.
    #[error(transparent)]
    Roster(#[from] RosterError),
    /// A document does not load.
    #[error("document {0} does not load")]
    Unloadable(DocId, #[source] Box<LoadError>),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who wants to be shown what about whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// Who asks.
    pub reader: PersonId,
    /// About whom.
    pub about: PersonId,
    /// What kind of documents.
    pub kind: Kind,
}

/// A read that is to be written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Read {
    /// About whom.
    pub about: PersonId,
    /// Who reads; none if it is nobody of the organisation.
    pub reader: Option<PersonId>,
    /// As what.
    pub role: Reader,
    /// What kind of documents.
    pub kind: Kind,
}

/// That a read is in the access log: the key to the documents of that kind about that person.
#[derive(Debug)]
pub struct Entered {
    org: OrgId,
    about: PersonId,
    kind: Kind,
}

/// What somebody was shown of one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Which document.
    pub doc: DocId,
    /// Whose it is alone, if it is one person's.
    pub of: Option<PersonId>,
    /// What people wrote in it.
    pub text: String,
}

/// An entry, as the person whom it is about sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessRecord {
    /// When.
    pub at: Timestamp,
    /// Who read; none if it is nobody of the organisation.
    pub reader: Option<PersonName>,
    /// As what.
    pub role: String,
    /// The kind of what was read.
    pub what: String,
}

impl Office<'_> {
    /// Shows a head of operations or an HR partner what the policy lets them see of a person, once that is in the access log.
    pub async fn disclose(&self, org: OrgId, request: Request) -> Result<Vec<Shown>, DisclosureError> {
        let Request { reader, about, kind } = request;
        let mut tx = self.store.begin(org, Access::Read).await?;
        let office = office_for(&mut tx, reader, about).await?.ok_or(DisclosureError::NoOffice)?;
        drop(tx);
        let role = Reader::from(office);
        let condition = policy::disclosed(kind, office).ok_or(DisclosureError::NeverShown(role))?;
        let entered = self.enter_read(org, Read { about, reader: Some(reader), role, kind }).await?;
        entered.documents(self.store, condition).await
    }

    /// Writes down that something about a person is going to be read, where the person sees it too.
    pub async fn enter_read(&self, org: OrgId, read: Read) -> Result<Entered, RosterError> {
        let Read { about, reader, role, kind } = read;
        let mut tx = self.begin(org).await?;
        tx.find_person(about).await?.ok_or(RosterError::NotFound("person"))?;
        let named = match reader {
            Some(id) => Some(tx.find_person(id).await?.ok_or(RosterError::NotFound("reader"))?),
            None => None,
        };
        let (id, what) = (AccessId::from_bytes(self.random.bytes()), kind.name().to_owned());
        let record = AccessRecord {
            at: self.now,
            reader: named.map(|row| PersonName { id: row.id, name: row.name.as_str().to_owned() }),
            role: role.as_str().to_owned(),
            what: what.clone(),
        };
        tx.insert_access(&AccessRow { id, about, reader, role, what, at: self.now }).await?;
        let body =
            serde_json::to_string(&record).expect("a record serializes: its fields are text and numbers");
        let own = AudienceId::of(org, &Subject::Person(about));
        self.announcer(&mut tx).publish(own, ACCESS_LOG, id.as_bytes(), Some(body)).await?;
        tx.commit().await?;
        Ok(Entered { org, about, kind })
    }
}

impl Entered {
    /// The documents that were entered, as far as the condition lets them be shown, ascending.
    async fn documents(&self, store: &PgStore, condition: Condition) -> Result<Vec<Shown>, DisclosureError> {
        let mut shown = Vec::new();
        for (doc, key) in self.keys(store).await? {
            let loaded = compaction::whole(store, self.org, doc).await?;
            let loaded =
                loaded.transpose().map_err(|source| DisclosureError::Unloadable(doc, Box::new(source)))?;
            let Some(loaded) = loaded else { continue };
            let loaded = Document::of(&loaded);
            let is_shown = match condition {
                Condition::OnRequest => true,
                Condition::WhenShared => circumstance::is_shared_with_hr(loaded),
            };
            if is_shown {
                shown.push(Shown { doc, of: owner(&key), text: readable(loaded) });
            }
        }
        Ok(shown)
    }

    /// Which documents of the kind are about the person: by their key, or because they are the agent of the pair.
    async fn keys(&self, store: &PgStore) -> Stored<Vec<(DocId, NaturalKey)>> {
        let mut tx = store.begin(self.org, Access::Read).await?;
        let tenures = tx.tenures().await?.into_iter().map(|row| row.tenure);
        let led: BTreeSet<TenureId> =
            tenures.filter(|tenure| tenure.agent == self.about).map(|tenure| tenure.id).collect();
        let is_about = |key: &NaturalKey| match key.subject {
            Subject::Tenure(tenure) => led.contains(&tenure),
            Subject::Person(_) => key.part.about() == Some(self.about),
            Subject::Team(_) | Subject::Organisation | Subject::Group(_) => false,
        };
        let all = tx.documents_of_kind(self.kind.name()).await?.into_iter();
        Ok(all.filter(|(_, key)| is_about(key)).collect())
    }
}

fn owner(key: &NaturalKey) -> Option<PersonId> {
    match key.subject {
        Subject::Person(owner) => Some(owner),
        Subject::Tenure(_) | Subject::Team(_) | Subject::Organisation | Subject::Group(_) => None,
    }
}

/// As what somebody answers for a team in which this person is led.
async fn office_for(
    tx: &mut PgTransaction,
    reader: PersonId,
    about: PersonId,
) -> Stored<Option<policy::Office>> {
    let running = tx.tenures().await?.into_iter().filter(|row| row.tenure.until.is_none());
    let teams: BTreeSet<_> = running.filter(|row| row.tenure.agent == about).map(|row| row.team.id).collect();
    let counts = |appointment: &Appointment| {
        let is_theirs = appointment.team.map_or(!teams.is_empty(), |team| teams.contains(&team));
        appointment.person == reader && is_theirs
    };
    let offices = appointment::running(tx).await?.into_iter().filter(counts);
    Ok(offices.map(|appointment| appointment.office).max())
}
