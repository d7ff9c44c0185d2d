//! Owns the transport by reqwest, for desktops, servers and tests. On a phone the app's own stack is better:
//! it knows the system's proxies, certificates and battery.

use super::{Body, BoxFuture, Call, Cause, Method, Patience, Reply, Stranger, Transport, TransportError};
use bytes::Bytes;
use reqwest::{Client, Request, Response, Url};
use std::error::Error;
use std::io;
use std::time::Duration;

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
    calls: Client,
    live: Client,
}

impl HttpTransport {
    /// A transport to one server.
    pub fn new(settings: HttpSettings) -> Result<Self, HttpSetupError> {
        let url = settings.url.trim_end_matches('/').to_owned();
        let is_web = Url::parse(&url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !is_web {
            return Err(HttpSetupError::Address { url });
        }
        let is_plain = url.starts_with("http:");
        let client = |read_timeout| {
            let mut builder = Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .connect_timeout(settings.connect_timeout)
                .read_timeout(read_timeout)
                .user_agent(&settings.user_agent);
            // To read the system's certificates takes longer than all else here, and without TLS nobody needs them.
            if is_plain {
                builder = builder.tls_certs_only([]);
            }
            builder.build().map_err(HttpSetupError::Stack)
        };
        Ok(Self { url, calls: client(settings.read_timeout)?, live: client(settings.live_read_timeout)? })
    }

    fn request(&self, client: &Client, call: Call) -> Result<Request, reqwest::Error> {
        let method = match call.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let builder = client.request(method, format!("{}{}", self.url, call.path));
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
            let client = match call.patience {
                Patience::Answer => &self.calls,
                Patience::Live => &self.live,
            };
            let request = self.request(client, call).map_err(not_sent)?;
            client.execute(request).await.map(reply).map_err(not_answered)
        })
    }
}

fn reply(response: Response) -> Reply {
    let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let headers = response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
    Reply { status: response.status().as_u16(), headers: headers.collect(), body: Box::new(Pieces(response)) }
}

struct Pieces(Response);

impl Body for Pieces {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, TransportError>> {
        Box::pin(async { self.0.chunk().await.map_err(|error| TransportError::Interrupted(cause(error))) })
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
