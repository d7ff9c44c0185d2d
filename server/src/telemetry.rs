//! Owns how the log and the numbers leave the process. What they say is up to those who write them.

use crate::app::App;
use crate::config::{CommonArgs, LogFormat};
use crate::spawner::Spawner;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use std::io::IsTerminal;
use std::time::Duration;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

/// Why nothing would be logged.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter is not one.
    #[error("the log filter cannot be read")]
    Filter(#[from] ParseError),
    /// Somebody else logs in this process.
    #[error("the log could not be set up")]
    Init(#[from] TryInitError),
    /// Somebody else counts in this process.
    #[error("the metrics could not be set up")]
    Metrics(#[from] BuildError),
}

/// Seconds of a request; the last one is the limit that requests have anyway.
const SECONDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 120.0];
/// How often what was counted is put into its buckets.
const UPKEEP: Duration = Duration::from_secs(5);

/// Sends the log to standard error from now on. Standard output belongs to what a command was asked for.
pub fn start_log(args: &CommonArgs) -> Result<(), TelemetryError> {
    let filter = EnvFilter::builder().parse(&args.log)?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match args.log_format {
        LogFormat::Text => log.finish().try_init()?,
        LogFormat::Json => log.json().flatten_event(true).finish().try_init()?,
    }
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// Where it happened, and not with what: the message of a panic may hold content.
fn log_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(%place, "a panic");
}

/// Counts from now on.
pub fn start_metrics(spawner: &Spawner) -> Result<PrometheusHandle, TelemetryError> {
    let seconds = Matcher::Suffix("_seconds".into());
    let handle = PrometheusBuilder::new().set_buckets_for_metric(seconds, &SECONDS)?.install_recorder()?;
    let (upkeep, stopping) = (handle.clone(), spawner.stopping());
    spawner.spawn(async move {
        while stopping.run_until_cancelled(tokio::time::sleep(UPKEEP)).await.is_some() {
            upkeep.run_upkeep();
        }
    });
    Ok(handle)
}

/// The numbers as Prometheus reads them.
pub fn render(handle: &PrometheusHandle, app: &App) -> String {
    #[expect(clippy::cast_precision_loss, reason = "Prometheus counts in floats")]
    metrics::gauge!("floorwalk_live_streams").set(app.live.count() as f64);
    metrics::gauge!("floorwalk_database_connections").set(f64::from(app.store.pool().size()));
    handle.render()
}
