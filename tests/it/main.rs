//! Whole stories over real parts: real HTTP, a real database, real store files.

mod bench;
mod idle;
mod leader_change;
mod refused;
mod restore;
mod slow_link;
mod strangers;
mod two_phones;
