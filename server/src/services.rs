//! Owns the rules: what a request means, decided on values and ended in one short transaction.

pub mod administration;
pub mod api_key;
pub mod appointment;
mod attempt;
pub mod calendar;
pub mod command;
pub mod compaction;
pub mod credential;
pub mod delegation;
pub mod disclosure;
pub mod enrolment;
pub mod facts;
pub mod feed;
pub mod figures;
pub mod group;
pub mod hand_over;
pub mod ingest;
pub mod invitation;
pub mod jobs;
pub mod live;
pub mod membership;
pub mod metrics;
pub mod person;
pub mod roster;
pub mod roster_import;
pub mod sync;
#[cfg(test)]
pub(crate) mod testing;
