//! Owns the rules of documents.

use super::ground::Ground;
use super::rows::*;
use server::store::row::{Advance, DocumentRow, HeadsRow};
use server::store::{Documents, StoreError, Transaction};
use sync_core::ids::DocId;

pub(super) async fn a_document_reads_back_as_it_was_written(ground: &impl Ground) -> anyhow::Result<()> {
    let row = DocumentRow { heads: vec![hash(3), hash(4)], ..document(1) };
    let claims = DocumentRow { snapshot_version: 5, snapshot_bytes: 6, tail_bytes: 7, ..row.clone() };
    let mut tx = ground.write().await?;
    tx.insert_documents(&[new(&claims)]).await?;
    tx.commit().await?;

    let asked = [row.doc, DocId::from_bytes([0; 16]), row.doc];
    assert_eq!(ground.read().await?.documents(&asked).await?, [row], "a new document has no snapshot");
    Ok(())
}

pub(super) async fn a_document_is_inserted_once(ground: &impl Ground) -> anyhow::Result<()> {
    let mut docs = [document(1).doc, document(2).doc];
    docs.sort_unstable();
    let all = [new(&document(2)), new(&document(1))];
    let other = DocumentRow { max_op: 99, ..document(1) };

    let mut tx = ground.write().await?;
    assert_eq!(tx.insert_documents(&all[..1]).await?, [document(2).doc]);
    assert_eq!(tx.insert_documents(&[new(&other), all[0].clone()]).await?, [document(1).doc]);
    assert_eq!(tx.insert_documents(&all).await?, []);
    let found = tx.documents(&docs).await?;
    assert_eq!(found.iter().map(|row| row.doc).collect::<Vec<_>>(), docs, "ascending");
    drop(tx);
    assert_eq!(ground.write().await?.insert_documents(&all).await?, docs, "ascending");
    Ok(())
}

pub(super) async fn a_document_needs_its_audience(ground: &impl Ground) -> anyhow::Result<()> {
    let row = DocumentRow { audience: sync_core::ids::AudienceId::from_bytes([9; 16]), ..document(1) };

    let inserted = ground.write().await?.insert_documents(&[new(&row)]).await;

    assert!(matches!(inserted, Err(StoreError::Failed(_))), "{inserted:?}");
    Ok(())
}

pub(super) async fn a_second_inserter_waits_and_inserts_nothing(ground: &impl Ground) -> anyhow::Result<()> {
    let (mut first, mut second) = (ground.write().await?, ground.write().await?);
    let doc = one_document(&mut first).await?;

    let twin = [new(&DocumentRow { max_op: 99, ..document(1) })];
    let finish = async {
        ground.until_waiting(1).await?;
        anyhow::Ok(first.commit().await?)
    };
    let inserting = async { Ok(second.insert_documents(&twin).await?) };
    let (inserted, ()) = tokio::try_join!(inserting, finish)?;

    assert_eq!(inserted, []);
    assert_eq!(second.documents(&[doc]).await?, [document(1)]);
    Ok(())
}

pub(super) async fn a_second_inserter_inserts_what_the_first_one_took_back(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let (mut first, mut second) = (ground.write().await?, ground.write().await?);
    let doc = one_document(&mut first).await?;

    let twin = [new(&DocumentRow { max_op: 99, ..document(1) })];
    let finish = async {
        ground.until_waiting(1).await?;
        drop(first);
        anyhow::Ok(())
    };
    let inserting = async { Ok(second.insert_documents(&twin).await?) };
    let (inserted, ()) = tokio::try_join!(inserting, finish)?;

    assert_eq!(inserted, [doc]);
    second.commit().await?;
    assert_eq!(ground.read().await?.documents(&[doc]).await?[0].max_op, 99);
    Ok(())
}

pub(super) async fn a_document_that_is_locked_is_not_waited_for_by_an_inserter(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;
    let doc = one_document(&mut tx).await?;
    tx.commit().await?;
    let mut holder = ground.write().await?;
    holder.lock_documents(&[doc]).await?;

    assert_eq!(ground.write().await?.insert_documents(&[new(&document(1))]).await?, []);
    Ok(())
}

