//! Owns the facts of documents that have none, or some that an older version read: those from before there were any, and all of them
//! after an upgrade that reads more. Whoever pushes stores the facts with the document and waits for nothing here.

use super::compaction::{State, load, replay};
use crate::error::Chain;
use crate::store::postgres::{PgStore, PgTransaction};
use crate::store::row::FactsRow;
use crate::store::{Access, Store, Stored, Transaction};
use std::collections::BTreeSet;
use std::time::Duration;
use sync_core::coaching::Kind;
use sync_core::document::{Document, LoadError};
use sync_core::ids::{AudienceId, DocId, OrgId};
use sync_core::insight::Known;
use sync_core::insight::facts::{Facts, VERSION};

/// Documents asked for at a time.
const BATCH: u32 = 64;
/// So many documents of an organisation are read in one run: others have work too.
const MOST: usize = 512;
/// A document that takes longer is left alone, so that it holds up no other one.
const READ_TIME: Duration = Duration::from_secs(60);

/// Reads facts, and remembers of which documents they cannot be read.
#[derive(Debug, Default)]
pub struct FactReader {
    /// Trying again at the same version would fail again.
    given_up: BTreeSet<(DocId, u64)>,
}

/// Why no facts were read.
#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error("the document does not load")]
    Load(#[from] LoadError),
    #[error("the work was abandoned")]
    Abandoned(#[from] tokio::task::JoinError),
    #[error("it takes too long")]
    TooSlow(#[from] tokio::time::error::Elapsed),
}

impl FactReader {
    /// Reads what is missing in an organisation, up to some hundreds of documents, and tells of how many.
    pub async fn run(&mut self, store: &PgStore, org: OrgId) -> Stored<usize> {
        let (mut read, mut seen, mut after) = (0, 0, None);
        while seen < MOST {
            let mut tx = store.begin(org, Access::Read).await?;
            let docs = tx.documents_without_facts(VERSION, after, BATCH).await?;
            drop(tx);
            let Some(last) = docs.last() else { break };
            after = Some(*last);
            seen += docs.len();
            for doc in docs {
                read += usize::from(self.try_read(store, org, doc).await?);
            }
        }
        Ok(read)
    }

    async fn try_read(&mut self, store: &PgStore, org: OrgId, doc: DocId) -> Stored<bool> {
        let Some(state) = load(store, org, doc).await? else { return Ok(false) };
        let version = state.row.version;
        if self.given_up.contains(&(doc, version)) {
            return Ok(false);
        }
        match read(state).await {
            Ok(facts) => {
                let mut tx = store.begin(org, Access::Write).await?;
                let is_kept = tx.put_facts(doc, version, &facts).await?;
                tx.commit().await?;
                Ok(is_kept)
            }
            Err(error) => {
                tracing::error!(%doc, version, error = %Chain(&error), "the facts of a document could not be read");
                self.given_up.insert((doc, version));
                Ok(false)
            }
        }
    }
}

/// Off the threads that serve requests: a long document takes a while.
async fn read(state: State) -> Result<FactsRow, ReadError> {
    let work = tokio::task::spawn_blocking(move || read_now(&state));
    Ok(tokio::time::timeout(READ_TIME, work).await???)
}

/// Of a kind that only a newer release knows there are none here; it will read its own.
fn read_now(state: &State) -> Result<FactsRow, LoadError> {
    let Some(kind) = Kind::parse(&state.row.kind) else {
        return Ok(FactsRow { version: VERSION, bytes: None });
    };
    let document = replay(state)?;
    let facts = Facts::of(kind, Document::of(&document));
    Ok(FactsRow { version: VERSION, bytes: facts.map(|facts| facts.to_bytes()) })
}

/// What is known of the documents of these kinds in these audiences.
pub(super) async fn known(
    tx: &mut PgTransaction,
    audiences: &[AudienceId],
    kinds: &[&str],
) -> Stored<Vec<Known>> {
    let rows = tx.facts_of(audiences, kinds, VERSION).await?.into_iter();
    let known = |row: crate::store::row::KnownRow| {
        Some(Known { doc: row.doc, key: row.key, facts: Facts::from_bytes(&row.facts)? })
    };
    Ok(rows.filter_map(known).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::testing::{Copy, Office, ada};
    use crate::store::postgres::testing::{org, tenure_audience};
    use sqlx::PgPool;
    use sync_core::coaching::meeting::MeetingKind;

    async fn meetings(office: &Office) -> Vec<Known> {
        let mut tx = office.db.store.begin(org(1), Access::Read).await.unwrap();
        known(&mut tx, &[tenure_audience(org(1))], &["meeting"]).await.unwrap()
    }

    fn facts_on_the_phone(copy: &Copy) -> Facts {
        Facts::of(Kind::parse("meeting").unwrap(), Document::of(&copy.content)).unwrap()
    }

    fn review(day: u8) -> Copy {
        let mut meeting = Copy::meeting(day, 1);
        meeting.put("kind", "plan_review");
        meeting
    }

    #[sqlx::test]
    async fn what_is_pushed_is_stored_with_its_facts_and_they_are_those_of_the_phone(pool: PgPool) {
        let office = Office::open(&pool).await;
        let mut meeting = review(4);
        office.push(ada(), &[meeting.push()]).await;

        let expected = facts_on_the_phone(&meeting);
        assert_eq!(meetings(&office).await[0].facts, expected);
        let Facts::Meeting(facts) = expected else { panic!("of another kind") };
        assert_eq!(facts.kind, MeetingKind::PlanReview);

        meeting.put("kind", "coaching");
        office.push(ada(), &[meeting.push()]).await;
        assert_eq!(meetings(&office).await[0].facts, facts_on_the_phone(&meeting));
    }

    #[sqlx::test]
    async fn a_change_that_is_refused_is_in_no_facts(pool: PgPool) {
        let office = Office::open(&pool).await;
        let mut meeting = review(4);
        let before = facts_on_the_phone(&meeting);
        let mut hostile = meeting.push();
        meeting.put("header", "mine now");
        meeting.put("kind", "coaching");
        hostile.changes.extend(meeting.push().changes);

        let answer = office.push(ada(), &[hostile]).await;

        assert_eq!(answer.results[0].rejected.len(), 2);
        assert_eq!(meetings(&office).await[0].facts, before);
    }

    #[sqlx::test]
    async fn documents_from_before_there_were_facts_get_theirs_and_a_broken_one_stops_no_other(pool: PgPool) {
        let office = Office::open(&pool).await;
        let (mut older, mut broken) = (review(4), review(5));
        office.push(ada(), &[older.push(), broken.push()]).await;
        office.db.as_owner("UPDATE document SET facts = NULL, facts_version = 0").await;
        let garbage =
            format!("UPDATE change SET bytes = 'garbage' WHERE version = 2 AND doc = '{}'", broken.doc);
        office.db.as_owner(&garbage).await;
        assert_eq!(meetings(&office).await, []);
        let mut reader = FactReader::default();

        assert_eq!(reader.run(&office.db.store, org(1)).await.unwrap(), 1);
        assert_eq!(reader.run(&office.db.store, org(1)).await.unwrap(), 0);

        let known = meetings(&office).await;
        assert_eq!((known.len(), &known[0].facts), (1, &facts_on_the_phone(&older)));
        assert_eq!(reader.given_up.len(), 1);
    }
}
