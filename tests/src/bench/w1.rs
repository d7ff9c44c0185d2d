//! Owns W1: a fresh phone gets everything from a server that was just started.

use super::figures::Figures;
use super::floor::Floor;
use super::measure::{Measured, ROUND_TRIP, measure_sync};
use super::phone::{PhoneFile, Synced};
use super::proxy::Link;

/// Measures W1.
pub async fn run(floor: &mut Floor) -> anyhow::Result<Figures> {
    let mut straight = Vec::new();
    for _ in 0..floor.runs {
        let (phone, measured) = bootstrap(floor, Link::Straight).await?;
        floor.keep(phone);
        straight.push(measured);
    }
    let (phone_in_turns, in_turns) = bootstrap(floor, Link::InTurns).await?;
    let (slow_phone, slow) = bootstrap(floor, Link::Slow(ROUND_TRIP)).await?;
    let phone = floor.synced_phone().await?;
    floor.office.verify(&[phone, phone_in_turns, slow_phone]).await?;
    let mut figures = Figures::of_syncs(&straight);
    figures.set_traffic(in_turns.traffic);
    figures.wall_ms_150 = Some(slow.phone.wall_us as f64 / 1e3);
    note_size(floor, &mut figures)?;
    figures.verified = true;
    Ok(figures)
}

/// A copy of the fresh phone, and a server that was just started.
async fn bootstrap(floor: &Floor, link: Link) -> anyhow::Result<(PhoneFile, Measured<Synced>)> {
    let phone = floor.fresh_phone()?;
    let mut server = floor.office.start_server().await?;
    let measured = measure_sync(&floor.office, (&mut server, floor.postgres), link, &phone).await?;
    server.stop().await?;
    Ok((phone, measured))
}

/// What the documents are, to compare this workload with another of the same description.
fn note_size(floor: &Floor, figures: &mut Figures) -> anyhow::Result<()> {
    let saved = &floor.seeded.saved_bytes;
    let bundle = zstd::bulk::compress(&floor.seeded.plain, 3)?;
    figures.note("documents", saved.len() as f64);
    figures.note("median_saved_bytes", saved[saved.len() / 2] as f64);
    figures.note("saved_bytes", saved.iter().sum::<usize>() as f64);
    figures.note("plain_bytes", floor.seeded.plain.len() as f64);
    figures.note("one_zstd_bundle_bytes", bundle.len() as f64);
    Ok(())
}
