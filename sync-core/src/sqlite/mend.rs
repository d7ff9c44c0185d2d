//! Owns taking out of a document the rows that cannot be read, so that the others can.

use super::document::{Held, find};
use super::open::check_structure;
use super::rows::insert_refused;
use super::seal::{Cells, Table, values};
use super::state::State;
use super::{authorship, body};
use crate::ids::DocId;
use crate::store::{RefusedRow, StoreError};
use crate::wire::ErrorCode;
use rusqlite::Connection;
use rusqlite::types::Value;

/// One table of a document's rows, and how to tell and remove a single one.
struct Part {
    table: &'static Table,
    select: &'static str,
    remove: &'static str,
    /// The column of the bytes, where losing them would lose what was not sent.
    unsent: Option<usize>,
}

const PARTS: [Part; 6] = [
    Part {
        table: &body::SNAPSHOT,
        select: "SELECT doc, bytes, digest, NULL FROM snapshot WHERE doc = ?1",
        remove: "DELETE FROM snapshot WHERE doc = ?1 AND ?2 IS NULL",
        unsent: None,
    },
    Part {
        table: &body::CHANGE,
        select: "SELECT doc, position, hash, standing, bytes, digest, position FROM change WHERE doc = ?1",
        remove: "DELETE FROM change WHERE doc = ?1 AND position = ?2",
        unsent: Some(4),
    },
    Part {
        table: &body::DRAFT,
        select: "SELECT doc, position, bytes, digest, position FROM draft WHERE doc = ?1",
        remove: "DELETE FROM draft WHERE doc = ?1 AND position = ?2",
        unsent: Some(2),
    },
    Part {
        table: &body::PARTIAL,
        select: "SELECT doc, heads, bytes, digest, NULL FROM partial WHERE doc = ?1",
        remove: "DELETE FROM partial WHERE doc = ?1 AND ?2 IS NULL",
        unsent: None,
    },
    Part {
        table: &authorship::AUTHOR,
        select: "SELECT doc, actor, person, received_at, digest, actor FROM author WHERE doc = ?1",
        remove: "DELETE FROM author WHERE doc = ?1 AND actor = ?2",
        unsent: None,
    },
    Part {
        table: &authorship::RECEIPT,
        select: "SELECT doc, body, digest, NULL FROM receipt WHERE doc = ?1",
        remove: "DELETE FROM receipt WHERE doc = ?1 AND ?2 IS NULL",
        unsent: None,
    },
];

/// A row that cannot be read: how to remove it, and its bytes if they were never sent.
struct Unreadable {
    key: Value,
    unsent: Option<Vec<u8>>,
}

/// Removes what cannot be read of a document. Bytes that were never sent go, raw, to what was not
/// accepted: nobody can read them here, but nothing is dropped silently.
///
/// Refuses when the file's pages do not hang together: removing a row there could take another's.
pub(super) fn mend(db: &Connection, state: &mut State, doc: DocId) -> Result<(), StoreError> {
    let Some(held) = find(db, doc)? else { return Ok(()) };
    check_structure(db)?;
    // A row whose position or standing changed is not where the index says.
    db.execute_batch("REINDEX change_outbox_idx")?;
    let mut unsent = Vec::new();
    for part in &PARTS {
        for row in unreadable(db, part, doc)? {
            db.execute(part.remove, (doc.as_bytes(), row.key))?;
            unsent.extend(row.unsent);
        }
    }
    set_aside(db, state, &held, unsent)?;
    add_up(db, doc)
}

fn unreadable(db: &Connection, part: &Part, doc: DocId) -> Result<Vec<Unreadable>, StoreError> {
    let sealed = part.table.columns.len() + 1;
    let mut statement = db.prepare(part.select)?;
    let mut query = statement.query([doc.as_bytes()])?;
    let mut found = Vec::new();
    while let Some(row) = query.next()? {
        let values = values(row, sealed)?;
        let unsent = part.unsent.and_then(|column| values[column].as_blob().ok()).map(<[u8]>::to_vec);
        if Cells::unseal(part.table, values).is_none() {
            found.push(Unreadable { key: row.get(sealed)?, unsent });
        }
    }
    Ok(found)
}

fn set_aside(
    db: &Connection,
    state: &mut State,
    held: &Held,
    changes: Vec<Vec<u8>>,
) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    let row = RefusedRow {
        id: 0,
        doc: held.row.doc,
        kind: held.row.kind.clone(),
        code: ErrorCode::ChangeMalformed,
        text: String::new(),
        changes,
        at: held.row.changed_at,
    };
    Ok(insert_refused(db, state.next_position(), &row)?)
}

/// Notes anew what the digests of the rows that are left add up to.
fn add_up(db: &Connection, doc: DocId) -> Result<(), StoreError> {
    db.execute(
        "UPDATE document SET \
        snapshot_sum = (SELECT coalesce(sum(digest), 0) FROM snapshot WHERE doc = ?1), \
        change_sum = (SELECT coalesce(sum(digest), 0) FROM change WHERE doc = ?1), \
        draft_sum = (SELECT coalesce(sum(digest), 0) FROM draft WHERE doc = ?1), \
        partial_sum = (SELECT coalesce(sum(digest), 0) FROM partial WHERE doc = ?1), \
        author_sum = (SELECT coalesce(sum(digest), 0) FROM author WHERE doc = ?1), \
        receipt_sum = (SELECT coalesce(sum(digest), 0) FROM receipt WHERE doc = ?1) \
        WHERE doc = ?1",
        [doc.as_bytes()],
    )?;
    db.execute(
        "UPDATE store SET outbox_sum = (SELECT coalesce(sum(digest), 0) FROM change WHERE standing = 1)",
        [],
    )?;
    Ok(())
}
