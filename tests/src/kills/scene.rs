//! Owns where servers and databases get killed: a Postgres, an organisation on it, an office that is never killed,
//! and how the servers that are come to their database. Who writes, and what is looked for, is `team`'s.

use super::server_process::ServerProcess;
use server::cluster::{Cluster, Options};
use server::demo::stage::{Instance, Stage};
use std::ffi::OsString;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use sync_core::ids::PersonId;

/// A place for kills.
pub struct Scene {
    /// The directory, the vault and the organisation.
    pub stage: Stage,
    /// An instance in this process, where people are added and phones enrolled.
    pub office: Instance,
    /// Who founded the organisation.
    pub founder: PersonId,
    /// Where Postgres keeps its data, whoever runs it.
    pub cluster_directory: PathBuf,
    /// Postgres, as long as this process runs it.
    standing: Option<Cluster>,
}

impl Scene {
    /// Sets everything up; this process runs Postgres.
    pub async fn build() -> anyhow::Result<Self> {
        let dir = tempfile::Builder::new().prefix("floorwalk-kills-").tempdir()?;
        // As root, Postgres runs under another account, which must reach its files.
        std::fs::set_permissions(dir.path(), Permissions::from_mode(0o711))?;
        let cluster_directory = dir.path().join("postgres");
        let standing = Cluster::open(Options::new(&cluster_directory)).await?;
        let mut stage = Stage::on(dir, standing.url().to_owned(), None);
        let office = stage.start_server().await?;
        let founder = stage.found(&office, "Maria Ionescu").await?;
        Ok(Self { stage, office, founder, cluster_directory, standing: Some(standing) })
    }

    /// Starts a server process. While this process runs Postgres the server is given its address; afterwards the
    /// server runs it, on the same data.
    pub async fn start_server(&self) -> anyhow::Result<ServerProcess> {
        let database: [OsString; 2] = match &self.standing {
            Some(cluster) => ["--database-url".into(), cluster.url().into()],
            None => ["--data-dir".into(), self.cluster_directory.clone().into()],
        };
        ServerProcess::start(self.stage.dir.path(), database).await
    }

    /// Stops Postgres, so that from now on a server runs it as its private one.
    pub async fn hand_over_postgres(&mut self) {
        if let Some(cluster) = self.standing.take() {
            cluster.stop().await;
        }
    }

    /// Takes everything down.
    pub async fn strike(mut self) {
        let app = self.office.app.clone();
        self.office.stop().await;
        app.store.close().await;
        if let Some(cluster) = self.standing.take() {
            cluster.stop().await;
        }
        self.stage.strike().await;
    }
}
