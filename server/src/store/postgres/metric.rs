//! Owns the SQL about numbers of people and where they come from.

use super::encoding::{Id, damaged, ids};
use super::roster::running_tenure;
use super::{PgTransaction, failure};
use crate::store::{StoreError, Stored};
use sqlx::FromRow;
use sync_core::ids::PersonId;
use sync_core::metric::{Decimal, KpiId, MetricRow, SourceName};
use sync_core::policy::Tenure;
use sync_core::time::{Day, Timestamp};
use uuid::Uuid;

#[derive(FromRow)]
struct Row {
    person: Uuid,
    day: String,
    kpi: String,
    source: String,
    value: i64,
    volume: Option<i64>,
}

impl TryFrom<Row> for MetricRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Stored<Self> {
        Ok(Self {
            person: PersonId::from_column(row.person),
            day: Day::parse(&row.day).map_err(|_| damaged("day"))?,
            kpi: KpiId::parse(&row.kpi).map_err(|_| damaged("figure"))?,
            source: SourceName::parse(&row.source).map_err(|_| damaged("source"))?,
            value: Decimal::from_thousandths(row.value),
            volume: row.volume.map(u32::try_from).transpose().map_err(|_| damaged("volume"))?,
        })
    }
}

/// The days of a question, both included.
pub type Days = std::ops::RangeInclusive<Day>;

/// Rows as columns, which is how many of them travel in one statement.
struct Columns {
    people: Vec<Uuid>,
    days: Vec<String>,
    kpis: Vec<String>,
    sources: Vec<String>,
    values: Vec<i64>,
    volumes: Vec<Option<i64>>,
}

impl Columns {
    fn of(rows: &[MetricRow]) -> Self {
        Self {
            people: ids(rows.iter().map(|row| row.person)),
            days: rows.iter().map(|row| row.day.to_string()).collect(),
            kpis: rows.iter().map(|row| row.kpi.as_str().to_owned()).collect(),
            sources: rows.iter().map(|row| row.source.as_str().to_owned()).collect(),
            values: rows.iter().map(|row| row.value.thousandths()).collect(),
            volumes: rows.iter().map(|row| row.volume.map(i64::from)).collect(),
        }
    }
}

impl PgTransaction {
    /// What was said about the files of a source (JSON); none of a source that nothing came from.
    pub async fn source_profile(&mut self, source: &SourceName) -> Stored<Option<String>> {
        sqlx::query_scalar("SELECT profile::text FROM metric_source WHERE org = $1 AND name = $2")
            .bind(self.org())
            .bind(source.as_str())
            .fetch_optional(self.connection().await)
            .await
            .map_err(failure)
    }

    /// Writes down what was said about the files of a source, and locks it: whoever else takes in a file of it waits for the end
    /// of this transaction.
    pub async fn put_source(&mut self, source: &SourceName, profile: &str, at: Timestamp) -> Stored<()> {
        sqlx::query(
            "INSERT INTO metric_source (org, name, profile, imported_at)
             VALUES ($1, $2, $3::jsonb, from_ms($4))
             ON CONFLICT (org, name) DO UPDATE
             SET profile = excluded.profile, imported_at = excluded.imported_at",
        )
        .bind(self.org())
        .bind(source.as_str())
        .bind(profile)
        .bind(at.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)
        .map(drop)
    }

