//! Owns saved documents: a state that is sent instead of its changes. Made in the background, from what the gate has
//! let through; whoever pushes meanwhile waits for nothing.
//!
//! A saved document holds the whole history, so no cursor ever becomes invalid by it. It is adopted only if loading it
//! again gives the heads that the database has.

use crate::store::row::{ChangeBody, DocumentRow, SnapshotRow};
use crate::store::{Access, Changes, Documents, Snapshots, Store, StoreError, Stored, Transaction};
use automerge::Automerge;
use std::collections::BTreeSet;
use std::time::Duration;
use sync_core::document::{self, LoadError, READER};
use sync_core::ids::{DocId, OrgId};
use sync_core::time::Timestamp;

/// A document with some changes gets a snapshot once nobody has written for so long.
const QUIET_MS: i64 = 60_000;
/// A replaced snapshot stays so long, for those who are in the middle of it.
const KEPT_MS: i64 = 7 * 24 * 3_600_000;
/// Documents asked for at a time.
const BATCH: u32 = 64;
/// A document that takes longer is left alone, so that it holds up no other one.
const SAVE_TIME: Duration = Duration::from_secs(60);

/// Where documents are saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Workplace {
    /// Off the threads that serve requests: a long document takes a while.
    #[default]
    Aside,
    /// On the thread that asks, so that a simulated run is the same each time.
    Here,
}

/// Saves documents, and remembers which cannot be.
#[derive(Debug, Default)]
pub struct Compactor {
    workplace: Workplace,
    /// These did not load. Trying again at the same version would fail again.
    given_up: BTreeSet<(DocId, u64)>,
}

