//! Owns how a failure leaves the server: one status, one code, one sentence that never holds content.

use crate::auth::AuthError;
use crate::clock::Clock;
use crate::services::roster::RosterError;
use crate::store::StoreError;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use sync_core::time::Timestamp;
use sync_core::wire::{ErrorBody, ErrorCode};

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a request was not done.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The credential was refused.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// The invitation cannot be used.
    #[error(transparent)]
    Invitation(#[from] InvitationError),
    /// The body or the request line is not what this endpoint takes.
    #[error("not what this endpoint takes")]
    Malformed,
    /// The body is over the limit.
    #[error("over the limit")]
    TooLarge,
    /// The media type or the encoding is not one we take.
    #[error("the media type or encoding is not one that is taken")]
    UnsupportedMedia,
    /// The client is too old.
    #[error("the client speaks a protocol that is no longer taken")]
    UpgradeRequired,
    /// There is no such thing, or none that the caller may know of.
    #[error("no such thing")]
    NotFound,
    /// There is such a thing, with other methods.
    #[error("not with this method")]
    MethodNotAllowed,
    /// The caller may not do that.
    #[error("not allowed")]
    NotAllowed,
    /// It stands against what is there; in a sentence that holds no content.
    #[error("it stands against what is there: {0}")]
    Conflict(&'static str),
    /// The body did not arrive in time.
    #[error("the request took too long to arrive")]
    TooSlow,
    /// Too many of these.
    #[error("too many attempts")]
    RateLimited {
        /// When to try again.
        retry_after_seconds: u32,
    },
    /// Something that passes is in the way.
    #[error("not now")]
    Unavailable(#[source] Option<Source>),
    /// A fault of ours.
    #[error("a fault of the server")]
    Internal(#[source] Source),
}

/// Why an invitation cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvitationError {
    /// There is none with this code.
    #[error("no such invitation")]
    Unknown,
    /// Its time is over.
    #[error("the invitation has expired")]
    Expired,
    /// Another key has used it.
    #[error("the invitation was used")]
    Used,
}

/// How an [`ApiError`] looks from outside.
struct Outside {
    status: StatusCode,
    code: ErrorCode,
    detail: &'static str,
}

const fn outside(status: StatusCode, code: ErrorCode, detail: &'static str) -> Outside {
    Outside { status, code, detail }
}

impl InvitationError {
    fn outside(self) -> Outside {
        match self {
            Self::Unknown => outside(
                StatusCode::NOT_FOUND,
                ErrorCode::InvitationUnknown,
                "There is no such invitation. Ask for a new one.",
            ),
            Self::Expired => outside(
                StatusCode::GONE,
                ErrorCode::InvitationExpired,
                "The invitation has expired. Ask for a new one.",
            ),
            Self::Used => outside(
                StatusCode::CONFLICT,
                ErrorCode::InvitationUsed,
                "Another phone has used this invitation. If it was not yours, say so; ask for a new one.",
            ),
        }
    }
}

impl ApiError {
    fn outside(&self) -> Outside {
        match self {
            Self::Auth(refusal) => {
                outside(StatusCode::UNAUTHORIZED, refusal.code(), what_to_do_about(refusal))
            }
            Self::Invitation(refusal) => refusal.outside(),
            Self::Malformed => outside(
                StatusCode::BAD_REQUEST,
                ErrorCode::Malformed,
                "The request is not of the documented form.",
            ),
            Self::TooLarge => outside(
                StatusCode::PAYLOAD_TOO_LARGE,
                ErrorCode::TooLarge,
                "The request is over the documented limit.",
            ),
            Self::UnsupportedMedia => outside(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                ErrorCode::UnsupportedMedia,
                "The content type or encoding is not one that is documented.",
            ),
            Self::UpgradeRequired => {
                outside(StatusCode::UPGRADE_REQUIRED, ErrorCode::UpgradeRequired, "Update the app.")
            }
            Self::NotFound => {
                outside(StatusCode::NOT_FOUND, ErrorCode::NotFound, "There is no such thing here.")
            }
            Self::MethodNotAllowed => outside(
                StatusCode::METHOD_NOT_ALLOWED,
                ErrorCode::NotFound,
                "This address is asked in another way.",
            ),
            Self::NotAllowed => outside(StatusCode::FORBIDDEN, ErrorCode::NotAllowed, "You may not do that."),
            Self::Conflict(why) => outside(StatusCode::CONFLICT, ErrorCode::Conflict, why),
            Self::TooSlow => outside(
                StatusCode::REQUEST_TIMEOUT,
                ErrorCode::Unavailable,
                "The request took too long to arrive. Try again.",
            ),
            Self::RateLimited { .. } => outside(
                StatusCode::TOO_MANY_REQUESTS,
                ErrorCode::RateLimited,
                "Too many attempts. Wait, then try again.",
            ),
            Self::Unavailable(_) => outside(
                StatusCode::SERVICE_UNAVAILABLE,
                ErrorCode::Unavailable,
                "The server cannot answer now. Try again.",
            ),
            Self::Internal(_) => outside(
                StatusCode::INTERNAL_SERVER_ERROR,
                ErrorCode::Internal,
                "Something failed in the server. Nothing of yours is lost; try again later.",
            ),
        }
    }

    /// The word for it on the wire.
    pub fn code(&self) -> ErrorCode {
        self.outside().code
    }

    fn retry_after_seconds(&self) -> Option<u32> {
        match self {
            Self::RateLimited { retry_after_seconds } => Some(*retry_after_seconds),
            Self::Unavailable(_) | Self::TooSlow => Some(1),
            Self::Auth(_)
            | Self::Invitation(_)
            | Self::Malformed
            | Self::TooLarge
            | Self::UnsupportedMedia
            | Self::UpgradeRequired
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::NotAllowed
            | Self::Conflict(_)
            | Self::Internal(_) => None,
        }
    }

    fn body(&self, server_time: Timestamp) -> ErrorBody {
        let outside = self.outside();
        let wipe = match self {
            Self::Auth(AuthError::Revoked(order)) => Some(order.clone()),
            _ => None,
        };
        ErrorBody { code: outside.code, detail: outside.detail.into(), server_time, wipe }
    }

    /// What stands for a refusal that a layer made without saying why.
    fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::REQUEST_TIMEOUT => Self::TooSlow,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMedia,
            status if status.is_client_error() => Self::Malformed,
            _ => Self::Internal("a layer failed".into()),
        }
    }
}

