//! Owns the rules of saved documents.

use super::ground::Ground;
use super::rows::*;
use server::store::row::{ChangeRow, DocumentRow, NewDocument, SnapshotRow};
use server::store::{Changes, Documents, Snapshots, StoreError, Transaction};
use sync_core::ids::DocId;
use sync_core::time::Timestamp;

fn saved(doc: DocId, version: u64) -> SnapshotRow {
    SnapshotRow { doc, version, heads: vec![hash(version)], bytes: (0..100).collect() }
}

fn size(changes: &[ChangeRow]) -> u64 {
    changes.iter().map(|row| row.bytes.len() as u64).sum()
}

/// A document with so many changes, whose size is theirs.
async fn with_history(ground: &impl Ground, count: u64) -> anyhow::Result<(DocId, Vec<ChangeRow>)> {
    let doc = document(1).doc;
    let changes: Vec<_> = (1..=count).map(|version| change(doc, version)).collect();
    let row = DocumentRow { version: count, size_bytes: size(&changes), ..document(1) };
    let mut tx = ground.write().await?;
    tx.insert_documents(&[new(&row)]).await?;
    tx.insert_changes(&changes).await?;
    tx.commit().await?;
    Ok((doc, changes))
}

pub(super) async fn a_saved_document_reads_back_whole_and_in_parts(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;
    let doc = one_document(&mut tx).await?;
    let other = SnapshotRow { bytes: vec![], ..saved(doc, 1) };
    tx.insert_snapshot(&saved(doc, 1), Timestamp(1)).await?;
    tx.insert_snapshot(&other, Timestamp(2)).await?;

    assert_eq!(tx.snapshots(&[(doc, 1), (doc, 2)]).await?, [saved(doc, 1)], "the first one stays");
    let part = |bytes| Some((SnapshotRow { bytes, ..saved(doc, 1) }, 100));
    assert_eq!(tx.snapshot_part(doc, 1, 90, 40).await?, part(saved(doc, 1).bytes[90..].to_vec()));
    assert_eq!(tx.snapshot_part(doc, 1, 0, 3).await?, part(vec![0, 1, 2]));
    assert_eq!(tx.snapshot_part(doc, 1, 100, 3).await?, part(vec![]));
    assert_eq!(tx.snapshot_part(doc, 2, 0, 3).await?, None);
    Ok(())
}

pub(super) async fn a_document_takes_the_newer_snapshot_and_counts_what_comes_after_it(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let (doc, changes) = with_history(ground, 4).await?;
    let mut tx = ground.write().await?;

    assert!(tx.adopt_snapshot(doc, 2, 77).await?);
    assert!(!tx.adopt_snapshot(doc, 2, 55).await?);
    assert!(!tx.adopt_snapshot(doc, 1, 55).await?);
    assert!(!tx.adopt_snapshot(document(2).doc, 1, 55).await?);
    let row = tx.documents(&[doc]).await?.remove(0);
    assert_eq!((row.snapshot_version, row.snapshot_bytes, row.tail_bytes), (2, 77, size(&changes[2..])));

    assert!(tx.adopt_snapshot(doc, 3, 99).await?);
    let row = tx.documents(&[doc]).await?.remove(0);
    assert_eq!((row.snapshot_version, row.snapshot_bytes, row.tail_bytes), (3, 99, size(&changes[3..])));
    Ok(())
}

pub(super) async fn a_snapshot_that_waits_for_a_push_counts_what_that_added(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let (doc, changes) = with_history(ground, 3).await?;
    let (mut push, mut saving) = (ground.write().await?, ground.write().await?);
    push.lock_documents(&[doc]).await?;

    let finish = async {
        ground.until_waiting(1).await?;
        push.advance_documents(&[advance(doc, 4)]).await?;
        push.insert_changes(&[ChangeRow { bytes: vec![7; 1000], ..change(doc, 4) }]).await?;
        anyhow::Ok(push.commit().await?)
    };
    let adopting = async { Ok(saving.adopt_snapshot(doc, 2, 77).await?) };
    let (adopted, ()) = tokio::try_join!(adopting, finish)?;

    assert!(adopted);
    let row = saving.documents(&[doc]).await?.remove(0);
    assert_eq!((row.version, row.snapshot_version), (4, 2));
    assert_eq!(row.tail_bytes, size(&changes[2..]) + 1000);
    Ok(())
}

