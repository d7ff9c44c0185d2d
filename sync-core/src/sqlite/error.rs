//! Owns the one translation from what SQLite says to what a store says.

use crate::store::StoreError;
use rusqlite::ffi;
use rusqlite::{Error, ErrorCode};

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        let Some(cause) = error.sqlite_error() else { return unexpected(error) };
        match (cause.code, cause.extended_code) {
            // The log's index is a file of its own; SQLite reports no room for it as an I/O error.
            (ErrorCode::DiskFull, _) | (_, ffi::SQLITE_IOERR_SHMSIZE) => Self::Full,
            (ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _)
            | (_, ffi::SQLITE_IOERR_SHORT_READ | ffi::SQLITE_IOERR_CORRUPTFS) => {
                Self::Damaged { what: "its file", source: Some(Box::new(error)) }
            }
            _ => Self::Failed(Box::new(error)),
        }
    }
}

/// A value of another type than this build wrote, or no row where one must be, is damage.
fn unexpected(error: Error) -> StoreError {
    match error {
        Error::FromSqlConversionFailure(..)
        | Error::IntegralValueOutOfRange(..)
        | Error::InvalidColumnType(..)
        | Error::Utf8Error(..)
        | Error::QueryReturnedNoRows => {
            StoreError::Damaged { what: "its file", source: Some(Box::new(error)) }
        }
        other => StoreError::Failed(Box::new(other)),
    }
}

/// Something other than a document's own rows cannot be read: the file cannot be trusted.
pub(super) const fn damaged(what: &'static str) -> StoreError {
    StoreError::Damaged { what, source: None }
}

/// Whether a row was refused because the row it belongs to is missing.
pub(super) fn is_missing_parent(error: &Error) -> bool {
    error.sqlite_error().is_some_and(|cause| cause.extended_code == ffi::SQLITE_CONSTRAINT_FOREIGNKEY)
}
