//! Owns one conversation: collect, send, group the answer's frames, store group after group. Does not
//! decide when to talk, nor what follows.

use super::clock::Steady;
use super::{CollectPlan, Collected, Effect, ExchangeId, Failure, FollowUp, LocalFailure, Mode};
use crate::time::Timestamp;
use crate::wire::frame::{Hello, HistoryState};
use crate::wire::{ErrorCode, Frame, SyncRequest};
use minicbor::bytes::ByteVec;
use std::collections::VecDeque;
use std::sync::Arc;

/// How an exchange ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ending {
    /// The whole answer is stored.
    Complete { more: bool },
    /// The server lost history, and the store knows.
    Forked,
    /// The store forgot the forked cursor.
    Repaired,
    /// Aborted from outside; whole groups are stored.
    Cut,
    /// Something failed; whole groups before that are stored.
    Failed(Trouble),
}

/// What failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The transfer.
    Transfer(Failure),
    /// The phone's store.
    Local(LocalFailure),
}

/// Where the bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transfer {
    /// The request is being put together.
    Collecting,
    /// The request has left, or is leaving.
    Sent,
    /// The server has said hello.
    Answered,
    /// Nothing more comes, or is wanted.
    Over,
}

/// How many bytes went one way, and since when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Load {
    pub bytes: usize,
    pub began: Steady,
}

/// One conversation.
#[derive(Debug)]
pub(super) struct Exchange {
    pub id: ExchangeId,
    pub after: u64,
    pub has_more: bool,
    pub follow_up: FollowUp,
    /// What waits in the outbox, once that is known.
    pub pending: Option<u32>,
    mode: Mode,
    transfer: Transfer,
    request: Option<Arc<SyncRequest>>,
    signed_again: bool,
    sent: Load,
    received: Load,
    group: Vec<Frame>,
    waiting: VecDeque<Vec<Frame>>,
    storing: bool,
    /// How many groups with a cursor are on disk.
    stored_groups: u32,
    /// Whether what is being stored is one.
    stores_group: bool,
    /// The cursor that the store must hold for the next group: the request's, then each one stored.
    expect_cursor: Option<ByteVec>,
    ending: Option<Ending>,
}

impl Exchange {
    /// Begins: what waits is to be collected.
    pub fn begin(id: ExchangeId, plan: CollectPlan, now: Steady, out: &mut Vec<Effect>) -> Self {
        out.push(Effect::Collect { exchange: id, plan });
        let nothing = Load { bytes: 0, began: now };
        Self {
            id,
            after: plan.after,
            has_more: false,
            follow_up: FollowUp::None,
            pending: None,
            mode: Mode::Normal,
            transfer: Transfer::Collecting,
            request: None,
            signed_again: false,
            sent: nothing,
            received: nothing,
            group: Vec::new(),
            waiting: VecDeque::new(),
            storing: false,
            stored_groups: 0,
            stores_group: false,
            expect_cursor: None,
            ending: None,
        }
    }

    /// Whether the server has been sent something and has not said hello.
    pub fn awaits_hello(&self) -> bool {
        self.transfer == Transfer::Sent
    }

    /// Whether frames are still to come.
    pub fn is_answered(&self) -> bool {
        self.transfer == Transfer::Answered
    }

    /// Whether anything of the answer is on disk.
    pub fn has_stored(&self) -> bool {
        self.stored_groups > 0
    }

    /// Whether it gives back what the server lost.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// What was sent, and since when.
    pub fn sent(&self) -> Load {
        self.sent
    }

    /// What has arrived since the hello.
    pub fn received(&self) -> Load {
        self.received
    }