pub(super) async fn a_replaced_snapshot_stays_until_it_is_old(ground: &impl Ground) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;
    let doc = one_document(&mut tx).await?;
    for version in 1..=3 {
        tx.insert_snapshot(&saved(doc, version), Timestamp(1)).await?;
    }

    tx.mark_replaced(doc, 2, Timestamp(500)).await?;
    tx.mark_replaced(doc, 3, Timestamp(900)).await?;

    assert_eq!(tx.delete_replaced(Timestamp(500)).await?, 0);
    assert_eq!(tx.delete_replaced(Timestamp(501)).await?, 1);
    assert_eq!(tx.snapshots(&[(doc, 1), (doc, 2), (doc, 3)]).await?.len(), 2);
    assert_eq!(tx.delete_replaced(Timestamp(9999)).await?, 1);
    assert_eq!(tx.snapshots(&[(doc, 1), (doc, 2), (doc, 3)]).await?, [saved(doc, 3)]);
    Ok(())
}

pub(super) async fn what_has_many_changes_or_bytes_waits_to_be_saved_and_what_has_some_until_it_is_quiet(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let sizes = [(64, 10), (1, 16_384), (8, 10), (7, 16_383)];
    let row = |number, (version, size_bytes)| DocumentRow { version, size_bytes, ..document(number) };
    let rows: Vec<_> = (1..).zip(sizes).map(|(number, size)| row(number, size)).collect();
    let at = Timestamp(1000);
    let mut tx = ground.write().await?;
    tx.insert_documents(
        &rows.iter().map(|row| NewDocument { row: row.clone(), facts: None, at }).collect::<Vec<_>>(),
    )
    .await?;
    let ascending = |rows: &[DocumentRow]| {
        let mut docs: Vec<_> = rows.iter().map(|row| row.doc).collect();
        docs.sort_unstable();
        docs
    };

    assert_eq!(
        tx.uncompacted(None, Timestamp(999), 9).await?,
        ascending(&rows[..2]),
        "while somebody writes"
    );
    let quiet = tx.uncompacted(None, Timestamp(1000), 9).await?;
    assert_eq!(quiet, ascending(&rows[..3]));
    assert_eq!(tx.uncompacted(Some(quiet[0]), Timestamp(1000), 1).await?, quiet[1..2]);
    Ok(())
}

pub(super) async fn a_snapshot_needs_its_document(ground: &impl Ground) -> anyhow::Result<()> {
    let stored = ground.write().await?.insert_snapshot(&saved(document(1).doc, 1), Timestamp(1)).await;

    assert!(matches!(stored, Err(StoreError::Failed(_))), "{stored:?}");
    Ok(())
}

pub(super) async fn a_second_saver_of_the_same_version_waits_and_adds_nothing(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let (doc, _) = with_history(ground, 1).await?;
    let (mut first, mut second) = (ground.write().await?, ground.write().await?);
    first.insert_snapshot(&saved(doc, 1), Timestamp(1)).await?;

    let other = SnapshotRow { bytes: vec![], ..saved(doc, 1) };
    let finish = async {
        ground.until_waiting(1).await?;
        anyhow::Ok(first.commit().await?)
    };
    let saving = async { Ok(second.insert_snapshot(&other, Timestamp(1)).await?) };
    tokio::try_join!(saving, finish)?;

    assert_eq!(second.snapshots(&[(doc, 1)]).await?, [saved(doc, 1)]);
    Ok(())
}

pub(super) async fn of_two_who_forget_the_same_snapshot_one_counts_it(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let (doc, _) = with_history(ground, 1).await?;
    let mut tx = ground.write().await?;
    tx.insert_snapshot(&saved(doc, 1), Timestamp(1)).await?;
    tx.mark_replaced(doc, 2, Timestamp(500)).await?;
    tx.commit().await?;
    let (mut first, mut second) = (ground.write().await?, ground.write().await?);
    assert_eq!(first.delete_replaced(Timestamp(501)).await?, 1);

    let finish = async {
        ground.until_waiting(1).await?;
        anyhow::Ok(first.commit().await?)
    };
    let forgetting = async { Ok(second.delete_replaced(Timestamp(501)).await?) };
    let (count, ()) = tokio::try_join!(forgetting, finish)?;

    assert_eq!(count, 0);
    Ok(())
}
