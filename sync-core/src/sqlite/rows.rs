//! Owns the lists that belong to no document: decisions that wait, what was refused, audiences, records, settings.

use super::error::damaged;
use super::seal::{Cells, Table, blob, int, put, select, text};
use super::state::{List, sum_of};
use crate::ids::{AudienceId, CommandId, DocId, PersonId};
use crate::store::{AudienceRow, RecordRow, RefusedRow, StoreError};
use crate::time::Timestamp;
use crate::wire::{Command, ErrorCode};
use minicbor::bytes::ByteVec;
use rusqlite::{Connection, OptionalExtension};

pub(super) const COMMAND: Table = Table { name: "command", columns: "bitb" };
pub(super) const REFUSED: Table = Table { name: "refused", columns: "ibtttbi" };
pub(super) const AUDIENCE: Table = Table { name: "audience", columns: "btb" };
pub(super) const RECORD: Table = Table { name: "record", columns: "tbbb" };
pub(super) const SETTING: Table = Table { name: "setting", columns: "tb" };

// Decisions that wait.

/// Decisions that wait for the server's answer, oldest first.
pub(super) fn commands(db: &Connection) -> Result<Vec<Command>, StoreError> {
    let sql = "SELECT id, position, kind, args, digest FROM command ORDER BY position";
    let broken = || damaged("what was decided");
    let placed = select(db, &COMMAND, sql, [], decode_command, broken)?
        .complete(sum_of(db, List::Commands)?, broken)?;
    Ok(placed.into_iter().map(|(_, command)| command).collect())
}

/// A decision, and its place among them.
pub(super) fn decode_command(cells: &Cells<'_>) -> Option<(i64, Command)> {
    let command = Command {
        id: CommandId::from_slice(cells.blob(0)?)?,
        kind: cells.text(2)?.to_owned(),
        args: ByteVec::from(cells.blob(3)?.to_vec()),
    };
    Some((cells.int(1)?, command))
}

pub(super) fn put_command(db: &Connection, position: i64, command: &Command) -> rusqlite::Result<()> {
    let sql = "INSERT INTO command (id, position, kind, args, digest) VALUES (?1, ?2, ?3, ?4, ?5) \
        ON CONFLICT (id) DO NOTHING";
    let values = [blob(command.id.as_bytes()), int(position), text(&command.kind), blob(&command.args)];
    put(db, &COMMAND, sql, &values).map(drop)
}

pub(super) fn forget_command(db: &Connection, id: CommandId) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM command WHERE id = ?1")?.execute([id.as_bytes()]).map(drop)
}

// What was refused.

/// What was refused, newest first.
pub(super) fn refused(db: &Connection) -> Result<Vec<RefusedRow>, StoreError> {
    let sql = "SELECT id, doc, kind, code, text, changes, at, digest FROM refused ORDER BY id DESC";
    let broken = || damaged("what was not accepted");
    select(db, &REFUSED, sql, [], decode_refused, broken)?.complete(sum_of(db, List::Refused)?, broken)
}

pub(super) fn decode_refused(cells: &Cells<'_>) -> Option<RefusedRow> {
    let changes: Vec<ByteVec> = minicbor::decode(cells.blob(5)?).ok()?;
    Some(RefusedRow {
        id: u64::try_from(cells.int(0)?).ok()?,
        doc: DocId::from_slice(cells.blob(1)?)?,
        kind: cells.text(2)?.to_owned(),
        code: ErrorCode::parse(cells.text(3)?),
        text: cells.text(4)?.to_owned(),
        changes: changes.into_iter().map(Vec::from).collect(),
        at: Timestamp(cells.int(6)?),
    })
}

pub(super) fn insert_refused(db: &Connection, id: i64, row: &RefusedRow) -> rusqlite::Result<()> {
    let sql = "INSERT INTO refused (id, doc, kind, code, text, changes, at, digest) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let changes: Vec<ByteVec> = row.changes.iter().cloned().map(ByteVec::from).collect();
    let changes = minicbor::to_vec(changes).expect("byte strings encode: writing to a vector cannot fail");
    let values = [
        int(id),
        blob(row.doc.as_bytes()),
        text(&row.kind),
        text(row.code.as_str()),
        text(&row.text),
        blob(&changes),
        int(row.at.0),
    ];
    put(db, &REFUSED, sql, &values).map(drop)
}

pub(super) fn forget_refused(db: &Connection, id: u64) -> rusqlite::Result<()> {
    // A number beyond those that are given names nothing.
    let Ok(id) = i64::try_from(id) else { return Ok(()) };
    db.prepare_cached("DELETE FROM refused WHERE id = ?1")?.execute([id]).map(drop)
}

// Audiences.

