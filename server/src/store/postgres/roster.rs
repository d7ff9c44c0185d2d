//! Owns the SQL about organisations, people, teams and tenures.

use super::encoding::{Id, damaged, ids};
use super::{PgTransaction, failure};
use crate::name::Name;
use crate::store::row::roster::{FollowsRow, PersonRow, TeamRow, TenureRow};
use crate::store::{StoreError, Stored};
use sqlx::FromRow;
use sync_core::content::Language;
use sync_core::ids::{AudienceId, PersonId, TeamId, TenureId};
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
    before: Option<Uuid>,
    before_leader: Option<Uuid>,
    before_name: Option<String>,
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
        let follows = match (row.before, row.before_leader, row.before_name) {
            (Some(tenure), Some(leader), Some(named)) => Some(FollowsRow {
                tenure: TenureId::from_column(tenure),
                leader: PersonId::from_column(leader),
                leader_name: name(&named)?,
            }),
            _ => None,
        };
        Ok(Self { tenure, team: row.team.try_into()?, leader_name, agent_name, joined, follows })
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
            " AS joined_ms, b.id AS before, b.leader AS before_leader, p.name AS before_name,
                    m.id, m.name, m.time_zone, to_ms(m.created_at) AS created_ms
             FROM tenure t
             JOIN team m ON m.org = t.org AND m.id = t.team
             JOIN person l ON l.org = t.org AND l.id = t.leader
             JOIN person a ON a.org = t.org AND a.id = t.agent
             LEFT JOIN tenure b ON b.org = t.org AND b.id = t.follows
             LEFT JOIN person p ON p.org = b.org AND p.id = b.leader
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

    /// Makes this transaction the one that takes in a roster, until it ends; false while another one is. Again it stays true.
    pub async fn claim_roster_import(&mut self) -> Stored<bool> {
        sqlx::query_scalar(
            "SELECT pg_try_advisory_xact_lock(hashtextextended('roster_import ' || $1::text, 0))",
        )
        .bind(self.org())
        .fetch_one(self.connection().await)
        .await
        .map_err(failure)
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

    /// Those of these people who are still here.
    pub async fn people_of(&mut self, people: &[PersonId]) -> Stored<Vec<PersonRow>> {
        let rows: Vec<Person> = sqlx::query_as(
            "SELECT id, name, language, to_ms(created_at) AS created_ms
             FROM person WHERE org = $1 AND id = ANY ($2) AND closed_at IS NULL",
        )
        .bind(self.org())
        .bind(ids(people.iter().copied()))
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

    /// Whether there has ever been an audience of this id.
    pub async fn has_audience(&mut self, audience: AudienceId) -> Stored<bool> {
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM audience WHERE org = $1 AND id = $2)")
            .bind(self.org())
            .bind(audience.column())
            .fetch_one(self.connection().await)
            .await
            .map_err(failure)
    }

    /// Whether another tenure follows this one.
    pub async fn is_followed(&mut self, tenure: TenureId) -> Stored<bool> {
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM tenure WHERE org = $1 AND follows = $2)")
            .bind(self.org())
            .bind(tenure.column())
            .fetch_one(self.connection().await)
            .await
            .map_err(failure)
    }

    /// Writes down which tenure another one follows.
    pub async fn follow(&mut self, tenure: TenureId, before: TenureId) -> Stored<()> {
        sqlx::query("UPDATE tenure SET follows = $3 WHERE org = $1 AND id = $2")
            .bind(self.org())
            .bind(tenure.column())
            .bind(before.column())
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
mod tests;
