//! Owns connections: accepts them, bounds them, and lets them finish when it is time to stop.
//!
//! HTTP/1.1 without TLS: TLS and HTTP/2 belong to the proxy in front. One protocol here means one set of limits
//! that holds, and none of HTTP/2's ways to make a server work for nothing.

mod write_timeout;

use crate::app::{App, Limits};
use crate::routes;
use crate::services;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use write_timeout::WriteTimeout;

/// How long to wait after a failed accept: the usual reason is that files are used up, which passes.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The address that the connection came from.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// A connection's place among those that there may be at a time. What goes on after its connection keeps it.
pub type Slot = Arc<OwnedSemaphorePermit>;

struct Connection {
    stream: TcpStream,
    peer: Peer,
    slot: Slot,
}

/// Serves until `shutdown` says so, then finishes what is in flight, within the limit. Works on any port, and
/// several can run in one process.
pub async fn serve(listener: TcpListener, app: App, shutdown: CancellationToken) {
    services::jobs::start(&app);
    let router = routes::router(app.clone());
    accept(listener, router, app.limits, &app, &shutdown).await;
    // Streams and jobs end now, requests when they are done.
    app.spawner.stop();
    let abandoned = app.spawner.join(app.limits.drain).await;
    if abandoned > 0 {
        tracing::warn!(abandoned, "stopped with requests in flight");
    }
}

/// Serves the numbers for Prometheus, on a listener of their own.
pub async fn serve_metrics(listener: TcpListener, router: axum::Router, app: &App) {
    accept(listener, router, app.limits, app, &app.spawner.stopping()).await;
}

async fn accept(
    listener: TcpListener,
    router: axum::Router,
    limits: Limits,
    app: &App,
    shutdown: &CancellationToken,
) {
    let slots = Arc::new(Semaphore::new(limits.connections));
    loop {
        let accepted = tokio::select! {
            accepted = next_connection(&listener, &slots) => accepted,
            () = shutdown.cancelled() => return,
        };
        match accepted {
            Ok(connection) => {
                let stopping = app.spawner.stopping();
                app.spawner.spawn(converse(connection, router.clone(), limits, stopping));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn next_connection(listener: &TcpListener, slots: &Arc<Semaphore>) -> std::io::Result<Connection> {
    let slot = slots.clone().acquire_owned().await.map_err(std::io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok(Connection { stream, peer: Peer(peer), slot: Arc::new(slot) })
}

/// All requests of one connection.
async fn converse(
    Connection { stream, peer, slot }: Connection,
    router: axum::Router,
    limits: Limits,
    stopping: CancellationToken,
) {
    let service = router.map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(slot.clone());
        request.map(axum::body::Body::new)
    });
    let io = TokioIo::new(WriteTimeout::new(stream, limits.write_idle));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        .max_headers(limits.headers)
        .max_header_size(limits.header_bytes)
        .max_buf_size(limits.header_bytes.max(8192))
        .serve_connection(io, TowerToHyperService::new(service));
    let mut connection = pin!(connection);
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "a connection ended early");
    }
}
