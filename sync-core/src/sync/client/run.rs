//! Decides when a run begins, what follows each exchange, and how the run ends.

use super::{Condition, Cut, Engine, MAX_ROUNDS, Run, SCHEDULE_MS, SPACING_MS};
use crate::sync::backoff::spread;
use crate::sync::exchange::{Ending, Exchange, Trouble};
use crate::sync::{
    CollectPlan, Effect, ExchangeId, Failure, FollowUp, LocalFailure, Mode, Outcome, Refusal, WipeOrderCheck,
};
use crate::time::Timestamp;
use crate::wire::ErrorCode;

impl Engine {
    /// When the next run begins, unless something happens before.
    pub(super) fn run_due(&self) -> Option<Timestamp> {
        if self.condition != Condition::Awake || self.run.is_some() {
            return None;
        }
        let woken = self.wakes.due().filter(|_| self.network_is_there);
        let by_itself = woken.map_or(self.schedule_at, |at| at.min(self.schedule_at));
        let spaced = self.last_start.map(|at| at.plus_ms(SPACING_MS));
        let by_itself = Some(by_itself).max(spaced).max(self.backoff.until());
        let asked = self.asks.due().map(Some).map(|at| at.max(self.backoff.imposed_until()));
        [by_itself, asked.flatten()].into_iter().flatten().min()
    }

    pub(super) fn begin_if_due(&mut self, out: &mut Vec<Effect>) {
        let now = self.time.now();
        if self.run_due().is_none_or(|at| at > now) {
            return;
        }
        self.last_start = Some(now);
        self.schedule_at = now.plus_ms(spread(SCHEDULE_MS, &mut self.rng));
        let exchange = self.begin_exchange(0, out);
        self.run = Some(Run { exchange, cut: None, send_again: false, rounds: 0, forks: 0 });
    }

    /// Everything that was a reason to talk until now is served by the request that is put together now.
    fn begin_exchange(&mut self, after: u64, out: &mut Vec<Effect>) -> Exchange {
        self.wakes.clear();
        self.asks.join();
        self.exchanges += 1;
        let plan = CollectPlan {
            max_push_bytes: self.uplink.bytes(),
            max_response_bytes: u32::try_from(self.downlink.bytes()).unwrap_or(u32::MAX),
            after,
        };
        Exchange::begin(ExchangeId(self.exchanges), plan, self.time, out)
    }

    /// Whether the run that goes on is only waiting for the store.
    pub(super) fn run_is_ending(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.cut.is_some())
    }

    pub(super) fn cut(&mut self, why: Cut, out: &mut Vec<Effect>) {
        if why == Cut::Budget {
            self.slow_down();
        }
        let Some(run) = &mut self.run else { return };
        run.cut = run.cut.or(Some(why));
        let ending = run.exchange.cut(out);
        self.over(ending, out);
    }

    /// The exchange is over: what now?
    pub(super) fn over(&mut self, ending: Option<Ending>, out: &mut Vec<Effect>) {
        let (Some(ending), Some(run)) = (ending, &self.run) else { return };
        self.pending = run.exchange.pending.unwrap_or(self.pending);
        match ending {
            Ending::Complete { more } => self.complete(more, out),
            Ending::Forked => self.forked(out),
            Ending::Repaired => {
                self.up_to_date(out);
            }
            Ending::Cut => self.finish_cut(out),
            Ending::Failed(trouble) => self.fail(trouble, out),
        }
    }

    fn complete(&mut self, more: bool, out: &mut Vec<Effect>) {
        self.backoff.succeeded();
        self.last_refusal = None;
        let Some(run) = &mut self.run else { return };
        if run.cut != Some(Cut::NetworkLost) {
            (self.network_is_there, self.contact) = (true, true);
        }
        run.send_again |= run.exchange.follow_up == FollowUp::SendAgain;
        let next = run.next_position(more);
        match next {
            Some(_) if run.cut.is_some() => self.finish_cut(out),
            Some(after) => self.go_on(after, out),
            None if run.exchange.mode() == Mode::Repair => run.exchange.end_repair(out),
            None => self.up_to_date(out),
        }
    }

    fn forked(&mut self, out: &mut Vec<Effect>) {
        let Some(run) = &mut self.run else { return };
        run.forks += 1;
        if run.cut.is_some() {
            return self.finish_cut(out);
        }
        // A server that forks twice in one run is two servers; do not run in circles between them.
        if run.forks > 1 {
            return self.fail(Trouble::Transfer(Failure::Malformed), out);
        }
        self.go_on(0, out);
    }

    fn go_on(&mut self, after: u64, out: &mut Vec<Effect>) {
        let exchange = self.begin_exchange(after, out);
        if let Some(run) = &mut self.run {
            run.exchange = exchange;
        }
    }

    fn up_to_date(&mut self, out: &mut Vec<Effect>) {
        if self.pending == 0 {
            self.leftover.succeeded();
        } else {
            self.leftover.failed(self.time.now(), &mut self.rng);
            self.leftover.until().into_iter().for_each(|at| self.wakes.want(at));
        }
        self.finish(Outcome::UpToDate { pending: self.pending }, out);
    }

    fn finish_cut(&mut self, out: &mut Vec<Effect>) {
        self.wakes.want(self.time.now().plus_ms(SPACING_MS));
        let outcome = match self.run.as_ref().and_then(|run| run.cut) {
            Some(Cut::Budget) => Outcome::BudgetExhausted { pending: self.pending },
            Some(Cut::Sleep) => Outcome::Suspended,
            Some(Cut::NetworkLost) | None => Outcome::Offline,
        };
        self.finish(outcome, out);
    }

    fn fail(&mut self, trouble: Trouble, out: &mut Vec<Effect>) {
        self.contact = false;
        if is_order_to_wipe(&trouble) {
            self.run = None;
            return self.begin_wipe(out);
        }
        self.wait_after(&trouble);
        self.wakes.want(self.time.now());
        if may_pass_soon(&trouble) {
            self.asks.postpone_joined(self.backoff.until().unwrap_or(self.time.now()));
        }
        self.finish(outcome_of(trouble), out);
    }

    fn wait_after(&mut self, trouble: &Trouble) {
        let now = self.time.now();
        if self.run.as_ref().is_some_and(|run| run.exchange.has_stored()) {
            self.backoff.moved();
        }
        let refusal = match trouble {
            Trouble::Transfer(Failure::Refused(refusal)) => Some(*refusal),
            Trouble::Transfer(_) | Trouble::Local(_) => None,
        };
        self.last_refusal = refusal;
        let needs_somebody = match refusal {
            Some(refusal) => !can_pass_soon(refusal.code),
            None => *trouble == Trouble::Transfer(Failure::KeyLost),
        };
        match needs_somebody {
            true => self.backoff.pause(now, SCHEDULE_MS, &mut self.rng),
            false => self.backoff.failed(now, &mut self.rng),
        }
        if let Some(ms) = refusal.and_then(|refusal| refusal.retry_after_ms) {
            self.backoff.impose(now, ms, &mut self.rng);
        }
    }

    fn finish(&mut self, outcome: Outcome, out: &mut Vec<Effect>) {
        self.run = None;
        out.push(Effect::Report { asks: self.asks.take_joined(), outcome });
        self.fall_asleep(out);
    }
}

