//! Owns a phone's way to the server: delays, losses, repetitions, cuts, and strangers who answer.

use super::backend::{Arrival, Backend, Head, Piece, decode};
use super::dice::Dice;
use super::disk::Life;
use super::op::{Trouble, Way};
use super::trace::{Fnv, Trace};
use bytes::Bytes;
use std::collections::VecDeque;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use sync_core::transport::{Body, BoxFuture, Call, EncodedRequest, Reply, Transport, TransportError};
use sync_core::wire::MEDIA_TYPE;
use tokio::sync::mpsc;
use tokio::time::sleep;

/// How long a phone waits for an answer that does not come.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a request takes at most when nothing is in the way.
const LONGEST_TRIP_MS: u64 = 120;
/// How long a piece of an answer takes at most when nothing is in the way.
const LONGEST_PIECE_MS: u64 = 30;
const PORTAL: &[u8] = b"<html><form>Welcome to Hotel Central. Room number?</form></html>";

/// The way of one phone to the server, for all processes on it.
pub struct Line {
    /// Whose.
    pub name: String,
    backend: Arc<Backend>,
    trace: Trace,
    seed: u64,
    phone: u64,
    state: Mutex<LineState>,
}

#[derive(Default)]
struct LineState {
    troubles: VecDeque<Trouble>,
    cut: Option<Way>,
    calls: u64,
}

/// The line as one process has it.
pub struct Wire {
    line: Arc<Line>,
    life: Arc<Life>,
}

impl Line {
    /// A line without trouble.
    pub fn new(name: String, phone: usize, (backend, seed): (Arc<Backend>, u64), trace: Trace) -> Arc<Self> {
        Arc::new(Self { name, backend, trace, seed, phone: phone as u64, state: Mutex::default() })
    }

    /// As this process has it.
    pub fn wire(self: &Arc<Self>, life: Arc<Life>) -> Arc<Wire> {
        Arc::new(Wire { line: self.clone(), life })
    }

    /// The next call has this trouble.
    pub fn trouble(&self, trouble: Trouble) {
        self.lock().troubles.push_back(trouble);
    }

    /// Nothing passes that way any more.
    pub fn cut(&self, way: Way) {
        self.lock().cut = Some(way);
    }

    /// Everything passes again.
    pub fn reconnect(&self) {
        self.lock().cut = None;
    }

    /// Everything passes again, and no trouble is waiting.
    pub fn heal(&self) {
        let mut state = self.lock();
        state.cut = None;
        state.troubles.clear();
    }

    /// How many calls were made over it.
    pub fn calls(&self) -> u64 {
        self.lock().calls
    }

    fn loses(&self, way: Way) -> bool {
        self.lock().cut.is_some_and(|cut| cut == way || cut == Way::Both)
    }

    /// The dice and the trouble of a new call.
    fn begin_call(&self) -> (Dice, Option<Trouble>) {
        let mut state = self.lock();
        state.calls += 1;
        (Dice::of(self.seed, &[6, self.phone, state.calls]), state.troubles.pop_front())
    }

    fn lock(&self) -> MutexGuard<'_, LineState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Wire {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        Box::pin(self.carry(call))
    }
}

impl Wire {
    async fn carry(&self, call: Call) -> Result<Reply, TransportError> {
        let line = &self.line;
        let (mut dice, trouble) = line.begin_call();
        let (size, hash) = (call.body.len(), Fnv::of(&call.body));
        line.trace.say(format_args!("{} calls: {size} bytes {hash:016x} {trouble:?}", line.name));
        let survives = self.life.survives_call();
        if !survives && dice.happens(50) {
            return pending().await;
        }
        sleep(millis(dice.between(5, LONGEST_TRIP_MS))).await;
        match trouble {
            Some(Trouble::Portal) => return Ok(stranger(200, PORTAL)),
            Some(Trouble::NoServer) => return Ok(stranger(502, b"<html>Bad Gateway</html>")),
            _ if line.loses(Way::Up) && line.loses(Way::Down) => {
                return Err(TransportError::Unreachable(None));
            }
            Some(Trouble::SlowRequest { ms }) => sleep(millis(u64::from(ms))).await,
            _ => {}
        }
        if let Ok(request) = decode(&body_of(&call)) {
            line.backend.watch.request_leaves(&line.name, &request);
        }
        if trouble == Some(Trouble::LoseRequest) || line.loses(Way::Up) {
            return lost().await;
        }
        let pieces = self.arrive(call, trouble, &mut dice).ok_or(TransportError::Unreachable(None))?;
        if !survives {
            drain(pieces).await;
            return pending().await;
        }
        if trouble == Some(Trouble::LoseAnswer) {
            drain(pieces).await;
            return lost().await;
        }
        self.reply(pieces, trouble, dice).await
    }

