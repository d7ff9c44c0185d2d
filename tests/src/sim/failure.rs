//! Owns what can be wrong with a history.

use std::fmt;

/// A promise that was not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Which promise.
    pub kind: FailureKind,
    /// What was seen.
    pub what: String,
}

/// A promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailureKind {
    /// Nothing that an edit call returned for is lost.
    Lost,
    /// In the end everybody has the same.
    Unconverged,
    /// Queues drain, calls return, and nobody runs in circles.
    Stuck,
    /// Nobody gets what is not theirs, and what was taken back stays on the phone.
    Leaked,
    /// Nothing panics.
    Panicked,
    /// What the server and the phones hold is in order: numbers, dependencies, authors.
    Broken,
}

impl Failure {
    /// A promise that was not kept, and what was seen.
    pub fn new(kind: FailureKind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into() }
    }
}

impl Failure {
    /// What is the same when the same promise is broken in the same way with other names and numbers.
    pub fn way(&self) -> String {
        let is_name = |word: &&str| !word.contains(|letter: char| letter.is_ascii_digit());
        let words: Vec<&str> = self.what.split_whitespace().filter(is_name).collect();
        format!("{:?} {}", self.kind, words.join(" "))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.what)
    }
}
