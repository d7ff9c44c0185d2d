//! A phone's store, a server that may be restored, and a network between them.

use super::super::*;
use crate::ids::CommandId;
use crate::sync::tests::inputs::Watch;
use crate::wire::Command;
use crate::wire::frame::Record;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use std::collections::{BTreeMap, BTreeSet};

/// More steps than this after the network has healed, and it runs in circles.
const MOST_STEPS: usize = 20_000;
/// Longer than any wait that a server can impose.
const REST_MS: i64 = 3 * 3_600_000;

#[derive(Debug, Clone)]
pub enum Op {
    Edit,
    Ask(u64),
    NetworkLost,
    NetworkReturned,
    News(u64),
    Suspend,
    Resume,
    SetClock(i64),
    RestoreServer,
    OtherProcess,
    Pass(i64),
}

/// Every item and every edit has a number. A cursor is (history, last item that the store has).
type Cursor = (u8, u64);

#[derive(Default)]
struct Server {
    history: u8,
    items: u64,
    edits: BTreeSet<u64>,
}

#[derive(Default)]
struct Store {
    cursor: Option<Cursor>,
    items: u64,
    edits: u64,
    /// The edits up to here are in the outbox, or were.
    folded: u64,
    outbox: BTreeSet<u64>,
    /// What each exchange pushed and the server took.
    taken: BTreeMap<ExchangeId, BTreeSet<u64>>,
    forked: bool,
}

pub struct World {
    pub trace: String,
    engine: Engine,
    watch: Watch,
    rng: Xoshiro256PlusPlus,
    trouble_percent: u32,
    now: i64,
    clock_is_off_by: i64,
    server: Server,
    store: Store,
    events: BTreeMap<(i64, u64), Input>,
    timer_at: Option<i64>,
    asks: BTreeSet<AskId>,
    count: u64,
    steps: usize,
}

impl World {
    pub fn new(seed: u64, trouble_percent: u32) -> Self {
        let settings = Settings { seed, ..settings(LivePolicy::Follow) };
        let mut world = Self {
            trace: String::new(),
            engine: Engine::new(settings, Timestamp(BEGIN)),
            watch: Watch::default(),
            rng: Xoshiro256PlusPlus::seed_from_u64(seed),
            trouble_percent,
            now: BEGIN,
            clock_is_off_by: 0,
            server: Server { items: 20, ..Server::default() },
            store: Store::default(),
            events: BTreeMap::new(),
            timer_at: None,
            asks: BTreeSet::new(),
            count: 0,
            steps: 0,
        };
        world.give(Input::Start);
        world
    }

    pub fn perform(&mut self, op: Op) {
        match op {
            Op::Edit => {
                self.store.edits += 1;
                self.give(Input::Edited);
            }
            Op::Ask(budget_ms) => {
                self.count += 1;
                let ask = AskId(self.count);
                self.asks.insert(ask);
                self.give(Input::Ask { ask, budget_ms });
            }
            Op::NetworkLost => self.give(Input::NetworkLost),
            Op::NetworkReturned => self.give(Input::NetworkReturned),
            Op::News(items) => {
                self.server.items += items;
                let stream = self.watch.stream();
                stream.into_iter().for_each(|stream| self.give(Input::Poke { stream }));
            }
            Op::Suspend => self.give(Input::Suspend),
            Op::Resume => self.give(Input::Resume),
            Op::SetClock(by) => self.clock_is_off_by += by,
            Op::RestoreServer => self.restore_server(),
            Op::OtherProcess => self.other_process(),
            Op::Pass(ms) => self.pass(ms),
        }
    }

    /// The server loses its newest items and some edits, and goes on with another history.
    fn restore_server(&mut self) {
        self.server.history += 1;
        self.server.items /= 2;
        let lost = self.server.edits.len() / 2;
        for _ in 0..lost {
            self.server.edits.pop_last();
        }
    }