    /// The request is there: send it.
    pub fn collected(
        &mut self,
        now: Steady,
        collected: Collected,
        server_offset_ms: i64,
        out: &mut Vec<Effect>,
    ) -> Option<Ending> {
        if self.transfer != Transfer::Collecting {
            return None;
        }
        self.pending = Some(collected.pending);
        self.mode = collected.mode;
        if self.ending.is_some() {
            self.transfer = Transfer::Over;
            return self.advance(out);
        }
        // A position that does not grow would make the run push the same rows for ever.
        self.has_more = collected.has_more && collected.reached > self.after;
        self.after = collected.reached.max(self.after);
        self.expect_cursor = collected.request.cursor.clone();
        self.request = Some(collected.request);
        self.sent = Load { bytes: collected.push_bytes, began: now };
        self.send(server_offset_ms, out);
        None
    }

    /// Nothing could be collected.
    pub fn collect_failed(&mut self, failure: LocalFailure, out: &mut Vec<Effect>) -> Option<Ending> {
        if self.transfer != Transfer::Collecting {
            return None;
        }
        self.close(Ending::Failed(Trouble::Local(failure)), out)
    }

    /// Whether this failure is a wrong clock that signing once more can put right.
    pub fn may_sign_again(&self, failure: &Failure) -> Option<Timestamp> {
        match failure {
            Failure::Refused(refusal) if refusal.code == ErrorCode::ClockSkew => {
                refusal.server_time.filter(|_| !self.signed_again && self.transfer == Transfer::Sent)
            }
            _ => None,
        }
    }

    /// Sends the same request again, signed for another time.
    pub fn sign_again(&mut self, now: Steady, server_offset_ms: i64, out: &mut Vec<Effect>) {
        self.signed_again = true;
        self.sent.began = now;
        self.send(server_offset_ms, out);
    }

    fn send(&mut self, server_offset_ms: i64, out: &mut Vec<Effect>) {
        let Some(request) = self.request.clone() else { return };
        self.transfer = Transfer::Sent;
        out.push(Effect::Send { exchange: self.id, request, server_offset_ms });
    }

    /// A frame of the answer, after [`Exchange::hello`] has seen the first.
    pub fn frame(&mut self, frame: Frame, size_bytes: usize, out: &mut Vec<Effect>) -> Option<Ending> {
        if self.transfer != Transfer::Answered {
            return self.malformed(out);
        }
        self.received.bytes = self.received.bytes.saturating_add(size_bytes);
        match frame {
            Frame::Hello(_) => return self.malformed(out),
            Frame::Cursor(_) => {
                self.group.push(frame);
                self.waiting.push_back(std::mem::take(&mut self.group));
            }
            Frame::End(ref end) => return self.end(end.more, frame.clone(), out),
            Frame::PushResult(_)
            | Frame::CommandResult(_)
            | Frame::Grant(_)
            | Frame::Revoke(_)
            | Frame::Erase(_)
            | Frame::Snapshot(_)
            | Frame::Changes(_)
            | Frame::Stub(_)
            | Frame::Receipt(_)
            | Frame::Record(_) => self.group.push(frame),
        }
        self.advance(out)
    }

    /// The server introduces itself.
    pub fn hello(&mut self, now: Steady, hello: Hello, out: &mut Vec<Effect>) -> Option<Ending> {
        self.transfer = Transfer::Answered;
        self.received.began = now;
        match hello.history {
            HistoryState::Same => {
                self.group.push(Frame::Hello(hello));
                None
            }
            // No cursor has no history: a server that says so would be asked for ever.
            HistoryState::Forked if self.expect_cursor.is_none() => self.malformed(out),
            HistoryState::Forked => {
                self.abort(out);
                self.storing = true;
                self.ending = Some(Ending::Forked);
                out.push(Effect::Fork { exchange: self.id, expect_cursor: self.expect_cursor.clone() });
                None
            }
        }
    }

    fn end(&mut self, more: bool, end: Frame, out: &mut Vec<Effect>) -> Option<Ending> {
        let asked_from = self.request.as_ref().and_then(|r| r.cursor.as_ref());
        let newest = self.waiting.back().and_then(|g| cursor_of(g)).or(self.expect_cursor.as_ref());
        if more && newest == asked_from {
            return self.malformed(out);
        }
        self.group.clear();
        self.waiting.push_back(vec![end]);
        self.close(Ending::Complete { more }, out)
    }

