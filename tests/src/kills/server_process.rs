//! Owns a server that can be killed: a process of its own, where it listens, and whether it is ready.

use super::eventually;
use anyhow::{Context, bail, ensure};
use clap::Parser;
use reqwest::StatusCode;
use rustix::process::{Pid, Signal, kill_process};
use server::cli::{self, Cli};
use server::config::Environment;
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::{Child, ChildStdin, Command};

/// The subcommand under which this program is the server that gets killed.
pub const RUN_SERVER: &str = "run-server";
/// What the server's log has in front of its address.
const LISTENING: &str = "listening address=";

/// A server in a process of its own; killed when this is dropped.
pub struct ServerProcess {
    /// Where it listens.
    pub url: String,
    child: Child,
    /// Nothing is ever written: the server ends when this is closed.
    _tie: Option<ChildStdin>,
}

impl ServerProcess {
    /// Starts one on a free port, with its vault and its log in this directory, and waits until it listens.
    pub async fn start(dir: &Path, database: [OsString; 2]) -> anyhow::Result<Self> {
        let path = log(dir);
        let log = OpenOptions::new().create(true).append(true).open(&path)?;
        let begins_at = usize::try_from(log.metadata()?.len())?;
        let program = std::env::current_exe().context("this program's own file")?;
        let mut child = Command::new(program)
            .args([RUN_SERVER, "--listen", "127.0.0.1:0", "--vault"])
            .arg(dir.join("vault"))
            .args(database)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()?;
        let url = eventually("a server that listens", async || {
            let said = std::fs::read_to_string(&path)?;
            let said = said.get(begins_at..).unwrap_or_default();
            if let Some(status) = child.try_wait()? {
                bail!("the server did not come up ({status}):\n{said}");
            }
            Ok(address(said).map(|address| format!("http://{address}")))
        })
        .await?;
        // Taken out, as waiting for the child would close it.
        let tie = child.stdin.take();
        Ok(Self { url, child, _tie: tie })
    }

    /// Its number.
    pub fn pid(&self) -> anyhow::Result<Pid> {
        let pid = self.child.id().context("the server has ended")?;
        Pid::from_raw(i32::try_from(pid)?).context("a process has a number")
    }

    /// Kills it, as a power cut would, and collects it.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        ensure!(self.child.try_wait()?.is_none(), "the server ended before it was killed");
        Ok(self.child.kill().await?)
    }

    /// Waits until it says that it may get requests.
    pub async fn until_ready(&mut self) -> anyhow::Result<()> {
        let url = format!("{}/readyz", self.url);
        eventually("a server that is ready", async || {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended ({status}) instead of coming back");
            }
            let status = reqwest::get(&url).await.map(|answer| answer.status());
            Ok((status.ok() == Some(StatusCode::NO_CONTENT)).then_some(()))
        })
        .await
    }

    /// Stops it, as an operator would.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        kill_process(self.pid()?, Signal::TERM)?;
        let status = self.child.wait().await?;
        ensure!(status.success(), "the server did not stop in order: {status}");
        Ok(())
    }
}

/// The lines in the servers' log that an operator would be woken for: faults of the server's own, and answers with
/// status 500. (That a connection to a dead Postgres breaks is an error to the driver, and none to us.)
pub fn alarms(dir: &Path) -> anyhow::Result<Vec<String>> {
    let path = log(dir);
    let said = if path.exists() { std::fs::read_to_string(path)? } else { String::new() };
    let is_alarm =
        |line: &&str| line.contains("status=500") || line.contains(" ERROR ") && line.contains(" server::");
    Ok(said.lines().filter(is_alarm).map(str::to_owned).collect())
}

fn log(dir: &Path) -> PathBuf {
    dir.join("server.log")
}

/// The address in a line that is written to its end.
fn address(said: &str) -> Option<&str> {
    let (_, rest) = said.split_once(LISTENING)?;
    rest.split_once(char::is_whitespace).map(|(address, _)| address)
}

/// Is the server: serves until it is told to stop, or killed, or its parent is gone.
pub fn run(arguments: impl Iterator<Item = OsString>) -> anyhow::Result<()> {
    std::thread::spawn(end_with_parent);
    let words = std::iter::once("server".into()).chain(arguments).collect();
    let cli = Cli::parse_from(cli::with_default_command(words));
    tokio::runtime::Runtime::new()?.block_on(cli::run(cli, Environment::read()))?;
    Ok(())
}

/// The parent never writes: its end of the pipe closes when it ends, however it ends.
fn end_with_parent() {
    let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
    std::process::exit(1);
}