    /// Another process on the same store has pulled everything.
    fn other_process(&mut self) {
        if self.store.cursor.is_some_and(|(history, _)| history == self.server.history) {
            self.store.items = self.store.items.max(self.server.items);
            self.store.cursor = Some((self.server.history, self.store.items));
        }
    }

    pub fn heal(&mut self, is_told: bool) {
        self.trouble_percent = 0;
        if is_told {
            self.give(Input::NetworkReturned);
        }
        self.give(Input::Resume);
        self.steps = 0;
        self.pass(REST_MS);
        while self.engine.is_syncing() {
            self.pass(1);
        }
    }

    #[track_caller]
    pub fn check_rest(&self) {
        let made: BTreeSet<u64> = (1..=self.store.edits).collect();
        assert_eq!(self.server.edits, made, "the server has every edit");
        assert_eq!(self.store.items, self.server.items, "the store has every item");
        assert!(self.store.outbox.is_empty() && !self.store.forked);
        assert!(self.asks.is_empty(), "never reported to: {:?}", self.asks);
        assert!(self.timer_at.is_some_and(|at| at > self.now), "the next run is planned");
    }

    /// An edit and a poke after all that are served in seconds, as if nothing had been.
    #[track_caller]
    pub fn check_ready(&mut self) {
        for op in [Op::Edit, Op::News(3)] {
            self.perform(op);
            // A stream may just be down: it is back in about ten seconds.
            self.pass(30_000);
            self.check_rest();
        }
    }

    /// Lets time pass and gives what is due in it.
    fn pass(&mut self, ms: i64) {
        let until = self.now + ms;
        loop {
            let event = self.events.keys().next().copied().filter(|(at, _)| *at <= until);
            let timer = self.timer_at.filter(|at| *at <= until && event.is_none_or(|(e, _)| *at < e));
            let (at, input) = match (timer, event) {
                (Some(at), _) => {
                    self.timer_at = None;
                    (at, Input::Timer)
                }
                (None, Some(key)) => (key.0, self.events.remove(&key).expect("it was there")),
                (None, None) => break,
            };
            self.now = self.now.max(at);
            self.give(input);
        }
        self.now = until;
    }

    fn give(&mut self, input: Input) {
        self.steps += 1;
        assert!(self.steps < MOST_STEPS, "in circles:\n{}", &self.trace[self.trace.len() - 3_000..]);
        self.watch.given(&input);
        let effects = self.engine.handle(Timestamp(self.now + self.clock_is_off_by), input);
        for effect in effects {
            self.watch.said(&effect);
            self.trace += &format!("{} {}\n", self.now - BEGIN, describe(effect.clone()));
            self.act(effect);
        }
    }

    fn act(&mut self, effect: Effect) {
        match effect {
            Effect::Timer { after_ms } => self.timer_at = Some(self.now + after_ms as i64),
            Effect::Collect { exchange, plan } => self.collect(exchange, plan),
            Effect::Send { exchange, request, server_offset_ms } => {
                self.send(exchange, &request, server_offset_ms);
            }
            Effect::StoreFrames { exchange, frames, expect_cursor, .. } => {
                self.store_frames(exchange, &frames, expect_cursor.as_ref());
            }
            Effect::Fork { exchange, expect_cursor } => {
                self.write(exchange, expect_cursor.as_ref(), |store| {
                    store.cursor = None;
                    store.items = 0;
                    store.forked = true;
                    store.outbox.extend(1..=store.folded);
                });
            }
            Effect::EndRepair { exchange } => {
                let cursor = self.store.cursor.map(encode_cursor);
                self.write(exchange, cursor.as_ref(), |store| store.forked = false);
            }
            Effect::Abort { exchange } => self.abort(exchange),
            Effect::Report { asks, .. } => {
                asks.iter().for_each(|ask| assert!(self.asks.remove(ask), "{ask:?} is told twice"));
            }
            Effect::Listen { stream, .. } if self.is_trouble() => {
                self.later(5_000, Input::LiveEnded { stream, retry_after_ms: Some(7_000) });
            }
            Effect::Listen { stream, .. } => {
                self.later(500, Input::LiveOpened { stream });
                self.later(900_000, Input::LiveEnded { stream, retry_after_ms: None });
            }
            Effect::Unlisten { .. } | Effect::Suspended => {}
            Effect::Wipe => panic!("nobody revoked this device"),
        }
    }

