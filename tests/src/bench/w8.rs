//! Owns W8: the year of a leader of twelve (`server sample`). What a new phone fetches, what its screens take without network, and
//! what a walk of twelve stops takes to send.

use super::figures::Figures;
use super::measure::measure_sync;
use super::office::{Ground, Office};
use super::phone::{PhoneFile, Sheets, Task, Walked};
use super::proxy::Link;
use super::w2::spoil_phone;
use anyhow::{Context, ensure};

/// Decides what is in the year.
const SEED: u64 = 1;

/// Measures W8 on a sample of so many weeks.
pub async fn run(ground: &Ground, weeks: u16) -> anyhow::Result<Figures> {
    let office = Office::with_sample(ground, weeks, SEED).await?;
    office.settle().await?;
    let postgres = office.postgres().await?;
    let mut server = office.start_server().await?;
    let leader = office.pairs.first().context("there is a pair")?.leader;
    let phone = office.enroll(&server, leader, "leader").await?;
    let fetched = measure_sync(&office, (&mut server, postgres), Link::Straight, &phone).await?;
    let mut figures = Figures::of_syncs(&[fetched]);
    let documents = office.count("SELECT count(*) FROM document").await?;
    figures.note("documents", documents as f64);
    note_screens(&office, &phone, &mut figures).await?;
    let walked: Walked = office.offline(&phone, Task::Walk).await?;
    let sent = measure_sync(&office, (&mut server, postgres), Link::Straight, &phone).await?;
    figures.note("walk_bytes_up", sent.traffic.bytes_up as f64);
    figures.note("stop_slowest_ms", walked.slowest_us as f64 / 1e3);
    server.stop().await?;
    office.verify_share(&phone, leader).await?;
    figures.verified = true;
    office.close().await;
    Ok(figures)
}

/// Home screen and sheet: the first time after everything has arrived, as on every morning, and once with every document replaced
/// by garbage, so that whatever loaded one would fail or show something else.
async fn note_screens(office: &Office, phone: &PhoneFile, figures: &mut Figures) -> anyhow::Result<()> {
    let first: Sheets = office.offline(phone, Task::Sheets).await?;
    let usual: Sheets = office.offline(phone, Task::Sheets).await?;
    let spoilt = office.copy(phone)?;
    ensure!(spoil_phone(&spoilt)? > 0, "there was nothing to spoil");
    let blind: Sheets = office.offline(&spoilt, Task::Sheets).await?;
    ensure!(blind.print == usual.print, "the home screen read a document");
    ensure!(usual.people > 0, "nobody is on the home screen");
    figures.note("first_overview_ms", (first.open_us + first.overview_us) as f64 / 1e3);
    figures.note("overview_ms", (usual.open_us + usual.overview_us) as f64 / 1e3);
    figures.note("overview_documents_loaded", 0.0);
    figures.note("prep_ms", usual.prep_us as f64 / 1e3);
    figures.note("overview_peak_mib", usual.peak_kib as f64 / 1024.0);
    Ok(())
}
