//! Owns the kills of a phone: a process of its own that writes stops as fast as it can and says before and after
//! each edit where it is, and the look into its store afterwards.

use super::scene::Scene;
use super::tally::Tally;
use super::written::Written;
use super::{Settings, say};
use anyhow::{Context, ensure};
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use server::demo::network::Network;
use server::demo::phone::Phone;
use server::demo::stage::Enrolling;
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use sync_core::coaching::Kind;
use sync_core::coaching::floor_walk::{self, NewStop, StopKind};
use sync_core::credential::SoftwareKey;
use sync_core::document::Document;
use sync_core::ids::{DocId, PersonId};
use sync_core::key::NaturalKey;
use sync_core::replica::{Parts, Replica};
use sync_core::sqlite::SqliteStore;
use sync_core::sync::live::LivePolicy;
use sync_core::time::Timestamp;

/// The subcommand under which this program is the phone that gets killed.
pub const RUN_PHONE: &str = "run-phone";
/// Walks that one run writes in, in turn.
const WALKS: u64 = 3;
/// So many runs write in the same walks; then the phone syncs, and new walks begin.
const RUNS_PER_DAY: u32 = 10;
/// The earliest and the latest edit that a run is killed at.
const KILL_AT: std::ops::Range<u32> = 2..60;

/// Kills a phone as often as told; between days it syncs, and in the end a fresh phone must show everything.
pub async fn kill_often(scene: &Scene, settings: Settings) -> anyhow::Result<Tally> {
    let person = scene.founder;
    let mut dice = settings.dice("phone");
    let mut tally = Tally::of("phone");
    let mut phone = enroll(scene, ("killed", dice.next_u64())).await?;
    phone.close().await;
    let mut days: Vec<Written> = Vec::new();
    for run in 0..settings.phones {
        if run.is_multiple_of(RUNS_PER_DAY) {
            sync_and_close(&mut phone).await?;
            days.push(Written::default());
        }
        let day = u64::from(run / RUNS_PER_DAY);
        let written = days.last_mut().context("a day has begun")?;
        tally.inside += u32::from(write_until_killed(phone.path(), (day, run), &mut dice, written)?);
        tally.kills += 1;
        let app = open(phone.path().as_os_str(), dice.next_u64())?;
        look(&app, &walks_of(person, day), written, &mut tally);
        if tally.kills.is_multiple_of(RUNS_PER_DAY) {
            tally.edits = count(&days);
            say(&format!("  {tally}"))?;
        }
    }
    sync_and_close(&mut phone).await?;
    let fresh = enroll(scene, ("fresh", dice.next_u64())).await?;
    fresh.sync().await?;
    let old = open(phone.path().as_os_str(), dice.next_u64())?;
    for (day, written) in (0..).zip(&days) {
        let walks = walks_of(person, day);
        look(&old, &walks, written, &mut tally);
        look(fresh.app()?, &walks, written, &mut tally);
        for walk in walks {
            ensure!(texts(&old, &walk)? == texts(fresh.app()?, &walk)?, "two copies of a walk differ");
        }
    }
    tally.edits = count(&days);
    Ok(tally)
}

fn count(days: &[Written]) -> usize {
    days.iter().map(|written| written.done.len()).sum()
}

async fn enroll(scene: &Scene, (file, seed): (&str, u64)) -> anyhow::Result<Phone> {
    let who = Enrolling { person: scene.founder, owner: "Maria", file, live: LivePolicy::Ignore, seed };
    scene.stage.enroll(&scene.office, &who).await
}

async fn sync_and_close(phone: &mut Phone) -> anyhow::Result<()> {
    phone.start()?;
    phone.sync().await?;
    phone.close().await;
    Ok(())
}

