//! What people push, and what the server's tables are afterwards.

mod restore;
mod revocation;

use super::*;
use crate::services::testing::{Copy, Office, ada, grace, mallory};
use crate::spawner::Spawner;
use crate::store::postgres::PgStore;
use crate::store::postgres::testing::{Database, Pause, org};
use crate::store::{Access, Changes, Documents};
use sqlx::PgPool;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use sync_core::policy::Role;
use sync_core::wire::{ErrorCode, Retry};

fn codes(ingested: &Ingested) -> Vec<(ErrorCode, Retry)> {
    let rejected = ingested.results.iter().flat_map(|result| &result.rejected);
    rejected.map(|rejection| (rejection.code, rejection.retry)).collect()
}

/// The stored changes of a document, in their order.
async fn stored(office: &Office, doc: DocId) -> Vec<Vec<u8>> {
    let mut tx = office.db.store.begin(org(1), Access::Read).await.unwrap();
    tx.bodies_after(&[(doc, 0)]).await.unwrap().into_iter().map(|body| body.bytes).collect()
}

#[sqlx::test]
async fn what_is_pushed_is_stored_after_the_genesis_that_the_server_makes_itself(pool: PgPool) {
    let office = Office::open(&pool).await;
    let mut meeting = Copy::meeting(18, 51);
    meeting.write("agenda");
    meeting.write("notes");

    let ingested = office.push(ada(), &[meeting.push()]).await;

    assert_eq!(codes(&ingested), []);
    let changes: Vec<_> = meeting.content.get_changes(&[]).iter().map(|c| c.raw_bytes().to_vec()).collect();
    assert_eq!(stored(&office, meeting.doc).await, changes);
    let mut tx = office.db.store.begin(org(1), Access::Read).await.unwrap();
    let row = tx.documents(&[meeting.doc]).await.unwrap().remove(0);
    assert_eq!((row.version, row.kind.as_str()), (3, "meeting"));
    assert_eq!(row.heads, document_heads(&meeting));
    let authors = tx.authors(&[meeting.doc]).await.unwrap();
    assert_eq!(authors.iter().map(|(_, author)| author.person).collect::<Vec<_>>(), [ada().person]);
}

fn document_heads(copy: &Copy) -> Vec<ChangeHash> {
    sync_core::document::heads(&copy.content)
}

#[sqlx::test]
async fn two_phones_that_plan_the_same_meeting_offline_meet_in_one_document(pool: PgPool) {
    let office = Office::open(&pool).await;
    let (mut adas, mut graces) = (Copy::meeting(18, 51), Copy::meeting(18, 52));
    adas.write("agenda");
    graces.write("question");

    let first = office.push(ada(), &[adas.push()]).await;
    let second = office.push(grace(), &[graces.push()]).await;

    assert_eq!((codes(&first), codes(&second)), (vec![], vec![]));
    let all = stored(&office, adas.doc).await;
    adas.merge(&all);
    graces.merge(&all);
    assert_eq!((all.len(), document_heads(&adas)), (3, document_heads(&graces)));
}

#[sqlx::test]
async fn sending_anything_again_changes_nothing(pool: PgPool) {
    let office = Office::open(&pool).await;
    let mut meeting = Copy::meeting(18, 51);
    meeting.write("agenda");
    let genesis = meeting.content.get_changes(&[]).remove(0).raw_bytes().to_vec();
    let mut push = meeting.push();
    push.changes.insert(0, genesis.into());
    let first = office.push(ada(), &[push.clone(), push.clone()]).await;
    let before = office.db.dump().await;

    let again = office.push(ada(), &[push.clone()]).await;
    let others = office.push(grace(), &[push.clone()]).await;
    office.revoke(ada()).await;
    let after_revoke =
        office.push(ada(), &[PushDocument { changes: vec![push.changes[1].clone()], ..push }]).await;

    for ingested in [&first, &again, &others, &after_revoke] {
        assert_eq!((codes(ingested), ingested.results.len()), (vec![], 1));
    }
    assert_eq!(again.pushed, first.pushed, "the cursor covers what was stored before");
    let changed = office.db.dump().await;
    for (table, rows) in before {
        if !["audience_member", "feed", "feed_counter"].contains(&table.as_str()) {
            assert_eq!(changed[&table], rows, "{table}");
        }
    }
}

