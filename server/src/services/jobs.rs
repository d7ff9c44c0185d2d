//! Owns which background jobs an instance runs, and how often. Each is safe to run on every instance at once.

use super::{enrolment, live};
use crate::app::App;
use std::time::Duration;

/// How often what is over is forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(300);

/// Starts the jobs of this instance; they end when the spawner stops.
pub fn start(app: &App) {
    live::start(app);
    app.spawner.spawn(forget(app.clone()));
}

async fn forget(app: App) {
    let stopping = app.spawner.stopping();
    while stopping.run_until_cancelled(tokio::time::sleep(FORGET_EVERY)).await.is_some() {
        if let Err(error) = enrolment::forget(&app.store, app.clock.now()).await {
            tracing::warn!(error = %crate::error::Chain(&error), "what is over was not forgotten");
        }
    }
}
