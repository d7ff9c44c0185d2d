//! The sample meets the gate, the roster and the importer's service on a real database.

use crate::server::TestServer;
use server::sample::Settings;
use server::sample::load::{LoadError, load};
use sqlx::PgPool;
use sync_core::time::Day;

fn three_weeks() -> Settings {
    Settings { seed: 5, until: Day::parse("2026-09-30").unwrap(), weeks: 3 }
}

#[sqlx::test(migrations = false)]
async fn a_sample_passes_the_gate_and_the_same_again_changes_nothing(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let mut steps = Vec::new();

    let first = load(&server.app, three_weeks(), |done, all| steps.push((done, all))).await.unwrap();

    let documents = server.db_text("SELECT count(*)::text FROM document").await;
    assert_eq!(documents, Some(first.documents.values().sum::<usize>().to_string()));
    assert_eq!(steps.last(), Some(&(first.changes, first.changes)), "the bar ends where it should");
    assert!(first.numbers.new > 0 && first.numbers.unchanged == 0);
    let changes = server.db_text("SELECT count(*)::text FROM change").await;

    let again = load(&server.app, three_weeks(), |_, _| {}).await.unwrap();

    assert_eq!((&again.cast, &again.documents), (&first.cast, &first.documents));
    assert_eq!((again.numbers.new, again.numbers.changed), (0, 0));
    assert_eq!(server.db_text("SELECT count(*)::text FROM change").await, changes);
}

#[sqlx::test(migrations = false)]
async fn a_sample_goes_into_no_database_that_is_somebody_s(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    load(&server.app, three_weeks(), |_, _| {}).await.unwrap();

    let longer = Settings { weeks: 4, ..three_weeks() };
    assert!(matches!(load(&server.app, longer, |_, _| {}).await, Err(LoadError::Another(_))));
    let other = Settings { seed: 6, ..three_weeks() };
    assert!(matches!(load(&server.app, other, |_, _| {}).await, Err(LoadError::Occupied)));
}
