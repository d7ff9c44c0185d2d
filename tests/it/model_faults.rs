//! What befalls statements and commits of the model database when the world says so. That it does right otherwise is
//! the contract's.

use rand::SeedableRng;
use server::caller::Caller;
use server::clock::Clock;
use server::random::Randomness;
use server::services::ingest::{Means, Push, ingest};
use server::services::membership::Announcer;
use server::store::row::{Event, FeedRow, FeedStamp};
use server::store::{Access, Audiences, Feed, Store, StoreError, Transaction};
use server::trial::{Place, Trials};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use sync_core::coaching::Kind;
use sync_core::document;
use sync_core::ids::{ActorId, AudienceId, DeviceId, DocId, OrgId, PersonId, RandomKey};
use sync_core::key::{NaturalKey, Part, Subject};
use sync_core::time::Timestamp;
use sync_core::wire::{Create, PushDocument};
use tests::model::{CommitVerdict, Ending, Fate, ModelDatabase, ModelTransaction, Statement, Verdict};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

const ORG: OrgId = OrgId::from_bytes([1; 16]);
const ADA: PersonId = PersonId::from_bytes([2; 16]);
const NOW: Timestamp = Timestamp(1_800_000_000_000);
const SECOND: Duration = Duration::from_secs(1);

/// What is to happen next, once.
#[derive(Clone, Default)]
struct Script {
    statement: Arc<Mutex<Option<(&'static str, Verdict)>>>,
    commit: Arc<Mutex<Option<CommitVerdict>>>,
}

impl Script {
    fn next(&self, name: &'static str, verdict: Verdict) {
        *self.statement.lock().unwrap_or_else(PoisonError::into_inner) = Some((name, verdict));
    }

    fn next_commit(&self, verdict: CommitVerdict) {
        *self.commit.lock().unwrap_or_else(PoisonError::into_inner) = Some(verdict);
    }
}

impl Fate for Script {
    fn of_statement(&self, statement: Statement<'_>) -> Verdict {
        let mut next = self.statement.lock().unwrap_or_else(PoisonError::into_inner);
        next.take_if(|(name, _)| *name == statement.name).map_or(Verdict::GoOn, |(_, verdict)| verdict)
    }

    fn of_commit(&self, _: Statement<'_>) -> CommitVerdict {
        self.commit.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or(CommitVerdict::GoOn)
    }
}

/// A database with an organisation, and what is to befall it.
struct Ground {
    database: ModelDatabase,
    script: Script,
}

impl Ground {
    fn new() -> Self {
        let script = Script::default();
        let database = ModelDatabase::new(Clock::from_fn(|| NOW), script.clone());
        database.found(ORG);
        Self { database, script }
    }

    async fn begin(&self, access: Access) -> anyhow::Result<ModelTransaction> {
        Ok(self.database.instance("s0").begin(ORG, access).await?)
    }

    /// A transaction that has taken the next place of the feed and filled it.
    async fn telling(&self) -> anyhow::Result<ModelTransaction> {
        let mut tx = self.begin(Access::Write).await?;
        let seq = tx.advance_feed(1).await?;
        tx.append_feed(&[fed(seq)]).await?;
        Ok(tx)
    }

    /// The places of the feed that are committed.
    fn told(&self) -> Vec<u64> {
        self.database.feed(ORG).iter().map(|row| row.at.seq).collect()
    }

