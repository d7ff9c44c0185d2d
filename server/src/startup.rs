//! Owns the order in which a server comes up: schema, role, vault, ledger. Each step refuses rather than guesses.

use crate::app::{App, Limits};
use crate::clock::Clock;
use crate::network::Network;
use crate::random::Randomness;
use crate::secret::Secret;
use crate::services::administration::By;
use crate::services::live::LiveHub;
use crate::services::roster::{Office, RosterError};
use crate::spawner::Spawner;
use crate::store::postgres::{self, MigrationError, PgStore, PoolSettings, SelfCheckError};
use crate::store::{Store, StoreError};
use crate::trial::{Place, Trials};
use crate::vault::{Vault, VaultError};
use std::path::PathBuf;
use std::sync::Arc;

/// What a server is made of.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The database, as its owner reaches it.
    pub database_url: Secret,
    /// The directory of keys and ledger.
    pub vault: PathBuf,
    /// How many connections to the database.
    pub pool: PoolSettings,
    /// What a request may cost.
    pub limits: Limits,
    /// Where pushed changes are tried.
    pub trials: Place,
    /// Proxies whose word about the client's address counts.
    pub trusted_proxies: Vec<Network>,
    /// The time.
    pub clock: Clock,
    /// Random bytes.
    pub random: Randomness,
}

/// Why a server does not come up.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The schema could not be brought up to date.
    #[error("the database cannot be brought to this version's schema")]
    Migration(#[from] MigrationError),
    /// The database would not keep organisations apart, or does not answer.
    #[error("the database cannot be used")]
    SelfCheck(#[from] SelfCheckError),
    /// The vault is not right.
    #[error("the vault cannot be used")]
    Vault(#[from] VaultError),
    /// A statement failed.
    #[error("the database failed")]
    Store(#[from] StoreError),
    /// The ledger could not be applied.
    #[error("what was revoked could not be applied to the database")]
    Ledger(#[from] RosterError),
}

/// Brings a server up on a database that answers.
pub async fn open(setup: Setup) -> Result<App, StartError> {
    postgres::migrate(setup.database_url.expose()).await?;
    let store = PgStore::connect(setup.database_url.expose(), setup.pool).await?;
    let vault = open_vault(&store, &setup).await?;
    let (clock, random) = (setup.clock, setup.random);
    let office =
        Office { store: &store, ledger: vault.ledger(), random: &random, now: clock.now(), by: By::Server };
    let taken = office.replay(vault.ledger().replay()?).await?;
    if taken > 0 {
        tracing::warn!(taken, "the database had back what was taken away: it was restored from a backup");
    }
    for org in store.organisations().await? {
        office.catch_up(org).await?;
    }
    Ok(App {
        store,
        trials: Trials::at(setup.trials),
        vault,
        clock,
        random,
        limits: setup.limits,
        trusted_proxies: Arc::from(setup.trusted_proxies),
        live: LiveHub::default(),
        spawner: Spawner::default(),
    })
}

/// The vault of this very database. A new database gets its name from the keys, never the other way round.
async fn open_vault(store: &PgStore, setup: &Setup) -> Result<Vault, StartError> {
    let named = store.server_id().await?;
    let vault = Vault::open(&setup.vault, named.as_deref(), &setup.random)?;
    if named.is_none() {
        store.insert_server_id(&vault.keys().server_id).await?;
        // Another instance may have been faster, with another vault.
        let winner = store.server_id().await?;
        return Ok(Vault::open(&setup.vault, winner.as_deref(), &setup.random)?);
    }
    Ok(vault)
}
