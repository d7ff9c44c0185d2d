//! Owns the deterministic simulation: the production engine on phones, the production services on servers, and
//! between them everything that can go wrong, in a time that only passes when everybody waits.
//!
//! One seed is one history. Its steps are data ([`op`]), made up front ([`mix`]); the [`world`] takes them one after
//! the other. At rest, everything must be as promised ([`check`]). A history that fails is made shorter ([`shrink`])
//! until only the steps are left that it takes, and these can be pasted into a test.
//!
//! Nothing is random but what follows from the seed ([`dice`]), and nothing reads another clock than the world's: the
//! same seed gives the same [`trace`].

pub mod access;
pub mod backend;
mod check;
pub mod clock;
pub mod content;
pub mod dice;
pub mod disk;
pub mod effort;
pub mod failure;
pub mod history;
pub mod mix;
pub mod network;
pub mod office;
#[expect(missing_docs, reason = "the fields of steps choose what their names say, modulo what is there")]
pub mod op;
pub mod oracle;
pub mod panic;
pub mod phone;
pub mod report;
pub mod shrink;
pub mod trace;
pub mod verb;
pub mod watch;
pub mod weather;
pub mod word;
pub mod world;
