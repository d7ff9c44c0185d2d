//! Owns what search finds on disk: the passages of documents, and the full-text index of their words. All of it follows from
//! the documents: whatever cannot be read of it is dropped, and made again by whoever asks next.

use super::error::damaged;
use super::rows;
use super::seal::{Cells, Table, blob, int, put, select, text};
use crate::document::Path;
use crate::ids::DocId;
use crate::search::{Passage, Query, Token, VERSION, tokens};
use crate::store::StoreError;
use rusqlite::{Connection, ffi};
use std::collections::BTreeMap;

const PASSAGE: Table = Table { name: "passage", columns: "ibibt" };
const INDEXED: Table = Table { name: "indexed", columns: "bi" };

/// The setting that says by which version the index was made.
const VERSION_NAME: &str = "search_version";

/// What cannot be read when it is only this.
const INDEX: &str = "what search finds";

/// A passage, and where its row is.
struct Placed {
    id: i64,
    doc: DocId,
    passage: Passage,
}

/// At which generation the passages of each document were made.
pub(super) fn indexed(db: &Connection) -> Result<BTreeMap<DocId, u64>, StoreError> {
    if !is_current(db)? {
        return Ok(BTreeMap::new());
    }
    let sql = "SELECT doc, generation, digest FROM indexed";
    let decode =
        |cells: &Cells<'_>| Some((DocId::from_slice(cells.blob(0)?)?, u64::try_from(cells.int(1)?).ok()?));
    Ok(select(db, &INDEXED, sql, [], decode, || damaged(INDEX))?.rows.into_iter().collect())
}

/// Replaces the passages of a document by these. Those that are the same stay, so that what was edited costs what was edited.
pub(super) fn replace(
    db: &Connection,
    doc: DocId,
    generation: i64,
    passages: &[Passage],
) -> Result<(), StoreError> {
    if !is_current(db)? {
        reset(db)?;
        rows::put_setting(db, VERSION_NAME, &[VERSION])?;
    }
    let mut before = of_document(db, doc)?;
    let lost = before.split_off(before.len().min(passages.len()));
    lost.iter().try_for_each(|placed| remove(db, placed))?;
    for (number, passage) in passages.iter().enumerate() {
        match before.get(number) {
            Some(placed) if placed.passage == *passage => continue,
            Some(placed) => remove(db, placed)?,
            None => {}
        }
        insert(db, doc, number as i64, passage)?;
    }
    let sql = "INSERT INTO indexed (doc, generation, digest) VALUES (?1, ?2, ?3) \
        ON CONFLICT (doc) DO UPDATE SET generation = excluded.generation, digest = excluded.digest";
    Ok(put(db, &INDEXED, sql, &[blob(doc.as_bytes()), int(generation)]).map(drop)?)
}

/// Every passage that may say all of this, by document, in the order in which it is read.
pub(super) fn candidates(db: &Connection, query: &Query) -> Result<Vec<(DocId, Passage)>, StoreError> {
    if query.is_empty() || !is_current(db)? {
        return Ok(Vec::new());
    }
    let sql = "SELECT id, doc, number, place, text, digest FROM passage \
        WHERE id IN (SELECT rowid FROM word WHERE word MATCH ?1) ORDER BY doc, number";
    let found = select(db, &PASSAGE, sql, [expression(query)], decode, || damaged(INDEX))?.rows;
    Ok(found.into_iter().map(|placed| (placed.doc, placed.passage)).collect())
}

/// What asks the index for all of these words. They are letters and digits alone, and quoted: nothing in them is syntax.
fn expression(query: &Query) -> String {
    let quoted = |token: &Token| format!("\"{}\"{}", token.word, if token.begun { " *" } else { "" });
    query.tokens().iter().map(quoted).collect::<Vec<_>>().join(" AND ")
}

/// Drops all of it.
pub(super) fn reset(db: &Connection) -> Result<(), StoreError> {
    db.execute_batch("DELETE FROM indexed; DELETE FROM passage")?;
    forget_words(db)
}

fn forget_words(db: &Connection) -> Result<(), StoreError> {
    Ok(db.execute_batch("INSERT INTO word (word) VALUES ('delete-all')")?)
}

/// Makes the index of words anew from the passages, so that it holds no word that only a purged one had.
pub(super) fn rebuild(db: &Connection) -> Result<(), StoreError> {
    forget_words(db)?;
    let mut statement = db.prepare("SELECT id, text FROM passage ORDER BY id")?;
    let mut query = statement.query([])?;
    while let Some(row) = query.next()? {
        index(db, row.get(0)?, row.get_ref(1)?.as_str().unwrap_or_default())?;
    }
    Ok(())
}

/// Whether an error says that nothing but what search finds cannot be read.
pub(super) fn is_index_damage(error: &StoreError) -> bool {
    let StoreError::Damaged { what, source } = error else { return false };
    let Some(source) = source else { return *what == INDEX };
    let cause = source.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error);
    cause.is_some_and(|cause| cause.extended_code == ffi::SQLITE_CORRUPT_VTAB)
}

fn is_current(db: &Connection) -> Result<bool, StoreError> {
    Ok(rows::setting(db, VERSION_NAME)? == Some(vec![VERSION]))
}

fn of_document(db: &Connection, doc: DocId) -> Result<Vec<Placed>, StoreError> {
    let sql = "SELECT id, doc, number, place, text, digest FROM passage WHERE doc = ?1 ORDER BY number";
    Ok(select(db, &PASSAGE, sql, [doc.as_bytes()], decode, || damaged(INDEX))?.rows)
}

fn decode(cells: &Cells<'_>) -> Option<Placed> {
    let place: Vec<String> = minicbor::decode(cells.blob(3)?).ok()?;
    Some(Placed {
        id: cells.int(0)?,
        doc: DocId::from_slice(cells.blob(1)?)?,
        passage: Passage { place: Path::from(place), text: cells.text(4)?.to_owned() },
    })
}

fn insert(db: &Connection, doc: DocId, number: i64, passage: &Passage) -> rusqlite::Result<()> {
    let next = "SELECT coalesce(max(id), 0) + 1 FROM passage";
    let id: i64 = db.prepare_cached(next)?.query_row([], |row| row.get(0))?;
    let sql = "INSERT INTO passage (id, doc, number, place, text, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let place =
        minicbor::to_vec(passage.place.keys()).expect("strings encode: writing to a vector cannot fail");
    let values = [int(id), blob(doc.as_bytes()), int(number), blob(&place), text(&passage.text)];
    put(db, &PASSAGE, sql, &values)?;
    index(db, id, &passage.text)
}

fn index(db: &Connection, id: i64, text: &str) -> rusqlite::Result<()> {
    let sql = "INSERT INTO word (rowid, words) VALUES (?1, ?2)";
    db.prepare_cached(sql)?.execute((id, words(text))).map(drop)
}

/// The index is told which words it had: it holds no text to look at.
fn remove(db: &Connection, placed: &Placed) -> rusqlite::Result<()> {
    let sql = "INSERT INTO word (word, rowid, words) VALUES ('delete', ?1, ?2)";
    db.prepare_cached(sql)?.execute((placed.id, words(&placed.passage.text)))?;
    db.prepare_cached("DELETE FROM passage WHERE id = ?1")?.execute([placed.id]).map(drop)
}

fn words(text: &str) -> String {
    tokens(text).into_iter().collect::<Vec<_>>().join(" ")
}
