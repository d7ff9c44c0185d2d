//! Invariant 1: what is at or below a cursor is committed and was deliverable.

use super::*;
use crate::services::testing::{Stopping, ada, grace, mallory};
use crate::spawner::Spawner;
use crate::store::postgres::testing::{Database, Pause};
use sqlx::PgPool;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use sync_core::policy::Role;
use tokio::sync::Notify;

/// How many statements the push of a new meeting takes, the commit included.
async fn statements_of_a_push(office: &Office) -> usize {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    let pause = Pause::new(move || {
        counter.fetch_add(1, Ordering::SeqCst);
        async {}
    });
    let mut meeting = Copy::meeting(1, 51);
    meeting.write("counted");
    office.push_to(&office.pausing(pause), ada(), &[meeting.push()]).await;
    count.load(Ordering::SeqCst)
}

/// A first push takes its places in the feed and stops before its commit; a second one runs on another instance as far
/// as it can; Grace syncs; the first one commits; Grace syncs again. Tells how many changes she never got.
async fn missed_by_a_reader_between_two_pushes(pool: &PgPool, office: Arc<Office>) -> usize {
    let other = Database::instance(pool, 5).await;
    let statements = statements_of_a_push(&office).await;
    let mut phone = Phone::of(grace());
    phone.sync(&office, &office.db.store, vec![]).await;
    let (mut slow, mut fast) = (Copy::meeting(2, 52), Copy::meeting(3, 53));
    slow.write("slow");
    fast.write("fast");
    let docs = [slow.doc, fast.doc];

    let stopping = Arc::new(Stopping::before(statements - 1, &office.db.store));
    let (spawner, done) = (Spawner::default(), Arc::new(Notify::new()));
    let (slow_office, stopping_before_commit, push) = (office.clone(), stopping.clone(), slow.push());
    spawner.spawn(async move {
        slow_office.push_to(&stopping_before_commit.store, ada(), &[push]).await;
    });
    stopping.stands().await;
    let (fast_office, fast_done, push) = (office.clone(), done.clone(), fast.push());
    spawner.spawn(async move {
        fast_office.push_to(&other, ada(), &[push]).await;
        fast_done.notify_one();
    });
    tokio::select! {
        () = done.notified() => {}
        () = office.db.until_somebody_waits() => {}
    }
    phone.sync(&office, &office.db.store, vec![]).await;
    stopping.go_on();
    assert_eq!(spawner.join(Duration::from_secs(30)).await, 0);
    phone.sync(&office, &office.db.store, vec![]).await;

    let got = phone.everything();
    let stored = stored(&office, docs).await;
    assert_eq!(stored.values().map(BTreeSet::len).sum::<usize>(), 4);
    stored.iter().map(|(doc, all)| all.len() - got.get(doc).map_or(0, BTreeSet::len)).sum()
}

#[sqlx::test]
async fn a_reader_between_two_pushes_misses_neither(pool: PgPool) {
    let office = Arc::new(Office::open(&pool).await);

    assert_eq!(missed_by_a_reader_between_two_pushes(&pool, office).await, 0);
}

/// The same with places from a sequence, which nobody waits for: what is taken first is committed last, behind a
/// cursor that is already past it. Shows that the test above sees what it is there for.
#[sqlx::test]
async fn a_feed_that_is_numbered_by_a_sequence_would_lose_rows(pool: PgPool) {
    let office = Arc::new(Office::open(&pool).await);
    office.db.as_owner(include_str!("../../../../tests/naive_feed.sql")).await;

    assert_eq!(missed_by_a_reader_between_two_pushes(&pool, office).await, 2);
}

