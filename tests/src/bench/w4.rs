//! Owns W4: pairs of phones that write in one meeting, in turn, each poked when the other has written.

use super::figures::Figures;
use super::measure::measure_ready;
use super::office::{Ground, Office, Roster};
use super::phone::{LiveOrder, Lived, Task};
use super::workload;

/// Decides everything that is written.
const SEED: u64 = 4;

/// Measures W4 with so many pairs and edits of each.
pub async fn run(ground: &Ground, (pairs, edits): (usize, usize)) -> anyhow::Result<Figures> {
    let office = Office::found(ground, Roster::Apart, pairs, SEED).await?;
    let postgres = office.postgres().await?;
    let mut server = office.start_server().await?;
    let (mut phones, mut keys) = (Vec::new(), Vec::new());
    for (number, pair) in office.pairs.iter().enumerate() {
        phones.push(office.enroll(&server, pair.leader, &format!("leader-{number}")).await?);
        phones.push(office.enroll(&server, pair.agent, &format!("agent-{number}")).await?);
        keys.push(workload::key(&[pair.tenure], 0)?.to_bytes());
    }
    office.settle().await?;
    server.statements().await?;
    let task = Task::Live(LiveOrder { keys, edits });
    let (_, measured) = measure_ready::<Lived>(&office, (&mut server, postgres), (&phones, task)).await?;
    let count = pairs * edits;
    super::say_statements("W4, with opening", count, &server.statements().await?)?;
    server.stop().await?;
    office.verify(&phones).await?;
    office.close().await;

    let lived = &measured.phone;
    let (edits, seconds) = (count as f64, lived.wall_us as f64 / 1e6);
    let latency = |part: usize| lived.latencies_us.get(count * part / 100).map_or(0.0, |us| *us as f64 / 1e3);
    let mut figures = Figures {
        server_cpu_ms: Some(measured.spent.server_us as f64 / 1e3),
        postgres_cpu_ms: Some(measured.spent.postgres_us as f64 / 1e3),
        phone_cpu_ms: Some(lived.cpu_us as f64 / 1e3),
        server_peak_mib: Some(measured.peak_kib as f64 / 1024.0),
        wall_ms_0: Some(seconds * 1e3),
        verified: true,
        ..Figures::default()
    };
    figures.set_traffic(measured.traffic);
    figures.note("edits", edits);
    figures.note("edits_per_second", edits / seconds);
    figures.note("latency_p50_ms", latency(50));
    figures.note("latency_p99_ms", latency(99));
    figures.note("server_cpu_per_edit_ms", measured.spent.server_us as f64 / 1e3 / edits);
    figures.note("postgres_cpu_per_edit_ms", measured.spent.postgres_us as f64 / 1e3 / edits);
    figures.note("phone_cpu_per_edit_ms", lived.cpu_us as f64 / 1e3 / edits);
    Ok(figures)
}
