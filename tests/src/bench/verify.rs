//! Owns the proof that both sides say the same: every document's heads and every value in it.

use anyhow::{Context, ensure};
use automerge::{AutoSerde, Automerge, Change};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, Row};
use std::collections::BTreeMap;
use sync_core::document::{self, READER};
use sync_core::ids::{ChangeHash, DocId};

/// Rows fetched at a time.
const PAGE: i64 = 20_000;

/// What a document is: its heads, and a hash of every value in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Print {
    heads: Vec<ChangeHash>,
    values: String,
}

/// What every document of one side is.
pub type Prints = BTreeMap<DocId, Print>;

impl Print {
    /// Of this document.
    pub fn of(content: &Automerge) -> anyhow::Result<Self> {
        let values = serde_json::to_vec(&AutoSerde::from(content))?;
        Ok(Self { heads: document::heads(content), values: hex::encode(Sha256::digest(values)) })
    }
}

/// What every document of a server is, put together from its changes alone. Also checks that the heads are those in
/// the document's row.
pub async fn prints_of_server(owner: &mut PgConnection) -> anyhow::Result<Prints> {
    let heads = heads(owner).await?;
    let mut prints = Prints::new();
    let mut after = (vec![], -1_i64);
    let mut pending: Option<(DocId, Vec<Change>)> = None;
    loop {
        let page = changes(owner, &after).await?;
        let Some((doc, version, _)) = page.last() else { break };
        after = (doc.as_bytes().to_vec(), *version);
        for (doc, _, bytes) in page {
            if pending.as_ref().is_none_or(|(present, _)| *present != doc) {
                finish(pending.replace((doc, Vec::new())), &mut prints)?;
            }
            let (_, changes) = pending.as_mut().context("a document was begun")?;
            changes.push(document::parse_change(&bytes)?);
        }
    }
    finish(pending, &mut prints)?;
    ensure!(prints.len() == heads.len(), "{} documents have changes, {} a row", prints.len(), heads.len());
    for (doc, print) in &prints {
        ensure!(
            heads.get(doc) == Some(&print.heads),
            "the server's row of {doc} has other heads than its changes"
        );
    }
    Ok(prints)
}

fn finish(document: Option<(DocId, Vec<Change>)>, prints: &mut Prints) -> anyhow::Result<()> {
    let Some((doc, changes)) = document else { return Ok(()) };
    let content = document::apply(document::blank(READER), changes)?;
    prints.insert(doc, Print::of(&content)?);
    Ok(())
}

async fn changes(
    owner: &mut PgConnection,
    (doc, version): &(Vec<u8>, i64),
) -> anyhow::Result<Vec<(DocId, i64, Vec<u8>)>> {
    let rows = sqlx::query(
        "SELECT uuid_send(doc) AS doc, version, bytes FROM change
         WHERE ($1 = ''::bytea OR (doc, version) > (encode($1, 'hex')::uuid, $2))
         ORDER BY doc, version LIMIT $3",
    )
    .bind(doc)
    .bind(version)
    .bind(PAGE)
    .fetch_all(owner)
    .await?;
    rows.iter().map(|row| Ok((doc_of(row)?, row.try_get("version")?, row.try_get("bytes")?))).collect()
}

async fn heads(owner: &mut PgConnection) -> anyhow::Result<BTreeMap<DocId, Vec<ChangeHash>>> {
    let rows = sqlx::query("SELECT uuid_send(id) AS doc, heads FROM document").fetch_all(owner).await?;
    let read = |row: &sqlx::postgres::PgRow| {
        let heads: Vec<u8> = row.try_get("heads")?;
        let (heads, _) = heads.as_chunks::<32>();
        Ok((doc_of(row)?, heads.iter().copied().map(ChangeHash::from_bytes).collect()))
    };
    rows.iter().map(read).collect()
}

fn doc_of(row: &sqlx::postgres::PgRow) -> anyhow::Result<DocId> {
    DocId::from_slice(row.try_get("doc")?).context("a document's id has 16 bytes")
}

/// Checks that each phone has exactly what the server has of its documents, and that together they have everything.
pub fn compare(server: &Prints, phones: &[Prints]) -> anyhow::Result<()> {
    ensure!(!server.is_empty(), "there is nothing to compare");
    let mut seen: Vec<DocId> = phones.iter().flat_map(BTreeMap::keys).copied().collect();
    seen.sort_unstable();
    seen.dedup();
    ensure!(
        seen.len() == server.len(),
        "the server has {} documents, the phones {}",
        server.len(),
        seen.len()
    );
    for (doc, print) in phones.iter().flatten() {
        ensure!(server.get(doc) == Some(print), "document {doc} differs between a phone and the server");
    }
    Ok(())
}
