//! Owns reading everything there is, to find damage that nobody has met yet.

use super::open::check_structure;
use super::{SqliteStore, rows};
use crate::store::{Store, StoreError};

/// Reads every row of every table, and checks the structure of every page.
pub(super) fn everything(store: &SqliteStore) -> Result<(), StoreError> {
    store.identity()?;
    store.setting("")?;
    store.audiences()?;
    store.commands()?;
    store.refused()?;
    for collection in rows::collections(&store.db)? {
        store.records(&collection)?;
    }
    for row in store.documents(None)? {
        store.body(row.doc)?;
        store.partial(row.doc)?;
        store.authors(row.doc)?;
        store.receipt(row.doc)?;
    }
    store.drafted()?;
    store.outbox(0, usize::MAX)?;
    check_structure(&store.db)
}
