//! Owns who administers an organisation over HTTP, and that whoever does may do so at this very moment: people with that office, and
//! keys of programs. An administrator has the roster and the phones, and gets no document, record or number by it.
//!
//! Who is one is decided where the server runs: no route makes an administrator or a key, so neither can make itself permanent.

use super::attempt::Attempt;
use super::roster::{Office, RosterError};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::store::Transaction;
use crate::store::postgres::{PgStore, PgTransaction};
use crate::vault::LedgerEntry;
use sync_core::ids::{ApiKeyId, OrgId, PersonId};
use sync_core::time::Timestamp;

/// Requests of one administrator within ten minutes.
pub const REQUEST_LIMIT: i64 = 6_000;

/// In whose name the roster is read or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Whoever runs the server, the server by itself, or a person in what is theirs.
    Server,
    /// An administrator, for as long as they are one.
    Administrator(Administrator),
}

/// Who administers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Administrator {
    /// A person, with this device.
    Person(Caller),
    /// A program, with this key.
    Program(ApiKeyId),
}

impl std::fmt::Display for Administrator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Person(caller) => write!(f, "person {}", caller.person),
            Self::Program(key) => write!(f, "key {key}"),
        }
    }
}

impl By {
    /// Asks in the transaction that is going to read or write: what was taken away before it opens nothing in it.
    ///
    /// # Errors
    ///
    /// [`RosterError::NotAdministrator`].
    pub(super) async fn check(self, tx: &mut PgTransaction, now: Timestamp) -> Result<(), RosterError> {
        let may = match self {
            Self::Server => true,
            Self::Administrator(Administrator::Person(caller)) => {
                tx.is_administrator(caller.person).await?
                    && tx.revoked_among(&[caller.device]).await?.is_empty()
            }
            Self::Administrator(Administrator::Program(key)) => {
                tx.api_key(key).await?.is_some_and(|row| row.works_at(now))
            }
        };
        if may { Ok(()) } else { Err(RosterError::NotAdministrator) }
    }
}

impl Office<'_> {
    /// Lets somebody administer the organisation from now on. Somebody who does already goes on.
    pub async fn appoint_administrator(&self, org: OrgId, person: PersonId) -> Result<(), RosterError> {
        let mut tx = self.begin(org).await?;
        tx.find_person(person).await?.ok_or(RosterError::NotFound("person"))?;
        tx.put_administrator(person, self.now).await?;
        Ok(tx.commit().await?)
    }

    /// Takes that away now. Doing it twice changes nothing.
    pub async fn dismiss_administrator(&self, org: OrgId, person: PersonId) -> Result<(), RosterError> {
        let before = self.now.plus_ms(1);
        let mut tx = self.begin(org).await?;
        tx.end_administrator(person, before).await?;
        self.enter(LedgerEntry::AdministratorDismissed { org, person, before }).await?;
        Ok(tx.commit().await?)
    }
}

/// Counts a request of an administrator.
pub async fn count_request(store: &PgStore, by: Administrator, now: Timestamp) -> Result<(), ApiError> {
    Attempt::count(store, now, vec![(format!("administrator {by}"), REQUEST_LIMIT)]).await.map(drop)
}
