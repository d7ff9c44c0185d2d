//! Owns the rows that make up a document's body: snapshot, changes with the outbox, drafts, and the
//! part of a snapshot that has arrived.

use super::document::{Held, find};
use super::error::damaged;
use super::seal::{Cells, Table, blob, int, put, select};
use super::state::{List, sum_of};
use crate::ids::{ChangeHash, DocId};
use crate::store::{Body, OutboxRow, PartialSnapshot, Standing, StoreError, StoredChange};
use rusqlite::Connection;
use std::collections::BTreeSet;

pub(super) const SNAPSHOT: Table = Table { name: "snapshot", columns: "bb" };
pub(super) const CHANGE: Table = Table { name: "change", columns: "bibib" };
pub(super) const DRAFT: Table = Table { name: "draft", columns: "bib" };
pub(super) const PARTIAL: Table = Table { name: "partial", columns: "bbb" };

/// A change and its place among all changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlacedChange {
    pub position: i64,
    pub change: StoredChange,
}

/// A draft and its place among all drafts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlacedDraft {
    pub position: i64,
    pub bytes: Vec<u8>,
}

pub(super) fn body(db: &Connection, doc: DocId) -> Result<Body, StoreError> {
    let Some(held) = find(db, doc)? else { return Ok(Body::default()) };
    Ok(Body {
        snapshot: snapshot(db, &held)?,
        changes: changes(db, &held)?.into_iter().map(|placed| placed.change).collect(),
        drafts: drafts(db, &held)?.into_iter().map(|placed| placed.bytes).collect(),
    })
}

// The snapshot.

fn snapshot(db: &Connection, held: &Held) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT doc, bytes, digest FROM snapshot WHERE doc = ?1";
    let broken = broken(held);
    select(db, &SNAPSHOT, sql, [held.row.doc.as_bytes()], decode_snapshot, broken)?
        .one(held.snapshot_sum, broken)
}

pub(super) fn decode_snapshot(cells: &Cells<'_>) -> Option<Vec<u8>> {
    cells.blob(1).map(<[u8]>::to_vec)
}

pub(super) fn put_snapshot(db: &Connection, doc: DocId, bytes: &[u8]) -> rusqlite::Result<()> {
    let sql = "INSERT INTO snapshot (doc, bytes, digest) VALUES (?1, ?2, ?3) \
        ON CONFLICT (doc) DO UPDATE SET bytes = excluded.bytes, digest = excluded.digest";
    put(db, &SNAPSHOT, sql, &[blob(doc.as_bytes()), blob(bytes)]).map(drop)
}

// Changes.

fn changes(db: &Connection, held: &Held) -> Result<Vec<PlacedChange>, StoreError> {
    let sql =
        "SELECT doc, position, hash, standing, bytes, digest FROM change WHERE doc = ?1 ORDER BY position";
    let broken = broken(held);
    select(db, &CHANGE, sql, [held.row.doc.as_bytes()], decode_change, broken)?
        .complete(held.change_sum, broken)
}

pub(super) fn decode_change(cells: &Cells<'_>) -> Option<PlacedChange> {
    let standing = match cells.int(3)? {
        0 => Standing::Accepted,
        1 => Standing::Outbox,
        2 => Standing::Unread,
        _ => return None,
    };
    let hash = ChangeHash::from_slice(cells.blob(2)?)?;
    let change = StoredChange { hash, bytes: cells.blob(4)?.to_vec(), standing };
    Some(PlacedChange { position: cells.int(1)?, change })
}

/// The change of this hash. A document has few: it is found by walking them.
pub(super) fn change_by_hash(
    db: &Connection,
    doc: DocId,
    hash: ChangeHash,
) -> Result<Option<PlacedChange>, StoreError> {
    let sql = "SELECT doc, position, hash, standing, bytes, digest FROM change WHERE doc = ?1 AND hash = ?2";
    let broken = || StoreError::DamagedDocument { doc };
    let params = (doc.as_bytes(), hash.as_bytes());
    Ok(select(db, &CHANGE, sql, params, decode_change, broken)?.rows.pop())
}

pub(super) fn insert_change(
    db: &Connection,
    doc: DocId,
    position: i64,
    change: &StoredChange,
) -> rusqlite::Result<()> {
    let sql =
        "INSERT INTO change (doc, position, hash, standing, bytes, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    put(db, &CHANGE, sql, &change_values(&doc, position, change)).map(drop)
}

