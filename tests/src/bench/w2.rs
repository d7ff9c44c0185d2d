//! Owns W2: a phone that has everything is opened and syncs; nothing is new. Server warm, server cold, and once more
//! with every stored body on both sides replaced by garbage: whoever had read a document would have failed.

use super::figures::Figures;
use super::floor::Floor;
use super::measure::{Measured, ROUND_TRIP, measure_sync};
use super::phone::{PhoneFile, Synced};
use super::proxy::Link;
use super::server::Server;
use anyhow::{Context, ensure};
use rusqlite::Connection;

/// Measures W2.
pub async fn run(floor: &mut Floor) -> anyhow::Result<Figures> {
    let phone = floor.synced_phone().await?;
    let mut figures = warm(floor, &phone).await?;
    let cold = cold(floor, &phone).await?;
    let garbage = with_garbage(floor, &phone).await?;
    figures.parts.insert("cold".into(), cold);
    figures.parts.insert("garbage".into(), garbage);
    Ok(figures)
}

/// A server that has answered before.
pub async fn warm(floor: &Floor, phone: &PhoneFile) -> anyhow::Result<Figures> {
    let mut server = floor.office.start_server().await?;
    measure_sync(&floor.office, (&mut server, floor.postgres), Link::Straight, phone).await?;
    server.statements().await?;
    let mut straight = Vec::new();
    for _ in 0..floor.runs {
        straight.push(idle_sync(floor, &mut server, Link::Straight, phone).await?);
    }
    super::say_statements("W2, warm", floor.runs, &server.statements().await?)?;
    let mut figures = with_links(floor, &mut server, phone, &straight).await?;
    server.stop().await?;
    floor.office.verify(std::slice::from_ref(phone)).await?;
    figures.verified = true;
    Ok(figures)
}

async fn cold(floor: &Floor, phone: &PhoneFile) -> anyhow::Result<Figures> {
    let mut runs = Vec::new();
    for _ in 0..floor.runs {
        let mut server = floor.office.start_server().await?;
        runs.push(idle_sync(floor, &mut server, Link::Straight, phone).await?);
        server.stop().await?;
    }
    floor.office.verify(std::slice::from_ref(phone)).await?;
    Ok(Figures { verified: true, ..Figures::of_syncs(&runs) })
}

async fn with_garbage(floor: &Floor, phone: &PhoneFile) -> anyhow::Result<Figures> {
    let spoilt = floor.office.copy(phone)?;
    let on_phone = spoil_phone(&spoilt)?;
    floor.office.meddle(SPOIL).await?;
    let on_server = floor.office.count("SELECT count(*) FROM change WHERE length(bytes) = 1").await?;
    ensure!(on_server > 0 && on_phone > 0, "there was nothing to spoil");
    let mut server = floor.office.start_server().await?;
    let mut runs = Vec::new();
    for _ in 0..floor.runs {
        runs.push(idle_sync(floor, &mut server, Link::Straight, &spoilt).await?);
    }
    let mut figures = with_links(floor, &mut server, &spoilt, &runs).await?;
    server.stop().await?;
    floor.office.meddle(MEND).await?;
    mend_phone(&spoilt, phone)?;
    floor.office.verify(&[spoilt]).await?;
    figures.verified = true;
    Ok(figures)
}

async fn with_links(
    floor: &Floor,
    server: &mut Server,
    phone: &PhoneFile,
    straight: &[Measured<Synced>],
) -> anyhow::Result<Figures> {
    let in_turns = idle_sync(floor, server, Link::InTurns, phone).await?;
    let slow = idle_sync(floor, server, Link::Slow(ROUND_TRIP), phone).await?;
    let mut figures = Figures::of_syncs(straight);
    figures.set_traffic(in_turns.traffic);
    figures.wall_ms_150 = Some(slow.phone.wall_us as f64 / 1e3);
    Ok(figures)
}

async fn idle_sync(
    floor: &Floor,
    server: &mut Server,
    link: Link,
    phone: &PhoneFile,
) -> anyhow::Result<Measured<Synced>> {
    measure_sync(&floor.office, (server, floor.postgres), link, phone).await
}

/// Every stored body becomes one byte that is no document; what was there is kept aside, where the server does
/// not look: it refuses a table that does not keep organisations apart.
const SPOIL: &str = "
    CREATE SCHEMA kept;
    CREATE TABLE kept.change AS SELECT org, doc, version, bytes FROM change;
    CREATE TABLE kept.snapshot AS SELECT org, doc, version, bytes FROM snapshot;
    UPDATE change SET bytes = '\\x00';
    UPDATE snapshot SET bytes = '\\x00'";
const MEND: &str = "
    UPDATE change SET bytes = kept.bytes FROM kept.change AS kept
        WHERE (change.org, change.doc, change.version) = (kept.org, kept.doc, kept.version);
    UPDATE snapshot SET bytes = kept.bytes FROM kept.snapshot AS kept
        WHERE (snapshot.org, snapshot.doc, snapshot.version) = (kept.org, kept.doc, kept.version);
    DROP SCHEMA kept CASCADE";

/// The same on the phone; answers how many bodies there were.
pub(super) fn spoil_phone(phone: &PhoneFile) -> anyhow::Result<usize> {
    let store = Connection::open(&phone.store)?;
    let changes = store.execute("UPDATE change SET bytes = x'00'", [])?;
    Ok(changes + store.execute("UPDATE snapshot SET bytes = x'00'", [])?)
}

fn mend_phone(spoilt: &PhoneFile, good: &PhoneFile) -> anyhow::Result<()> {
    let store = Connection::open(&spoilt.store)?;
    store.execute("ATTACH ?1 AS good", [good.store.to_str().context("a path that SQLite can read")?])?;
    store.execute_batch(
        "UPDATE change SET bytes =
             (SELECT bytes FROM good.change AS g WHERE g.doc = change.doc AND g.position = change.position);
         UPDATE snapshot SET bytes = (SELECT bytes FROM good.snapshot AS g WHERE g.doc = snapshot.doc);",
    )?;
    Ok(())
}
