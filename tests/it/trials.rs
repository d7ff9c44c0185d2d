//! Workers that try changes are killed while phones push.

use anyhow::ensure;
use tests::trials::{Settings, Weather, load};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_that_are_killed_again_and_again_cost_neither_an_edit_nor_a_verdict() -> anyhow::Result<()> {
    let settings = Settings { seconds: 5, phones: 4 };
    let tally = load(settings, env!("CARGO_BIN_EXE_proofs").into(), Weather::Killing).await?;
    ensure!(tally.is_kept() && tally.kills > 0, "{tally}");
    Ok(())
}
