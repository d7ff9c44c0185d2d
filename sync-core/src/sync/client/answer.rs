//! Takes what comes of the exchange that goes on; what belongs to an earlier one changes nothing.

use super::Engine;
use crate::sync::exchange::{Ending, Exchange};
use crate::sync::{Collected, Effect, ExchangeId, Failure, FollowUp, LocalFailure};
use crate::wire::frame::Hello;
use crate::wire::{ErrorCode, Frame};

impl Engine {
    fn exchange(&mut self, id: ExchangeId) -> Option<&mut Exchange> {
        self.run.as_mut().map(|run| &mut run.exchange).filter(|exchange| exchange.id == id)
    }

    fn step(
        &mut self,
        id: ExchangeId,
        out: &mut Vec<Effect>,
        act: impl FnOnce(&mut Exchange, &mut Vec<Effect>) -> Option<Ending>,
    ) {
        let Some(exchange) = self.exchange(id) else { return };
        let ending = act(exchange, out);
        self.over(ending, out);
    }

    pub(super) fn collected(&mut self, id: ExchangeId, collected: Collected, out: &mut Vec<Effect>) {
        let (time, offset) = (self.time, self.server_clock.offset_ms());
        self.step(id, out, |exchange, out| exchange.collected(time, collected, offset, out));
    }

    pub(super) fn collect_failed(&mut self, id: ExchangeId, failure: LocalFailure, out: &mut Vec<Effect>) {
        self.step(id, out, |exchange, out| exchange.collect_failed(failure, out));
    }

    pub(super) fn frame(&mut self, id: ExchangeId, frame: Frame, size_bytes: usize, out: &mut Vec<Effect>) {
        let Some(exchange) = self.exchange(id) else { return };
        match frame {
            Frame::Hello(hello) if exchange.awaits_hello() => self.hello(id, hello, out),
            Frame::End(_) if exchange.is_answered() => {
                let load = exchange.received();
                self.downlink.took(load.bytes, self.time.now().ms_since(load.began.now()));
                self.step(id, out, |exchange, out| exchange.frame(frame, size_bytes, out));
            }
            frame => self.step(id, out, |exchange, out| exchange.frame(frame, size_bytes, out)),
        }
    }

    fn hello(&mut self, id: ExchangeId, hello: Hello, out: &mut Vec<Effect>) {
        if hello.server_id != self.server_id {
            return self.step(id, out, |exchange, out| exchange.give_up(Failure::NotTheServer, out));
        }
        let time = self.time;
        let Some(sent) = self.exchange(id).map(|exchange| exchange.sent()) else { return };
        self.server_clock.observe(sent.began.wall(), time.wall(), hello.server_time);
        self.uplink.limit(hello.limits.request_bytes as usize / 2);
        self.uplink.took(sent.bytes, time.now().ms_since(sent.began.now()));
        self.step(id, out, |exchange, out| exchange.hello(time, hello, out));
    }

    pub(super) fn failed(&mut self, id: ExchangeId, failure: Failure, out: &mut Vec<Effect>) {
        let time = self.time;
        let Some(exchange) = self.exchange(id) else { return };
        if let Some(server_time) = exchange.may_sign_again(&failure) {
            self.server_clock.set(time.wall(), server_time);
            let offset = self.server_clock.offset_ms();
            return self.step(id, out, |exchange, out| {
                exchange.sign_again(time, offset, out);
                None
            });
        }
        match &failure {
            Failure::Interrupted => self.slow_down(),
            Failure::Refused(refusal) if refusal.code == ErrorCode::TooLarge => self.uplink.missed(),
            Failure::Refused(_)
            | Failure::Unreachable
            | Failure::NotTheServer
            | Failure::Malformed
            | Failure::KeyUnavailable
            | Failure::KeyLost => {}
        }
        self.step(id, out, |exchange, out| exchange.failed(failure, out));
    }

    pub(super) fn stored(
        &mut self,
        id: ExchangeId,
        pending: u32,
        follow_up: FollowUp,
        out: &mut Vec<Effect>,
    ) {
        self.step(id, out, |exchange, out| exchange.stored(pending, follow_up, out));
    }

    pub(super) fn store_failed(&mut self, id: ExchangeId, failure: LocalFailure, out: &mut Vec<Effect>) {
        self.step(id, out, |exchange, out| exchange.store_failed(failure, out));
    }

    /// The transfer that goes on is not getting through: the next one carries less.
    pub(super) fn slow_down(&mut self) {
        let Some(run) = &self.run else { return };
        let (now, exchange) = (self.time.now(), &run.exchange);
        if exchange.awaits_hello() && exchange.sent().bytes > 0 {
            self.uplink.lost(now.ms_since(exchange.sent().began.now()));
        }
        if exchange.is_answered() {
            self.downlink.lost(now.ms_since(exchange.received().began.now()));
        }
    }
}
