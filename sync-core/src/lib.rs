//! What Floorwalk is: documents, drafts, rights, wire and the sync engine, without any I/O of its own.

pub mod coaching;
#[cfg(feature = "client")]
pub mod credential;
pub mod document;
pub mod fold;
pub mod gate;
pub mod history;
pub mod ids;
pub mod key;
pub mod policy;
#[cfg(feature = "client")]
pub mod replica;
#[cfg(feature = "sqlite")]
pub mod sqlite;
pub mod store;
pub mod sync;
pub mod time;
#[cfg(feature = "client")]
pub mod transport;
pub mod wire;
