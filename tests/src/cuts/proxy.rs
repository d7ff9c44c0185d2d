//! Owns a proxy that cuts a connection after a number of bytes, or answers in the server's place, once; then it is a
//! plain one until told again.

use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// What the proxy does to the next exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// So many bytes of the request get through.
    CutUp(usize),
    /// So many bytes of the answer get through; the server has done its work.
    CutDown(usize),
    /// Somebody else answers.
    Lie(Lie),
}

/// What stands between phone and server, and answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    /// A page to log in, with status 200.
    Portal,
    /// A page to log in, somewhere else.
    Redirect,
    /// The right media type around a page, which is no CBOR.
    PortalAsCbor,
    /// Says gzip, and is not.
    GzipThatIsNone,
    /// Says zstd, and is not.
    ZstdThatIsNone,
    /// Promises more bytes than come.
    LongerThanItIs,
    /// Nothing at all, with status 200.
    Empty,
    /// An error page of a proxy.
    BadGateway,
}

impl Lie {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Portal,
        Self::Redirect,
        Self::PortalAsCbor,
        Self::GzipThatIsNone,
        Self::ZstdThatIsNone,
        Self::LongerThanItIs,
        Self::Empty,
        Self::BadGateway,
    ];

    fn answer(self) -> Vec<u8> {
        const PAGE: &str = "<html><body>Welcome to the hotel. Please log in.</body></html>";
        const CBOR: &str = sync_core::wire::MEDIA_TYPE;
        let told = |status: &str, headers: &str, length: usize, body: &str| {
            format!(
                "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
            )
        };
        let typed = |media: &str, more: &str| format!("content-type: {media}\r\n{more}");
        let answer = match self {
            Self::Portal => told("200 OK", &typed("text/html", ""), PAGE.len(), PAGE),
            Self::Redirect => told("302 Found", "location: http://127.0.0.1:9/login\r\n", 0, ""),
            Self::PortalAsCbor => told("200 OK", &typed(CBOR, ""), PAGE.len(), PAGE),
            Self::GzipThatIsNone => {
                told("200 OK", &typed(CBOR, "content-encoding: gzip\r\n"), PAGE.len(), PAGE)
            }
            Self::ZstdThatIsNone => {
                told("200 OK", &typed(CBOR, "content-encoding: zstd\r\n"), PAGE.len(), PAGE)
            }
            Self::LongerThanItIs => told("200 OK", &typed(CBOR, ""), 9_000, ""),
            Self::Empty => told("200 OK", "", 0, ""),
            Self::BadGateway => told("502 Bad Gateway", &typed("text/html", ""), PAGE.len(), PAGE),
        };
        answer.into_bytes()
    }
}

/// How many bytes went each way in the last exchange.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Carried {
    /// From the phone.
    pub up: usize,
    /// To the phone.
    pub down: usize,
}

#[derive(Debug, Default)]
struct State {
    trouble: Option<Trouble>,
    carried: Carried,
    /// Where the next connection leads.
    server: String,
}

/// A proxy in front of one server.
pub struct Proxy {
    /// Where phones reach it.
    pub url: String,
    state: Arc<Mutex<State>>,
    _running: JoinSet<()>,
}

impl Proxy {
    /// Stands in front of this server.
    pub async fn before(server_url: &str) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let state: Arc<Mutex<State>> = Arc::default();
        lock(&state).server = address(server_url);
        let mut running = JoinSet::new();
        let shared = state.clone();
        running.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((phone, _)) = listener.accept().await {
                let shared = shared.clone();
                let server = lock(&shared).server.clone();
                // A connection that breaks is what this is for.
                connections.spawn(async move { drop(carry(phone, &server, &shared).await) });
            }
        });
        Ok(Self { url, state, _running: running })
    }

    /// Does this to the next exchange, and starts counting anew.
    pub fn expect(&self, trouble: Option<Trouble>) {
        let mut state = lock(&self.state);
        (state.trouble, state.carried) = (trouble, Carried::default());
    }

    /// Leads every new connection to this server.
    pub fn lead_to(&self, server_url: &str) {
        lock(&self.state).server = address(server_url);
    }

    /// What went through since then.
    pub fn carried(&self) -> Carried {
        lock(&self.state).carried
    }

    /// Whether the trouble has come.
    pub fn is_over(&self) -> bool {
        lock(&self.state).trouble.is_none()
    }
}

fn address(server_url: &str) -> String {
    server_url.trim_start_matches("http://").to_owned()
}

async fn carry(mut phone: TcpStream, server: &str, state: &Mutex<State>) -> anyhow::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    let (mut from_phone, mut to_phone) = phone.split();
    let (mut from_server, mut to_server) = server.split();
    loop {
        let (mut up, mut down) = ([0; 4096], [0; 4096]);
        let (piece, is_up) = tokio::select! {
            length = from_phone.read(&mut up) => (&up[..length?], true),
            length = from_server.read(&mut down) => (&down[..length?], false),
        };
        if piece.is_empty() {
            return Ok(());
        }
        let (allowed, ends) = allow(piece.len(), is_up, &mut lock(state));
        match ends {
            Some(Trouble::Lie(lie)) => {
                to_phone.write_all(&lie.answer()).await?;
                return Ok(to_phone.shutdown().await?);
            }
            _ if is_up => to_server.write_all(&piece[..allowed]).await?,
            _ => to_phone.write_all(&piece[..allowed]).await?,
        }
        if ends.is_some() {
            return Ok(());
        }
    }
}

/// How much of a piece goes through, and the trouble that ends the connection with it.
fn allow(length: usize, is_up: bool, state: &mut State) -> (usize, Option<Trouble>) {
    let passed = if is_up { state.carried.up } else { state.carried.down };
    let left = match state.trouble {
        Some(Trouble::CutUp(at)) if is_up => at - passed,
        Some(Trouble::CutDown(at)) if !is_up => at - passed,
        Some(Trouble::Lie(_)) if is_up => 0,
        Some(Trouble::CutUp(_) | Trouble::CutDown(_) | Trouble::Lie(_)) | None => usize::MAX,
    };
    let allowed = length.min(left);
    if is_up {
        state.carried.up += allowed
    } else {
        state.carried.down += allowed
    }
    let ends = if length >= left { state.trouble.take() } else { None };
    (allowed, ends)
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
