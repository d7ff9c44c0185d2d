//! Owns the rows of documents. A list is read whole and checked whole: a few hundred short rows.

use super::error::damaged;
use super::seal::{Cells, Table, blob, int, put, select, text, values};
use super::state::{List, sum_of};
use crate::ids::{AudienceId, DocId};
use crate::key::NaturalKey;
use crate::store::{DocumentRow, Origin, Presence, StoreError};
use crate::time::Timestamp;
use rusqlite::Connection;

pub(super) const DOCUMENT: Table = Table { name: "document", columns: "btbbiiiib" };

const SELECT_ONE: &str = "SELECT doc, kind, natural_key, audience, generation, origin, presence, changed_at, \
    summary, digest, snapshot_sum, change_sum, draft_sum, partial_sum, author_sum, receipt_sum \
    FROM document WHERE doc = ?1";
const SELECT_ALL: &str = "SELECT doc, kind, natural_key, audience, generation, origin, presence, changed_at, \
    summary, digest FROM document ORDER BY doc";
const UPSERT: &str = "INSERT INTO document (doc, kind, natural_key, audience, generation, origin, presence, \
    changed_at, summary, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) \
    ON CONFLICT (doc) DO UPDATE SET kind = excluded.kind, natural_key = excluded.natural_key, \
    audience = excluded.audience, generation = excluded.generation, origin = excluded.origin, \
    presence = excluded.presence, changed_at = excluded.changed_at, summary = excluded.summary, \
    digest = excluded.digest";

/// A document's row, and what the digests of all that belongs to it add up to.
#[derive(Debug)]
pub(super) struct Held {
    pub row: DocumentRow,
    pub snapshot_sum: i64,
    pub change_sum: i64,
    pub draft_sum: i64,
    pub partial_sum: i64,
    pub author_sum: i64,
    pub receipt_sum: i64,
}

pub(super) fn find(db: &Connection, doc: DocId) -> Result<Option<Held>, StoreError> {
    let mut statement = db.prepare_cached(SELECT_ONE)?;
    let mut query = statement.query([doc.as_bytes()])?;
    let Some(row) = query.next()? else { return Ok(None) };
    let cells = Cells::unseal(&DOCUMENT, values(row, 16)?).ok_or_else(broken)?;
    Ok(Some(decode_held(&cells).filter(|held| held.row.doc == doc).ok_or_else(broken)?))
}

pub(super) fn decode_held(cells: &Cells<'_>) -> Option<Held> {
    Some(Held {
        row: decode(cells)?,
        snapshot_sum: cells.int(10)?,
        change_sum: cells.int(11)?,
        draft_sum: cells.int(12)?,
        partial_sum: cells.int(13)?,
        author_sum: cells.int(14)?,
        receipt_sum: cells.int(15)?,
    })
}

/// Every row, ascending by document.
///
/// Keys that do not ascend are damage too: a search would walk past a row that this walk finds.
pub(super) fn all(db: &Connection) -> Result<Vec<DocumentRow>, StoreError> {
    let rows = select(db, &DOCUMENT, SELECT_ALL, [], decode, broken)?
        .complete(sum_of(db, List::Documents)?, broken)?;
    if rows.is_sorted_by(|a, b| a.doc < b.doc) { Ok(rows) } else { Err(broken()) }
}

/// Every row in a presence, ascending by document. Unless that is `Full`, reads no other row.
pub(super) fn all_in(db: &Connection, presence: Presence) -> Result<Vec<DocumentRow>, StoreError> {
    let list = match presence {
        Presence::Full => {
            return Ok(all(db)?.into_iter().filter(|row| row.presence == presence).collect());
        }
        Presence::Stub => List::Stubs,
        Presence::Damaged => List::Damaged,
        Presence::Leaving => List::Leaving,
        Presence::Behind => List::Behind,
    };
    let mut docs = listed(db, number_of(presence), sum_of(db, list)?)?;
    docs.sort_unstable();
    let row = |doc| {
        let held = find(db, doc)?.filter(|held| held.row.presence == presence);
        held.map(|held| held.row).ok_or_else(broken)
    };
    docs.into_iter().map(row).collect()
}

/// The documents that the index lists in a presence, if they are all it ever listed.
fn listed(db: &Connection, presence: i64, expected: i64) -> Result<Vec<DocId>, StoreError> {
    let sql = "SELECT doc, digest FROM document WHERE presence <> 0 AND presence = ?1";
    let mut statement = db.prepare_cached(sql)?;
    let mut query = statement.query([presence])?;
    let (mut docs, mut sum) = (Vec::new(), 0_i64);
    while let Some(row) = query.next()? {
        docs.push(DocId::from_slice(row.get_ref(0)?.as_blob().unwrap_or_default()).ok_or_else(broken)?);
        sum = row.get::<_, i64>(1)?.wrapping_add(sum);
    }
    if sum == expected { Ok(docs) } else { Err(broken()) }
}

pub(super) fn put_row(db: &Connection, row: &DocumentRow, generation: i64) -> rusqlite::Result<()> {
    let origin = match row.origin {
        Origin::Local => 0,
        Origin::Shared => 1,
    };
    let key = row.key.to_bytes();
    let values = [
        blob(row.doc.as_bytes()),
        text(&row.kind),
        blob(&key),
        blob(row.audience.as_bytes()),
        int(generation),
        int(origin),
        int(number_of(row.presence)),
        int(row.changed_at.0),
        blob(&row.summary),
    ];
    put(db, &DOCUMENT, UPSERT, &values).map(drop)
}

const fn number_of(presence: Presence) -> i64 {
    match presence {
        Presence::Full => 0,
        Presence::Stub => 1,
        Presence::Damaged => 2,
        Presence::Leaving => 3,
        Presence::Behind => 4,
    }
}

pub(super) fn remove(db: &Connection, doc: DocId) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM document WHERE doc = ?1")?.execute([doc.as_bytes()]).map(drop)
}

/// The generation of a document, if it is there.
pub(super) fn generation(db: &Connection, doc: DocId) -> Result<Option<i64>, StoreError> {
    Ok(find(db, doc)?.map(|held| held.row.generation as i64))
}

fn decode(cells: &Cells<'_>) -> Option<DocumentRow> {
    let origin = match cells.int(5)? {
        0 => Origin::Local,
        1 => Origin::Shared,
        _ => return None,
    };
    let presence = match cells.int(6)? {
        0 => Presence::Full,
        1 => Presence::Stub,
        2 => Presence::Damaged,
        3 => Presence::Leaving,
        4 => Presence::Behind,
        _ => return None,
    };
    Some(DocumentRow {
        doc: DocId::from_slice(cells.blob(0)?)?,
        kind: cells.text(1)?.to_owned(),
        key: minicbor::decode::<NaturalKey>(cells.blob(2)?).ok()?,
        audience: AudienceId::from_slice(cells.blob(3)?)?,
        generation: u64::try_from(cells.int(4)?).ok()?,
        origin,
        presence,
        changed_at: Timestamp(cells.int(7)?),
        summary: cells.blob(8)?.to_vec(),
    })
}

fn broken() -> StoreError {
    damaged("the rows of its documents")
}
