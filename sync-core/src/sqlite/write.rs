//! Owns what one batch does to the rows, inside the transaction that `SqliteStore` opened.

use super::authorship::{insert_author, put_receipt};
use super::error::is_missing_parent;
use super::mend::mend;
use super::state::State;
use super::{body, document, passage, rows};
use crate::ids::DocId;
use crate::store::{Batch, DocumentRow, Expect, Identity, Standing, StoreError, StoredChange, Write};
use rusqlite::Connection;

/// Does the whole batch, or fails: then the transaction must be dropped. Says whether a scrub is due.
pub(super) fn apply(db: &Connection, batch: &Batch) -> Result<bool, StoreError> {
    let before = State::read(db)?;
    for expect in &batch.expect {
        holds(db, &before, expect)?.then_some(()).ok_or(StoreError::Stale)?;
    }
    let mut state = before.clone();
    batch.writes.iter().try_for_each(|write| one(db, &mut state, write))?;
    if state != before {
        state.write(db)?;
    }
    Ok(state.purges != state.scrubbed)
}

fn holds(db: &Connection, state: &State, expect: &Expect) -> Result<bool, StoreError> {
    match expect {
        Expect::Generation(doc, expected) => {
            Ok(document::generation(db, *doc)?.unwrap_or(0) as u64 == *expected)
        }
        Expect::Cursor(expected) => Ok(state.cursor == *expected),
    }
}

fn one(db: &Connection, state: &mut State, write: &Write) -> Result<(), StoreError> {
    match write {
        Write::Identity(identity) => return set_identity(state, identity),
        Write::Document(row) => return put_document(db, state, row),
        Write::Purge(doc) => return purge(db, state, *doc),
        Write::Mend(doc) => return mend(db, state, *doc),
        Write::Draft(doc, bytes) => {
            return belongs(*doc, body::insert_draft(db, *doc, state.next_position(), bytes));
        }
        Write::ClearDrafts(doc) => body::clear_drafts(db, *doc)?,
        Write::Change(doc, change) => return put_change(db, state, *doc, change),
        Write::Accepted(doc, hash) => return accept(db, *doc, body::change_by_hash(db, *doc, *hash)?),
        Write::RemoveChange(doc, hash) => body::remove_change(db, *doc, *hash)?,
        Write::Snapshot { doc, bytes, contains } => {
            belongs(*doc, body::put_snapshot(db, *doc, bytes))?;
            body::remove_accepted(db, *doc, contains)?;
        }
        Write::Partial(doc, Some(partial)) => return belongs(*doc, body::put_partial(db, *doc, partial)),
        Write::Partial(doc, None) => body::remove_partial(db, *doc)?,
        Write::Author(doc, authored) => return belongs(*doc, insert_author(db, *doc, authored)),
        Write::Receipt(receipt) => return belongs(receipt.doc, put_receipt(db, receipt)),
        Write::Passages(doc, passages) => {
            let generation = document::generation(db, *doc)?.ok_or(StoreError::NoDocument(*doc))?;
            passage::replace(db, *doc, generation, passages)?;
        }
        Write::Command(command) => rows::put_command(db, state.next_position(), command)?,
        Write::ForgetCommand(id) => rows::forget_command(db, *id)?,
        Write::Refused(row) => rows::insert_refused(db, state.next_position(), row)?,
        Write::ForgetRefused(id) => rows::forget_refused(db, *id)?,
        Write::Audience(row) => rows::put_audience(db, row)?,
        Write::RemoveAudience(audience) => {
            rows::remove_audience(db, *audience)?;
            state.purges += 1;
        }
        Write::Record(row) => rows::put_record(db, row)?,
        Write::RemoveRecord(collection, key) => rows::remove_record(db, collection, key)?,
        Write::Cursor(cursor) => state.cursor.clone_from(cursor),
        Write::Setting(name, Some(value)) => rows::put_setting(db, name, value)?,
        Write::Setting(name, None) => rows::remove_setting(db, name)?,
    }
    Ok(())
}

/// A row that was refused because its document has none says which document that is.
fn belongs(doc: DocId, written: rusqlite::Result<()>) -> Result<(), StoreError> {
    written
        .map_err(|error| if is_missing_parent(&error) { StoreError::NoDocument(doc) } else { error.into() })
}

fn set_identity(state: &mut State, identity: &Identity) -> Result<(), StoreError> {
    if state.identity.as_ref().is_some_and(|owner| !owner.is_same_account(identity)) {
        return Err(StoreError::OtherAccount);
    }
    state.identity = Some(identity.clone());
    Ok(())
}

fn put_document(db: &Connection, state: &State, row: &DocumentRow) -> Result<(), StoreError> {
    let before = document::generation(db, row.doc)?.unwrap_or(state.purged_generation);
    Ok(document::put_row(db, row, before + 1)?)
}

fn purge(db: &Connection, state: &mut State, doc: DocId) -> Result<(), StoreError> {
    let Some(generation) = document::generation(db, doc)? else { return Ok(()) };
    state.purged_generation = state.purged_generation.max(generation);
    state.purges += 1;
    Ok(document::remove(db, doc)?)
}

fn put_change(
    db: &Connection,
    state: &mut State,
    doc: DocId,
    change: &StoredChange,
) -> Result<(), StoreError> {
    let position = state.next_position();
    match body::change_by_hash(db, doc, change.hash)? {
        None => belongs(doc, body::insert_change(db, doc, position, change)),
        Some(known) if known.change.standing.after(change.standing) == known.change.standing => Ok(()),
        known => accept(db, doc, known),
    }
}

fn accept(db: &Connection, doc: DocId, known: Option<body::PlacedChange>) -> Result<(), StoreError> {
    let Some(mut placed) = known else { return Ok(()) };
    placed.change.standing = Standing::Accepted;
    Ok(body::update_change(db, doc, &placed)?)
}
