//! What Floorwalk is: documents, drafts, rights, wire and the sync engine, without any I/O of its own.
//!
//! # What a replica is
//!
//! One person's documents on one phone. An app embeds a [`replica::Replica`]: every verb is local, synchronous,
//! and on disk when it returns. A document stands in three layers, and the person sees all three together
//! ([`history`]):
//!
//! ```text
//!   accepted ─────► outbox ─────► drafts
//!   (the server     (sealed, on   (typed, may still
//!    has it)         its way)      be taken back)
//! ```
//!
//! An edit adds a draft. Before a sync the drafts are folded into one sealed change ([`fold`]), so what was typed
//! and taken back never leaves the phone. What others wrote is merged below the drafts, which are rebased first.
//! What the server refuses leaves the document, and its text stays readable. Two phones that create the same
//! meeting offline mean one document, because its id and its first change follow from what it is about ([`key`],
//! [`document`]).
//!
//! # The loop
//!
//! The engine ([`sync`]) is a value with one function: it is told what happened, and says what to do.
//!
//! ```text
//!   loop {
//!       let input = next_of(edits, asks, timer, network, live stream, finished effects);
//!       for effect in engine.handle(now, input) {
//!           perform(effect);     // fold and collect, sign and send, store a group with its cursor, wait, wipe
//!       }
//!   }
//! ```
//!
//! It has no clock, no store and no network, so a test can give it any order of events. [`replica::Driver`] is
//! this loop over a [`store::Store`], a [`transport::Transport`] and a [`credential::DeviceKey`]. Two rules hold
//! everywhere: write before send, and store data and cursor in one transaction. Then a kill at any point costs
//! nothing.
//!
//! # Who may call what
//!
//! - An app calls [`replica`] and the verbs of [`coaching`], and speaks in the words of [`content`]; it opens a
//!   [`sqlite`] store, and may bring a transport and a key of its own. Of [`history`] and [`sync`] it sees what
//!   those verbs show it, of [`fold`] nothing.
//! - The server calls [`gate`], [`policy`], [`wire`], [`coaching`], [`document`], [`key`] and [`ids`]: the same
//!   pure functions that the phone uses, so the two cannot disagree. It uses neither feature, but for its demo.
//! - [`ids`] and [`time`] import nothing; [`fold`] knows nothing but the CRDT; [`document`] is the only place
//!   that talks to the CRDT about content. [`sync`] never imports a store, a transport or the replica; nobody
//!   imports the replica.
//! - Time, randomness and ids come in as arguments. Only [`replica`] and [`transport`] await anything.
//!
//! # Features
//!
//! Without features this crate is pure. `sqlite` brings the store on disk, `client` the replica, the transport
//! and the device's key. Where each rule lives stands in `docs/architecture.md`, every message in
//! `docs/protocol.md`.

pub mod bug;
pub mod coaching;
pub mod content;
#[cfg(feature = "client")]
pub mod credential;
pub mod document;
pub mod fold;
pub mod gate;
pub mod history;
pub mod ids;
pub mod insight;
pub mod key;
mod letters;
pub mod metric;
pub mod policy;
#[cfg(feature = "client")]
pub mod replica;
pub mod search;
#[cfg(feature = "sqlite")]
pub mod sqlite;
pub mod store;
pub mod sync;
pub mod time;
#[cfg(feature = "client")]
pub mod transport;
pub mod wire;
