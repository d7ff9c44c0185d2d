//! Owns one Postgres of a replicated pair: made, started, killed with all its processes, promoted.

use anyhow::{Context, ensure};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection, Row};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How often a state that must come is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How often before it is given up: a minute.
const LOOKS: u32 = 1_200;

/// Settings of both: safe against a crash, reached on this machine only, ready to be followed.
const SETTINGS: &str = "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nwal_level = replica\n\
    max_wal_senders = 8\nhot_standby = on\nsynchronous_commit = on\nfsync = on\nshared_buffers = 32MB\n\
    max_connections = 100\nwal_keep_size = 256MB\n";

/// A running Postgres.
pub struct Node {
    /// Where it listens.
    pub port: u16,
    programs: Programs,
    directory: PathBuf,
    child: Child,
    runs: bool,
}

/// Where the programs are, and the account that they run under.
#[derive(Debug, Clone)]
pub struct Programs {
    directory: PathBuf,
    /// The account that root steps down to; Postgres refuses to run as root.
    account: Option<(u32, u32)>,
}

impl Programs {
    /// Finds them.
    pub fn find() -> anyhow::Result<Self> {
        let releases =
            std::fs::read_dir("/usr/lib/postgresql").context("no Postgres: apt-get install postgresql")?;
        let mut found: Vec<PathBuf> = releases.flatten().map(|release| release.path().join("bin")).collect();
        found.sort();
        let directory = found.pop().context("no Postgres: apt-get install postgresql")?;
        let account = if number("-u", None)? == 0 {
            let name = Some("postgres");
            Some((number("-u", name)?, number("-g", name)?))
        } else {
            None
        };
        Ok(Self { directory, account })
    }

    /// Gives this directory to the account.
    pub fn own(&self, directory: &Path) -> anyhow::Result<()> {
        let Some((uid, gid)) = self.account else { return Ok(()) };
        Ok(std::os::unix::fs::chown(directory, Some(uid), Some(gid))?)
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.directory.join(name));
        if let Some((uid, gid)) = self.account {
            command.uid(uid).gid(gid);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).current_dir("/");
        command
    }

    fn run(&self, name: &str, arguments: &[&str]) -> anyhow::Result<()> {
        let output = self.command(name).args(arguments).stderr(Stdio::piped()).output()?;
        ensure!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }
}

impl Node {
    /// A new primary in this directory.
    pub async fn create(programs: &Programs, directory: PathBuf) -> anyhow::Result<Self> {
        let path = directory.to_string_lossy().into_owned();
        programs
            .run("initdb", &["-D", &path, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"])?;
        let settings = directory.join("postgresql.conf");
        let text = std::fs::read_to_string(&settings)? + SETTINGS;
        std::fs::write(settings, text)?;
        Self::start(programs.clone(), directory).await
    }

    /// A standby of this one, in this directory; from now on no commit returns before the standby has it on disk.
    pub async fn follow(&self, directory: PathBuf) -> anyhow::Result<Self> {
        let (port, path) = (self.port.to_string(), directory.to_string_lossy().into_owned());
        let from = ["-h", "127.0.0.1", "-p", &port, "-U", "postgres", "-D", &path];
        self.programs.run("pg_basebackup", &[&from[..], &["-R", "-X", "stream", "-c", "fast"]].concat())?;
        let standby = Self::start(self.programs.clone(), directory).await?;
        self.tell("ALTER SYSTEM SET synchronous_standby_names = '*'").await?;
        self.tell("SELECT pg_reload_conf()").await?;
        self.until("SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'").await?;
        Ok(standby)
    }

    /// Kills it with all its processes, as a power cut would.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        let group = format!("-{}", self.child.id());
        ensure!(
            Command::new("kill").args(["-KILL", "--", &group]).status()?.success(),
            "no such process group"
        );
        self.child.wait()?;
        self.runs = false;
        Ok(())
    }

    /// Turns the standby into the primary.
    pub async fn promote(&self) -> anyhow::Result<()> {
        let path = self.directory.to_string_lossy();
        self.programs.run("pg_ctl", &["promote", "-D", &path, "-w"])?;
        self.until("SELECT NOT pg_is_in_recovery()").await
    }

    /// A connection that may do anything.
    pub async fn connect(&self) -> anyhow::Result<PgConnection> {
        let options = PgConnectOptions::new_without_pgpass().host("127.0.0.1").port(self.port);
        Ok(options.username("postgres").database("postgres").connect().await?)
    }

    async fn start(programs: Programs, directory: PathBuf) -> anyhow::Result<Self> {
        // Free now, and nobody else on this machine picks ports at this moment.
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut postgres = programs.command("postgres");
        postgres.arg("-D").arg(&directory).args(["-p", &port.to_string()]).process_group(0);
        let node = Self { port, programs, directory, child: postgres.spawn()?, runs: true };
        for _ in 0..LOOKS {
            if node.connect().await.is_ok() {
                return Ok(node);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        anyhow::bail!("Postgres in {} does not answer", node.directory.display())
    }

    async fn tell(&self, statement: &'static str) -> anyhow::Result<()> {
        sqlx::query(statement).execute(&mut self.connect().await?).await?;
        Ok(())
    }

    async fn until(&self, question: &'static str) -> anyhow::Result<()> {
        for _ in 0..LOOKS {
            if sqlx::query(question).fetch_one(&mut self.connect().await?).await?.try_get(0)? {
                return Ok(());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        anyhow::bail!("never came true: {question}")
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if self.runs {
            // Nobody is there to hear of it.
            let _ = self.kill();
        }
    }
}

/// The number of this account or group; of the present account if none is named.
fn number(which: &str, name: Option<&str>) -> anyhow::Result<u32> {
    let output = Command::new("id").arg(which).args(name).output()?;
    String::from_utf8_lossy(&output.stdout).trim().parse().context("there is no account named postgres")
}
