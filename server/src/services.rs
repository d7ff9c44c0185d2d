//! Owns the rules: what a request means, decided on values and ended in one short transaction.

pub mod membership;
