//! Owns what a handler asks for when it wants to know who calls: the caller, and the body that they signed.

use super::body;
use crate::app::App;
use crate::auth::assertion::Accepted;
use crate::auth::bearer::bearer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::services::credential;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use sync_core::wire::MAX_REQUEST_BYTES;

/// A request whose credential was accepted. Asking for it is what protects a route.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// Who calls.
    pub caller: Caller,
    /// The body as sent: what the assertion was signed for, if there is one.
    pub body: Bytes,
    /// The assertion; none when an access token opened the request.
    pub assertion: Option<Accepted>,
}

impl FromRequest<App> for Authenticated {
    type Rejection = ApiError;

    /// The credential is checked before the first byte of the body is taken.
    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let token = bearer(&parts.headers)?;
        let admitted = credential::admit(&app.store, app.vault.keys(), token, app.clock.now()).await?;
        let body = body::read(body, MAX_REQUEST_BYTES, app.limits.body_idle).await?;
        if let Some(assertion) = &admitted.assertion {
            assertion.check_body(&body)?;
        }
        Ok(Self { caller: admitted.caller, body, assertion: admitted.assertion })
    }
}
