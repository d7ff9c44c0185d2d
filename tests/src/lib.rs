//! What whole stories are told with: a server on a database of its own, and what people do with phones.

pub mod bench;
pub mod cuts;
pub mod database;
pub mod gate_costs;
pub mod gated;
pub mod histories;
pub mod hostile;
pub mod imports;
pub mod instances;
pub mod kills;
pub mod legitimate;
pub mod model;
pub mod mutants;
pub mod phone;
pub mod promotions;
pub mod raw_device;
pub mod rights;
pub mod server;
pub mod sim;
pub mod targets;
pub mod trials;
