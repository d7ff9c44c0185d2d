//! Owns the SQL about who belongs to which audience.

use super::encoding::{Id, big, count, damaged, ids};
use super::{PgTransaction, failure};
use crate::store::row::{Membership, SeatRow};
use crate::store::{Audiences, StoreError, Stored};
use sqlx::FromRow;
use sync_core::ids::{AudienceId, PersonId};
use sync_core::key::Subject;
use sync_core::policy::{Role, Seat};
use sync_core::time::Timestamp;
use uuid::Uuid;

#[derive(FromRow)]
struct Row {
    audience: Uuid,
    person: Uuid,
    role: String,
    from_ms: i64,
    until_ms: Option<i64>,
    granted_seq: Option<i64>,
    revoked_seq: Option<i64>,
}

impl TryFrom<Row> for SeatRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Stored<Self> {
        Ok(Self {
            audience: AudienceId::from_column(row.audience),
            person: PersonId::from_column(row.person),
            role: role(&row.role)?,
            from: Timestamp(row.from_ms),
            until: row.until_ms.map(Timestamp),
            granted_seq: row.granted_seq.map(count),
            revoked_seq: row.revoked_seq.map(count),
        })
    }
}

fn role(word: &str) -> Stored<Role> {
    Role::parse(word).ok_or_else(|| damaged("role"))
}

impl Audiences for PgTransaction {
    async fn memberships(&mut self, person: PersonId) -> Stored<Vec<Membership>> {
        let rows: Vec<(Uuid, String, i64)> = sqlx::query_as(
            "SELECT audience, role, granted_seq FROM audience_member
             WHERE org = $1 AND person = $2 AND granted_seq IS NOT NULL AND revoked_seq IS NULL
               AND (until_at IS NULL OR until_at > clock_timestamp())
             ORDER BY audience",
        )
        .bind(self.org())
        .bind(person.column())
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        let membership = |(audience, word, seq): (Uuid, String, i64)| {
            let (audience, role) = (AudienceId::from_column(audience), role(&word)?);
            Ok(Membership { audience, role, granted_seq: count(seq) })
        };
        rows.into_iter().map(membership).collect()
    }

    async fn ended_seats(&mut self, person: PersonId) -> Stored<Vec<AudienceId>> {
        let rows: Vec<Uuid> = sqlx::query_scalar(
            "SELECT audience FROM audience_member
             WHERE org = $1 AND person = $2 AND granted_seq IS NOT NULL
               AND (revoked_seq IS NOT NULL OR until_at <= clock_timestamp())
             ORDER BY audience",
        )
        .bind(self.org())
        .bind(person.column())
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(rows.into_iter().map(AudienceId::from_column).collect())
    }

    async fn members(&mut self, audiences: &[AudienceId]) -> Stored<Vec<(AudienceId, PersonId)>> {
        let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(
            "SELECT audience, person FROM audience_member
             WHERE org = $1 AND audience = ANY ($2) AND granted_seq IS NOT NULL AND revoked_seq IS NULL
               AND (until_at IS NULL OR until_at > clock_timestamp())
             ORDER BY audience, person",
        )
        .bind(self.org())
        .bind(ids(audiences.iter().copied()))
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        let member = |(audience, person)| (AudienceId::from_column(audience), PersonId::from_column(person));
        Ok(rows.into_iter().map(member).collect())
    }

    async fn ensure_audience(&mut self, audience: AudienceId, subject: &Subject) -> Stored<()> {
        let (class, subject) = match subject {
            Subject::Person(person) => ("person", person.column()),
            Subject::Tenure(tenure) => ("tenure", tenure.column()),
            Subject::Team(team) => ("team", team.column()),
            Subject::Organisation => ("organisation", self.org()),
            Subject::Group(group) => ("group", group.column()),
        };
        sqlx::query(
            "INSERT INTO audience (org, id, class, subject) VALUES ($1, $2, $3, $4)
             ON CONFLICT (org, id) DO NOTHING",
        )
        .bind(self.org())
        .bind(audience.column())
        .bind(class)
        .bind(subject)
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(())
    }

