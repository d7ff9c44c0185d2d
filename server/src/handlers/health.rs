//! Owns what a load balancer asks: is it alive, may it get requests.

use crate::app::App;
use crate::error::ApiError;
use crate::openapi;
use crate::store::postgres;
use axum::extract::State;
use axum::http::StatusCode;

/// Is the process alive.
#[utoipa::path(
    get, path = "/healthz", tag = "operation",
    responses((status = 204, description = "It is."))
)]
pub async fn healthz() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// May it get requests: the database answers, has this build's schema, and belongs to this server's keys.
#[utoipa::path(
    get, path = "/readyz", tag = "operation",
    responses(
        (status = 204, description = "It may."),
        (status = 503, description = "`unavailable`: not now, or stopping", body = openapi::ErrorBody),
    )
)]
pub async fn readyz(State(app): State<App>) -> Result<StatusCode, ApiError> {
    if app.spawner.is_stopping() {
        return Err(ApiError::Unavailable(None));
    }
    let not_ready = |error: crate::store::StoreError| ApiError::Unavailable(Some(error.into()));
    let server_id = app.store.server_id().await.map_err(not_ready)?;
    let schema = app.store.schema_version().await.map_err(not_ready)?;
    let is_ours = server_id.as_deref() == Some(&app.vault.keys().server_id);
    let is_current = schema >= postgres::newest_migration();
    (is_ours && is_current).then_some(StatusCode::NO_CONTENT).ok_or(ApiError::Unavailable(None))
}
