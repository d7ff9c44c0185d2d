//! Owns the one line that each request leaves in the log, and its numbers. Never a URL, an address or a body.

use crate::clock::Clock;
use crate::error::AnsweredCode;
use crate::random::Randomness;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::HeaderName;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use sync_core::time::Timestamp;
use tracing::Instrument;

/// The header that names a request in our log.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the log needs from outside.
#[derive(Debug, Clone)]
pub struct LogContext {
    /// Measures how long a request took.
    pub clock: Clock,
    /// Names requests.
    pub random: Randomness,
}

/// Names the request, and leaves its line when the last byte of the answer is gone or given up.
pub async fn log(State(context): State<LogContext>, request: Request, next: Next) -> Response {
    let id = hex::encode(context.random.bytes::<8>());
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("http.request", request.id = %id, route = %route);
    let started = context.clock.now();
    let method = request.method().clone();
    let mut response = next.run(request).instrument(span.clone()).await;
    let line = Line {
        span,
        id: id.clone(),
        method,
        route,
        status: response.status(),
        code: response.extensions().get::<AnsweredCode>().map(|code| code.0.as_str()),
        started,
        clock: context.clock,
        sent_bytes: 0,
    };
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response.map(|body| Body::new(Logged { body, line }))
}

/// Everything that the line says; written when it is dropped.
struct Line {
    span: tracing::Span,
    id: String,
    method: Method,
    route: String,
    status: StatusCode,
    code: Option<&'static str>,
    started: Timestamp,
    clock: Clock,
    sent_bytes: u64,
}

impl Drop for Line {
    fn drop(&mut self) {
        let duration_ms = self.clock.now().ms_since(self.started);
        let status = self.status.as_u16();
        let method = if is_usual(&self.method) { self.method.as_str() } else { "other" };
        let (id, route, code, sent_bytes) = (&self.id, &self.route, self.code.unwrap_or(""), self.sent_bytes);
        let labels = [("route", self.route.clone()), ("status", status.to_string())];
        metrics::counter!("floorwalk_requests_total", &labels).increment(1);
        // A duration never comes near 2^52 ms, where a float would round it.
        #[expect(clippy::cast_precision_loss, reason = "Prometheus counts in floats")]
        metrics::histogram!("floorwalk_request_seconds", &labels).record(duration_ms as f64 / 1000.0);
        let _entered = self.span.enter();
        if is_probe(route) {
            tracing::debug!(request.id = %id, method, route, status, code, duration_ms, sent_bytes, "request");
        } else {
            tracing::info!(request.id = %id, method, route, status, code, duration_ms, sent_bytes, "request");
        }
    }
}

/// A method of the caller's own invention would be content in the log.
fn is_usual(method: &Method) -> bool {
    [Method::GET, Method::POST, Method::HEAD, Method::OPTIONS, Method::PUT, Method::DELETE, Method::PATCH]
        .contains(method)
}

fn is_probe(route: &str) -> bool {
    matches!(route, "/healthz" | "/readyz")
}

struct Logged {
    body: Body,
    line: Line,
}

impl HttpBody for Logged {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled {
            self.line.sent_bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
