//! Owns the SQL about groups that are coached together.

use super::encoding::{Id, count, ids};
use super::{PgTransaction, failure};
use crate::store::{Groups, Stored};
use sqlx::FromRow;
use sync_core::ids::{GroupId, PersonId, TeamId};
use sync_core::policy::{Group, Led};
use sync_core::time::Timestamp;
use uuid::Uuid;

#[derive(FromRow)]
struct Row {
    id: Uuid,
    team: Uuid,
    leader: Uuid,
    acting: Option<Uuid>,
    people: Vec<Uuid>,
}

impl From<Row> for Group {
    fn from(row: Row) -> Self {
        Self {
            id: GroupId::from_column(row.id),
            team: TeamId::from_column(row.team),
            leader: PersonId::from_column(row.leader),
            acting: row.acting.map(PersonId::from_column),
            people: row.people.into_iter().map(PersonId::from_column).collect(),
        }
    }
}

impl Groups for PgTransaction {
    async fn led_by(&mut self, person: PersonId, at: Timestamp) -> Stored<Vec<Led>> {
        let rows: Vec<(Uuid, Uuid, Uuid, Option<i64>)> = sqlx::query_as(
            "SELECT team, agent, leader, to_ms(until_at) FROM tenure WHERE org = $1 AND leader = $2
             UNION ALL
             SELECT t.team, t.agent, t.leader, to_ms(d.until_at) FROM delegation d
             JOIN tenure t ON t.org = d.org AND t.leader = d.leader
             WHERE d.org = $1 AND d.acting = $2 AND d.from_at <= from_ms($3) AND d.until_at > from_ms($3)
               AND t.until_at IS NULL AND t.agent <> d.acting
             ORDER BY 2, 1, 4",
        )
        .bind(self.org())
        .bind(person.column())
        .bind(at.0)
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        let led = |(team, agent, leader, until): (Uuid, Uuid, Uuid, Option<i64>)| Led {
            team: TeamId::from_column(team),
            agent: PersonId::from_column(agent),
            leader: PersonId::from_column(leader),
            until: until.map(Timestamp),
        };
        Ok(rows.into_iter().map(led).collect())
    }

    async fn groups_formed(&mut self, by: PersonId, since: Timestamp) -> Stored<u64> {
        let formed: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM coaching_group
             WHERE org = $1 AND coalesce(acting, leader) = $2 AND formed_at > from_ms($3)",
        )
        .bind(self.org())
        .bind(by.column())
        .bind(since.0)
        .fetch_one(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(count(formed))
    }

    async fn insert_group(&mut self, group: &Group, at: Timestamp) -> Stored<bool> {
        let inserted = sqlx::query(
            "INSERT INTO coaching_group (org, id, team, leader, acting, people, formed_at)
             VALUES ($1, $2, $3, $4, $5, $6, from_ms($7))
             ON CONFLICT (org, id) DO NOTHING",
        )
        .bind(self.org())
        .bind(group.id.column())
        .bind(group.team.column())
        .bind(group.leader.column())
        .bind(group.acting.map(Id::column))
        .bind(ids(group.people.iter().copied()))
        .bind(at.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(inserted.rows_affected() == 1)
    }

    async fn group(&mut self, id: GroupId) -> Stored<Option<Group>> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT id, team, leader, acting, people FROM coaching_group WHERE org = $1 AND id = $2",
        )
        .bind(self.org())
        .bind(id.column())
        .fetch_optional(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(row.map(Group::from))
    }
}

