//! The benchmark in short: what it counts must hold at any size. Times are not looked at.

use anyhow::{Context, ensure};
use tests::bench::figures::Figures;
use tests::bench::office::Ground;
use tests::bench::{Settings, run};
use tests::database::cluster_url;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_sync_and_a_push_are_one_request_and_one_round_trip_each() -> anyhow::Result<()> {
    let program = env!("CARGO_BIN_EXE_proofs").into();
    let ground = Ground { cluster_url: cluster_url()?, program, profiled: false };
    let workloads = ["w2", "w3"].map(str::to_owned).into();
    let settings = Settings { workloads, json: None, profile: false, documents: 20, runs: 1 };

    let outcomes = run(&ground, &settings).await?;

    let (idle, push) = (outcomes.get("w2").context("W2 was run")?, outcomes.get("w3").context("W3 was run")?);
    let cold = idle.parts.get("cold").context("a cold server was asked")?;
    let garbage = idle.parts.get("garbage").context("bodies were replaced by garbage")?;
    ensure!(costs(idle) == (Some(1), Some(1), true), "{idle:?}");
    ensure!((cold.requests, cold.verified) == (Some(1), true), "{cold:?}");
    ensure!(costs(garbage) == (Some(1), Some(1), true), "{garbage:?}");
    ensure!(costs(push) == (Some(1), Some(1), true), "{push:?}");
    Ok(())
}

/// Requests, round trips, and whether both sides were the same in the end.
fn costs(figures: &Figures) -> (Option<u64>, Option<u64>, bool) {
    (figures.requests, figures.round_trips, figures.verified)
}
