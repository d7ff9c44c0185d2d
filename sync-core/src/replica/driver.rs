//! Owns the performing of the engine's effects: the only place where clock, store and network meet.

use super::apply::GroupContext;
use super::desk::Desk;
use super::incoming::Pushed;
use super::transfer::Line;
use super::{Event, ReplicaError, Shared};
use crate::bug::{self, Bug};
use crate::credential::{Credential, DeviceKey};
use crate::history::chunk;
use crate::store::{Identity, StoreError};
use crate::sync::{
    CollectPlan, Effect, Engine, ExchangeId, FollowUp, Input, LocalFailure, Mode, Settings, StreamId,
};
use crate::time::Timestamp;
use crate::transport::Transport;
use crate::wire::{Frame, SyncRequest};
use minicbor::bytes::ByteVec;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, sleep_until};

/// Far enough that it never fires while nothing is to be done.
const NO_TIMER: Duration = Duration::from_secs(86_400);

/// Runs a replica's sync. A future to be awaited for as long as the app lives.
pub struct Driver {
    shared: Arc<Shared>,
    inputs: mpsc::UnboundedReceiver<Input>,
    engine: Engine,
    transport: Arc<dyn Transport>,
    credential: Arc<Credential>,
    transfers: JoinSet<()>,
    exchanges: BTreeMap<ExchangeId, AbortHandle>,
    streams: BTreeMap<StreamId, AbortHandle>,
    /// What each exchange pushed, until its first commit point is stored.
    pushed: BTreeMap<ExchangeId, Vec<Pushed>>,
    timer: Instant,
    rng: StdRng,
}

impl Driver {
    pub(super) fn new(
        shared: Arc<Shared>,
        inputs: mpsc::UnboundedReceiver<Input>,
        identity: &Identity,
        transport: Arc<dyn Transport>,
        key: Arc<dyn DeviceKey>,
        live: crate::sync::live::LivePolicy,
        mut rng: StdRng,
    ) -> Result<Self, ReplicaError> {
        let settings = Settings { server_id: identity.server_id.clone(), seed: rng.next_u64(), live };
        let engine = Engine::new(settings, shared.now());
        Ok(Self {
            shared,
            inputs,
            engine,
            transport,
            credential: Arc::new(credential(identity, key)),
            transfers: JoinSet::new(),
            exchanges: BTreeMap::new(),
            streams: BTreeMap::new(),
            pushed: BTreeMap::new(),
            timer: Instant::now() + NO_TIMER,
            rng,
        })
    }

