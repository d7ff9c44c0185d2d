//! Owns W5: W2 again, with more and more documents held; nothing may grow with them.

use super::figures::Figures;
use super::floor::Floor;
use super::office::Ground;
use super::phone::{PhoneFile, Synced, Task};
use super::w2;

/// Edits of each document.
const EDITS: usize = 5;
/// Syncs whose rows are counted together.
const SYNCS: usize = 10;

/// Rows that Postgres has read for any statement in this database, by scan or by index.
const ROWS_READ: &str =
    "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint FROM pg_stat_user_tables";

/// Measures W5 with each of these numbers of documents.
pub async fn run(ground: &Ground, sizes: &[usize], runs: usize) -> anyhow::Result<Figures> {
    let mut all = Figures { verified: true, ..Figures::default() };
    for size in sizes {
        super::say(&format!("  W5: {size} documents"))?;
        let mut floor = Floor::open(ground, (*size, EDITS), runs).await?;
        let phone = floor.synced_phone().await?;
        let mut figures = w2::warm(&floor, &phone).await?;
        figures.note("rows_read", rows_read(&floor, &phone).await?);
        figures.note("documents", *size as f64);
        floor.office.close().await;
        all.parts.insert(size.to_string(), figures);
    }
    note_growth(&mut all, sizes);
    Ok(all)
}

/// Rows that one sync reads: what a server with syncs reads more than one without, by their number. Postgres tells for
/// sure only what ended sessions have read, so both servers are stopped before it is asked.
async fn rows_read(floor: &Floor, phone: &PhoneFile) -> anyhow::Result<f64> {
    let before = floor.office.count(ROWS_READ).await?;
    serve(floor, phone, 0).await?;
    let without = floor.office.count(ROWS_READ).await?;
    serve(floor, phone, SYNCS).await?;
    let with = floor.office.count(ROWS_READ).await?;
    Ok(((with - without) - (without - before)) as f64 / SYNCS as f64)
}

async fn serve(floor: &Floor, phone: &PhoneFile, syncs: usize) -> anyhow::Result<()> {
    let mut server = floor.office.start_server().await?;
    server.at_rest().await?;
    for _ in 0..syncs {
        let order = floor.office.order(phone, &server.url, Task::Sync);
        order.carry_out::<Synced>(&floor.office.ground.program).await?;
    }
    server.stop().await
}

/// One of the figures, if it was measured.
type Figure = fn(&Figures) -> Option<f64>;

/// The largest size by the smallest.
fn note_growth(all: &mut Figures, sizes: &[usize]) {
    let part = |size: Option<&usize>| size.and_then(|size| all.parts.get(&size.to_string())).cloned();
    let (Some(small), Some(large)) = (part(sizes.first()), part(sizes.last())) else { return };
    let figures: [(&str, Figure); 5] = [
        ("growth_bytes", Figures::bytes),
        ("growth_rows_read", |figures| figures.noted("rows_read")),
        ("growth_server_cpu", |figures| figures.server_cpu_ms),
        ("growth_postgres_cpu", |figures| figures.postgres_cpu_ms),
        ("growth_phone_cpu", |figures| figures.phone_cpu_ms),
    ];
    for (name, of) in figures {
        if let (Some(small), Some(large)) = (of(&small), of(&large)) {
            all.note(name, large / small);
        }
    }
}