pub(super) fn update_change(db: &Connection, doc: DocId, placed: &PlacedChange) -> rusqlite::Result<()> {
    let sql = "UPDATE change SET hash = ?3, standing = ?4, bytes = ?5, digest = ?6 WHERE doc = ?1 AND position = ?2";
    put(db, &CHANGE, sql, &change_values(&doc, placed.position, &placed.change)).map(drop)
}

pub(super) fn remove_change(db: &Connection, doc: DocId, hash: ChangeHash) -> rusqlite::Result<()> {
    let sql = "DELETE FROM change WHERE doc = ?1 AND hash = ?2";
    db.prepare_cached(sql)?.execute((doc.as_bytes(), hash.as_bytes())).map(drop)
}

/// Removes the accepted ones of these changes.
pub(super) fn remove_accepted(db: &Connection, doc: DocId, hashes: &[ChangeHash]) -> rusqlite::Result<()> {
    let contained: BTreeSet<&[u8]> = hashes.iter().map(|hash| hash.as_bytes().as_slice()).collect();
    let mut statement =
        db.prepare_cached("SELECT position, hash FROM change WHERE doc = ?1 AND standing = 0")?;
    let mut query = statement.query([doc.as_bytes()])?;
    let mut superfluous = Vec::new();
    while let Some(row) = query.next()? {
        if row.get_ref(1)?.as_blob().is_ok_and(|hash| contained.contains(hash)) {
            superfluous.push(row.get(0)?);
        }
    }
    superfluous.into_iter().try_for_each(|position| remove_change_at(db, doc, position))
}

fn remove_change_at(db: &Connection, doc: DocId, position: i64) -> rusqlite::Result<()> {
    let sql = "DELETE FROM change WHERE doc = ?1 AND position = ?2";
    db.prepare_cached(sql)?.execute((doc.as_bytes(), position)).map(drop)
}

fn change_values<'a>(
    doc: &'a DocId,
    position: i64,
    change: &'a StoredChange,
) -> [rusqlite::types::ValueRef<'a>; 5] {
    let standing = match change.standing {
        Standing::Accepted => 0,
        Standing::Outbox => 1,
        Standing::Unread => 2,
    };
    [blob(doc.as_bytes()), int(position), blob(change.hash.as_bytes()), int(standing), blob(&change.bytes)]
}

// The outbox.

/// At most `max_bytes` of the changes that wait after a position, but at least one.
pub(super) fn outbox(db: &Connection, after: u64, max_bytes: usize) -> Result<Vec<OutboxRow>, StoreError> {
    let mut waiting = Vec::new();
    let mut bytes = 0;
    for (position, doc) in places(db)?.into_iter().filter(|(position, _)| *position as u64 > after) {
        let row = waiting_change(db, doc, position)?;
        bytes += row.bytes.len();
        if !waiting.is_empty() && bytes > max_bytes {
            break;
        }
        waiting.push(row);
    }
    Ok(waiting)
}

/// Where every waiting change is, in order. Reads only the index, and checks all of it.
fn places(db: &Connection) -> Result<Vec<(i64, DocId)>, StoreError> {
    let sql = "SELECT position, doc, digest FROM change WHERE standing = 1 ORDER BY position";
    let mut statement = db.prepare_cached(sql)?;
    let mut query = statement.query([])?;
    let (mut places, mut sum) = (Vec::new(), 0_i64);
    while let Some(row) = query.next()? {
        let doc =
            DocId::from_slice(row.get_ref(1)?.as_blob().unwrap_or_default()).ok_or_else(broken_outbox)?;
        places.push((row.get(0)?, doc));
        sum = row.get::<_, i64>(2)?.wrapping_add(sum);
    }
    if sum == sum_of(db, List::Outbox)? { Ok(places) } else { Err(broken_outbox()) }
}

fn waiting_change(db: &Connection, doc: DocId, position: i64) -> Result<OutboxRow, StoreError> {
    let sql =
        "SELECT doc, position, hash, standing, bytes, digest FROM change WHERE doc = ?1 AND position = ?2";
    let broken = || StoreError::DamagedDocument { doc };
    let found = select(db, &CHANGE, sql, (doc.as_bytes(), position), decode_change, broken)?.rows.pop();
    let placed =
        found.filter(|placed| placed.change.standing == Standing::Outbox).ok_or_else(broken_outbox)?;
    let position = placed.position as u64;
    Ok(OutboxRow { position, doc, hash: placed.change.hash, bytes: placed.change.bytes })
}

fn broken_outbox() -> StoreError {
    damaged("the order of its outbox")
}