    /// Syncs in the background until `stop` is done. Dropping it is safe at any moment: what was stored is stored. When it
    /// returns, nothing of it goes on, so that whoever drops the replica then has closed the store.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        self.work(stop).await;
        self.transfers.shutdown().await;
    }

    async fn work(&mut self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        self.take(Input::Start);
        loop {
            let input = tokio::select! {
                // In this order, not in a random one: the same events always have the same effects.
                biased;
                () = &mut stop => return,
                input = self.inputs.recv() => match input {
                    Some(input) => input,
                    None => return,
                },
                () = sleep_until(self.timer) => {
                    // It goes off once; the engine sets another one only while there is something to wait for.
                    self.timer = Instant::now() + NO_TIMER;
                    Input::Timer
                }
                Some(_) = self.transfers.join_next() => continue,
            };
            self.take(input);
        }
    }

    fn take(&mut self, input: Input) {
        for effect in self.engine.handle(self.shared.now(), input) {
            self.perform(effect);
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Timer { after_ms } => self.timer = Instant::now() + Duration::from_millis(after_ms),
            Effect::Collect { exchange, plan } => self.collect(exchange, &plan),
            Effect::Send { exchange, request, server_offset_ms } => {
                self.send(exchange, request, server_offset_ms)
            }
            Effect::StoreFrames { exchange, frames, expect_cursor, mode } => {
                self.store_frames(exchange, frames, expect_cursor, mode);
            }
            Effect::Fork { exchange, expect_cursor } => {
                let after = expect_cursor.map(Vec::from);
                self.answer_store(exchange, |desk, _| desk.fork(after).map(|()| FollowUp::None));
            }
            Effect::EndRepair { exchange } => {
                self.answer_store(exchange, |desk, _| desk.end_repair().map(|()| FollowUp::None));
            }
            Effect::Abort { exchange } => drop(self.exchanges.remove(&exchange).map(|task| task.abort())),
            Effect::Report { asks, outcome } => {
                self.shared.report(asks, &outcome);
                self.shared.announce(Event::Synced);
            }
            Effect::Listen { stream, server_offset_ms } => self.listen(stream, server_offset_ms),
            Effect::Unlisten { stream } => drop(self.streams.remove(&stream).map(|task| task.abort())),
            Effect::Suspended => self.shared.announce(Event::Suspended),
            Effect::Wipe => self.wipe(),
        }
    }

    fn collect(&mut self, exchange: ExchangeId, plan: &CollectPlan) {
        let now = self.shared.now();
        let input = match self.shared.with_desk(|desk| desk.mending(|desk| desk.collect(plan, now))) {
            Ok(collected) => {
                self.pushed.insert(exchange, pushed_by(&collected.request));
                Input::Collected { exchange, collected }
            }
            Err(error) => Input::CollectFailed { exchange, failure: local(&error) },
        };
        self.shared.tell(input);
    }

    fn store_frames(&mut self, exchange: ExchangeId, frames: Vec<Frame>, after: Option<ByteVec>, mode: Mode) {
        if let Some(Frame::End(end)) = frames.last() {
            let more = end.more;
            let finish =
                |desk: &mut Desk, now| if more { Ok(FollowUp::None) } else { desk.end_of_answer(mode, now) };
            return self.answer_store(exchange, finish);
        }
        let pushed = self.pushed.remove(&exchange).unwrap_or_default();
        self.answer_store(exchange, |desk, now| {
            let context = GroupContext { after: after.map(Vec::from), pushed: &pushed, now, mode };
            desk.store_frames(frames, &context)
        });
    }

    /// Does something at the desk and tells the engine how it went.
    fn answer_store(
        &mut self,
        exchange: ExchangeId,
        work: impl FnOnce(&mut Desk, Timestamp) -> Result<FollowUp, ReplicaError>,
    ) {
        let now = self.shared.now();
        let done = self.shared.with_desk(|desk| {
            desk.mending(|desk| {
                let follow_up = work(desk, now)?;
                Ok((follow_up, desk.pending()?))
            })
        });
        let input = match done {
            Ok((follow_up, pending)) => Input::Stored { exchange, pending, follow_up },
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "an answer could not be stored");
                Input::StoreFailed { exchange, failure: local(&error) }
            }
        };
        self.shared.tell(input);
    }

    fn send(&mut self, exchange: ExchangeId, request: Arc<SyncRequest>, offset_ms: i64) {
        let (line, shared) = (self.line(offset_ms), self.shared.clone());
        let pushed = self.pushed.get(&exchange).cloned().unwrap_or_default();
        let tell = move |input| {
            if let (true, Input::Frame { frame: Frame::PushResult(verdict), .. }) =
                (bug::is_on(Bug::OutboxClearedAtVerdict), &input)
            {
                shared.with_desk(|desk| desk.clear_outbox(&pushed, verdict));
            }
            shared.tell(input);
        };
        let task = self.transfers.spawn(async move { line.exchange(exchange, &request, tell).await });
        self.exchanges.insert(exchange, task);
    }

    fn listen(&mut self, stream: StreamId, offset_ms: i64) {
        let (line, shared) = (self.line(offset_ms), self.shared.clone());
        let tell = move |input| shared.tell(input);
        let task = self.transfers.spawn(async move { line.listen(stream, tell).await });
        self.streams.insert(stream, task);
    }

    fn line(&mut self, offset_ms: i64) -> Line {
        Line {
            transport: self.transport.clone(),
            credential: self.credential.clone(),
            now: self.shared.now().plus_ms(offset_ms),
            rng: StdRng::from_rng(&mut self.rng),
        }
    }

    fn wipe(&mut self) {
        let erased = self.shared.with_desk(|desk| desk.erase());
        self.shared.is_wiped.store(erased.is_ok(), Ordering::SeqCst);
        self.shared.announce(Event::Wiped);
        self.shared.tell(if erased.is_ok() { Input::Wiped } else { Input::WipeFailed });
    }
}

pub(super) fn credential(identity: &Identity, key: Arc<dyn DeviceKey>) -> Credential {
    Credential {
        org: identity.org,
        person: identity.person,
        device: identity.device,
        server_id: identity.server_id.clone(),
        organisation_key: identity.organisation_key.clone(),
        key,
    }
}

fn pushed_by(request: &SyncRequest) -> Vec<Pushed> {
    let of_document = |document: &crate::wire::PushDocument| {
        let doc = document.doc;
        let hashes =
            document.changes.iter().filter_map(|bytes| chunk::hash_of_bytes(bytes)).collect::<Vec<_>>();
        hashes.into_iter().map(move |hash| Pushed { doc, hash })
    };
    request.push.iter().flat_map(of_document).collect()
}

fn local(error: &ReplicaError) -> LocalFailure {
    match error {
        ReplicaError::Store(StoreError::Stale) => LocalFailure::Stale,
        ReplicaError::Store(StoreError::Full) => LocalFailure::Full,
        _ => LocalFailure::Failed,
    }
}
