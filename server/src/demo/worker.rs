//! Owns the phone that gets killed: a process of its own that writes stops as fast as it can, and says each one
//! on its screen once the edit has returned.

use super::day::new_stop;
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
use sync_core::coaching::floor_walk::{self, StopKind};
use sync_core::credential::SoftwareKey;
use sync_core::replica::{Parts, Replica};
use sync_core::sqlite::SqliteStore;
use sync_core::sync::live::LivePolicy;
use sync_core::time::Timestamp;

/// The subcommand under which this program is the phone that gets killed.
pub const RUN_PHONE: &str = "run-phone";
/// So many stops are confirmed before the phone is killed.
const CONFIRMED: usize = 25;

/// Starts the phone on this store, and kills it in the middle of writing; what its screen had confirmed.
pub fn write_until_killed(store: &Path) -> anyhow::Result<Vec<String>> {
    let program = std::env::current_exe().context("this program's own file")?;
    let mut child = Command::new(program)
        .arg(RUN_PHONE)
        .arg(store)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let screen = child.stdout.take().context("the child has a screen")?;
    let mut lines = BufReader::new(screen).lines();
    let mut confirmed: Vec<String> = lines.by_ref().take(CONFIRMED).collect::<Result<_, _>>()?;
    child.kill()?;
    child.wait()?;
    // What stood on the screen when the power went was confirmed too; a torn last line was not.
    confirmed.extend(lines.map_while(Result::ok).filter(|line| line.ends_with('.')));
    ensure!(confirmed.len() >= CONFIRMED, "the phone stopped by itself");
    Ok(confirmed)
}

/// Is the phone: writes stops until it is killed.
pub fn run(mut arguments: impl Iterator<Item = OsString>) -> anyhow::Result<()> {
    let store = arguments.next().context("the store's file")?;
    let app = open(&store)?;
    let key = floor_walk::new_key(app.identity().person, &mut StdRng::seed_from_u64(3));
    let walk = app.create(Kind::of(&floor_walk::SPEC), key)?;
    let mut screen = std::io::stdout();
    for number in 1_u32.. {
        let text = format!("Stop {number}, seen from row {}.", number % 12);
        let stop = new_stop(StopKind::Note, &text, Timestamp(i64::from(number)));
        app.edit(walk, |edit| floor_walk::capture_stop(edit, &stop))?;
        writeln!(screen, "{text}")?;
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
