//! Owns the link between a phone and its server: counts what goes over it, and makes it slow, or lets both sides
//! talk only in turn.

use super::http::RequestCounter;
use anyhow::Context;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

/// How long nobody has to say anything before it is the others' turn.
const QUIET: Duration = Duration::from_millis(80);
const READ_BYTES: usize = 64 << 10;

/// What the link is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// As fast as this machine.
    Straight,
    /// So long from a word to its answer. A new connection costs as much once more before its first byte.
    Slow(Duration),
    /// Everything is held until neither side has more to say; then both are given what the other said. Each time that
    /// the phone has said something is a round trip.
    InTurns,
}

/// What went over a link.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// HTTP requests.
    pub requests: u64,
    /// Bytes from the phones.
    pub bytes_up: u64,
    /// Bytes to the phones.
    pub bytes_down: u64,
    /// Times that a phone had its turn; only counted [`Link::InTurns`].
    pub round_trips: u64,
}

impl Traffic {
    /// What went over it after that.
    pub fn since(self, earlier: Self) -> Self {
        Self {
            requests: self.requests - earlier.requests,
            bytes_up: self.bytes_up - earlier.bytes_up,
            bytes_down: self.bytes_down - earlier.bytes_down,
            round_trips: self.round_trips - earlier.round_trips,
        }
    }
}

/// A link to one server. Everything on it ends when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    url: String,
    shared: Arc<Shared>,
    _tasks: JoinSet<()>,
}

#[derive(Debug)]
struct Shared {
    server: SocketAddr,
    link: Link,
    requests: AtomicU64,
    bytes_up: AtomicU64,
    bytes_down: AtomicU64,
    round_trips: AtomicU64,
    held: Mutex<Vec<Held>>,
    said: Notify,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

/// Something said that waits for its turn.
#[derive(Debug)]
struct Held {
    direction: Direction,
    bytes: Vec<u8>,
    to: mpsc::UnboundedSender<Parcel>,
}

/// Bytes, and when they arrive.
#[derive(Debug)]
struct Parcel {
    at: Instant,
    bytes: Vec<u8>,
}

impl Proxy {
    /// A link to the server at this address.
    pub async fn to(server_url: &str, link: Link) -> anyhow::Result<Self> {
        let address = server_url.strip_prefix("http://").context("the server's address is http")?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared {
            server: address.parse()?,
            link,
            requests: AtomicU64::new(0),
            bytes_up: AtomicU64::new(0),
            bytes_down: AtomicU64::new(0),
            round_trips: AtomicU64::new(0),
            held: Mutex::default(),
            said: Notify::new(),
        });
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, shared.clone()));
        if link == Link::InTurns {
            tasks.spawn(take_turns(shared.clone()));
        }
        Ok(Self { url, shared, _tasks: tasks })
    }

    /// Where phones find it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What went over it so far.
    pub fn traffic(&self) -> Traffic {
        let read = |counter: &AtomicU64| counter.load(Ordering::SeqCst);
        Traffic {
            requests: read(&self.shared.requests),
            bytes_up: read(&self.shared.bytes_up),
            bytes_down: read(&self.shared.bytes_down),
            round_trips: read(&self.shared.round_trips),
        }
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((phone, _)) = listener.accept().await {
        connections.spawn(connect(phone, shared.clone()));
        while connections.try_join_next().is_some() {}
    }
}

/// Carries one connection. A side that breaks off breaks it for the other, as without the link.
async fn connect(phone: TcpStream, shared: Arc<Shared>) {
    let Ok(server) = TcpStream::connect(shared.server).await else { return };
    let is_set_up = phone.set_nodelay(true).is_ok() && server.set_nodelay(true).is_ok();
    if !is_set_up {
        return;
    }
    let opened_at = match shared.link {
        Link::Slow(round_trip) => Instant::now() + round_trip,
        Link::Straight | Link::InTurns => Instant::now(),
    };
    let (from_phone, to_phone) = phone.into_split();
    let (from_server, to_server) = server.into_split();
    let ((up, at_server), (down, at_phone)) = (mpsc::unbounded_channel(), mpsc::unbounded_channel());
    tokio::join!(
        listen(from_phone, up, Direction::Up, (&shared, opened_at)),
        listen(from_server, down, Direction::Down, (&shared, opened_at)),
        deliver(at_server, to_server),
        deliver(at_phone, to_phone),
    );
}

async fn listen(
    mut from: OwnedReadHalf,
    to: mpsc::UnboundedSender<Parcel>,
    direction: Direction,
    (shared, opened_at): (&Shared, Instant),
) {
    let mut counter = RequestCounter::default();
    let mut buffer = vec![0; READ_BYTES];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let bytes = buffer[..count].to_vec();
        match direction {
            Direction::Up => {
                shared.bytes_up.fetch_add(count as u64, Ordering::SeqCst);
                shared.requests.fetch_add(counter.take(&bytes), Ordering::SeqCst);
            }
            Direction::Down => drop(shared.bytes_down.fetch_add(count as u64, Ordering::SeqCst)),
        }
        match shared.link {
            Link::InTurns => shared.hold(Held { direction, bytes, to: to.clone() }),
            Link::Straight => send(&to, Instant::now(), bytes),
            Link::Slow(round_trip) => send(&to, Instant::now().max(opened_at) + round_trip / 2, bytes),
        }
    }
}

fn send(to: &mpsc::UnboundedSender<Parcel>, at: Instant, bytes: Vec<u8>) {
    // A side that hung up gets nothing more.
    let _ = to.send(Parcel { at, bytes });
}

async fn deliver(mut parcels: mpsc::UnboundedReceiver<Parcel>, mut to: OwnedWriteHalf) {
    while let Some(Parcel { at, bytes }) = parcels.recv().await {
        if at > Instant::now() {
            sleep_until(at).await;
        }
        if to.write_all(&bytes).await.is_err() {
            return;
        }
    }
    // Whoever hung up already needs no good-bye.
    let _ = to.shutdown().await;
}

async fn take_turns(shared: Arc<Shared>) {
    loop {
        shared.said.notified().await;
        while timeout(QUIET, shared.said.notified()).await.is_ok() {}
        shared.release();
    }
}

impl Shared {
    fn hold(&self, held: Held) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).push(held);
        self.said.notify_one();
    }

    fn release(&self) {
        let held = std::mem::take(&mut *self.held.lock().unwrap_or_else(PoisonError::into_inner));
        let phone_spoke = held.iter().any(|held| held.direction == Direction::Up);
        self.round_trips.fetch_add(u64::from(phone_spoke), Ordering::SeqCst);
        held.into_iter().for_each(|held| send(&held.to, Instant::now(), held.bytes));
    }
}
