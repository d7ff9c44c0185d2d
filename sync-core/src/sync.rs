//! Owns the sync engine's vocabulary: what it is told ([`Input`]) and what it asks for ([`Effect`]).
//! It performs nothing: no clock, no thread, no store, no network. `replica` performs the effects.
//!
//! The engine decides *when* a device talks ([`client`]) and drives *one* conversation at a time
//! (`exchange`). A *run* is a row of exchanges, one after the other without a pause, until the server
//! has nothing more and everything that waited was sent once. Every run ends in exactly one
//! [`Effect::Report`].
//!
//! ```text
//!            wake is due, or somebody asks
//!   Idle ───────────────────────────────────► Collecting   Effect::Collect (drafts are folded and stored)
//!    ▲ ▲                                          │ Input::Collected
//!    │ │                                          ▼
//!    │ │  Failed, Closed: wait with jitter     Sending      Effect::Send; `clock_skew` sends once more
//!    │ └──────────────────────────────────────┐   │ Input::Frame(Hello)
//!    │                                        │   ├─── history: forked ──► Forking  Effect::Fork ──► Collecting
//!    │                                        │   ▼
//!    │                                        └─ Receiving   at each Cursor and at End: Effect::StoreFrames,
//!    │                                            │          one at a time, Input::Stored answers
//!    │  Effect::Report                            │ End and everything stored
//!    └────────────────────────────────────────────┴──► more to pull or to push: Collecting again
//! ```
//!
//! What holds in every state:
//! - Nothing is sent that was not stored first, and nothing is stored that has not arrived whole: a group
//!   is everything up to and including one `Cursor`.
//! - Inputs of an exchange that is over change nothing, so a late answer cannot disturb the next one.
//! - After [`Effect::Abort`] whole groups that have arrived are still stored; a store that has begun is
//!   waited for.
//! - The network hint (`NetworkLost`, `NetworkReturned`) is a hint: it saves battery and speeds things up,
//!   but the schedule and an explicit ask try whatever it says.
//! - Time that the engine counts with never runs backwards, even when the phone's clock is set back.

mod ask;
pub mod backoff;
pub mod client;
mod clock;
mod exchange;
pub mod live;
pub mod pace;
pub mod wake;

pub use client::{Engine, Settings};
pub use live::LivePolicy;

use crate::time::Timestamp;
use crate::wire::{ErrorCode, Frame, SyncRequest};
use minicbor::bytes::ByteVec;
use std::sync::Arc;

/// Names one exchange; larger is later, none is used twice by one engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExchangeId(pub u64);

/// Names one live stream; larger is later, none is used twice by one engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(pub u64);

/// Names one explicit ask; chosen by whoever asks, and given back in the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AskId(pub u64);

