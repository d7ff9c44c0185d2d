//! What a command to form a group does, against real Postgres: who may, how often, and what nobody learns by trying.

use super::*;
use crate::caller::Caller;
use crate::services::command::{Decided, carry_out};
use crate::services::roster::NewTenure;
use crate::services::testing::{NOW, Office, ada, grace, mallory};
use crate::store::postgres::testing::{org, person};
use crate::store::{Access, Audiences, Records, Store};
use sqlx::PgPool;
use std::collections::BTreeSet;
use sync_core::ids::{GroupId, TenureId};
use sync_core::policy::Role;
use sync_core::wire::{Command, Decision};

const NIGHT: TeamId = TeamId::from_bytes([3; 16]);

/// Ada leads people 2, 4 and 5, and led 6; Mallory leads 7.
async fn office(pool: &PgPool) -> Office {
    let office = Office::open(pool).await;
    let org = org(1);
    office.db.as_owner(&format!("INSERT INTO team VALUES ('{org}', '{NIGHT}', 'Night', 'UTC', now())")).await;
    let mut tx = office.db.store.begin(org, Access::Write).await.unwrap();
    for (leader, agent, until) in [(1, 2, None), (1, 4, None), (1, 5, None), (1, 6, Some(NOW)), (3, 7, None)]
    {
        let (id, from) = (TenureId::from_bytes([agent; 16]), NOW.plus_ms(-1000));
        let tenure = Tenure { id, leader: person(leader), agent: person(agent), from, until };
        tx.insert_tenure(NIGHT, &tenure).await.unwrap();
    }
    tx.commit().await.unwrap();
    office
}

fn group_id(number: u8) -> GroupId {
    GroupId::from_bytes([number; 16])
}

fn forms(who: Caller, number: u8, people: &[PersonId]) -> Command {
    Decision::FormGroup(FormGroup { group: group_id(number), people: people.to_vec() }).command(who.person)
}

async fn says(office: &Office, who: Caller, command: Command) -> Option<ErrorCode> {
    let decided = Decided { caller: who, now: NOW, random: &office.random };
    carry_out(&office.db.store, decided, &[command]).await.unwrap().remove(0).refused
}

async fn seats(office: &Office, who: PersonId, number: u8) -> Option<Role> {
    let mut tx = office.db.store.begin(org(1), Access::Read).await.unwrap();
    let audience = AudienceId::of(org(1), &Subject::Group(group_id(number)));
    let theirs = tx.memberships(who).await.unwrap();
    theirs.into_iter().find(|membership| membership.audience == audience).map(|membership| membership.role)
}

#[sqlx::test]
async fn r41_the_group_its_seats_and_what_its_people_see_of_it_are_there_once(pool: PgPool) {
    let office = office(&pool).await;
    let people = [4, 2, 6].map(person);
    let command = forms(ada(), 1, &people);

    assert_eq!(says(&office, ada(), command.clone()).await, None);
    let before = office.db.dump().await;
    assert_eq!(says(&office, ada(), command.clone()).await, None);
    assert_eq!(office.db.dump().await, before, "the same again changes nothing");
    office.db.as_owner("DELETE FROM command").await;
    assert_eq!(says(&office, ada(), command).await, None, "a group that is there is not formed again");

    let mut seated = Vec::new();
    for number in 1..=7 {
        seated.extend(seats(&office, person(number), 1).await.map(|role| (number, role)));
    }
    assert_eq!(seated, [(1, Role::Leader), (2, Role::Member), (4, Role::Member)], "6 is led no more");
    let mut tx = office.db.store.begin(org(1), Access::Read).await.unwrap();
    let audience = AudienceId::of(org(1), &Subject::Group(group_id(1)));
    let shown = tx.records(audience, None, 9).await.unwrap().remove(0);
    let group = Group::of_record(group_id(1), shown.body.unwrap().as_bytes()).unwrap();
    assert_eq!(
        (shown.collection.as_str(), group.people, group.team),
        (GROUPS, vec![person(2), person(4)], NIGHT)
    );
}

#[sqlx::test]
async fn r41_somebody_elses_agent_and_nobody_are_refused_alike_and_nothing_is_written(pool: PgPool) {
    let office = office(&pool).await;
    let nobody = PersonId::from_bytes([250; 16]);
    let before = office.db.dump().await;

    let mut answers = BTreeSet::new();
    for (number, stranger) in (10..).zip([person(7), person(3), person(1), nobody]) {
        let command = forms(ada(), number, &[person(2), person(4), stranger]);
        answers.insert(says(&office, ada(), command).await.map(ErrorCode::as_str));
    }
    for (number, who) in [(20, grace()), (21, mallory())] {
        let command = forms(who, number, &[person(4), person(5)]);
        answers.insert(says(&office, who, command).await.map(ErrorCode::as_str));
    }
    assert_eq!(answers, BTreeSet::from([Some("not_found")]));
    let one = forms(ada(), 30, &[person(2), person(6)]);
    assert_eq!(says(&office, ada(), one).await, Some(ErrorCode::NotAllowed));
    for (number, amiss) in
        [(31, vec![]), (32, vec![person(2)]), (33, vec![person(2); 2]), (34, vec![nobody; 400])]
    {
        assert_eq!(says(&office, ada(), forms(ada(), number, &amiss)).await, Some(ErrorCode::Malformed));
    }

    let mut after = office.db.dump().await;
    after.insert("command".into(), before["command"].clone());
    assert_eq!(after, before);
}

