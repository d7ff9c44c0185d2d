//! Owns the rules of groups that are coached together.

use super::ground::Ground;
use super::rows::*;
use server::store::{Groups, Transaction};
use sync_core::ids::{GroupId, PersonId, TeamId};
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

pub(super) async fn the_groups_of_a_team_are_found_by_who_was_formed_into_them_until_they_are_over(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    ground.lead(person(2), None).await?;
    let formed = |number, leader, acting, people: [u8; 2]| Group {
        id: GroupId::from_bytes([number; 16]),
        leader: person(leader),
        acting,
        people: people.map(person).to_vec(),
        ..group()
    };
    let groups =
        [formed(1, 1, None, [2, 5]), formed(2, 1, Some(person(3)), [4, 5]), formed(3, 2, None, [7, 8])];
    let mut tx = ground.write().await?;
    for group in &groups {
        tx.insert_group(group, NOW).await?;
    }
    let mut found = async |team, people: &[u8]| {
        let people: Vec<_> = people.iter().copied().map(person).collect();
        tx.groups_among(team, &people).await
    };

    assert_eq!(found(TEAM, &[1]).await?, groups[..2], "of a leader");
    assert_eq!(found(TEAM, &[3]).await?, groups[1..2], "of who formed it in their place");
    assert_eq!(found(TEAM, &[5, 8]).await?, groups, "of agents");
    assert_eq!(
        found(TEAM, &[2]).await?,
        [groups[0].clone(), groups[2].clone()],
        "of an agent who leads others"
    );
    assert_eq!(found(TEAM, &[]).await?, []);
    assert_eq!(found(TeamId::from_bytes([77; 16]), &[1]).await?, []);
    tx.end_group(groups[0].id, NOW).await?;
    assert_eq!(tx.groups_among(TEAM, &[1, 2].map(person)).await?, groups[1..]);
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
