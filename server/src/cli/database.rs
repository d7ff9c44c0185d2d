//! Owns how a command gets to its database: the one that it was given, the one that runs, or one of its own.

use crate::app::{App, Limits};
use crate::clock::Clock;
use crate::cluster::{Cluster, ClusterError};
use crate::config::{Config, Database};
use crate::network::Network;
use crate::random::Randomness;
use crate::secret::Secret;
use crate::startup::{self, Setup, StartError};
use crate::trial::{Place, Workers};

/// Why a command has no database to work with.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The private Postgres cannot be used.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The server does not come up.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// How a command uses the private Postgres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stay {
    /// Owns it: a server.
    Owner,
    /// Uses the running server's, or owns it for the moment.
    Guest,
}

/// An app with its database, until [`Opened::close`].
pub(super) struct Opened {
    pub app: App,
    cluster: Option<Cluster>,
}

impl Opened {
    pub(super) async fn open(
        config: Config,
        stay: Stay,
        trusted_proxies: Vec<Network>,
    ) -> Result<Self, OpenError> {
        let (database_url, cluster) = match config.database {
            Database::Url(url) => (url, None),
            Database::Private(options) => {
                let cluster = match stay {
                    Stay::Owner => Cluster::open(options).await?,
                    Stay::Guest => Cluster::join(options).await?,
                };
                (Secret::from(cluster.url().to_owned()), Some(cluster))
            }
        };
        let setup = Setup {
            database_url,
            vault: config.vault,
            pool: config.pool,
            limits: Limits::default(),
            trials: Place::Workers(Workers::of_this_program()),
            trusted_proxies,
            clock: Clock::system(),
            random: Randomness::system(),
        };
        match startup::open(setup).await {
            Ok(app) => Ok(Self { app, cluster }),
            Err(error) => {
                stop(cluster).await;
                Err(error.into())
            }
        }
    }

    /// Closes the connections, then stops the private Postgres if it is ours.
    pub(super) async fn close(self) {
        self.app.store.close().await;
        stop(self.cluster).await;
    }
}

async fn stop(cluster: Option<Cluster>) {
    if let Some(cluster) = cluster {
        cluster.stop().await;
    }
}