/// Every audience, ascending.
pub(super) fn audiences(db: &Connection) -> Result<Vec<AudienceRow>, StoreError> {
    let sql = "SELECT audience, role, members, digest FROM audience ORDER BY audience";
    let broken = || damaged("its audiences");
    select(db, &AUDIENCE, sql, [], decode_audience, broken)?.complete(sum_of(db, List::Audiences)?, broken)
}

fn decode_audience(cells: &Cells<'_>) -> Option<AudienceRow> {
    let (members, rest) = cells.blob(2)?.as_chunks::<16>();
    rest.is_empty().then_some(AudienceRow {
        audience: AudienceId::from_slice(cells.blob(0)?)?,
        role: cells.text(1)?.to_owned(),
        members: members.iter().copied().map(PersonId::from_bytes).collect(),
    })
}

pub(super) fn put_audience(db: &Connection, row: &AudienceRow) -> rusqlite::Result<()> {
    let sql = "INSERT INTO audience (audience, role, members, digest) VALUES (?1, ?2, ?3, ?4) \
        ON CONFLICT (audience) DO UPDATE SET role = excluded.role, members = excluded.members, \
        digest = excluded.digest";
    let members: Vec<u8> = row.members.iter().flat_map(|member| *member.as_bytes()).collect();
    put(db, &AUDIENCE, sql, &[blob(row.audience.as_bytes()), text(&row.role), blob(&members)]).map(drop)
}

pub(super) fn remove_audience(db: &Connection, audience: AudienceId) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM audience WHERE audience = ?1")?.execute([audience.as_bytes()]).map(drop)
}

// Records.

/// Every record of a collection, ascending by key.
pub(super) fn records(db: &Connection, collection: &str) -> Result<Vec<RecordRow>, StoreError> {
    let sql = "SELECT collection, key, version, body, digest FROM record WHERE collection = ?1 ORDER BY key";
    let broken = || damaged("its records");
    select(db, &RECORD, sql, [collection], decode_record, broken)?
        .complete(record_sum(db, collection)?, broken)
}

/// The names of all collections that hold a record, or ought to.
pub(super) fn collections(db: &Connection) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT collection FROM record UNION SELECT collection FROM record_tally";
    Ok(db.prepare_cached(sql)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

fn record_sum(db: &Connection, collection: &str) -> rusqlite::Result<i64> {
    let sql = "SELECT record_sum FROM record_tally WHERE collection = ?1";
    let sum = db.prepare_cached(sql)?.query_row([collection], |row| row.get(0)).optional()?;
    Ok(sum.unwrap_or(0))
}

fn decode_record(cells: &Cells<'_>) -> Option<RecordRow> {
    Some(RecordRow {
        collection: cells.text(0)?.to_owned(),
        key: cells.blob(1)?.to_vec(),
        version: u64::from_be_bytes(cells.blob(2)?.try_into().ok()?),
        body: cells.blob(3)?.to_vec(),
    })
}

pub(super) fn put_record(db: &Connection, row: &RecordRow) -> rusqlite::Result<()> {
    let sql = "INSERT INTO record (collection, key, version, body, digest) VALUES (?1, ?2, ?3, ?4, ?5) \
        ON CONFLICT (collection, key) DO UPDATE SET version = excluded.version, body = excluded.body, \
        digest = excluded.digest WHERE version <= excluded.version";
    let version = row.version.to_be_bytes();
    let values = [text(&row.collection), blob(&row.key), blob(&version), blob(&row.body)];
    put(db, &RECORD, sql, &values).map(drop)
}

pub(super) fn remove_record(db: &Connection, collection: &str, key: &[u8]) -> rusqlite::Result<()> {
    let sql = "DELETE FROM record WHERE collection = ?1 AND key = ?2";
    db.prepare_cached(sql)?.execute((collection, key)).map(drop)
}

// Settings.

/// A small named value. There are a handful, so all are read and checked.
pub(super) fn setting(db: &Connection, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT name, value, digest FROM setting";
    let broken = || damaged("its settings");
    let all = select(db, &SETTING, sql, [], decode_setting, broken)?
        .complete(sum_of(db, List::Settings)?, broken)?;
    Ok(all.into_iter().find(|(known, _)| known == name).map(|(_, value)| value))
}

pub(super) fn decode_setting(cells: &Cells<'_>) -> Option<(String, Vec<u8>)> {
    Some((cells.text(0)?.to_owned(), cells.blob(1)?.to_vec()))
}

pub(super) fn put_setting(db: &Connection, name: &str, value: &[u8]) -> rusqlite::Result<()> {
    let sql = "INSERT INTO setting (name, value, digest) VALUES (?1, ?2, ?3) \
        ON CONFLICT (name) DO UPDATE SET value = excluded.value, digest = excluded.digest";
    put(db, &SETTING, sql, &[text(name), blob(value)]).map(drop)
}

pub(super) fn remove_setting(db: &Connection, name: &str) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM setting WHERE name = ?1")?.execute([name]).map(drop)
}
