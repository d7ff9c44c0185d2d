//! Owns the SQL about who answers for a team, or for all of them, and about who is in a team.

use super::encoding::{Id, damaged};
use super::roster::running_tenure;
use super::{PgTransaction, failure};
use crate::name::Name;
use crate::store::row::roster::AppointmentRow;
use crate::store::{StoreError, Stored};
use sqlx::FromRow;
use sync_core::ids::{AppointmentId, PersonId, TeamId};
use sync_core::policy::{Appointment, Office, Role, Tenure};
use sync_core::time::Timestamp;
use uuid::Uuid;

#[derive(FromRow)]
pub(super) struct Row {
    id: Uuid,
    person: Uuid,
    person_name: String,
    team: Option<Uuid>,
    team_name: Option<String>,
    office: String,
    from_ms: i64,
    until_ms: Option<i64>,
}

impl TryFrom<Row> for AppointmentRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Stored<Self> {
        let appointment = Appointment {
            id: AppointmentId::from_column(row.id),
            person: PersonId::from_column(row.person),
            team: row.team.map(TeamId::from_column),
            office: Office::parse(&row.office).ok_or_else(|| damaged("office"))?,
            from: Timestamp(row.from_ms),
            until: row.until_ms.map(Timestamp),
        };
        let name = |column: &str| Name::parse(column).map_err(|_| damaged("name"));
        let team_name = row.team_name.as_deref().map(name).transpose()?;
        Ok(Self { appointment, person_name: name(&row.person_name)?, team_name })
    }
}

/// The rows of appointments of this organisation, with their names, of which this holds.
macro_rules! appointments_where {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.person, p.name AS person_name, a.team, t.name AS team_name, a.office,
                    to_ms(a.from_at) AS from_ms, to_ms(a.until_at) AS until_ms
             FROM appointment a
             JOIN person p ON p.org = a.org AND p.id = a.person
             LEFT JOIN team t ON t.org = a.org AND t.id = a.team
             WHERE a.org = $1 ",
            $rest
        )
    };
}

pub(super) use appointments_where;

impl PgTransaction {
    /// Adds an appointment.
    pub async fn insert_appointment(&mut self, appointment: &Appointment) -> Stored<()> {
        sqlx::query(
            "INSERT INTO appointment (org, id, person, team, office, from_at, until_at)
             VALUES ($1, $2, $3, $4, $5, from_ms($6), from_ms($7))",
        )
        .bind(self.org())
        .bind(appointment.id.column())
        .bind(appointment.person.column())
        .bind(appointment.team.map(Id::column))
        .bind(appointment.office.role().as_str())
        .bind(appointment.from.0)
        .bind(appointment.until.map(|until| until.0))
        .execute(self.connection().await)
        .await
        .map_err(failure)
        .map(drop)
    }