fn what_to_do_about(refusal: &AuthError) -> &'static str {
    match refusal {
        AuthError::Missing => "Sign the request: one Authorization header with a bearer token.",
        AuthError::Malformed => "The token is not of the documented form.",
        AuthError::Signature => "The signature is not by the key that is registered.",
        AuthError::Claims => "A claim of the token is missing or wrong.",
        AuthError::ClockSkew => {
            "The clock is too far from the server's. Sign again with the time given here."
        }
        AuthError::Body => "The body is not the one that was signed.",
        AuthError::Replayed => "The token was used before. Sign again.",
        AuthError::DeviceUnknown => "This device is not enrolled here. Ask for an invitation.",
        AuthError::Revoked(_) => "The access of this device was taken away.",
        AuthError::KeyRefused => {
            "This key opens nothing here, or nothing any more. Ask the operator for another one."
        }
    }
}

/// A failure on its way out. [`describe`] gives it its body, because only that knows the time.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.outside().status.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// The code of a failed answer, for the line in the log.
#[derive(Debug, Clone, Copy)]
pub struct AnsweredCode(pub ErrorCode);

/// Gives every failed answer its one form, also those that a layer or the router made.
pub async fn describe(State(clock): State<Clock>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if !response.status().is_client_error() && !response.status().is_server_error() {
        return response;
    }
    let error = match response.extensions().get::<Arc<ApiError>>() {
        Some(error) => error.clone(),
        None => Arc::new(ApiError::of_status(response.status())),
    };
    log_fault(&error);
    let mut described =
        (error.outside().status, headers(&error, response.headers()), Json(error.body(clock.now())))
            .into_response();
    described.extensions_mut().insert(AnsweredCode(error.code()));
    described
}

fn headers(error: &ApiError, given: &HeaderMap) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.extend(given.get(ALLOW).map(|value| (ALLOW, value.clone())));
    headers.extend(error.retry_after_seconds().map(|seconds| (RETRY_AFTER, HeaderValue::from(seconds))));
    if matches!(error, ApiError::Auth(_)) {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    headers
}

/// The one place where a fault of ours is logged: here it stops.
fn log_fault(error: &ApiError) {
    match error {
        ApiError::Internal(source) => tracing::error!(error = %Chain(source.as_ref()), "a request failed"),
        ApiError::Unavailable(Some(source)) => {
            tracing::warn!(error = %Chain(source.as_ref()), "a request was put off");
        }
        _ => {}
    }
}

/// An error with everything that caused it, in one line.
pub struct Chain<'e>(pub &'e (dyn std::error::Error + 'static));

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl From<RosterError> for ApiError {
    fn from(error: RosterError) -> Self {
        match error {
            RosterError::NotFound(_) => Self::NotFound,
            RosterError::NotAdministrator => Self::NotAllowed,
            RosterError::SamePerson
            | RosterError::OwnDelegate
            | RosterError::EndsInThePast
            | RosterError::TooLong => Self::Malformed,
            RosterError::AlreadyAppointed => {
                Self::Conflict("This person has that office already. End it first.")
            }
            RosterError::AlreadyRunning => Self::Conflict("These two have a tenure already. End it first."),
            RosterError::AlreadyDelegated => {
                Self::Conflict("This person leads in this leader's place already. End that first.")
            }
            RosterError::Taken(_) => Self::Conflict("Somebody else has that staff number, login or address."),
            RosterError::InvitationUsed => {
                Self::Conflict("A phone has used this invitation. Revoke the phone.")
            }
            RosterError::IdInUse => Self::Conflict("Something else has this id."),
            RosterError::Ledger(error) => Self::Internal(error.into()),
            RosterError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Retryable(_) | StoreError::OutcomeUnknown(_) => Self::Unavailable(Some(error.into())),
            StoreError::Conflict(_) | StoreError::Failed(_) => Self::Internal(error.into()),
        }
    }
}
