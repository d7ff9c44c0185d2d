//! Owns the rules of what a transaction sees and leaves behind.

use super::ground::Ground;
use super::rows::*;
use server::store::row::RecordRow;
use server::store::{Access, Documents, Feed, Records, Store, StoreError, Transaction};
use sync_core::ids::OrgId;

const NOTHING: [u64; 0] = [];

fn record(version: u64) -> RecordRow {
    RecordRow { collection: "team".into(), key: vec![1], version, body: None }
}

async fn versions(tx: &mut impl Records) -> anyhow::Result<Vec<u64>> {
    Ok(tx.records(own(), None, 9).await?.iter().map(|record| record.version).collect())
}

pub(super) async fn what_is_written_is_seen_by_its_own_transaction_and_after_the_commit_by_all(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let (mut writer, mut other) = (ground.write().await?, ground.write().await?);
    writer.put_record(own(), &record(1)).await?;

    assert_eq!(versions(&mut writer).await?, [1]);
    assert_eq!(versions(&mut other).await?, NOTHING);
    assert_eq!(versions(&mut ground.read().await?).await?, NOTHING);
    writer.commit().await?;
    assert_eq!(versions(&mut other).await?, [1]);
    assert_eq!(versions(&mut ground.read().await?).await?, [1]);
    Ok(())
}

pub(super) async fn a_writing_transaction_sees_what_others_commit_between_its_statements(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;
    let doc = one_document(&mut tx).await?;
    assert_eq!(versions(&mut tx).await?, NOTHING);

    let mut other = ground.write().await?;
    other.put_record(own(), &record(1)).await?;
    other.commit().await?;

    assert_eq!(versions(&mut tx).await?, [1]);
    assert_eq!(tx.documents(&[doc]).await?, [document(1)], "and still what it wrote itself");
    tx.commit().await?;
    let mut after = ground.read().await?;
    assert_eq!((versions(&mut after).await?, after.documents(&[doc]).await?.len()), (vec![1], 1));
    Ok(())
}

pub(super) async fn a_reading_transaction_sees_one_moment(ground: &impl Ground) -> anyhow::Result<()> {
    let mut reader = ground.read().await?;

    let mut writer = ground.write().await?;
    writer.put_record(own(), &record(1)).await?;
    one_document(&mut writer).await?;
    writer.commit().await?;

    assert_eq!(versions(&mut reader).await?, NOTHING, "the moment is the one at which it began");
    assert_eq!(reader.documents(&[document(1).doc]).await?, []);
    reader.commit().await?;
    assert_eq!(versions(&mut ground.read().await?).await?, [1]);
    Ok(())
}

pub(super) async fn a_dropped_transaction_leaves_nothing(ground: &impl Ground) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;
    one_document(&mut tx).await?;
    tell(&mut tx, own(), news(1)).await?;
    drop(tx);

    let mut tx = ground.write().await?;
    assert_eq!(tx.documents(&[document(1).doc]).await?, []);
    assert_eq!(tx.feed_end().await?, None);
    assert_eq!(tx.advance_feed(1).await?, 1);
    Ok(())
}

pub(super) async fn a_reading_transaction_writes_nothing(ground: &impl Ground) -> anyhow::Result<()> {
    let put = ground.read().await?.put_record(own(), &record(1)).await;
    let locked = ground.read().await?.lock_documents(&[document(1).doc]).await;
    let advanced = ground.read().await?.advance_feed(1).await;

    assert!(matches!(put, Err(StoreError::Failed(_))), "{put:?}");
    assert!(matches!(locked, Err(StoreError::Failed(_))), "{locked:?}");
    assert!(matches!(advanced, Err(StoreError::Failed(_))), "{advanced:?}");
    Ok(())
}

pub(super) async fn a_failed_statement_ends_its_transaction_and_lets_others_on(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;
    tell(&mut tx, own(), news(1)).await?;
    let again = tx.append_feed(&[fed(1, own(), news(2))]).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");

    let mut other = ground.write().await?;
    assert_eq!(other.advance_feed(1).await?, 1, "what was locked is free");
    assert!(matches!(tx.feed_end().await, Err(StoreError::Failed(_))));

    // Whatever a commit says now, it writes nothing.
    let _ = tx.commit().await;
    assert_eq!(ground.read().await?.feed_end().await?, None);
    Ok(())
}

pub(super) async fn one_organisation_sees_nothing_of_another(ground: &impl Ground) -> anyhow::Result<()> {
    let elsewhere = OrgId::from_bytes([2; 16]);
    ground.found(elsewhere).await?;
    let mut here = ground.write().await?;
    one_document(&mut here).await?;
    tell(&mut here, own(), news(1)).await?;

    let mut there = ground.store().begin(elsewhere, Access::Write).await?;
    assert_eq!(there.organisation(), elsewhere);
    assert_eq!(there.advance_feed(1).await?, 1, "nobody waits for another organisation");
    here.commit().await?;
    assert_eq!(there.documents(&[document(1).doc]).await?, []);
    assert_eq!((there.feed_end().await?, there.tail(&[(own(), 0)], 9).await?), (None, vec![]));
    Ok(())
}

pub(super) async fn the_organisations_are_listed(ground: &impl Ground) -> anyhow::Result<()> {
    let elsewhere = OrgId::from_bytes([0; 16]);
    ground.found(elsewhere).await?;

    assert_eq!(ground.store().organisations().await?, [elsewhere, ORG]);
    Ok(())
}