#[sqlx::test]
async fn somebody_elses_group_is_nobodys_to_form(pool: PgPool) {
    let office = office(&pool).await;
    assert_eq!(says(&office, ada(), forms(ada(), 1, &[person(2), person(4)])).await, None);

    let command = forms(mallory(), 1, &[person(2), person(4)]);
    assert_eq!(says(&office, mallory(), command).await, Some(ErrorCode::Malformed));
    assert_eq!(seats(&office, mallory().person, 1).await, None);
}

#[sqlx::test]
async fn a_leader_forms_so_many_groups_a_day_and_the_next_one_waits_undecided(pool: PgPool) {
    let office = office(&pool).await;
    let numbers = 1..=u8::try_from(MOST_A_DAY).unwrap();
    for number in numbers.clone() {
        assert_eq!(says(&office, ada(), forms(ada(), number, &[person(2), person(4)])).await, None);
    }
    let next = forms(ada(), 99, &[person(2), person(5)]);
    assert_eq!(says(&office, ada(), next.clone()).await, Some(ErrorCode::RateLimited));
    assert_eq!(office.db.count("SELECT count(*) FROM command").await, i64::from(*numbers.end()));

    office.db.as_owner("UPDATE coaching_group SET formed_at = formed_at - interval '1 day'").await;
    assert_eq!(says(&office, ada(), next).await, None);
}

#[sqlx::test]
async fn the_same_decision_at_two_instances_at_once_is_made_once(pool: PgPool) {
    let office = office(&pool).await;
    let command = forms(ada(), 1, &[person(2), person(4)]);

    let (one, other) =
        tokio::join!(says(&office, ada(), command.clone()), says(&office, ada(), command.clone()));

    assert_eq!((one, other), (None, None));
    assert_eq!(office.db.count("SELECT count(*) FROM coaching_group").await, 1);
    assert_eq!(office.db.count("SELECT count(*) FROM feed WHERE class = 'record'").await, 1);
}

/// What the people of a group see of it.
async fn shown_of(office: &Office, number: u8) -> Vec<PersonId> {
    let mut tx = office.db.store.begin(org(1), Access::Read).await.unwrap();
    let audience = AudienceId::of(org(1), &Subject::Group(group_id(number)));
    let shown = tx.records(audience, None, 9).await.unwrap().remove(0);
    Group::of_record(group_id(number), shown.body.unwrap().as_bytes()).unwrap().people
}

/// Who left and came back had no seat, and was shown in the group all the same once somebody else had left.
#[sqlx::test]
async fn r41_who_left_the_team_and_came_back_has_no_seat_in_its_groups_and_is_not_shown_there(pool: PgPool) {
    let office = office(&pool).await;
    let roster = office.roster(&office.db.store);
    let mut tenures = Vec::new();
    for agent in [6, 8, 9] {
        let new = NewTenure { team: NIGHT, leader: person(1), agent: person(agent) };
        tenures.push((new, roster.start_tenure(org(1), new).await.unwrap().tenure.id));
    }
    assert_eq!(says(&office, ada(), forms(ada(), 1, &[6, 8, 9].map(person))).await, None);

    roster.end_tenure(org(1), tenures[0].1).await.unwrap();
    roster.start_tenure(org(1), tenures[0].0).await.unwrap();
    assert_eq!(shown_of(&office, 1).await, [8, 9].map(person));
    roster.end_tenure(org(1), tenures[1].1).await.unwrap();

    assert_eq!(shown_of(&office, 1).await, [person(9)]);
    assert_eq!([seats(&office, person(6), 1).await, seats(&office, person(8), 1).await], [None; 2]);
    assert_eq!(seats(&office, person(9), 1).await, Some(Role::Member));

    roster.end_tenure(org(1), tenures[2].1).await.unwrap();
    assert_eq!(seats(&office, ada().person, 1).await, None, "she leads nobody of the group, though person 6");
    let over = "SELECT count(*) FROM coaching_group WHERE ended_at IS NOT NULL";
    assert_eq!(office.db.count(over).await, 1);
}
