//! Owns the SQL about who leads in a leader's place.

use super::encoding::{Id, damaged};
use super::{PgTransaction, failure};
use crate::name::Name;
use crate::store::row::roster::DelegationRow;
use crate::store::{StoreError, Stored};
use sqlx::FromRow;
use sync_core::ids::{DelegationId, PersonId};
use sync_core::policy::Delegation;
use sync_core::time::Timestamp;
use uuid::Uuid;

#[derive(FromRow)]
pub(super) struct Row {
    id: Uuid,
    leader: Uuid,
    leader_name: String,
    acting: Uuid,
    acting_name: String,
    from_ms: i64,
    until_ms: i64,
}

impl TryFrom<Row> for DelegationRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Stored<Self> {
        let delegation = Delegation {
            id: DelegationId::from_column(row.id),
            leader: PersonId::from_column(row.leader),
            acting: PersonId::from_column(row.acting),
            from: Timestamp(row.from_ms),
            until: Timestamp(row.until_ms),
        };
        let name = |column: &str| Name::parse(column).map_err(|_| damaged("name"));
        Ok(Self { delegation, leader_name: name(&row.leader_name)?, acting_name: name(&row.acting_name)? })
    }
}

/// The rows of delegations of this organisation, with their names, of which this holds.
macro_rules! delegations_where {
    ($rest:literal) => {
        concat!(
            "SELECT d.id, d.leader, l.name AS leader_name, d.acting, a.name AS acting_name,
                    to_ms(d.from_at) AS from_ms, to_ms(d.until_at) AS until_ms
             FROM delegation d
             JOIN person l ON l.org = d.org AND l.id = d.leader
             JOIN person a ON a.org = d.org AND a.id = d.acting
             WHERE d.org = $1 ",
            $rest
        )
    };
}

pub(super) use delegations_where;

impl PgTransaction {
    /// Adds a delegation.
    pub async fn insert_delegation(&mut self, delegation: &Delegation) -> Stored<()> {
        sqlx::query(
            "INSERT INTO delegation (org, id, leader, acting, from_at, until_at)
             VALUES ($1, $2, $3, $4, from_ms($5), from_ms($6))",
        )
        .bind(self.org())
        .bind(delegation.id.column())
        .bind(delegation.leader.column())
        .bind(delegation.acting.column())
        .bind(delegation.from.0)
        .bind(delegation.until.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)
        .map(drop)
    }

    /// Writes down that a delegation is over, at this moment at the latest; false when that was written down before, or there
    /// is none of this id.
    pub async fn settle_delegation(&mut self, delegation: DelegationId, at: Timestamp) -> Stored<bool> {
        let ended = sqlx::query(
            "UPDATE delegation
             SET until_at = greatest(least(until_at, from_ms($3)), from_at), settled_at = clock_timestamp()
             WHERE org = $1 AND id = $2 AND settled_at IS NULL",
        )
        .bind(self.org())
        .bind(delegation.column())
        .bind(at.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(ended.rows_affected() == 1)
    }

    /// Delegations that were over at this moment, and nobody has written it down, the oldest first.
    pub async fn unsettled_delegations(&mut self, at: Timestamp) -> Stored<Vec<DelegationId>> {
        let rows: Vec<Uuid> = sqlx::query_scalar(
            "SELECT id FROM delegation
             WHERE org = $1 AND settled_at IS NULL AND until_at <= from_ms($2) ORDER BY until_at, id",
        )
        .bind(self.org())
        .bind(at.0)
        .fetch_all(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(rows.into_iter().map(DelegationId::from_column).collect())
    }

    /// Every delegation, the newest first.
    pub async fn delegations(&mut self) -> Stored<Vec<DelegationRow>> {
        let rows: Vec<Row> = sqlx::query_as(delegations_where!("ORDER BY d.from_at DESC, d.id"))
            .bind(self.org())
            .fetch_all(self.connection().await)
            .await
            .map_err(failure)?;
        rows.into_iter().map(DelegationRow::try_from).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::postgres::testing::{Database, org, person};
    use crate::store::{Access, Store};
    use sqlx::PgPool;

    fn delegation(number: u8, until: i64) -> Delegation {
        Delegation {
            id: DelegationId::from_bytes([number; 16]),
            leader: person(1),
            acting: person(2),
            from: Timestamp(5000),
            until: Timestamp(until),
        }
    }

    #[sqlx::test]
    async fn a_delegation_reads_back_with_its_names_and_is_over_once(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        tx.insert_delegation(&delegation(7, 9000)).await.unwrap();
        tx.insert_delegation(&delegation(8, 8000)).await.unwrap();

        let rows = tx.delegations().await.unwrap();
        assert_eq!([rows[0].delegation, rows[1].delegation], [delegation(7, 9000), delegation(8, 8000)]);
        assert_eq!((rows[0].leader_name.as_str(), rows[0].acting_name.as_str()), ("Person 1", "Person 2"));

        assert_eq!(tx.unsettled_delegations(Timestamp(8999)).await.unwrap(), [delegation(8, 0).id]);
        assert!(tx.settle_delegation(delegation(7, 0).id, Timestamp(6000)).await.unwrap(), "before its time");
        assert!(!tx.settle_delegation(delegation(7, 0).id, Timestamp(5500)).await.unwrap());
        assert!(tx.settle_delegation(delegation(8, 0).id, Timestamp(9000)).await.unwrap(), "after its time");
        assert!(!tx.settle_delegation(delegation(9, 0).id, Timestamp(9000)).await.unwrap(), "no such one");
        let until = |row: DelegationRow| row.delegation.until;
        let ends: Vec<_> = tx.delegations().await.unwrap().into_iter().map(until).collect();
        assert_eq!(ends, [Timestamp(6000), Timestamp(8000)]);
        assert_eq!(tx.unsettled_delegations(Timestamp(99_000)).await.unwrap(), []);
    }
}
