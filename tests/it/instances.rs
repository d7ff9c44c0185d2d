//! Two instances of the server on one database: nobody misses what was pushed through either.

use anyhow::{bail, ensure};
use tests::instances::{Places, Settings, load};

const SHORT: Settings = Settings { seconds: 3, phones: 8, seed: 7 };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn phones_that_read_while_others_push_through_two_instances_miss_no_row() -> anyhow::Result<()> {
    let tally = load(SHORT, Places::Counter).await?;

    ensure!(tally.is_kept(), "{tally}");
    Ok(())
}

/// The control: on a feed that is numbered without waiting, the same load is seen to lose rows. Whether two commits
/// overtake each other under a reader's eyes is up to the machine, so there are several loads, and one is enough.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_load_misses_rows_when_places_in_the_feed_come_from_a_sequence() -> anyhow::Result<()> {
    for seed in 1..=5 {
        let tally = load(Settings { seed, ..SHORT }, Places::Sequence).await?;
        if tally.missed > 0 {
            return Ok(());
        }
    }
    bail!("five loads missed nothing, so a load that misses nothing shows nothing")
}
