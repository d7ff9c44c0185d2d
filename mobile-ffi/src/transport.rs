//! Owns the way to the server as the app brings it: its own network stack, which knows the system's proxies,
//! certificates and battery.
//!
//! Calls are pushed, not awaited: the app starts a request and tells what comes of it, piece by piece, from any thread.
//! So an answer is stored while it arrives, a live stream is the same thing as a short answer, and no `async` crosses
//! over, which Swift's checks of concurrency and cancellation do not survive in every version (ffi.md, 2).

use crate::error::CallbackError;
use crate::system::Counted;
use bytes::Bytes;
use std::sync::{Arc, Mutex, PoisonError};
use sync_core::transport::{
    Body, BoxFuture, Call, Method, Patience, Reply, Stranger, Transport, TransportError,
};
use tokio::sync::mpsc;

/// How long an answer may be silent, and a live stream.
const ANSWER_SILENCE_MS: u64 = 30_000;
const LIVE_SILENCE_MS: u64 = 60_000;

/// The app's network stack. Follows no redirect, decodes nothing, sends nothing twice, keeps no cookies and no cache.
#[uniffi::export(with_foreign)]
pub trait HttpTransport: Send + Sync {
    /// Starts a request and returns at once. What comes of it goes to `response`: the head, the body in pieces as they
    /// arrive, and then `finished` or `failed`, once.
    fn start(
        &self,
        request: HttpRequest,
        response: Arc<HttpResponse>,
    ) -> Result<Arc<dyn HttpCall>, CallbackError>;
}

/// A request that is under way.
#[uniffi::export(with_foreign)]
pub trait HttpCall: Send + Sync {
    /// Nobody waits for the answer any more: close the connection. May come after the end.
    fn cancel(&self) -> Result<(), CallbackError>;
}

/// What to send.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct HttpRequest {
    /// `GET` or `POST`.
    pub method: String,
    /// The whole address.
    pub url: String,
    /// In this order.
    pub headers: Vec<HttpHeader>,
    /// To be sent as it is.
    pub body: Vec<u8>,
    /// How long the server may be silent, in the middle of an answer too, before the call is given up as interrupted.
    pub silence_ms: u64,
}

/// One line of a head.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct HttpHeader {
    /// Its name, in any case.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Why an answer does not come, or not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum HttpFailure {
    /// Nothing was sent: no network, no such host, nobody listens.
    Unreachable,
    /// The request has left, perhaps; the answer does not come, or breaks off.
    Interrupted,
    /// Somebody else's certificate, or none where there must be one.
    Certificate,
}

enum Piece {
    Head(u16, Vec<(String, String)>),
    Body(Vec<u8>),
    Failed(HttpFailure),
}

/// Where the app tells what comes of a request. Calls after `finished` or `failed` do nothing.
#[derive(uniffi::Object)]
pub struct HttpResponse {
    /// None once the answer has ended.
    pieces: Mutex<Option<mpsc::UnboundedSender<Piece>>>,
    _counted: Counted,
}

#[uniffi::export]
impl HttpResponse {
    /// The head of the answer is here.
    pub fn head(&self, status: u16, headers: Vec<HttpHeader>) {
        let headers = headers.into_iter().map(|header| (header.name.to_ascii_lowercase(), header.value));
        self.tell(Piece::Head(status, headers.collect()));
    }

    /// The next bytes of the body, as they were sent. False when nobody waits for them any more.
    pub fn body(&self, bytes: Vec<u8>) -> bool {
        self.tell(Piece::Body(bytes))
    }

    /// The answer has ended as it should.
    pub fn finished(&self) {
        self.pieces().take();
    }

    /// There is no answer, or not the rest of it.
    pub fn failed(&self, failure: HttpFailure) {
        self.tell(Piece::Failed(failure));
        self.pieces().take();
    }
}

impl HttpResponse {
    fn pieces(&self) -> std::sync::MutexGuard<'_, Option<mpsc::UnboundedSender<Piece>>> {
        self.pieces.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, piece: Piece) -> bool {
        self.pieces().as_ref().is_some_and(|pieces| pieces.send(piece).is_ok())
    }
}

/// The app's network stack as sync-core calls it.
pub(crate) struct AppTransport {
    pub(crate) url: String,
    pub(crate) user_agent: String,
    pub(crate) stack: Arc<dyn HttpTransport>,
}

impl Transport for AppTransport {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        Box::pin(async move {
            let (pieces, arriving) = mpsc::unbounded_channel();
            let response =
                Arc::new(HttpResponse { pieces: Mutex::new(Some(pieces)), _counted: Counted::default() });
            let started = self.stack.start(self.request(call), response);
            let call = started.map_err(|error| TransportError::Unreachable(Some(Box::new(error))))?;
            let mut arriving = Arriving { pieces: arriving, call };
            match arriving.pieces.recv().await {
                Some(Piece::Head(status, headers)) => Ok(Reply { status, headers, body: Box::new(arriving) }),
                Some(Piece::Failed(failure)) => Err(failed(failure)),
                Some(Piece::Body(_)) => Err(TransportError::Malformed(None)),
                None => Err(TransportError::Interrupted(None)),
            }
        })
    }
}

impl AppTransport {
    fn request(&self, call: Call) -> HttpRequest {
        let agent = HttpHeader { name: "user-agent".into(), value: self.user_agent.clone() };
        let headers = call.headers.into_iter().map(|(name, value)| HttpHeader { name: name.into(), value });
        HttpRequest {
            method: match call.method {
                Method::Get => "GET".into(),
                Method::Post => "POST".into(),
            },
            url: format!("{}{}", self.url.trim_end_matches('/'), call.path),
            headers: headers.chain([agent]).collect(),
            body: call.body.into(),
            silence_ms: match call.patience {
                Patience::Answer => ANSWER_SILENCE_MS,
                Patience::Live => LIVE_SILENCE_MS,
            },
        }
    }
}

/// An answer on its way. Dropping it cancels the call.
struct Arriving {
    pieces: mpsc::UnboundedReceiver<Piece>,
    call: Arc<dyn HttpCall>,
}

impl Body for Arriving {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, TransportError>> {
        Box::pin(async {
            match self.pieces.recv().await {
                Some(Piece::Body(bytes)) => Ok(Some(bytes.into())),
                Some(Piece::Failed(failure)) => Err(failed(failure)),
                Some(Piece::Head(..)) => Err(TransportError::Malformed(None)),
                None => Ok(None),
            }
        })
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        // The app could not close a connection: it ends by itself.
        let _ = self.call.cancel();
    }
}

fn failed(failure: HttpFailure) -> TransportError {
    match failure {
        HttpFailure::Unreachable => TransportError::Unreachable(None),
        HttpFailure::Interrupted => TransportError::Interrupted(None),
        HttpFailure::Certificate => {
            TransportError::NotTheServer { found: Stranger::Certificate, source: None }
        }
    }
}
