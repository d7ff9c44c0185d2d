//! Owns the look into every document of a phone.

use super::super::verify::{Print, Prints};
use super::{Order, open};
use anyhow::ensure;
use sync_core::sqlite::SqliteStore;
use sync_core::store::Store;
use sync_core::sync::live::LivePolicy;

/// What is in every document; an error when one has something that the server does not have.
pub(super) fn prints(order: &Order) -> anyhow::Result<Prints> {
    let phone = order.phone()?;
    let (app, _driver, _) = open(phone, (&order.url, order.seed), LivePolicy::Ignore)?;
    let mut prints = Prints::new();
    for row in SqliteStore::open(&phone.store)?.documents(None)? {
        let (print, has_unsent) =
            app.read(row.doc, |history| (Print::of(history.view()), history.has_unsent()))?;
        ensure!(!has_unsent, "document {} has something that was not sent", row.doc);
        prints.insert(row.doc, print?);
    }
    Ok(prints)
}
