//! Owns edits that a phone makes offline: its driver never runs.

use super::super::workload::Author;
use super::{Order, PhoneFile, open};
use anyhow::ensure;
use sync_core::coaching::meeting;
use sync_core::document::{Document, Path, Splice};
use sync_core::ids::DocId;
use sync_core::replica::Replica;
use sync_core::sqlite::SqliteStore;
use sync_core::store::Store;
use sync_core::sync::live::LivePolicy;

/// Writes once at the end of the notes of so many meetings, spread over all; answers how many.
pub fn edit_offline(order: &Order, count: usize) -> anyhow::Result<usize> {
    let phone = order.phone()?;
    let (app, _driver, _) = open(phone, (&order.url, order.seed), LivePolicy::Ignore)?;
    let docs = documents(phone)?;
    ensure!(count > 0 && docs.len() >= count, "there are {} documents", docs.len());
    let mut author = Author::new(app.identity().person, order.seed);
    for doc in docs.iter().step_by(docs.len() / count).take(count) {
        write_at_end(&app, *doc, &author.typed())?;
    }
    Ok(count)
}

/// The documents of a phone, ascending.
pub(super) fn documents(phone: &PhoneFile) -> anyhow::Result<Vec<DocId>> {
    let mut docs: Vec<DocId> =
        SqliteStore::open(&phone.store)?.documents(None)?.iter().map(|row| row.doc).collect();
    docs.sort_unstable();
    Ok(docs)
}

/// Types at the end of the notes.
pub(super) fn write_at_end(app: &Replica, doc: DocId, words: &str) -> anyhow::Result<()> {
    let end = app.read(doc, |history| Document::of(history.view()).text_length(&Path::of("notes")))?;
    let splice = Splice::insert(u32::try_from(end)?, words);
    Ok(app.edit(doc, |edit| meeting::edit_notes(edit, &splice))?)
}