    /// The request arrives at an instance.
    fn arrive(&self, call: Call, trouble: Option<Trouble>, dice: &mut Dice) -> Option<mpsc::Receiver<Piece>> {
        let backend = &self.line.backend;
        let bearer = call.headers.iter().find(|(name, _)| *name == "authorization");
        let token =
            bearer.and_then(|(_, value)| value.strip_prefix("Bearer ")).unwrap_or_default().to_owned();
        let arrival = Arrival { token, body: body_of(&call) };
        if let Some(Trouble::Duplicate { after_ms }) = trouble {
            backend.serve_later(millis(u64::from(after_ms)), dice.number(), arrival.clone());
        }
        let up = backend.up();
        let choice = dice.below(up.len().max(1) as u64);
        let number = up.get(usize::try_from(choice).ok()?)?;
        backend.serve(*number, arrival)
    }

    async fn reply(
        &self,
        mut pieces: mpsc::Receiver<Piece>,
        trouble: Option<Trouble>,
        dice: Dice,
    ) -> Result<Reply, TransportError> {
        let Some(Piece::Head(Head { status, retry_after })) = pieces.recv().await else {
            return Err(TransportError::Interrupted(None));
        };
        if self.line.loses(Way::Down) {
            return lost().await;
        }
        let media = if status == 200 { MEDIA_TYPE } else { "application/json" };
        let mut headers = vec![("content-type".to_owned(), media.to_owned())];
        headers.extend(retry_after.map(|seconds| ("retry-after".to_owned(), seconds.to_string())));
        let left = match trouble {
            Some(Trouble::CutAnswer { after_bytes }) => Some(after_bytes as usize),
            _ => None,
        };
        let slow_ms = match trouble {
            Some(Trouble::SlowAnswer { ms }) => u64::from(ms),
            _ => 0,
        };
        let (line, life) = (self.line.clone(), self.life.clone());
        Ok(Reply { status, headers, body: Box::new(Arriving { line, life, pieces, left, slow_ms, dice }) })
    }
}

/// The body of an answer on its way.
struct Arriving {
    line: Arc<Line>,
    life: Arc<Life>,
    pieces: mpsc::Receiver<Piece>,
    /// Bytes until it is cut, if it is.
    left: Option<usize>,
    slow_ms: u64,
    dice: Dice,
}

impl Body for Arriving {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, TransportError>> {
        Box::pin(self.arrive())
    }
}

impl Arriving {
    async fn arrive(&mut self) -> Result<Option<Bytes>, TransportError> {
        if self.left == Some(0) {
            return self.cut().await;
        }
        let piece = self.pieces.recv().await;
        sleep(millis(self.slow_ms + self.dice.below(LONGEST_PIECE_MS))).await;
        if !self.life.is_alive() {
            return pending().await;
        }
        if self.line.loses(Way::Down) {
            return lost().await;
        }
        match piece {
            Some(Piece::Bytes(mut bytes)) => {
                if let Some(left) = &mut self.left {
                    bytes.truncate(*left);
                    *left -= bytes.len();
                }
                Ok(Some(bytes))
            }
            Some(Piece::End) => Ok(None),
            Some(Piece::Head(_)) | None => Err(TransportError::Interrupted(None)),
        }
    }

    /// The connection is gone: sometimes that shows at once, sometimes it looks like the end.
    async fn cut(&mut self) -> Result<Option<Bytes>, TransportError> {
        if self.dice.happens(50) {
            return Ok(None);
        }
        Err(TransportError::Interrupted(None))
    }
}

/// An answer of somebody else.
fn stranger(status: u16, page: &'static [u8]) -> Reply {
    let headers = vec![("content-type".to_owned(), "text/html".to_owned())];
    Reply { status, headers, body: Box::new(Page(Some(Bytes::from_static(page)))) }
}

struct Page(Option<Bytes>);

impl Body for Page {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, TransportError>> {
        Box::pin(std::future::ready(Ok(self.0.take())))
    }
}

async fn drain(mut pieces: mpsc::Receiver<Piece>) {
    while pieces.recv().await.is_some() {}
}

async fn lost<T>() -> Result<T, TransportError> {
    sleep(PATIENCE).await;
    Err(TransportError::Interrupted(None))
}

fn millis(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn body_of(call: &Call) -> EncodedRequest {
    let is_compressed = call.headers.iter().any(|(name, _)| *name == "content-encoding");
    EncodedRequest { bytes: call.body.clone(), is_compressed }
}