/// Whether the store is giving back what the server lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The server's history is the one the store knows.
    Normal,
    /// The server was restored: the request carries `repair`, and `not_found` parks nothing.
    Repair,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The replica is open.
    Start,
    /// An edit was stored.
    Edited,
    /// The system says that there is a network again, or another one.
    NetworkReturned,
    /// The system says that there is no network.
    NetworkLost,
    /// Somebody wants a sync now, that takes at most so long.
    Ask {
        /// Given back in the report.
        ask: AskId,
        /// How long it may take.
        budget_ms: u64,
    },
    /// The time of the last [`Effect::Timer`] has come.
    Timer,
    /// Answers [`Effect::Collect`].
    Collected {
        /// Which exchange.
        exchange: ExchangeId,
        /// What is to be sent.
        collected: Collected,
    },
    /// Answers [`Effect::Collect`]: the store could not be read or written.
    CollectFailed {
        /// Which exchange.
        exchange: ExchangeId,
        /// Why.
        failure: LocalFailure,
    },
    /// A frame of the answer.
    Frame {
        /// Which exchange.
        exchange: ExchangeId,
        /// The frame.
        frame: Frame,
        /// Its encoded size, before compression.
        size_bytes: usize,
    },
    /// The answer ended as it should: no byte comes after this.
    Closed {
        /// Which exchange.
        exchange: ExchangeId,
    },
    /// Answers [`Effect::Send`]: there is no answer, or the rest of it does not come.
    Failed {
        /// Which exchange.
        exchange: ExchangeId,
        /// Why.
        failure: Failure,
    },
    /// Answers [`Effect::StoreFrames`], [`Effect::Fork`] and [`Effect::EndRepair`]: it is on disk.
    Stored {
        /// Which exchange.
        exchange: ExchangeId,
        /// How many changes and commands still wait in the outbox.
        pending: u32,
        /// Whether this made something sendable that this run has already passed by.
        follow_up: FollowUp,
    },
    /// Answers [`Effect::StoreFrames`], [`Effect::Fork`] and [`Effect::EndRepair`]: nothing was written.
    StoreFailed {
        /// Which exchange.
        exchange: ExchangeId,
        /// Why.
        failure: LocalFailure,
    },
    /// Answers [`Effect::Listen`]: the server tells news from here on.
    LiveOpened {
        /// Which stream.
        stream: StreamId,
    },
    /// The server has news.
    Poke {
        /// Which stream.
        stream: StreamId,
    },
    /// Answers [`Effect::Listen`]: the stream could not be opened, or ended.
    LiveEnded {
        /// Which stream.
        stream: StreamId,
        /// How long the server asks to stay away.
        retry_after_ms: Option<u64>,
    },
    /// The app goes to sleep: finish what is being stored, start nothing.
    Suspend,
    /// The app is awake again.
    Resume,
    /// Answers [`Effect::Wipe`]: nothing is left.
    Wiped,
    /// Answers [`Effect::Wipe`]: something is left.
    WipeFailed,
}

/// What one exchange is to carry.
#[derive(Debug, Clone, PartialEq)]
pub struct Collected {
    /// The request, whose push is already stored as it is.
    pub request: Arc<SyncRequest>,
    /// Bytes of the changes in it.
    pub push_bytes: usize,
    /// The highest outbox position in it, or the plan's `after` when it takes none.
    pub reached: u64,
    /// Whether the outbox holds something behind that.
    pub has_more: bool,
    /// How many changes and commands wait in the outbox, those of this request included.
    pub pending: u32,
    /// Whether the store is giving back what the server lost. Only the store knows: another process may have begun
    /// that, or ended it.
    pub mode: Mode,
}

/// Whether storing an answer made something sendable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FollowUp {
    /// No.
    None,
    /// Yes: start again at the front of the outbox before the run ends. For a dependency that the server
    /// misses, or, while repairing, for rows that waited for a grant or a record.
    SendAgain,
}

/// Why a transfer failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Nothing reached the server.
    Unreachable,
    /// The connection was cut after the request had left.
    Interrupted,
    /// Somebody else answers: a login page of a hotel, a proxy, another server.
    NotTheServer,
    /// The answer is not what the protocol allows.
    Malformed,
    /// The device's key could not sign now, for example because the phone is locked.
    KeyUnavailable,
    /// The device's key is gone: the person must enrol again.
    KeyLost,
    /// The server answered with an error.
    Refused(Refusal),
}

/// An error that the server answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// What to act on.
    pub code: ErrorCode,
    /// The server's clock, if it said.
    pub server_time: Option<Timestamp>,
    /// How long it asks to stay away.
    pub retry_after_ms: Option<u64>,
    /// Whether it carried an order to wipe.
    pub wipe: WipeOrderCheck,
}

/// The verdict on an order to wipe, reached by `Credential::check_wipe`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WipeOrderCheck {
    /// There is none, or it is not signed by the organisation for this device and this request.
    Absent,
    /// The organisation's pinned key signed it, for this device and this request.
    Verified,
}