    /// The transfer failed, or was cut before its `End`.
    pub fn failed(&mut self, failure: Failure, out: &mut Vec<Effect>) -> Option<Ending> {
        match self.transfer {
            Transfer::Collecting | Transfer::Over => None,
            Transfer::Sent | Transfer::Answered => {
                self.close(Ending::Failed(Trouble::Transfer(failure)), out)
            }
        }
    }

    /// Drops the transfer because the answer is not the protocol's.
    pub fn malformed(&mut self, out: &mut Vec<Effect>) -> Option<Ending> {
        self.give_up(Failure::Malformed, out)
    }

    /// Drops the transfer because of what it brought.
    pub fn give_up(&mut self, failure: Failure, out: &mut Vec<Effect>) -> Option<Ending> {
        if matches!(self.transfer, Transfer::Collecting | Transfer::Over) {
            return None;
        }
        self.abort(out);
        self.close(Ending::Failed(Trouble::Transfer(failure)), out)
    }

    /// Ends it from outside. What is being collected or stored is waited for.
    pub fn cut(&mut self, out: &mut Vec<Effect>) -> Option<Ending> {
        match self.transfer {
            Transfer::Over => None,
            Transfer::Collecting => {
                self.ending = Some(Ending::Cut);
                None
            }
            Transfer::Sent | Transfer::Answered => {
                self.abort(out);
                self.close(Ending::Cut, out)
            }
        }
    }

    /// A write is on disk.
    pub fn stored(&mut self, pending: u32, follow_up: FollowUp, out: &mut Vec<Effect>) -> Option<Ending> {
        if !self.storing {
            return None;
        }
        self.storing = false;
        self.stored_groups += u32::from(self.stores_group);
        self.pending = Some(pending);
        if follow_up == FollowUp::SendAgain {
            self.follow_up = follow_up;
        }
        self.advance(out)
    }

    /// A write did not happen; what would follow it must not either.
    pub fn store_failed(&mut self, failure: LocalFailure, out: &mut Vec<Effect>) -> Option<Ending> {
        if !self.storing {
            return None;
        }
        self.storing = false;
        self.waiting.clear();
        if matches!(self.transfer, Transfer::Sent | Transfer::Answered) {
            self.abort(out);
        }
        self.close(Ending::Failed(Trouble::Local(failure)), out)
    }

    /// Asks the store to forget the forked cursor; the exchange itself is complete.
    pub fn end_repair(&mut self, out: &mut Vec<Effect>) {
        self.storing = true;
        self.ending = Some(Ending::Repaired);
        out.push(Effect::EndRepair { exchange: self.id });
    }

    fn abort(&mut self, out: &mut Vec<Effect>) {
        self.transfer = Transfer::Over;
        out.push(Effect::Abort { exchange: self.id });
    }

    fn close(&mut self, ending: Ending, out: &mut Vec<Effect>) -> Option<Ending> {
        self.transfer = Transfer::Over;
        self.ending = Some(ending);
        self.advance(out)
    }

    /// Stores the next whole group, or ends when there is none and nothing more comes.
    fn advance(&mut self, out: &mut Vec<Effect>) -> Option<Ending> {
        if self.storing {
            return None;
        }
        let Some(frames) = self.waiting.pop_front() else { return self.ending.take() };
        let newest = cursor_of(&frames).cloned();
        self.stores_group = newest.is_some();
        let expect_cursor = self.expect_cursor.clone();
        self.expect_cursor = newest.or_else(|| expect_cursor.clone());
        self.storing = true;
        out.push(Effect::StoreFrames { exchange: self.id, frames, expect_cursor, mode: self.mode });
        None
    }
}

fn cursor_of(group: &[Frame]) -> Option<&ByteVec> {
    match group.last() {
        Some(Frame::Cursor(cursor)) => Some(cursor),
        _ => None,
    }
}
