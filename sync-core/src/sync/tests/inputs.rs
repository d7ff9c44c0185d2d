//! Any inputs at all, in any order, from a shell that makes every mistake.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Watches what an engine is told and says, and knows what it must never say.
#[derive(Default)]
pub struct Watch {
    newest: u64,
    collecting: Option<ExchangeId>,
    transferring: Option<ExchangeId>,
    storing: Option<ExchangeId>,
    stream: Option<StreamId>,
    is_asleep: bool,
    is_wiped: bool,
    told: BTreeSet<AskId>,
}

impl Watch {
    /// The live stream that is wanted now.
    pub fn stream(&self) -> Option<StreamId> {
        self.stream
    }

    pub fn given(&mut self, input: &Input) {
        let done = |slot: &mut Option<ExchangeId>, id: &ExchangeId| {
            if *slot == Some(*id) {
                *slot = None;
            }
        };
        match input {
            Input::Collected { exchange, .. } | Input::CollectFailed { exchange, .. } => {
                done(&mut self.collecting, exchange);
            }
            Input::Failed { exchange, .. }
            | Input::Closed { exchange }
            | Input::Frame { exchange, frame: Frame::End(_), .. } => done(&mut self.transferring, exchange),
            Input::Stored { exchange, .. } | Input::StoreFailed { exchange, .. } => {
                done(&mut self.storing, exchange);
            }
            Input::Resume => self.is_asleep = false,
            Input::LiveEnded { stream, .. } if self.stream == Some(*stream) => self.stream = None,
            Input::Ask { ask, .. } => drop(self.told.remove(ask)),
            _ => {}
        }
    }

    #[track_caller]
    pub fn said(&mut self, effect: &Effect) {
        let is_work = !matches!(
            effect,
            Effect::Timer { .. }
                | Effect::Abort { .. }
                | Effect::Report { .. }
                | Effect::Unlisten { .. }
                | Effect::Suspended
                | Effect::Wipe
        );
        assert!(!(is_work && (self.is_asleep || self.is_wiped)), "{effect:?} while asleep or wiped");
        match effect {
            Effect::Collect { exchange, plan } => {
                self.is_alone();
                assert!(exchange.0 > self.newest && plan.max_push_bytes > 0 && plan.max_response_bytes > 0);
                self.newest = exchange.0;
                self.collecting = Some(*exchange);
            }
            Effect::Send { exchange, .. } => {
                self.is_alone();
                assert_eq!(exchange.0, self.newest);
                self.transferring = Some(*exchange);
            }
            Effect::StoreFrames { exchange, frames, .. } => {
                let ends_well = match frames.split_last() {
                    Some((Frame::Cursor(_), before)) => !before.iter().any(|f| matches!(f, Frame::Cursor(_))),
                    Some((Frame::End(_), before)) => before.is_empty(),
                    _ => false,
                };
                assert!(ends_well, "{frames:?}");
                self.stores(*exchange);
            }
            Effect::Fork { exchange, .. } | Effect::EndRepair { exchange } => self.stores(*exchange),
            Effect::Abort { exchange } => self.transferring = self.transferring.filter(|id| id != exchange),
            Effect::Report { asks, .. } => {
                asks.iter().for_each(|ask| assert!(self.told.insert(*ask), "{ask:?} is told twice"));
            }
            Effect::Listen { stream, .. } => {
                assert_eq!(self.stream.replace(*stream), None, "two streams");
            }
            Effect::Unlisten { stream } => assert_eq!(self.stream.take(), Some(*stream)),
            Effect::Suspended => {
                assert!(self.collecting.is_none() && self.transferring.is_none() && self.storing.is_none());
                self.is_asleep = true;
            }
            Effect::Wipe => self.is_wiped = true,
            Effect::Timer { .. } => {}
        }
    }

    #[track_caller]
    fn is_alone(&self) {
        let busy = (self.collecting, self.transferring, self.storing);
        assert_eq!(busy, (None, None, None), "two exchanges at once");
    }

    #[track_caller]
    fn stores(&mut self, exchange: ExchangeId) {
        assert_eq!(exchange.0, self.newest);
        assert_eq!(self.storing.replace(exchange), None, "two stores at once");
    }
}

fn frame() -> impl Strategy<Value = Frame> {
    prop_oneof![
        4 => Just(hello()),
        1 => Just(hello_of("hotel", HistoryState::Same)),
        1 => Just(hello_of("care-1", HistoryState::Forked)),
        6 => (0u8..5).prop_map(cursor),
        2 => any::<bool>().prop_map(end),
        1 => Just(Frame::Erase(crate::wire::frame::Erase {
            doc: crate::ids::DocId::from_bytes([1; 16]),
            replacement: None,
        })),
    ]
}

