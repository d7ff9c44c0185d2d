//! Owns the rules of changes and their authors.

use super::ground::Ground;
use super::rows::*;
use server::store::row::{ActorRow, ChangeBody, ChangeRow, IndexRow, ShareRow, TipRow};
use server::store::{Changes, StoreError, Transaction};
use sync_core::gate::state::{Share, Size};
use sync_core::ids::DocId;
use sync_core::wire::Authored;
use tests::model::DeviceRow;

pub(super) async fn a_change_is_found_under_the_person_who_pushed_it_and_under_nobody_else(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;
    let rows = with_changes(&mut tx, 3).await?;
    let asked = [(rows[0].doc, rows[1].hash), (rows[0].doc, hash(99))];

    assert_eq!(tx.stored_by(person(1), &asked).await?, [(rows[0].doc, rows[1].hash, rows[1].seq)]);
    assert_eq!(tx.stored_by(person(2), &asked).await?, []);
    Ok(())
}

pub(super) async fn the_tip_of_an_actor_is_its_last_change_and_its_owner(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;
    let rows = with_changes(&mut tx, 3).await?;
    let (doc, hash_of_genesis) = (rows[0].doc, hash(4));
    let nobodys = ChangeRow { actor: actor(2), actor_seq: 1, person: None, device: None, ..change(doc, 4) };
    tx.insert_changes(&[nobodys]).await?;

    let mut tips = tx.tips(&[(doc, actor(2)), (doc, actor(1)), (doc, actor(77))]).await?;

    tips.sort_by_key(|tip| tip.version);
    let (person, device) = (Some(person(1)), Some(device(1)));
    let owned = TipRow { doc, actor: actor(1), person, device, actor_seq: 3, version: 3, hash: hash(3) };
    let (actor, hash) = (actor(2), hash_of_genesis);
    let genesis = TipRow { doc, actor, person: None, device: None, actor_seq: 1, version: 4, hash };
    assert_eq!(tips, [owned, genesis]);
    Ok(())
}

pub(super) async fn a_device_goes_on_for_those_it_replaces_and_for_nobody_elses(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    for (number, replaces, owner) in [(1, None, 1), (2, Some(1), 1), (3, Some(2), 1), (4, Some(3), 2)] {
        let (device, replaces) = (device(number), replaces.map(device));
        ground.enrol(DeviceRow { device, person: person(owner), replaces }).await?;
    }

    let mut tx = ground.read().await?;
    assert_eq!(tx.replaced_devices(device(3)).await?, [device(1), device(2)]);
    assert_eq!(tx.replaced_devices(device(4)).await?, []);
    assert_eq!(tx.replaced_devices(device(9)).await?, []);
    Ok(())
}

pub(super) async fn the_index_holds_what_is_named_and_what_is_recent_once(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;
    let rows = with_changes(&mut tx, 4).await?;
    let doc = rows[0].doc;
    let named = [(doc, rows[0].hash), (doc, rows[3].hash), (doc, rows[0].hash), (doc, hash(99))];

    let mut index = tx.index(&named, &[(doc, 3), (DocId::from_bytes([0; 16]), 0)]).await?;

    index.sort_by_key(|row| row.version);
    let entry = |row: &ChangeRow| {
        let ChangeRow { doc, version, seq, hash, max_op, deps, .. } = row.clone();
        IndexRow { doc, version, seq, hash, max_op, deps }
    };
    assert_eq!(index, [entry(&rows[0]), entry(&rows[2]), entry(&rows[3])]);
    Ok(())
}

pub(super) async fn bodies_come_by_name_or_from_a_version_on(ground: &impl Ground) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;
    let rows = with_changes(&mut tx, 3).await?;
    let doc = rows[0].doc;
    let body = |row: &ChangeRow| {
        let ChangeRow { doc, version, hash, actor, bytes, .. } = row.clone();
        ChangeBody { doc, version, hash, actor, bytes }
    };

    let bodies: Vec<_> = rows.iter().map(body).collect();
    assert_eq!(tx.bodies(&[(doc, 3), (doc, 9), (doc, 1)]).await?, [bodies[0].clone(), bodies[2].clone()]);
    assert_eq!(tx.bodies_after(&[(doc, 1)]).await?, bodies[1..]);
    assert_eq!(tx.bodies_after(&[(doc, 3)]).await?, []);
    Ok(())
}

