//! Owns the SQL about organisations, people, teams and tenures.

use super::encoding::{Id, damaged};
use super::{PgTransaction, failure};
use crate::name::Name;
use crate::store::row::roster::{PersonRow, TeamRow, TenureRow};
use crate::store::{StoreError, Stored};
use sqlx::FromRow;
use sync_core::content::Language;
use sync_core::ids::{PersonId, TeamId, TenureId};
use sync_core::policy::Tenure;
use sync_core::time::Timestamp;
use uuid::Uuid;

#[derive(FromRow)]
pub(super) struct Person {
    id: Uuid,
    name: String,
    language: String,
    created_ms: i64,
}

impl TryFrom<Person> for PersonRow {
    type Error = StoreError;

    fn try_from(row: Person) -> Stored<Self> {
        Ok(Self {
            id: PersonId::from_column(row.id),
            name: name(&row.name)?,
            language: Language::parse(&row.language).ok_or_else(|| damaged("language"))?,
            created_at: Timestamp(row.created_ms),
        })
    }
}

#[derive(FromRow)]
pub(super) struct Team {
    id: Uuid,
    name: String,
    time_zone: String,
    created_ms: i64,
}

impl TryFrom<Team> for TeamRow {
    type Error = StoreError;

    fn try_from(row: Team) -> Stored<Self> {
        Ok(Self {
            id: TeamId::from_column(row.id),
            name: name(&row.name)?,
            time_zone: row.time_zone,
            created_at: Timestamp(row.created_ms),
        })
    }
}

#[derive(FromRow)]
pub(super) struct Pair {
    tenure: Uuid,
    leader: Uuid,
    leader_name: String,
    agent: Uuid,
    agent_name: String,
    from_ms: i64,
    until_ms: Option<i64>,
    joined_ms: i64,
    #[sqlx(flatten)]
    team: Team,
}

impl TryFrom<Pair> for TenureRow {
    type Error = StoreError;

    fn try_from(row: Pair) -> Stored<Self> {
        let tenure = Tenure {
            id: TenureId::from_column(row.tenure),
            leader: PersonId::from_column(row.leader),
            agent: PersonId::from_column(row.agent),
            from: Timestamp(row.from_ms),
            until: row.until_ms.map(Timestamp),
        };
        let (leader_name, agent_name) = (name(&row.leader_name)?, name(&row.agent_name)?);
        let joined = Timestamp(row.joined_ms);
        Ok(Self { tenure, team: row.team.try_into()?, leader_name, agent_name, joined })
    }
}

/// A tenure that has no end yet: its id, its leader, its agent, and when it began.
pub(super) fn running_tenure((id, leader, agent, from): (Uuid, Uuid, Uuid, i64)) -> Tenure {
    Tenure {
        id: TenureId::from_column(id),
        leader: PersonId::from_column(leader),
        agent: PersonId::from_column(agent),
        from: Timestamp(from),
        until: None,
    }
}

fn name(column: &str) -> Stored<Name> {
    Name::parse(column).map_err(|_| damaged("name"))
}

/// The rows of tenures of this organisation, with what is shown about them, of which this holds. Of all of them, one look at the
/// table tells when each agent joined; of a few, one look for each.
macro_rules! tenures_where {
    (joined $joined:literal, $rest:literal) => {
        concat!(
            "SELECT t.id AS tenure, t.leader, l.name AS leader_name, t.agent, a.name AS agent_name,
                    to_ms(t.from_at) AS from_ms, to_ms(t.until_at) AS until_ms, ",
            $joined,
            " AS joined_ms, m.id, m.name, m.time_zone, to_ms(m.created_at) AS created_ms
             FROM tenure t
             JOIN team m ON m.org = t.org AND m.id = t.team
             JOIN person l ON l.org = t.org AND l.id = t.leader
             JOIN person a ON a.org = t.org AND a.id = t.agent
             WHERE t.org = $1 ",
            $rest
        )
    };
    (all $rest:literal) => {
        tenures_where!(joined "to_ms(min(t.from_at) OVER (PARTITION BY t.team, t.agent))", $rest)
    };
    ($rest:literal) => {
        tenures_where!(
            joined "(SELECT to_ms(min(f.from_at)) FROM tenure f
                     WHERE f.org = t.org AND f.team = t.team AND f.agent = t.agent)",
            $rest
        )
    };
}