    fn is_trouble(&mut self) -> bool {
        self.rng.random_range(0..100) < self.trouble_percent
    }

    fn later(&mut self, most_ms: i64, input: Input) {
        self.count += 1;
        let at = self.now + self.rng.random_range(0..=most_ms);
        self.events.insert((at, self.count), input);
    }

    fn collect(&mut self, exchange: ExchangeId, plan: CollectPlan) {
        if self.is_trouble() && self.is_trouble() {
            return self.later(50, Input::CollectFailed { exchange, failure: LocalFailure::Full });
        }
        let store = &mut self.store;
        store.outbox.extend(store.folded + 1..=store.edits);
        store.folded = store.edits;
        let rows = (plan.max_push_bytes / 8_192).max(1);
        let behind: Vec<u64> = store.outbox.range(plan.after + 1..).copied().collect();
        let taken = &behind[..rows.min(behind.len())];
        let command = |edit: &u64| Command {
            id: CommandId::from_bytes([1; 16]),
            kind: edit.to_string(),
            args: ByteVec::from(Vec::new()),
        };
        let request = SyncRequest {
            protocol: 1,
            replica: ReplicaId::from_bytes([1; 16]),
            cursor: store.cursor.map(encode_cursor),
            app_schema: 1,
            max_response_bytes: plan.max_response_bytes,
            push: Vec::new(),
            commands: taken.iter().map(command).collect(),
            want: Vec::new(),
            repair: None,
            verify: false,
        };
        let collected = Collected {
            request: Arc::new(request),
            push_bytes: taken.len() * 8_192,
            reached: taken.last().copied().unwrap_or(plan.after),
            has_more: behind.len() > taken.len(),
            pending: store.outbox.len() as u32,
            mode: if store.forked { Mode::Repair } else { Mode::Normal },
        };
        self.later(50, Input::Collected { exchange, collected });
    }

    fn send(&mut self, exchange: ExchangeId, request: &SyncRequest, server_offset_ms: i64) {
        let signed_at = self.now + self.clock_is_off_by + server_offset_ms;
        if (signed_at - self.now).abs() > 5_000 {
            let server_time = Some(Timestamp(self.now));
            let skew = Refusal { server_time, ..refusal(ErrorCode::ClockSkew, None) };
            return self.later(200, Input::Failed { exchange, failure: Failure::Refused(skew) });
        }
        if self.is_trouble() {
            let failure = self.some_failure();
            return self.later(3_000, Input::Failed { exchange, failure });
        }
        let frames = self.answer(exchange, request);
        self.deliver(exchange, frames);
    }

    fn some_failure(&mut self) -> Failure {
        match self.rng.random_range(0..8) {
            0 => Failure::Unreachable,
            1 => Failure::NotTheServer,
            2 => Failure::Malformed,
            3 => Failure::Refused(refusal(ErrorCode::Unavailable, Some(20_000))),
            4 => Failure::Refused(refusal(ErrorCode::RateLimited, Some(u64::MAX))),
            5 => Failure::Refused(refusal(ErrorCode::DeviceRevoked, None)),
            6 => Failure::KeyUnavailable,
            _ => Failure::Interrupted,
        }
    }