pub(super) async fn a_version_a_hash_and_a_number_of_an_actor_are_stored_once(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;
    let last = with_changes(&mut tx, 3).await?.remove(2);
    tx.commit().await?;
    let next = change(last.doc, 4);
    let twins = [
        ChangeRow { version: last.version, ..next.clone() },
        ChangeRow { hash: last.hash, ..next.clone() },
        ChangeRow { actor_seq: last.actor_seq, ..next.clone() },
    ];

    for twin in twins {
        let stored = ground.write().await?.insert_changes(&[twin]).await;
        assert!(matches!(stored, Err(StoreError::Conflict(_))), "{stored:?}");
    }
    let twice = ground.write().await?.insert_changes(&[next.clone(), next]).await;
    assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");
    Ok(())
}

pub(super) async fn a_change_needs_its_document(ground: &impl Ground) -> anyhow::Result<()> {
    let doc = document(1).doc;
    let stored = ground.write().await?.insert_changes(&[change(doc, 1)]).await;
    let bound = ground.write().await?.insert_actors(&[owner(doc)]).await;

    assert!(matches!(stored, Err(StoreError::Failed(_))), "{stored:?}");
    assert!(matches!(bound, Err(StoreError::Failed(_))), "{bound:?}");
    Ok(())
}

async fn stored_document(ground: &impl Ground) -> anyhow::Result<DocId> {
    let mut tx = ground.write().await?;
    let doc = one_document(&mut tx).await?;
    tx.commit().await?;
    Ok(doc)
}

pub(super) async fn a_second_writer_of_the_same_change_waits_and_is_refused(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let doc = stored_document(ground).await?;
    let (mut first, mut second) = (ground.write().await?, ground.write().await?);
    first.insert_changes(&[change(doc, 1)]).await?;

    let elsewhere = [ChangeRow { version: 2, actor_seq: 2, ..change(doc, 1) }];
    let finish = async {
        ground.until_waiting(1).await?;
        anyhow::Ok(first.commit().await?)
    };
    let (stored, committed) = tokio::join!(second.insert_changes(&elsewhere), finish);

    committed?;
    assert!(matches!(stored, Err(StoreError::Conflict(_))), "the hash is the same: {stored:?}");
    Ok(())
}

pub(super) async fn a_second_writer_may_write_what_the_first_one_took_back(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let doc = stored_document(ground).await?;
    let (mut first, mut second) = (ground.write().await?, ground.write().await?);
    first.insert_changes(&[change(doc, 1)]).await?;

    let twin = [ChangeRow { seq: 99, ..change(doc, 1) }];
    let finish = async {
        ground.until_waiting(1).await?;
        drop(first);
        anyhow::Ok(())
    };
    let storing = async { Ok(second.insert_changes(&twin).await?) };
    tokio::try_join!(storing, finish)?;

    assert_eq!(second.stored_by(person(1), &[(doc, hash(1))]).await?, [(doc, hash(1), 99)]);
    Ok(())
}

pub(super) async fn an_actor_is_bound_once_and_is_listed_with_its_owner(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;
    let doc = one_document(&mut tx).await?;
    let second = ActorRow { actor: actor(2), person: person(2), device: None, ..owner(doc) };
    tx.insert_actors(&[second, owner(doc)]).await?;

    let authored = |row: ActorRow| {
        let ActorRow { actor, person, received_at, .. } = row;
        (doc, Authored { actor, person, received_at })
    };
    assert_eq!(tx.authors(&[doc]).await?, [authored(owner(doc)), authored(second)]);
    let again = tx.insert_actors(&[ActorRow { person: person(3), ..second }]).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
    Ok(())
}

pub(super) async fn what_a_person_has_written_in_a_document_is_counted_in_all_and_since_a_moment(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;
    let rows = with_changes(&mut tx, 3).await?;
    let doc = rows[0].doc;
    let graces = ChangeRow { actor: actor(2), actor_seq: 1, person: Some(person(2)), ..change(doc, 4) };
    tx.insert_changes(std::slice::from_ref(&graces)).await?;

    let operations = |row: &ChangeRow| row.max_op + 1 - row.start_op;
    let size = Size {
        changes: 3,
        bytes: rows.iter().map(|row| row.bytes.len() as u64).sum(),
        operations: rows.iter().map(operations).sum(),
    };
    let all = size.operations + operations(&graces);
    let before = rows[0].received_at.plus_ms(-1);
    for (since, recent_changes) in [(before, 3), (rows[2].received_at, 0)] {
        let found = tx.shares(person(1), &[doc, DocId::from_bytes([77; 16])], since).await?;
        assert_eq!(found, [ShareRow { doc, operations: all, share: Share { size, recent_changes } }]);
    }
    Ok(())
}
