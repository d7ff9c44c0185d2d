//! Owns HTTP: takes a request apart, calls one service, puts the answer together.

pub mod admin;
pub mod authenticated;
pub mod body;
pub mod calendar;
pub mod enroll;
pub mod health;
pub mod live;
pub mod shape;
pub mod sync;
pub mod token;