fn failure() -> impl Strategy<Value = Failure> {
    let code = prop::sample::select(ErrorCode::ALL).prop_map(|(code, _)| code);
    let refused = (code, any::<Option<i64>>(), any::<Option<u64>>(), prop::bool::weighted(0.2)).prop_map(
        |(code, server_time, retry_after_ms, proven)| {
            let wipe = if proven { WipeOrderCheck::Verified } else { WipeOrderCheck::Absent };
            let server_time = server_time.map(Timestamp);
            Failure::Refused(Refusal { code, server_time, retry_after_ms, wipe })
        },
    );
    prop_oneof![
        3 => refused,
        1 => Just(Failure::Unreachable),
        2 => Just(Failure::Interrupted),
        1 => Just(Failure::NotTheServer),
        1 => Just(Failure::Malformed),
        1 => Just(Failure::KeyUnavailable),
        1 => Just(Failure::KeyLost),
    ]
}

fn local_failure() -> impl Strategy<Value = LocalFailure> {
    prop::sample::select(vec![LocalFailure::Stale, LocalFailure::Full, LocalFailure::Failed])
}

fn collected(push_bytes: usize, reached: u64, has_more: bool, at: Option<u8>) -> Collected {
    let mut phone = Phone::new(LivePolicy::Ignore);
    phone.cursor = at.map(|n| ByteVec::from(vec![n]));
    Collected { reached, has_more, ..phone.request(push_bytes, 3) }
}

/// How many exchanges ago the one was that an input is about: mostly it is the one that goes on.
fn exchange() -> impl Strategy<Value = ExchangeId> {
    prop_oneof![9 => Just(0u64), 1 => 1u64..3].prop_map(ExchangeId)
}

fn about_an_exchange() -> impl Strategy<Value = Input> {
    let collected = (any::<usize>(), any::<u64>(), any::<bool>(), prop::option::of(0u8..5))
        .prop_map(|(bytes, reached, has_more, at)| collected(bytes, reached, has_more, at));
    let follow_up = prop::sample::select(vec![FollowUp::None, FollowUp::SendAgain]);
    prop_oneof![
        8 => (exchange(), collected).prop_map(|(exchange, collected)| Input::Collected { exchange, collected }),
        12 => (exchange(), frame(), any::<usize>())
            .prop_map(|(exchange, frame, size_bytes)| Input::Frame { exchange, frame, size_bytes }),
        6 => (exchange(), any::<u32>(), follow_up)
            .prop_map(|(exchange, pending, follow_up)| Input::Stored { exchange, pending, follow_up }),
        2 => (exchange(), failure()).prop_map(|(exchange, failure)| Input::Failed { exchange, failure }),
        1 => exchange().prop_map(|exchange| Input::Closed { exchange }),
        1 => (exchange(), local_failure())
            .prop_map(|(exchange, failure)| Input::StoreFailed { exchange, failure }),
        1 => (exchange(), local_failure())
            .prop_map(|(exchange, failure)| Input::CollectFailed { exchange, failure }),
    ]
}

fn about_the_device() -> impl Strategy<Value = Input> {
    let stream = || (0u64..6).prop_map(StreamId);
    prop_oneof![
        3 => (any::<u64>(), any::<u64>()).prop_map(|(ask, budget_ms)| Input::Ask { ask: AskId(ask), budget_ms }),
        1 => stream().prop_map(|stream| Input::LiveOpened { stream }),
        1 => stream().prop_map(|stream| Input::Poke { stream }),
        1 => (stream(), any::<Option<u64>>())
            .prop_map(|(stream, retry_after_ms)| Input::LiveEnded { stream, retry_after_ms }),
        3 => Just(Input::Edited),
        6 => Just(Input::Timer),
        2 => Just(Input::NetworkReturned),
        1 => Just(Input::NetworkLost),
        1 => Just(Input::Suspend),
        2 => Just(Input::Resume),
        1 => Just(Input::Start),
        1 => Just(Input::Wiped),
        1 => Just(Input::WipeFailed),
    ]
}

/// The input, about an exchange counted back from the newest.
fn aim(mut input: Input, newest: u64) -> Input {
    match &mut input {
        Input::Collected { exchange, .. }
        | Input::CollectFailed { exchange, .. }
        | Input::Frame { exchange, .. }
        | Input::Closed { exchange }
        | Input::Failed { exchange, .. }
        | Input::Stored { exchange, .. }
        | Input::StoreFailed { exchange, .. } => exchange.0 = newest.saturating_sub(exchange.0),
        _ => {}
    }
    input
}

fn moves() -> impl Strategy<Value = Vec<(i64, Input)>> {
    let later = prop_oneof![8 => 0i64..5_000, 2 => 0i64..1_000_000, 1 => any::<i64>()];
    let input = prop_oneof![3 => about_an_exchange(), 1 => about_the_device()];
    prop::collection::vec((later, input), 0..120)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_input_makes_it_panic_or_talk_twice_at_once(moves in moves(), seed: u64) {
        let mut engine = Engine::new(Settings { seed, ..settings(LivePolicy::Follow) }, Timestamp(0));
        let (mut watch, mut now) = (Watch::default(), 0i64);
        engine.handle(Timestamp(0), Input::Start).iter().for_each(|effect| watch.said(effect));
        for (ms, input) in moves {
            now = now.saturating_add(ms);
            let input = aim(input, watch.newest);
            watch.given(&input);
            engine.handle(Timestamp(now), input).iter().for_each(|effect| watch.said(effect));
        }
    }
}
