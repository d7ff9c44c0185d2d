//! Owns the rules of the feed.

use super::ground::Ground;
use super::rows::*;
use server::store::row::{Event, FeedRow, TailRow};
use server::store::{Access, Audiences, Feed, Store, StoreError, Transaction};
use sync_core::ids::{DocId, OrgId};
use sync_core::policy::{Role, Seat};

fn read(row: &FeedRow) -> TailRow {
    TailRow { at: row.at, audience: row.audience, event: row.event.clone(), change: None }
}

pub(super) async fn every_event_reads_back_in_the_order_of_the_feed(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;
    let stored = with_changes(&mut tx, 2).await?.remove(1);
    let doc = stored.doc;
    let rows = [
        fed(1, own(), Event::Grant { audience: pair(), role: Role::Agent }),
        fed(2, pair(), Event::Change { doc, version: 2 }),
        fed(3, own(), Event::Record { collection: "team".into(), key: vec![1, 2] }),
        fed(4, pair(), Event::Erase { doc: DocId::from_bytes([9; 16]) }),
        fed(5, own(), Event::Revoke { audience: pair(), reason: "tenure_ended".into() }),
    ];
    assert_eq!(tx.feed_end().await?, None);
    assert_eq!(tx.advance_feed(5).await?, 5);
    tx.append_feed(&rows).await?;
    tx.commit().await?;

    let mut expected: Vec<_> = rows.iter().map(read).collect();
    expected[1].change = Some((stored.hash, stored.bytes.len() as u64));
    let mut tx = ground.read().await?;
    assert_eq!(tx.tail(&[(pair(), 0), (own(), 0)], 9).await?, expected);
    assert_eq!(tx.feed_end().await?, Some(rows[4].at));
    assert_eq!((tx.stamp(4).await?, tx.stamp(6).await?), (Some([4; 8]), None));
    Ok(())
}

pub(super) async fn the_tail_is_merged_cut_and_begins_after_a_place_of_each_audience(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;
    let of = [own(), own(), pair(), own(), pair(), pair()];
    let rows: Vec<_> = (1..).zip(of).map(|(seq, audience)| fed(seq, audience, news(1))).collect();
    tx.append_feed(&rows).await?;

    let tail: Vec<_> = rows.iter().map(read).collect();
    let some = |places: &[usize]| places.iter().map(|place| tail[place - 1].clone()).collect::<Vec<_>>();
    assert_eq!(tx.tail(&[(pair(), 0), (own(), 0)], 9).await?, tail);
    assert_eq!(tx.tail(&[(pair(), 3), (own(), 1)], 9).await?, some(&[2, 4, 5, 6]));
    assert_eq!(tx.tail(&[(pair(), 0), (own(), 1)], 3).await?, some(&[2, 3, 4]));
    assert_eq!(tx.tail(&[(pair(), 5)], 1).await?, some(&[6]));
    assert_eq!((tx.tail(&[(pair(), 6)], 9).await?, tx.tail(&[], 9).await?), (vec![], vec![]));
    Ok(())
}

pub(super) async fn whoever_takes_places_first_commits_first(ground: &impl Ground) -> anyhow::Result<()> {
    let (mut first, mut second) = (ground.write().await?, ground.write().await?);
    tell(&mut first, own(), news(1)).await?;

    let finish = async {
        ground.until_waiting(1).await?;
        assert_eq!(ground.read().await?.feed_end().await?, None);
        Ok(first.commit().await?)
    };
    let (seq, ()) = tokio::try_join!(tell(&mut second, own(), news(2)), finish)?;

    assert_eq!(seq, 2);
    assert_eq!(second.tail(&[(own(), 0)], 9).await?.len(), 2, "what was committed first is seen");
    assert_eq!(ground.read().await?.feed_end().await?.map(|end| end.seq), Some(1));
    Ok(())
}

pub(super) async fn places_that_were_taken_back_are_given_again(ground: &impl Ground) -> anyhow::Result<()> {
    let (mut first, mut second) = (ground.write().await?, ground.write().await?);
    assert_eq!(first.advance_feed(2).await?, 2);

    let finish = async {
        ground.until_waiting(1).await?;
        drop(first);
        anyhow::Ok(())
    };
    let taking = async { Ok(second.advance_feed(3).await?) };
    let (last, ()) = tokio::try_join!(taking, finish)?;

    assert_eq!(last, 3);
    Ok(())
}

/// What a push relies on: it reads the rights after it has the feed's row.
pub(super) async fn a_right_that_ended_while_the_feed_was_waited_for_is_seen_to_have_ended(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let (audience, ada) = (pair(), person(1));
    let seat = Seat { audience, person: ada, role: Role::Leader, from: LONG_AGO, until: None };
    let mut tx = ground.write().await?;
    tx.put_seat(&seat).await?;
    tx.mark_granted(audience, ada, 1).await?;
    tx.commit().await?;
    let (mut revoking, mut pushing) = (ground.write().await?, ground.write().await?);
    assert_eq!(pushing.memberships(ada).await?.len(), 1);
    revoking.advance_feed(1).await?;
    revoking.mark_revoked(audience, ada, 1).await?;

    let finish = async {
        ground.until_waiting(1).await?;
        anyhow::Ok(revoking.commit().await?)
    };
    let push = async {
        pushing.advance_feed(1).await?;
        Ok(pushing.memberships(ada).await?)
    };
    let (rights, ()) = tokio::try_join!(push, finish)?;

    assert_eq!(rights, []);
    Ok(())
}

pub(super) async fn a_place_is_filled_once(ground: &impl Ground) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;
    tx.append_feed(&[fed(1, own(), news(1))]).await?;
    tx.commit().await?;

    let again = ground.write().await?.append_feed(&[fed(2, own(), news(1)), fed(1, own(), news(2))]).await;

    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
    Ok(())
}

pub(super) async fn an_unknown_organisation_has_no_feed(ground: &impl Ground) -> anyhow::Result<()> {
    let nowhere = OrgId::from_bytes([9; 16]);
    let taken = ground.store().begin(nowhere, Access::Write).await?.advance_feed(1).await;
    let made =
        ground.store().begin(nowhere, Access::Write).await?.ensure_audience(pair(), &pair_subject()).await;

    assert!(matches!(taken, Err(StoreError::Failed(_))), "{taken:?}");
    assert!(matches!(made, Err(StoreError::Failed(_))), "{made:?}");
    assert_eq!(ground.store().begin(nowhere, Access::Read).await?.feed_end().await?, None);
    Ok(())
}
