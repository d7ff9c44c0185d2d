//! Who may see what, kept in Postgres.

pub mod auth;
pub mod caller;
pub mod clock;
pub mod cluster;
pub mod cursor;
pub mod error;
pub mod network;
pub mod random;
pub mod request_log;
pub mod secret;
pub mod services;
pub mod spawner;
pub mod store;
pub mod vault;
