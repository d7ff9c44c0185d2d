//! Owns the rules of the data that the server owns. A body is written as Postgres gives it back: it keeps JSON, not text.

use super::ground::Ground;
use super::rows::*;
use server::store::row::RecordRow;
use server::store::{Records, StoreError, Transaction};
use sync_core::ids::AudienceId;

fn record(collection: &str, key: u8, version: u64) -> RecordRow {
    let body = Some(format!("{{\"version\": {version}}}"));
    RecordRow { collection: collection.into(), key: vec![key], version, body }
}

pub(super) async fn records_come_in_order_by_page_and_by_name(ground: &impl Ground) -> anyhow::Result<()> {
    let all = [record("person", 1, 1), record("person", 2, 1), record("team", 0, 3)];
    let mut tx = ground.write().await?;
    for record in all.iter().rev() {
        tx.put_record(own(), record).await?;
    }
    tx.put_record(pair(), &record("person", 1, 9)).await?;

    assert_eq!(tx.records(own(), None, 2).await?, all[..2]);
    assert_eq!(tx.records(own(), Some(("person", &[1])), 2).await?, all[1..]);
    assert_eq!(tx.records(own(), Some(("person", &[1, 0])), 2).await?, all[1..]);
    let named = [
        (own(), "team".into(), vec![0]),
        (pair(), "person".into(), vec![1]),
        (own(), "team".into(), vec![1]),
    ];
    let mut found = tx.named_records(&named).await?;
    found.sort_by_key(|(_, record)| record.version);
    assert_eq!(found, [(own(), all[2].clone()), (pair(), record("person", 1, 9))]);
    Ok(())
}

pub(super) async fn a_record_is_replaced_and_may_lose_its_body(ground: &impl Ground) -> anyhow::Result<()> {
    let gone = RecordRow { body: None, ..record("team", 1, 2) };
    let mut tx = ground.write().await?;

    tx.put_record(own(), &record("team", 1, 1)).await?;
    tx.put_record(own(), &gone).await?;

    assert_eq!(tx.records(own(), None, 9).await?, [gone]);
    Ok(())
}

pub(super) async fn the_record_of_whoever_commits_last_stays(ground: &impl Ground) -> anyhow::Result<()> {
    let (mut first, mut second) = (ground.write().await?, ground.write().await?);
    first.put_record(own(), &record("team", 1, 1)).await?;

    let later = record("team", 1, 2);
    let finish = async {
        ground.until_waiting(1).await?;
        anyhow::Ok(first.commit().await?)
    };
    let putting = async {
        second.put_record(own(), &later).await?;
        Ok(second.commit().await?)
    };
    tokio::try_join!(putting, finish)?;

    assert_eq!(ground.read().await?.records(own(), None, 9).await?, [later]);
    Ok(())
}

pub(super) async fn a_record_needs_its_audience(ground: &impl Ground) -> anyhow::Result<()> {
    let put = ground.write().await?.put_record(AudienceId::from_bytes([9; 16]), &record("team", 1, 1)).await;

    assert!(matches!(put, Err(StoreError::Failed(_))), "{put:?}");
    Ok(())
}
