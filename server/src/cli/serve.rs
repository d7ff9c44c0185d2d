//! Owns the life of the serving process: comes up, says where it is, stops when told.

use super::CliError;
use super::database::{Opened, Stay};
use crate::app::App;
use crate::config::{Config, ServeArgs, is_local};
use crate::{routes, serve as connections, telemetry};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Serves until a signal, then stops in order: connections, jobs, database.
pub(super) async fn serve(config: Config, args: ServeArgs) -> Result<(), CliError> {
    let shutdown = on_signal()?;
    let public_url = config.public_url.clone();
    let mut opened = Opened::open(config, Stay::Owner, args.trusted_proxy.clone()).await?;
    opened.app.limits.figures_every = Duration::from_secs(args.figures_every.into());
    let served = listen(&opened.app, &args, &public_url, shutdown).await;
    opened.close().await;
    tracing::info!("stopped");
    served
}

async fn listen(
    app: &App,
    args: &ServeArgs,
    public_url: &str,
    shutdown: CancellationToken,
) -> Result<(), CliError> {
    let listener = bind(args.listen).await?;
    if let Some(address) = args.metrics_listen {
        serve_metrics(app, bind(address).await?)?;
    }
    announce(&listener, args, public_url);
    connections::serve(listener, app.clone(), shutdown).await;
    Ok(())
}

fn serve_metrics(app: &App, listener: TcpListener) -> Result<(), CliError> {
    let handle = telemetry::start_metrics(&app.spawner)?;
    let counted = app.clone();
    let router = routes::metrics_router(move || telemetry::render(&handle, &counted));
    let app = app.clone();
    app.spawner.clone().spawn(async move { connections::serve_metrics(listener, router, &app).await });
    Ok(())
}

/// Says where the server is, and what is missing before phones can use it.
fn announce(listener: &TcpListener, args: &ServeArgs, public_url: &str) {
    let address = listener.local_addr().unwrap_or(args.listen);
    tracing::info!(%address, public_url, "listening");
    if is_local(public_url) {
        tracing::info!(
            "phones need https: put a proxy that ends TLS in front of this address, give its networks as \
             --trusted-proxy and its address as --public-url"
        );
    }
    if !args.listen.ip().is_loopback() && args.trusted_proxy.is_empty() {
        tracing::warn!(
            "listening for plain HTTP beyond this machine, with no proxy named: whoever is on the way can read \
             everything. Use a proxy that ends TLS, and name it with --trusted-proxy"
        );
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, CliError> {
    TcpListener::bind(address).await.map_err(|source| CliError::Io { doing: "listening", source })
}

/// Ends when somebody asks the process to stop.
pub(super) fn on_signal() -> Result<CancellationToken, CliError> {
    let listen = |kind| signal(kind).map_err(|source| CliError::Io { doing: "waiting for signals", source });
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    let shutdown = CancellationToken::new();
    let told = shutdown.clone();
    #[expect(
        clippy::disallowed_methods,
        reason = "ends with the process: it is what tells everything else to stop"
    )]
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping");
        told.cancel();
    });
    Ok(shutdown)
}
