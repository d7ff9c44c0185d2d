//! Owns the phone that gets killed: a process of its own that captures a stop of the walk for each tap, and says it on its screen
//! once the edit has returned.

use super::day::STOPS;
use super::network::Network;
use anyhow::{Context, ensure};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use sync_core::coaching::Kind;
use sync_core::coaching::floor_walk;
use sync_core::credential::SoftwareKey;
use sync_core::replica::{Parts, Replica};
use sync_core::sqlite::SqliteStore;
use sync_core::sync::live::LivePolicy;
use sync_core::time::Timestamp;

/// The subcommand under which a program is the phone that gets killed.
pub const RUN_WALK: &str = "run-walk";

/// Starts this program as the phone of this store, taps so often, and kills it in the middle of the next stop; what its screen had
/// confirmed.
pub fn tap_until_killed(program: &Path, store: &Path, taps: usize) -> anyhow::Result<Vec<String>> {
    let mut child = Command::new(program)
        .arg(RUN_WALK)
        .arg(store)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut finger = child.stdin.take().context("the child has a finger")?;
    let screen = child.stdout.take().context("the child has a screen")?;
    let mut lines = BufReader::new(screen).lines();
    let mut confirmed = Vec::new();
    for _ in 0..taps {
        finger.write_all(b"\n")?;
        confirmed.extend(lines.next().transpose()?);
    }
    // One more, of which the screen says nothing any more.
    finger.write_all(b"\n")?;
    child.kill()?;
    child.wait()?;
    ensure!(confirmed.len() == taps, "the phone stopped by itself");
    Ok(confirmed)
}

/// Is the phone: captures stops until it is killed.
pub fn run(mut arguments: impl Iterator<Item = OsString>) -> anyhow::Result<()> {
    let store = arguments.next().context("the store's file")?;
    let app = open(&store)?;
    let walks = app.list(Kind::of(&floor_walk::SPEC))?;
    let walk = walks.first().context("a walk was begun")?.doc;
    let mut screen = std::io::stdout();
    for (seen, tap) in STOPS.iter().zip(std::io::stdin().lines()) {
        tap?;
        let stop = seen.stop(&app)?;
        app.edit(walk, |edit| floor_walk::capture_stop(edit, &stop))?;
        writeln!(screen, "{}", seen.text())?;
        screen.flush()?;
    }
    Ok(())
}

/// The app without network: the driver never runs, so nothing is sent.
fn open(store: &OsStr) -> anyhow::Result<Replica> {
    let mut rng = StdRng::seed_from_u64(u64::from(std::process::id()));
    let mut seed = [0; 32];
    rng.fill_bytes(&mut seed);
    let parts = Parts {
        store: Box::new(SqliteStore::open(store)?),
        transport: Network::to("http://127.0.0.1:9", 0)?,
        key: Arc::new(SoftwareKey::random(&mut rng)),
        clock: Arc::new(|| Timestamp(0)),
        seed,
        live: LivePolicy::Ignore,
    };
    let (app, _) = Replica::open(parts)?;
    Ok(app)
}
