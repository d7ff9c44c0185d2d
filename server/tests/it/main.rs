//! The server over real HTTP and a real database.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod admin;
mod bad_inputs;
mod calendar;
mod cli;
mod credentials;
mod delegation;
mod device;
mod enrolment;
mod hang_up;
mod http;
mod live;
mod logs;
mod metrics;
#[cfg(feature = "demo")]
mod phone;
mod revocation;
mod roster;
mod server;
mod sync;
mod trial;
mod watched;
