//! Owns W3: some documents were edited once, offline; the phone is opened and syncs. It ends when all are accepted and
//! committed, on a Postgres that syncs its commits to disk.

use super::figures::Figures;
use super::floor::Floor;
use super::measure::{Measured, ROUND_TRIP, measure_sync};
use super::phone::{PhoneFile, Synced, Task};
use super::proxy::Link;
use super::server::Server;
use anyhow::ensure;

/// Measures W3 with so many edited documents.
pub async fn run(floor: &mut Floor, count: usize) -> anyhow::Result<Figures> {
    let synced = floor.synced_phone().await?;
    let phone = floor.office.copy(&synced)?;
    let mut server = floor.office.start_server().await?;
    measure_sync(&floor.office, (&mut server, floor.postgres), Link::Straight, &phone).await?;
    server.statements().await?;
    let mut straight = Vec::new();
    for _ in 0..floor.runs {
        straight.push(push(floor, &mut server, Link::Straight, (&phone, count)).await?);
    }
    super::say_statements("W3", floor.runs, &server.statements().await?)?;
    let in_turns = push(floor, &mut server, Link::InTurns, (&phone, count)).await?;
    let slow = push(floor, &mut server, Link::Slow(ROUND_TRIP), (&phone, count)).await?;
    server.stop().await?;
    floor.office.verify(std::slice::from_ref(&phone)).await?;
    let mut figures = Figures::of_syncs(&straight);
    figures.set_traffic(in_turns.traffic);
    figures.wall_ms_150 = Some(slow.phone.wall_us as f64 / 1e3);
    figures.note("documents_pushed", count as f64);
    figures.verified = true;
    floor.keep(phone);
    Ok(figures)
}

/// The edits are made by one process of the phone and pushed by the next.
async fn push(
    floor: &Floor,
    server: &mut Server,
    link: Link,
    (phone, count): (&PhoneFile, usize),
) -> anyhow::Result<Measured<Synced>> {
    let edit = floor.office.order(phone, &server.url, Task::Edit(count));
    let edited: usize = edit.carry_out(&floor.office.ground.program).await?;
    let changes = "SELECT count(*) FROM change";
    let before = floor.office.count(changes).await?;
    let measured = measure_sync(&floor.office, (server, floor.postgres), link, phone).await?;
    let pushed = floor.office.count(changes).await? - before;
    ensure!(edited == count && pushed == i64::try_from(count)?, "{pushed} of {count} edits were committed");
    Ok(measured)
}
