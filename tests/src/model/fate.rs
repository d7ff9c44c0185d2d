//! Owns what may befall a statement and a commit. The world decides it; the database obeys.

use std::time::Duration;
use sync_core::ids::OrgId;

/// What an instance is about to have done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement<'a> {
    /// The instance that asks.
    pub instance: &'a str,
    /// The organisation of the transaction.
    pub org: OrgId,
    /// The method of the store that was called, for example `lock_documents`.
    pub name: &'static str,
}

/// What befalls the beginning of a transaction, or a statement of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    GoOn,
    /// It reaches the database so much later.
    Delay(Duration),
    /// The connection breaks before it has an effect: `Retryable`, and the transaction is over.
    Fail,
    /// The instance dies: nobody is ever answered. Its transactions end when the world drops its tasks.
    Crash,
}

/// What befalls a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitVerdict {
    /// Nothing.
    GoOn,
    /// It takes effect, and is answered, so much later. What it has locked stays locked.
    Late(Duration),
    /// The database refuses: `Retryable`, and nothing was written.
    Refuse,
    /// The connection breaks: `OutcomeUnknown` at once, whatever the ending.
    Lose(Ending),
    /// The instance dies: nobody is ever answered.
    Crash(Ending),
}

/// How a transaction ends whose caller is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Nothing was written.
    RolledBack,
    /// All was written, at once.
    Committed,
    /// All is written after so long, and what it has locked stays locked until then: the database goes on with a
    /// commit whose connection is gone.
    CommittedAfter(Duration),
}

/// Decides what befalls statements and commits.
pub trait Fate: Send + Sync + 'static {
    /// What befalls this statement. The beginning of a transaction has the name `begin`.
    fn of_statement(&self, statement: Statement<'_>) -> Verdict;

    /// What befalls this commit.
    fn of_commit(&self, statement: Statement<'_>) -> CommitVerdict;
}

/// Nothing ever happens.
#[derive(Debug, Clone, Copy, Default)]
pub struct Calm;

impl Fate for Calm {
    fn of_statement(&self, _: Statement<'_>) -> Verdict {
        Verdict::GoOn
    }

    fn of_commit(&self, _: Statement<'_>) -> CommitVerdict {
        CommitVerdict::GoOn
    }
}
