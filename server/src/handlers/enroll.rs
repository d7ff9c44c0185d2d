//! Owns `POST /v1/enroll`.

use super::body;
use crate::app::App;
use crate::auth::bearer::bearer;
use crate::error::ApiError;
use crate::network::client_bucket;
use crate::openapi;
use crate::serve::Peer;
use crate::services::enrolment::{Arrival, Desk, enrol};
use axum::Json;
use axum::extract::{Extension, Request, State};
use sync_core::wire::EnrollResponse;

/// An enrolment is a few hundred bytes.
const MAX_BODY_BYTES: usize = 8 << 10;

/// Turn an invitation and a new key into a device.
///
/// The bearer token is an assertion of type `floorwalk-enroll+jwt`, signed by the key in the body. The same key and
/// code get the same answer again.
#[utoipa::path(
    post, path = "/v1/enroll", tag = "credentials",
    request_body(content = openapi::EnrollRequest, content_type = "application/json"),
    responses(
        (status = 200, description = "Enrolled.", body = openapi::EnrollResponse),
        (status = 400, description = "`malformed`", body = openapi::ErrorBody),
        (status = 401, description = "`token_*`, `clock_skew`, `device_revoked`", body = openapi::ErrorBody),
        (status = 403, description = "`not_allowed`: the key is a device already", body = openapi::ErrorBody),
        (status = 404, description = "`invitation_unknown`; `not_found` for `replaces`", body = openapi::ErrorBody),
        (status = 409, description = "`invitation_used`", body = openapi::ErrorBody),
        (status = 410, description = "`invitation_expired`", body = openapi::ErrorBody),
        (status = 413, description = "`too_large`: over 8 KiB", body = openapi::ErrorBody),
        (status = 415, description = "`unsupported_media`", body = openapi::ErrorBody),
        (status = 429, description = "`rate_limited`", body = openapi::ErrorBody),
    ),
    security(("assertion" = []))
)]
pub async fn enroll(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    request: Request,
) -> Result<Json<EnrollResponse>, ApiError> {
    let (parts, sent) = request.into_parts();
    let token = bearer(&parts.headers)?;
    body::expect(&parts.headers, "application/json")?;
    let body = body::read(sent, MAX_BODY_BYTES, app.limits.body_idle).await?;
    let bucket = client_bucket(peer.0.ip(), &parts.headers, &app.trusted_proxies);
    let desk = Desk { store: &app.store, keys: app.vault.keys(), random: &app.random, now: app.clock.now() };
    enrol(desk, Arrival { token, body: &body, bucket: &bucket }).await.map(Json)
}
