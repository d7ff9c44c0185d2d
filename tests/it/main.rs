//! Whole stories over real parts: real HTTP, a real database, real store files.

mod bench;
mod corpus;
mod floor_walk_day;
mod hostile;
mod hostile_phone;
mod idle;
mod instances;
mod kills;
mod leader_change;
mod legitimate;
mod lost_key;
mod model_faults;
mod mutants;
mod numbers;
mod refused;
mod restore;
mod sample;
mod sim_regressions;
mod simulator;
mod slow_link;
mod store_contract;
mod strangers;
mod trials;
mod two_phones;
