//! Who may see what, kept in Postgres.

pub mod app;
pub mod auth;
pub mod caller;
pub mod clock;
pub mod cluster;
pub mod cursor;
#[cfg(feature = "demo")]
pub mod demo;
pub mod error;
pub mod handlers;
pub mod language;
pub mod name;
pub mod network;
pub mod openapi;
pub mod random;
pub mod receipt;
pub mod request_log;
pub mod routes;
pub mod secret;
pub mod serve;
pub mod services;
pub mod spawner;
pub mod startup;
pub mod store;
pub mod vault;

pub use serve::serve;
