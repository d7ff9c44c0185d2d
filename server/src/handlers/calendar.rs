//! Owns `/v1/calendar`: an address for one's own calendar, and what is read there.

use super::authenticated::Authenticated;
use crate::app::App;
use crate::error::ApiError;
use crate::network::client_bucket;
use crate::openapi;
use crate::serve::Peer;
use crate::services::administration::By;
use crate::services::calendar::{self, CalendarAddress};
use crate::services::roster::Office;
use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use sync_core::calendar::MEDIA_TYPE;
use sync_core::wire::CalendarResponse;

/// How the address of a calendar ends, so that programs know what they get.
const ENDING: &str = ".ics";
/// Whoever subscribed may keep it and asks each time whether it is still that; nobody in between may.
const KEPT_BY_ITS_READER: HeaderValue = HeaderValue::from_static("private, no-cache");

/// Get a new address for one's own calendar.
///
/// It can be read without a device by whoever has it, and cannot be read back here. The address that the calendar had before is
/// nobody's from now on.
#[utoipa::path(
    post, path = "/v1/calendar", tag = "calendar",
    responses(
        (status = 200, description = "The address.", body = openapi::CalendarResponse),
        (status = 401, description = "`token_*`, `clock_skew`, `device_*`", body = openapi::ErrorBody),
        (status = 429, description = "`rate_limited`", body = openapi::ErrorBody),
    ),
    security(("assertion" = []), ("access_token" = []))
)]
pub async fn give(
    State(app): State<App>,
    request: Authenticated,
) -> Result<Json<CalendarResponse>, ApiError> {
    let caller = request.caller;
    calendar::count_giving(&app.store, caller.person, app.clock.now()).await?;
    let address = office(&app).give_calendar(caller.org, caller.person).await?;
    Ok(Json(CalendarResponse { path: format!("/v1/calendar/{}{ENDING}", address.to_text()) }))
}

/// Take away the address of one's own calendar.
#[utoipa::path(
    post, path = "/v1/calendar/revoke", tag = "calendar",
    responses(
        (status = 204, description = "It has none any more."),
        (status = 401, description = "`token_*`, `clock_skew`, `device_*`", body = openapi::ErrorBody),
        (status = 429, description = "`rate_limited`", body = openapi::ErrorBody),
    ),
    security(("assertion" = []), ("access_token" = []))
)]
pub async fn revoke(State(app): State<App>, request: Authenticated) -> Result<StatusCode, ApiError> {
    let caller = request.caller;
    calendar::count_giving(&app.store, caller.person, app.clock.now()).await?;
    office(&app).revoke_calendar(caller.org, caller.person).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Read a calendar (iCalendar, RFC 5545).
///
/// The meetings of its owner, from four weeks ago until twelve weeks ahead: when, and with whom. For programs that subscribe to
/// calendars; changes nothing.
#[utoipa::path(
    get, path = "/v1/calendar/{address}", tag = "calendar",
    params(
        ("address" = String, Path, description = "As `POST /v1/calendar` gave it, with `.ics` at its end: a secret."),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` that the reader has."),
    ),
    responses(
        (status = 200, description = "The calendar.", body = String, content_type = "text/calendar"),
        (status = 304, description = "The reader has it."),
        (status = 404, description = "`not_found`: no calendar has this address", body = openapi::ErrorBody),
        (status = 429, description = "`rate_limited`", body = openapi::ErrorBody),
    )
)]
pub async fn read(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let address = name.strip_suffix(ENDING).and_then(CalendarAddress::parse).ok_or(ApiError::NotFound)?;
    let bucket = client_bucket(peer.0.ip(), &headers, &app.trusted_proxies);
    let file = calendar::read(&app.store, &address, &bucket, app.clock.now()).await?;
    let tag = format!("\"{}\"", hex::encode(&Sha256::digest(&file)[..16]));
    let known = headers.get(IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let is_known = known.is_some_and(|tags| tags.split(',').any(|known| has_tag(known, &tag)));
    let kept = [(CACHE_CONTROL, KEPT_BY_ITS_READER), (ETAG, header(tag))];
    if is_known {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    Ok((kept, [(CONTENT_TYPE, MEDIA_TYPE)], file).into_response())
}

/// A proxy that compresses marks the tag as weak (RFC 9110, 8.8.3); the reader has the same calendar.
fn has_tag(known: &str, tag: &str) -> bool {
    let known = known.trim();
    known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag
}

fn header(tag: String) -> HeaderValue {
    HeaderValue::try_from(tag).expect("a tag is hexadecimal digits between quotes")
}

fn office(app: &App) -> Office<'_> {
    let ledger = app.vault.ledger();
    Office { store: &app.store, ledger, random: &app.random, now: app.clock.now(), by: By::Server }
}