/// Why a document was not saved.
#[derive(Debug, thiserror::Error)]
pub enum CompactionError {
    /// Its stored changes do not make a document, or not the one that the database describes.
    #[error("document {doc} at version {version} does not load")]
    Unloadable {
        /// The document.
        doc: DocId,
        /// Its version.
        version: u64,
        /// Why.
        #[source]
        source: SaveError,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why changes could not be saved as a document.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The changes do not load, or the saved document does not.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// What was loaded is another state than the database describes.
    #[error("the heads are not those of the database")]
    Heads,
    /// The thread that worked on it is gone.
    #[error("the work was abandoned")]
    Abandoned(#[from] tokio::task::JoinError),
    /// It holds up no other document.
    #[error("it takes too long")]
    TooSlow(#[from] tokio::time::error::Elapsed),
}

impl Compactor {
    /// A compactor that saves there.
    pub fn working(workplace: Workplace) -> Self {
        Self { workplace, ..Self::default() }
    }

    /// Saves what waits for it in an organisation, forgets what was replaced long ago, and tells how many were saved.
    pub async fn run<S: Store>(&mut self, store: &S, org: OrgId, now: Timestamp) -> Stored<usize> {
        let (mut saved, mut after) = (0, None);
        loop {
            let mut tx = store.begin(org, Access::Read).await?;
            let docs = tx.uncompacted(after, now.plus_ms(-QUIET_MS), BATCH).await?;
            drop(tx);
            let Some(last) = docs.last() else { break };
            after = Some(*last);
            for doc in docs {
                saved += usize::from(self.try_save(store, org, doc, now).await?);
            }
        }
        let mut tx = store.begin(org, Access::Write).await?;
        tx.delete_replaced(now.plus_ms(-KEPT_MS)).await?;
        tx.commit().await?;
        Ok(saved)
    }

    async fn try_save<S: Store>(
        &mut self,
        store: &S,
        org: OrgId,
        doc: DocId,
        now: Timestamp,
    ) -> Stored<bool> {
        let mut tx = store.begin(org, Access::Read).await?;
        let Some(row) = tx.documents(&[doc]).await?.pop() else { return Ok(false) };
        drop(tx);
        if self.given_up.contains(&(doc, row.version)) {
            return Ok(false);
        }
        let Some(state) = load(store, org, doc).await? else { return Ok(false) };
        let version = state.row.version;
        match save(state, self.workplace).await {
            Ok(snapshot) => adopt(store, org, &snapshot, now).await,
            Err(source) => {
                let error = CompactionError::Unloadable { doc, version, source };
                tracing::error!(error = %crate::error::Chain(&error), "a document could not be saved");
                self.given_up.insert((doc, version));
                Ok(false)
            }
        }
    }
}

/// What a document is made of.
struct State {
    row: DocumentRow,
    snapshot: Option<SnapshotRow>,
    tail: Vec<ChangeBody>,
}

/// A document as it is now; none if there is none of this id.
pub(super) async fn whole<S: Store>(
    store: &S,
    org: OrgId,
    doc: DocId,
) -> Stored<Option<Result<Automerge, LoadError>>> {
    Ok(load(store, org, doc).await?.map(|state| replay(&state)))
}

/// Reads a document. No lock, and no transaction afterwards.
async fn load<S: Store>(store: &S, org: OrgId, doc: DocId) -> Stored<Option<State>> {
    let mut tx = store.begin(org, Access::Read).await?;
    let Some(row) = tx.documents(&[doc]).await?.pop() else { return Ok(None) };
    let snapshot = tx.snapshots(&[(doc, row.snapshot_version)]).await?.pop();
    let from = snapshot.as_ref().map_or(0, |snapshot| snapshot.version);
    let tail = tx.bodies_after(&[(doc, from)]).await?;
    Ok(Some(State { row, snapshot, tail }))
}

async fn save(state: State, workplace: Workplace) -> Result<SnapshotRow, SaveError> {
    match workplace {
        Workplace::Aside => {
            tokio::time::timeout(SAVE_TIME, tokio::task::spawn_blocking(move || save_now(&state))).await??
        }
        Workplace::Here => save_now(&state),
    }
}

/// Saves a document, and loads what was saved: a document that nobody can load again must not reach anybody.
fn save_now(state: &State) -> Result<SnapshotRow, SaveError> {
    let bytes = replay(state)?.save_nocompress();
    let heads = document::heads(&document::load(&bytes, READER)?);
    if heads != state.row.heads {
        return Err(SaveError::Heads);
    }
    Ok(SnapshotRow { doc: state.row.doc, version: state.row.version, heads, bytes })
}

fn replay(state: &State) -> Result<Automerge, LoadError> {
    let base = match &state.snapshot {
        Some(snapshot) => document::load(&snapshot.bytes, READER)?,
        None => document::blank(READER),
    };
    let changes = state.tail.iter().map(|body| document::parse_change(&body.bytes));
    document::apply(base, changes.collect::<Result<_, _>>()?)
}

/// Stores a saved document, unless another instance has stored a newer one meanwhile.
async fn adopt<S: Store>(store: &S, org: OrgId, snapshot: &SnapshotRow, now: Timestamp) -> Stored<bool> {
    let mut tx = store.begin(org, Access::Write).await?;
    tx.insert_snapshot(snapshot, now).await?;
    if !tx.adopt_snapshot(snapshot.doc, snapshot.version, snapshot.bytes.len() as u64).await? {
        return Ok(false);
    }
    tx.mark_replaced(snapshot.doc, snapshot.version, now).await?;
    tx.commit().await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::testing::{Copy, NOW, Office, ada, grace};
    use crate::store::postgres::testing::{Pause, org};
    use sqlx::PgPool;
    use std::sync::Arc;

    const LATER: Timestamp = NOW.plus_ms(QUIET_MS);

    async fn row(office: &Office, doc: DocId) -> DocumentRow {
        let mut tx = office.db.store.begin(org(1), Access::Read).await.unwrap();
        tx.documents(&[doc]).await.unwrap().remove(0)
    }

    async fn meeting_with(office: &Office, changes: usize) -> Copy {
        let mut meeting = Copy::meeting(18, 51);
        for number in 0..changes {
            meeting.write(&format!("line {number}"));
        }
        office.push(ada(), &[meeting.push()]).await;
        meeting
    }

    #[sqlx::test]
    async fn a_long_document_is_saved_at_once_and_a_short_one_when_it_is_quiet(pool: PgPool) {
        let office = Office::open(&pool).await;
        let mut meeting = meeting_with(&office, 10).await;
        let store = &office.db.store;
        assert_eq!(Compactor::default().run(store, org(1), NOW).await.unwrap(), 0);
        assert_eq!(Compactor::default().run(store, org(1), LATER).await.unwrap(), 1);

        for number in 0..64 {
            meeting.write(&format!("more {number}"));
        }
        office.push(ada(), &[meeting.push()]).await;
        assert_eq!(Compactor::default().run(store, org(1), NOW).await.unwrap(), 1);

        let row = row(&office, meeting.doc).await;
        assert_eq!((row.snapshot_version, row.tail_bytes), (row.version, 0));
        let saved = load(store, org(1), meeting.doc).await.unwrap().unwrap().snapshot.unwrap();
        let loaded = document::load(&saved.bytes, READER).unwrap();
        assert_eq!(document::heads(&loaded), document::heads(&meeting.content));
        assert_eq!(saved.heads, row.heads);
    }

    #[sqlx::test]
    async fn a_replaced_snapshot_is_forgotten_after_a_week_and_the_present_one_never(pool: PgPool) {
        let office = Office::open(&pool).await;
        let mut meeting = meeting_with(&office, 10).await;
        let (store, mut compactor) = (&office.db.store, Compactor::default());
        compactor.run(store, org(1), LATER).await.unwrap();
        for number in 0..10 {
            meeting.write(&format!("more {number}"));
        }
        office.push(ada(), &[meeting.push()]).await;
        compactor.run(store, org(1), LATER).await.unwrap();
        let snapshots = "SELECT count(*) FROM snapshot";
        assert_eq!(office.db.count(snapshots).await, 2);

        compactor.run(store, org(1), LATER.plus_ms(KEPT_MS)).await.unwrap();
        assert_eq!(office.db.count(snapshots).await, 2, "a week has not passed");
        compactor.run(store, org(1), LATER.plus_ms(KEPT_MS + 1)).await.unwrap();
        assert_eq!(office.db.count(snapshots).await, 1);
    }

    /// Before each statement of the compaction, somebody pushes to the very document, and must not wait.
    #[sqlx::test]
    async fn a_push_never_waits_for_a_document_to_be_saved(pool: PgPool) {
        let office = Arc::new(Office::open(&pool).await);
        let meeting = meeting_with(&office, 70).await;
        let pushing = Arc::new(tokio::sync::Mutex::new((meeting.clone(), 0)));
        let pause = {
            let (office, pushing) = (office.clone(), pushing.clone());
            Pause::new(move || {
                let (office, pushing) = (office.clone(), pushing.clone());
                async move {
                    // The last statements hold the document for one short update; before them nothing does.
                    let is_held = office.db.holds_document_locks().await;
                    let mut pushing = pushing.lock().await;
                    if !is_held {
                        let words = format!("while saving {}", pushing.1);
                        pushing.0.write(&words);
                        pushing.1 += 1;
                        let push = pushing.0.push();
                        assert_eq!(office.push(ada(), &[push]).await.results[0].rejected, []);
                    }
                }
            })
        };

        let saved = Compactor::default().run(&office.pausing(pause), org(1), NOW).await.unwrap();

        let (meeting, pushes) = &*pushing.lock().await;
        assert_eq!(saved, 1);
        assert!(*pushes >= 8, "{pushes} pushes came in between");
        let row = row(&office, meeting.doc).await;
        assert!(row.snapshot_version >= 71 && row.snapshot_version < row.version);
        assert_eq!(row.heads, document::heads(&meeting.content));
        let tail: i64 = office
            .db
            .count(
                "SELECT sum(octet_length(bytes))::bigint FROM change JOIN document ON document.id = doc
                    WHERE change.version > snapshot_version",
            )
            .await;
        assert_eq!(row.tail_bytes, u64::try_from(tail).unwrap());
    }

    #[sqlx::test]
    async fn of_two_instances_that_save_the_same_document_the_newer_state_stays(pool: PgPool) {
        let office = Office::open(&pool).await;
        let mut meeting = meeting_with(&office, 10).await;
        let store = &office.db.store;
        let older = save_now(&load(store, org(1), meeting.doc).await.unwrap().unwrap()).unwrap();
        meeting.write("newer");
        office.push(ada(), &[meeting.push()]).await;
        let newer = save_now(&load(store, org(1), meeting.doc).await.unwrap().unwrap()).unwrap();

        assert!(adopt(store, org(1), &newer, NOW).await.unwrap());
        assert!(!adopt(store, org(1), &older, NOW).await.unwrap());

        assert_eq!(row(&office, meeting.doc).await.snapshot_version, newer.version);
        assert_eq!(office.db.count("SELECT count(*) FROM snapshot").await, 1);
    }

    #[sqlx::test]
    async fn a_document_that_does_not_load_is_left_alone_and_stops_no_other(pool: PgPool) {
        let office = Office::open(&pool).await;
        let broken = meeting_with(&office, 70).await;
        let mut fine = Copy::walk(grace().person, 1, 60);
        for number in 0..70 {
            fine.write(&format!("line {number}"));
        }
        office.push(grace(), &[fine.push()]).await;
        let (doc, garbage) = (broken.doc, "UPDATE change SET bytes = 'garbage' WHERE version = 9 AND doc");
        office.db.as_owner(&format!("{garbage} = '{doc}'")).await;
        let mut compactor = Compactor::default();

        assert_eq!(compactor.run(&office.db.store, org(1), NOW).await.unwrap(), 1);

        assert_eq!(compactor.given_up.len(), 1);
        assert_eq!(row(&office, broken.doc).await.snapshot_version, 0);
        assert!(row(&office, fine.doc).await.snapshot_version > 0);
    }
}
