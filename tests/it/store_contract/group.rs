//! Owns the rules of groups that are coached together.

use super::ground::Ground;
use super::rows::*;
use server::store::{Groups, Transaction};
use sync_core::ids::{GroupId, PersonId};
use sync_core::policy::{Group, Led};
use sync_core::time::Timestamp;

const ID: GroupId = GroupId::from_bytes([5; 16]);

fn group() -> Group {
    Group { id: ID, team: TEAM, leader: person(1), acting: None, people: vec![person(2), person(3)] }
}

fn led(agent: PersonId, until: Option<Timestamp>) -> Led {
    Led { team: TEAM, agent, leader: person(1), until }
}

pub(super) async fn whom_somebody_leads_and_whom_they_led_is_told_by_agent(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    ground.lead(person(3), None).await?;
    ground.lead(person(2), Some(NOW)).await?;
    let mut tx = ground.read().await?;

    assert_eq!(tx.led_by(person(1), NOW).await?, [led(person(2), Some(NOW)), led(person(3), None)]);
    assert_eq!(tx.led_by(person(2), NOW).await?, []);
    Ok(())
}

pub(super) async fn a_group_reads_back_is_there_once_and_counts_for_who_formed_it(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    ground.lead(person(2), None).await?;
    let in_place = Group { id: GroupId::from_bytes([6; 16]), acting: Some(person(3)), ..group() };
    let mut tx = ground.write().await?;

    assert_eq!(tx.group(ID).await?, None);
    assert!(tx.insert_group(&group(), LONG_AGO).await?);
    assert!(tx.insert_group(&in_place, NOW).await?);
    assert!(!tx.insert_group(&Group { people: vec![person(2)], ..group() }, NOW).await?);

    assert_eq!(tx.group(ID).await?, Some(group()));
    assert_eq!(tx.groups_formed(person(1), LONG_AGO.plus_ms(-1)).await?, 1);
    assert_eq!(tx.groups_formed(person(1), LONG_AGO).await?, 0);
    assert_eq!(tx.groups_formed(person(3), LONG_AGO).await?, 1);
    Ok(())
}

pub(super) async fn a_second_maker_of_a_group_waits_and_is_told_that_there_is_one(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    ground.lead(person(2), None).await?;
    let (mut first, mut second) = (ground.write().await?, ground.write().await?);
    first.insert_group(&group(), NOW).await?;

    let finish = async {
        ground.until_waiting(1).await?;
        anyhow::Ok(first.commit().await?)
    };
    let other = group();
    let forming = async { Ok(second.insert_group(&other, NOW).await?) };
    let (is_first, ()) = tokio::try_join!(forming, finish)?;

    assert!(!is_first);
    Ok(())
}