impl PgTransaction {
    /// The groups of a team into which one of these people was formed and in which somebody has a seat, as they were formed, ascending
    /// by id.
    pub async fn groups_among(&mut self, team: TeamId, people: &[PersonId]) -> Stored<Vec<Group>> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, team, leader, acting, people FROM coaching_group
             WHERE org = $1 AND team = $2 AND ended_at IS NULL
               AND (people && $3 OR leader = ANY ($3) OR acting = ANY ($3))
             ORDER BY id",
        )
        .bind(self.org())
        .bind(team.column())
        .bind(ids(people.iter().copied()))
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(rows.into_iter().map(Group::from).collect())
    }

    /// Writes down that nobody has a seat in a group any more.
    pub async fn end_group(&mut self, id: GroupId, at: Timestamp) -> Stored<()> {
        sqlx::query("UPDATE coaching_group SET ended_at = from_ms($3) WHERE org = $1 AND id = $2")
            .bind(self.org())
            .bind(id.column())
            .bind(at.0)
            .execute(self.connection().await)
            .await
            .map_err(failure)
            .map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::postgres::testing::{Database, org, person};
    use crate::store::{Access, Store, Transaction};
    use sqlx::PgPool;
    use sync_core::ids::{DelegationId, TenureId};
    use sync_core::policy::{Delegation, Tenure};

    const NIGHT: TeamId = TeamId::from_bytes([3; 16]);

    async fn with_tenures(pool: &PgPool) -> Database {
        let db = Database::with_organisation(pool, org(1)).await;
        let org = org(1);
        db.as_owner(&format!("INSERT INTO team VALUES ('{org}', '{NIGHT}', 'Night', 'UTC', now())")).await;
        let mut tx = db.store.begin(org, Access::Write).await.unwrap();
        for (number, agent, until) in [(1, 2, None), (2, 3, Some(Timestamp(900)))] {
            let (id, from) = (TenureId::from_bytes([number; 16]), Timestamp(100));
            let tenure = Tenure { id, leader: person(1), agent: person(agent), from, until };
            tx.insert_tenure(NIGHT, &tenure).await.unwrap();
        }
        tx.commit().await.unwrap();
        db
    }

    fn led(agent: u8, until: Option<i64>) -> Led {
        Led { team: NIGHT, agent: person(agent), leader: person(1), until: until.map(Timestamp) }
    }

    #[sqlx::test]
    async fn whom_somebody_leads_is_told_with_whom_they_led_and_whom_they_lead_in_anothers_place(
        pool: PgPool,
    ) {
        let db = with_tenures(&pool).await;
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        let (id, leader, acting) = (DelegationId::from_bytes([5; 16]), person(1), person(4));
        let delegation = Delegation { id, leader, acting, from: Timestamp(500), until: Timestamp(2000) };
        tx.insert_delegation(&delegation).await.unwrap();
        let of_an_agent =
            Delegation { id: DelegationId::from_bytes([6; 16]), acting: person(2), ..delegation };
        tx.insert_delegation(&of_an_agent).await.unwrap();

        assert_eq!(tx.led_by(person(1), Timestamp(1000)).await.unwrap(), [led(2, None), led(3, Some(900))]);
        assert_eq!(tx.led_by(person(4), Timestamp(1000)).await.unwrap(), [led(2, Some(2000))]);
        for not_then in [499, 2000] {
            assert_eq!(tx.led_by(person(4), Timestamp(not_then)).await.unwrap(), []);
        }
        assert_eq!(tx.led_by(person(2), Timestamp(1000)).await.unwrap(), [], "nobody leads themselves");
    }

    #[sqlx::test]
    async fn a_group_reads_back_is_there_once_and_counts_for_who_formed_it(pool: PgPool) {
        let db = with_tenures(&pool).await;
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        let group = |number, acting| Group {
            id: GroupId::from_bytes([number; 16]),
            team: NIGHT,
            leader: person(1),
            acting,
            people: vec![person(2), person(3)],
        };
        let (first, second) = (group(1, None), group(2, Some(person(4))));

        assert!(tx.insert_group(&first, Timestamp(1000)).await.unwrap());
        assert!(tx.insert_group(&second, Timestamp(2000)).await.unwrap());
        assert!(
            !tx.insert_group(&Group { leader: person(9), ..first.clone() }, Timestamp(3000)).await.unwrap()
        );

        assert_eq!(tx.group(first.id).await.unwrap(), Some(first));
        assert_eq!(tx.group(GroupId::from_bytes([9; 16])).await.unwrap(), None);
        let mut formed = async |by, since| tx.groups_formed(person(by), Timestamp(since)).await.unwrap();
        assert_eq!([formed(1, 999).await, formed(1, 1000).await, formed(4, 0).await], [1, 0, 1]);
    }
    #[sqlx::test]
    async fn the_groups_of_a_team_are_found_by_who_was_formed_into_them_until_they_are_over(pool: PgPool) {
        let db = with_tenures(&pool).await;
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        let group = |number, leader, acting, people: [u8; 2]| Group {
            id: GroupId::from_bytes([number; 16]),
            team: NIGHT,
            leader: person(leader),
            acting,
            people: people.map(person).to_vec(),
        };
        let groups =
            [group(1, 1, None, [2, 3]), group(2, 1, Some(person(4)), [3, 5]), group(3, 6, None, [7, 8])];
        for group in &groups {
            tx.insert_group(group, Timestamp(1000)).await.unwrap();
        }
        let mut found = async |team, people: &[u8]| {
            let people: Vec<_> = people.iter().copied().map(person).collect();
            tx.groups_among(team, &people).await.unwrap()
        };

        assert_eq!(found(NIGHT, &[1]).await, groups[..2], "of a leader");
        assert_eq!(found(NIGHT, &[4]).await, groups[1..2], "of who formed it in their place");
        assert_eq!(found(NIGHT, &[2, 8]).await, [groups[0].clone(), groups[2].clone()], "of agents");
        assert_eq!(found(NIGHT, &[]).await, []);
        assert_eq!(found(TeamId::from_bytes([4; 16]), &[1]).await, []);
        tx.end_group(groups[0].id, Timestamp(2000)).await.unwrap();
        assert_eq!(tx.groups_among(NIGHT, &[1, 2, 3].map(person)).await.unwrap(), groups[1..2]);
    }
}
