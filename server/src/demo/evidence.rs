//! Owns the look into the database that the demo takes to prove what is not there.

use crate::store::{Access, Audiences, Changes, Documents, Store, Stored};
use std::collections::BTreeSet;
use sync_core::ids::{DocId, OrgId, PersonId};

/// More documents than a demo makes.
const DOCUMENTS: u32 = 10_000;

/// Every byte of every change in any document of these people. Changes are kept uncompressed, so words that
/// somebody typed stand in them as they are.
pub async fn everything_stored<S: Store>(store: &S, org: OrgId, people: &[PersonId]) -> Stored<Vec<u8>> {
    let mut tx = store.begin(org, Access::Read).await?;
    let mut docs: BTreeSet<DocId> = BTreeSet::new();
    for person in people {
        for seat in tx.memberships(*person).await? {
            docs.extend(tx.documents_of(seat.audience, None, DOCUMENTS).await?.iter().map(|row| row.doc));
        }
    }
    let all: Vec<(DocId, u64)> = docs.into_iter().map(|doc| (doc, 0)).collect();
    Ok(tx.bodies_after(&all).await?.into_iter().flat_map(|body| body.bytes).collect())
}
