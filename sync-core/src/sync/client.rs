//! Owns when a device talks: wakes, asks, waits, sleep. One conversation is `exchange`'s business.
//!
//! The engine's parts: `device` takes what happens around it, `answer` what comes of the exchange, and
//! `run` decides what follows.

mod answer;
mod device;
mod run;

use super::ask::Asks;
use super::backoff::Backoff;
use super::clock::{ServerClock, Steady};
use super::exchange::Exchange;
use super::live::{Live, LivePolicy};
use super::pace::Pace;
use super::wake::Wakes;
use super::{Effect, Failure, Input, Refusal};
use crate::time::Timestamp;
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;

/// About how long after one run the next begins when nothing else wakes the device.
pub const SCHEDULE_MS: i64 = 15 * 60_000;
/// The shortest time between the beginnings of two runs that nobody asked for.
pub const SPACING_MS: i64 = 1_000;
/// How often one run goes back to the front of the outbox; after that the rest waits for the next run.
pub const MAX_ROUNDS: u32 = 8;

/// What an engine is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The stable name of the server that the store belongs to.
    pub server_id: String,
    /// For the jitter.
    pub seed: u64,
    /// Whether to listen for pokes.
    pub live: LivePolicy,
}

/// Whether the engine may start anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    /// The replica is not open yet.
    New,
    Awake,
    /// Waiting for what is being stored.
    FallingAsleep,
    Asleep,
    /// Waiting for the store to be erased.
    Wiping,
    Wiped,
}

/// Why a run ends before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    Budget,
    Sleep,
    NetworkLost,
}

/// A row of exchanges without a pause.
#[derive(Debug)]
struct Run {
    exchange: Exchange,
    cut: Option<Cut>,
    send_again: bool,
    rounds: u32,
    forks: u32,
}

/// The sync engine. Give it what happens; do what it says.
#[derive(Debug)]
pub struct Engine {
    server_id: String,
    rng: Xoshiro256PlusPlus,
    time: Steady,
    server_clock: ServerClock,
    condition: Condition,
    network_is_there: bool,
    wakes: Wakes,
    asks: Asks,
    backoff: Backoff,
    /// For what the server does not take for now.
    leftover: Backoff,
    last_refusal: Option<Refusal>,
    /// Whether the last exchange was answered whole: only then is a live stream worth a try.
    contact: bool,
    wipe_at: Option<Timestamp>,
    last_start: Option<Timestamp>,
    schedule_at: Timestamp,
    uplink: Pace,
    downlink: Pace,
    live: Live,
    exchanges: u64,
    run: Option<Run>,
    pending: u32,
    timer_at: Option<Timestamp>,
}

impl Engine {
    /// An engine that does nothing until [`Input::Start`].
    pub fn new(settings: Settings, now: Timestamp) -> Self {
        Self {
            server_id: settings.server_id,
            rng: Xoshiro256PlusPlus::seed_from_u64(settings.seed),
            time: Steady::new(now),
            server_clock: ServerClock::default(),
            condition: Condition::New,
            network_is_there: true,
            wakes: Wakes::default(),
            asks: Asks::default(),
            backoff: Backoff::default(),
            leftover: Backoff::default(),
            last_refusal: None,
            contact: false,
            wipe_at: None,
            last_start: None,
            schedule_at: now,
            uplink: Pace::UPLINK,
            downlink: Pace::DOWNLINK,
            live: Live::new(settings.live),
            exchanges: 0,
            run: None,
            pending: 0,
            timer_at: None,
        }
    }

    /// Takes what happened and says what to do about it. `now` is the phone's clock, right or wrong.
    pub fn handle(&mut self, now: Timestamp, input: Input) -> Vec<Effect> {
        let mut out = Vec::new();
        self.time.advance(now);
        self.take(input, &mut out);
        self.expire_asks(&mut out);
        self.begin_if_due(&mut out);
        self.listen_if_due(&mut out);
        self.set_timer(&mut out);
        out
    }

    /// How far the server's clock is from the phone's, as far as it is known; to show "phone clock off".
    pub fn server_offset_ms(&self) -> i64 {
        self.server_clock.offset_ms()
    }

    /// Whether a run goes on.
    pub fn is_syncing(&self) -> bool {
        self.run.is_some()
    }

    fn take(&mut self, input: Input, out: &mut Vec<Effect>) {
        match input {
            Input::Start => self.start(),
            Input::Edited => self.wakes.edited(self.time.now()),
            Input::NetworkReturned => self.network_returned(),
            Input::NetworkLost => self.network_lost(out),
            Input::Ask { ask, budget_ms } => self.ask(ask, budget_ms, out),
            Input::Timer => self.timer(out),
            Input::Collected { exchange, collected } => self.collected(exchange, collected, out),
            Input::CollectFailed { exchange, failure } => self.collect_failed(exchange, failure, out),
            Input::Frame { exchange, frame, size_bytes } => self.frame(exchange, frame, size_bytes, out),
            Input::Closed { exchange } => self.failed(exchange, Failure::Interrupted, out),
            Input::Failed { exchange, failure } => self.failed(exchange, failure, out),
            Input::Stored { exchange, pending, follow_up } => self.stored(exchange, pending, follow_up, out),
            Input::StoreFailed { exchange, failure } => self.store_failed(exchange, failure, out),
            Input::LiveOpened { stream } => self.live_opened(stream),
            Input::Poke { stream } => self.poked(stream),
            Input::LiveEnded { stream, retry_after_ms } => self.live_ended(stream, retry_after_ms),
            Input::Suspend => self.suspend(out),
            Input::Resume => self.resume(),
            Input::Wiped => self.wiped(out),
            Input::WipeFailed => self.wipe_failed(),
        }
    }

    fn set_timer(&mut self, out: &mut Vec<Effect>) {
        let now = self.time.now();
        let deadline = self.asks.next_deadline(self.run_is_ending());
        let next = [self.run_due(), deadline, self.listen_due(), self.wipe_at].into_iter().flatten().min();
        let Some(at) = next.filter(|at| self.timer_at != Some(*at)) else { return };
        self.timer_at = Some(at);
        out.push(Effect::Timer { after_ms: u64::try_from(at.ms_since(now)).unwrap_or(0) });
    }
}
