//! Who may see what, kept in Postgres.

pub mod auth;
pub mod caller;
pub mod clock;
pub mod cluster;
pub mod random;
pub mod store;
pub mod vault;
