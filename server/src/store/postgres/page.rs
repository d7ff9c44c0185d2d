//! Owns the SQL of lists that are read part by part, in the order of their ids: what is added meanwhile moves nothing.

use super::account::{Listed, devices_where};
use super::appointment::{Row as AppointmentSql, appointments_where};
use super::delegation::{Row as DelegationSql, delegations_where};
use super::encoding::Id;
use super::roster::{Pair, Person, Team, tenures_where};
use super::{PgTransaction, failure};
use crate::store::Stored;
use crate::store::row::Page;
use crate::store::row::account::DeviceListing;
use crate::store::row::roster::{AppointmentRow, DelegationRow, PersonRow, TeamRow, TenureRow};
use sqlx::FromRow;
use sqlx::postgres::PgRow;
use sync_core::ids::{AppointmentId, DelegationId, DeviceId, PersonId, TeamId, TenureId};

impl PgTransaction {
    /// People who are still here.
    pub async fn people_page(&mut self, page: Page<PersonId>) -> Stored<Vec<PersonRow>> {
        let sql = "SELECT id, name, language, to_ms(created_at) AS created_ms FROM person
             WHERE org = $1 AND closed_at IS NULL AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3";
        self.page::<Person, _>(sql, page).await?.into_iter().map(PersonRow::try_from).collect()
    }

    /// Teams.
    pub async fn teams_page(&mut self, page: Page<TeamId>) -> Stored<Vec<TeamRow>> {
        let sql = "SELECT id, name, time_zone, to_ms(created_at) AS created_ms FROM team
             WHERE org = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3";
        self.page::<Team, _>(sql, page).await?.into_iter().map(TeamRow::try_from).collect()
    }

    /// Tenures, running or not.
    pub async fn tenures_page(&mut self, page: Page<TenureId>) -> Stored<Vec<TenureRow>> {
        let sql = tenures_where!("AND ($2::uuid IS NULL OR t.id > $2) ORDER BY t.id LIMIT $3");
        self.page::<Pair, _>(sql, page).await?.into_iter().map(TenureRow::try_from).collect()
    }

    /// Appointments, running or not.
    pub async fn appointments_page(&mut self, page: Page<AppointmentId>) -> Stored<Vec<AppointmentRow>> {
        let sql = appointments_where!("AND ($2::uuid IS NULL OR a.id > $2) ORDER BY a.id LIMIT $3");
        self.page::<AppointmentSql, _>(sql, page).await?.into_iter().map(AppointmentRow::try_from).collect()
    }

    /// Delegations, running or not.
    pub async fn delegations_page(&mut self, page: Page<DelegationId>) -> Stored<Vec<DelegationRow>> {
        let sql = delegations_where!("AND ($2::uuid IS NULL OR d.id > $2) ORDER BY d.id LIMIT $3");
        self.page::<DelegationSql, _>(sql, page).await?.into_iter().map(DelegationRow::try_from).collect()
    }

    /// Devices, revoked or not.
    pub async fn devices_page(&mut self, page: Page<DeviceId>) -> Stored<Vec<DeviceListing>> {
        let sql = devices_where!("AND ($2::uuid IS NULL OR d.id > $2) ORDER BY d.id LIMIT $3");
        Ok(self.page::<Listed, _>(sql, page).await?.into_iter().map(DeviceListing::from).collect())
    }

    /// The rows of a statement that takes the organisation, the last id before the page, and how many there may be.
    async fn page<S, I: Id>(&mut self, sql: &'static str, page: Page<I>) -> Stored<Vec<S>>
    where
        S: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        sqlx::query_as(sql)
            .bind(self.org())
            .bind(page.after.map(Id::column))
            .bind(i64::from(page.limit))
            .fetch_all(self.connection().await)
            .await
            .map_err(failure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::postgres::testing::{Database, org, person};
    use crate::store::{Access, Store};
    use sqlx::PgPool;

    /// Reads a list two at a time, and tells whether that gives what the whole list has.
    macro_rules! assert_paged {
        ($tx:ident, $page:ident, $all:expr, $id:expr) => {{
            let (mut read, mut after) = (Vec::new(), None);
            loop {
                let rows = $tx.$page(Page { after, limit: 2 }).await.unwrap();
                let Some(last) = rows.last() else { break };
                assert!(rows.len() <= 2);
                after = Some($id(last));
                read.extend(rows);
            }
            let mut all = $all;
            all.sort_by_key(|row| $id(row));
            assert_eq!(read, all);
            read.len()
        }};
    }

    #[sqlx::test]
    async fn every_list_is_read_part_by_part_and_nothing_is_left_out_or_comes_twice(pool: PgPool) {
        let db = Database::with_everything(&pool).await;
        db.add_organisation(org(2)).await;
        let mut tx = db.store.begin(org(1), Access::Read).await.unwrap();

        let people = assert_paged!(tx, people_page, tx.people().await.unwrap(), |row: &PersonRow| row.id);
        let teams = assert_paged!(tx, teams_page, tx.teams().await.unwrap(), |row: &TeamRow| row.id);
        let tenures =
            assert_paged!(tx, tenures_page, tx.tenures().await.unwrap(), |row: &TenureRow| row.tenure.id);
        let appointments =
            assert_paged!(tx, appointments_page, tx.appointments().await.unwrap(), |row: &AppointmentRow| {
                row.appointment.id
            });
        let delegations =
            assert_paged!(tx, delegations_page, tx.delegations().await.unwrap(), |row: &DelegationRow| row
                .delegation
                .id);
        assert_eq!((people, teams, tenures, appointments, delegations), (9, 1, 1, 1, 1));
        let first = tx.people_page(Page { after: Some(person(7)), limit: 9 }).await.unwrap();
        assert_eq!(first.iter().map(|row| row.id).collect::<Vec<_>>(), [person(8), person(9)]);
        let devices = tx.devices_page(Page { after: None, limit: 9 }).await.unwrap();
        assert_eq!(devices, tx.devices().await.unwrap());
    }
}
