//! Owns the kill proof: how often what is killed, and the verdict. What is killed, and what must be there
//! afterwards, is decided by the part of each kind.
//!
//! Everything that gets killed is a child of this process, or a child of such a child: this very program under a
//! subcommand of its own, which is a phone, or a server, or becomes the private Postgres of a server.

pub mod phone;
pub mod postgres;
pub mod processes;
pub mod round;
pub mod scene;
pub mod server;
pub mod server_process;
pub mod tally;
pub mod team;
pub mod writer;
pub mod written;

use anyhow::{Context, ensure};
use rand::SeedableRng;
use rand::rngs::StdRng;
use scene::Scene;
use std::io::Write;
use std::time::Duration;
use tally::Tally;
use team::Team;

/// How often to look again for what another process has to do.
const POLL: Duration = Duration::from_millis(2);
/// How long to wait for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often to kill what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Args)]
pub struct Settings {
    /// Kills of a phone's process
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub phones: u32,
    /// Kills of a server's process
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub servers: u32,
    /// Kills of the Postgres that a server runs
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub databases: u32,
    /// Decides when they come
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
}

impl Settings {
    /// The dice of one part: two parts that threw the same would make phones with the same key.
    fn dice(self, part: &str) -> StdRng {
        let mut seed = [0; 32];
        let bytes = self.seed.to_le_bytes().into_iter().chain(part.bytes());
        seed.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        StdRng::from_seed(seed)
    }
}

/// Kills everything as often as told; an error unless nothing was lost or torn, and half of the kills hit work.
pub async fn play(settings: Settings) -> anyhow::Result<()> {
    let mut scene = Scene::build().await?;
    let killed = kill_all(&mut scene, settings).await;
    let alarms = server_process::alarms(scene.stage.dir.path())?;
    scene.strike().await;
    alarms.iter().for_each(|line| eprintln!("a server called for help: {line}"));
    let tallies = killed?;
    for tally in tallies.iter().filter(|tally| tally.kills > 0) {
        say(&tally.to_string())?;
    }
    ensure!(tallies.iter().all(Tally::is_kept), "the promise was not kept");
    ensure!(alarms.is_empty(), "nobody was to be called for help");
    Ok(())
}

async fn kill_all(scene: &mut Scene, settings: Settings) -> anyhow::Result<Vec<Tally>> {
    let mut tallies = Vec::new();
    if settings.phones > 0 {
        tallies.push(phone::kill_often(scene, settings).await?);
    }
    if settings.servers > 0 || settings.databases > 0 {
        let mut team = Team::gather(scene, settings).await?;
        tallies.push(server::kill_often(scene, &mut team, settings).await?);
        tallies.push(postgres::kill_often(scene, &mut team, settings).await?);
        team.go_home().await;
    }
    Ok(tallies)
}

/// Prints a line.
pub fn say(line: &str) -> std::io::Result<()> {
    let mut screen = std::io::stdout();
    writeln!(screen, "{line}")?;
    screen.flush()
}

/// Asks again and again until there is an answer: what is waited for is another process' work.
async fn eventually<T>(
    what: &str,
    mut probe: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let asking = async {
        loop {
            if let Some(found) = probe().await? {
                return Ok(found);
            }
            tokio::time::sleep(POLL).await;
        }
    };
    let found = tokio::time::timeout(PATIENCE, asking).await;
    found.with_context(|| format!("waited in vain for {what}"))?
}
