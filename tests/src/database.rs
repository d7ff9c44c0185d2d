//! Owns a database that one test has for itself, and its backups.

use anyhow::Context;
use server::random::Randomness;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};
use std::str::FromStr;

/// A database on the cluster of `DATABASE_URL`. Goes when this is dropped, whoever still uses it.
#[derive(Debug)]
pub struct Database {
    cluster: PgConnectOptions,
    name: String,
}

impl Database {
    /// An empty one.
    pub async fn create() -> anyhow::Result<Self> {
        Self::copy_of(cluster()?, "template1").await
    }

    /// An empty one on the cluster that this URL leads to.
    pub async fn create_on(cluster_url: &str) -> anyhow::Result<Self> {
        Self::copy_of(PgConnectOptions::from_str(cluster_url)?, "template1").await
    }

    /// A copy of this one as it is now. Nobody may be using it.
    pub async fn back_up(&self) -> anyhow::Result<Self> {
        Self::copy_of(self.cluster.clone(), &self.name).await
    }

    /// Becomes what the backup is.
    pub async fn restore(&self, backup: &Self) -> anyhow::Result<()> {
        let mut cluster = self.cluster.connect().await?;
        drop_database(&mut cluster, &self.name).await?;
        copy_database(&mut cluster, &backup.name, &self.name).await
    }

    /// How the server reaches it.
    pub fn url(&self) -> String {
        self.options().to_url_lossy().to_string()
    }

    /// A connection that may do anything.
    pub async fn as_owner(&self) -> anyhow::Result<PgConnection> {
        Ok(self.options().connect().await?)
    }

    fn options(&self) -> PgConnectOptions {
        self.cluster.clone().database(&self.name)
    }

    async fn copy_of(cluster: PgConnectOptions, template: &str) -> anyhow::Result<Self> {
        let random: [u8; 8] = Randomness::system().bytes();
        let name = format!("floorwalk_story_{:016x}", u64::from_be_bytes(random));
        let mut connection = cluster.connect().await.context("there is no cluster that makes databases")?;
        copy_database(&mut connection, template, &name).await?;
        Ok(Self { cluster, name })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (cluster, name) = (self.cluster.clone(), self.name.clone());
        // A thread of its own: a test that failed is dropped in the middle of its runtime.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut cluster = cluster.connect().await?;
                drop_database(&mut cluster, &name).await?;
                Ok(cluster.close().await?)
            })
        });
        // A database that stays behind is a nuisance, not a failure.
        let _: Result<anyhow::Result<()>, _> = dropping.join();
    }
}

async fn copy_database(cluster: &mut PgConnection, from: &str, to: &str) -> anyhow::Result<()> {
    let copy = format!("CREATE DATABASE {to} TEMPLATE {from}");
    sqlx::query(AssertSqlSafe(copy)).execute(cluster).await?;
    Ok(())
}

async fn drop_database(cluster: &mut PgConnection, name: &str) -> anyhow::Result<()> {
    let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    sqlx::query(AssertSqlSafe(drop)).execute(cluster).await?;
    Ok(())
}

/// The cluster that tests make their databases on.
#[expect(clippy::disallowed_methods, reason = "where tests find a cluster is said in the environment")]
pub fn cluster_url() -> anyhow::Result<String> {
    std::env::var("DATABASE_URL").context("DATABASE_URL must name a cluster for tests")
}

fn cluster() -> anyhow::Result<PgConnectOptions> {
    Ok(PgConnectOptions::from_str(&cluster_url()?)?)
}
