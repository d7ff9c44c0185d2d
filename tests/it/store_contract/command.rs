//! Owns the rules of decisions that are not edits.

use super::ground::Ground;
use super::rows::*;
use server::store::row::CommandRow;
use server::store::{Commands, Transaction};
use sync_core::ids::CommandId;
use sync_core::wire::ErrorCode;

const ID: CommandId = CommandId::from_bytes([5; 16]);

fn refused() -> CommandRow {
    CommandRow { id: ID, person: person(1), kind: "share".into(), refused: Some(ErrorCode::Malformed) }
}

fn carried_out() -> CommandRow {
    CommandRow { person: person(2), refused: None, ..refused() }
}

pub(super) async fn a_command_is_decided_once(ground: &impl Ground) -> anyhow::Result<()> {
    let mut tx = ground.write().await?;

    assert_eq!(tx.command(ID).await?, None);
    assert!(tx.insert_command(&refused(), LONG_AGO).await?);
    assert!(!tx.insert_command(&carried_out(), LONG_AGO).await?);
    assert_eq!(tx.command(ID).await?, Some(refused()));
    Ok(())
}

pub(super) async fn a_second_decision_waits_and_is_told_that_there_is_one(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let (mut first, mut second) = (ground.write().await?, ground.write().await?);
    first.insert_command(&carried_out(), LONG_AGO).await?;

    let other = refused();
    let finish = async {
        ground.until_waiting(1).await?;
        anyhow::Ok(first.commit().await?)
    };
    let deciding = async { Ok(second.insert_command(&other, LONG_AGO).await?) };
    let (is_first, ()) = tokio::try_join!(deciding, finish)?;

    assert!(!is_first);
    assert_eq!(second.command(ID).await?, Some(carried_out()));
    Ok(())
}