    /// What the server does and says.
    fn answer(&mut self, exchange: ExchangeId, request: &SyncRequest) -> Vec<Frame> {
        let cursor = request.cursor.as_ref().map(decode_cursor);
        if cursor.is_some_and(|(history, _)| history != self.server.history) {
            return vec![hello_of("care-1", HistoryState::Forked), end(false)];
        }
        let mut taken = BTreeSet::new();
        for edit in request.commands.iter().map(|command| command.kind.parse::<u64>().unwrap()) {
            // In bad times the server is full for some.
            if self.server.edits.contains(&edit) || !self.is_trouble() {
                self.server.edits.insert(edit);
                taken.insert(edit);
            }
        }
        self.store.taken.insert(exchange, taken);
        let from = cursor.map_or(0, |(_, item)| item);
        let to = self.server.items.min(from + 12);
        let mut frames = vec![hello()];
        for item in from + 1..=to {
            frames.push(Frame::Record(Record {
                collection: "item".into(),
                key: ByteVec::from(Vec::new()),
                version: item,
                body: None,
            }));
            if item % 5 == 0 && item < to {
                frames.push(Frame::Cursor(encode_cursor((self.server.history, item))));
            }
        }
        frames.push(Frame::Cursor(encode_cursor((self.server.history, to))));
        frames.push(end(to < self.server.items));
        frames
    }

    /// Frames arrive one after the other, unless the connection is cut somewhere.
    fn deliver(&mut self, exchange: ExchangeId, mut frames: Vec<Frame>) {
        let cut = self.is_trouble();
        if cut {
            let whole = self.rng.random_range(0..frames.len());
            frames.truncate(whole);
        }
        let mut at = self.now;
        for frame in frames {
            at += self.rng.random_range(0..400);
            self.count += 1;
            self.events.insert((at, self.count), Input::Frame { exchange, frame, size_bytes: 9_000 });
        }
        self.count += 1;
        let ending = match cut && self.rng.random_range(0..2) == 0 {
            true => Input::Failed { exchange, failure: Failure::Interrupted },
            false => Input::Closed { exchange },
        };
        self.events.insert((at + 1, self.count), ending);
    }

    /// Mostly the transfer is gone; sometimes what was on its way still arrives.
    fn abort(&mut self, exchange: ExchangeId) {
        if self.is_trouble() {
            return;
        }
        self.events.retain(|_, input| !matches!(input,
            Input::Frame { exchange: e, .. } | Input::Failed { exchange: e, .. } | Input::Closed { exchange: e }
                if *e == exchange));
    }

    fn store_frames(&mut self, exchange: ExchangeId, frames: &[Frame], expect: Option<&ByteVec>) {
        self.write(exchange, expect, |store| {
            for frame in frames {
                match frame {
                    Frame::Record(record) => {
                        assert_eq!(record.version, store.items + 1, "no item is skipped or stored twice");
                        store.items = record.version;
                    }
                    Frame::Cursor(cursor) => {
                        store.cursor = Some(decode_cursor(cursor));
                        let taken = store.taken.remove(&exchange).unwrap_or_default();
                        store.outbox.retain(|edit| !taken.contains(edit));
                    }
                    _ => {}
                }
            }
        });
    }

    fn write(&mut self, exchange: ExchangeId, expect: Option<&ByteVec>, change: impl FnOnce(&mut Store)) {
        let failure = match self.store.cursor.map(encode_cursor).as_ref() == expect {
            false => Some(LocalFailure::Stale),
            true if self.is_trouble() && self.is_trouble() => Some(LocalFailure::Failed),
            true => None,
        };
        if let Some(failure) = failure {
            return self.later(80, Input::StoreFailed { exchange, failure });
        }
        change(&mut self.store);
        let pending = self.store.outbox.len() as u32;
        let follow_up = if self.is_trouble() { FollowUp::SendAgain } else { FollowUp::None };
        self.later(80, Input::Stored { exchange, pending, follow_up });
    }
}

fn encode_cursor((history, item): Cursor) -> ByteVec {
    let mut bytes = vec![history];
    bytes.extend(item.to_be_bytes());
    ByteVec::from(bytes)
}

fn decode_cursor(cursor: &ByteVec) -> Cursor {
    (cursor[0], u64::from_be_bytes(cursor[1..].try_into().expect("our own cursor")))
}
