//! Owns which background jobs an instance runs, and how often. Each is safe to run on every instance at once.

use super::administration::By;
use super::compaction::Compactor;
use super::facts::FactReader;
use super::figures::{FigureMaker, Making};
use super::roster::Office;
use super::{enrolment, live, membership};
use crate::app::App;
use crate::error::Chain;
use crate::store::{Store, Stored};
use std::time::Duration;

/// How often what is over is forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(300);
/// How often seats that begin or end are announced. Rights end on time without it: this is only the word.
const ANNOUNCE_EVERY: Duration = Duration::from_secs(10);
/// How often documents are saved.
const COMPACT_EVERY: Duration = Duration::from_secs(15);
/// How often documents without facts are looked for.
const READ_FACTS_EVERY: Duration = Duration::from_secs(15);

/// How often it is looked whether figures are to be made, at most; how long they stand is a setting.
const LOOK_AT_FIGURES_EVERY: Duration = Duration::from_secs(10);

/// Starts the jobs of this instance; they end when the spawner stops.
pub fn start(app: &App) {
    live::start(app);
    app.spawner.spawn(forget(app.clone()));
    app.spawner.spawn(announce(app.clone()));
    app.spawner.spawn(compact(app.clone()));
    app.spawner.spawn(read_facts(app.clone()));
    app.spawner.spawn(make_figures(app.clone()));
}

async fn forget(app: App) {
    let stopping = app.spawner.stopping();
    while stopping.run_until_cancelled(tokio::time::sleep(FORGET_EVERY)).await.is_some() {
        if let Err(error) = enrolment::forget(&app.store, app.clock.now()).await {
            tracing::warn!(error = %Chain(&error), "what is over was not forgotten");
        }
    }
}

async fn announce(app: App) {
    let stopping = app.spawner.stopping();
    while stopping.run_until_cancelled(tokio::time::sleep(ANNOUNCE_EVERY)).await.is_some() {
        if let Err(error) = announce_everywhere(&app).await {
            tracing::warn!(error = %Chain(&error), "starts and ends of seats were not announced");
        }
    }
}

async fn announce_everywhere(app: &App) -> Stored<()> {
    let App { store, vault, clock, random, .. } = app;
    for org in app.store.organisations().await? {
        Office { store, ledger: vault.ledger(), random, now: clock.now(), by: By::Server }
            .settle_delegations(org)
            .await?;
        while membership::announce_due(&app.store, org, app.clock.now(), &app.random).await? > 0 {}
    }
    Ok(())
}

async fn compact(app: App) {
    let (stopping, mut compactor) = (app.spawner.stopping(), Compactor::default());
    while stopping.run_until_cancelled(tokio::time::sleep(COMPACT_EVERY)).await.is_some() {
        if let Err(error) = compact_everywhere(&app, &mut compactor).await {
            tracing::warn!(error = %Chain(&error), "documents were not saved");
        }
    }
}

async fn compact_everywhere(app: &App, compactor: &mut Compactor) -> Stored<()> {
    for org in app.store.organisations().await? {
        if app.spawner.is_stopping() {
            return Ok(());
        }
        compactor.run(&app.store, org, app.clock.now()).await?;
    }
    Ok(())
}

async fn read_facts(app: App) {
    let (stopping, mut reader) = (app.spawner.stopping(), FactReader::default());
    while stopping.run_until_cancelled(tokio::time::sleep(READ_FACTS_EVERY)).await.is_some() {
        if let Err(error) = read_facts_everywhere(&app, &mut reader).await {
            tracing::warn!(error = %Chain(&error), "the facts of documents were not read");
        }
    }
}

async fn read_facts_everywhere(app: &App, reader: &mut FactReader) -> Stored<()> {
    for org in app.store.organisations().await? {
        if app.spawner.is_stopping() {
            return Ok(());
        }
        reader.run(&app.store, org).await?;
    }
    Ok(())
}

async fn make_figures(app: App) {
    let (stopping, mut maker) = (app.spawner.stopping(), FigureMaker::default());
    let pause = app.limits.figures_every.min(LOOK_AT_FIGURES_EVERY);
    while stopping.run_until_cancelled(tokio::time::sleep(pause)).await.is_some() {
        if let Err(error) = make_figures_everywhere(&app, &mut maker).await {
            tracing::warn!(error = %Chain(&error), "the figures of teams were not made");
        }
    }
}

async fn make_figures_everywhere(app: &App, maker: &mut FigureMaker) -> Stored<()> {
    let (store, random, every) = (&app.store, &app.random, app.limits.figures_every);
    for org in app.store.organisations().await? {
        if app.spawner.is_stopping() {
            return Ok(());
        }
        maker.run(Making { store, random, now: app.clock.now(), every }, org).await?;
    }
    Ok(())
}
