//! Owns what must be true at rest, whatever happened before.

mod phones;
mod server;
mod words;

use super::content::Content;
use super::failure::Failure;
use super::office::ORG;
use super::world::World;
use crate::model::Tables;
use std::collections::BTreeMap;
use std::sync::Arc;
use sync_core::ids::DocId;

/// What the server holds at rest.
pub(super) struct AtRest {
    /// Its rows.
    pub(super) tables: Arc<Tables>,
    /// What each document says, built from its changes.
    pub(super) documents: BTreeMap<DocId, Content>,
}

/// Everything that is not as it was promised.
pub(super) async fn everything(world: &World) -> Vec<Failure> {
    let tables = world.backend.database.committed(ORG);
    let mut failures = server::feed(&tables);
    failures.extend(server::authors(world, &tables));
    failures.extend(server::poison(world, &tables));
    failures.extend(server::groups(world, &tables));
    let mut documents = BTreeMap::new();
    for doc in tables.documents.keys() {
        match server::document(&tables, *doc) {
            Ok(content) => drop(documents.insert(*doc, content)),
            Err(failure) => failures.push(failure),
        }
    }
    let rest = AtRest { tables, documents };
    for phone in &world.phones {
        failures.extend(phones::one(world, phone, &rest));
    }
    failures.extend(words::all(world, &rest));
    failures.extend(server::replays(world, &rest).await);
    failures
}
