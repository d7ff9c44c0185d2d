//! Owns the rules of waiting.

use super::ground::Ground;
use super::rows::*;
use server::store::row::DocumentRow;
use server::store::{Documents, Feed, Snapshots, StoreError, Transaction};
use std::pin::pin;
use sync_core::ids::DocId;

/// Two documents, in ascending order.
async fn two_documents(ground: &impl Ground) -> anyhow::Result<[DocId; 2]> {
    let mut tx = ground.write().await?;
    let rows: Vec<DocumentRow> = vec![document(1), document(2)];
    let docs = tx.insert_documents(&rows.iter().map(new).collect::<Vec<_>>()).await?;
    tx.commit().await?;
    Ok([docs[0], docs[1]])
}

pub(super) async fn whoever_waits_longest_is_next(ground: &impl Ground) -> anyhow::Result<()> {
    let mut first = ground.write().await?;
    let (mut second, mut third) = (ground.write().await?, ground.write().await?);
    assert_eq!(first.advance_feed(1).await?, 1);

    let second = async {
        let seq = second.advance_feed(1).await?;
        second.commit().await?;
        anyhow::Ok(seq)
    };
    let third = async {
        ground.until_waiting(1).await?;
        Ok(third.advance_feed(1).await?)
    };
    let finish = async {
        ground.until_waiting(2).await?;
        Ok(first.commit().await?)
    };
    let (second, third, ()) = tokio::try_join!(second, third, finish)?;

    assert_eq!((second, third), (2, 3));
    Ok(())
}

pub(super) async fn whoever_gives_up_waiting_is_in_nobodys_way(ground: &impl Ground) -> anyhow::Result<()> {
    let (mut first, mut third) = (ground.write().await?, ground.write().await?);
    first.advance_feed(1).await?;
    {
        let mut second = ground.write().await?;
        let mut waiting = pin!(second.advance_feed(1));
        tokio::select! {
            biased;
            seq = &mut waiting => anyhow::bail!("did not wait: {seq:?}"),
            waits = ground.until_waiting(1) => waits?,
        }
    }

    let finish = async { Ok(first.commit().await?) };
    let third = async { anyhow::Ok(third.advance_feed(1).await?) };
    let (third, ()) = tokio::try_join!(third, finish)?;

    assert_eq!(third, 2);
    Ok(())
}

pub(super) async fn whoever_goes_away_lets_the_next_one_on(ground: &impl Ground) -> anyhow::Result<()> {
    let [doc, _] = two_documents(ground).await?;
    let (mut first, mut second) = (ground.write().await?, ground.write().await?);
    first.lock_documents(&[doc]).await?;
    first.advance_documents(&[advance(doc, 2)]).await?;

    let docs = [doc];
    let finish = async {
        ground.until_waiting(1).await?;
        drop(first);
        anyhow::Ok(())
    };
    let second = async { Ok(second.lock_documents(&docs).await?) };
    let (seen, ()) = tokio::try_join!(second, finish)?;

    assert_eq!(seen, [(doc, 1)], "nothing of the first one is left");
    Ok(())
}

pub(super) async fn of_two_who_wait_for_each_other_one_may_try_again(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let [low, high] = two_documents(ground).await?;
    let (mut upwards, mut downwards) = (ground.write().await?, ground.write().await?);
    upwards.lock_documents(&[low]).await?;
    downwards.lock_documents(&[high]).await?;

    let (to_high, to_low) = ([high], [low]);
    let (up, down) = tokio::join!(upwards.lock_documents(&to_high), downwards.lock_documents(&to_low));

    let is_refused = |result: &Result<_, StoreError>| matches!(result, Err(StoreError::Retryable(_)));
    assert!(is_refused(&up) != is_refused(&down), "{up:?} {down:?}");
    assert!(up.is_ok() != down.is_ok(), "the other one goes on: {up:?} {down:?}");
    Ok(())
}

pub(super) async fn whoever_reads_never_waits(ground: &impl Ground) -> anyhow::Result<()> {
    let [doc, _] = two_documents(ground).await?;
    let mut writer = ground.write().await?;
    writer.lock_documents(&[doc]).await?;
    writer.advance_documents(&[advance(doc, 2)]).await?;
    writer.advance_feed(1).await?;

    for mut tx in [ground.read().await?, ground.write().await?] {
        assert_eq!(tx.documents(&[doc]).await?[0].version, 1);
        assert_eq!((tx.feed_end().await?, tx.uncompacted(None, NOW, 9).await?), (None, vec![]));
    }
    Ok(())
}
