//! Owns the way to the server: one call that an app's own network stack can implement, and on top of it
//! what each endpoint takes and answers. Decides nothing about when to call; reads no clock.
//!
//! [`Transport`] carries bytes. Everything that judges an answer (status, media type, compression, limits,
//! frames) lies above it in [`api`] and [`answer`], so that every stack is judged alike. To add an endpoint:
//! one function in [`api`].

pub mod answer;
pub mod api;
#[cfg(feature = "http")]
pub mod http;
pub mod inflate;
pub mod pokes;

pub use answer::{Answer, Arrived};
pub use api::{
    EncodedRequest, EnrollError, NewDevice, encode_request, enroll, give_calendar, live, revoke_calendar,
    sync, token,
};
#[cfg(feature = "http")]
pub use http::{HttpSettings, HttpTransport};
pub use pokes::{News, Pokes};

use crate::credential::Credential;
use crate::sync::{Failure, Refusal};
use crate::time::Timestamp;
use crate::wire::{ErrorCode, WipeOrder};
use bytes::Bytes;
use std::pin::Pin;

/// A future that can be kept behind a trait.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What made an error.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Carries one call to the server and its answer back. Follows no redirect, decodes nothing, and sends
/// nothing twice.
pub trait Transport: Send + Sync {
    /// Sends; ready when the head of the answer is there. Dropping the future drops the call.
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>>;
}

/// The body of an answer, as it arrives. Dropping it drops the transfer.
pub trait Body: Send {
    /// The next bytes; none at the end.
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, TransportError>>;
}

/// A call to be made.
#[derive(Debug, Clone)]
pub struct Call {
    /// How.
    pub method: Method,
    /// What, below the server's address; begins with a slash.
    pub path: &'static str,
    /// With names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// What is sent, as it is.
    pub body: Bytes,
    /// How long silence is no sign of a broken connection.
    pub patience: Patience,
}

/// The two methods in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Sends a body.
    Post,
}

/// How long silence is no sign of a broken connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// An answer is being computed or sent.
    Answer,
    /// A live stream: silence is its normal state.
    Live,
}

/// The head of an answer, and its body to come.
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, as sent.
    pub body: Box<dyn Body>,
}

impl Reply {
    /// The first header of this name (in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim())
    }

    /// The media type, without its parameters, in lower case.
    pub fn media_type(&self) -> Option<String> {
        let essence = self.header("content-type")?.split(';').next().unwrap_or_default();
        Some(essence.trim().to_ascii_lowercase())
    }
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reply").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Why there is no answer, or not the whole of one.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// Nothing was sent.
    #[error("the server cannot be reached")]
    Unreachable(#[source] Option<Cause>),
    /// The request has left, perhaps; the answer, or the rest of it, does not come.
    #[error("the connection to the server was lost")]
    Interrupted(#[source] Option<Cause>),
    /// A login page, a proxy, or another server answers.
    #[error("something else answers in the server's place: {found}")]
    NotTheServer {
        /// What gave it away.
        found: Stranger,
        /// More about it.
        #[source]
        source: Option<Cause>,
    },
    /// The server's answer is not what the protocol allows.
    #[error("the server's answer cannot be read")]
    Malformed(#[source] Option<Cause>),
    /// The server answered with an error.
    #[error("the server refused: {}", .0.code)]
    Refused(Box<Refused>),
}

/// What gives a stranger away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stranger {
    /// A status that the server does not use, for example a redirect.
    Status(u16),
    /// Another media type, for example HTML.
    MediaType,
    /// A certificate, or no TLS where there should be.
    Certificate,
    /// Another server's name.
    ServerId,
}

impl std::fmt::Display for Stranger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Status(status) => write!(f, "status {status}"),
            Self::MediaType => f.write_str("another kind of content"),
            Self::Certificate => f.write_str("another certificate"),
            Self::ServerId => f.write_str("another server"),
        }
    }
}

/// An error that the server answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The status.
    pub status: u16,
    /// What to act on.
    pub code: ErrorCode,
    /// What a person can do about it.
    pub detail: String,
    /// The server's clock, if the server itself answered.
    pub server_time: Option<Timestamp>,
    /// How long it asks to stay away.
    pub retry_after_ms: Option<u64>,
    /// The order to wipe, not yet checked.
    pub wipe: Option<WipeOrder>,
}

impl TransportError {
    /// What the engine needs to know of it. An order to wipe counts only if it is valid for this device and
    /// answers the request of this name.
    pub fn failure(&self, credential: &Credential, jti: &str) -> Failure {
        match self {
            Self::Unreachable(_) => Failure::Unreachable,
            Self::Interrupted(_) => Failure::Interrupted,
            Self::NotTheServer { .. } => Failure::NotTheServer,
            Self::Malformed(_) => Failure::Malformed,
            Self::Refused(refused) => Failure::Refused(Refusal {
                code: refused.code,
                server_time: refused.server_time,
                retry_after_ms: refused.retry_after_ms,
                wipe: credential.check_wipe(refused.wipe.as_ref(), jti),
            }),
        }
    }

    /// How long the server asks to stay away.
    pub fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::Refused(refused) => refused.retry_after_ms,
            Self::Unreachable(_) | Self::Interrupted(_) | Self::NotTheServer { .. } | Self::Malformed(_) => {
                None
            }
        }
    }

    fn stranger(found: Stranger) -> Self {
        Self::NotTheServer { found, source: None }
    }

    fn malformed(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Malformed(Some(Box::new(source)))
    }
}

#[cfg(test)]
mod tests;