impl Run {
    /// Where in the outbox the next exchange of this run begins; none when the run has done its work.
    fn next_position(&mut self, more: bool) -> Option<u64> {
        if more || self.exchange.has_more {
            return Some(self.exchange.after);
        }
        if self.send_again && self.rounds < MAX_ROUNDS {
            (self.send_again, self.rounds) = (false, self.rounds + 1);
            return Some(0);
        }
        None
    }
}

fn is_order_to_wipe(trouble: &Trouble) -> bool {
    let Trouble::Transfer(Failure::Refused(refusal)) = trouble else { return false };
    refusal.code == ErrorCode::DeviceRevoked && refusal.wipe == WipeOrderCheck::Verified
}

/// Whether the same request may be answered in seconds; otherwise somebody has to do something first.
fn can_pass_soon(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::TooLarge
            | ErrorCode::RateLimited
            | ErrorCode::Unavailable
            | ErrorCode::Internal
            | ErrorCode::ClockSkew
            | ErrorCode::Unknown
    )
}

/// Whether somebody who asked should wait for another attempt. Who is offline is told at once.
fn may_pass_soon(trouble: &Trouble) -> bool {
    match trouble {
        Trouble::Transfer(Failure::Interrupted) | Trouble::Local(LocalFailure::Stale) => true,
        Trouble::Transfer(Failure::Refused(Refusal { code, .. })) => can_pass_soon(*code),
        Trouble::Transfer(
            Failure::Unreachable
            | Failure::NotTheServer
            | Failure::Malformed
            | Failure::KeyUnavailable
            | Failure::KeyLost,
        )
        | Trouble::Local(LocalFailure::Full | LocalFailure::Failed) => false,
    }
}

fn outcome_of(trouble: Trouble) -> Outcome {
    match trouble {
        Trouble::Transfer(Failure::Unreachable | Failure::Interrupted) => Outcome::Offline,
        Trouble::Transfer(Failure::NotTheServer) => Outcome::NetworkLogin,
        Trouble::Transfer(Failure::Malformed) => Outcome::BadAnswer,
        Trouble::Transfer(Failure::KeyUnavailable) => Outcome::KeyUnavailable,
        Trouble::Transfer(Failure::KeyLost) => Outcome::KeyLost,
        Trouble::Transfer(Failure::Refused(refusal)) => Outcome::Refused(refusal),
        Trouble::Local(failure) => Outcome::Storage(failure),
    }
}