#[sqlx::test]
async fn a_document_of_others_is_answered_like_one_that_does_not_exist(pool: PgPool) {
    let office = Office::open(&pool).await;
    let (mut real, mut absent) = (Copy::meeting(18, 51), Copy::meeting(19, 51));
    real.write("agenda");
    office.push(ada(), &[real.push()]).await;
    for create in [true, false] {
        let mut pushes = [&mut real, &mut absent].map(|copy| {
            copy.session(53);
            copy.write("let me in");
            copy.push()
        });
        if !create {
            pushes.iter_mut().for_each(|push| push.create = None);
        }

        for push in pushes {
            let ingested = office.push(mallory(), std::slice::from_ref(&push)).await;
            assert_eq!(codes(&ingested), vec![(ErrorCode::NotFound, Retry::Never); push.changes.len()]);
            assert_eq!((&ingested.results[0].missing, &ingested.results[0].server_heads), (&vec![], &None));
            assert_eq!(ingested.pushed, None);
        }
    }
    assert_eq!(stored(&office, absent.doc).await.len(), 0);
}

#[sqlx::test]
async fn a_key_that_does_not_give_the_id_is_refused(pool: PgPool) {
    let office = Office::open(&pool).await;
    let mut meeting = Copy::meeting(18, 51);
    meeting.write("agenda");
    let good = meeting.push();
    let other_day = PushDocument { create: Some(Copy::meeting(19, 51).create), ..good.clone() };
    let unknown = Create { kind: "from_the_future".into(), ..meeting.create.clone() };
    let unknown = PushDocument { create: Some(unknown), ..good.clone() };

    assert_eq!(codes(&office.push(ada(), &[other_day]).await), [(ErrorCode::CreateInvalid, Retry::Never)]);
    assert_eq!(codes(&office.push(ada(), &[unknown]).await), [(ErrorCode::CreateInvalid, Retry::Later)]);
    assert_eq!(codes(&office.push(ada(), &[good]).await), []);
}

#[sqlx::test]
async fn nobody_writes_a_floor_walk_that_is_not_theirs(pool: PgPool) {
    let office = Office::open(&pool).await;
    let (mut own, mut adas) = (Copy::walk(grace().person, 1, 51), Copy::walk(ada().person, 1, 52));
    own.write("stop");
    adas.write("stop");

    let ingested = office.push(grace(), &[own.push(), adas.push()]).await;

    assert_eq!(ingested.results[0].rejected, []);
    assert_eq!(codes(&ingested), [(ErrorCode::NotFound, Retry::Never)]);
}

#[sqlx::test]
async fn a_bad_change_takes_neither_its_neighbours_nor_other_documents_along(pool: PgPool) {
    let office = Office::open(&pool).await;
    let (mut bad, mut good) = (Copy::meeting(18, 51), Copy::meeting(19, 52));
    bad.write("kept");
    good.write("kept");
    let mut pushed = bad.push();
    pushed.changes.push(b"not a change".to_vec().into());

    let ingested = office.push(ada(), &[pushed, good.push()]).await;

    assert_eq!(codes(&ingested), [(ErrorCode::ChangeMalformed, Retry::Never)]);
    assert_eq!(ingested.results[0].server_heads, Some(document_heads(&bad)));
    assert_eq!((stored(&office, bad.doc).await.len(), stored(&office, good.doc).await.len()), (2, 2));
}

#[sqlx::test]
async fn a_document_of_which_everything_is_refused_is_not_created(pool: PgPool) {
    let office = Office::open(&pool).await;
    let mut meeting = Copy::meeting(18, 51);
    let push = PushDocument { changes: vec![b"not a change".to_vec().into()], ..meeting.push() };

    let ingested = office.push(ada(), &[push]).await;

    assert_eq!(codes(&ingested), [(ErrorCode::ChangeMalformed, Retry::Never)]);
    assert_eq!(
        (ingested.results[0].server_heads.clone(), stored(&office, meeting.doc).await.len()),
        (None, 0)
    );
    assert_eq!(codes(&office.push(ada(), &[meeting.push()]).await), []);
    assert_eq!(stored(&office, meeting.doc).await.len(), 1, "an empty one may be created");
}