    /// Takes the next place, and tells it and how many whole seconds that took.
    async fn next_place(&self) -> anyhow::Result<(u64, u64)> {
        let since = Instant::now();
        let seq = self.begin(Access::Write).await?.advance_feed(1).await?;
        Ok((seq, since.elapsed().as_secs()))
    }
}

fn fed(seq: u64) -> FeedRow {
    let event = Event::Record { collection: "team".into(), key: vec![1] };
    let at = FeedStamp { seq, stamp: [seq as u8; 8] };
    FeedRow { at, audience: AudienceId::from_bytes([3; 16]), event, time: NOW }
}

#[tokio::test(start_paused = true)]
async fn a_late_commit_is_seen_late_and_holds_what_it_has_locked() -> anyhow::Result<()> {
    let ground = Ground::new();
    let tx = ground.telling().await?;
    ground.script.next_commit(CommitVerdict::Late(5 * SECOND));

    let look = async {
        tokio::time::sleep(4 * SECOND).await;
        Ok(ground.told())
    };
    let commit = async { Ok(tx.commit().await?) };
    let ((), place, seen) = tokio::try_join!(commit, ground.next_place(), look)?;

    assert_eq!((place, seen), ((2, 5), vec![]));
    assert_eq!(ground.told(), [1]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_commit_whose_outcome_is_unknown_has_happened_or_not() -> anyhow::Result<()> {
    for (ending, told) in [(Ending::Committed, vec![1]), (Ending::RolledBack, vec![])] {
        let ground = Ground::new();
        let tx = ground.telling().await?;
        ground.script.next_commit(CommitVerdict::Lose(ending));

        let outcome = tx.commit().await;

        assert!(matches!(outcome, Err(StoreError::OutcomeUnknown(_))), "{outcome:?}");
        assert_eq!(ground.told(), told);
        assert_eq!(ground.next_place().await?, (told.len() as u64 + 1, 0), "nothing is locked");
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_commit_may_outlive_its_connection() -> anyhow::Result<()> {
    let ground = Ground::new();
    let tx = ground.telling().await?;
    ground.script.next_commit(CommitVerdict::Lose(Ending::CommittedAfter(3 * SECOND)));

    let outcome = tx.commit().await;

    assert!(matches!(outcome, Err(StoreError::OutcomeUnknown(_))), "{outcome:?}");
    assert_eq!(ground.told(), [] as [u64; 0]);
    assert_eq!(ground.next_place().await?, (2, 3), "whoever tries again waits for it");
    assert_eq!(ground.told(), [1]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_refused_commit_writes_nothing_and_may_be_tried_again() -> anyhow::Result<()> {
    let ground = Ground::new();
    let tx = ground.telling().await?;
    ground.script.next_commit(CommitVerdict::Refuse);

    let outcome = tx.commit().await;
    ground.telling().await?.commit().await?;

    assert!(matches!(outcome, Err(StoreError::Retryable(_))), "{outcome:?}");
    assert_eq!(ground.told(), [1]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_dies_in_a_statement_is_never_answered_and_lets_go_when_it_is_gone()
-> anyhow::Result<()> {
    let ground = Ground::new();
    let mut tx = ground.telling().await?;
    ground.script.next("stamp", Verdict::Crash);
    let mut instance = JoinSet::new();
    instance.spawn(async move { tx.stamp(1).await });

    let answer = timeout(3600 * SECOND, instance.join_next()).await;
    assert!(answer.is_err(), "{answer:?}");
    instance.shutdown().await;

    assert_eq!(ground.next_place().await?, (1, 0));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_dies_in_a_commit_is_never_answered_whatever_happened() -> anyhow::Result<()> {
    for (ending, told) in [(Ending::Committed, vec![1]), (Ending::RolledBack, vec![])] {
        let ground = Ground::new();
        let tx = ground.telling().await?;
        ground.script.next_commit(CommitVerdict::Crash(ending));

        let answer = timeout(3600 * SECOND, tx.commit()).await;

        assert!(answer.is_err(), "{answer:?}");
        assert_eq!(ground.told(), told);
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_delayed_statement_sees_what_was_committed_meanwhile() -> anyhow::Result<()> {
    let ground = Ground::new();
    let mut delayed = ground.begin(Access::Write).await?;
    ground.script.next("feed_end", Verdict::Delay(2 * SECOND));

    let tell = async { Ok(ground.telling().await?.commit().await?) };
    let look = async { anyhow::Ok(delayed.feed_end().await?) };
    let (end, ()) = tokio::try_join!(look, tell)?;

    assert_eq!(end.map(|end| end.seq), Some(1));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_breaks_ends_its_transaction() -> anyhow::Result<()> {
    let ground = Ground::new();
    ground.script.next("begin", Verdict::Fail);
    let begun = ground.database.instance("s0").begin(ORG, Access::Write).await;
    assert!(matches!(begun, Err(StoreError::Retryable(_))), "{begun:?}");

    let mut tx = ground.telling().await?;
    ground.script.next("stamp", Verdict::Fail);
    let stamp = tx.stamp(1).await;

    assert!(matches!(stamp, Err(StoreError::Retryable(_))), "{stamp:?}");
    assert_eq!(ground.next_place().await?, (1, 0));
    assert!(tx.feed_end().await.is_err());
    let _ = tx.commit().await;
    assert_eq!(ground.told(), [] as [u64; 0]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_too_long_for_a_lock_may_try_again() -> anyhow::Result<()> {
    let ground = Ground::new();
    let mut holder = ground.telling().await?;
    let since = Instant::now();

    let waited = ground.begin(Access::Write).await?.advance_feed(1).await;

    assert!(matches!(waited, Err(StoreError::Retryable(_))), "{waited:?}");
    assert_eq!(since.elapsed().as_secs(), 10, "as the server asks of Postgres");
    assert_eq!(holder.feed_end().await?.map(|end| end.seq), Some(1));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn of_two_who_wait_for_each_other_one_is_told_at_once() -> anyhow::Result<()> {
    let ground = Ground::new();
    let (mut first, mut second) = (ground.begin(Access::Write).await?, ground.begin(Access::Write).await?);
    first.append_feed(&[fed(1)]).await?;
    second.append_feed(&[fed(2)]).await?;
    let since = Instant::now();

    let (place_of_first, place_of_second) = ([fed(1)], [fed(2)]);
    let (waited, told) =
        tokio::join!(first.append_feed(&place_of_second), second.append_feed(&place_of_first));

    assert!(waited.is_ok() && matches!(told, Err(StoreError::Retryable(_))), "{waited:?} {told:?}");
    assert_eq!(since.elapsed(), Duration::ZERO);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_restore_takes_back_what_came_after_the_backup_and_breaks_every_connection() -> anyhow::Result<()> {
    let ground = Ground::new();
    ground.telling().await?.commit().await?;
    let backup = ground.database.back_up();
    ground.telling().await?.commit().await?;
    let mut reading = ground.begin(Access::Read).await?;
    let (committing, mut waiting) = (ground.telling().await?, ground.begin(Access::Write).await?);

    let restore = async {
        assert_eq!(ground.database.waiting(), 1);
        ground.database.restore(&backup);
    };
    let (waited, ()) = tokio::join!(waiting.advance_feed(1), restore);

    assert!(matches!(waited, Err(StoreError::Retryable(_))), "{waited:?}");
    assert!(matches!(reading.feed_end().await, Err(StoreError::Retryable(_))));
    assert!(matches!(committing.commit().await, Err(StoreError::OutcomeUnknown(_))));
    assert_eq!(ground.told(), [1]);
    assert_eq!(ground.next_place().await?, (2, 0));
    ground.database.restore(&backup);
    assert_eq!(ground.told(), [1], "a backup stays as it is");
    Ok(())
}

/// What the feed's row prevents: whoever takes places without it is seen in another order than it committed.
#[tokio::test(start_paused = true)]
async fn places_taken_without_the_feeds_row_are_committed_in_any_order() -> anyhow::Result<()> {
    let ground = Ground::new();
    let (mut first, mut second) = (ground.begin(Access::Write).await?, ground.begin(Access::Write).await?);
    first.append_feed(&[fed(1)]).await?;
    second.append_feed(&[fed(2)]).await?;

    second.commit().await?;
    first.commit().await?;

    assert_eq!(ground.told(), [2, 1]);
    Ok(())
}

/// The new floor walk of Ada's, as her phone pushes it.
fn walk() -> anyhow::Result<PushDocument> {
    let part = Part::Random(RandomKey::from_bytes([7; 16]));
    let (kind, key) = ("floor_walk", NaturalKey { subject: Subject::Person(ADA), part });
    let spec = Kind::parse(kind).ok_or_else(|| anyhow::anyhow!("the kind exists"))?;
    let actor = ActorId::from_bytes([9; 16]);
    let mut content = document::create(spec, &key, 1, actor)?;
    let mut edit = content.transaction();
    automerge::transaction::Transactable::put(&mut edit, automerge::ROOT, "place", "Aisle 7")?;
    edit.commit();
    let written = content.get_last_local_change().map(|change| change.raw_bytes().to_vec());
    let changes = written.into_iter().map(Into::into).collect();
    Ok(PushDocument {
        doc: DocId::of(ORG, kind, &key),
        create: Some(Create { kind: kind.into(), key }),
        changes,
    })
}

#[tokio::test(start_paused = true)]
async fn the_services_store_a_push_once_whatever_befalls_its_commit() -> anyhow::Result<()> {
    let endings =
        [Ending::RolledBack, Ending::Committed, Ending::CommittedAfter(SECOND)].map(CommitVerdict::Lose);
    let verdicts = [CommitVerdict::GoOn, CommitVerdict::Late(SECOND), CommitVerdict::Refuse];
    for verdict in endings.into_iter().chain(verdicts) {
        let ground = Ground::new();
        let random = Randomness::from_rng(rand::rngs::StdRng::seed_from_u64(1));
        let mut tx = ground.begin(Access::Write).await?;
        Announcer { tx: &mut tx, now: NOW, random: &random }.welcome(ADA).await?;
        assert_eq!(tx.memberships(ADA).await?.len(), 1);
        tx.commit().await?;

        let caller = Caller { org: ORG, person: ADA, device: DeviceId::from_bytes([4; 16]) };
        let documents = [walk()?];
        let push = Push { caller, documents: &documents, evidence: &BTreeMap::new(), now: NOW };
        ground.script.next_commit(verdict);
        let (store, trials) = (ground.database.instance("s0"), Trials::at(Place::Here));
        let means = Means { store: &store, trials: &trials, random: &random };
        let stored = ingest(&means, &push).await?;

        assert!(stored.results[0].rejected.is_empty(), "{verdict:?}: {:?}", stored.results);
        assert_eq!(stored.pushed.map(|row| row.seq), Some(3), "{verdict:?}: genesis and the change");
        assert_eq!(ground.told(), [1, 2, 3], "{verdict:?}");
        assert_eq!(ground.database.committed(ORG).changes.len(), 2, "{verdict:?}");
    }
    Ok(())
}