/// Why the phone's own store did not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalFailure {
    /// The cursor is not the expected one: another process has synced meanwhile.
    Stale,
    /// No space left.
    Full,
    /// Anything else.
    Failed,
}

/// Something to do. Effects are performed in the order given.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Give [`Input::Timer`] after so long. Replaces the timer before it.
    Timer {
        /// From now on.
        after_ms: u64,
    },
    /// Fold drafts into the outbox, write that, and make a request of what waits.
    Collect {
        /// Which exchange.
        exchange: ExchangeId,
        /// What it may hold.
        plan: CollectPlan,
    },
    /// Encode, sign and send; then give each frame as it arrives.
    Send {
        /// Which exchange. The same one comes twice when the clock was wrong.
        exchange: ExchangeId,
        /// The request.
        request: Arc<SyncRequest>,
        /// What to add to the phone's clock for the server's.
        server_offset_ms: i64,
    },
    /// Write these frames, the cursor among them, in one transaction.
    ///
    /// The last one is a `Cursor`, or it is an `End` that stands alone: then it is the place to set
    /// aside what must leave, and to compare the digest.
    StoreFrames {
        /// Which exchange.
        exchange: ExchangeId,
        /// Everything since the last group.
        frames: Vec<Frame>,
        /// What the stored cursor must be; else nothing is written and the failure is `Stale`.
        expect_cursor: Option<ByteVec>,
        /// While repairing, `not_found` parks nothing: the row stays.
        mode: Mode,
    },
    /// The server lost history: remember the forked cursor, and set the cursor to none.
    Fork {
        /// Which exchange.
        exchange: ExchangeId,
        /// What the stored cursor must be.
        expect_cursor: Option<ByteVec>,
    },
    /// Everything was given back: forget the forked cursor.
    EndRepair {
        /// Which exchange.
        exchange: ExchangeId,
    },
    /// Drop the transfer. Frames of it that come later are ignored; nothing answers this.
    Abort {
        /// Which exchange.
        exchange: ExchangeId,
    },
    /// A run, or an ask that could not wait for one, has ended.
    Report {
        /// Who asked; empty when nobody did.
        asks: Vec<AskId>,
        /// How.
        outcome: Outcome,
    },
    /// Open the live stream.
    Listen {
        /// Which stream.
        stream: StreamId,
        /// What to add to the phone's clock for the server's.
        server_offset_ms: i64,
    },
    /// Close the live stream; nothing answers this.
    Unlisten {
        /// Which stream.
        stream: StreamId,
    },
    /// Answers [`Input::Suspend`]: nothing runs, and nothing will until [`Input::Resume`].
    Suspended,
    /// The organisation revoked this device, and proved it: erase the store.
    Wipe,
}

/// What a request may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CollectPlan {
    /// Bytes of changes; one change may be larger and then goes alone.
    pub max_push_bytes: usize,
    /// What to ask the server to keep its answer below.
    pub max_response_bytes: u32,
    /// Take what lies behind this position of the outbox; 0 is its front. Rows that the server does not
    /// take for now stay in front, and this run has been there already.
    pub after: u64,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server has nothing more, and everything that waited was sent once.
    UpToDate {
        /// What the server did not take for now; it is sent again later.
        pending: u32,
    },
    /// The time was up. What was stored stays; the next run goes on there.
    BudgetExhausted {
        /// What still waits.
        pending: u32,
    },
    /// The server was not reached, or the connection was lost.
    Offline,
    /// Something between phone and server answers in its place, probably a page to log in.
    NetworkLogin,
    /// The server refused.
    Refused(Refusal),
    /// The server's answer is not what the protocol allows.
    BadAnswer,
    /// The device's key could not sign now.
    KeyUnavailable,
    /// The device's key is gone: the person must enrol again.
    KeyLost,
    /// The phone's store failed.
    Storage(LocalFailure),
    /// The app is going to sleep, or asleep.
    Suspended,
    /// The device was revoked and its store erased.
    Wiped,
}

#[cfg(test)]
mod tests;
