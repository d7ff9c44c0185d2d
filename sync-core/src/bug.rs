//! Owns the bugs that the simulator must find: each is a mistake that a sync system of this kind has been built with,
//! planted where it would have been made. Without the feature `seeded-bugs` none of them exists.
//!
//! To plant one: its name here, and `if bug::is_on(Bug::..)` at the place. The simulator lists them all.

/// A mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Bug {
    /// Places in the feed come from a sequence that nobody waits for, so one that was taken first may be committed
    /// last, behind a cursor that is past it.
    NaiveCursor,
    /// A cursor is known by its number alone, so a restored server with newer rows passes for the old one.
    NoStamp,
    /// A phone stores the cursor in a transaction of its own, before what it stands for.
    CursorBeforeCommit,
    /// A push is acknowledged whatever became of its commit.
    AckBeforeCommit,
    /// A phone writes the rows of one step in two transactions.
    TwoTransactions,
    /// One refused change takes everything along that was pushed with it.
    BatchWideRejection,
    /// A phone signs under the same actor after each start, and so does its copy.
    ReusedActor,
    /// After a refusal the document is what the server has, without what waited behind the refused change.
    RebuildAtServerHeads,
    /// A person's own changes are left out of what is sent to them, also to their second phone.
    OwnLeftOut,
    /// The word that access ended goes to those who still have it.
    RevokeToAudience,
    /// The cursor does not say how far a bootstrap came.
    NoBackfill,
    /// The outbox is cleared when the verdict arrives, not when the cursor that covers it is stored.
    OutboxClearedAtVerdict,
    /// What was decided about a document is written although it has moved on.
    StaleValidation,
    /// An answer is stored although the store's cursor is no longer the one that it builds on.
    FramesOverNewerCursor,
    /// Who led before has a seat in the next pair that never ends.
    LastingPredecessor,
    /// Who led before is sent everything of the next pair.
    OpenPredecessor,
    /// Who led in a leader's place has a seat there that never ends.
    LastingActing,
    /// Who leaves the team keeps their seat in the groups of it.
    LastingGroupSeat,
    /// What the first three stages of the gate let through is stored without a trial.
    UntriedChanges,
}

impl Bug {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::NaiveCursor,
        Self::NoStamp,
        Self::CursorBeforeCommit,
        Self::AckBeforeCommit,
        Self::TwoTransactions,
        Self::BatchWideRejection,
        Self::ReusedActor,
        Self::RebuildAtServerHeads,
        Self::OwnLeftOut,
        Self::RevokeToAudience,
        Self::NoBackfill,
        Self::OutboxClearedAtVerdict,
        Self::StaleValidation,
        Self::FramesOverNewerCursor,
        Self::LastingPredecessor,
        Self::OpenPredecessor,
        Self::LastingActing,
        Self::LastingGroupSeat,
        Self::UntriedChanges,
    ];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NaiveCursor => "naive-cursor",
            Self::NoStamp => "no-stamp",
            Self::CursorBeforeCommit => "cursor-before-commit",
            Self::AckBeforeCommit => "ack-before-commit",
            Self::TwoTransactions => "two-transactions",
            Self::BatchWideRejection => "batch-wide-rejection",
            Self::ReusedActor => "reused-actor",
            Self::RebuildAtServerHeads => "rebuild-at-server-heads",
            Self::OwnLeftOut => "own-left-out",
            Self::RevokeToAudience => "revoke-to-audience",
            Self::NoBackfill => "no-backfill",
            Self::OutboxClearedAtVerdict => "outbox-cleared-at-verdict",
            Self::StaleValidation => "stale-validation",
            Self::FramesOverNewerCursor => "frames-over-newer-cursor",
            Self::LastingPredecessor => "lasting-predecessor",
            Self::OpenPredecessor => "open-predecessor",
            Self::LastingActing => "lasting-acting",
            Self::LastingGroupSeat => "lasting-group-seat",
            Self::UntriedChanges => "untried-changes",
        }
    }

    /// The one of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bug| bug.name() == name)
    }
}

#[cfg(feature = "seeded-bugs")]
mod planted {
    use super::Bug;
    use std::cell::Cell;

    thread_local! {
        static PLANTED: Cell<Option<Bug>> = const { Cell::new(None) };
    }

    /// From now on this thread makes that mistake, and no other.
    pub fn plant(bug: Option<Bug>) {
        PLANTED.set(bug);
    }

    /// Whether this thread makes that mistake.
    pub fn is_on(bug: Bug) -> bool {
        PLANTED.get() == Some(bug)
    }
}

#[cfg(feature = "seeded-bugs")]
pub use planted::{is_on, plant};

/// Nobody makes mistakes here.
#[cfg(not(feature = "seeded-bugs"))]
pub const fn is_on(_: Bug) -> bool {
    false
}
