//! Owns histories on real parts: two server processes on one Postgres, phones with SQLite files, a proxy in front of
//! each phone that cuts and lies, and kills at moments of the dice. What the simulator plays many of in virtual time is
//! played here in a smaller number and takes real time.

mod crew;
mod history;
pub mod phone_process;
mod tally;

use crate::kills::say;
use crate::kills::scene::Scene;
use crate::kills::server_process::{ServerProcess, alarms};
use anyhow::ensure;
use history::History;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tally::Tally;

/// How many histories of which length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Args)]
pub struct Settings {
    /// How many histories
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub histories: u32,
    /// Steps of each
    #[arg(long, value_name = "N", default_value_t = 120)]
    pub steps: u32,
    /// Decides everything but the time that things take
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
}

/// Both servers, which come and go.
struct Servers<'a> {
    scene: &'a Scene,
    both: [ServerProcess; 2],
}

impl<'a> Servers<'a> {
    async fn start(scene: &'a Scene) -> anyhow::Result<Self> {
        Ok(Self { scene, both: [scene.start_server().await?, scene.start_server().await?] })
    }

    /// Where one of them listens.
    fn url(&self, dice: &mut StdRng) -> &str {
        &self.both[dice.random_range(0..self.both.len())].url
    }

    /// Kills one, and starts it again.
    async fn kill_one(&mut self, dice: &mut StdRng) -> anyhow::Result<()> {
        let server = &mut self.both[dice.random_range(0..2)];
        server.kill().await?;
        *server = self.scene.start_server().await?;
        Ok(())
    }

    async fn stop(self) -> anyhow::Result<()> {
        for server in self.both {
            server.stop().await?;
        }
        Ok(())
    }
}

/// Plays as many as told; an error unless every promise was kept in each.
pub async fn play(settings: Settings) -> anyhow::Result<()> {
    let scene = Scene::build().await?;
    let played = play_all(&scene, settings).await;
    let alarms = alarms(scene.stage.dir.path())?;
    scene.strike().await;
    alarms.iter().for_each(|line| eprintln!("a server called for help: {line}"));
    let tally = played?;
    say(&tally.to_string())?;
    ensure!(tally.histories > 0 && tally.is_kept(), "a promise was not kept");
    ensure!(alarms.is_empty(), "nobody was to be called for help");
    Ok(())
}

async fn play_all(scene: &Scene, settings: Settings) -> anyhow::Result<Tally> {
    let mut servers = Servers::start(scene).await?;
    let mut tally = Tally::default();
    for number in 0..settings.histories {
        let seed = settings.seed.wrapping_add(u64::from(number));
        let history = History::begin(scene, StdRng::seed_from_u64(seed), number).await?;
        tally.add(history.play(&mut servers, settings.steps).await?);
        say(&format!("  seed {seed}: {tally}"))?;
    }
    servers.stop().await?;
    Ok(tally)
}
