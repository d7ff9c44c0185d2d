//! Owns the network of a phone in the demo and in tests: it can be gone, it can lose requests and answers,
//! it counts, and it leads to whichever server is up.

use bytes::Bytes;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use sync_core::transport::http::{HttpSettings, HttpSetupError, HttpTransport};
use sync_core::transport::{Body, BoxFuture, Call, Reply, Transport, TransportError};

/// What went over a network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Calls that left the phone.
    pub requests: u64,
    /// Bytes of request bodies.
    pub bytes_up: u64,
    /// Bytes of answer bodies.
    pub bytes_down: u64,
    /// Requests that never arrived.
    pub requests_lost: u64,
    /// Answers that the server gave and the phone never saw.
    pub answers_lost: u64,
}

impl Traffic {
    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            requests: self.requests + other.requests,
            bytes_up: self.bytes_up + other.bytes_up,
            bytes_down: self.bytes_down + other.bytes_down,
            requests_lost: self.requests_lost + other.requests_lost,
            answers_lost: self.answers_lost + other.answers_lost,
        }
    }
}

/// One phone's network.
pub struct Network {
    /// Never empty.
    servers: Mutex<Vec<Arc<HttpTransport>>>,
    online: AtomicBool,
    /// Per cent of requests, and of answers, that get lost.
    loss: AtomicU8,
    dice: Mutex<StdRng>,
    requests: AtomicU64,
    bytes_up: AtomicU64,
    bytes_down: Arc<AtomicU64>,
    requests_lost: AtomicU64,
    answers_lost: AtomicU64,
    /// Held by every call until its answer has come in full.
    under_way: Arc<()>,
}

/// What the dice say about one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Arrives,
    RequestLost,
    AnswerLost,
}

impl Network {
    /// A network that leads to this server and loses nothing.
    pub fn to(url: &str, seed: u64) -> Result<Arc<Self>, HttpSetupError> {
        Ok(Arc::new(Self {
            servers: Mutex::new(vec![Arc::new(HttpTransport::new(settings(url))?)]),
            online: AtomicBool::new(true),
            loss: AtomicU8::new(0),
            dice: Mutex::new(StdRng::seed_from_u64(seed)),
            requests: AtomicU64::new(0),
            bytes_up: AtomicU64::new(0),
            bytes_down: Arc::default(),
            requests_lost: AtomicU64::new(0),
            answers_lost: AtomicU64::new(0),
            under_way: Arc::default(),
        }))
    }

    /// Leads to another server from now on, as a proxy in front of several would.
    pub fn lead_to(&self, url: &str) -> Result<(), HttpSetupError> {
        *lock(&self.servers) = vec![Arc::new(HttpTransport::new(settings(url))?)];
        Ok(())
    }

    /// Leads each call to one of two servers from now on, as the dice fall.
    pub fn lead_to_either(&self, urls: [&str; 2]) -> Result<(), HttpSetupError> {
        let to = |url| Ok(Arc::new(HttpTransport::new(settings(url))?));
        *lock(&self.servers) = urls.into_iter().map(to).collect::<Result<_, HttpSetupError>>()?;
        Ok(())
    }

    /// Nothing gets through.
    pub fn cut(&self) {
        self.online.store(false, Ordering::SeqCst);
    }

    /// Everything gets through again.
    pub fn heal(&self) {
        self.online.store(true, Ordering::SeqCst);
    }

    /// Loses this percentage of requests, and of answers after the server has done its work.
    pub fn lose(&self, per_cent: u8) {
        self.loss.store(per_cent, Ordering::SeqCst);
    }

    /// What went over it so far.
    pub fn traffic(&self) -> Traffic {
        let read = |counter: &AtomicU64| counter.load(Ordering::SeqCst);
        Traffic {
            requests: read(&self.requests),
            bytes_up: read(&self.bytes_up),
            bytes_down: read(&self.bytes_down),
            requests_lost: read(&self.requests_lost),
            answers_lost: read(&self.answers_lost),
        }
    }

    /// How many calls have left the phone whose answer it has not had in full.
    pub fn in_flight(&self) -> usize {
        Arc::strong_count(&self.under_way) - 1
    }

    fn fate(&self) -> Fate {
        let loss = u32::from(self.loss.load(Ordering::SeqCst));
        let mut dice = lock(&self.dice);
        if dice.random_range(0..100) < loss {
            Fate::RequestLost
        } else if dice.random_range(0..100) < loss {
            Fate::AnswerLost
        } else {
            Fate::Arrives
        }
    }

    fn server(&self) -> Arc<HttpTransport> {
        let servers = lock(&self.servers);
        // Where there is no choice the dice stay untouched: what gets lost is the same for a seed.
        let choice = if servers.len() > 1 { lock(&self.dice).random_range(0..servers.len()) } else { 0 };
        servers[choice].clone()
    }

    async fn carry(&self, call: Call) -> Result<Reply, TransportError> {
        if !self.online.load(Ordering::SeqCst) {
            return Err(TransportError::Unreachable(None));
        }
        let fate = self.fate();
        if fate == Fate::RequestLost {
            self.requests_lost.fetch_add(1, Ordering::SeqCst);
            return Err(TransportError::Unreachable(None));
        }
        let under_way = self.under_way.clone();
        self.requests.fetch_add(1, Ordering::SeqCst);
        self.bytes_up.fetch_add(call.body.len() as u64, Ordering::SeqCst);
        let reply = self.server().call(call).await?;
        if fate == Fate::AnswerLost {
            self.answers_lost.fetch_add(1, Ordering::SeqCst);
            return swallow(reply).await;
        }
        let body = Box::new(Counted {
            body: reply.body,
            bytes: self.bytes_down.clone(),
            under_way: Some(under_way),
        });
        Ok(Reply { body, ..reply })
    }
}

impl Transport for Network {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        Box::pin(self.carry(call))
    }
}

/// The server has answered in full, so it has committed; the phone hears nothing of it.
async fn swallow(mut reply: Reply) -> Result<Reply, TransportError> {
    while let Some(_piece) = reply.body.next().await? {}
    Err(TransportError::Interrupted(None))
}

struct Counted {
    body: Box<dyn Body>,
    bytes: Arc<AtomicU64>,
    under_way: Option<Arc<()>>,
}

impl Body for Counted {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, TransportError>> {
        Box::pin(async move {
            let piece = self.body.next().await?;
            self.bytes.fetch_add(piece.as_ref().map_or(0, Bytes::len) as u64, Ordering::SeqCst);
            if piece.is_none() {
                self.under_way = None;
            }
            Ok(piece)
        })
    }
}

fn settings(url: &str) -> HttpSettings {
    HttpSettings {
        url: url.into(),
        connect_timeout: Duration::from_secs(5),
        read_timeout: Duration::from_secs(30),
        live_read_timeout: Duration::from_secs(90),
        user_agent: concat!("floorwalk-demo/", env!("CARGO_PKG_VERSION")).into(),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
