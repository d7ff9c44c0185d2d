//! Who may see what, kept in Postgres.
//!
//! # The life of a request
//!
//! ```text
//!   serve ──► routes ──► handlers ──► services ──► store ──► Postgres
//!   bounds     layers     HTTP in,     decide,      one function,
//!   and stops             HTTP out     then write   one statement
//! ```
//!
//! 1. [`serve`](mod@serve) accepts the connection and bounds it: headers, idle time, how long a client may take
//!    nothing of an answer. TLS is the business of the proxy in front.
//! 2. [`routes`] finds the handler. Around it lie, from the outside in: the line in the log ([`request_log`]),
//!    headers that keep answers out of caches, the one form of errors ([`error`]), and limits of time and panics.
//! 3. A handler that asks for [`handlers::authenticated::Authenticated`] gets it only for a request whose
//!    credential was checked when its headers arrived ([`auth`], [`services::credential`]) and whose body is the
//!    one that was signed.
//! 4. For a sync, [`services::sync`] keeps the order. First the cursor is opened: if the rows it stands on are
//!    gone, this database was restored from a backup, and nothing is applied. Then comes the push
//!    ([`services::ingest`]), then commands, then what is new ([`services::feed`]). Push and commands are carried
//!    through when the client has left ([`spawner`]): it will send them again, and find them done.
//! 5. A push is decided before anything is locked: the gate and the policy of `sync-core` work on what one read
//!    has found. The transaction that writes is short. It locks the documents and compares their versions; it
//!    takes places in the feed, which nobody else of this organisation gets until the commit; it reads the rights
//!    *again*; it inserts and commits. What has moved on meanwhile is decided again.
//! 6. The answer is read in groups. Each group sees one moment and ends in a sealed [`cursor`]; it is sent as the
//!    client takes it, while no transaction is open. A cut connection costs what came after the last cursor.
//! 7. The commit has told all instances that the feed grew. [`services::live`] looks who has news, and pokes
//!    them.
//!
//! # What holds
//!
//! - The server keeps nothing but what is in Postgres and in the [`vault`], so any number of instances work side
//!   by side. The vault (keys, and the ledger of what was taken away) lies outside every backup of the database.
//! - Every transaction is one organisation's. The role it works under is bound by row level security, and each
//!   start checks that it is ([`store::postgres`]).
//! - Commit order is feed order. A revocation that commits first wins over a push that is under way.
//! - Bytes of a client are never stored or relayed before the gate has let them through, and then in their one
//!   canonical form; what is tried is tried in a process that can be spared.
//! - What a person may not see is answered like what does not exist.
//! - Time, randomness and settings come in as arguments ([`clock`], [`random`], [`app`]); background tasks are
//!   known to [`spawner`], so that stopping waits for them.
//!
//! # Coming up
//!
//! [`startup`] brings the schema up to date, becomes the application's role, opens the vault, and takes away
//! again what a restored backup gave back. Without a database URL, [`cluster`] runs a private Postgres. How to
//! operate all this stands in `docs/operations.md`, where each rule lives in `docs/architecture.md`.

pub mod app;
pub mod auth;
pub mod caller;
pub mod cli;
pub mod clock;
pub mod cluster;
pub mod config;
pub mod cursor;
#[cfg(feature = "demo")]
pub mod demo;
pub mod error;
pub mod handlers;
pub mod metrics;
pub mod name;
pub mod network;
pub mod openapi;
pub mod random;
pub mod receipt;
pub mod request_log;
pub mod roster_file;
pub mod routes;
#[cfg(feature = "demo")]
pub mod sample;
pub mod secret;
pub mod serve;
pub mod services;
pub mod spawner;
pub mod startup;
pub mod store;
pub mod telemetry;
pub mod trial;
pub mod vault;

pub use serve::serve;