pub(super) use tenures_where;

impl PgTransaction {
    /// Creates this transaction's organisation, with its empty feed.
    pub async fn insert_organisation(&mut self, name: &Name, at: Timestamp) -> Stored<()> {
        sqlx::query(
            "WITH named AS (
                 INSERT INTO organisation (org, name, created_at) VALUES ($1, $2, from_ms($3))
             ), listed AS (
                 INSERT INTO organisation_id (org) VALUES ($1)
             )
             INSERT INTO feed_counter (org) VALUES ($1)",
        )
        .bind(self.org())
        .bind(name.as_str())
        .bind(at.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)
        .map(drop)
    }

    /// What this transaction's organisation is called; none when it does not exist.
    pub async fn organisation_name(&mut self) -> Stored<Option<Name>> {
        let found: Option<String> = sqlx::query_scalar("SELECT name FROM organisation WHERE org = $1")
            .bind(self.org())
            .fetch_optional(self.connection().await)
            .await
            .map_err(failure)?;
        found.as_deref().map(name).transpose()
    }

    /// Adds a person.
    pub async fn insert_person(&mut self, person: &PersonRow) -> Stored<()> {
        sqlx::query(
            "INSERT INTO person (org, id, name, language, created_at) VALUES ($1, $2, $3, $4, from_ms($5))",
        )
        .bind(self.org())
        .bind(person.id.column())
        .bind(person.name.as_str())
        .bind(person.language.tag())
        .bind(person.created_at.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)
        .map(drop)
    }

    /// A person who is still here.
    pub async fn find_person(&mut self, person: PersonId) -> Stored<Option<PersonRow>> {
        let row: Option<Person> = sqlx::query_as(
            "SELECT id, name, language, to_ms(created_at) AS created_ms
             FROM person WHERE org = $1 AND id = $2 AND closed_at IS NULL",
        )
        .bind(self.org())
        .bind(person.column())
        .fetch_optional(self.connection().await)
        .await
        .map_err(failure)?;
        row.map(PersonRow::try_from).transpose()
    }

    /// Everybody who is still here, by name.
    pub async fn people(&mut self) -> Stored<Vec<PersonRow>> {
        let rows: Vec<Person> = sqlx::query_as(
            "SELECT id, name, language, to_ms(created_at) AS created_ms
             FROM person WHERE org = $1 AND closed_at IS NULL ORDER BY name, id",
        )
        .bind(self.org())
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        rows.into_iter().map(PersonRow::try_from).collect()
    }

    /// Writes down what a person is called and reads from now on.
    pub async fn update_person(&mut self, person: &PersonRow) -> Stored<()> {
        sqlx::query("UPDATE person SET name = $3, language = $4 WHERE org = $1 AND id = $2")
            .bind(self.org())
            .bind(person.id.column())
            .bind(person.name.as_str())
            .bind(person.language.tag())
            .execute(self.connection().await)
            .await
            .map_err(failure)
            .map(drop)
    }

    /// Writes down that a person has left; false when they had before, or there is none of this id.
    pub async fn close_person(&mut self, person: PersonId, at: Timestamp) -> Stored<bool> {
        let closed = sqlx::query(
            "UPDATE person SET closed_at = from_ms($3) WHERE org = $1 AND id = $2 AND closed_at IS NULL",
        )
        .bind(self.org())
        .bind(person.column())
        .bind(at.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(closed.rows_affected() == 1)
    }

    /// Whether there is a person of this id, here or not any more.
    pub async fn has_person(&mut self, person: PersonId) -> Stored<bool> {
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM person WHERE org = $1 AND id = $2)")
            .bind(self.org())
            .bind(person.column())
            .fetch_one(self.connection().await)
            .await
            .map_err(failure)
    }

    /// Adds a team.
    pub async fn insert_team(&mut self, team: &TeamRow) -> Stored<()> {
        sqlx::query(
            "INSERT INTO team (org, id, name, time_zone, created_at) VALUES ($1, $2, $3, $4, from_ms($5))",
        )
        .bind(self.org())
        .bind(team.id.column())
        .bind(team.name.as_str())
        .bind(&team.time_zone)
        .bind(team.created_at.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)
        .map(drop)
    }

    /// A team.
    pub async fn find_team(&mut self, team: TeamId) -> Stored<Option<TeamRow>> {
        let row: Option<Team> = sqlx::query_as(
            "SELECT id, name, time_zone, to_ms(created_at) AS created_ms FROM team WHERE org = $1 AND id = $2",
        )
        .bind(self.org())
        .bind(team.column())
        .fetch_optional(self.connection().await)
        .await
        .map_err(failure)?;
        row.map(TeamRow::try_from).transpose()
    }

    /// Every team, by name.
    pub async fn teams(&mut self) -> Stored<Vec<TeamRow>> {
        let rows: Vec<Team> = sqlx::query_as(
            "SELECT id, name, time_zone, to_ms(created_at) AS created_ms
             FROM team WHERE org = $1 ORDER BY name, id",
        )
        .bind(self.org())
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        rows.into_iter().map(TeamRow::try_from).collect()
    }

    /// Adds a tenure.
    pub async fn insert_tenure(&mut self, team: TeamId, tenure: &Tenure) -> Stored<()> {
        sqlx::query(
            "INSERT INTO tenure (org, id, team, leader, agent, from_at, until_at)
             VALUES ($1, $2, $3, $4, $5, from_ms($6), from_ms($7))",
        )
        .bind(self.org())
        .bind(tenure.id.column())
        .bind(team.column())
        .bind(tenure.leader.column())
        .bind(tenure.agent.column())
        .bind(tenure.from.0)
        .bind(tenure.until.map(|until| until.0))
        .execute(self.connection().await)
        .await
        .map_err(failure)
        .map(drop)
    }

    /// Ends a running tenure; false when none of this id runs.
    pub async fn end_tenure(&mut self, tenure: TenureId, at: Timestamp) -> Stored<bool> {
        let ended = sqlx::query(
            "UPDATE tenure SET until_at = greatest(from_ms($3), from_at)
             WHERE org = $1 AND id = $2 AND until_at IS NULL",
        )
        .bind(self.org())
        .bind(tenure.column())
        .bind(at.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(ended.rows_affected() == 1)
    }

    /// A tenure, running or not.
    pub async fn find_tenure(&mut self, tenure: TenureId) -> Stored<Option<TenureRow>> {
        let row: Option<Pair> = sqlx::query_as(tenures_where!("AND t.id = $2"))
            .bind(self.org())
            .bind(tenure.column())
            .fetch_optional(self.connection().await)
            .await
            .map_err(failure)?;
        row.map(TenureRow::try_from).transpose()
    }

    /// The tenures in which somebody leads or is led now.
    pub async fn running_tenures_of(&mut self, person: PersonId) -> Stored<Vec<TenureRow>> {
        let rows: Vec<Pair> = sqlx::query_as(tenures_where!(
            "AND $2 IN (t.leader, t.agent) AND t.until_at IS NULL ORDER BY t.id"
        ))
        .bind(self.org())
        .bind(person.column())
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        rows.into_iter().map(TenureRow::try_from).collect()
    }

    /// Every tenure, the newest first.
    pub async fn tenures(&mut self) -> Stored<Vec<TenureRow>> {
        let rows: Vec<Pair> = sqlx::query_as(tenures_where!(all "ORDER BY t.from_at DESC, t.id"))
            .bind(self.org())
            .fetch_all(self.connection().await)
            .await
            .map_err(failure)?;
        rows.into_iter().map(TenureRow::try_from).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::postgres::testing::{Database, org, person};
    use crate::store::{Access, Store, Transaction};
    use sqlx::PgPool;

    fn team() -> TeamRow {
        TeamRow {
            id: TeamId::from_bytes([3; 16]),
            name: Name::parse("Night").unwrap(),
            time_zone: "Europe/Bucharest".into(),
            created_at: Timestamp(1000),
        }
    }

    fn tenure(number: u8) -> Tenure {
        Tenure {
            id: TenureId::from_bytes([number; 16]),
            leader: person(1),
            agent: person(2),
            from: Timestamp(5000),
            until: None,
        }
    }

    #[sqlx::test]
    async fn a_new_organisation_is_listed_and_has_its_name(pool: PgPool) {
        let db = Database::new(&pool).await;
        let mut tx = db.store.begin(org(5), Access::Write).await.unwrap();
        assert_eq!(tx.organisation_name().await.unwrap(), None);
        tx.insert_organisation(&Name::parse("Care").unwrap(), Timestamp(1000)).await.unwrap();
        assert_eq!(tx.organisation_name().await.unwrap(), Name::parse("Care").ok());
        tx.commit().await.unwrap();

        assert_eq!(db.store.organisations().await.unwrap(), [org(5)]);
        let mut elsewhere = db.store.begin(org(6), Access::Read).await.unwrap();
        assert_eq!(elsewhere.organisation_name().await.unwrap(), None);
    }

    #[sqlx::test]
    async fn a_person_reads_back_until_they_left(pool: PgPool) {
        let db = Database::new(&pool).await;
        let ana = PersonRow {
            id: person(1),
            name: Name::parse("Ana Pop").unwrap(),
            language: Language::Ro,
            created_at: Timestamp(1234),
        };
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        tx.insert_organisation(&Name::parse("Care").unwrap(), Timestamp(1000)).await.unwrap();
        tx.insert_person(&ana).await.unwrap();
        assert_eq!(tx.find_person(person(1)).await.unwrap().as_ref(), Some(&ana));
        assert_eq!(tx.people().await.unwrap(), std::slice::from_ref(&ana));
        tx.commit().await.unwrap();

        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        let renamed =
            PersonRow { name: Name::parse("Ana Ion").unwrap(), language: Language::En, ..ana.clone() };
        tx.update_person(&renamed).await.unwrap();
        assert_eq!(tx.find_person(person(1)).await.unwrap(), Some(renamed));
        assert!(tx.close_person(person(1), Timestamp(2000)).await.unwrap());
        assert!(!tx.close_person(person(1), Timestamp(3000)).await.unwrap(), "they have left");

        assert_eq!(tx.find_person(person(1)).await.unwrap(), None);
        assert_eq!(tx.people().await.unwrap(), []);
        assert!(tx.has_person(person(1)).await.unwrap());
        assert!(!tx.has_person(person(2)).await.unwrap());
    }

    #[sqlx::test]
    async fn a_tenure_reads_back_with_its_names_and_ends_once(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        tx.insert_team(&team()).await.unwrap();
        tx.insert_tenure(team().id, &tenure(7)).await.unwrap();

        let row = tx.find_tenure(tenure(7).id).await.unwrap().unwrap();
        assert_eq!((row.tenure, &row.team), (tenure(7), &team()));
        assert_eq!((row.leader_name.as_str(), row.agent_name.as_str()), ("Person 1", "Person 2"));
        assert_eq!(tx.teams().await.unwrap(), [team()]);
        assert_eq!(tx.find_team(team().id).await.unwrap(), Some(team()));

        assert!(tx.end_tenure(tenure(7).id, Timestamp(9000)).await.unwrap());
        assert!(!tx.end_tenure(tenure(7).id, Timestamp(9500)).await.unwrap());
        assert_eq!(tx.tenures().await.unwrap()[0].tenure.until, Some(Timestamp(9000)));
        assert_eq!(tx.find_tenure(tenure(8).id).await.unwrap(), None);
    }

    #[sqlx::test]
    async fn an_agent_has_joined_a_team_with_their_first_leader_there(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        tx.insert_team(&team()).await.unwrap();
        tx.insert_tenure(team().id, &tenure(7)).await.unwrap();
        let next = Tenure { leader: person(3), from: Timestamp(9000), ..tenure(8) };
        tx.insert_tenure(team().id, &next).await.unwrap();

        let found = tx.find_tenure(next.id).await.unwrap().unwrap();
        assert_eq!((found.joined, found.tenure.from), (Timestamp(5000), Timestamp(9000)));
        assert!(tx.tenures().await.unwrap().iter().all(|row| row.joined == Timestamp(5000)));
    }

    #[sqlx::test]
    async fn a_pair_has_one_running_tenure(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        tx.insert_team(&team()).await.unwrap();
        tx.insert_tenure(team().id, &tenure(7)).await.unwrap();
        tx.end_tenure(tenure(7).id, Timestamp(9000)).await.unwrap();
        tx.insert_tenure(team().id, &tenure(8)).await.unwrap();

        assert!(matches!(tx.insert_tenure(team().id, &tenure(9)).await, Err(StoreError::Conflict(_))));
    }
}
