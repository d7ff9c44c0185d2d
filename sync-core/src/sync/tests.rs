//! A phone that is nothing but an engine and a clock, for stories.

mod chaos;
mod inputs;
mod refusing;
mod talking;
mod waking;

use super::*;
use crate::ids::ReplicaId;
use crate::wire::DEFAULT_RESPONSE_BYTES;
use crate::wire::frame::{End, Hello, HistoryState, Limits};

const BEGIN: i64 = 1_750_000_000_000;

/// An engine, the phone's clock, and what the engine last said of each kind.
struct Phone {
    engine: Engine,
    /// The phone's clock.
    now: i64,
    /// How long until the timer, if one is set.
    timer: Option<i64>,
    exchange: ExchangeId,
    cursor: Option<ByteVec>,
    mode: Mode,
}

fn settings(live: LivePolicy) -> Settings {
    Settings { server_id: "care-1".into(), seed: 11, live }
}

impl Phone {
    fn new(live: LivePolicy) -> Self {
        let engine = Engine::new(settings(live), Timestamp(BEGIN));
        Self { engine, now: BEGIN, timer: None, exchange: ExchangeId(0), cursor: None, mode: Mode::Normal }
    }

    /// Awake, and up to date a while ago.
    fn settled() -> Self {
        let mut phone = Self::new(LivePolicy::Ignore);
        phone.give(Input::Start);
        phone.whole_run();
        phone.pass(60_000);
        phone
    }

    /// Gives an input and tells what is to be done, but for the timer.
    #[track_caller]
    fn give(&mut self, input: Input) -> Vec<String> {
        let effects = self.engine.handle(Timestamp(self.now), input);
        let mut said = Vec::new();
        for effect in effects {
            match effect {
                Effect::Timer { after_ms } => self.timer = i64::try_from(after_ms).ok(),
                other => said.push(self.note(other)),
            }
        }
        said
    }

    fn note(&mut self, effect: Effect) -> String {
        if let Effect::Collect { exchange, .. } = effect {
            self.exchange = exchange;
        }
        describe(effect)
    }

    /// Lets time pass and gives the timer whenever it is due.
    #[track_caller]
    fn pass(&mut self, ms: i64) -> Vec<String> {
        let (mut left, mut said) = (ms, Vec::new());
        while let Some(wait) = self.timer.filter(|wait| *wait <= left) {
            self.now += wait;
            left -= wait;
            self.timer = None;
            said.extend(self.give(Input::Timer));
        }
        self.now += left;
        self.timer = self.timer.map(|wait| wait - left);
        said
    }

    /// How long until something is done without anybody doing anything; up to an hour.
    #[track_caller]
    fn waits(&mut self) -> (i64, Vec<String>) {
        let began = self.now;
        while let Some(wait) = self.timer {
            let said = self.pass(wait);
            if !said.is_empty() || self.now - began > 3_600_000 {
                return (self.now - began, said);
            }
        }
        (i64::MAX, Vec::new())
    }

    fn ask(&mut self, id: u64, budget_ms: u64) -> Vec<String> {
        self.give(Input::Ask { ask: AskId(id), budget_ms })
    }

    fn collected(&mut self, collected: Collected) -> Vec<String> {
        self.give(Input::Collected { exchange: self.exchange, collected })
    }

    /// Collects a request that pushes nothing.
    fn collected_nothing(&mut self) -> Vec<String> {
        let collected = self.request(0, 0);
        self.collected(collected)
    }

    /// A request of so many bytes out of so many waiting changes.
    fn request(&self, push_bytes: usize, pending: u32) -> Collected {
        let request = SyncRequest {
            protocol: 1,
            replica: ReplicaId::from_bytes([1; 16]),
            cursor: self.cursor.clone(),
            app_schema: 1,
            max_response_bytes: DEFAULT_RESPONSE_BYTES,
            push: Vec::new(),
            commands: Vec::new(),
            want: Vec::new(),
            repair: None,
            verify: false,
        };
        let mode = self.mode;
        Collected { request: Arc::new(request), push_bytes, reached: 0, has_more: false, pending, mode }
    }

    fn frame(&mut self, frame: Frame) -> Vec<String> {
        self.give(Input::Frame { exchange: self.exchange, frame, size_bytes: 100 })
    }

