//! Whole stories over real parts: real HTTP, a real database, real store files.

mod idle;
mod leader_change;
mod refused;
mod restore;
mod sim_regressions;
mod slow_link;
mod strangers;
mod two_phones;
