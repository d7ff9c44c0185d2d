//! Owns what follows from documents: read models, as pure functions.

pub mod facts;
mod overdue;
mod promised;
mod scale;
mod shelf;
mod since_last;
mod talk;
mod thresholds;

#[cfg(test)]
mod fixture;

pub use overdue::{Age, Ages, Overdue, OverdueItem, OverdueKind, Sides, overdue, overdue_of_team};
pub use promised::PromisedIn;
pub use scale::{Colour, Group, Link};
pub use shelf::{Absence, Input, Known, Pair, Shelf};
pub use since_last::{SinceLast, since_last};
pub use talk::Next;
pub use thresholds::Thresholds;
