//! Owns `GET /v1/live`.

use super::authenticated::Authenticated;
use crate::app::App;
use crate::error::ApiError;
use crate::openapi;
use crate::services::live::{self, Bounds};
use axum::extract::State;
use axum::http::HeaderName;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use std::convert::Infallible;
use std::time::Duration;

/// Often enough that no proxy in between takes the stream for dead, rare enough for a phone's battery.
const HEARTBEAT: Duration = Duration::from_secs(25);
/// nginx would otherwise hold the pokes back until there are enough of them.
const UNBUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

/// Be told when there is news.
///
/// Server-sent events: each event `news` says that a sync would bring something, never what. The stream ends after
/// ten minutes, or when the device is revoked; a client then signs again.
#[utoipa::path(
    get, path = "/v1/live", tag = "sync",
    responses(
        (status = 200, description = "A stream of `news` events.", body = String, content_type = "text/event-stream"),
        (status = 401, description = "`token_*`, `clock_skew`, `device_*`", body = openapi::ErrorBody),
        (status = 503, description = "`unavailable`: too many streams", body = openapi::ErrorBody),
    ),
    security(("assertion" = []), ("access_token" = []))
)]
pub async fn live(State(app): State<App>, request: Authenticated) -> Result<Response, ApiError> {
    let bounds =
        Bounds { streams: app.limits.live_streams, streams_of_device: app.limits.live_streams_of_device };
    let stream = live::subscribe(&app.live, &app.store, request.caller, bounds).await?;
    let pokes = live::pokes(stream, &app.random, &app.spawner);
    let events = pokes.map(|()| Ok::<_, Infallible>(Event::default().event("news").data("{}")));
    let stream = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    Ok(([UNBUFFERED], stream).into_response())
}