pub(super) async fn a_document_moves_on_and_its_sizes_grow(ground: &impl Ground) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;
    let doc = one_document(&mut tx).await?;
    let heads = vec![hash(7), hash(8)];
    let to =
        Advance { doc, version: 3, max_op: 40, heads: heads.clone(), added_bytes: 50, facts: None, at: NOW };
    let nowhere = Advance { doc: DocId::from_bytes([0; 16]), ..to.clone() };

    tx.advance_documents(&[nowhere, to]).await?;

    let expected =
        DocumentRow { version: 3, max_op: 40, heads, size_bytes: 170, tail_bytes: 170, ..document(1) };
    assert_eq!(tx.documents(&[doc]).await?, [expected]);
    assert_eq!(tx.lock_documents(&[doc]).await?, [(doc, 3)]);
    Ok(())
}

pub(super) async fn a_locked_document_makes_the_next_one_wait_and_see_the_new_version(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;
    let doc = one_document(&mut tx).await?;
    tx.commit().await?;
    let (mut first, mut second) = (ground.write().await?, ground.write().await?);
    first.lock_documents(&[doc]).await?;

    let docs = [doc];
    let finish = async {
        ground.until_waiting(1).await?;
        first.advance_documents(&[advance(doc, 2)]).await?;
        anyhow::Ok(first.commit().await?)
    };
    let locking = async { Ok(second.lock_documents(&docs).await?) };
    let (seen, ()) = tokio::try_join!(locking, finish)?;

    assert_eq!(seen, [(doc, 2)]);
    Ok(())
}

pub(super) async fn a_document_that_is_not_there_is_not_locked(ground: &impl Ground) -> anyhow::Result<()> {
    let mut docs = [document(1).doc, document(2).doc, document(3).doc];
    docs.sort_unstable();
    let rows = [new(&document(1)), new(&document(2)), new(&document(3))];
    let is_third = |row: &&server::store::row::NewDocument| row.row.doc == docs[2];
    let mut tx = ground.write().await?;
    tx.insert_documents(&rows.iter().filter(|row| !is_third(row)).cloned().collect::<Vec<_>>()).await?;
    tx.commit().await?;
    let mut first = ground.write().await?;
    first.insert_documents(&rows.iter().filter(is_third).cloned().collect::<Vec<_>>()).await?;

    let locked = ground.write().await?.lock_documents(&[docs[2], docs[1], docs[0]]).await?;

    assert_eq!(locked, [(docs[0], 1), (docs[1], 1)], "ascending, and nobody waits for what is not there yet");
    Ok(())
}

pub(super) async fn the_documents_of_an_audience_come_in_pages(ground: &impl Ground) -> anyhow::Result<()> {
    let mut rows = [document(1), document(2), document(3)];
    rows.sort_by_key(|row| row.doc);
    let elsewhere = DocumentRow { audience: pair(), ..document(4) };
    let mut tx = ground.write().await?;
    tx.insert_documents(&rows.iter().chain([&elsewhere]).map(new).collect::<Vec<_>>()).await?;

    let first = tx.documents_of(own(), None, 2).await?;
    let rest = tx.documents_of(own(), Some(first[1].doc), 2).await?;

    assert_eq!((first.len(), [first, rest].concat()), (2, rows.to_vec()));
    assert_eq!(tx.documents_of(pair(), None, 9).await?, [elsewhere]);
    Ok(())
}

pub(super) async fn the_heads_of_audiences_come_by_document(ground: &impl Ground) -> anyhow::Result<()> {
    let mut rows =
        [document(1), DocumentRow { heads: vec![hash(5), hash(6)], audience: pair(), ..document(2) }];
    rows.sort_by_key(|row| row.doc);
    let mut tx = ground.write().await?;
    tx.insert_documents(&rows.iter().map(new).collect::<Vec<_>>()).await?;

    let heads = |row: &DocumentRow| {
        let DocumentRow { doc, kind, audience, heads, .. } = row.clone();
        HeadsRow { doc, kind, audience, heads }
    };
    assert_eq!(tx.heads_of(&[pair(), own()]).await?, rows.each_ref().map(heads));
    assert_eq!(tx.heads_of(&[own()]).await?, [HeadsRow { heads: vec![hash(1)], ..heads(&document(1)) }]);
    Ok(())
}
