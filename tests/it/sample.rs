//! The sample meets the gate, the roster and the importer's service on a real database.

use anyhow::{Context, ensure};
use server::demo::stage::{Instance, Stage};
use server::sample::Settings;
use server::sample::cast::Cast;
use server::sample::load::{LoadError, load};
use server::sample::writing::Written;
use server::sample::year::year;
use sqlx::Row;
use sync_core::time::Day;
use tests::database::Database;

fn three_weeks() -> anyhow::Result<Settings> {
    Ok(Settings { seed: 5, until: Day::parse("2026-09-30")?, weeks: 3 })
}

async fn count(database: &Database, table: &'static str) -> anyhow::Result<i64> {
    let query = match table {
        "document" => "SELECT count(*) FROM document",
        _ => "SELECT count(*) FROM change",
    };
    let mut owner = database.as_owner().await?;
    Ok(sqlx::query(query).fetch_one(&mut owner).await?.try_get(0)?)
}

async fn stop(server: Instance) {
    let app = server.app.clone();
    server.stop().await;
    app.spawner.stop();
    app.store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sample_passes_the_gate_and_the_same_again_changes_nothing() -> anyhow::Result<()> {
    let database = Database::create().await?;
    let server = Stage::on(tempfile::tempdir()?, database.url(), None).start_server().await?;
    let mut steps = Vec::new();

    let first = load(&server.app, three_weeks()?, |done, all| steps.push((done, all))).await?;

    let documents = usize::try_from(count(&database, "document").await?)?;
    ensure!(documents == first.documents.values().sum::<usize>(), "{documents}: {first:?}");
    ensure!(steps.last() == Some(&(first.changes, first.changes)), "the bar ends where it should");
    ensure!(first.numbers.new > 0 && first.numbers.unchanged == 0);
    let changes = count(&database, "change").await?;

    let again = load(&server.app, three_weeks()?, |_, _| {}).await?;

    ensure!((&again.cast, &again.documents) == (&first.cast, &first.documents));
    ensure!((again.numbers.new, again.numbers.changed) == (0, 0));
    ensure!(count(&database, "change").await? == changes);
    stop(server).await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sample_goes_into_no_database_that_is_somebodys() -> anyhow::Result<()> {
    let database = Database::create().await?;
    let server = Stage::on(tempfile::tempdir()?, database.url(), None).start_server().await?;
    load(&server.app, Settings { weeks: 1, ..three_weeks()? }, |_, _| {}).await.context("the first one")?;

    let longer = load(&server.app, three_weeks()?, |_, _| {}).await;
    let other = load(&server.app, Settings { seed: 6, ..three_weeks()? }, |_, _| {}).await;

    ensure!(matches!(longer, Err(LoadError::Another(_))), "{longer:?}");
    ensure!(matches!(other, Err(LoadError::Occupied)), "{other:?}");
    stop(server).await;
    Ok(())
}

#[test]
fn a_year_has_the_documents_that_a_leader_of_twelve_makes_in_one() -> anyhow::Result<()> {
    let settings = Settings { seed: 1, weeks: Settings::WEEKS, ..three_weeks()? };
    let cast = Cast::of_seed(1);

    let count = Written::of(cast.org, 1, &year(&cast, settings))?.count();

    let of = |kind: &str| count.get(kind).copied().unwrap_or(0);
    ensure!((560..=640).contains(&of("meeting")), "{count:?}");
    for log in ["feedback_log", "private_log", "wellbeing_log", "goal_set", "tier_note"] {
        ensure!(of(log) == 48, "{log}: twelve people, four quarters: {count:?}");
    }
    ensure!(of("action_plan") == 40 && (90..=105).contains(&of("floor_walk")), "{count:?}");
    let all: usize = count.values().sum();
    ensure!((1_000..=1_250).contains(&all), "{all}: {count:?}");
    Ok(())
}