#[sqlx::test]
async fn what_is_missing_is_asked_for_and_then_all_of_it_is_taken(pool: PgPool) {
    let office = Office::open(&pool).await;
    let mut meeting = Copy::meeting(18, 51);
    let first = meeting.write("one");
    let before = meeting.push();
    meeting.write("two");
    let after = meeting.push();

    let ingested = office.push(ada(), std::slice::from_ref(&after)).await;
    assert_eq!(codes(&ingested), [(ErrorCode::MissingDependency, Retry::Later)]);
    assert_eq!(ingested.results[0].missing, [first]);

    assert_eq!(codes(&office.push(ada(), &[before, after]).await), []);
}

#[sqlx::test]
async fn nobody_pushes_under_anothers_actor(pool: PgPool) {
    let office = Office::open(&pool).await;
    let mut meeting = Copy::meeting(18, 51);
    meeting.write("adas");
    office.push(ada(), &[meeting.push()]).await;
    meeting.write("forged");

    let ingested = office.push(grace(), &[meeting.push()]).await;

    assert_eq!(codes(&ingested), [(ErrorCode::ActorOwned, Retry::Never)]);
}

#[sqlx::test]
async fn an_actor_that_comes_back_after_others_wrote_is_found_to_follow_itself(pool: PgPool) {
    let office = Office::open(&pool).await;
    let mut adas = Copy::meeting(18, 51);
    adas.write("one");
    office.push(ada(), &[adas.push()]).await;
    let mut graces = Copy::meeting(18, 52);
    graces.merge(&stored(&office, adas.doc).await);
    for word in ["two", "three", "four"] {
        graces.write(word);
    }
    office.push(grace(), &[graces.push()]).await;
    adas.merge(&stored(&office, adas.doc).await);
    adas.write("five");

    assert_eq!(codes(&office.push(ada(), &[adas.push()]).await), []);
}

/// Invariant 2, on whatever the tables hold.
async fn assert_feed_is_sound(office: &Office) {
    for (rule, count) in [
        (
            "an actor's changes are numbered from 1 without a gap",
            "SELECT count(*) FROM (SELECT actor_seq, row_number() OVER (PARTITION BY doc, actor ORDER BY actor_seq)
             AS expected FROM change) AS numbered WHERE actor_seq <> expected",
        ),
        (
            "a document's changes are numbered in the order of the feed",
            "SELECT count(*) FROM (SELECT version, row_number() OVER (PARTITION BY doc ORDER BY seq)
             AS expected FROM change) AS numbered WHERE version <> expected",
        ),
        (
            "the feed has no gap",
            "SELECT count(*) FROM (SELECT seq, row_number() OVER (ORDER BY seq) AS expected FROM feed) AS numbered
             WHERE seq <> expected",
        ),
        (
            "the counter is the end of the feed",
            "SELECT count(*) FROM feed_counter WHERE seq <> (SELECT max(seq) FROM feed)",
        ),
        (
            "every change has its row in the feed",
            "SELECT count(*) FROM change LEFT JOIN feed USING (org, seq, doc, version) WHERE feed.class IS NULL",
        ),
        (
            "a dependency is there, with a lower place",
            "SELECT count(*) FROM change CROSS JOIN generate_series(1, length(deps), 32) AS at
             WHERE NOT EXISTS (SELECT FROM change AS earlier WHERE earlier.doc = change.doc
                               AND earlier.hash = substring(change.deps FROM at FOR 32)
                               AND earlier.seq < change.seq)",
        ),
    ] {
        assert_eq!(office.db.count(count).await, 0, "{rule}");
    }
}

#[sqlx::test]
async fn two_instances_that_are_pushed_to_at_once_lose_nothing_and_break_no_order(pool: PgPool) {
    let office = Office::open(&pool).await;
    let other = Database::instance(&pool, 5).await;
    let mut shared = Copy::meeting(18, 51);
    shared.write("start");
    office.push(ada(), &[shared.push()]).await;
    let base = stored(&office, shared.doc).await;

    let person = |who, store, first: u8| {
        let (office, base) = (&office, base.clone());
        async move {
            for round in 0..8 {
                let mut hot = Copy::meeting(18, first + round);
                hot.merge(&base);
                hot.write(&format!("hot {first} {round}"));
                let mut own = Copy::meeting(20 + round, first + round);
                own.write(&format!("own {first} {round}"));
                let ingested = office.push_to(store, who, &[hot.push(), own.push()]).await;
                assert_eq!(codes(&ingested), []);
            }
        }
    };
    let one = &office.db.store;
    tokio::join!(
        person(ada(), one, 100),
        person(grace(), &other, 120),
        person(ada(), &other, 140),
        person(grace(), one, 160)
    );

    let all = stored(&office, shared.doc).await;
    assert_eq!(all.len(), 2 + 4 * 8);
    for length in 1..=all.len() {
        Copy::meeting(18, 1).merge(&all[..length]);
    }
    for day in 20..28 {
        assert_eq!(stored(&office, Copy::meeting(day, 1).doc).await.len(), 1 + 4);
    }
    assert_feed_is_sound(&office).await;
}

