//! Owns the SQL about decisions that are not edits.

use super::encoding::Id;
use super::{PgTransaction, failure};
use crate::store::row::CommandRow;
use crate::store::{Commands, Stored};
use sync_core::ids::{CommandId, PersonId};
use sync_core::time::Timestamp;
use sync_core::wire::ErrorCode;
use uuid::Uuid;

impl Commands for PgTransaction {
    async fn command(&mut self, id: CommandId) -> Stored<Option<CommandRow>> {
        let row: Option<(Uuid, String, Option<String>)> =
            sqlx::query_as("SELECT person, kind, refused FROM command WHERE org = $1 AND id = $2")
                .bind(self.org())
                .bind(id.column())
                .fetch_optional(self.connection().await)
                .await
                .map_err(failure)?;
        Ok(row.map(|(person, kind, refused)| CommandRow {
            id,
            person: PersonId::from_column(person),
            kind,
            refused: refused.as_deref().map(ErrorCode::parse),
        }))
    }

    async fn insert_command(&mut self, command: &CommandRow, at: Timestamp) -> Stored<bool> {
        let inserted = sqlx::query(
            "INSERT INTO command (org, id, person, kind, refused, at)
             VALUES ($1, $2, $3, $4, $5, from_ms($6))
             ON CONFLICT (org, id) DO NOTHING",
        )
        .bind(self.org())
        .bind(command.id.column())
        .bind(command.person.column())
        .bind(&command.kind)
        .bind(command.refused.map(ErrorCode::as_str))
        .bind(at.0)
        .execute(self.connection().await)
        .await
        .map_err(failure)?;
        Ok(inserted.rows_affected() == 1)
    }
}

#[cfg(test)]
mod tests {
    use crate::store::postgres::testing::{Database, org, person};
    use crate::store::row::CommandRow;
    use crate::store::{Access, Commands, Store};
    use sqlx::PgPool;
    use sync_core::ids::CommandId;
    use sync_core::time::Timestamp;
    use sync_core::wire::ErrorCode;

    #[sqlx::test]
    async fn a_command_is_decided_once(pool: PgPool) {
        let db = Database::with_organisation(&pool, org(1)).await;
        let id = CommandId::from_bytes([5; 16]);
        let refused = Some(ErrorCode::Malformed);
        let first = CommandRow { id, person: person(1), kind: "share".into(), refused };
        let again = CommandRow { refused: None, ..first.clone() };

        let mut tx = db.store.begin(org(1), Access::Write).await.unwrap();
        assert_eq!(tx.command(id).await.unwrap(), None);
        assert!(tx.insert_command(&first, Timestamp(1)).await.unwrap());
        assert!(!tx.insert_command(&again, Timestamp(2)).await.unwrap());

        assert_eq!(tx.command(id).await.unwrap(), Some(first));
    }
}
