//! Owns the memory of what was refused for good: who pushed which bytes when, and why they went nowhere. Not what is in them.

use super::Push;
use super::decide::THE_DOCUMENT_ITSELF;
use crate::error::Chain;
use crate::store::row::RefusedRow;
use crate::store::{Access, Refusals, Store, Stored, Transaction};
use sync_core::wire::frame::PushResult;
use sync_core::wire::{Rejection, Retry};

/// So much is written down of one request.
const MAX_OF_REQUEST: usize = 100;

/// Counts what was refused, and writes it down. The verdicts stand whether that works or not.
pub(super) async fn note<S: Store>(store: &S, push: &Push<'_>, results: &[PushResult]) {
    let rows = rows(push, results);
    for row in &rows {
        metrics::counter!("floorwalk_changes_refused_total", "code" => row.code.as_str()).increment(1);
    }
    if rows.is_empty() {
        return;
    }
    if let Err(error) = write(store, push, &rows[..rows.len().min(MAX_OF_REQUEST)]).await {
        tracing::warn!(error = %Chain(&error), "what was refused was not written down");
    }
}

fn rows(push: &Push<'_>, results: &[PushResult]) -> Vec<RefusedRow> {
    let (device, person) = (push.caller.device, push.caller.person);
    let of = |result: &PushResult| {
        let doc = result.doc;
        let is_final =
            |rejected: &&Rejection| rejected.retry == Retry::Never && rejected.hash != THE_DOCUMENT_ITSELF;
        let final_ones = result.rejected.iter().filter(is_final);
        final_ones
            .map(move |one| RefusedRow { device, person, doc, hash: one.hash, code: one.code })
            .collect::<Vec<_>>()
    };
    results.iter().flat_map(of).collect()
}

async fn write<S: Store>(store: &S, push: &Push<'_>, rows: &[RefusedRow]) -> Stored<()> {
    let mut tx = store.begin(push.caller.org, Access::Write).await?;
    tx.note_refused(rows, push.now).await?;
    tx.commit().await
}
