//! Owns what taking in a file of numbers costs: read, compared with what is known, kept, and shown to whom it concerns.

use crate::bench::usage;
use crate::kills::say;
use crate::server::TestServer;
use anyhow::{Context, ensure};
use server::metrics::{Import, Limits, Profile, Settings as FileSettings, import};
use server::services::metrics::{Counts, Numbers};
use server::store::{Access, Store};
use std::fmt::Write as _;
use sync_core::metric::SourceName;
use sync_core::time::Day;

/// What to measure.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args)]
pub struct Settings {
    /// Lines of the file; each has six numbers
    #[arg(long, value_name = "N", default_value_t = 50_000)]
    pub rows: usize,
    /// People that they are about
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub people: usize,
}

/// Numbers of a line.
const FIGURES: usize = 6;

/// Prints what the first import costs, the same again, and one in which every tenth line was corrected. An error if the rows
/// are not what the file says.
pub async fn play(settings: Settings) -> anyhow::Result<()> {
    let server = TestServer::start("Maria").await?;
    for number in 0..settings.people {
        let agent = server.person(&format!("Agent {number}")).await?;
        server.pair(server.founder, agent).await?;
    }
    let whole = settings.rows * FIGURES;
    let first = measured(&server, "first", &file(&settings, 0)?).await?;
    ensure!(first == Counts { new: whole, changed: 0, unchanged: 0 }, "{first:?}");
    let again = measured(&server, "the same again", &file(&settings, 0)?).await?;
    ensure!(again == Counts { new: 0, changed: 0, unchanged: whole }, "{again:?}");
    let corrected = measured(&server, "every tenth line corrected", &file(&settings, 1)?).await?;
    let changed = settings.rows.div_ceil(10);
    ensure!(corrected == Counts { new: 0, changed, unchanged: whole - changed }, "{corrected:?}");
    Ok(())
}

/// A year of a team and more; `correction` is added to the handle time of every tenth line.
fn file(settings: &Settings, correction: usize) -> anyhow::Result<String> {
    let begin = Day::new(2026, 11, 26).context("the day exists")?;
    let mut file = String::from("date,name,handled,handle time,csat,fcr,quality,complaints\n");
    for line in 0..settings.rows {
        let ago = i32::try_from(line / settings.people)?;
        let day = begin.plus_days(-ago).context("the calendar begins before that")?;
        let time = 300 + line % 200 + if line % 10 == 0 { correction } else { 0 };
        let (who, handled, part) = (line % settings.people, 20 + line % 40, line % 10);
        writeln!(
            file,
            "{day},Agent {who},{handled},{}:{:02},87.{part},7{part}%,9{part}.5,{}",
            time / 60,
            time % 60,
            line % 3
        )?;
    }
    Ok(file)
}

async fn measured(server: &TestServer, what: &str, file: &str) -> anyhow::Result<Counts> {
    let app = &server.instance()?.app;
    let numbers = Numbers { store: &app.store, random: &app.random, now: app.clock.now() };
    let org = server.stage.org;
    let settings = FileSettings {
        source: SourceName::parse("benchmark")?,
        profile: Profile::default(),
        today: Day::new(2026, 11, 27).context("the day exists")?,
        limits: Limits::default(),
    };
    usage::forget_peak()?;
    let begun = usage::now_us();
    let people = numbers.directory(&mut app.store.begin(org, Access::Read).await?).await?;
    let Import { rows, report } = import(file.as_bytes(), &settings, &people)?;
    ensure!(report.rejects.is_empty(), "{:?}", report.rejects.first());
    let read = usage::now_us();
    let tx = app.store.begin(org, Access::Write).await?;
    let counts = numbers.keep(tx, (&settings.source, &settings.profile), &rows, |_| {}).await?;
    let kept = usage::now_us();
    say(&format!(
        "{what}: {} lines, {} numbers: read in {} ms, kept in {} ms, {} lines a second, at most {} MiB",
        report.lines,
        rows.len(),
        (read - begun) / 1_000,
        (kept - read) / 1_000,
        report.lines * 1_000_000 / (kept - begun).max(1),
        usage::own()?.peak_kib / 1_024
    ))?;
    Ok(counts)
}
