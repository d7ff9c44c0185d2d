//! The floor-walk day with nobody looking on: three phones, a server and a database, and every expectation that the demo prints.

use anyhow::ensure;
use server::demo::day::{self, Settings};
use server::demo::stage::Stage;
use server::demo::teller::Teller;
use sync_core::content::Language;
use tests::database::Database;

async fn play_in(language: Language) -> anyhow::Result<()> {
    let database = Database::create().await?;
    let mut stage = Stage::on(tempfile::tempdir()?, database.url(), None);
    let mut teller = Teller::new(Box::new(std::io::stdout()));
    let settings = Settings { language, program: env!("CARGO_BIN_EXE_proofs").into() };

    let server = day::play(&mut stage, &mut teller, &settings).await?;

    let app = server.app.clone();
    server.stop().await;
    app.spawner.stop();
    app.store.close().await;
    ensure!(teller.finish()?, "the marks above say which expectations were broken");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d1_the_floor_walk_day_comes_about_for_a_leader_who_reads_english() -> anyhow::Result<()> {
    play_in(Language::En).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d1_the_floor_walk_day_comes_about_for_a_leader_who_reads_romanian() -> anyhow::Result<()> {
    play_in(Language::Ro).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d1_the_floor_walk_day_comes_about_for_a_leader_who_reads_chinese() -> anyhow::Result<()> {
    play_in(Language::Zh).await
}
