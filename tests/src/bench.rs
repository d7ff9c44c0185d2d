//! Owns the floor-walk benchmark: which workloads to run, on what, and what is said about them in the end. Each
//! workload is a file of its own; server and phones are processes of their own, so that CPU and memory are each
//! side's own; a run whose two sides differ in the end is an error.
//!
//! Documents come from a fixed seed. Absolute times do not travel between machines; bytes, requests and round trips
//! do, and what is compared is compared within one run.

pub mod child;
pub mod figures;
pub mod floor;
pub mod http;
pub mod measure;
pub mod office;
pub mod phone;
pub mod plain;
pub mod profile;
pub mod proxy;
pub mod server;
pub mod table;
pub mod usage;
pub mod verify;
pub mod w1;
pub mod w2;
pub mod w3;
pub mod w4;
pub mod w5;
pub mod w6;
pub mod w7;
pub mod w8;
pub mod workload;

use ::server::cluster::{Cluster, Options};
use anyhow::{Context, ensure};
use floor::Floor;
use office::Ground;
use profile::Entry;
use serde::Serialize;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use table::Outcomes;
use workload::EDITS;

/// Statements that are shown of a profile.
const STATEMENTS_SHOWN: usize = 30;

/// What to run.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args)]
pub struct Settings {
    /// Which workloads; all when none is named
    #[arg(value_name = "W1 ... W8", value_parser = workload)]
    pub workloads: Vec<String>,
    /// Where to write the figures
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Count the server's statements too, which costs it a little
    #[arg(long)]
    pub profile: bool,
    /// Documents of W1 to W3; all other sizes follow. Figures of another size than this mean nothing
    #[arg(long, value_name = "N", default_value_t = 300)]
    pub documents: usize,
    /// How often to run what has a value in the middle
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub runs: usize,
}

impl Settings {
    fn wants(&self, workload: &str) -> bool {
        self.workloads.is_empty() || self.workloads.iter().any(|wanted| wanted == workload)
    }
}

/// The name of a workload, in lower case.
fn workload(name: &str) -> Result<String, String> {
    match name.as_bytes() {
        [b'w' | b'W', b'1'..=b'8'] => Ok(name.to_ascii_lowercase()),
        _ => Err("the workloads are W1 to W8".into()),
    }
}

/// Runs the workloads on a private Postgres in a temporary directory, prints the table and writes the figures.
pub async fn play(settings: &Settings) -> anyhow::Result<()> {
    let dir = tempfile::Builder::new().prefix("floorwalk-bench-").tempdir()?;
    // As root, Postgres runs under another account, which must reach its files.
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o711))?;
    let cluster = Cluster::open(Options::new(dir.path().join("postgres"))).await?;
    let program = std::env::current_exe().context("this program's own file")?;
    let ground = Ground { cluster_url: cluster.url().to_owned(), program, profiled: settings.profile };
    check_durable(&ground.cluster_url).await?;
    let outcomes = run(&ground, settings).await;
    cluster.stop().await;
    let outcomes = outcomes?;
    say(&table::table(&outcomes))?;
    match &settings.json {
        Some(path) => write_json(path, &outcomes),
        None => Ok(()),
    }
}

/// An error unless what Postgres says is committed has been synced to disk.
async fn check_durable(cluster_url: &str) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(cluster_url).await?;
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        let show = AssertSqlSafe(format!("SHOW {setting}"));
        let value: String = sqlx::query_scalar(show).fetch_one(&mut connection).await?;
        ensure!(value == "on", "{setting} is {value}: what is measured would not be durable");
    }
    Ok(connection.close().await?)
}

/// Runs the workloads.
pub async fn run(ground: &Ground, settings: &Settings) -> anyhow::Result<Outcomes> {
    let mut outcomes = Outcomes::new();
    if ["w1", "w2", "w3"].iter().any(|workload| settings.wants(workload)) {
        walk(ground, settings, &mut outcomes).await?;
    }
    let size = settings.documents;
    for workload in ["w4", "w5", "w6", "w7", "w8"].into_iter().filter(|workload| settings.wants(workload)) {
        say(&workload.to_uppercase())?;
        let figures = match workload {
            "w4" => w4::run(ground, ((size / 6).max(1), 20)).await?,
            "w5" => w5::run(ground, &[size, size * 10, size * 100], settings.runs).await?,
            "w6" => w6::run(ground, (size / 12).max(1)).await?,
            "w7" => w7::run(ground, size * 10 / 3).await?,
            // The size that all others follow is that of a year.
            _ => w8::run(ground, u16::try_from((size * 52 / 300).max(1))?).await?,
        };
        outcomes.insert(workload.to_owned(), figures);
    }
    Ok(outcomes)
}

/// W1, W2 and W3, one after the other on the same documents.
async fn walk(ground: &Ground, settings: &Settings, outcomes: &mut Outcomes) -> anyhow::Result<()> {
    let mut floor = Floor::open(ground, (settings.documents, EDITS), settings.runs).await?;
    if settings.wants("w1") {
        say("W1")?;
        outcomes.insert("w1".into(), w1::run(&mut floor).await?);
    }
    if settings.wants("w2") {
        say("W2")?;
        outcomes.insert("w2".into(), w2::run(&mut floor).await?);
    }
    if settings.wants("w3") {
        say("W3")?;
        outcomes.insert("w3".into(), w3::run(&mut floor, (settings.documents / 6).max(1)).await?);
    }
    floor.office.close().await;
    Ok(())
}

fn write_json(path: &Path, outcomes: &Outcomes) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(outcomes)? + "\n";
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// Says how often each statement was needed for one of so many, and how long it was waited for.
fn say_statements(workload: &str, of: usize, statements: &[Entry]) -> anyhow::Result<()> {
    if statements.is_empty() {
        return Ok(());
    }
    let of = of as f64;
    say(&format!("  statements of {workload}: count, microseconds waited and rows, each for one of {of}"))?;
    for Entry { statement, count, waited_us, rows } in statements.iter().take(STATEMENTS_SHOWN) {
        let (count, waited, rows) = (*count as f64 / of, *waited_us as f64 / of, *rows as f64 / of);
        say(&format!("  {count:9.2} {waited:9.0} {rows:9.1}  {statement}"))?;
    }
    Ok(())
}

/// Prints a line.
pub fn say(line: &str) -> std::io::Result<()> {
    let mut screen = std::io::stdout();
    writeln!(screen, "{line}")?;
    screen.flush()
}

/// Answers an order, as one line of JSON.
fn answer<T: Serialize>(value: &T) -> anyhow::Result<()> {
    Ok(say(&serde_json::to_string(value)?)?)
}
