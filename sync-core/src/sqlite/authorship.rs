//! Owns who wrote what in a document, and the server's word for it.

use super::document::find;
use super::seal::{Cells, Table, blob, int, put, select};
use crate::ids::{ActorId, DocId, PersonId};
use crate::store::StoreError;
use crate::time::Timestamp;
use crate::wire::{Authored, Receipt};
use rusqlite::Connection;

pub(super) const AUTHOR: Table = Table { name: "author", columns: "bbbi" };
pub(super) const RECEIPT: Table = Table { name: "receipt", columns: "bb" };

/// Everybody who owns an actor in a document, ascending by actor.
pub(super) fn authors(db: &Connection, doc: DocId) -> Result<Vec<Authored>, StoreError> {
    let Some(held) = find(db, doc)? else { return Ok(Vec::new()) };
    let sql = "SELECT doc, actor, person, received_at, digest FROM author WHERE doc = ?1 ORDER BY actor";
    let broken = || StoreError::DamagedDocument { doc };
    select(db, &AUTHOR, sql, [doc.as_bytes()], decode_author, broken)?.complete(held.author_sum, broken)
}

fn decode_author(cells: &Cells<'_>) -> Option<Authored> {
    Some(Authored {
        actor: ActorId::from_slice(cells.blob(1)?)?,
        person: PersonId::from_slice(cells.blob(2)?)?,
        received_at: Timestamp(cells.int(3)?),
    })
}

pub(super) fn insert_author(db: &Connection, doc: DocId, authored: &Authored) -> rusqlite::Result<()> {
    let sql = "INSERT INTO author (doc, actor, person, received_at, digest) VALUES (?1, ?2, ?3, ?4, ?5) \
        ON CONFLICT (doc, actor) DO NOTHING";
    let values = [
        blob(doc.as_bytes()),
        blob(authored.actor.as_bytes()),
        blob(authored.person.as_bytes()),
        int(authored.received_at.0),
    ];
    put(db, &AUTHOR, sql, &values).map(drop)
}

pub(super) fn receipt(db: &Connection, doc: DocId) -> Result<Option<Receipt>, StoreError> {
    let Some(held) = find(db, doc)? else { return Ok(None) };
    let sql = "SELECT doc, body, digest FROM receipt WHERE doc = ?1";
    let broken = || StoreError::DamagedDocument { doc };
    select(db, &RECEIPT, sql, [doc.as_bytes()], decode_receipt, broken)?.one(held.receipt_sum, broken)
}

fn decode_receipt(cells: &Cells<'_>) -> Option<Receipt> {
    minicbor::decode(cells.blob(1)?).ok()
}

pub(super) fn put_receipt(db: &Connection, receipt: &Receipt) -> rusqlite::Result<()> {
    let sql = "INSERT INTO receipt (doc, body, digest) VALUES (?1, ?2, ?3) \
        ON CONFLICT (doc) DO UPDATE SET body = excluded.body, digest = excluded.digest";
    let body = minicbor::to_vec(receipt).expect("a receipt encodes: writing to a vector cannot fail");
    put(db, &RECEIPT, sql, &[blob(receipt.doc.as_bytes()), blob(&body)]).map(drop)
}
