//! Owns what every request works with: the database, the trials, the vault, clock, randomness and limits. No logic.

use crate::clock::Clock;
use crate::network::Network;
use crate::random::Randomness;
use crate::services::live::LiveHub;
use crate::spawner::Spawner;
use crate::store::postgres::PgStore;
use crate::trial::Trials;
use crate::vault::Vault;
use std::sync::Arc;
use std::time::Duration;

/// Everything that a request may use. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    /// The database.
    pub store: PgStore,
    /// Where pushed changes are tried.
    pub trials: Trials,
    /// The keys, and the ledger of revocations.
    pub vault: Vault,
    /// The time.
    pub clock: Clock,
    /// Random bytes.
    pub random: Randomness,
    /// What a request may cost.
    pub limits: Limits,
    /// Proxies whose word about the client's address counts.
    pub trusted_proxies: Arc<[Network]>,
    /// Streams that wait for news.
    pub live: LiveHub,
    /// Background tasks.
    pub spawner: Spawner,
}

/// What a connection and a request may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time; more wait unaccepted.
    pub connections: usize,
    /// Bytes of a request line and its headers.
    pub header_bytes: usize,
    /// Headers of a request.
    pub headers: usize,
    /// How long request line and headers may take, and how long a connection may be idle.
    pub header_time: Duration,
    /// How long a body may pause.
    pub body_idle: Duration,
    /// How long a request may take until its answer begins.
    pub request_time: Duration,
    /// How long a client may take nothing of an answer.
    pub write_idle: Duration,
    /// Live streams at a time.
    pub live_streams: usize,
    /// Live streams of one device; a further one ends the oldest.
    pub live_streams_of_device: usize,
    /// How long the figures of a team stand before they are made anew.
    pub figures_every: Duration,
    /// How long requests in flight may take when the server stops.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4096,
            header_bytes: 32 << 10,
            headers: 64,
            header_time: Duration::from_secs(10),
            body_idle: Duration::from_secs(30),
            request_time: Duration::from_secs(120),
            write_idle: Duration::from_secs(60),
            live_streams: 2048,
            live_streams_of_device: 4,
            figures_every: Duration::from_secs(300),
            drain: Duration::from_secs(20),
        }
    }
}
