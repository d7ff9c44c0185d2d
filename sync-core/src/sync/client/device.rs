//! Takes what happens around the engine: edits, network, asks, sleep, pokes, erasure.

use super::{Condition, Cut, Engine};
use crate::sync::{AskId, Effect, Outcome, StreamId};
use crate::time::Timestamp;

impl Engine {
    pub(super) fn start(&mut self) {
        if self.condition == Condition::New {
            self.condition = Condition::Awake;
            self.wakes.want(self.time.now());
        }
    }

    pub(super) fn network_returned(&mut self) {
        self.network_is_there = true;
        self.backoff.cut_short();
        self.live.cut_short();
        self.wakes.want(self.time.now());
    }

    pub(super) fn network_lost(&mut self, out: &mut Vec<Effect>) {
        self.network_is_there = false;
        self.contact = false;
        self.live.close(out);
        self.cut(Cut::NetworkLost, out);
    }

    pub(super) fn ask(&mut self, ask: AskId, budget_ms: u64, out: &mut Vec<Effect>) {
        self.asks.add(ask, self.time.now(), budget_ms);
        match self.condition {
            Condition::FallingAsleep | Condition::Asleep => self.answer_all(Outcome::Suspended, out),
            Condition::Wiped => self.answer_all(Outcome::Wiped, out),
            Condition::New | Condition::Awake | Condition::Wiping => self.refuse_hopeless_asks(out),
        }
    }

    /// The server asked us to stay away for longer than these asks can wait.
    fn refuse_hopeless_asks(&mut self, out: &mut Vec<Effect>) {
        let (Some(refusal), Some(until)) = (self.last_refusal, self.backoff.imposed_until()) else { return };
        if self.run.is_some() || until <= self.time.now() {
            return;
        }
        let asks = self.asks.take_expired(until, false);
        if !asks.is_empty() {
            out.push(Effect::Report { asks, outcome: Outcome::Refused(refusal) });
        }
    }

    pub(super) fn expire_asks(&mut self, out: &mut Vec<Effect>) {
        let now = self.time.now();
        if self.asks.run_is_overdue(now) {
            self.cut(Cut::Budget, out);
        }
        let asks = self.asks.take_expired(now, self.run_is_ending());
        if !asks.is_empty() {
            out.push(Effect::Report { asks, outcome: Outcome::BudgetExhausted { pending: self.pending } });
        }
    }

    fn answer_all(&mut self, outcome: Outcome, out: &mut Vec<Effect>) {
        let asks = self.asks.take_all();
        if !asks.is_empty() {
            out.push(Effect::Report { asks, outcome });
        }
    }

    pub(super) fn suspend(&mut self, out: &mut Vec<Effect>) {
        match self.condition {
            Condition::New | Condition::Awake | Condition::FallingAsleep => {
                self.condition = Condition::FallingAsleep;
                self.contact = false;
                self.live.close(out);
                self.cut(Cut::Sleep, out);
                self.fall_asleep(out);
            }
            Condition::Asleep | Condition::Wiping | Condition::Wiped => out.push(Effect::Suspended),
        }
    }

    /// Sleeps once nothing is being stored.
    pub(super) fn fall_asleep(&mut self, out: &mut Vec<Effect>) {
        if self.condition == Condition::FallingAsleep && self.run.is_none() {
            self.condition = Condition::Asleep;
            self.answer_all(Outcome::Suspended, out);
            out.push(Effect::Suspended);
        }
    }

    pub(super) fn resume(&mut self) {
        if matches!(self.condition, Condition::FallingAsleep | Condition::Asleep) {
            self.condition = Condition::Awake;
            self.backoff.cut_short();
            self.live.cut_short();
            self.wakes.want(self.time.now());
        }
    }

    pub(super) fn timer(&mut self, out: &mut Vec<Effect>) {
        self.timer_at = None;
        if self.wipe_at.is_some_and(|at| at <= self.time.now()) {
            self.wipe_at = None;
            out.push(Effect::Wipe);
        }
    }

    /// Nothing is sent or stored from here on.
    pub(super) fn begin_wipe(&mut self, out: &mut Vec<Effect>) {
        if self.condition == Condition::FallingAsleep {
            out.push(Effect::Suspended);
        }
        self.condition = Condition::Wiping;
        self.backoff.succeeded();
        self.live.close(out);
        out.push(Effect::Wipe);
    }

    pub(super) fn wiped(&mut self, out: &mut Vec<Effect>) {
        if self.condition == Condition::Wiping {
            self.condition = Condition::Wiped;
            self.wipe_at = None;
            let asks = self.asks.take_all();
            out.push(Effect::Report { asks, outcome: Outcome::Wiped });
        }
    }

    pub(super) fn wipe_failed(&mut self) {
        if self.condition == Condition::Wiping {
            self.backoff.failed(self.time.now(), &mut self.rng);
            self.wipe_at = self.backoff.until();
        }
    }

    pub(super) fn live_opened(&mut self, stream: StreamId) {
        if self.live.is_current(stream) {
            self.live.opened();
            self.wakes.want(self.time.now());
        }
    }

    pub(super) fn poked(&mut self, stream: StreamId) {
        if self.live.is_current(stream) {
            self.wakes.want(self.time.now());
        }
    }

    pub(super) fn live_ended(&mut self, stream: StreamId, retry_after_ms: Option<u64>) {
        if !self.live.is_current(stream) {
            return;
        }
        if !self.live.is_open() {
            self.wakes.want(self.time.now());
        }
        self.live.ended(self.time.now(), retry_after_ms, &mut self.rng);
    }

    pub(super) fn listen_due(&self) -> Option<Timestamp> {
        let may = self.condition == Condition::Awake && self.network_is_there && self.contact;
        may.then(|| self.live.due(self.time.now())).flatten()
    }

    pub(super) fn listen_if_due(&mut self, out: &mut Vec<Effect>) {
        if self.listen_due().is_some_and(|at| at <= self.time.now()) {
            self.live.open(self.server_clock.offset_ms(), out);
        }
    }
}
