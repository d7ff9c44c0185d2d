//! Owns W6: phones that push as fast as they can, against the same rows written by plain inserts.

use super::figures::Figures;
use super::measure::measure_ready;
use super::office::{Ground, Office, Roster};
use super::phone::{IngestOrder, Ingested, Task};
use super::plain;
use super::workload::EDITS;
use anyhow::ensure;

/// How many phones push.
const PHONES: usize = 8;
/// Decides everything that is written.
const SEED: u64 = 6;

/// Measures W6 with so many documents for each phone.
pub async fn run(ground: &Ground, documents: usize) -> anyhow::Result<Figures> {
    let office = Office::found(ground, Roster::Apart, PHONES, SEED).await?;
    let postgres = office.postgres().await?;
    let mut server = office.start_server().await?;
    let mut phones = Vec::new();
    for (number, pair) in office.pairs.iter().enumerate() {
        phones.push(office.enroll(&server, pair.leader, &format!("phone-{number}")).await?);
    }
    server.statements().await?;
    let task = Task::Ingest(IngestOrder { tenures: office.tenures(), documents, edits: EDITS });
    let (written, measured) =
        measure_ready::<Ingested>(&office, (&mut server, postgres), (&phones, task)).await?;
    super::say_statements("W6", written, &server.statements().await?)?;
    server.stop().await?;
    let stored = office.count("SELECT count(*) FROM change WHERE person IS NOT NULL").await?;
    ensure!(stored == i64::try_from(written)?, "{stored} of {written} changes were stored");
    office.verify(&phones).await?;
    let plain = plain::insert_again(&office, postgres, PHONES).await?;
    office.close().await;

    let (changes, seconds) = (written as f64, measured.phone.wall_us as f64 / 1e6);
    let (server_s, postgres_s) =
        (measured.spent.server_us as f64 / 1e6, measured.spent.postgres_us as f64 / 1e6);
    let (plain_s, plain_cpu_s) = (plain.wall_us as f64 / 1e6, plain.postgres_us as f64 / 1e6);
    let mut figures = Figures {
        server_cpu_ms: Some(server_s * 1e3),
        postgres_cpu_ms: Some(postgres_s * 1e3),
        phone_cpu_ms: Some(measured.phone.cpu_us as f64 / 1e3),
        server_peak_mib: Some(measured.peak_kib as f64 / 1024.0),
        wall_ms_0: Some(seconds * 1e3),
        verified: true,
        ..Figures::default()
    };
    figures.set_traffic(measured.traffic);
    figures.note("changes", changes);
    figures.note("changes_per_second", changes / seconds);
    figures.note("changes_per_server_cpu_second", changes / server_s);
    figures.note("changes_per_server_and_postgres_cpu_second", changes / (server_s + postgres_s));
    figures.note("plain_changes_per_second", changes / plain_s);
    figures.note("plain_changes_per_cpu_second", changes / plain_cpu_s);
    figures.note("plain_postgres_cpu_ms", plain_cpu_s * 1e3);
    figures.note("slower_than_plain", seconds / plain_s);
    figures.note("cpu_by_plain", (server_s + postgres_s) / plain_cpu_s);
    Ok(figures)
}
