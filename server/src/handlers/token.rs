//! Owns `POST /v1/token`.

use super::authenticated::Authenticated;
use crate::app::App;
use crate::auth::AuthError;
use crate::error::ApiError;
use crate::openapi;
use crate::services::credential;
use axum::Json;
use axum::extract::State;
use sync_core::wire::TokenResponse;

/// Exchange an assertion for an access token of ten minutes.
///
/// For tools that make many calls. The assertion works here once; an access token does not give another.
#[utoipa::path(
    post, path = "/v1/token", tag = "credentials",
    responses(
        (status = 200, description = "An access token.", body = openapi::TokenResponse),
        (status = 401, description = "`token_*`, `clock_skew`, `device_*`", body = openapi::ErrorBody),
    ),
    security(("assertion" = []))
)]
pub async fn token(State(app): State<App>, request: Authenticated) -> Result<Json<TokenResponse>, ApiError> {
    let assertion = request.assertion.ok_or(AuthError::Malformed)?;
    let exchanged = (request.caller, &assertion);
    let now = app.clock.now();
    credential::exchange(&app.store, app.vault.keys(), &app.random, exchanged, now).await.map(Json)
}
