//! Owns the contract that every store passes.
