//! Owns the transport by reqwest, for desktops, servers and tests. On a phone the app's own stack is better:
//! it knows the system's proxies, certificates and battery.

use super::{Body, BoxFuture, Call, Cause, Method, Patience, Reply, Stranger, Transport, TransportError};
use bytes::Bytes;
use reqwest::{Client, Request, Response, Url};
use std::error::Error;
use std::io;
use std::time::Duration;
use tokio::time::timeout;

/// What a transport is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpSettings {
    /// Where the server is, without a trailing slash.
    pub url: String,
    /// How long a connection may take to open.
    pub connect_timeout: Duration,
    /// How long the server may be silent while it answers.
    pub read_timeout: Duration,
    /// How long a live stream may be silent.
    pub live_read_timeout: Duration,
    /// What the client calls itself.
    pub user_agent: String,
}

/// Why there is no transport.
#[derive(Debug, thiserror::Error)]
pub enum HttpSetupError {
    /// The address is none.
    #[error("not the address of a server: {url}")]
    Address {
        /// What was given.
        url: String,
    },
    /// The system has no TLS to offer.
    #[error("the network stack cannot be set up")]
    Stack(#[source] reqwest::Error),
}

/// Carries calls over HTTP/1.1, with TLS where the address says so.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    url: String,
    client: Client,
    read_timeout: Duration,
    live_read_timeout: Duration,
}

impl HttpTransport {
    /// A transport to one server.
    pub fn new(settings: HttpSettings) -> Result<Self, HttpSetupError> {
        let url = settings.url.trim_end_matches('/').to_owned();
        let is_encrypted = match Url::parse(&url).as_ref().map(Url::scheme) {
            Ok("https") => true,
            Ok("http") => false,
            Ok(_) | Err(_) => return Err(HttpSetupError::Address { url }),
        };
        // One client for all calls, because each reads the system's certificates: for nothing where none is needed.
        // How long silence may last is therefore ours to watch, for a client knows only one such time.
        let builder = if is_encrypted { Client::builder() } else { Client::builder().tls_certs_only([]) };
        let client = builder
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(settings.connect_timeout)
            .user_agent(&settings.user_agent)
            .build()
            .map_err(HttpSetupError::Stack)?;
        let HttpSettings { read_timeout, live_read_timeout, .. } = settings;
        Ok(Self { url, client, read_timeout, live_read_timeout })
    }

    fn request(&self, call: Call) -> Result<Request, reqwest::Error> {
        let method = match call.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let builder = self.client.request(method, format!("{}{}", self.url, call.path));
        let builder =
            call.headers.into_iter().fold(builder, |builder, (name, value)| builder.header(name, value));
        match call.method {
            Method::Get => builder.build(),
            Method::Post => builder.body(call.body).build(),
        }
    }
}

impl Transport for HttpTransport {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        Box::pin(async move {
            let silence = match call.patience {
                Patience::Answer => self.read_timeout,
                Patience::Live => self.live_read_timeout,
            };
            let request = self.request(call).map_err(not_sent)?;
            match timeout(silence, self.client.execute(request)).await {
                Ok(answered) => answered.map(|response| reply(response, silence)).map_err(not_answered),
                Err(elapsed) => Err(TransportError::Interrupted(Some(Box::new(elapsed)))),
            }
        })
    }
}

fn reply(response: Response, silence: Duration) -> Reply {
    let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let headers = response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
    let (status, headers) = (response.status().as_u16(), headers.collect());
    Reply { status, headers, body: Box::new(Pieces { response, silence }) }
}

struct Pieces {
    response: Response,
    silence: Duration,
}

impl Body for Pieces {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, TransportError>> {
        Box::pin(async {
            match timeout(self.silence, self.response.chunk()).await {
                Ok(piece) => piece.map_err(|error| TransportError::Interrupted(cause(error))),
                Err(elapsed) => Err(TransportError::Interrupted(Some(Box::new(elapsed)))),
            }
        })
    }
}

fn not_sent(error: reqwest::Error) -> TransportError {
    TransportError::Unreachable(cause(error))
}

fn not_answered(error: reqwest::Error) -> TransportError {
    if !error.is_connect() {
        return TransportError::Interrupted(cause(error));
    }
    if is_about_tls(&error) {
        return TransportError::NotTheServer { found: Stranger::Certificate, source: cause(error) };
    }
    TransportError::Unreachable(cause(error))
}

/// Who intercepts a connection has no certificate for it. TLS tells that as invalid data.
fn is_about_tls(error: &(dyn Error + 'static)) -> bool {
    let Some(error) = error.downcast_ref::<io::Error>() else {
        return error.source().is_some_and(is_about_tls);
    };
    // An I/O error leaves what it wraps out of its `source`.
    error.kind() == io::ErrorKind::InvalidData
        || error.get_ref().is_some_and(|wrapped| is_about_tls(wrapped as &(dyn Error + 'static)))
}

fn cause(error: reqwest::Error) -> Option<Cause> {
    Some(Box::new(error.without_url()))
}