#[sqlx::test]
async fn whoever_reads_while_two_instances_are_pushed_to_gets_everything_in_an_order_that_loads(
    pool: PgPool,
) {
    let office = Office::open(&pool).await;
    let other = Database::instance(&pool, 5).await;
    let instances = [&office.db.store, &other];
    let is_over = AtomicBool::new(false);
    let write = |who, instance: usize, first: u8| {
        let office = &office;
        async move {
            let mut phone = Phone::of(who);
            for round in 0..6 {
                let mut shared = Copy::meeting(1, first + round);
                shared.write("shared");
                let mut own = Copy::meeting(2 + round, first + round);
                own.write("own");
                own.write("own again");
                let push = vec![shared.push(), own.push()];
                let frames = phone.sync(office, instances[(instance + usize::from(round)) % 2], push).await;
                assert_eq!(rejected(&frames), []);
            }
        }
    };
    let read = |who, instance: usize| {
        let (office, is_over) = (&office, &is_over);
        async move {
            let mut phone = Phone::of(who);
            let mut rounds = 0;
            while !is_over.load(Ordering::SeqCst) {
                phone.sync(office, instances[(instance + rounds) % 2], vec![]).await;
                phone.everything();
                rounds += 1;
            }
            phone.sync(office, instances[instance], vec![]).await;
            phone.everything()
        }
    };
    let writers = async {
        tokio::join!(write(ada(), 0, 60), write(grace(), 1, 80), write(ada(), 1, 100));
        is_over.store(true, Ordering::SeqCst);
    };

    let (adas, graces, mallorys, ()) =
        tokio::join!(read(ada(), 0), read(grace(), 1), read(mallory(), 0), writers);

    let all = stored(&office, (1..8).map(|day| Copy::meeting(day, 1).doc)).await;
    assert_eq!(all.values().map(BTreeSet::len).sum::<usize>(), (1 + 18) + 6 * (1 + 6));
    assert_eq!((&adas, &graces), (&all, &all));
    assert!(mallorys.is_empty());
}

#[sqlx::test]
async fn what_was_written_before_somebody_came_arrives_after_the_word_that_they_came(pool: PgPool) {
    let office = Office::open(&pool).await;
    let mut phone = Phone::of(ada());
    phone.sync(&office, &office.db.store, vec![]).await;
    office.revoke(ada()).await;
    phone.sync(&office, &office.db.store, vec![]).await;
    let mut meeting = Copy::meeting(1, 51);
    meeting.write("meanwhile");
    office.push(grace(), &[meeting.push()]).await;
    office.grant(ada(), Role::Leader).await;

    phone.sync(&office, &office.db.store, vec![]).await;

    assert_eq!(phone.changes_of(meeting.doc).len(), 2);
}

/// Invariants 6 and 9 while it happens: whatever statement of a sync a revocation comes before, once the phone has
/// nothing more to fetch it holds what its person may read, and no more.
#[sqlx::test]
async fn a_revocation_in_the_middle_of_a_sync_leaves_nothing_behind(pool: PgPool) {
    let office = Arc::new(Office::open(&pool).await);
    for day in 1..=4 {
        let mut meeting = Copy::meeting(day, 50 + day);
        meeting.write(&"long enough for several groups ".repeat(900));
        office.push(grace(), &[meeting.push()]).await;
    }
    let mut walk = Copy::walk(ada().person, 1, 60);
    walk.write("Ada's own");
    office.push(ada(), &[walk.push()]).await;
    for nth in 0.. {
        office.grant(ada(), Role::Leader).await;
        let count = Arc::new(AtomicUsize::new(0));
        let pause = {
            let (office, count) = (office.clone(), count.clone());
            Pause::new(move || {
                let is_now = count.fetch_add(1, Ordering::SeqCst) == nth;
                let office = office.clone();
                async move {
                    if is_now {
                        office.revoke(ada()).await;
                    }
                }
            })
        };
        let mut phone = Phone::of(ada());
        let store = office.pausing(pause);

        phone.exchange(&office, &store, phone.request(vec![])).await;
        if count.load(Ordering::SeqCst) <= nth {
            assert_eq!(phone.held.len(), 5, "nobody revoked: everything is there");
            assert!(nth > 20, "{nth} statements");
            break;
        }
        phone.sync(&office, &office.db.store, vec![]).await;

        assert_eq!(phone.held.keys().collect::<Vec<_>>(), [&walk.doc], "revoked before statement {nth}");
    }
}
