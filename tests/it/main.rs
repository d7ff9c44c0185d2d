//! Whole stories over real parts: real HTTP, a real database, real store files.

mod idle;