    /// What is known of these people on these days, ascending by person, day, figure and source.
    pub async fn metrics(&mut self, people: &[PersonId], days: &Days) -> Stored<Vec<MetricRow>> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT person, day::text, kpi, source, value, volume FROM metric
             WHERE org = $1 AND person = ANY ($2) AND day BETWEEN $3::text::date AND $4::text::date
             ORDER BY person, day, kpi, source",
        )
        .bind(self.org())
        .bind(ids(people.iter().copied()))
        .bind(days.start().to_string())
        .bind(days.end().to_string())
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        rows.into_iter().map(MetricRow::try_from).collect()
    }

    /// Inserts or replaces rows.
    pub async fn put_metrics(&mut self, rows: &[MetricRow], at: Timestamp) -> Stored<()> {
        let statement = "INSERT INTO metric (org, person, day, kpi, source, value, volume, imported_at)
             SELECT $1, person, day::date, kpi, source, value, volume, from_ms($8)
             FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
                  AS new (person, day, kpi, source, value, volume)
             ON CONFLICT (org, person, day, kpi, source) DO UPDATE
             SET value = excluded.value, volume = excluded.volume, imported_at = excluded.imported_at";
        self.write_metrics(statement, rows, at).await
    }

    /// Keeps rows as they were before they are replaced.
    pub async fn keep_replaced(&mut self, rows: &[MetricRow], at: Timestamp) -> Stored<()> {
        let statement =
            "INSERT INTO metric_replaced (org, person, day, kpi, source, value, volume, replaced_at)
             SELECT $1, person, day::date, kpi, source, value, volume, from_ms($8)
             FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
                  AS old (person, day, kpi, source, value, volume)";
        self.write_metrics(statement, rows, at).await
    }

    /// Writes rows by a statement whose parameters are the organisation, the columns and the time.
    async fn write_metrics(
        &mut self,
        statement: &'static str,
        rows: &[MetricRow],
        at: Timestamp,
    ) -> Stored<()> {
        let columns = Columns::of(rows);
        sqlx::query(statement)
            .bind(self.org())
            .bind(columns.people)
            .bind(columns.days)
            .bind(columns.kpis)
            .bind(columns.sources)
            .bind(columns.values)
            .bind(columns.volumes)
            .bind(at.0)
            .execute(self.connection().await)
            .await
            .map_err(failure)
            .map(drop)
    }

    /// The running tenures in which these people are led, by agent.
    pub async fn tenures_of_agents(&mut self, agents: &[PersonId]) -> Stored<Vec<Tenure>> {
        let rows: Vec<(Uuid, Uuid, Uuid, i64)> = sqlx::query_as(
            "SELECT id, leader, agent, to_ms(from_at) FROM tenure
             WHERE org = $1 AND agent = ANY ($2) AND until_at IS NULL ORDER BY agent, id",
        )
        .bind(self.org())
        .bind(ids(agents.iter().copied()))
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(rows.into_iter().map(running_tenure).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::Name;
    use crate::store::postgres::testing::{Database, org, person};
    use crate::store::row::roster::TeamRow;
    use crate::store::{Access, Store, Transaction};
    use sqlx::PgPool;
    use sync_core::ids::{TeamId, TenureId};

    const AT: Timestamp = Timestamp(1_774_000_000_000);

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn nice() -> SourceName {
        SourceName::parse("nice").unwrap()
    }

    fn row(who: u8, on: &str, value: i64, volume: Option<u32>) -> MetricRow {
        let kpi = KpiId::parse("csat").unwrap();
        let value = Decimal::from_thousandths(value);
        MetricRow { person: person(who), day: day(on), kpi, source: nice(), value, volume }
    }

    fn march() -> Days {
        day("2026-03-01")..=day("2026-03-31")
    }

    #[sqlx::test]
    async fn rows_read_back_by_person_and_day_and_are_replaced(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        tx.put_source(&nice(), "{}", AT).await.unwrap();
        let rows = [
            row(1, "2026-03-01", 87_400, Some(u32::MAX)),
            row(1, "2026-03-31", -1, None),
            row(2, "2026-03-02", 0, Some(0)),
        ];
        let elsewhere = [row(1, "2026-04-01", 1, None), row(3, "2026-03-02", 1, None)];

        tx.put_metrics(&[&rows[..], &elsewhere].concat(), AT).await.unwrap();
        assert_eq!(tx.metrics(&[person(1), person(2)], &march()).await.unwrap(), rows);

        let corrected = row(2, "2026-03-02", 5, Some(9));
        tx.put_metrics(std::slice::from_ref(&corrected), AT).await.unwrap();
        assert_eq!(tx.metrics(&[person(2)], &march()).await.unwrap(), [corrected]);
    }

    #[sqlx::test]
    async fn what_a_row_said_before_is_kept(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        tx.put_source(&nice(), "{}", AT).await.unwrap();
        let before = [row(1, "2026-03-01", 87_400, None)];
        tx.put_metrics(&before, AT).await.unwrap();
        tx.keep_replaced(&before, AT).await.unwrap();
        tx.commit().await.unwrap();

        let kept = "SELECT count(*) FROM metric_replaced WHERE value = 87400 AND day = '2026-03-01' AND volume IS NULL";
        assert_eq!(db.count(kept).await, 1);
    }

    #[sqlx::test]
    async fn the_profile_of_a_source_is_the_last_one(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        assert_eq!(tx.source_profile(&nice()).await.unwrap(), None);
        for profile in [r#"{"a": 1}"#, r#"{"b": 2}"#] {
            tx.put_source(&nice(), profile, AT).await.unwrap();
        }
        assert_eq!(tx.source_profile(&nice()).await.unwrap().as_deref(), Some(r#"{"b": 2}"#));
    }

    #[sqlx::test]
    async fn running_tenures_are_found_by_who_is_led(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        let name = Name::parse("Night").unwrap();
        let team = TeamRow { id: TeamId::from_bytes([3; 16]), name, time_zone: "UTC".into(), created_at: AT };
        tx.insert_team(&team).await.unwrap();
        for (number, leader, agent) in [(1, 1, 2), (2, 3, 2), (3, 1, 4), (4, 2, 1)] {
            let id = TenureId::from_bytes([number; 16]);
            let tenure = Tenure { id, leader: person(leader), agent: person(agent), from: AT, until: None };
            tx.insert_tenure(team.id, &tenure).await.unwrap();
        }
        tx.end_tenure(TenureId::from_bytes([2; 16]), AT.plus_ms(1)).await.unwrap();

        let found = tx.tenures_of_agents(&[person(2), person(4)]).await.unwrap();

        let found: Vec<_> = found.into_iter().map(|tenure| (tenure.agent, tenure.id)).collect();
        let pair = |agent, number| (person(agent), TenureId::from_bytes([number; 16]));
        assert_eq!(found, [pair(2, 1), pair(4, 3)]);
    }
}