/// A store that takes Ada's seat away just before its nth statement, and counts its statements.
fn revoking_before(nth: usize, office: &Arc<Office>, spawner: &Spawner) -> (PgStore, Arc<AtomicUsize>) {
    let statements = Arc::new(AtomicUsize::new(0));
    let pause = {
        let (office, spawner, statements) = (office.clone(), spawner.clone(), statements.clone());
        Pause::new(move || {
            let is_now = statements.fetch_add(1, Ordering::SeqCst) == nth;
            let (office, spawner) = (office.clone(), spawner.clone());
            async move {
                if is_now {
                    let (done, finished) = tokio::sync::oneshot::channel();
                    let revoking = office.clone();
                    spawner.spawn(async move {
                        revoking.revoke(ada()).await;
                        let _ = done.send(());
                    });
                    // It is committed, or it waits for the push: nothing more can happen before the push goes on.
                    tokio::select! {
                        _ = finished => {}
                        () = office.db.until_somebody_waits() => {}
                    }
                }
            }
        })
    };
    (office.pausing(pause), statements)
}

#[sqlx::test]
async fn nothing_slips_in_after_a_revocation_at_whatever_moment_it_comes(pool: PgPool) {
    let office = Arc::new(Office::open(&pool).await);
    let mut verdicts = Vec::new();
    for nth in 0.. {
        office.grant(ada(), Role::Leader).await;
        let mut meeting = Copy::meeting(1, u8::try_from(60 + nth).unwrap());
        meeting.merge(&stored(&office, meeting.doc).await);
        meeting.write("start");
        let spawner = Spawner::default();
        let (store, statements) = revoking_before(nth, &office, &spawner);

        let ingested = office.push_to(&store, ada(), &[meeting.push()]).await;

        spawner.join(Duration::from_secs(30)).await;
        if statements.load(Ordering::SeqCst) <= nth {
            break;
        }
        let late =
            "SELECT count(*) FROM change WHERE seq > (SELECT max(seq) FROM feed WHERE class = 'revoke')";
        assert_eq!(
            office.db.count(late).await,
            0,
            "a change came after the revocation before statement {nth}"
        );
        let accepted = codes(&ingested).is_empty();
        let has = stored(&office, meeting.doc).await.contains(&meeting.last_written());
        assert_eq!(has, accepted, "the verdict is not what happened, before statement {nth}");
        verdicts.push(accepted);
    }
    assert!(verdicts.len() > 10 && verdicts.contains(&true) && verdicts.contains(&false), "{verdicts:?}");
    assert_feed_is_sound(&office).await;
}

#[sqlx::test]
async fn a_connection_that_dies_before_any_statement_costs_nothing(pool: PgPool) {
    let office = Office::open(&pool).await;
    for nth in 0.. {
        let mut meeting = Copy::meeting(1, u8::try_from(60 + nth).unwrap());
        meeting.merge(&stored(&office, meeting.doc).await);
        meeting.write("survives");
        let (statements, owner) = (Arc::new(AtomicUsize::new(0)), pool.clone());
        let counter = statements.clone();
        let pause = Pause::new(move || {
            let (is_now, owner) = (counter.fetch_add(1, Ordering::SeqCst) == nth, owner.clone());
            async move {
                if is_now {
                    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = current_database() AND application_name = 'floorwalk'";
                    sqlx::query(kill).execute(&owner).await.unwrap();
                }
            }
        });

        let ingested = office.push_to(&office.pausing(pause), ada(), &[meeting.push()]).await;

        assert_eq!(codes(&ingested), [], "before statement {nth}");
        assert!(stored(&office, meeting.doc).await.contains(&meeting.last_written()));
        if statements.load(Ordering::SeqCst) <= nth {
            break;
        }
    }
    assert_feed_is_sound(&office).await;
}
