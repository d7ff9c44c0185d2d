//! Owns the kills of the private Postgres under a server that runs it and phones that push.

use super::round::{Aim, Meanwhile, ROUNDS_PER_DAY, Round};
use super::scene::Scene;
use super::server_process::ServerProcess;
use super::tally::Tally;
use super::team::Team;
use super::{Settings, eventually, processes, say};
use anyhow::{Context, ensure};
use rand::RngExt;
use rand::rngs::StdRng;
use rustix::process::Pid;
use std::path::Path;

/// What a blow hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Victim {
    /// The first process of Postgres. Its sessions are orphans then, which may end what they are at.
    Postmaster,
    /// Every process of Postgres. (Each is a process group of its own, so they are killed one after the other.)
    EveryProcess,
    /// The server and every process of its Postgres: the machine is switched off.
    WithServer,
}

impl Victim {
    fn of(number: u32) -> Self {
        match number % 3 {
            0 => Self::Postmaster,
            1 => Self::EveryProcess,
            _ => Self::WithServer,
        }
    }
}

/// Kills a server's Postgres as often as told.
///
/// Nobody helps: a server whose Postgres dies has to start it again and answer as before; only a server that was
/// killed too is started again, as an operator's supervisor would.
pub async fn kill_often(scene: &mut Scene, team: &mut Team, settings: Settings) -> anyhow::Result<Tally> {
    let mut dice = settings.dice("database");
    let mut tally = Tally::of("database");
    if settings.databases == 0 {
        return Ok(tally);
    }
    team.open_books();
    scene.hand_over_postgres().await;
    let mut server = scene.start_server().await?;
    for number in 0..settings.databases {
        if number.is_multiple_of(ROUNDS_PER_DAY) {
            team.begin_day()?;
        }
        team.lead_to(&server.url)?;
        let victim = Victim::of(number);
        let round = Round { aim: Aim::of(number), meanwhile: meanwhile(victim, &mut dice) };
        let kill = async || {
            strike(victim, &mut server, scene).await?;
            Ok(server.url.clone())
        };
        round.play(team, (&mut dice, &mut tally), kill).await?;
        say(&format!("  {tally}, last {victim:?}"))?;
    }
    team.look_everywhere(scene, &server.url, &mut tally).await?;
    server.stop().await?;
    Ok(tally)
}

fn meanwhile(victim: Victim, dice: &mut StdRng) -> Meanwhile {
    let meets_a_server = victim != Victim::WithServer && dice.random_bool(0.5);
    if meets_a_server { Meanwhile::CallOn } else { Meanwhile::CutOff }
}

/// Kills, and waits until the server is ready again.
async fn strike(victim: Victim, server: &mut ServerProcess, scene: &Scene) -> anyhow::Result<()> {
    let directory = &scene.cluster_directory;
    let postmaster = postmaster(directory)?.context("Postgres runs")?;
    ensure!(processes::parent(postmaster)? == server.pid()?, "this Postgres is not the server's");
    let sessions = processes::children(postmaster)?;
    match victim {
        Victim::Postmaster => processes::kill(&[postmaster])?,
        Victim::EveryProcess => processes::kill(&[&[postmaster], &sessions[..]].concat())?,
        Victim::WithServer => {
            server.kill().await?;
            processes::kill(&[&[postmaster], &sessions[..]].concat())?;
            *server = scene.start_server().await?;
        }
    }
    // Until then a session of the old one might still say that all is well.
    eventually("another Postgres", async || Ok(postmaster_that_is_not(postmaster, directory)?.map(drop)))
        .await?;
    server.until_ready().await
}

fn postmaster_that_is_not(killed: Pid, directory: &Path) -> anyhow::Result<Option<Pid>> {
    Ok(postmaster(directory)?.filter(|found| *found != killed))
}

/// The number that stands in Postgres' own file; none while there is no file, or an unfinished one.
fn postmaster(directory: &Path) -> anyhow::Result<Option<Pid>> {
    match std::fs::read_to_string(directory.join("pg/postmaster.pid")) {
        Ok(file) => Ok(file.lines().next().and_then(processes::pid)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}
