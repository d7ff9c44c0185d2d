//! Owns what an app is told when something was not done: at most ten cases that it acts on, and what a person may read.

use sync_core::document::EditError;
use sync_core::history::HistoryError;
use sync_core::ids::DocId;
use sync_core::replica::ReplicaError;
use sync_core::store::StoreError;
use sync_core::sync::{LocalFailure, Outcome};
use sync_core::transport::{EnrollError, TransportError};
use uniffi::UnexpectedUniFFICallbackError;

/// Why something was not done. Nothing of it is on disk.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
#[uniffi::export(Display)]
pub enum ClientError {
    /// Nobody has enrolled this store yet: scan an invitation.
    #[error("this phone is not enrolled; open an invitation first")]
    NotEnrolled,
    /// The client sleeps, or was shut down: call `resume`, or open it anew.
    #[error("the app is asleep; wake it first")]
    Asleep,
    /// There is no such document, item or text on this phone.
    #[error("{what} is not on this phone")]
    NotFound {
        /// What was asked for.
        what: String,
    },
    /// Only the document's line is here; its body comes with the next sync, once it was asked for with `want`.
    #[error("document {doc} is not on this phone yet; it comes with the next sync")]
    NotHere {
        /// The document.
        doc: DocId,
    },
    /// What was given cannot be: too long, out of bounds, not allowed.
    #[error("{detail}")]
    Invalid {
        /// Why.
        detail: String,
    },
    /// The key does not open this store. Ask the key store again; if the key is lost, `wipe_and_resync`.
    #[error("the key does not open this store")]
    WrongKey,
    /// The phone's own storage failed.
    #[error("the phone's storage could not be used: {detail}")]
    Storage {
        /// What to do about it.
        problem: StorageProblem,
        /// For the log.
        detail: String,
    },
    /// The server was not reached, or somebody else answered.
    #[error("the server was not reached: {detail}")]
    Network {
        /// Whether the network wants a login first.
        needs_login: bool,
        /// For the log.
        detail: String,
    },
    /// The server refused.
    #[error("the server refused: {code}")]
    Refused {
        /// The stable word, as docs/protocol.md lists them.
        code: String,
        /// How long to stay away.
        retry_after_ms: Option<u64>,
    },
    /// A fault of ours, or of what the app brought: please report it.
    #[error("something went wrong inside: {detail}")]
    Fault {
        /// For the report; holds nothing that anybody wrote.
        detail: String,
    },
}

/// What to do about a failure of the phone's storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum StorageProblem {
    /// Free some space and try again.
    Full,
    /// A newer version of the app wrote this store: update.
    TooNew,
    /// The store is another account's.
    OtherAccount,
    /// The store is damaged; what was not sent may be lost with `wipe_and_resync`.
    Damaged,
    /// Try again: the phone is locked, or another process is busy with the store.
    Busy,
}

/// What went wrong in code of the app that was called from here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum CallbackError {
    /// It threw something.
    #[error("the app's own code failed: {detail}")]
    Failed {
        /// For the log.
        detail: String,
    },
}

impl From<UnexpectedUniFFICallbackError> for CallbackError {
    fn from(error: UnexpectedUniFFICallbackError) -> Self {
        Self::Failed { detail: error.reason }
    }
}

impl ClientError {
    pub(crate) fn fault(detail: impl std::fmt::Display) -> Self {
        Self::Fault { detail: detail.to_string() }
    }

    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        Self::Invalid { detail: detail.into() }
    }

    fn storage(problem: StorageProblem, error: &StoreError) -> Self {
        Self::Storage { problem, detail: error.to_string() }
    }
}

impl From<StoreError> for ClientError {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::WrongKey => Self::WrongKey,
            StoreError::NoDocument(doc) => Self::NotFound { what: format!("document {doc}") },
            StoreError::Full => Self::storage(StorageProblem::Full, &error),
            StoreError::Newer { .. } => Self::storage(StorageProblem::TooNew, &error),
            StoreError::OtherAccount => Self::storage(StorageProblem::OtherAccount, &error),
            StoreError::Damaged { .. } | StoreError::DamagedDocument { .. } => {
                Self::storage(StorageProblem::Damaged, &error)
            }
            StoreError::Stale | StoreError::Failed(_) | StoreError::Replaced => {
                Self::storage(StorageProblem::Busy, &error)
            }
            StoreError::Erased => Self::NotEnrolled,
            StoreError::NoEncryption => Self::fault(error),
        }
    }
}