    async fn seat(&mut self, audience: AudienceId, person: PersonId) -> Stored<Option<SeatRow>> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT audience, person, role, to_ms(from_at) AS from_ms, to_ms(until_at) AS until_ms,
                    granted_seq, revoked_seq
             FROM audience_member WHERE org = $1 AND audience = $2 AND person = $3",
        )
        .bind(self.org())
        .bind(audience.column())
        .bind(person.column())
        .fetch_optional(self.connection().await)
        .await
        .map_err(failure)?;
        row.map(SeatRow::try_from).transpose()
    }

    async fn put_seat(&mut self, seat: &Seat) -> Stored<()> {
        sqlx::query(
            "INSERT INTO audience_member (org, audience, person, role, from_at, until_at)
             VALUES ($1, $2, $3, $4, from_ms($5), from_ms($6))
             ON CONFLICT (org, audience, person) DO UPDATE
             SET role = excluded.role, from_at = excluded.from_at, until_at = excluded.until_at,
                 granted_seq = NULL, revoked_seq = NULL",
        )
        .bind(self.org())
        .bind(seat.audience.column())
        .bind(seat.person.column())
        .bind(seat.role.as_str())
        .bind(seat.from.0)
        .bind(seat.until.map(|until| until.0))
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(())
    }

    async fn mark_granted(&mut self, audience: AudienceId, person: PersonId, seq: u64) -> Stored<()> {
        sqlx::query(
            "UPDATE audience_member SET granted_seq = $4 WHERE org = $1 AND audience = $2 AND person = $3",
        )
        .bind(self.org())
        .bind(audience.column())
        .bind(person.column())
        .bind(big(seq))
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(())
    }

    async fn mark_revoked(&mut self, audience: AudienceId, person: PersonId, seq: u64) -> Stored<()> {
        sqlx::query(
            "UPDATE audience_member SET revoked_seq = $4, until_at = least(until_at, clock_timestamp())
             WHERE org = $1 AND audience = $2 AND person = $3",
        )
        .bind(self.org())
        .bind(audience.column())
        .bind(person.column())
        .bind(big(seq))
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(())
    }

    async fn limit_seat(&mut self, audience: AudienceId, person: PersonId, until: Timestamp) -> Stored<()> {
        sqlx::query(
            "UPDATE audience_member SET until_at = from_ms($4)
             WHERE org = $1 AND audience = $2 AND person = $3 AND revoked_seq IS NULL
               AND (until_at IS NULL OR until_at > clock_timestamp())",
        )
        .bind(self.org())
        .bind(audience.column())
        .bind(person.column())
        .bind(until.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(())
    }

    async fn due_starts(&mut self, limit: u32) -> Stored<Vec<SeatRow>> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT audience, person, role, to_ms(from_at) AS from_ms, to_ms(until_at) AS until_ms,
                    granted_seq, revoked_seq
             FROM audience_member
             WHERE org = $1 AND granted_seq IS NULL AND revoked_seq IS NULL AND from_at <= clock_timestamp()
             ORDER BY from_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED",
        )
        .bind(self.org())
        .bind(i64::from(limit))
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        rows.into_iter().map(SeatRow::try_from).collect()
    }

    async fn due_ends(&mut self, limit: u32) -> Stored<Vec<SeatRow>> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT audience, person, role, to_ms(from_at) AS from_ms, to_ms(until_at) AS until_ms,
                    granted_seq, revoked_seq
             FROM audience_member
             WHERE org = $1 AND revoked_seq IS NULL AND until_at <= clock_timestamp()
             ORDER BY until_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED",
        )
        .bind(self.org())
        .bind(i64::from(limit))
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        rows.into_iter().map(SeatRow::try_from).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::store::postgres::testing::{Database, org, person, tenure_audience, tenure_subject};
    use crate::store::row::{Membership, SeatRow};
    use crate::store::{Access, Audiences, Store};
    use sqlx::PgPool;
    use sync_core::policy::{Role, Seat};
    use sync_core::time::Timestamp;

    const LONG_AGO: Timestamp = Timestamp(1_000_000);
    const FAR_AHEAD: Timestamp = Timestamp(4_000_000_000_000);

    fn seat(from: Timestamp, until: Option<Timestamp>) -> Seat {
        Seat { audience: tenure_audience(org(1)), person: person(1), role: Role::Leader, from, until }
    }

    #[sqlx::test]
    async fn a_person_belongs_from_the_announcement_until_the_end(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let (audience, ada) = (tenure_audience(org(1)), person(1));
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        tx.ensure_audience(audience, &tenure_subject()).await.unwrap();
        tx.ensure_audience(audience, &tenure_subject()).await.unwrap();

        tx.put_seat(&seat(LONG_AGO, Some(FAR_AHEAD))).await.unwrap();
        assert_eq!(tx.memberships(ada).await.unwrap(), [], "not announced yet");

        tx.mark_granted(audience, ada, 7).await.unwrap();
        let membership = Membership { audience, role: Role::Leader, granted_seq: 7 };
        assert_eq!(tx.memberships(ada).await.unwrap(), [membership]);
        assert_eq!(tx.members(&[audience]).await.unwrap(), [(audience, ada)]);
        assert_eq!(tx.ended_seats(ada).await.unwrap(), []);

        tx.mark_revoked(audience, ada, 8).await.unwrap();
        assert_eq!(tx.memberships(ada).await.unwrap(), []);
        assert_eq!(tx.ended_seats(ada).await.unwrap(), [audience]);
        assert_eq!(tx.members(&[audience]).await.unwrap(), []);
        let ended = tx.seat(audience, ada).await.unwrap().unwrap();
        assert_eq!((ended.granted_seq, ended.revoked_seq), (Some(7), Some(8)));
        assert!(ended.until.unwrap() < FAR_AHEAD);
    }

    #[sqlx::test]
    async fn a_passed_end_takes_the_right_away_before_anybody_announced_it(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let (audience, ada) = (tenure_audience(org(1)), person(1));
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        tx.ensure_audience(audience, &tenure_subject()).await.unwrap();
        tx.put_seat(&seat(LONG_AGO, None)).await.unwrap();
        tx.mark_granted(audience, ada, 7).await.unwrap();

        tx.limit_seat(audience, ada, LONG_AGO.plus_ms(1)).await.unwrap();
        assert_eq!(tx.memberships(ada).await.unwrap(), []);

        tx.limit_seat(audience, ada, FAR_AHEAD).await.unwrap();
        assert_eq!(tx.memberships(ada).await.unwrap(), [], "a passed end is never extended");
    }

    #[sqlx::test]
    async fn the_job_finds_what_has_begun_and_what_has_ended(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let (audience, ada) = (tenure_audience(org(1)), person(1));
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        tx.ensure_audience(audience, &tenure_subject()).await.unwrap();

        tx.put_seat(&seat(FAR_AHEAD, None)).await.unwrap();
        assert_eq!((tx.due_starts(9).await.unwrap(), tx.due_ends(9).await.unwrap()), (vec![], vec![]));

        let until = Some(LONG_AGO.plus_ms(1));
        tx.put_seat(&seat(LONG_AGO, until)).await.unwrap();
        let (role, from) = (Role::Leader, LONG_AGO);
        let row = SeatRow { audience, person: ada, role, from, until, granted_seq: None, revoked_seq: None };
        assert_eq!((tx.due_starts(9).await.unwrap(), tx.due_ends(9).await.unwrap()), (vec![row], vec![row]));

        tx.mark_granted(audience, ada, 1).await.unwrap();
        tx.mark_revoked(audience, ada, 2).await.unwrap();
        assert_eq!((tx.due_starts(9).await.unwrap(), tx.due_ends(9).await.unwrap()), (vec![], vec![]));
    }
}