    /// Ends a running appointment; false when none of this id runs.
    pub async fn end_appointment(&mut self, appointment: AppointmentId, at: Timestamp) -> Stored<bool> {
        let ended = sqlx::query(
            "UPDATE appointment SET until_at = greatest(from_ms($3), from_at)
             WHERE org = $1 AND id = $2 AND until_at IS NULL",
        )
        .bind(self.org())
        .bind(appointment.column())
        .bind(at.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(ended.rows_affected() == 1)
    }

    /// Every appointment, the newest first.
    pub async fn appointments(&mut self) -> Stored<Vec<AppointmentRow>> {
        let rows: Vec<Row> = sqlx::query_as(appointments_where!("ORDER BY a.from_at DESC, a.id"))
            .bind(self.org())
            .fetch_all(self.connection().await)
            .await
            .map_err(failure)?;
        rows.into_iter().map(AppointmentRow::try_from).collect()
    }

    /// The tenures that run in a team, or in all of them.
    pub async fn running_tenures(&mut self, team: Option<TeamId>) -> Stored<Vec<(TeamId, Tenure)>> {
        let rows: Vec<(Uuid, Uuid, Uuid, Uuid, i64)> = sqlx::query_as(
            "SELECT team, id, leader, agent, to_ms(from_at) FROM tenure
             WHERE org = $1 AND ($2::uuid IS NULL OR team = $2) AND until_at IS NULL ORDER BY id",
        )
        .bind(self.org())
        .bind(team.map(Id::column))
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        let tenure = |(team, id, leader, agent, from)| {
            (TeamId::from_column(team), running_tenure((id, leader, agent, from)))
        };
        Ok(rows.into_iter().map(tenure).collect())
    }

    /// Who belongs to which team at this moment, by the database's clock, and as what.
    pub async fn team_seats(&mut self) -> Stored<Vec<((TeamId, PersonId), Role)>> {
        let rows: Vec<(Uuid, Uuid, String)> = sqlx::query_as(
            "SELECT a.subject, m.person, m.role FROM audience a
             JOIN audience_member m ON m.org = a.org AND m.audience = a.id
             WHERE a.org = $1 AND a.class = 'team' AND m.granted_seq IS NOT NULL AND m.revoked_seq IS NULL
               AND (m.until_at IS NULL OR m.until_at > clock_timestamp())
             ORDER BY a.subject, m.person",
        )
        .bind(self.org())
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        let seat = |(team, person, role): (Uuid, Uuid, String)| {
            let role = Role::parse(&role).ok_or_else(|| damaged("role"))?;
            Ok(((TeamId::from_column(team), PersonId::from_column(person)), role))
        };
        rows.into_iter().map(seat).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::postgres::testing::{Database, org, person};
    use crate::store::row::roster::TeamRow;
    use crate::store::{Access, Audiences, Store};
    use sqlx::PgPool;
    use sync_core::ids::{AudienceId, TenureId};
    use sync_core::key::Subject;
    use sync_core::policy::Seat;

    const NIGHT: TeamId = TeamId::from_bytes([3; 16]);

    fn head(number: u8, team: Option<TeamId>) -> Appointment {
        Appointment {
            id: AppointmentId::from_bytes([number; 16]),
            person: person(1),
            team,
            office: Office::Head,
            from: Timestamp(5000),
            until: None,
        }
    }

    async fn with_team(db: &Database) -> PgTransaction {
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        let (name, time_zone) = (Name::parse("Night").unwrap(), "UTC".into());
        tx.insert_team(&TeamRow { id: NIGHT, name, time_zone, created_at: Timestamp(1) }).await.unwrap();
        tx
    }

    #[sqlx::test]
    async fn an_appointment_reads_back_with_its_names_and_ends_once(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut tx = with_team(&db).await;
        tx.insert_appointment(&head(7, Some(NIGHT))).await.unwrap();
        tx.insert_appointment(&head(8, None)).await.unwrap();

        let rows = tx.appointments().await.unwrap();
        assert_eq!(
            rows.iter().map(|row| row.appointment).collect::<Vec<_>>(),
            [head(7, Some(NIGHT)), head(8, None)]
        );
        let names: Vec<_> = rows.iter().map(|row| row.team_name.as_ref().map(Name::as_str)).collect();
        assert_eq!((names, rows[0].person_name.as_str()), (vec![Some("Night"), None], "Person 1"));

        assert!(tx.end_appointment(head(7, None).id, Timestamp(9000)).await.unwrap());
        assert!(!tx.end_appointment(head(7, None).id, Timestamp(9500)).await.unwrap());
        assert_eq!(tx.appointments().await.unwrap()[0].appointment.until, Some(Timestamp(9000)));
    }

    #[sqlx::test]
    async fn nobody_is_appointed_twice_to_the_same(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut tx = with_team(&db).await;
        tx.insert_appointment(&head(7, None)).await.unwrap();
        tx.end_appointment(head(7, None).id, Timestamp(9000)).await.unwrap();
        tx.insert_appointment(&head(8, None)).await.unwrap();
        assert!(matches!(tx.insert_appointment(&head(9, None)).await, Err(StoreError::Conflict(_))));
    }

    #[sqlx::test]
    async fn a_team_is_who_leads_and_who_is_led_there_now(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut tx = with_team(&db).await;
        let tenure = |number, until| Tenure {
            id: TenureId::from_bytes([number; 16]),
            leader: person(1),
            agent: person(2),
            from: Timestamp(5000),
            until,
        };
        tx.insert_tenure(NIGHT, &tenure(7, Some(Timestamp(6000)))).await.unwrap();
        tx.insert_tenure(NIGHT, &tenure(8, None)).await.unwrap();
        let running = [(NIGHT, tenure(8, None))];
        assert_eq!(tx.running_tenures(Some(NIGHT)).await.unwrap(), running);
        assert_eq!(tx.running_tenures(None).await.unwrap(), running);
        assert_eq!(tx.running_tenures(Some(TeamId::from_bytes([4; 16]))).await.unwrap(), []);
    }

    #[sqlx::test]
    async fn a_seat_in_a_team_counts_while_it_runs_and_other_seats_are_none(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut tx = with_team(&db).await;
        let subjects = [Subject::Team(NIGHT), Subject::Organisation];
        for subject in subjects {
            let audience = AudienceId::of(org(1), &subject);
            tx.ensure_audience(audience, &subject).await.unwrap();
            for number in [1, 2] {
                let (person, role, from) = (person(number), Role::Member, Timestamp(1));
                tx.put_seat(&Seat { audience, person, role, from, until: None }).await.unwrap();
                tx.mark_granted(audience, person, 7).await.unwrap();
            }
        }
        tx.mark_revoked(AudienceId::of(org(1), &subjects[0]), person(2), 9).await.unwrap();
        assert_eq!(tx.team_seats().await.unwrap(), [((NIGHT, person(1)), Role::Member)]);
    }
}
