//! Owns the kill proof: how often what is killed, and the verdict. What is killed, and what must be there
//! afterwards, is decided by the part of each kind.

pub mod phone;
pub mod tally;

use anyhow::{Context, bail, ensure};
use server::demo::stage::Stage;
use std::ffi::OsString;
use std::io::Write;
use tally::Tally;

/// How often to kill what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Kills of a phone's process.
    pub phones: u32,
    /// Decides when they come.
    pub seed: u64,
}

impl Settings {
    /// Reads `--phones N` and `--seed S`.
    pub fn parse(mut arguments: impl Iterator<Item = OsString>) -> anyhow::Result<Self> {
        let mut settings = Self { phones: 200, seed: 1 };
        while let Some(name) = arguments.next() {
            let value = arguments.next().context("every option takes a number")?;
            let value: u32 = value.to_string_lossy().parse().context("every option takes a number")?;
            match &*name.to_string_lossy() {
                "--phones" => settings.phones = value,
                "--seed" => settings.seed = u64::from(value),
                other => bail!("there is no option {other}"),
            }
        }
        Ok(settings)
    }
}

/// Kills everything as often as told; an error unless nothing was lost or torn, and half of the kills hit work.
pub async fn play(settings: Settings) -> anyhow::Result<()> {
    let mut stage = Stage::build().await?;
    let server = stage.start_server().await?;
    let founder = stage.found(&server, "Maria Ionescu").await?;
    let mut tallies: Vec<Tally> = Vec::new();
    if settings.phones > 0 {
        tallies.push(phone::kill_often(&stage, &server, founder, settings).await?);
    }
    server.stop().await;
    stage.strike().await;
    for tally in &tallies {
        say(&tally.to_string())?;
    }
    ensure!(tallies.iter().all(Tally::is_kept), "the promise was not kept");
    Ok(())
}

/// Prints a line.
pub fn say(line: &str) -> std::io::Result<()> {
    let mut screen = std::io::stdout();
    writeln!(screen, "{line}")?;
    screen.flush()
}
