//! Owns the comparison: which rows there are, which of them a person may read, and which a phone has.

use crate::server::TestServer;
use anyhow::Context;
use server::demo::phone::Phone;
use sqlx::types::Uuid;
use std::collections::BTreeSet;
use sync_core::document;
use sync_core::ids::{ChangeHash, DocId, PersonId};
use sync_core::sqlite::SqliteStore;
use sync_core::store::{Body, Standing, Store};

/// A change of a document.
pub(super) type Row = (DocId, ChangeHash);

/// How many rows the server has.
pub(super) async fn stored(server: &TestServer) -> anyhow::Result<usize> {
    Ok(usize::try_from(server.count("SELECT count(*) FROM change").await?)?)
}

/// Every row that this person may read, by the tables.
pub(super) async fn readable(server: &TestServer, person: PersonId) -> anyhow::Result<BTreeSet<Row>> {
    let rows: Vec<(Uuid, Vec<u8>)> = sqlx::query_as(
        "SELECT change.doc, change.hash FROM change
         JOIN document ON document.org = change.org AND document.id = change.doc
         JOIN audience_member AS seat ON seat.org = document.org AND seat.audience = document.audience
         WHERE seat.person = $1 AND seat.revoked_seq IS NULL",
    )
    .bind(Uuid::from_bytes(*person.as_bytes()))
    .fetch_all(&mut server.as_owner().await?)
    .await?;
    let row = |(doc, hash): (Uuid, Vec<u8>)| {
        let hash = ChangeHash::from_slice(&hash).context("a hash has 32 bytes")?;
        Ok((DocId::from_bytes(doc.into_bytes()), hash))
    };
    rows.into_iter().map(row).collect()
}

/// Every row that this phone has from the server or has brought there, read from its file.
pub(super) fn held(phone: &Phone) -> anyhow::Result<BTreeSet<Row>> {
    let store = SqliteStore::open(phone.path())?;
    let mut held = BTreeSet::new();
    for row in store.documents(None)? {
        held.extend(hashes(&store.body(row.doc)?)?.into_iter().map(|hash| (row.doc, hash)));
    }
    Ok(held)
}

fn hashes(body: &Body) -> anyhow::Result<Vec<ChangeHash>> {
    let accepted = body.changes.iter().filter(|change| change.standing != Standing::Outbox);
    let mut hashes: Vec<_> = accepted.map(|change| change.hash).collect();
    if let Some(snapshot) = &body.snapshot {
        let saved = document::load(snapshot, document::READER)?;
        hashes.extend(saved.get_changes(&[]).iter().map(|change| document::change_hash(&change.hash())));
    }
    Ok(hashes)
}