impl From<ReplicaError> for ClientError {
    fn from(error: ReplicaError) -> Self {
        match error {
            ReplicaError::NotFound(doc) => Self::NotFound { what: format!("document {doc}") },
            ReplicaError::NotHere(doc) => Self::NotHere { doc },
            ReplicaError::NotEnrolled => Self::NotEnrolled,
            ReplicaError::KeyNotAllowed
            | ReplicaError::NoPair
            | ReplicaError::NoGroup
            | ReplicaError::AboutOnePerson
            | ReplicaError::NoRoom(_)
            | ReplicaError::OnlyRead => Self::Invalid { detail: error.to_string() },
            ReplicaError::Store(error) => error.into(),
            ReplicaError::History(error) => (*error).into(),
            ReplicaError::BadAnswer(_) => Self::fault(error),
        }
    }
}

impl From<HistoryError> for ClientError {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::Edit(error) => (*error).into(),
            HistoryError::Damaged { .. } => {
                Self::Storage { problem: StorageProblem::Damaged, detail: error.to_string() }
            }
            HistoryError::UnknownKind(_) => Self::Invalid { detail: error.to_string() },
            HistoryError::Fold(_) => Self::fault(error),
        }
    }
}

impl From<EditError> for ClientError {
    fn from(error: EditError) -> Self {
        match &error {
            EditError::NoSuchPlace { container } => {
                Self::NotFound { what: format!("such an item of `{container}`") }
            }
            EditError::Refused(_) | EditError::FoldFirst => Self::fault(error),
            _ => Self::Invalid { detail: error.to_string() },
        }
    }
}

impl From<EnrollError> for ClientError {
    fn from(error: EnrollError) -> Self {
        match error {
            EnrollError::Key(error) => Self::fault(error),
            EnrollError::Transport(error) => error.into(),
        }
    }
}

impl From<TransportError> for ClientError {
    fn from(error: TransportError) -> Self {
        match &error {
            TransportError::Refused(refused) => Self::Refused {
                code: refused.code.as_str().to_owned(),
                retry_after_ms: refused.retry_after_ms,
            },
            TransportError::NotTheServer { .. } => {
                Self::Network { needs_login: true, detail: error.to_string() }
            }
            _ => Self::Network { needs_login: false, detail: error.to_string() },
        }
    }
}

impl ClientError {
    /// What a run that did not end well means; none when it did.
    pub(crate) fn of_outcome(outcome: &Outcome) -> Option<Self> {
        let key = |detail: &str| Self::Refused { code: detail.to_owned(), retry_after_ms: None };
        Some(match outcome {
            Outcome::UpToDate { .. } | Outcome::BudgetExhausted { .. } | Outcome::Offline => return None,
            Outcome::NetworkLogin => {
                Self::Network { needs_login: true, detail: "something else answers in its place".into() }
            }
            Outcome::Refused(refusal) => Self::Refused {
                code: refusal.code.as_str().to_owned(),
                retry_after_ms: refusal.retry_after_ms,
            },
            Outcome::BadAnswer => Self::fault("the server's answer cannot be read"),
            Outcome::KeyUnavailable => key("key_unavailable"),
            Outcome::KeyLost => key("key_lost"),
            Outcome::Storage(LocalFailure::Full) => {
                Self::Storage { problem: StorageProblem::Full, detail: "no space left".into() }
            }
            Outcome::Storage(_) => {
                Self::Storage { problem: StorageProblem::Busy, detail: "the store could not be used".into() }
            }
            Outcome::Suspended => Self::Asleep,
            Outcome::Wiped => Self::NotEnrolled,
        })
    }
}