    fn stored(&mut self, pending: u32) -> Vec<String> {
        self.give(Input::Stored { exchange: self.exchange, pending, follow_up: FollowUp::None })
    }

    fn failed(&mut self, failure: Failure) -> Vec<String> {
        self.give(Input::Failed { exchange: self.exchange, failure })
    }

    fn refused(&mut self, code: ErrorCode, retry_after_ms: Option<u64>) -> Vec<String> {
        self.failed(Failure::Refused(refusal(code, retry_after_ms)))
    }

    /// Hello and one cursor arrive and are stored.
    fn first_group(&mut self, n: u8) -> Vec<String> {
        self.frame(hello());
        let said = self.frame(cursor(n));
        self.stored(0);
        self.cursor = Some(ByteVec::from(vec![n]));
        said
    }

    /// Answers an exchange that has begun, to the end of its run.
    #[track_caller]
    fn whole_run(&mut self) -> Vec<String> {
        self.collected_nothing();
        let n = self.cursor.as_ref().map_or(1, |cursor| cursor[0].wrapping_add(1));
        self.first_group(n);
        self.frame(end(false));
        let said = self.stored(0);
        assert!(said.iter().any(|s| s.starts_with("report")), "{said:?}");
        said
    }
}

fn refusal(code: ErrorCode, retry_after_ms: Option<u64>) -> Refusal {
    Refusal { code, server_time: None, retry_after_ms, wipe: WipeOrderCheck::Absent }
}

fn hello_of(server_id: &str, history: HistoryState) -> Frame {
    Frame::Hello(Hello {
        server_time: Timestamp(BEGIN),
        server_id: server_id.into(),
        limits: Limits { request_bytes: 4 << 20, change_bytes: 512 << 10, changes: 10_000 },
        min_schema: 1,
        max_schema: 1,
        history,
    })
}

fn hello() -> Frame {
    hello_of("care-1", HistoryState::Same)
}

fn cursor(n: u8) -> Frame {
    Frame::Cursor(ByteVec::from(vec![n]))
}

fn end(more: bool) -> Frame {
    Frame::End(End { more, digest: None })
}

fn word(frame: &Frame) -> String {
    match frame {
        Frame::Cursor(cursor) => format!("Cursor{:?}", &**cursor),
        other => format!("{other:?}").split('(').next().unwrap_or_default().to_owned(),
    }
}

/// An effect in a few words.
fn describe(effect: Effect) -> String {
    match effect {
        Effect::Timer { after_ms } => format!("timer {after_ms}"),
        Effect::Collect { exchange, plan } => {
            let after = if plan.after > 0 { format!(" after {}", plan.after) } else { String::new() };
            format!("collect {}{after}", exchange.0)
        }
        Effect::Send { exchange, server_offset_ms: 0, .. } => format!("send {}", exchange.0),
        Effect::Send { exchange, server_offset_ms, .. } => {
            format!("send {} at {server_offset_ms:+}", exchange.0)
        }
        Effect::StoreFrames { exchange, frames, expect_cursor, mode } => {
            let words: Vec<String> = frames.iter().map(word).collect();
            let on = expect_cursor.map_or("none".into(), |cursor| format!("{:?}", &**cursor));
            let mode = if mode == Mode::Repair { " to repair" } else { "" };
            format!("store {} {} on {on}{mode}", exchange.0, words.join("+"))
        }
        Effect::Fork { exchange, .. } => format!("fork {}", exchange.0),
        Effect::EndRepair { exchange } => format!("end repair {}", exchange.0),
        Effect::Abort { exchange } => format!("abort {}", exchange.0),
        Effect::Report { asks, outcome } => {
            let asks: Vec<u64> = asks.iter().map(|ask| ask.0).collect();
            let outcome = match outcome {
                Outcome::Refused(refusal) => format!("Refused({})", refusal.code),
                other => format!("{other:?}"),
            };
            format!("report {asks:?} {outcome}")
        }
        Effect::Listen { stream, .. } => format!("listen {}", stream.0),
        Effect::Unlisten { stream } => format!("unlisten {}", stream.0),
        Effect::Suspended => "suspended".into(),
        Effect::Wipe => "wipe".into(),
    }
}