/// Starts the phone on this store and kills it when it says that it begins some edit; whether it was still inside
/// an edit when it died.
fn write_until_killed(
    store: &Path,
    (day, run): (u64, u32),
    dice: &mut StdRng,
    written: &mut Written,
) -> anyhow::Result<bool> {
    let program = std::env::current_exe().context("this program's own file")?;
    let mut child = Command::new(program)
        .arg(RUN_PHONE)
        .arg(store)
        .args([day.to_string(), run.to_string(), dice.next_u64().to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut screen = BufReader::new(child.stdout.take().context("the child has a screen")?);
    let last_word = format!("begin Run {run} edit {}.", dice.random_range(KILL_AT));
    let mut inside = false;
    let mut killed = false;
    let mut line = String::new();
    while screen.read_line(&mut line)? > 0 {
        if let Some(text) = line.trim_end().strip_prefix("begin ") {
            written.begun.insert(text.to_owned());
            inside = true;
        } else if let Some(text) = line.trim_end().strip_prefix("done ") {
            written.done.insert(text.to_owned());
            inside = false;
        }
        // What the screen shows after the kill was written before it, so reading goes on to the end.
        if line.trim_end() == last_word {
            child.kill()?;
            killed = true;
        }
        line.clear();
    }
    child.wait()?;
    ensure!(killed, "the phone stopped by itself");
    Ok(inside)
}

/// Counts what is missing in these walks, and what does not belong there.
fn look(app: &Replica, walks: &[NaturalKey], written: &Written, tally: &mut Tally) {
    let mut found = Vec::new();
    for walk in walks {
        match texts(app, walk) {
            Ok(stops) => found.extend(stops),
            Err(error) => {
                eprintln!("a walk does not load: {error:#}");
                tally.torn += 1;
            }
        }
    }
    tally.compare(&found, &written.done, &written.begun);
}

/// The stops of a walk in their order; none when the phone never came to make it.
fn texts(app: &Replica, walk: &NaturalKey) -> anyhow::Result<Vec<String>> {
    let kind = Kind::of(&floor_walk::SPEC);
    let doc = DocId::of(app.identity().org, kind.name(), walk);
    if !app.list(kind)?.iter().any(|listed| listed.doc == doc) {
        return Ok(Vec::new());
    }
    let view = app.read(doc, |history| floor_walk::view(Document::of(history.view())))?;
    Ok(view.stops.into_iter().map(|stop| stop.text).collect())
}

fn walks_of(person: PersonId, day: u64) -> Vec<NaturalKey> {
    let mut dice = StdRng::seed_from_u64(day);
    (0..WALKS).map(|_| floor_walk::new_key(person, &mut dice)).collect()
}

/// Is the phone: writes stops until it is killed.
pub fn run(mut arguments: impl Iterator<Item = OsString>) -> anyhow::Result<()> {
    let store = arguments.next().context("the store's file")?;
    let mut number =
        || -> anyhow::Result<u64> { Ok(arguments.next().context("a number")?.to_string_lossy().parse()?) };
    let (day, run, seed) = (number()?, number()?, number()?);
    let app = open(&store, seed)?;
    let mut walks = Vec::new();
    for key in walks_of(app.identity().person, day) {
        walks.push(app.create(Kind::of(&floor_walk::SPEC), key)?);
    }
    for (edit, walk) in walks.iter().cycle().enumerate() {
        let text = format!("Run {run} edit {edit}.");
        let stop = new_stop(&text);
        say(&format!("begin {text}"))?;
        app.edit(*walk, |edit| floor_walk::capture_stop(edit, &stop))?;
        say(&format!("done {text}"))?;
    }
    Ok(())
}

fn new_stop(text: &str) -> NewStop {
    NewStop {
        person: None,
        kind: StopKind::Note,
        text: text.to_owned(),
        tags: Vec::new(),
        minutes: None,
        at: Timestamp(1_774_000_000_000),
    }
}

/// The app without network: the driver never runs, so nothing is sent.
fn open(store: &OsStr, seed: u64) -> anyhow::Result<Replica> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut bytes = [0; 32];
    rng.fill_bytes(&mut bytes);
    let parts = Parts {
        store: Box::new(SqliteStore::open(store)?),
        transport: Network::to("http://127.0.0.1:9", 0)?,
        key: Arc::new(SoftwareKey::random(&mut rng)),
        clock: Arc::new(|| Timestamp(1_774_000_000_000)),
        seed: bytes,
        live: LivePolicy::Ignore,
    };
    let (app, _) = Replica::open(parts)?;
    Ok(app)
}
