//! What whole stories are told with: a server on a database of its own, and what people do with phones.

pub mod bench;
pub mod database;
pub mod kills;
pub mod phone;
pub mod server;