// Drafts.

/// Documents that hold drafts, oldest draft first.
pub(super) fn drafted(db: &Connection) -> Result<Vec<DocId>, StoreError> {
    let mut by_age = Vec::new();
    for doc in with_drafts(db)? {
        let held = find(db, doc)?.ok_or_else(|| damaged("its drafts"))?;
        by_age.extend(drafts(db, &held)?.first().map(|oldest| (oldest.position, doc)));
    }
    by_age.sort_unstable();
    Ok(by_age.into_iter().map(|(_, doc)| doc).collect())
}

/// Documents that have drafts, or ought to have.
fn with_drafts(db: &Connection) -> Result<Vec<DocId>, StoreError> {
    let sql = "SELECT doc FROM draft UNION SELECT doc FROM document WHERE draft_sum <> 0";
    let mut statement = db.prepare_cached(sql)?;
    let mut query = statement.query([])?;
    let mut docs = Vec::new();
    while let Some(row) = query.next()? {
        let doc = DocId::from_slice(row.get_ref(0)?.as_blob().unwrap_or_default());
        docs.push(doc.ok_or_else(|| damaged("its drafts"))?);
    }
    Ok(docs)
}

pub(super) fn has_drafts(db: &Connection, doc: DocId) -> Result<bool, StoreError> {
    let Some(held) = find(db, doc)? else { return Ok(false) };
    Ok(!drafts(db, &held)?.is_empty())
}

fn drafts(db: &Connection, held: &Held) -> Result<Vec<PlacedDraft>, StoreError> {
    let sql = "SELECT doc, position, bytes, digest FROM draft WHERE doc = ?1 ORDER BY position";
    let broken = broken(held);
    select(db, &DRAFT, sql, [held.row.doc.as_bytes()], decode_draft, broken)?.complete(held.draft_sum, broken)
}

pub(super) fn decode_draft(cells: &Cells<'_>) -> Option<PlacedDraft> {
    Some(PlacedDraft { position: cells.int(1)?, bytes: cells.blob(2)?.to_vec() })
}

pub(super) fn insert_draft(db: &Connection, doc: DocId, position: i64, bytes: &[u8]) -> rusqlite::Result<()> {
    let sql = "INSERT INTO draft (doc, position, bytes, digest) VALUES (?1, ?2, ?3, ?4)";
    put(db, &DRAFT, sql, &[blob(doc.as_bytes()), int(position), blob(bytes)]).map(drop)
}

pub(super) fn clear_drafts(db: &Connection, doc: DocId) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM draft WHERE doc = ?1")?.execute([doc.as_bytes()]).map(drop)
}

// The part of a snapshot that has arrived.

pub(super) fn partial(db: &Connection, doc: DocId) -> Result<Option<PartialSnapshot>, StoreError> {
    let Some(held) = find(db, doc)? else { return Ok(None) };
    let sql = "SELECT doc, heads, bytes, digest FROM partial WHERE doc = ?1";
    let broken = broken(&held);
    select(db, &PARTIAL, sql, [doc.as_bytes()], decode_partial, broken)?.one(held.partial_sum, broken)
}

fn decode_partial(cells: &Cells<'_>) -> Option<PartialSnapshot> {
    let (heads, rest) = cells.blob(1)?.as_chunks::<32>();
    let heads = heads.iter().copied().map(ChangeHash::from_bytes).collect();
    rest.is_empty().then_some(PartialSnapshot { heads, bytes: cells.blob(2)?.to_vec() })
}

pub(super) fn put_partial(db: &Connection, doc: DocId, partial: &PartialSnapshot) -> rusqlite::Result<()> {
    let sql = "INSERT INTO partial (doc, heads, bytes, digest) VALUES (?1, ?2, ?3, ?4) \
        ON CONFLICT (doc) DO UPDATE SET heads = excluded.heads, bytes = excluded.bytes, digest = excluded.digest";
    let heads: Vec<u8> = partial.heads.iter().flat_map(|head| *head.as_bytes()).collect();
    put(db, &PARTIAL, sql, &[blob(doc.as_bytes()), blob(&heads), blob(&partial.bytes)]).map(drop)
}

pub(super) fn remove_partial(db: &Connection, doc: DocId) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM partial WHERE doc = ?1")?.execute([doc.as_bytes()]).map(drop)
}

fn broken(held: &Held) -> impl Fn() -> StoreError + Copy {
    let doc = held.row.doc;
    move || StoreError::DamagedDocument { doc }
}
