//! Owns the demo: the floor-walk day of a team of twelve and the replay of recorded writing, on real phones inside this process,
//! over real HTTP, on a private cluster. Handlers, services and store know nothing of it.

pub mod day;
pub mod evidence;
pub mod network;
pub mod phone;
pub mod recording;
pub mod replay;
pub mod stage;
pub mod story_clock;
pub mod teller;
pub mod worker;

use anyhow::Context;
use replay::Settings;
use stage::Stage;
use std::path::{Path, PathBuf};
use sync_core::content::Language;
use teller::Teller;
use tokio_util::sync::CancellationToken;

/// The recorded session that the day ends with, so that the program needs no file beside it.
const RECORDING: &[u8] = include_bytes!("../../tests/data/friendsforever-unicode.json.gz");

/// What becomes of the server when the day is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Afterwards {
    /// Everything is taken down.
    Stop,
    /// It goes on serving until it is told to stop.
    KeepServing,
}

/// Plays the day, then the replay; true when every expectation was kept.
pub async fn play(
    teller: &mut Teller,
    language: Language,
    afterwards: Afterwards,
    stop: CancellationToken,
) -> anyhow::Result<bool> {
    teller.chapter("Setting up a private Postgres and a server in a temporary directory")?;
    let mut stage = Stage::build().await?;
    let program = std::env::current_exe().context("this program's own file")?;
    let server = day::play(&mut stage, teller, &day::Settings { language, program }).await?;
    let recording = stage.dir.path().join("friendsforever-unicode.json.gz");
    std::fs::write(&recording, RECORDING)?;
    replay::replay(&stage, &server, &recording, Settings { seed: 1, lose: 0 }, teller).await?;
    let kept = teller.finish()?;
    if afterwards == Afterwards::KeepServing {
        teller.say(&format!("serving on {} until you press Ctrl-C", server.url))?;
        stop.cancelled().await;
    }
    server.stop().await;
    stage.strike().await;
    Ok(kept)
}

/// Replays recordings; true when every copy ended in the recorded text.
pub async fn replay(files: &[PathBuf], settings: Settings, teller: &mut Teller) -> anyhow::Result<bool> {
    let mut stage = Stage::build().await?;
    let server = stage.start_server().await?;
    stage.found(&server, "Recorded founder").await?;
    for file in files {
        replay::replay(&stage, &server, Path::new(file), settings, teller).await?;
    }
    server.stop().await;
    stage.strike().await;
    Ok(teller.finish()?)
}
